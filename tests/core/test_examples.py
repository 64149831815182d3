import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from problems import make_problem, problems
from scipy.sparse import csr_matrix
from test_equations import TORCH_LOSSES

from ridgenet._network import Network
from ridgenet.core._examples import make_examples
from ridgenet.core._objective import cost_and_gradient, evaluate, gradient_of, make_objective, make_workspace
from ridgenet.core._penalties import L2Penalty


def evaluated(problem, capacity=7, **changed):
    examples = make_examples(**({"X": problem.X, "Y": problem.Y, "dtype": np.float64} | changed))
    work = make_workspace(problem.network, capacity, np.float64)
    costs = evaluate(
        make_objective(problem.network, L2Penalty(problem.alpha)),
        problem.parameters, examples, examples.total_weight, True, work,
    )  # fmt: skip
    return *costs, gradient_of(work, problem.network.n_parameters).copy()


def assert_same(one, other):
    np.testing.assert_allclose(np.hstack(one), np.hstack(other), rtol=1e-11, atol=1e-13)


@given(problems(), st.integers(0, 2**31))
def test_integer_weights_are_repeated_examples(problem, seed):
    times = np.random.RandomState(seed).randint(4, size=len(problem.X))
    times[0] = 1
    repeated = type(problem)(
        problem.network, problem.parameters, problem.X.repeat(times, 0), problem.Y.repeat(times, 0), problem.alpha, 0
    )
    assert_same(evaluated(problem, weights=times.astype(float)), evaluated(repeated))


@pytest.mark.parametrize("output", TORCH_LOSSES)
def test_the_weighted_gradient_is_pytorchs(output):
    problem = make_problem(Network((3, 5, 2), "tanh", output), 20, seed=8)
    sample_weight = np.random.RandomState(0).uniform(0, 3, 20)
    weights, biases = (
        [torch.tensor(values, requires_grad=True) for values in part] for part in (problem.weights, problem.biases)
    )
    a = torch.tanh(torch.nn.functional.linear(torch.tensor(problem.X), weights[0], biases[0]))
    z = torch.nn.functional.linear(a, weights[1], biases[1])
    losses = [TORCH_LOSSES[output](z[i : i + 1], torch.tensor(problem.Y[i : i + 1])) for i in range(20)]
    cost = sum(w * loss for w, loss in zip(sample_weight, losses, strict=True)) / sample_weight.sum()
    cost = cost + problem.alpha / (2 * sample_weight.sum()) * sum((W**2).sum() for W in weights)
    cost.backward()
    data_loss, l2_penalty, gradient = cost_and_gradient(
        problem.network, problem.parameters, problem.X, problem.Y, alpha=problem.alpha, sample_weight=sample_weight
    )
    assert data_loss + l2_penalty == pytest.approx(cost.item(), rel=1e-12)
    expected = problem.network.flatten([W.grad.numpy() for W in weights], [b.grad.numpy() for b in biases])
    np.testing.assert_allclose(gradient, expected, rtol=1e-9, atol=1e-13)


@given(problems())
def test_weights_all_alike_are_no_weights_but_for_what_lambda_is_divided_by(problem):
    weighted = cost_and_gradient(
        problem.network, problem.parameters, problem.X, problem.Y, alpha=1.0, n_samples=9,
        sample_weight=np.full(len(problem.X), 3.0),
    )  # fmt: skip
    plain = cost_and_gradient(problem.network, problem.parameters, problem.X, problem.Y, alpha=1.0, n_samples=9)
    assert_same(weighted, plain)


@given(problems(), st.integers(0, 2**31))
def test_standardising_on_the_way_is_standardising_before(problem, seed):
    rng = np.random.RandomState(seed)
    mean, scale = rng.standard_normal(problem.X.shape[1]), rng.uniform(0.5, 2, problem.X.shape[1])
    assert_same(evaluated(problem, mean=mean, scale=scale), evaluated(problem, X=(problem.X - mean) / scale))


@given(problems(), st.sampled_from([0.0, 0.5, 1.0]), st.booleans())
def test_sparse_inputs_are_the_dense_ones(problem, share_of_zeros, standardised):
    rng = np.random.RandomState(0)
    X = np.where(rng.uniform(size=problem.X.shape) < share_of_zeros, 0.0, problem.X)
    units = {"mean": rng.standard_normal(X.shape[1]), "scale": rng.uniform(0.5, 2, X.shape[1])} if standardised else {}
    assert_same(evaluated(problem, X=csr_matrix(X), **units), evaluated(problem, X=X, **units))


def test_arrays_of_the_right_kind_are_borrowed():
    problem = make_problem(Network((3, 2, 1)), 5, seed=0)
    examples = make_examples(problem.X, problem.Y, np.float64)
    assert np.shares_memory(examples.X, problem.X)
    assert np.shares_memory(examples.Y, problem.Y)


def test_weights_count_in_what_lambda_is_divided_by():
    examples = make_examples(np.ones((4, 1)), np.ones((4, 1)), np.float64, weights=np.array([1.0, 0.0, 3.0, 2.0]))
    assert examples.total_weight == 6.0
    assert examples.mean_weight == pytest.approx(1.5)
