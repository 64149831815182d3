import os

# before NumPy is loaded: several test processes share the processor, and threads of BLAS, OpenMP and PyTorch
# would only wait for one another
os.environ.setdefault("OMP_NUM_THREADS", "1")

import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, settings

from ridgenet._network import Network

DATA = Path(__file__).parent / "data"
KERNELS_AS_PYTHON = os.environ.get("RIDGENET_KERNELS") == "python"

settings.register_profile(
    "ridgenet",
    # the first example may load or compile kernels
    deadline=None,
    max_examples=10 if KERNELS_AS_PYTHON else 60,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile("ridgenet")


class Golden:
    """One run of the tutorial's program, with its start, its batches, and its parameters on the way."""

    def __init__(self, name: str) -> None:
        run = json.loads((DATA / f"{name}.json").read_text())
        self.network = Network((run["n_features"], run["n_hidden"], 1))
        self.X = np.array(run["X_features_by_examples"]).T
        self.y = np.array(run["y"])
        self.alpha = run["lambda"]
        self.batch_size = run["batch_size"]
        self.learning_rate = run["learning_rate"]
        self.orders = [np.array(order) for order in run["permutations"]]
        self.start = self._parameters(run["initial"])
        self.after_epoch = {int(epoch): self._parameters(p) for epoch, p in run["after_epoch"].items()}
        self.cost_of_last_batch = {int(epoch): cost for epoch, cost in run["cost_of_last_batch"].items()}

    def _parameters(self, record: dict) -> np.ndarray:
        part = {name: np.array(values, float) for name, values in record.items()}
        return self.network.flatten([part["W1"], part["W2"]], [part["b1"], part["b2"]])

    def tolerance(self, epoch: int) -> float:
        """Relative; the path is chaotic, so that rounding grows with the epochs."""
        return 1e-9 if epoch <= 10 else 1e-6


@pytest.fixture(params=["article_l2", "article_unregularised"])
def golden(request) -> Golden:
    return Golden(request.param)


@pytest.fixture(scope="module")
def browser():
    from browser import chromium_running

    with chromium_running() as running:
        yield running


@pytest.fixture
def closed_figures():
    """Close what a test has drawn."""
    from matplotlib import pyplot as plt

    yield
    plt.close("all")


def pytest_configure(config):
    if KERNELS_AS_PYTHON:
        # compiled integers wrap around in silence, as the random numbers of the shuffle mean them to
        config.addinivalue_line("filterwarnings", "ignore:overflow encountered in scalar:RuntimeWarning")
        # and a compiled division by zero is infinite, which kernels look for
        config.addinivalue_line("filterwarnings", "ignore:divide by zero encountered in scalar:RuntimeWarning")
