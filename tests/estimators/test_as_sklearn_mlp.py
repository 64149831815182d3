"""What scikit-learn's tests of its MLPs ask of these, asked of our estimators.

Each test here stands for one of `sklearn/neural_network/tests/test_mlp.py` and asserts in public what that one
asserts; where private attributes are looked at there (`_optimizer`, `_no_improvement_count`, `_backprop`), what they
stand for is asserted. `LIKE_MLP` are scikit-learn's defaults. By design it is otherwise here, as docs/method.md says:

- a solver never ends with weights that are not finite: training that diverges raises `DivergenceError`, with
  early stopping, too, where an MLP goes on and notes a score of NaN (`test_mlp_diverging_loss`);
- inputs too large to learn from are named, `X[0, 1] = 1.2e+308 is too large`, instead of "solver produced
  non-finite parameter weights" (`test_nonfinite_params`);
- a class alone is refused, as in `LogisticRegression` (`test_preserve_feature_names` fits one);
- a single sample has no R² and no deviation; it can be learned, and `partial_fit` goes on (`…_from_joblib_…`);
- `early_stopping` with ``solver="lbfgs"`` is refused, not passed over;
- several classes, not two alone, are stratified for early stopping (`test_early_stopping_stratified`);
- lbfgs says where it has not converged by fewer than `max_iter` evaluations, as there (`…_maxfun`).
"""

import re

import joblib
import numpy as np
import pandas as pd
import pytest
from scipy.sparse import csr_array, csr_matrix
from sklearn.datasets import (
    load_digits,
    load_iris,
    make_classification,
    make_multilabel_classification,
    make_regression,
)
from sklearn.exceptions import ConvergenceWarning
from sklearn.linear_model import PoissonRegressor
from sklearn.metrics import roc_auc_score
from sklearn.preprocessing import MinMaxScaler, scale

from ridgenet import DivergenceError, InputError, RidgeNetClassifier, RidgeNetRegressor
from ridgenet._network import Network
from ridgenet.core._objective import cost_and_gradient

pytestmark = pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")

LIKE_MLP = {
    "hidden_layer_sizes": (100,), "activation": "relu", "solver": "adam", "alpha": 1e-4, "penalty_scaling": "batch",
    "standardize": False, "max_iter": 200, "tol": 1e-4,
}  # fmt: skip
ACTIVATIONS = ["identity", "logistic", "tanh", "relu"]
BOTH = [RidgeNetClassifier, RidgeNetRegressor]


def classifier(**parameters):
    return RidgeNetClassifier(**LIKE_MLP | parameters)


def regressor(**parameters):
    return RidgeNetRegressor(**LIKE_MLP | parameters)


def digits(n_classes, n=200):
    X, y = load_digits(n_class=n_classes, return_X_y=True)
    return MinMaxScaler().fit_transform(X[:n]), y[:n]


TWO, THREE = digits(2), digits(3)
RAW = load_digits(n_class=2, return_X_y=True)
IRIS = load_iris(return_X_y=True)
X_reg, y_reg = make_regression(200, 10, bias=20.0, noise=100.0, random_state=7)
y_reg = scale(y_reg)
FOUR = np.array([[3.0, 2.0], [1.0, 6.0], [5.0, 6.0], [-2.0, -4.0]]), np.array([1, 1, 1, 0])


def test_a_larger_alpha_gives_smaller_weights():
    X, y = TWO[0][:100], TWO[1][:100]
    free, penalised = (classifier(hidden_layer_sizes=10, alpha=alpha, random_state=1).fit(X, y) for alpha in (0, 1))
    for layer in range(2):
        assert np.abs(free.coefs_[layer]).sum() > np.abs(penalised.coefs_[layer]).sum()


def test_one_update_worked_out_by_hand():
    """Inputs 0.6, 0.8, 0.7 through two logistic units, target 0, step and alpha 0.1."""
    net = classifier(
        solver="sgd", learning_rate_init=0.1, alpha=0.1, activation="logistic", momentum=0, hidden_layer_sizes=2
    )
    x = np.array([[0.6, 0.8, 0.7]])
    net.classes_, net._multilabel, net.n_features_in_ = np.array([0, 1]), False, 3
    coefs = [np.array([[0.1, 0.2], [0.3, 0.1], [0.5, 0.0]]), np.array([[0.1], [0.2]])]
    net._take_over(coefs, [np.array([0.1, 0.1]), np.array([1.0])], n_iter=0, loss=np.nan)
    net.partial_fit(x, [0])
    expected = np.array([[0.098, 0.195756], [0.2956664, 0.096008], [0.493832, -0.0026197]])
    np.testing.assert_allclose(net.coefs_[0], expected, atol=3e-6)
    np.testing.assert_allclose(net.coefs_[1][:, 0], [0.047012, 0.154029], atol=2e-6)
    np.testing.assert_allclose(net.intercepts_[0], [0.098333, 0.09626], atol=2e-5)
    np.testing.assert_allclose(net.intercepts_[1], [0.9235], atol=1e-4)
    assert net.predict_proba(x)[0, 1] == pytest.approx(0.739, abs=1e-3)


@pytest.mark.parametrize("n_classes", [2, 3])
@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_the_gradient_is_that_of_central_differences(activation, n_classes):
    random = np.random.RandomState(42)
    X, labels = random.rand(5, 10), np.arange(1, 6) % n_classes
    Y = np.eye(3)[labels] if n_classes == 3 else labels[:, np.newaxis].astype(float)
    network = Network((10, 10, Y.shape[1]), activation, "multinomial_log_loss" if n_classes == 3 else "log_loss")
    parameters = network.initial_parameters("glorot", np.random.RandomState(1))
    gradient = cost_and_gradient(network, parameters, X, Y, alpha=1e-5)[2]
    for k in range(0, len(parameters), 7):
        costs = []
        for step in (1e-5, -1e-5):
            moved = parameters.copy()
            moved[k] += step
            costs.append(sum(cost_and_gradient(network, moved, X, Y, alpha=1e-5)[:2]))
        assert (costs[0] - costs[1]) / 2e-5 == pytest.approx(gradient[k], abs=1e-7)


@pytest.mark.parametrize("data", [THREE, TWO], ids=["three", "two"])
@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_lbfgs_learns_classes(activation, data):
    X, y = data
    net = classifier(solver="lbfgs", hidden_layer_sizes=50, max_iter=150, random_state=1, activation=activation)
    predicted = net.fit(X[:150], y[:150]).predict(X[150:])
    assert net.score(X[:150], y[:150]) > 0.95
    assert (predicted.shape, predicted.dtype.kind) == ((50,), y.dtype.kind)


@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_lbfgs_learns_numbers(activation):
    net = regressor(
        solver="lbfgs", hidden_layer_sizes=50, max_iter=200, tol=1e-3, random_state=1, activation=activation
    )
    assert net.fit(X_reg, y_reg).score(X_reg, y_reg) > (0.80 if activation == "identity" else 0.98)


@pytest.mark.parametrize("data", [TWO, THREE, (X_reg, y_reg)], ids=["two", "three", "numbers"])
@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_max_fun_limits_lbfgs(activation, data):
    make = regressor if data[1].dtype.kind == "f" else classifier
    net = make(solver="lbfgs", hidden_layer_sizes=50, max_iter=150, max_fun=10, tol=0, activation=activation)
    with pytest.warns(ConvergenceWarning):
        net.fit(*data)
    assert net.n_iter_ <= 10


@pytest.mark.parametrize("learning_rate", ["invscaling", "constant"])
def test_the_step_of_a_warm_start_follows_from_all_samples_seen(learning_rate):
    """Two fits of one epoch: the third begins with the step after 8 samples, as one update of it shows."""
    settings = {
        "solver": "sgd", "hidden_layer_sizes": 4, "learning_rate": learning_rate, "power_t": 0.25,
        "learning_rate_init": 0.1, "momentum": 0.0, "max_iter": 1, "warm_start": True, "random_state": 0,
    }  # fmt: skip
    net = classifier(**settings).fit(*FOUR).fit(*FOUR)
    assert net.t_ == 8
    step = 0.1 / (8 + 1) ** 0.25 if learning_rate == "invscaling" else 0.1
    before, fitted = net._fitted.parameters.copy(), net._fitted
    gradient = cost_and_gradient(fitted.network, before, FOUR[0], FOUR[1][:, np.newaxis].astype(float), alpha=1e-4)[2]
    net.fit(*FOUR)
    np.testing.assert_allclose(net._fitted.parameters, before - step * gradient, rtol=1e-10)
    assert net.t_ == 12


def test_several_labels():
    X, y = make_multilabel_classification(50, random_state=0)
    settings = {"hidden_layer_sizes": 50, "alpha": 1e-5, "max_iter": 150, "random_state": 0, "activation": "logistic",
                "learning_rate_init": 0.2}  # fmt: skip
    assert classifier(solver="lbfgs", **settings).fit(X, y).score(X, y) > 0.97
    net = classifier(solver="sgd", **settings)
    for _ in range(100):
        net.partial_fit(X, y, classes=[0, 1, 2, 3, 4])
    assert net.score(X, y) > 0.9
    assert classifier(early_stopping=True).fit(X, y).predict(X).shape == y.shape


def test_several_numbers():
    X, y = make_regression(200, n_targets=5, random_state=11)
    net = regressor(solver="lbfgs", hidden_layer_sizes=50, max_iter=200, tol=1e-2, random_state=1)
    assert net.fit(X, y).score(X, y) > 0.9


def test_partial_fit_keeps_to_its_classes():
    net = classifier(solver="sgd").partial_fit([[3, 2]], [0], classes=[0, 1])
    with pytest.raises(ValueError, match="classes"):
        net.partial_fit([[3, 2]], [0], classes=[1, 2])


@pytest.mark.parametrize("data", [THREE, TWO], ids=["three", "two"])
def test_partial_fit_learns_classes_as_fit_does(data):
    X, y = data
    settings = {"solver": "sgd", "random_state": 1, "alpha": 1e-5, "learning_rate_init": 0.2}
    whole = classifier(max_iter=100, tol=0, **settings).fit(X, y)
    parts = classifier(**settings)
    for _ in range(100):
        parts.partial_fit(X, y, classes=np.unique(y))
    np.testing.assert_array_equal(parts.predict(X), whole.predict(X))
    assert parts.score(X, y) > 0.95


def test_partial_fit_learns_classes_that_come_later():
    net = classifier(random_state=0).partial_fit([[1], [2], [3]], ["a", "b", "c"], classes=["a", "b", "c", "d"])
    assert net.partial_fit([[4]], ["d"]).score([[1], [2], [3], [4]], ["a", "b", "c", "d"]) > 0


@pytest.mark.parametrize("momentum", [0, 0.9])
def test_partial_fit_learns_numbers_as_fit_does(momentum):
    settings = {"solver": "sgd", "random_state": 1, "learning_rate_init": 0.01, "batch_size": 200, "momentum": momentum}
    whole = regressor(max_iter=100, tol=0, shuffle=False, **settings).fit(X_reg, y_reg)
    parts = regressor(shuffle=False, **settings)
    for _ in range(100):
        parts.partial_fit(X_reg, y_reg)
    np.testing.assert_allclose(parts.predict(X_reg), whole.predict(X_reg))
    assert parts.score(X_reg, y_reg) > 0.65


def test_partial_fit_refuses_classes_it_was_not_told_of_and_lbfgs_has_none():
    with pytest.raises(ValueError, match="class"):
        classifier(solver="sgd").partial_fit([[3, 2], [1, 6]], [1, 0], classes=[2])
    assert not hasattr(classifier(solver="lbfgs"), "partial_fit")


def test_inputs_too_large_are_an_error():
    random = np.random.RandomState(0)
    X = np.finfo(np.float64).max * random.uniform(size=(10, 2))
    with pytest.raises(ValueError, match=r"X\[\d, \d\] = 1\..*e\+308 is too large"):
        regressor().fit(X, random.standard_normal(10))


@pytest.mark.parametrize(("data", "n"), [(TWO, 50), (THREE, 10)], ids=["two", "three"])
def test_probabilities_of_classes(data, n):
    X, y = data[0][:n], data[1][:n]
    net = classifier(hidden_layer_sizes=5, activation="logistic", random_state=1).fit(X, y)
    probabilities, logarithms = net.predict_proba(X), net.predict_log_proba(X)
    assert probabilities.shape == (n, len(np.unique(y)))
    np.testing.assert_array_equal(probabilities.argmax(axis=1), logarithms.argmax(axis=1))
    np.testing.assert_allclose(logarithms, np.log(probabilities))
    if data is TWO:
        assert roc_auc_score(y, probabilities[:, 1]) == 1.0


def test_probabilities_of_labels_do_not_add_up_to_one():
    X, Y = make_multilabel_classification(50, random_state=0)
    net = classifier(solver="lbfgs", hidden_layer_sizes=30, random_state=0).fit(X, Y)
    probabilities, logarithms = net.predict_proba(X), net.predict_log_proba(X)
    assert probabilities.shape == Y.shape
    np.testing.assert_array_equal(probabilities > 0.5, Y)
    assert ((probabilities.sum(axis=1) - 1) ** 2).sum() > 1e-10
    np.testing.assert_allclose(logarithms, np.log(probabilities), atol=1e-9)


def test_shuffling_matters_and_is_repeatable():
    X, y = make_regression(50, 5, random_state=0)
    settings = {"hidden_layer_sizes": 1, "max_iter": 1, "batch_size": 1, "random_state": 0}
    weights = [
        [regressor(shuffle=shuffle, **settings).fit(X, y).coefs_[0] for _ in range(2)] for shuffle in (True, False)
    ]
    np.testing.assert_array_equal(*weights[0])
    np.testing.assert_array_equal(*weights[1])
    assert not np.array_equal(weights[0][0], weights[1][0])


@pytest.mark.parametrize("sparse", [csr_matrix, csr_array])
def test_sparse_inputs_give_the_same(sparse):
    X, y = TWO[0][:50], TWO[1][:50]
    net = classifier(solver="lbfgs", hidden_layer_sizes=15, random_state=1)
    dense = net.fit(X, y).predict(X)
    np.testing.assert_array_equal(net.fit(sparse(X), y).predict(sparse(X)), dense)
    np.testing.assert_array_equal(net.predict(X), dense)


@pytest.mark.parametrize("learning_rate", ["constant", "adaptive"])
def test_a_tolerance_ends_training(learning_rate):
    net = classifier(tol=0.5, max_iter=3000, solver="sgd", learning_rate=learning_rate).fit(FOUR[0][:2], [1, 0])
    assert net.n_iter_ < net.max_iter
    assert net.converged_
    if learning_rate == "adaptive":
        # the step is a fifth seven times, from 1e-3 to below 1e-6: 11 epochs at least before each
        assert net.n_iter_ >= 5 * 11


def test_verbose_prints_iterations(capsys):
    net = classifier(solver="sgd", max_iter=2, verbose=10, hidden_layer_sizes=2).fit(FOUR[0][:2], [1, 0])
    net.partial_fit(FOUR[0][:2], [1, 0])
    assert "Iteration" in capsys.readouterr().out


@pytest.mark.parametrize("make", [classifier, regressor])
def test_early_stopping(make):
    X, y = TWO[0][:100], TWO[1][:100]
    settings = {"tol": 0.2, "max_iter": 3000, "solver": "sgd"}
    net = make(early_stopping=True, **settings).fit(X, y)
    assert net.n_iter_ < net.max_iter
    assert net.best_loss_ is None
    assert isinstance(net.validation_scores_, list)
    assert max(net.validation_scores_) == net.best_validation_score_
    assert max(net.validation_scores_[-2:]) < net.best_validation_score_ + 0.2
    net = make(early_stopping=False, **settings).fit(X, y)
    assert net.validation_scores_ is None
    assert net.best_validation_score_ is None
    assert net.best_loss_ is not None


@pytest.mark.parametrize("parts", [(75, 75), (50, 50, 0, 50), (37, 37, 38, 38), (30, 30, 30, 30, 30)])
def test_a_warm_start_refuses_other_classes(parts):
    net = classifier(hidden_layer_sizes=2, solver="lbfgs", warm_start=True, random_state=42, tol=1e-2).fit(*IRIS)
    net.fit(*IRIS).fit(IRIS[0], np.repeat([0, 1, 2], (40, 40, 70)))
    other = np.repeat(np.arange(len(parts)), parts)
    message = (
        "warm_start can only be used where `y` has the same classes as in the previous call to fit. "
        f"Previously got [0 1 2], `y` has {np.unique(other)}"
    )
    with pytest.raises(ValueError, match=re.escape(message)):
        net.fit(IRIS[0], other)


@pytest.mark.parametrize("make", [classifier, regressor])
def test_a_warm_start_makes_all_its_iterations(make):
    net = make(hidden_layer_sizes=2, solver="sgd", warm_start=True, max_iter=3)
    for _ in range(2):
        assert net.fit(*IRIS).n_iter_ == 3


@pytest.mark.parametrize("patience", [2, 5, 10, 50])
def test_so_many_epochs_without_improvement_end_training(patience):
    X, y = TWO[0][:100], TWO[1][:100]
    net = classifier(tol=0.01, max_iter=3000, solver="sgd", n_iter_no_change=patience, random_state=0).fit(X, y)
    assert net.n_iter_ < 3000
    best = np.minimum.accumulate(net.loss_curve_)
    improved = np.append(True, net.loss_curve_[1:] <= best[:-1] - 0.01)
    assert not improved[-patience - 1 :].any()
    assert improved[-patience - 2]


def test_infinite_patience_makes_all_epochs():
    net = classifier(hidden_layer_sizes=5, tol=1e9, max_iter=3000, solver="sgd", n_iter_no_change=np.inf)
    assert net.fit(TWO[0][:100], TWO[1][:100]).n_iter_ == 3000
    assert not net.converged_


def test_early_stopping_is_stratified():
    with pytest.raises(ValueError, match=r"least populated class.* in y ha.* only 1 member"):
        classifier(early_stopping=True).fit([[1, 2], [2, 3], [3, 4], [4, 5]], [0, 0, 0, 1])


def test_early_stopping_takes_labels_that_are_text():
    X, y = make_classification(200, 10, n_classes=3, n_informative=5, random_state=42)
    y = np.array(["class_a", "class_b", "class_c"], dtype=object)[y]
    net = classifier(early_stopping=True, max_iter=50, random_state=42).fit(X, y)
    assert len(net.validation_scores_) == net.n_iter_
    assert np.isfinite(net.validation_scores_).all()


@pytest.mark.parametrize(
    ("make", "max_iter", "tol", "rtol"), [(classifier, 100, 1e-1, 1e-2), (regressor, 150, 1e-3, 5e-4)]
)
def test_single_precision_predicts_what_double_does(make, max_iter, tol, rtol):
    X, y = RAW
    settings = {"alpha": 1e-5, "hidden_layer_sizes": (5, 3), "random_state": 1, "max_iter": max_iter, "tol": tol}
    double = make(**settings).fit(X[:300], y[:300])
    single = make(**settings).fit(X[:300].astype(np.float32), y[:300])
    inputs = X[300:].astype(np.float32)
    np.testing.assert_allclose(single.predict(inputs), double.predict(X[300:]), rtol=rtol)
    if make is classifier:
        np.testing.assert_allclose(single.predict_proba(inputs), double.predict_proba(X[300:]), rtol=rtol)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("make", [classifier, regressor])
def test_weights_and_predictions_have_the_type_of_the_inputs(make, dtype):
    X = RAW[0].astype(dtype)
    net = make(alpha=1e-5, hidden_layer_sizes=(5, 3), random_state=1, max_iter=50, tol=1e-1).fit(X[:300], RAW[1][:300])
    assert {part.dtype for part in net.coefs_ + net.intercepts_} == {np.dtype(dtype)}
    if make is regressor:
        assert net.predict(X[300:]).dtype == dtype


def test_a_loaded_network_learns_on(tmp_path):
    net = regressor(hidden_layer_sizes=(42,), random_state=42, learning_rate_init=0.01).fit([[2]], [4])
    joblib.dump(net, tmp_path / "net.pkl")
    loaded = joblib.load(tmp_path / "net.pkl")
    for _ in range(200):
        loaded.partial_fit([[2]], [1])
    np.testing.assert_allclose(loaded.predict([[2]]), [1], rtol=1e-4)


@pytest.mark.parametrize("make", [classifier, regressor])
def test_early_stopping_knows_the_names_of_columns(make):
    X = pd.DataFrame(np.random.RandomState(0).randn(10, 2), columns=["colname_a", "colname_b"])
    y = pd.Series(np.arange(10) % 2, name="colname_y")
    make(early_stopping=True, validation_fraction=0.2).fit(X, y)


def test_one_class_is_refused():
    with pytest.raises(ValueError, match="at least 2 classes in the data, but the data contains only one class: 1"):
        classifier().fit(np.eye(10), np.ones(10, int))


@pytest.mark.parametrize("make", [classifier, regressor])
def test_a_warm_start_with_early_stopping_goes_on(make):
    net = make(max_iter=10, random_state=0, warm_start=True, early_stopping=True).fit(*IRIS)
    n_scores = len(net.validation_scores_)
    assert len(net.set_params(max_iter=20).fit(*IRIS).validation_scores_) > n_scores


@pytest.mark.parametrize("make", [classifier, regressor])
@pytest.mark.parametrize("solver", ["sgd", "adam", "lbfgs"])
def test_a_warm_start_ends_at_max_iter(make, solver):
    net = make(solver=solver, warm_start=True, max_iter=10, n_iter_no_change=np.inf, random_state=0)
    for max_iter in (10, 20):
        with pytest.warns(ConvergenceWarning):
            net.set_params(max_iter=max_iter).fit(*IRIS)
        assert net.n_iter_ == max_iter


@pytest.mark.parametrize("make", [classifier, regressor])
def test_partial_fit_does_not_stop_early(make):
    net = make(early_stopping=True, random_state=0).fit(*IRIS)
    with pytest.raises(ValueError, match="partial_fit does not support early_stopping=True"):
        net.partial_fit(*IRIS)


def test_training_that_diverges_is_an_error_and_no_score_of_nan():
    net = regressor(
        activation="identity", solver="sgd", learning_rate_init=1.0, max_iter=20, early_stopping=True, random_state=0
    )
    with pytest.raises(DivergenceError, match="try a smaller learning rate"):
        net.fit(*IRIS)


def test_weights_of_one_change_nothing_with_early_stopping():
    X, y = make_regression(100, 2, n_informative=2, random_state=42)
    settings = {"hidden_layer_sizes": 10, "early_stopping": True, "tol": 1e-2, "learning_rate_init": 0.01,
                "batch_size": 10, "random_state": 42}  # fmt: skip
    weighted, plain = (regressor(**settings).fit(X, y, weights) for weights in (np.ones(100), None))
    np.testing.assert_allclose(weighted.predict(X), plain.predict(X))


@pytest.mark.parametrize("seed", [0, 1])
def test_poisson_loss_is_that_of_poisson_regression(seed):
    random = np.random.default_rng(seed)
    X = np.linspace(0, 1, 100)[:, np.newaxis]
    y = random.poisson(np.exp(X[:, 0] + 1))
    oracle = PoissonRegressor(alpha=0, tol=1e-7).fit(X, y)
    settings = {"hidden_layer_sizes": (1,), "activation": "identity", "alpha": 0, "solver": "lbfgs", "tol": 1e-7}
    random_state = np.random.RandomState(seed + 1)
    for loss, same in (("poisson", True), ("squared_error", False)):
        net = regressor(loss=loss, random_state=random_state, **settings).fit(X, y)
        assert np.allclose(net.predict(X), oracle.predict(X), rtol=1e-4) == same
    # here there may be no hidden layer at all
    np.testing.assert_allclose(
        regressor(loss="poisson", **settings | {"hidden_layer_sizes": ()}).fit(X, y).predict(X),
        oracle.predict(X),
        rtol=1e-4,
    )


def test_too_few_samples_to_validate_are_an_error():
    X, y = make_regression(2, 5, random_state=0)
    with pytest.raises(InputError, match="The validation set is too small"):
        regressor(early_stopping=True, random_state=0).fit(X, y)
