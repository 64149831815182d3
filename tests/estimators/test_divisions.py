"""Several divisions into folds: out-of-fold predictions, scores, and the type of the computation."""

from dataclasses import replace

import numpy as np
import pytest
from sklearn.datasets import make_friedman1, make_moons
from sklearn.linear_model import Ridge
from sklearn.metrics import roc_auc_score
from sklearn.model_selection import KFold, StratifiedKFold
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.utils import check_random_state

from ridgenet import RidgeNetClassifierCV, RidgeNetRegressorCV
from ridgenet._network import Network
from ridgenet._preprocessing import Standardizer
from ridgenet.path._fits import PathFits
from ridgenet.path._part import in_single_precision
from ridgenet.path._problem import Problem
from ridgenet.path._rows import ArrayRows, Fold

X, y = make_friedman1(60, noise=1.0, random_state=0)
MOONS, CLASSES = make_moons(80, noise=0.3, random_state=0)
QUICK = {"n_alphas": 8, "n_restarts": 3, "random_state": 0, "cv": 4, "n_jobs": 1}


def divisions(splitter, n_divisions, inputs, target):
    seed = check_random_state(0).randint(2**31)
    splitters = (splitter(4, shuffle=True, random_state=seed + division) for division in range(n_divisions))
    return [list(each.split(inputs, target)) for each in splitters]


def scores_of(net, n_folds):
    return np.array([net.cv_results_[f"split{k}_test_score"] for k in range(n_folds)])


def test_scores_and_out_of_fold_predictions_are_those_of_ridge_in_all_divisions():
    alpha, expected, errors = 3.0, np.zeros(60), []
    net = RidgeNetRegressorCV((), **QUICK | {"alphas": [alpha]}, tol=1e-10, keep=True).fit(X, y)
    for folds in divisions(KFold, 2, X, y):
        for train, test in folds:
            # λ/n is the same in each fold
            ridge = make_pipeline(StandardScaler(), Ridge(alpha * len(train) / 60)).fit(X[train], y[train])
            expected[test] += ridge.predict(X[test]) / 2
            errors.append(-np.mean((ridge.predict(X[test]) - y[test]) ** 2))
    np.testing.assert_allclose(net.oof_predictions_[0, :, 0], expected, rtol=1e-6)
    np.testing.assert_allclose(scores_of(net, 8)[:, 0], errors, rtol=1e-6)
    np.testing.assert_allclose(net.cv_results_["mean_test_score"], np.mean(errors))
    # as many independent differences as in one division
    np.testing.assert_allclose(net.cv_results_["standard_error"], np.std(errors) / np.sqrt(4 - 1), rtol=1e-6)


def test_a_fold_has_the_networks_of_the_restarts_of_its_division():
    accuracy = {"alphas": [0.3], "scoring": "accuracy"}
    net = RidgeNetClassifierCV((4,), **QUICK | accuracy).fit(MOONS, CLASSES)
    for division, folds in enumerate(divisions(StratifiedKFold, 2, MOONS, CLASSES)):
        of_division = slice(4 * division, 4 * division + 4)
        # restarts 0 and 1, and restart 2
        assert {each.shape[1] for each in net._fold_networks.parameters[of_division]} == {2 - division}
        outputs = net._fold_networks.outputs(MOONS, 0)[of_division]
        shares = [((p[test, 0] > 0.5) == CLASSES[test]).mean() for p, (_, test) in zip(outputs, folds, strict=True)]
        np.testing.assert_allclose(scores_of(net, 8)[of_division, 0], shares)


@pytest.mark.parametrize("n_restarts", [3, 5])
def test_losses_are_those_of_averages_of_all_restarts(n_restarts):
    # networks whose predictions err by 0.5, and vary by 1 from restart to restart
    rng, samples = np.random.default_rng(0), np.arange(20_000)
    target = rng.normal(size=(len(samples), 1))
    halves = [(samples[::2], samples[1::2]), (samples[1::2], samples[::2])]
    folds = [Fold(*half, division=division) for division in range(3) for half in halves]
    rows = ArrayRows(target, target, standardizer=Standardizer.identity(1, 1), folds=folds)
    fits = PathFits(Problem(Network((1, 1, 1), loss="squared_error"), rows), np.array([1.0]), n_restarts)
    for (part, restart), outcome in fits.outcomes.items():
        if part > 0:
            predicted = target[folds[part - 1].test] + 0.5 + rng.normal(size=(len(samples) // 2, 1))
            fits.outcomes[part, restart] = replace(outcome, outputs=predicted[np.newaxis])
    losses, by_restart = fits.losses(average=True)
    # two folds in each of three divisions, of which three restarts fill two
    assert len(losses) == {3: 4, 5: 6}[n_restarts]
    np.testing.assert_allclose(losses.mean(), 0.25 + 1 / n_restarts, rtol=0.03)
    np.testing.assert_allclose(by_restart, 1.25, rtol=0.05)


def test_scorers_see_the_averages():
    by_name, by_hand = (
        RidgeNetClassifierCV((4,), **QUICK, scoring=scoring).fit(MOONS, CLASSES)
        for scoring in ("roc_auc", lambda net, inputs, target: roc_auc_score(target, net.predict_proba(inputs)[:, 1]))
    )
    test = divisions(StratifiedKFold, 2, MOONS, CLASSES)[1][2][1]
    for net in (by_name, by_hand):
        outputs = [net._fold_networks.outputs(MOONS[test], index)[6, :, 0] for index in range(len(net.alphas_))]
        expected = [roc_auc_score(CLASSES[test], p) for p in outputs]
        np.testing.assert_allclose(net.cv_results_["split6_test_score"], expected)


@pytest.mark.parametrize(
    ("scoring", "message"),
    [
        (lambda net, inputs, _: net.predict(inputs[:3]).mean(), "must predict the 20 samples it is given; got 3"),
        (lambda net, *_: net.coefs_[0].sum(), "no coefs"),
    ],
)
def test_scorers_can_only_ask_for_predictions_of_their_samples(scoring, message):
    with pytest.raises(ValueError, match=message):
        RidgeNetClassifierCV((2,), **QUICK, scoring=scoring).fit(MOONS, CLASSES)


def test_given_folds_and_single_networks_have_one_division():
    for settings in ({"cv": KFold(4)}, {"average": False}, {"n_restarts": 2}):
        net = RidgeNetRegressorCV((3,), **QUICK | settings).fit(X, y)
        assert net._fold_networks.folds_of_sample.shape == (1, 60)
        assert len(net._fold_networks.parameters) == 4
    assert RidgeNetRegressorCV((3,), **QUICK).fit(X, y)._fold_networks.folds_of_sample.shape == (2, 60)


def test_candidates_with_fewer_restarts_are_compared_on_the_folds_they_have():
    inputs = np.random.default_rng(0).uniform(-3, 3, (200, 1))
    net = RidgeNetRegressorCV(**QUICK | {"n_restarts": 5}).fit(inputs, np.sin(3 * inputs[:, 0]))
    # 32 units have three restarts, in the first two divisions
    largest = np.array([sizes == (32,) for sizes in net.cv_results_["hidden_layer_sizes"]])
    assert largest.any()
    scores = scores_of(net, 12)
    assert np.isfinite(scores[:8]).all()
    assert np.isnan(scores[8:, largest]).all()
    assert np.isfinite(scores[8:, ~largest]).all()


def test_many_samples_are_divided_once(monkeypatch):
    monkeypatch.setattr("ridgenet.estimators._data.MOST_DIVIDED_AGAIN", 59)
    net = RidgeNetRegressorCV((3,), **QUICK).fit(X, y)
    assert net._fold_networks.folds_of_sample.shape == (1, 60)


def test_few_samples_of_positive_weight_are_divided_once_if_a_further_division_has_a_fold_without_any():
    weights = np.zeros(60)
    for _, test in divisions(KFold, 1, X, y)[0]:
        weights[test[0]] = 1.0
    net = RidgeNetRegressorCV((), **QUICK).fit(X, y, weights)
    assert net._fold_networks.folds_of_sample.shape == (1, 60)
    weights[weights > 0] = [1.0, 0.0, 0.0, 0.0]
    with pytest.raises(ValueError, match="have weight zero; change cv"):
        RidgeNetRegressorCV((), **QUICK).fit(X, y, weights)


def test_the_interval_of_lambda_holds_what_is_not_clearly_worse():
    net = RidgeNetRegressorCV((3,), **QUICK).fit(X, y)
    low, high = net.alpha_interval_
    assert low <= net.alpha_ <= high
    losses = -scores_of(net, 8).T
    worse = losses - losses[net.alphas_ == net.alpha_]
    # eight test sets of 15 samples, in two divisions
    mean, error = worse.mean(axis=1), worse.std(axis=1) / np.sqrt(4 - 1)
    inside = (net.alphas_ >= low) & (net.alphas_ <= high)
    assert (mean[inside] <= 2 * error[inside]).all()
    beyond = [np.flatnonzero(inside)[0] - 1, np.flatnonzero(inside)[-1] + 1]
    assert all(mean[k] > 2 * error[k] for k in beyond if 0 <= k < len(mean))


# single precision


def rows_of(inputs, target, weights=None, **settings):
    folds = [Fold(np.arange(20, 60), np.arange(20))]
    standardizer = Standardizer.fitted_to(inputs, target, weights, centering="mean")
    return ArrayRows(inputs, target, weights, standardizer=standardizer, folds=folds, centering="mean", **settings)


def test_folds_of_an_adaptive_path_are_in_single_precision_without_its_errors():
    # differences of 1 in float32 would be lost among such numbers
    far, target = X + 1e9, y[:, np.newaxis] + 1e9
    rows = rows_of(far, target, single_precision=True)
    network = Network((5, 3, 1), loss="squared_error")
    assert (rows.dtype, rows.dtype_on(1, network)) == (np.float64, np.float32)
    near, single = rows.part(1), in_single_precision(rows.part(1))
    np.testing.assert_allclose(single.examples.X, near.inputs(), atol=1e-6)
    np.testing.assert_allclose(single.examples.Y, near.targets, atol=1e-6)


@pytest.mark.parametrize("factor", [1e20, 1e-20])
def test_values_out_of_range_stay_in_double_precision(factor):
    rows = rows_of(X, y[:, np.newaxis], np.full(60, factor), single_precision=True)
    assert rows.dtype_on(1, Network((5, 3, 1), loss="squared_error")) == np.float64


def test_networks_without_hidden_layers_are_in_double_precision():
    rows = rows_of(X, y[:, np.newaxis], single_precision=True)
    assert rows.dtype_on(1, Network((5, 1), loss="squared_error")) == np.float64


def test_single_precision_hardly_changes_scores():
    net = RidgeNetRegressorCV((3,), **QUICK, keep=True).fit(X, y)
    assert net.path_.parameters.dtype == net.oof_predictions_.dtype == np.float64
    assert all(each.dtype == np.float64 for each in net._fold_networks.parameters)
    double = RidgeNetRegressorCV((3,), **QUICK | {"alphas": net.alphas_}).fit(X, y)
    near = np.abs(np.log(net.alphas_ / net.alpha_)) < 1
    ours, theirs = (each.cv_results_["mean_test_score"][near] for each in (net, double))
    np.testing.assert_allclose(ours, theirs, rtol=0.05)
