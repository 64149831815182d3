"""What a model does: effects, interactions, and explained predictions."""

import numpy as np
import pandas as pd
import pytest
from tables_of_tests import passengers, written

from ridgenet._table_settings import TableSettings
from ridgenet.table._effects import Explorer
from ridgenet.table._training import train

QUICK = {"n_alphas": 10, "n_restarts": 2, "cv": 3}


def trained(frame, folder, target, **settings):
    parameters = QUICK | settings.pop("parameters", {})
    path = written(frame, folder / "t.csv")
    return train(
        TableSettings(data=str(path), target=target, test="0.25", parameters=parameters, baselines=False, **settings)
    )


@pytest.fixture(scope="module")
def linear(tmp_path_factory):
    rng = np.random.default_rng(0)
    frame = pd.DataFrame(rng.normal(size=(400, 2)), columns=["a", "b"])
    frame["kind"] = rng.choice(["x", "y", "z"], 400)
    frame["y"] = 3 * frame["a"] - frame["b"] + 2 * (frame["kind"] == "y") + 0.1 * rng.normal(size=400)
    return trained(frame, tmp_path_factory.mktemp("linear"), "y", parameters={"hidden_layer_sizes": []})


def test_the_effects_of_a_linear_network_are_its_coefficients(linear):
    explorer = Explorer(linear.pipeline, linear.rows.X, 0)
    coefs = dict(zip(linear.pipeline[:-1].get_feature_names_out(), linear.network.coefs_[0][:, 0], strict=True))
    effect = explorer.effect("a")
    np.testing.assert_allclose(np.diff(effect.means[:, 0]), coefs["a"] * np.diff(effect.values), rtol=1e-5)
    kinds = explorer.effect("kind")
    by_kind = dict(zip(kinds.values, kinds.means[:, 0], strict=True))
    assert by_kind["y"] - by_kind["x"] == pytest.approx(coefs["kind_y"] - coefs["kind_x"], rel=1e-5)
    assert (effect.spread >= 0).all()


def test_the_effect_of_a_category_is_the_mean_prediction_for_it(tmp_path):
    rng = np.random.default_rng(0)
    rare = rng.random(600) < 0.05
    frame = pd.DataFrame({"kind": np.where(rare, "b", "a"), "other": rng.normal(size=600)})
    frame["y"] = np.where(rng.random(600) < np.where(rare, 0.9, 0.1), "yes", "no")
    model = trained(frame, tmp_path, "y")
    effect = Explorer(model.pipeline, model.rows.X, 0).effect("kind")
    for kind, mean in zip(effect.values, effect.means[:, 0], strict=True):
        everywhere = model.rows.X.assign(kind=kind)
        assert mean == pytest.approx(model.pipeline.predict_proba(everywhere)[:, 1].mean(), rel=1e-5)


def test_a_linear_network_has_no_interaction(linear):
    interaction = Explorer(linear.pipeline, linear.rows.X, 0).strongest_interaction(["a", "b", "kind"])
    assert interaction.share < 1e-10


def test_the_strongest_interaction_is_the_product(tmp_path):
    rng = np.random.default_rng(0)
    frame = pd.DataFrame(rng.normal(size=(500, 3)), columns=["a", "b", "c"])
    frame["y"] = frame["a"] * frame["c"] + frame["b"] + 0.1 * rng.normal(size=500)
    model = trained(frame, tmp_path, "y", parameters={"hidden_layer_sizes": [8]})
    interaction = model.explored.interaction
    assert set(interaction.columns) == {"a", "c"}
    assert interaction.share > 0.5


def test_contributions_add_up_to_the_prediction(linear):
    explorer, row = Explorer(linear.pipeline, linear.rows.X, 0), linear.test.rows.X.iloc[[3]]
    explanation = explorer.explained(row, 3, 0)
    total = explanation.start + sum(contribution for _, _, contribution in explanation.contributions)
    assert explanation.prediction == pytest.approx(linear.pipeline.predict(row)[0])
    assert total == pytest.approx(explanation.prediction)
    assert {column for column, _, _ in explanation.contributions} == {"a", "b", "kind"}


@pytest.mark.parametrize("target", ["survived", "harbour"])
def test_a_table_of_mixed_columns_is_explored(tmp_path, target):
    frame = passengers(240, text=False)
    model = trained(frame[frame["harbour"].notna()], tmp_path, target)
    if model.explored is None:
        assert model.why_worthless
        return
    worst = model.explored.worst
    assert len(worst) == 10
    losses = [-np.log(row.probability) for row in worst]
    assert losses == sorted(losses, reverse=True)
    # the number of the row is that in the file
    table = pd.read_csv(tmp_path / "t.csv")
    assert [row.true for row in worst] == [str(table[target].iloc[row.row - 1]) for row in worst]
    explanation = model.explored.explanation
    total = explanation.start + sum(contribution for _, _, contribution in explanation.contributions)
    assert total == pytest.approx(explanation.prediction)
    assert 0 <= explanation.prediction <= 1


def test_an_untested_model_is_not_explored(tmp_path):
    path = written(passengers(100, text=False), tmp_path / "t.csv")
    model = train(TableSettings(data=str(path), target="survived", test="none", parameters=QUICK))
    assert model.explored is None
