"""Other models on the same rows, and the threshold with the lowest cost."""

import numpy as np
import pytest
from sklearn.linear_model import RidgeCV
from sklearn.metrics import mean_squared_error
from sklearn.preprocessing import StandardScaler
from tables_of_tests import diabetes, passengers, written

from ridgenet._errors import InputError
from ridgenet._table_settings import Costs, TableSettings
from ridgenet.table._baselines import LINEAR, RIDGE_ALPHAS, TREES, Baseline, compared, verdict
from ridgenet.table._threshold import advice_for_rare, cheapest_threshold
from ridgenet.table._training import train

QUICK = {"n_alphas": 6, "n_restarts": 1, "cv": 3, "hidden_layer_sizes": [3]}


def trained(frame, folder, target, **settings):
    settings = {"parameters": QUICK} | settings
    return train(TableSettings(data=str(written(frame, folder / "t.csv")), target=target, **settings))


def test_the_linear_model_is_that_of_scikit_learn_on_the_same_rows(tmp_path):
    frame = diabetes()
    model = trained(frame, tmp_path, "target", test="0.3")
    linear, trees = model.test.baselines
    assert (linear.name, trees.name) == (LINEAR, TREES)
    train_rows, test_rows = (frame.iloc[rows.numbers - 1] for rows in (model.rows, model.test.rows))
    scaler = StandardScaler().fit(train_rows.drop(columns="target"))
    oracle = RidgeCV(RIDGE_ALPHAS).fit(scaler.transform(train_rows.drop(columns="target")), train_rows["target"])
    predicted = oracle.predict(scaler.transform(test_rows.drop(columns="target")))
    expected = np.sqrt(mean_squared_error(test_rows["target"], predicted))
    assert linear.value == pytest.approx(expected, rel=1e-3)
    assert linear.difference == pytest.approx(linear.value - model.test.scores[0].value)


@pytest.mark.parametrize("loss", ["huber", "quantile", "poisson"])
def test_other_losses_have_baselines_too(tmp_path, loss):
    model = trained(diabetes(), tmp_path, "target", test="0.3", parameters=QUICK | {"loss": loss})
    assert [each.name for each in model.test.baselines] == [LINEAR, TREES]
    assert all(np.isfinite([each.value, each.standard_error]).all() for each in model.test.baselines)


def test_a_nested_test_compares_on_all_rows(tmp_path):
    model = trained(passengers(120, text=False), tmp_path, "survived", test="nested")
    assert len(model.test.y) == 120
    assert len(model.test.baselines) == 2
    none = trained(passengers(120, text=False), tmp_path, "survived", test="nested", baselines=False)
    assert none.test.baselines == ()
    assert none.test.scores == model.test.scores


def test_the_difference_is_that_of_pairs():
    rng = np.random.default_rng(0)
    y, noise = rng.normal(size=500), rng.normal(size=500)
    found = compared("other", y, y + noise, y + noise + 0.1, None, None, None)
    assert found.value == pytest.approx(np.sqrt(np.mean(noise**2)))
    assert found.difference == pytest.approx(found.value - np.sqrt(np.mean((noise + 0.1) ** 2)))
    # the losses are almost the same in each row, and so is their difference
    assert found.standard_error < 0.01


@pytest.mark.parametrize(
    ("linear", "trees", "said"),
    [
        ((0.5, 0.1, 0.01), (0.3, -0.1, 0.01), "not worth it here: on the same rows, boosted trees do clearly better"),
        (
            (0.3, -0.1, 0.01),
            (0.5, 0.1, 0.01),
            "not worth it here: on the same rows, a linear model does clearly better",
        ),
        (
            (0.4, 0.001, 0.01),
            (0.5, 0.1, 0.01),
            "hardly worth it here: on the same rows it is not clearly better than a linear model",
        ),
        ((0.5, 0.1, 0.01), (0.5, 0.1, 0.01), "clearly better than a linear model and boosted trees"),
        ((0.5, 0.1, 0.01), (0.4, 0.0, 0.01), "clearly better than a linear model."),
    ],
)
def test_the_verdict(linear, trees, said):
    assert said in verdict((Baseline(LINEAR, *linear), Baseline(TREES, *trees)))


def test_no_threshold_costs_less():
    rng = np.random.default_rng(0)
    p = rng.random(300).round(2)
    is_second, weights = rng.random(300) < p, rng.random(300)
    costs = Costs.of("1:4")

    def cost(threshold):
        predicted = p >= threshold
        wrong = np.where(is_second, ~predicted * costs.false_negative, predicted * costs.false_positive)
        return np.average(wrong, weights=weights)

    found = cheapest_threshold(is_second, p, costs, weights)
    assert found.cost == pytest.approx(cost(found.value))
    assert found.cost == pytest.approx(min(cost(threshold) for threshold in np.linspace(0, 1.01, 1011)))
    assert found.cost_at_half == pytest.approx(cost(0.5))
    # calibrated probabilities of an alarm that costs a quarter of a miss
    assert found.value == pytest.approx(0.2, abs=0.15)


@pytest.mark.parametrize("text", ["5", "1:x", "0:1", "1:inf", "1:2:3", "-1:2"])
def test_costs_that_are_none(text):
    with pytest.raises(InputError, match="such as 1:5"):
        TableSettings(data="t.csv", target="y", cost=text)


def test_costs_are_for_two_classes(tmp_path):
    with pytest.raises(InputError, match="cost is for two classes, but the target 'target' has numbers"):
        trained(diabetes(), tmp_path, "target", cost="1:5")
    model = trained(passengers(120, text=False), tmp_path, "survived", cost="1:5", test="0.3")
    assert 0 <= model.threshold.value <= 1
    assert model.threshold.cost <= model.threshold.cost_at_half


def test_a_model_that_cannot_be_fitted_is_left_out(tmp_path, monkeypatch):
    def fail(*_, **__):
        raise ValueError("it did not converge")

    monkeypatch.setattr("sklearn.linear_model.RidgeCV.fit", fail)
    with pytest.warns(UserWarning, match="linear model could not be fitted for comparison"):
        model = trained(diabetes(), tmp_path, "target", test="0.3")
    assert [each.name for each in model.test.baselines] == [TREES]


def test_advice_for_rare_classes():
    assert "--cost 1:5" in advice_for_rare({"ok": 95, "spam": 5}, has_costs=False, has_weights=False)
    assert "--cost 5:1" in advice_for_rare({"fraud": 5, "ok": 95}, has_costs=False, has_weights=False)
    assert "'b' has only 5.0% of the rows" in advice_for_rare({"a": 95, "b": 5}, has_costs=False, has_weights=False)
    assert advice_for_rare({"a": 95, "b": 5}, has_costs=True, has_weights=False) is None
    assert advice_for_rare({"a": 55, "b": 45}, has_costs=False, has_weights=False) is None
