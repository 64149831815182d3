"""What scikit-learn's tests of its MLPs ask of these, asked of our estimators.

Each test here stands for one of `sklearn/neural_network/tests/test_mlp.py` and asserts in public what that one
asserts; where private attributes are looked at there (`_optimizer`, `_no_improvement_count`, `_backprop`), what they
stand for is asserted. Tests of training in parts, and of its end, are in `test_as_sklearn_mlp_in_parts`. Estimators of
`like_mlp` have scikit-learn's defaults. By design it is otherwise here, as docs/explanation/method.md says:

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

import numpy as np
import pytest
from like_mlp import ACTIVATIONS, FOUR, RAW, THREE, TWO, X_reg, classifier, regressor, y_reg
from scipy.sparse import csr_array, csr_matrix
from sklearn.datasets import make_multilabel_classification, make_regression
from sklearn.exceptions import ConvergenceWarning
from sklearn.linear_model import PoissonRegressor
from sklearn.metrics import roc_auc_score

from ridgenet._network import Network
from ridgenet.core._objective import cost_and_gradient

pytestmark = pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")


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


def test_verbose_prints_iterations(capsys):
    net = classifier(solver="sgd", max_iter=2, verbose=10, hidden_layer_sizes=2).fit(FOUR[0][:2], [1, 0])
    net.partial_fit(FOUR[0][:2], [1, 0])
    assert "Iteration" in capsys.readouterr().out


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


def test_one_class_is_refused():
    with pytest.raises(ValueError, match="at least 2 classes in the data, but the data contains only one class: 1"):
        classifier().fit(np.eye(10), np.ones(10, int))


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
