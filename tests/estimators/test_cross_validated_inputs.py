"""Data, folds and settings of the estimators that choose λ: every kind is taken, and what cannot be is refused."""

import numpy as np
import pytest
from scipy.sparse import csr_matrix
from sklearn.datasets import make_moons
from sklearn.model_selection import GroupKFold, KFold, PredefinedSplit

from ridgenet import RidgeNetClassifierCV, RidgeNetRegressorCV

X, y = make_moons(80, noise=0.3, random_state=0)
QUICK = {"n_alphas": 8, "n_restarts": 2, "random_state": 0}
RNG = np.random.RandomState(1)


# weights, groups, folds


def test_integer_weights_are_repeated_rows():
    weights = RNG.randint(1, 4, len(y))
    fold_of = RNG.randint(0, 3, len(y))
    rows = np.repeat(np.arange(len(y)), weights)
    common = {"tol": 1e-10, "alphas": np.geomspace(0.1, 50, 6)}
    weighted = RidgeNetClassifierCV((), cv=PredefinedSplit(fold_of), **common).fit(X, y, weights)
    repeated = RidgeNetClassifierCV((), cv=PredefinedSplit(fold_of[rows]), **common).fit(X[rows], y[rows])
    for name in ("mean_test_score", "standard_error"):
        np.testing.assert_allclose(weighted.cv_results_[name], repeated.cv_results_[name], rtol=1e-5)
    np.testing.assert_allclose(weighted.predict_proba(X), repeated.predict_proba(X), atol=1e-6)


def test_groups_are_never_split():
    groups = np.repeat(np.arange(20), 4)
    net = RidgeNetClassifierCV((), cv=GroupKFold(4), keep=True, alphas=[1.0]).fit(X, y, groups=groups)
    folds = list(GroupKFold(4).split(X, y, groups))
    same = RidgeNetClassifierCV((), cv=folds, keep=True, alphas=[1.0]).fit(X, y)
    np.testing.assert_array_equal(net.oof_predictions_, same.oof_predictions_)
    with pytest.raises(ValueError, match="'groups' parameter should not be None"):
        RidgeNetClassifierCV((), cv=GroupKFold(4)).fit(X, y)


def test_a_number_of_folds_is_shuffled_by_the_random_state():
    order = np.argsort(X[:, 0])
    one = RidgeNetRegressorCV((), keep=True, random_state=0).fit(X[order], X[order, 0])
    two = RidgeNetRegressorCV((), keep=True, random_state=1).fit(X[order], X[order, 0])
    assert not np.array_equal(one.cv_results_["split0_test_score"], two.cv_results_["split0_test_score"])
    # sorted rows and folds of neighbours would make the folds of the ends far worse than the others
    losses = [-one.cv_results_[f"split{k}_test_score"][20] for k in range(5)]
    assert max(losses) < 10 * min(losses)


@pytest.mark.parametrize("kind", ["labels", "outputs", "poisson", "strings", "float32", "class_weight"])
def test_every_kind_of_target(kind):
    inputs = X.astype(np.float32) if kind == "float32" else X
    labels = np.column_stack([y, X[:, 0] > 0]).astype(int)
    target, estimator, settings = {
        "labels": (labels, RidgeNetClassifierCV, {}),
        "outputs": (X @ [[1.0, 2.0], [0.5, -1.0]], RidgeNetRegressorCV, {}),
        "poisson": (RNG.poisson(np.exp(X[:, 0])), RidgeNetRegressorCV, {"loss": "poisson"}),
        "strings": (np.array(["no", "yes"])[y], RidgeNetClassifierCV, {}),
        "float32": (y, RidgeNetClassifierCV, {}),
        "class_weight": (y, RidgeNetClassifierCV, {"class_weight": "balanced"}),
    }[kind]
    net = estimator((3,), **QUICK, **settings).fit(inputs, target)
    predictions = net.predict(inputs)
    assert predictions.shape == target.shape
    assert net.score(inputs, target) > 0.3
    if kind == "float32":
        assert net.predict_proba(inputs).dtype == np.float32
    if kind == "poisson":
        assert (predictions > 0).all()


# what cannot be


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"alphas": [-1.0, 1.0]}, "alphas must be finite numbers of 0 or more"),
        ({"alphas": [np.nan]}, "alphas must be finite numbers"),
        ({"alphas": []}, "alphas must be finite numbers"),
        ({"selection": "best"}, "selection"),
        ({"alpha_min_ratio": 1.5}, "alpha_min_ratio"),
        ({"hidden_layer_sizes": [(4,), (0,)]}, "hidden_layer_sizes must be > 0"),
        ({"hidden_layer_sizes": [(4,), "a"]}, "hidden_layer_sizes must be whole numbers"),
        ({"cv": KFold}, r"cv must be a splitter, not a class of splitters; pass KFold\(...\)"),
        ({"cv": 100}, "n_samples = 80"),
        ({"cv": []}, "at least one fold"),
        (
            {"cv": [(np.arange(80), np.arange(0))]},
            "training and test rows for each fold; there are no test rows of fold 0",
        ),
        ({"cv": [(np.arange(60), [60, 99])]}, "test rows of fold 0 contain 99, but row indices go from 0 to 79"),
        ({"cv": [(np.arange(60), [60]), ([0, -81], [60])]}, "training rows of fold 1 contain -81"),
        ({"cv": [(np.arange(60.0), [60])]}, "must be a list of row indices, or a mask of all 80 rows"),
        ({"cv": [(np.arange(60).reshape(2, 30), [60])]}, "training rows of fold 0 must be a list"),
        ({"cv": [(np.arange(60) > 5, [60])]}, "training rows of fold 0 must be a list"),
        ({"cv": [(np.arange(80) > 80, [60])]}, "no training rows of fold 0"),
        ({"cv": [([1, 2], [3], [4])]}, "fold 0 must be a pair"),
        ({"alphas": ["strong"]}, "alphas must be finite numbers"),
        ({"alphas": [1j]}, "alphas must be finite numbers"),
        ({"alphas": [0.0, 1.0], "selection": "evidence"}, "above 0"),
    ],
)
def test_what_cannot_be_is_said(settings, message):
    with pytest.raises(ValueError, match=message):
        RidgeNetClassifierCV(**({"n_restarts": 1} | settings)).fit(X, y)


def test_folds_may_be_masks_or_count_from_the_end_and_are_the_same_folds():
    rows = np.arange(80)
    given = [(rows[:60], rows[60:]), (rows < 60, rows >= 60), (rows[:60].tolist(), list(range(-20, 0)))]
    found = [RidgeNetClassifierCV((), cv=[fold], alphas=[1.0]).fit(X, y).cv_results_ for fold in given]
    assert found[0]["mean_test_score"] == found[1]["mean_test_score"] == found[2]["mean_test_score"]


def test_rows_that_are_trained_on_and_tested_are_said():
    with pytest.warns(UserWarning, match=r"10 test rows of fold 0 are also training rows"):
        RidgeNetClassifierCV((), cv=[(np.arange(70), np.arange(60, 80))], alphas=[1.0]).fit(X, y)


@pytest.mark.parametrize("scoring", [None, "f1_macro"])
def test_sparse_labels_are_labels(scoring):
    labels = np.column_stack([y, X[:, 0] > 0]).astype(int)
    settings = QUICK | {"scoring": scoring, "class_weight": "balanced", "n_alphas": 3}
    dense, sparse = (RidgeNetClassifierCV((), **settings).fit(X, target) for target in (labels, csr_matrix(labels)))
    np.testing.assert_array_equal(sparse.cv_results_["mean_test_score"], dense.cv_results_["mean_test_score"])
    np.testing.assert_array_equal(sparse.predict(X), dense.predict(X))


def test_a_fold_without_weight_is_named():
    weights = np.ones(80)
    weights[:16] = 0
    folds = [(np.arange(16, 80), np.arange(16)), (np.arange(64), np.arange(64, 80))]
    with pytest.raises(ValueError, match="fold 0"):
        RidgeNetClassifierCV((), cv=folds).fit(X, y, weights)
