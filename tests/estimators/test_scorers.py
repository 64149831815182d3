"""Explicit scorers where test rows lack a class, and where a score is undefined."""

import warnings

import numpy as np
import pytest
from sklearn.datasets import load_iris, make_moons
from sklearn.exceptions import UndefinedMetricWarning
from sklearn.linear_model import LogisticRegressionCV
from sklearn.metrics import f1_score, log_loss, make_scorer, roc_auc_score
from sklearn.model_selection import KFold, StratifiedKFold
from tables_of_tests import passengers, written

from ridgenet import RidgeNetClassifierCV, RidgeNetRegressorCV
from ridgenet._table_settings import TableSettings
from ridgenet.table._training import train

LINEAR = {"hidden_layer_sizes": (), "random_state": 0}
X, y = make_moons(60, noise=0.3, random_state=0)
TEXT = np.array(["no", "yes"])[y]
IRIS, SPECIES = load_iris(return_X_y=True)
RARE = np.where(np.arange(150) == 0, 7, SPECIES)  # a class of one member
BY_CLASS = np.argsort(y, kind="stable")


def choice(scoring, inputs=X, target=y, cv=3, **settings):
    return RidgeNetClassifierCV(**LINEAR | {"n_alphas": 4, "scoring": scoring, "cv": cv} | settings).fit(inputs, target)


def scores(net, n_folds):
    return np.array([net.cv_results_[f"split{k}_test_score"] for k in range(n_folds)])


@pytest.fixture
def folds_of_rare_class():
    """Test rows of which only the first fold holds the class of one member."""
    folds = list(StratifiedKFold(5).split(IRIS, SPECIES))
    assert 0 in folds[0][1]
    return folds


@pytest.mark.filterwarnings("ignore::FutureWarning")  # of scikit-learn, about its next attributes
@pytest.mark.parametrize("scoring", ["neg_log_loss", "neg_brier_score", "d2_log_loss_score"])
def test_a_class_that_test_rows_lack_counts_as_in_logistic_regression_cv(scoring, folds_of_rare_class):
    Z = (IRIS - IRIS.mean(axis=0)) / IRIS.std(axis=0)
    # LogisticRegressionCV asks for every class in every training part
    target = np.where(np.arange(150) == 40, 7, RARE)
    folds = [(np.union1d(train, [0, 40]), np.setdiff1d(test, [0, 40])) for train, test in folds_of_rare_class]
    net = choice(scoring, Z, target, folds, alphas=[1.0, 10.0], standardize=False, tol=1e-9)
    # in a fold with n of 150 rows to train on, λ / n is that of all
    ours = scores(net, 5)
    for k, fold in enumerate(folds):
        oracle = LogisticRegressionCV(
            Cs=150 / (len(fold[0]) * net.alphas_), cv=[fold], scoring=scoring, tol=1e-10, max_iter=10_000
        ).fit(Z, target)
        np.testing.assert_allclose(ours[k], np.ravel(next(iter(oracle.scores_.values())))[-2:], atol=1e-5)


def test_the_log_loss_by_name_is_the_default_score_for_a_rare_class():
    with pytest.warns(UserWarning, match="least populated class"):
        named = choice("neg_log_loss", IRIS, RARE, 5)
    with pytest.warns(UserWarning, match="least populated class"):
        default = choice(None, IRIS, RARE, 5)
    np.testing.assert_allclose(scores(named, 5), scores(default, 5), rtol=1e-6)
    assert named.alpha_ == default.alpha_


def test_a_fold_in_which_a_score_is_undefined_is_named_and_left_out(folds_of_rare_class):
    with pytest.warns(UndefinedMetricWarning, match=r"'roc_auc_ovr' is undefined on the test rows of fold 1, fold 2"):
        net = choice("roc_auc_ovr", IRIS, RARE, folds_of_rare_class, keep=True)
    table = scores(net, 5)
    assert np.isnan(table[1:]).all()
    test = folds_of_rare_class[0][1]
    wanted = roc_auc_score(RARE[test], net.oof_predictions_[2][test], multi_class="ovr", labels=[0, 1, 2, 7])
    assert table[0, 2] == pytest.approx(wanted, rel=1e-9)
    np.testing.assert_array_equal(net.cv_results_["mean_test_score"], table[0])


def test_a_score_that_is_undefined_everywhere_is_refused_with_its_name():
    one_class = [(BY_CLASS[10:], BY_CLASS[:10]), (BY_CLASS[:50], BY_CLASS[50:])]
    with pytest.raises(ValueError, match="'roc_auc' is undefined or infinite in every fold"):
        choice("roc_auc", cv=one_class)
    with pytest.raises(ValueError, match="'r2' is undefined or infinite in every fold"):
        RidgeNetRegressorCV(**LINEAR, n_alphas=4, cv=60, scoring="r2").fit(X, X[:, 0])


def test_a_strength_at_which_a_score_is_undefined_is_not_chosen():
    def only_for_sure_networks(net, inputs, target):
        return 1.0 if np.ptp(net.predict_proba(inputs)) > 0.5 else -np.inf

    with pytest.warns(UndefinedMetricWarning, match="only_for_sure_networks is undefined or infinite at some λ"):
        net = choice(only_for_sure_networks, alphas=[1e4, 1e3, 1.0, 0.1])
    assert net.alpha_ == 1.0
    assert np.isnan(net.cv_results_["mean_test_score"][:2]).all()


@pytest.mark.parametrize("scoring", ["f1", "precision", "recall", "jaccard", "average_precision", "neg_brier_score"])
def test_of_two_classes_the_second_is_the_positive_one(scoring):
    np.testing.assert_array_equal(scores(choice(scoring, target=TEXT), 3), scores(choice(scoring), 3))
    assert choice(scoring, target=TEXT).alpha_ == choice(scoring).alpha_


def test_what_a_scorer_was_given_stays():
    folds = list(KFold(3).split(X))
    of_no = choice(make_scorer(f1_score, pos_label="no"), target=TEXT, cv=folds)
    np.testing.assert_allclose(scores(of_no, 3), scores(choice("f1", target=1 - y, cv=folds), 3))
    loss = make_scorer(log_loss, response_method="predict_proba", greater_is_better=False)
    np.testing.assert_allclose(scores(choice(loss), 3), scores(choice("neg_log_loss"), 3))


def fails_in_two_lines(net, inputs, target):
    raise ValueError("first\nsecond")


@pytest.mark.parametrize(
    ("scoring", "message"),
    [
        ("roc_auc", "scoring='roc_auc' failed in fold 0: it is a score for two classes, and y has more"),
        ("f1", "scoring='f1' failed in fold 0: it is a score for two classes, and y has more"),
        (lambda net, inputs, target: None, "must return a number; in fold 0 it returned None"),
        (lambda net, inputs, target: {"a": 1}, "must return a number; in fold 0 it returned {'a': 1}"),
        (lambda net, inputs, target: 1 / 0, "failed in fold 0: division by zero"),
        (fails_in_two_lines, "failed in fold 0: first second"),
    ],
)
def test_a_scorer_that_fails_is_named_with_its_fold(scoring, message):
    with pytest.raises(ValueError, match=message):
        choice(scoring, IRIS, SPECIES)


def test_scores_that_are_no_more_than_ill_defined_say_nothing():
    # the strongest λ predicts one class only, which has no precision
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert np.isfinite(scores(choice("precision", target=TEXT, alpha_max_ratio=1e3), 3)).all()


def test_a_table_whose_classes_are_words_can_be_judged_by_f1(tmp_path):
    table = passengers(60, text=False)[["sex", "age", "survived"]].replace({"survived": {0: "died", 1: "lived"}})
    parameters = {"scoring": "f1", "n_alphas": 3, "n_restarts": 1, "cv": 2, "hidden_layer_sizes": [2]}
    model = train(TableSettings(str(written(table, tmp_path / "ship.csv")), "survived", parameters=parameters))
    assert 0 < model.network.cv_results_["mean_test_score"].max() <= 1
