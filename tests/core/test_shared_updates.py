import numpy as np
import pytest
from problems import make_problem
from test_sgd import make_sgd

from ridgenet._network import Network
from ridgenet.core import _shared_updates as shared_updates
from ridgenet.core._shared_updates import is_worth_sharing


@pytest.fixture
def problem():
    return make_problem(Network((3, 6, 2), loss="multinomial_log_loss"), 31, seed=0, alpha=0.5)


def alone_and_shared(monkeypatch, problem, n_updates=25, **settings):
    alone = make_sgd(problem, **settings)
    monkeypatch.setattr(shared_updates, "WORTH_SHARING", 0)
    shared = make_sgd(problem, **settings)
    assert shared._halves is not None
    assert alone._halves is None
    for sgd in (alone, shared):
        sgd.run(n_updates)
    return alone, shared


@pytest.mark.parametrize("batch_size", [1, 2, 7, 31])
@pytest.mark.parametrize("rule", ["gradient", "adam"])
@pytest.mark.parametrize("penalty_scaling", ["dataset", "batch"])
def test_two_halves_are_the_whole_batch(monkeypatch, problem, batch_size, rule, penalty_scaling):
    settings = {"batch_size": batch_size, "rule": rule, "penalty_scaling": penalty_scaling, "with_objectives": True}
    alone, shared = alone_and_shared(monkeypatch, problem, **settings)
    np.testing.assert_allclose(shared.parameters, alone.parameters, rtol=1e-9, atol=1e-12)
    np.testing.assert_allclose(shared.data_losses, alone.data_losses, rtol=1e-10)
    assert (shared.n_updates, shared.n_epochs) == (alone.n_updates, alone.n_epochs)


def test_with_weights(monkeypatch, problem):
    weights = np.random.RandomState(0).uniform(0, 3, 31)
    alone, shared = alone_and_shared(monkeypatch, problem, sample_weight=weights)
    np.testing.assert_allclose(shared.parameters, alone.parameters, rtol=1e-9)


def test_dropout_draws_its_own_masks_for_each_half_and_the_same_ones_again(monkeypatch, problem):
    _, first = alone_and_shared(monkeypatch, problem, dropout=0.4)
    second = make_sgd(problem, dropout=0.4)
    second.run(25)
    np.testing.assert_array_equal(first.parameters, second.parameters)
    assert first._halves._states[0] != first._halves._states[1]


@pytest.mark.filterwarnings("ignore::RuntimeWarning")  # of NumPy, where kernels run as plain Python
def test_stopping_and_divergence_are_seen(monkeypatch, problem):
    monkeypatch.setattr(shared_updates, "WORTH_SHARING", 0)
    sgd = make_sgd(problem, with_objectives=True, tol=1e-2, n_iter_no_change=3)
    sgd.run_until(10_000)
    assert sgd.stopped
    large = make_sgd(problem, alpha=100.0, learning_rate_init=50.0)
    large.run(200)
    assert large.has_diverged()


def test_only_very_wide_networks_are_worth_it():
    assert not is_worth_sharing(Network((64, 128, 10), loss="multinomial_log_loss"), 200)
    assert is_worth_sharing(Network((784, 256, 10), loss="multinomial_log_loss"), 256)
