"""Prediction intervals and sets: against MAPIE, against the definitions, and what is refused."""

import pickle
from dataclasses import replace
from fractions import Fraction
from math import ceil, floor

import numpy as np
import pytest
from scipy.sparse import csr_matrix
from sklearn.base import BaseEstimator, ClassifierMixin, RegressorMixin, clone
from sklearn.datasets import load_iris, make_friedman1, make_moons
from sklearn.linear_model import Ridge
from sklearn.model_selection import KFold, LeaveOneOut, ShuffleSplit, TimeSeriesSplit
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from ridgenet import RidgeNetClassifierCV, RidgeNetRegressorCV, load_model, save_model
from ridgenet._errors import InputError
from ridgenet.estimators._conformal import cross_conformal_set, cv_plus_interval

QUICK = {"n_alphas": 5, "n_restarts": 2, "random_state": 0, "n_jobs": 1}
X, y = make_friedman1(80, noise=1.0, random_state=0)
X_NEW, Y_NEW = make_friedman1(30, noise=1.0, random_state=1)
COVERAGES = [0.5, 0.8, 0.9, 0.95]
CV = KFold(4, shuffle=True, random_state=0)


def regressor(**parameters):
    return RidgeNetRegressorCV(**{"hidden_layer_sizes": (3,), **QUICK, "cv": CV, **parameters})


@pytest.fixture(scope="module")
def net():
    return regressor().fit(X, y)


class OfFolds(BaseEstimator):
    """Give another package the networks of the folds: `fit` only finds out which fold it is given."""

    def __init__(self, net=None, cv=None, X=None):
        self.net, self.cv, self.X = net, cv, X

    def __sklearn_clone__(self):
        return type(self)(self.net, self.cv, self.X)

    def fit(self, X, y):
        rows = [train for train, _ in self.cv.split(self.X)]
        found = [k for k, train in enumerate(rows) if np.array_equal(self.X[train], X)]
        self.fold_ = found[0] if found else None
        self.n_features_in_ = X.shape[1]
        return self

    def outputs(self, X):
        if self.fold_ is None:
            return self.net._outputs(X)
        return self.net._fold_networks.outputs(np.array(X), self.net.path_.index_of(self.net.alpha_))[self.fold_]


class RegressorOfFolds(RegressorMixin, OfFolds):
    def predict(self, X):
        return self.outputs(X)[:, 0]


class ClassifierOfFolds(ClassifierMixin, OfFolds):
    def fit(self, X, y):
        self.classes_ = self.net.classes_
        return super().fit(X, y)

    def predict_proba(self, X):
        return self.outputs(X)

    def predict(self, X):
        return self.classes_[self.outputs(X).argmax(axis=1)]


@pytest.mark.parametrize("cv", [CV, LeaveOneOut()], ids=["cv+", "jackknife+"])
@pytest.mark.parametrize(("method", "name"), [("cv+", "plus"), ("cv", "base")])
def test_the_intervals_are_those_of_mapie(cv, method, name):
    mapie = pytest.importorskip("mapie.regression")
    samples = slice(None) if cv is CV else slice(41)
    net = regressor(cv=cv, n_alphas=2, n_restarts=1).fit(X[samples], y[samples])
    of_folds = RegressorOfFolds(net, cv, X[samples])
    other = mapie.CrossConformalRegressor(of_folds, confidence_level=COVERAGES, method=name, cv=cv)
    other.fit_conformalize(X[samples], y[samples])
    _, intervals = other.predict_interval(X_NEW)
    for k, coverage in enumerate(COVERAGES):
        own = net.predict_interval(X_NEW, coverage, method=method)
        np.testing.assert_allclose(own, intervals[:, :, k], rtol=1e-12)


def test_the_sets_are_those_of_mapie():
    mapie = pytest.importorskip("mapie.classification")
    X, y = load_iris(return_X_y=True)
    # 100 samples, for which MAPIE rounds as in the publication
    X, y = X[np.arange(150) % 3 > 0], y[np.arange(150) % 3 > 0]
    net = RidgeNetClassifierCV((2,), cv=CV, **QUICK).fit(X, y)
    other = mapie.CrossConformalClassifier(ClassifierOfFolds(net, CV, X), confidence_level=COVERAGES, cv=CV)
    _, sets = other.fit_conformalize(X, y).predict_set(load_iris().data, agg_scores="crossval")
    for k, coverage in enumerate(COVERAGES):
        np.testing.assert_array_equal(net.predict_set(load_iris().data, coverage, method="cv+"), sets[:, :, k])


def test_jackknife_plus_of_ridge_by_its_definition():
    alpha, n = 3.0, 30
    net = RidgeNetRegressorCV((), alphas=[alpha], cv=LeaveOneOut(), tol=1e-10, n_jobs=1).fit(X[:n], y[:n])
    low, high = np.empty((2, n, len(X_NEW)))
    for i in range(n):
        others = np.delete(np.arange(n), i)
        # λ/n is the same in each fold
        ridge = make_pipeline(StandardScaler(), Ridge(alpha * (n - 1) / n)).fit(X[others], y[others])
        residual = abs(y[i] - ridge.predict(X[[i]])[0])
        low[i], high[i] = ridge.predict(X_NEW) - residual, ridge.predict(X_NEW) + residual
    # the floor(0.2 * 31) = 6th smallest and the ceil(0.8 * 31) = 25th smallest
    expected = np.stack([np.sort(low, axis=0)[5], np.sort(high, axis=0)[24]], axis=1)
    np.testing.assert_allclose(net.predict_interval(X_NEW, 0.8), expected, rtol=1e-6)


@pytest.mark.parametrize("coverage", [Fraction(1, 2), Fraction(4, 5), Fraction(9, 10), Fraction(29, 30)])
@pytest.mark.parametrize(("n", "n_divisions"), [(29, 1), (30, 2), (37, 1), (37, 4)])
def test_ranks_are_those_of_the_definitions(n, n_divisions, coverage):
    rng = np.random.default_rng(n)
    predictions, residuals = rng.normal(size=(3, 5)), np.abs(rng.normal(size=n))
    folds = rng.integers(3, size=(n_divisions, n))
    interval = cv_plus_interval(predictions, residuals, folds, float(coverage))
    centres = predictions[folds].mean(axis=0)
    lower = np.sort(centres - residuals[:, np.newaxis], axis=0)
    upper = np.sort(centres + residuals[:, np.newaxis], axis=0)
    np.testing.assert_allclose(interval[:, 0], lower[floor((1 - coverage) * (n + 1)) - 1], rtol=1e-13)
    np.testing.assert_allclose(interval[:, 1], upper[ceil(coverage * (n + 1)) - 1], rtol=1e-13)
    # binary fractions: their means are exact
    residuals = np.round(residuals * 8) / 8
    candidates = rng.choice(residuals, size=(3, 5, 2))
    smaller = sum(residuals[i] < candidates[folds[:, i]].mean(axis=0) for i in range(n))
    np.testing.assert_array_equal(
        cross_conformal_set(candidates, residuals, folds, float(coverage)), smaller < coverage * (n + 1)
    )


def test_the_intervals_and_sets_cover_fresh_samples():
    # means over draws; one draw of 60 samples varies by several percent
    covered, contained = {"cv+": [], "cv": []}, {"cv+": [], "cv": []}
    for seed in range(10):
        draw = make_friedman1(60, noise=1.0, random_state=seed)
        net = RidgeNetRegressorCV((), n_alphas=8, random_state=seed, n_jobs=1).fit(*draw)
        fresh, target = make_friedman1(300, noise=1.0, random_state=100 + seed)
        for method, rates in covered.items():
            low, high = net.predict_interval(fresh, method=method).T
            rates.append(((low <= target) & (target <= high)).mean())
        net = RidgeNetClassifierCV((4,), **QUICK).fit(*make_moons(100, noise=0.4, random_state=seed))
        fresh, target = make_moons(300, noise=0.4, random_state=100 + seed)
        for method, rates in contained.items():
            rates.append(net.predict_set(fresh, method=method)[np.arange(300), target].mean())
    for rates in (*covered.values(), *contained.values()):
        assert 0.87 < np.mean(rates) < 0.94


def test_another_alpha_has_its_own_intervals():
    net = RidgeNetRegressorCV((), alphas=[100.0, 1.0], cv=CV, tol=1e-10, n_jobs=1).fit(X, y)
    for alpha in (100.0, 1.0):
        alone = RidgeNetRegressorCV((), alphas=[alpha], cv=CV, tol=1e-10, n_jobs=1).fit(X, y)
        for method in ("cv+", "cv"):
            of_path, own = (one.predict_interval(X_NEW, method=method) for one in (net.with_alpha(alpha), alone))
            np.testing.assert_allclose(of_path, own, rtol=1e-6)


def test_the_networks_are_those_of_the_selected_candidate():
    linear = X @ np.arange(10) + np.random.default_rng(0).normal(size=80)
    several = regressor(hidden_layer_sizes=[(1,), (), (3,)], n_restarts=1).fit(X, linear)
    alone = regressor(hidden_layer_sizes=(), alphas=several.alphas_).fit(X, linear)
    assert several.hidden_layer_sizes_ == ()
    np.testing.assert_allclose(several.predict_interval(X_NEW), alone.predict_interval(X_NEW), rtol=1e-4)


@pytest.mark.parametrize("cv", [CV, 4], ids=["same folds", "two divisions"])
def test_the_residuals_are_those_of_the_networks_that_predict(cv):
    for average in (True, False):
        net = regressor(average=average, cv=cv, keep=True).fit(X, y)
        folds, index = net._fold_networks, net.path_.index_of(net.alpha_)
        outputs = folds.outputs(X, index)[folds.folds_of_sample, np.arange(len(X)), 0].mean(axis=0)
        np.testing.assert_allclose(folds.scores[index, :, 0], np.abs(y - outputs), rtol=1e-10)
        np.testing.assert_allclose(net.oof_predictions_[index, :, 0], outputs, rtol=1e-12)


def test_each_output_has_an_interval():
    Y = np.column_stack([y, X[:, 0]])
    both = RidgeNetRegressorCV((), alphas=[1.0], cv=CV, tol=1e-10, n_jobs=1).fit(X, Y)
    intervals = both.predict_interval(X_NEW)
    assert intervals.shape == (len(X_NEW), 2, 2)
    # without hidden layers the outputs do not depend on one another
    for j in range(2):
        alone = RidgeNetRegressorCV((), alphas=[1.0], cv=CV, tol=1e-10, n_jobs=1).fit(X, Y[:, j])
        np.testing.assert_allclose(intervals[:, j], alone.predict_interval(X_NEW), rtol=1e-5, atol=1e-6)


def test_intervals_of_counts_are_not_negative():
    counts = np.random.default_rng(0).poisson(1.0, len(X))
    low, high = regressor(loss="poisson").fit(X, counts).predict_interval(X_NEW).T
    assert (low == 0).any()
    assert (low >= 0).all()
    assert (high > 1).all()
    assert regressor(loss="huber").fit(X, y).predict_interval(X_NEW).shape == (30, 2)


def test_samples_of_weight_zero_are_left_out(net):
    extra_X, extra_y = np.vstack([X, X[:20]]), np.append(y, y[:20] + 1000)
    weights = np.append(np.ones(80), np.zeros(20))
    folds = [(train, np.append(test, np.arange(80, 100))) for train, test in CV.split(X)]
    weighted = regressor(cv=folds).fit(extra_X, extra_y, weights)
    np.testing.assert_allclose(weighted.predict_interval(X_NEW), net.predict_interval(X_NEW), rtol=1e-6)


@pytest.mark.parametrize("as_inputs", [csr_matrix, lambda X: X.astype(np.float32)], ids=["sparse", "float32"])
def test_other_inputs(as_inputs):
    dense, other = (regressor(hidden_layer_sizes=()).fit(inputs, y) for inputs in (X, as_inputs(X)))
    np.testing.assert_allclose(other.predict_interval(as_inputs(X_NEW)), dense.predict_interval(X_NEW), rtol=1e-3)


def test_two_classes_and_names():
    data, labels = make_moons(100, noise=0.3, random_state=0)
    net = RidgeNetClassifierCV((4,), **QUICK).fit(data, np.array(["no", "yes"])[labels])
    for method in ("cv+", "cv"):
        sizes = [net.predict_set(data, coverage, method=method).sum() for coverage in (0.5, 0.8, 0.95, 0.99)]
        assert sizes == sorted(sizes)
        sets = net.predict_set(data, 0.95, method=method)
        assert sets.dtype == bool
        assert sets.shape == (100, 2)
        assert sets[np.arange(100), labels].mean() > 0.9


def test_a_copy_and_a_file_keep_the_networks_of_the_folds(tmp_path):
    net = regressor(cv=4).fit(X, y)
    expected = net.predict_interval(X_NEW)
    for again in (pickle.loads(pickle.dumps(net)), load_model(save_model(net, tmp_path / "model.skops"))):
        np.testing.assert_array_equal(again.predict_interval(X_NEW), expected)
        weaker = again.with_alpha(again.alphas_[-1])
        np.testing.assert_array_equal(
            weaker.predict_interval(X_NEW), net.with_alpha(net.alphas_[-1]).predict_interval(X_NEW)
        )


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda folds: {"parameters": tuple(p[:, :, 1:] for p in folds.parameters)}, "parameters must have shape"),
        (lambda folds: {"parameters": folds.parameters[:2]}, "each fold must have"),
        (lambda folds: {"folds_of_sample": folds.folds_of_sample + 1}, "in one of the folds"),
        (lambda folds: {"scores": folds.scores[:2]}, "must have shape"),
        (lambda folds: {"standardizers": (None,) * 4}, "must have a standardizer"),
    ],
)
def test_networks_of_the_folds_in_a_file_are_checked(tmp_path, net, change, message):
    other = net.with_alpha(net.alpha_)
    other._fold_networks = replace(net._fold_networks, **change(net._fold_networks))
    with pytest.raises(InputError, match=message):
        save_model(other, tmp_path / "model.skops")


def test_of_many_samples_some_have_scores(monkeypatch):
    monkeypatch.setattr("ridgenet.estimators._fold_networks.MOST_SCORES", 200)
    many, target = make_friedman1(1000, noise=1.0, random_state=0)
    net = RidgeNetRegressorCV((), alphas=[1.0], cv=3, random_state=0, n_jobs=1).fit(many, target)
    assert net._fold_networks.scores.shape == (1, 200, 1)
    low, high = net.predict_interval(many).T
    assert 0.85 < ((low <= target) & (target <= high)).mean() < 0.95


# what is refused


@pytest.mark.parametrize("coverage", [0, 1, -0.1, 90, np.nan, "0.9", None])
def test_coverage_is_between_0_and_1(net, coverage):
    with pytest.raises(InputError, match=r"coverage must be a number between 0 and 1, both excluded; got"):
        net.predict_interval(X_NEW, coverage)


def test_a_coverage_that_needs_more_samples(net):
    message = (
        r"coverage=0\.99 needs at least 99 training samples, got 80: .* infinite; lower coverage to 0\.988 or less"
    )
    for method in ("cv+", "cv"):
        with pytest.raises(InputError, match=message):
            net.predict_interval(X_NEW, 0.99, method=method)
    assert np.isfinite(net.predict_interval(X_NEW, 80 / 81)).all()


def test_without_folds(net):
    evidence = clone(net).set_params(selection="evidence").fit(X, y)
    with pytest.raises(InputError, match=r"predict_interval needs cross-validation, but selection='evidence'"):
        evidence.predict_interval(X_NEW)
    # networks of an earlier fit are forgotten
    again = clone(net).fit(X, y).set_params(selection="evidence").fit(X, y)
    with pytest.raises(InputError, match=r"needs cross-validation"):
        again.predict_interval(X_NEW)


def test_a_lambda_without_networks_of_the_folds(tmp_path, net):
    other, folds = net.with_alpha(net.alphas_[1]), net._fold_networks
    at_other = np.arange(len(net.alphas_)) == 1
    other._fold_networks = replace(
        folds,
        scores=np.where(at_other[:, np.newaxis, np.newaxis], np.nan, folds.scores),
        parameters=tuple(np.where(at_other[:, np.newaxis, np.newaxis], np.nan, p) for p in folds.parameters),
    )
    with pytest.raises(InputError, match=r"predict_interval: there are no networks of the folds at λ = "):
        other.predict_interval(X_NEW)
    other.cv = None
    assert load_model(save_model(other, tmp_path / "model.skops")).predict(X_NEW).shape == (30,)


def test_folds_that_do_not_test_each_sample_once():
    for cv, message in (
        (TimeSeriesSplit(3), r"such as KFold; some are in no test fold"),
        (ShuffleSplit(5, test_size=0.5, random_state=0), r"some are in (no test fold|several test folds)"),
    ):
        with pytest.raises(InputError, match=message):
            regressor(cv=cv).fit(X, y).predict_interval(X_NEW)


def test_losses_targets_and_methods_without_intervals(net):
    with pytest.raises(InputError, match="got loss='quantile'"):
        regressor(loss="quantile").fit(X, y).predict_interval(X_NEW)
    labels = np.column_stack([y > 14, X[:, 0] > 0.5]).astype(int)
    with pytest.raises(InputError, match="predict_set needs a single target; use one estimator for each label"):
        RidgeNetClassifierCV((2,), **QUICK).fit(X, labels).predict_set(X_NEW)
    with pytest.raises(InputError, match=r"method must be one of cv\+, cv; got 'plus'"):
        net.predict_interval(X_NEW, method="plus")


def test_dask_collections(net):
    da = pytest.importorskip("dask.array")
    with pytest.raises(InputError, match="predict_interval: X must be in memory"):
        net.predict_interval(da.from_array(X_NEW))
    lazily = regressor(cv=3, alphas=[1.0]).fit(da.from_array(X, chunks=(40, 10)), da.from_array(y, chunks=40))
    with pytest.raises(InputError, match="fitted to data in memory, not to Dask collections"):
        lazily.predict_interval(X_NEW)
