"""Many networks in one batch: the numbers of the compiled core, in any library of the array API."""

import sys
from itertools import cycle

import array_api_compat.numpy
import array_api_compat.torch
import array_api_strict
import numpy as np
import pytest
from problems import random_targets
from sklearn.datasets import load_diabetes, load_iris, make_moons

from ridgenet import InputError, RidgeNetClassifierCV, RidgeNetRegressorCV, ridgenet_path
from ridgenet._fitted import FittedNetwork
from ridgenet._network import Network
from ridgenet._preprocessing import Standardizer
from ridgenet.backends._batched_networks import BatchedNetworks, Device, device_of
from ridgenet.core._objective import cost_and_gradient
from ridgenet.formulas import ACTIVATIONS, LOSSES

DEVICES = {
    "strict": Device(array_api_strict, None, np.asarray),
    "torch": Device(array_api_compat.torch, None, lambda array: array.numpy()),
    "numpy": Device(array_api_compat.numpy, None, np.asarray),
}
# so little memory that every evaluation goes in several pieces
IN_PIECES = Device(array_api_compat.torch, None, lambda array: array.numpy(), bytes_at_once=20_000)


@pytest.fixture(params=["strict", "torch"])
def elsewhere(request, monkeypatch):
    """Let device="cuda" be a library on the CPU."""
    monkeypatch.setattr("ridgenet.backends._local.device_of", lambda device: DEVICES[request.param])
    return request.param


def problem(network, seed=0, n=57):
    random = np.random.default_rng(seed)
    X = random.normal(3.0, 2.0, (n, network.layer_sizes[0]))
    k = network.layer_sizes[-1]
    return X, random_targets(network.loss, (n, k), np.random.RandomState(seed)), random


def standard(X, Y, units):
    return (X - units.mean) / units.scale, (Y - units.target_mean) / units.target_scale


@pytest.mark.parametrize("device", DEVICES.values(), ids=DEVICES)
@pytest.mark.parametrize(
    ("activation", "loss"), [*zip(ACTIVATIONS, cycle(LOSSES), strict=False), *(("tanh", loss) for loss in LOSSES)]
)
def test_cost_and_gradient_are_those_of_the_core(device, activation, loss):
    network = Network((3, 5, 4, 2 if loss != "log_loss" else 1), activation, loss)
    X, Y, random = problem(network)
    weights = random.uniform(0, 2, (3, len(X))) * (random.random((3, len(X))) < 0.7)
    centering = LOSSES[loss].centering
    units = [Standardizer.fitted_to(X, Y, part, centering=centering) for part in weights]
    batch = BatchedNetworks(device, network, X, Y, weights, units, np.dtype(np.float64))
    parameters = np.stack([network.initial_parameters("glorot", random) for _ in range(5)])
    parts = [2, 0, 1, 1, 0]
    losses, gradients = batch.evaluate(parts, parameters)
    for k, part in enumerate(parts):
        inputs, wanted = standard(X, Y, units[part])
        data_loss, _, gradient = cost_and_gradient(
            network, parameters[k], inputs, wanted, alpha=0.0, sample_weight=weights[part]
        )
        assert losses[k] == pytest.approx(data_loss, rel=1e-12)
        np.testing.assert_allclose(gradients[k], gradient, atol=1e-12)
    rows = np.array([5, 0, 41])
    outputs = batch.outputs(1, parameters, rows)
    expected = FittedNetwork(network, parameters[0], units[1]).outputs_of_all(parameters, X[rows])
    np.testing.assert_allclose(outputs, expected, rtol=1e-11)


@pytest.mark.parametrize("z", [-1e3, 1e3, 0.0])
def test_large_numbers_stay_finite(z):
    network = Network((1, 1))
    batch = BatchedNetworks(
        DEVICES["torch"], network, np.ones((2, 1)), np.array([[0.0], [1.0]]), np.ones((1, 2)),
        [Standardizer.identity(1, 1)], np.dtype(np.float64),
    )  # fmt: skip
    losses, gradients = batch.evaluate([0], np.array([[z, 0.0]]))
    assert losses[0] == pytest.approx(max(abs(z) / 2, np.log(2)))
    assert np.isfinite(gradients).all()


def test_pieces_change_nothing():
    network = Network((3, 4, 1))
    X, Y, random = problem(network, n=300)
    units = [Standardizer.fitted_to(X, Y, None, centering=None)]
    parameters = np.stack([network.initial_parameters("glorot", random) for _ in range(3)])
    found = []
    for device in (DEVICES["torch"], IN_PIECES):
        batch = BatchedNetworks(device, network, X, Y, np.ones((1, 300)), units, np.dtype(np.float64))
        found.append([*batch.evaluate([0, 0, 0], parameters), batch.outputs(0, parameters, np.arange(300))])
    for whole, in_pieces in zip(*found, strict=True):
        np.testing.assert_allclose(in_pieces, whole, rtol=1e-10, atol=1e-14)


# paths

QUICK = {"hidden_layer_sizes": (4,), "n_alphas": 8, "n_restarts": 2, "random_state": 0, "tol": 1e-7}


# linear units have no minimum but the lowest, and no rounding can lead to another (a convex problem in their product)
ONE_MINIMUM = QUICK | {"activation": "identity", "path": "full"}


def is_the_same(there, here):
    np.testing.assert_allclose(there.alphas_, here.alphas_)
    np.testing.assert_allclose(there.path_.objectives, here.path_.objectives, rtol=1e-6)
    np.testing.assert_allclose(there.cv_results_["mean_test_score"], here.cv_results_["mean_test_score"], atol=1e-4)
    assert there.alpha_ == pytest.approx(here.alpha_)


def test_a_path_is_that_of_the_core(elsewhere):
    X, y = make_moons(120, noise=0.3, random_state=0)
    seen = []
    here = RidgeNetClassifierCV(**ONE_MINIMUM, cv=3).fit(X, y)
    there = RidgeNetClassifierCV(**ONE_MINIMUM, cv=3, device="cuda", callbacks=seen.append).fit(X, y)
    is_the_same(there, here)
    assert seen[-1].n_fits == seen[-1].n_total
    np.testing.assert_allclose(there.predict_proba(X), here.predict_proba(X), atol=1e-3)


def test_an_adaptive_path_goes_the_same_way(elsewhere):
    X, y = make_moons(120, noise=0.3, random_state=0)
    settings = ONE_MINIMUM | {"path": "adaptive", "n_alphas": 20, "cv": 3}
    here, there = (RidgeNetClassifierCV(**settings, device=device).fit(X, y) for device in ("cpu", "cuda"))
    np.testing.assert_allclose(there.alphas_[:3], here.alphas_[:3])
    np.testing.assert_allclose(there.predict_proba(X), here.predict_proba(X), atol=0.02)


def test_classes_weights_and_sizes(elsewhere):
    X, y = load_iris(return_X_y=True)
    weights = np.random.RandomState(0).uniform(0, 2, 150)
    settings = ONE_MINIMUM | {"hidden_layer_sizes": [(), (3,)], "class_weight": "balanced", "cv": 2}
    here = RidgeNetClassifierCV(**settings).fit(X, y, weights)
    is_the_same(RidgeNetClassifierCV(**settings, device="cuda").fit(X, y, weights), here)


def test_numbers(elsewhere):
    X, y = load_diabetes(return_X_y=True)
    settings = QUICK | {"hidden_layer_sizes": (), "cv": 2}
    here = RidgeNetRegressorCV(**settings).fit(X, y)
    there = RidgeNetRegressorCV(**settings, device="cuda").fit(X, y)
    np.testing.assert_allclose(there.path_.objectives, here.path_.objectives, rtol=1e-6)
    assert there.alpha_ == pytest.approx(here.alpha_)


def test_single_precision_stays_single(elsewhere):
    X, y = make_moons(120, noise=0.3, random_state=0)
    path = ridgenet_path(X.astype(np.float32), y, **QUICK | {"tol": 1e-4}, device="cuda")
    assert path.parameters.dtype == np.float32
    assert path.found.all()


def test_a_callback_stops_it(elsewhere):
    X, y = make_moons(300, noise=0.3, random_state=0)
    longer = QUICK | {"n_alphas": 40, "n_restarts": 10}
    with pytest.warns(UserWarning, match="stopped early"):
        path = ridgenet_path(X, y, **longer, device="cuda", callbacks=lambda progress: progress.n_fits > 0)
    assert path.found.any()
    assert not path.found.all()


def test_sparse_inputs_are_refused(elsewhere):
    from scipy.sparse import csr_matrix

    X, y = make_moons(60, random_state=0)
    with pytest.raises(InputError, match="X must be dense"):
        RidgeNetClassifierCV(**QUICK, device="cuda").fit(csr_matrix(X), y)


# which device


@pytest.mark.parametrize("device", ["gpu", "cuda:x", "mps", ""])
def test_other_devices_are_refused(device):
    with pytest.raises(InputError, match="device must be 'cpu', 'cuda'"):
        device_of(device)


def test_a_missing_gpu_or_package_is_said(monkeypatch):
    X, y = make_moons(60, random_state=0)
    with pytest.raises(ValueError, match=r"neither CuPy nor PyTorch finds this GPU.*device='cpu'"):
        RidgeNetClassifierCV(device="cuda:99").fit(X, y)
    monkeypatch.setitem(sys.modules, "array_api_compat", None)
    with pytest.raises(InputError, match=r"pip install 'ridgenet\[gpu\]'"):
        device_of("cuda")
