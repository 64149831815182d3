"""The estimators that choose λ: against scikit-learn's linear ones, and against what they say of themselves."""

import pickle
import warnings
from _thread import interrupt_main

import numpy as np
import pandas as pd
import pytest
from sklearn.base import clone
from sklearn.datasets import load_iris, make_moons
from sklearn.exceptions import ConvergenceWarning
from sklearn.linear_model import LogisticRegressionCV, RidgeCV
from sklearn.metrics import accuracy_score, log_loss
from sklearn.model_selection import KFold, LeaveOneOut, StratifiedKFold, cross_val_score
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from ridgenet import RidgeNetClassifier, RidgeNetClassifierCV, RidgeNetRegressorCV, ridgenet_path

X, y = make_moons(80, noise=0.3, random_state=0)
QUICK = {"n_alphas": 8, "n_restarts": 2, "random_state": 0}
RNG = np.random.RandomState(1)
Z = StandardScaler().fit_transform(RNG.standard_normal((100, 4)))
NUMBERS = Z @ [2.0, -1.0, 0.0, 0.5] + RNG.standard_normal(100)
CLASSES = np.digitize(NUMBERS, [-1.0, 1.0])


def fitted(estimator=RidgeNetClassifierCV, **settings):
    return estimator(**({"hidden_layer_sizes": (4,)} | QUICK | settings)).fit(X, y)


def test_predictions_are_kept_if_a_size_is_given_twice():
    once, twice = (fitted(keep=True, path="full", hidden_layer_sizes=sizes) for sizes in ([(3,)], [(3,), (3,)]))
    assert twice.oof_predictions_.shape == once.oof_predictions_.shape


# against scikit-learn


@pytest.mark.filterwarnings("ignore::FutureWarning")  # of scikit-learn, about its next attributes
@pytest.mark.parametrize("n_classes", [2, 3])
def test_no_hidden_layer_is_logistic_regression_cv(n_classes):
    target = CLASSES if n_classes == 3 else (CLASSES > 0).astype(int)
    folds = list(KFold(5).split(Z))
    alphas = np.geomspace(0.1, 100, 7)
    net = RidgeNetClassifierCV((), alphas=alphas, cv=folds, standardize=False, tol=1e-9).fit(Z, target)
    # in a fold of 80 of 100 examples the same λ / m is 0.8 λ, and C is 1 / λ
    settings = {"cv": folds, "scoring": "neg_log_loss", "tol": 1e-10, "max_iter": 10_000}
    oracle = LogisticRegressionCV(Cs=1 / (0.8 * net.alphas_), **settings).fit(Z, target)
    scores = next(iter(oracle.scores_.values()))
    ours = np.array([net.cv_results_[f"split{k}_test_score"] for k in range(5)])
    np.testing.assert_allclose(ours, scores, atol=1e-6)
    best = scores.mean(axis=0).argmax()
    assert net.alpha_ == net.alpha_min_ == net.alphas_[best]


@pytest.mark.parametrize("n_outputs", [1, 2])
def test_no_hidden_layer_is_ridge_cv(n_outputs):
    target = NUMBERS if n_outputs == 1 else np.column_stack([NUMBERS, Z[:, 0] ** 2])
    alphas = np.geomspace(0.1, 1000, 9)
    net = RidgeNetRegressorCV((), alphas=alphas, cv=LeaveOneOut(), standardize=False, tol=1e-10).fit(Z, target)
    oracle = RidgeCV(alphas=0.99 * net.alphas_, store_cv_results=True).fit(Z, target)
    errors = oracle.cv_results_.reshape(100, n_outputs, 9).mean(axis=1)
    ours = -np.array([net.cv_results_[f"split{k}_test_score"] for k in range(100)])
    np.testing.assert_allclose(ours, errors, rtol=1e-5, atol=1e-7)
    assert net.alpha_ == pytest.approx(oracle.alpha_ / 0.99)


# what it says of itself


def test_the_refit_without_hidden_layers_is_the_plain_estimator_at_the_chosen_strength():
    net = RidgeNetClassifierCV((), random_state=0).fit(X, y)
    plain = RidgeNetClassifier((), alpha=net.alpha_, tol=1e-10).fit(X, y)
    np.testing.assert_allclose(net.predict_proba(X), plain.predict_proba(X), atol=1e-4)
    assert net.loss_ == pytest.approx(plain.loss_, rel=1e-6)


def test_results_are_a_table_and_the_rules_read_it():
    net = fitted(hidden_layer_sizes=[(), (4,)], n_alphas=10, path="full")
    table = pd.DataFrame(net.cv_results_)
    assert len(table) == 20
    assert set(table.hidden_layer_sizes) == {(), (4,)}
    by_fold = table[[f"split{k}_test_score" for k in range(5)]].to_numpy()
    # 80 examples in 5 folds of 16
    np.testing.assert_allclose(table.mean_test_score, by_fold.mean(axis=1))
    np.testing.assert_allclose(table.standard_error, by_fold.std(axis=1, ddof=0) / 2)
    best = table.iloc[table.mean_test_score.argmax()]
    assert (net.alpha_, net.hidden_layer_sizes_) == (best.alpha, best.hidden_layer_sizes)
    assert net.alpha_min_ == best.alpha
    same_size = table[table.hidden_layer_sizes == best.hidden_layer_sizes]
    good = same_size[same_size.mean_test_score >= best.mean_test_score - best.standard_error]
    assert net.alpha_1se_ == good.alpha.max()
    assert net.network_.layer_sizes == (2, *net.hidden_layer_sizes_, 1)
    assert (table[table.hidden_layer_sizes == ()].std_over_restarts == 0).all()
    assert (table[table.hidden_layer_sizes == (4,)].std_over_restarts > 0).any()


def test_a_grid_whose_weakest_strength_is_the_best_goes_on():
    separable = (X[:, 0] > 0.5).astype(int)
    net = RidgeNetClassifierCV((), n_alphas=9, random_state=0).fit(X[:, :1], separable)
    assert net.alpha_ < 1e-6 * net.alphas_[0]
    full = RidgeNetClassifierCV((), n_alphas=9, path="full", random_state=0).fit(X[:, :1], separable)
    ratios = full.alphas_[1:] / full.alphas_[:-1]
    np.testing.assert_allclose(ratios, ratios[0])
    assert full.alpha_ < 1e-6 * full.alphas_[0]
    assert len(RidgeNetClassifierCV((), alphas=[1.0, 2.0]).fit(X[:, :1], separable).alphas_) == 2


def test_the_evidence_of_networks_that_separate_the_classes_comes_with_a_warning():
    separable = (X[:, 0] > 0.5).astype(int)
    with pytest.warns(UserWarning, match="may be over-fitted; compare with selection='min'"):
        RidgeNetClassifierCV((2,), **QUICK, selection="evidence").fit(X[:, :1], separable)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        fitted(selection="evidence")
        RidgeNetRegressorCV((2,), **QUICK, selection="evidence").fit(X[:, :1], np.sin(X[:, 0]))


def test_selection_takes_the_strength_it_names():
    by_rule = {rule: fitted(selection=rule, n_alphas=12) for rule in ("min", "1se", "evidence")}
    assert by_rule["min"].alpha_ == by_rule["min"].alpha_min_
    assert by_rule["1se"].alpha_ == by_rule["1se"].alpha_1se_ >= by_rule["1se"].alpha_min_
    assert by_rule["min"].alpha_1se_ == by_rule["1se"].alpha_1se_
    evidence = by_rule["evidence"]
    path = evidence.path_
    assert evidence.alpha_ == path.alphas[path.log_evidence.argmax()]
    assert evidence.n_effective_ == path.n_effective[path.log_evidence.argmax()]
    assert 1 < evidence.n_effective_ < 17
    assert not hasattr(evidence, "cv_results_")
    again = by_rule["min"].set_params(selection="evidence").fit(X, y)
    assert not hasattr(again, "cv_results_")
    assert again.alpha_ == evidence.alpha_


@pytest.mark.parametrize("average", [True, False])
@pytest.mark.parametrize("weighted", [False, True])
def test_the_default_score_is_scikit_learns(average, weighted):
    weights = RNG.randint(1, 4, len(y)).astype(float) if weighted else None
    settings = QUICK | {"average": average, "cv": 3}
    ours = RidgeNetClassifierCV((4,), **settings).fit(X, y, weights)
    theirs = RidgeNetClassifierCV((4,), scoring="neg_log_loss", **settings).fit(X, y, weights)
    np.testing.assert_allclose(ours.cv_results_["mean_test_score"], theirs.cv_results_["mean_test_score"], rtol=1e-9)
    target = X[:, 0] + np.sin(3 * X[:, 1])
    ours = RidgeNetRegressorCV((4,), **settings).fit(X, target, weights)
    theirs = RidgeNetRegressorCV((4,), scoring="neg_mean_squared_error", **settings).fit(X, target, weights)
    np.testing.assert_allclose(ours.cv_results_["mean_test_score"], theirs.cv_results_["mean_test_score"], rtol=1e-6)


def test_any_scorer_does():
    def most_cautious(estimator, inputs, targets):
        return -np.abs(estimator.predict_proba(inputs) - 0.5).max()

    net = fitted(scoring=most_cautious)
    assert net.alpha_ == net.alphas_[0]
    frame = pd.DataFrame(X, columns=["a", "b"])
    named = RidgeNetClassifierCV((4,), scoring="accuracy", **QUICK).fit(frame, y)
    assert 0.5 < named.cv_results_["mean_test_score"].max() <= 1
    assert named.feature_names_in_.tolist() == ["a", "b"]
    assert named.predict(frame).shape == (80,)


def test_out_of_fold_predictions_are_kept_and_make_the_scores():
    folds = list(StratifiedKFold(4, shuffle=True, random_state=0).split(X, y))
    net = fitted(keep=True, cv=folds)
    assert net.oof_predictions_.shape == (len(net.alphas_), 80, 1)
    for k, (_, test) in enumerate(folds):
        losses = [log_loss(y[test], p[test, 0]) for p in net.oof_predictions_]
        np.testing.assert_allclose(-net.cv_results_[f"split{k}_test_score"], losses)
    partial = fitted(keep=True, cv=folds[:2])
    seen = np.concatenate([test for _, test in folds[:2]])
    assert np.isfinite(partial.oof_predictions_[:, seen]).all()
    assert np.isnan(np.delete(partial.oof_predictions_, seen, axis=1)).all()
    assert not hasattr(fitted(), "oof_predictions_")


def test_predictions_average_the_restarts_or_are_those_of_the_lowest_cost():
    common = {"hidden_layer_sizes": (6,), "alphas": [0.02], "n_restarts": 3}
    both = fitted(average=True, **common), fitted(average=False, **common)
    averaged, lowest = both
    probabilities = []
    for parameters in averaged.path_.parameters[0]:
        standardizer = averaged.path_.standardizer
        probabilities.append(averaged.network_.predict(parameters, (X - standardizer.mean) / standardizer.scale)[:, 0])
    np.testing.assert_allclose(averaged.predict_proba(X)[:, 1], np.mean(probabilities, axis=0), atol=1e-12)
    np.testing.assert_allclose(lowest.predict_proba(X)[:, 1], probabilities[0], atol=1e-12)
    assert np.ptp(probabilities, axis=0).max() > 1e-2
    assert averaged.loss_ == lowest.loss_ == pytest.approx(averaged.path_.objectives[0].min())
    np.testing.assert_array_equal(averaged.coefs_[1], lowest.coefs_[1])
    for net in both:
        p = net.predict_proba(X)
        np.testing.assert_allclose(np.exp(net.predict_log_proba(X)), p, atol=1e-12)
        np.testing.assert_allclose(1 / (1 + np.exp(-net.decision_function(X))), p[:, 1], atol=1e-12)
        np.testing.assert_array_equal(net.predict(X), (p[:, 1] > 0.5).astype(int))


def test_several_classes_averaged():
    inputs, target = load_iris(return_X_y=True)
    net = RidgeNetClassifierCV((3,), **QUICK).fit(inputs, target)
    p = net.predict_proba(inputs)
    np.testing.assert_allclose(p.sum(axis=1), 1)
    np.testing.assert_allclose(np.exp(net.predict_log_proba(inputs)), p, atol=1e-12)
    assert net.score(inputs, target) > 0.95


def test_the_same_seed_gives_the_same_whatever_the_number_of_jobs():
    nets = [fitted(n_jobs=n_jobs, hidden_layer_sizes=[(), (4,)]) for n_jobs in (1, 2, -1)]
    for net in nets[1:]:
        np.testing.assert_array_equal(net.predict_proba(X), nets[0].predict_proba(X))
        np.testing.assert_array_equal(net.cv_results_["mean_test_score"], nets[0].cv_results_["mean_test_score"])
    other = fitted(random_state=1)
    assert not np.array_equal(other.cv_results_["mean_test_score"], fitted().cv_results_["mean_test_score"])


# the ecosystem


def test_clone_pickle_pipeline_and_outer_cross_validation():
    net = fitted()
    assert clone(net).get_params() == net.get_params()
    again = pickle.loads(pickle.dumps(net))
    np.testing.assert_array_equal(again.predict_proba(X), net.predict_proba(X))
    scores = cross_val_score(make_pipeline(StandardScaler(), RidgeNetClassifierCV((4,), **QUICK)), X, y, cv=3)
    assert scores.mean() > 0.8


def test_a_search_that_ended_early_says_what_helps():
    with pytest.warns(ConvergenceWarning, match=r"after 1 iterations.*Increase max_iter"):
        fitted(max_iter=1, alphas=[1e-3])

    def warnings_of(seed):
        points, classes = make_moons(45, noise=0.33, random_state=seed)
        net = RidgeNetClassifierCV((3, 3), "relu", average=False, random_state=0)
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            net.fit(points, classes)
        return [str(w.message) for w in caught]

    # at a kink, which relu has, no gradient is small: a third of these seeds end there
    at_kinks = next(messages for messages in map(warnings_of, range(60)) if messages)
    assert all("No step lowers the objective: it may have a kink" in message for message in at_kinks)


def test_attributes_of_the_plain_estimator():
    net, plain = fitted(), RidgeNetClassifier((4,), random_state=0).fit(X, y)
    of_plain = {name for name in dir(plain) if name.endswith("_") and not name.startswith("_")}
    assert {name for name in of_plain if not hasattr(net, name)} == set()
    assert net.loss_curve_[-1] == pytest.approx(net.loss_)
    assert net.coefs_[0].shape == (2, 4)


# stopping


def test_a_callback_that_stops_leaves_what_was_found():
    net = RidgeNetClassifierCV((16,), callbacks=lambda progress: progress.n_fits > 60, n_jobs=1, random_state=0)
    with pytest.raises(KeyboardInterrupt, match="path_"):
        net.fit(X, y)
    assert net.path_.interrupted
    assert "interrupted" in repr(net.path_)
    assert net.path_.found.sum() > 0
    assert not hasattr(net, "alpha_")


@pytest.mark.parametrize("n_jobs", [1, 2])
def test_ctrl_c_stops_it_and_keeps_what_was_found(n_jobs):
    inputs = np.random.default_rng(0).normal(size=(1000, 10))
    target = np.tanh(inputs[:, 0] * inputs[:, 1]) + np.sin(inputs[:, 2])

    def interrupt_once(progress):
        if progress.n_fits > 0 and not interrupted:
            interrupted.append(progress.n_fits)
            interrupt_main()

    interrupted = []
    with pytest.warns(UserWarning, match="stopped early"):
        path = ridgenet_path(
            inputs, target, hidden_layer_sizes=(16,), n_restarts=40, n_jobs=n_jobs, random_state=0,
            callbacks=interrupt_once,
        )  # fmt: skip
    assert path.interrupted
    # searches of a minute or more are left out
    assert 0 < path.found.sum() < path.found.size / 2


@pytest.mark.parametrize("alpha", [-1, 0, np.nan, np.inf, 1e9, 1e-9, "1.0", None, [1.0]])
def test_the_network_of_another_strength_than_those_of_the_path_is_refused(alpha):
    net = RidgeNetClassifierCV((), alphas=[10.0, 1.0, 0.1], cv=2).fit(X, y)
    with pytest.raises(ValueError, match=r"outside the path, which runs from 10 to 0.1$|alpha must be a number"):
        net.with_alpha(alpha)
    assert [net.with_alpha(near).alpha_ for near in (10.04, 1, 2.0, 0.0995)] == [10.0, 1.0, 1.0, 0.1]


def test_no_penalty_is_a_strength_of_the_path_if_it_was_asked_for():
    net = RidgeNetClassifierCV((), alphas=[1.0, 0.0], cv=2).fit(X, y)
    assert net.with_alpha(0).alpha_ == 0.0
    with pytest.raises(ValueError, match="outside the path, which runs from 1 to 1, and 0"):
        net.with_alpha(1e-3)


# the path as a function


def test_the_loss_is_read_off_the_target():
    settings = {"alphas": [1.0], "hidden_layer_sizes": (2,), "n_restarts": 1, "random_state": 0}
    assert ridgenet_path(X, y, **settings).network.output == "logistic"
    assert ridgenet_path(X, y.astype(float), **settings).network.output == "identity"
    assert ridgenet_path(X, y.astype(float), loss="log_loss", **settings).network.output == "logistic"
    assert ridgenet_path(X, y, loss="poisson", **settings).network.output == "exponential"
    with pytest.raises(ValueError, match="loss must be one of"):
        ridgenet_path(X, y, loss="hinge")
    with pytest.raises(ValueError, match="must describe one network"):
        ridgenet_path(X, y, hidden_layer_sizes=[(2,), (3,)])
    with pytest.raises(ValueError, match="n_restarts"):
        ridgenet_path(X, y, n_restarts=0)


def test_the_path_as_a_record():
    path = ridgenet_path(X, y, hidden_layer_sizes=(4,), evidence=True, **QUICK)
    assert len(path) == 8
    assert path.parameters.shape == (8, 2, 17)
    assert (np.diff(path.objectives, axis=1) >= 0).all()
    assert path.converged.all()
    assert not path.interrupted
    for place in (0, 3, 7):
        W = path.network.weights(path.parameters[place, 0])
        np.testing.assert_allclose(path.layer_norms[place], [np.linalg.norm(layer) for layer in W])
        assert path.l2_penalties[place, 0] == pytest.approx(path.alphas[place] * path.squared_norms[place] / (2 * 80))
        inward, outward = np.linalg.norm(W[0], axis=1), np.linalg.norm(W[1], axis=0)
        np.testing.assert_allclose(path.unit_norms[0][place], np.hypot(inward, outward))
    assert (path.effective_ranks <= [2 + 1e-9, 1 + 1e-9]).all()
    assert path.index_of(path.alphas[3] * 1.01) == 3
    table = path.to_frame()
    assert len(table) == 8
    assert table.n_effective.is_monotonic_increasing
    outputs = path.networks[-1].outputs(X)
    assert accuracy_score(y, outputs[:, 0] > 0.5) > 0.9
