import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from kernels import inner
from problems import make_problem
from test_equations import TORCH_ACTIVATIONS, TORCH_LOSSES
from test_sgd import make_sgd

from ridgenet._network import Network
from ridgenet.formulas import ACTIVATIONS


def masks(network, n, share_dropped, seed):
    """The masks of each hidden layer, units x examples, as the kernel draws them one after the other."""
    state = np.array([seed], np.uint64)
    drawn = []
    for size in network.layer_sizes[1:-1]:
        mask = np.empty(size * n)
        inner("draw_mask")(share_dropped, mask, state)
        drawn.append(mask.reshape(size, n))
    return drawn


@pytest.mark.parametrize("activation", ACTIVATIONS)
@pytest.mark.parametrize("hidden", [(5,), (5, 4)])
def test_the_gradient_with_a_fixed_mask_is_pytorchs(activation, hidden):
    problem = make_problem(Network((3, *hidden, 2), activation, "multinomial_log_loss"), 12, seed=1)
    step = 1e-3
    sgd = make_sgd(problem, batch_size=12, learning_rate_init=step, dropout=0.4, dropout_seed=7, shuffle_seed=None)
    sgd.run(1)
    moved = (problem.parameters - sgd.parameters) / step

    weights, biases = (
        [torch.tensor(values, requires_grad=True) for values in part] for part in (problem.weights, problem.biases)
    )
    drawn = [torch.tensor(mask.T) for mask in masks(problem.network, 12, 0.4, 7)] + [1.0]
    a = torch.tensor(problem.X)
    for W, b, mask in zip(weights, biases, drawn, strict=True):
        z = torch.nn.functional.linear(a, W, b)
        a = TORCH_ACTIVATIONS[activation](z) * mask
    cost = TORCH_LOSSES["multinomial_log_loss"](z, torch.tensor(problem.Y)) / 12
    cost = cost + problem.alpha / 24 * sum((W**2).sum() for W in weights)
    cost.backward()
    expected = problem.network.flatten([W.grad.numpy() for W in weights], [b.grad.numpy() for b in biases])
    np.testing.assert_allclose(moved, expected, atol=1e-9)


@given(st.floats(0.0, 0.95), st.integers(0, 2**64 - 1))
def test_units_are_dropped_as_often_as_asked_and_the_rest_makes_up_for_it(share_dropped, seed):
    mask, state = np.empty(4000), np.array([seed], np.uint64)
    inner("draw_mask")(share_dropped, mask, state)
    kept = mask[mask > 0]
    np.testing.assert_allclose(kept, 1 / (1 - share_dropped))
    spread = np.sqrt(share_dropped * (1 - share_dropped) / 4000)
    assert abs((mask == 0).mean() - share_dropped) <= 5.5 * spread + 1e-12


def test_the_masks_of_two_updates_differ():
    problem = make_problem(Network((3, 8, 1)), 10, seed=0)
    sgd = make_sgd(problem, batch_size=10, dropout=0.5)
    sgd.run(1)
    before = sgd._batches.dropout_state.copy()
    sgd.run(1)
    assert sgd._batches.dropout_state != before


def test_costs_are_of_the_whole_network():
    problem = make_problem(Network((3, 8, 1)), 10, seed=0)
    dropped, whole = make_sgd(problem, dropout=0.5), make_sgd(problem)
    assert dropped.objectives() == whole.objectives()
