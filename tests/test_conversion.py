import json
import re
from pathlib import Path

import numpy as np
import pytest
import torch
from sklearn.datasets import load_diabetes, load_iris, make_moons, make_multilabel_classification
from sklearn.exceptions import NotFittedError
from sklearn.linear_model import LogisticRegression, Ridge
from sklearn.neural_network import MLPClassifier, MLPRegressor

from ridgenet import InputError, RidgeNetClassifier, RidgeNetRegressor, convert_lambda, from_sklearn
from ridgenet._convert_lambda import NEEDS_BATCH_SIZE, SOURCES
from ridgenet._network import Network
from ridgenet.core._objective import cost_and_gradient

RNG = np.random.RandomState(0)
N = 40
X = RNG.standard_normal((N, 3))
PARAMETERS = RNG.standard_normal(3 * 5 + 5 + 5 + 1)


def penalty_gradient(loss, alpha, n_outputs=1):
    """Our gradient of the penalty alone, for weights 3-5-n."""
    network = Network((3, 5, n_outputs), loss=loss)
    parameters = RNG.standard_normal(network.n_parameters)
    zero = cost_and_gradient(network, parameters, X, np.zeros((N, n_outputs)), alpha=0.0)[2]
    return (
        network,
        parameters,
        cost_and_gradient(network, parameters, X, np.zeros((N, n_outputs)), alpha=alpha)[2] - zero,
    )


@pytest.mark.parametrize(
    ("loss", "n_outputs"),
    [("log_loss", 1), ("squared_error", 1), ("squared_error", 4)],
)
def test_torch_weight_decay(loss, n_outputs):
    """torch minimises its own mean loss plus w/2 theta^2: the same ratio of penalty to data gradient as ours."""
    w = 0.013
    alpha = convert_lambda(w, "torch SGD weight_decay", n_samples=N, loss=loss, n_outputs=n_outputs)
    network, parameters, penalty = penalty_gradient(loss, alpha, n_outputs)
    weights, biases = (
        [torch.tensor(v, requires_grad=True) for v in part]
        for part in (network.weights(parameters), network.biases(parameters))
    )
    Y = RNG.uniform(size=(N, n_outputs))
    a = torch.tanh(torch.nn.functional.linear(torch.tensor(X), weights[0], biases[0]))
    z = torch.nn.functional.linear(a, weights[1], biases[1])
    theirs = torch.nn.BCEWithLogitsLoss() if loss == "log_loss" else torch.nn.MSELoss()
    theirs(z, torch.tensor(Y)).backward()
    data = network.flatten([W.grad.numpy() for W in weights], [b.grad.numpy() for b in biases])
    ours = cost_and_gradient(network, parameters, X, Y, alpha=0.0)[2]
    factor = ours[0] / data[0]
    np.testing.assert_allclose(ours, factor * data, rtol=1e-9)
    optimizer = torch.optim.SGD(weights, lr=1.0, weight_decay=w)
    before = [W.detach().clone() for W in weights]
    gradients = [W.grad.clone() for W in weights]
    optimizer.step()
    decay = [(b - W.detach() - g).numpy() for b, W, g in zip(before, weights, gradients, strict=True)]
    for theirs_, our_ in zip(decay, network.weights(penalty), strict=True):
        np.testing.assert_allclose(our_, factor * theirs_, rtol=1e-9)


@pytest.mark.parametrize("batch", [None, 8])
@pytest.mark.parametrize("kind", [MLPClassifier, MLPRegressor])
def test_scikit_learns_mlp(kind, batch):
    """Against the gradient of scikit-learn's own backward pass, over a batch or over all."""
    alpha = 0.7
    mlp = kind(hidden_layer_sizes=(5,), activation="tanh", alpha=alpha, max_iter=1)
    y = RNG.randint(2, size=N) if kind is MLPClassifier else RNG.standard_normal(N)
    with pytest.warns(UserWarning, match="Maximum iterations"):
        mlp.fit(X, y)
    rows = slice(0, batch or N)
    batch_X, batch_y = X[rows], y[rows].reshape(-1, 1).astype(float)
    activations = [batch_X, None, None]
    activations = mlp._forward_pass(activations)
    gradients = mlp._backprop(
        batch_X, batch_y, None, activations, [None] * 2, [np.empty_like(W) for W in mlp.coefs_],
        [np.empty_like(b) for b in mlp.intercepts_],
    )  # fmt: skip
    network = Network((3, 5, 1), loss="log_loss" if kind is MLPClassifier else "squared_error")
    parameters = network.flatten([W.T for W in mlp.coefs_], mlp.intercepts_)
    ours = cost_and_gradient(
        network, parameters, batch_X, batch_y,
        alpha=convert_lambda(alpha, "sklearn MLP alpha", n_samples=N, batch_size=batch), n_samples=N,
    )[2]  # fmt: skip
    np.testing.assert_allclose(ours, network.flatten([W.T for W in gradients[1]], gradients[2]), rtol=1e-9, atol=1e-12)


def test_linear_models():
    y = X[:, 0] + RNG.standard_normal(N)
    tight = {"hidden_layer_sizes": (), "standardize": False, "tol": 1e-9}
    alpha = convert_lambda(0.3, "sklearn LogisticRegression C", n_samples=N)
    net = RidgeNetClassifier(alpha=alpha, **tight).fit(X, y > 0)
    np.testing.assert_allclose(net.coefs_[0].T, LogisticRegression(C=0.3, tol=1e-10).fit(X, y > 0).coef_, atol=1e-6)
    net = RidgeNetRegressor(alpha=convert_lambda(3.0, "sklearn Ridge alpha", n_samples=N), **tight).fit(X, y)
    np.testing.assert_allclose(net.coefs_[0][:, 0], Ridge(3.0).fit(X, y).coef_, atol=1e-6)


@pytest.mark.parametrize(
    ("source", "settings", "expected"),
    [
        ('penalty_scaling="batch"', {"batch_size": 8}, 0.1 * 5),
        ("keras l2", {}, 2 * 0.1 * 40),  # c sum W^2 on the mean loss
        ("keras l2", {"loss": "squared_error"}, 0.1 * 40),  # whose squares have no half
        ("nnet decay", {}, 0.2),  # c sum theta^2 on the summed loss
        ("nnet decay", {"loss": "squared_error"}, 0.1),
        ("playground rate", {}, 4.0),
        ("convnetjs l2_decay", {"batch_size": 8}, 0.5),
        ("mlxtend l2", {"batch_size": 8}, 0.5),
        ("glmnet lambda", {}, 4.0),
    ],
)
def test_systems_that_cannot_be_run_here(source, settings, expected):
    assert convert_lambda(0.1, source, n_samples=40, **settings) == pytest.approx(expected)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"source": "torch AdamW"}, "no λ is equivalent"),
        ({"source": "caffe"}, "source must be one of .*torch SGD weight_decay.*; got 'caffe'"),
        ({"source": "mlxtend l2"}, "give batch_size"),
        ({"source": "keras l2", "loss": "hinge"}, "loss must be 'log_loss' or 'squared_error'"),
        ({"source": "glmnet lambda", "loss": "squared_error"}, r"give y_std=np.std\(y\)"),
        ({"source": "glmnet lambda", "loss": "squared_error", "y_std": 0.0}, "y_std must be positive"),
        ({"source": "keras l2", "n_samples": 0}, "n_samples must be positive"),
        ({"source": "keras l2", "value": -1.0}, "cannot be -1.0"),
        ({"source": "sklearn LogisticRegression C", "value": 0.0}, "cannot be 0.0"),
    ],
)
def test_what_cannot_be_converted(arguments, message):
    with pytest.raises(InputError, match=message):
        convert_lambda(**({"value": 0.1, "n_samples": 10} | arguments))


def glmnet_data():
    """Return what tests/data/glmnet.R makes: inputs, two targets, weights, classes."""
    i = np.arange(1, 31)
    inputs = np.column_stack([np.sin(i), 3 * np.cos(2 * i), (7 * i % 11) / 4])
    target = 20 * inputs[:, 0] - 4 * inputs[:, 1] + 9 * np.cos(5 * i) + 100
    targets = np.column_stack([target, 3 * inputs[:, 2] + np.sin(3 * i)])
    classes = (inputs[:, 0] + 0.3 * inputs[:, 1] + np.sin(9 * i) > 0).astype(int)
    return inputs, targets, 1.0 + i % 3, classes


GLMNET = json.loads((Path(__file__).parent / "data" / "glmnet.json").read_text())


@pytest.mark.parametrize("case", GLMNET)
def test_glmnet(case):
    """Against coefficients of R's glmnet 4.1, made by tests/data/glmnet.R."""
    inputs, targets, weights, classes = glmnet_data()
    y = {"binomial": classes, "mgaussian": targets}.get(case, targets[:, 0])
    weights = weights if case == "weighted" else np.ones(30)
    mean = np.average(targets[:, 0], weights=weights)
    alpha = convert_lambda(
        {"weighted": 2.0, "binomial": 0.05}.get(case, 0.5),
        "glmnet lambda",
        n_samples=weights.sum(),
        loss="log_loss" if case == "binomial" else "squared_error",
        n_outputs=2 if case == "mgaussian" else 1,
        y_std=np.sqrt(np.average((targets[:, 0] - mean) ** 2, weights=weights)),
    )
    kind = RidgeNetClassifier if case == "binomial" else RidgeNetRegressor
    net = kind((), alpha=alpha, standardize=False, tol=1e-10, random_state=0).fit(inputs, y, weights)
    expected = np.array(GLMNET[case])
    np.testing.assert_allclose(net.intercepts_[0], expected[:, 0], atol=1e-5)
    np.testing.assert_allclose(net.coefs_[0].T, expected[:, 1:], atol=1e-5)


def test_the_gaussian_lambda_of_glmnet_is_in_units_of_the_target():
    alpha = convert_lambda(0.5, "glmnet lambda", n_samples=200, loss="squared_error", y_std=16.23)
    assert alpha == pytest.approx(6.1614, abs=1e-4)


def test_the_method_names_every_source():
    method = (Path(__file__).parent.parent / "docs" / "explanation" / "method.md").read_text()
    for source in set(SOURCES) - NEEDS_BATCH_SIZE:
        name = source.split()[0].removeprefix("sklearn").strip() or "scikit-learn"
        assert re.search(name, method, re.IGNORECASE), source


MOONS, IRIS = make_moons(120, noise=0.2, random_state=0), load_iris(return_X_y=True)
LABELS = make_multilabel_classification(100, n_classes=3, random_state=0)
DIABETES = load_diabetes(return_X_y=True)
COUNTS = X, RNG.poisson(np.exp(X[:, 0]))
OUTPUTS = DIABETES[0], np.column_stack([DIABETES[1], -DIABETES[1] / 50])


@pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")
@pytest.mark.parametrize(
    ("mlp", "data"),
    [
        (MLPClassifier((5,), "tanh", random_state=0), MOONS),
        (MLPClassifier((5, 4), "relu", solver="lbfgs", random_state=0), IRIS),
        (MLPClassifier((), random_state=0), IRIS),
        (MLPClassifier((4,), "logistic", solver="sgd", random_state=0), (MOONS[0], np.array(["no", "yes"])[MOONS[1]])),
        (MLPClassifier((6,), random_state=0), LABELS),
        (MLPRegressor(hidden_layer_sizes=(7,), random_state=0), DIABETES),
        (MLPRegressor(hidden_layer_sizes=(7,), activation="identity", random_state=0), OUTPUTS),
        (MLPRegressor(hidden_layer_sizes=(7,), loss="poisson", random_state=0), COUNTS),
    ],
    ids=lambda value: type(value).__name__,
)
def test_networks_move_both_ways_without_changing_a_prediction(mlp, data):
    X, y = data
    mlp.set_params(max_iter=50).fit(X, y)
    net = from_sklearn(mlp)
    back = net.to_sklearn()
    for there in (net, back):
        if hasattr(mlp, "predict_proba"):
            np.testing.assert_array_equal(there.predict(X), mlp.predict(X))
            np.testing.assert_allclose(there.predict_proba(X), mlp.predict_proba(X), rtol=1e-10, atol=1e-15)
            np.testing.assert_array_equal(there.classes_, mlp.classes_)
        else:
            np.testing.assert_allclose(there.predict(X), mlp.predict(X), rtol=1e-10)
        assert there.score(X, y) == pytest.approx(mlp.score(X, y))
        assert there.n_features_in_ == X.shape[1]
        assert there.loss_ == mlp.loss_
    assert back.get_params() == mlp.get_params()
    assert net.fit(X, y).converged_ in (True, False)


@pytest.mark.parametrize("data", [MOONS, IRIS, LABELS], ids=["moons", "iris", "labels"])
def test_a_standardised_classifier_moves_out(data):
    X, y = data
    X = X * 10 + 300
    net = RidgeNetClassifier((5,), alpha=1.0, random_state=0).fit(X, y)
    np.testing.assert_allclose(net.to_sklearn().predict_proba(X), net.predict_proba(X), rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize("data", [DIABETES, OUTPUTS], ids=["one", "two"])
def test_a_standardised_regressor_moves_out_and_column_names_come_along(data):
    import pandas as pd

    X, y = pd.DataFrame(data[0]).add_prefix("column "), data[1]
    net = RidgeNetRegressor((5,), alpha=30.0, random_state=0).fit(X, y)
    mlp = net.to_sklearn()
    np.testing.assert_allclose(mlp.predict(X), net.predict(X), rtol=1e-9)
    np.testing.assert_array_equal(mlp.feature_names_in_, X.columns)


def test_what_cannot_move():
    with pytest.raises(InputError, match="takes an MLPClassifier or MLPRegressor; got Ridge"):
        from_sklearn(Ridge())
    with pytest.raises(NotFittedError):
        from_sklearn(MLPClassifier())
    with pytest.raises(NotFittedError):
        RidgeNetClassifier().to_sklearn()
    with pytest.raises(InputError, match="no activation 'silu'"):
        RidgeNetClassifier((3,), "silu").fit(*MOONS).to_sklearn()
    with pytest.raises(InputError, match="one alpha for all layers"):
        RidgeNetClassifier((3,), alpha=[1.0, 2.0]).fit(*MOONS).to_sklearn()
    with pytest.raises(InputError, match="no penalty_factor"):
        RidgeNetClassifier((3,), penalty_factor=[1.0, 2.0]).fit(*MOONS).to_sklearn()
    with pytest.raises(InputError, match="no loss 'huber'"):
        RidgeNetRegressor((3,), loss="huber").fit(*DIABETES).to_sklearn()


def test_the_documentation_names_every_source():
    assert [source for source in SOURCES if source not in convert_lambda.__doc__] == []
