import numpy as np
import pytest
from hypothesis import given
from problems import problems

from ridgenet._network import Network
from ridgenet.core import _prediction as prediction
from ridgenet.core._examples import make_examples
from ridgenet.core._objective import make_objective
from ridgenet.core._prediction import predict
from ridgenet.equations import forward


def predicted(network, parameters, X, **changed):
    examples = make_examples(X, np.empty((len(X), network.layer_sizes[-1])), parameters.dtype)
    return predict(network, make_objective(network), parameters, examples, len(X), **changed)


@given(problems())
def test_outputs_are_those_of_the_equations(problem):
    network = problem.network
    z, a = forward(problem.weights, problem.biases, problem.X.T, network.activation, network.loss)
    outputs = predicted(network, problem.parameters, problem.X)
    np.testing.assert_allclose(outputs, a[-1].T, rtol=1e-11, atol=1e-13)
    logits = predicted(network, problem.parameters, problem.X, before_output_unit=True)
    np.testing.assert_allclose(logits, z[-1].T, rtol=1e-11, atol=1e-12)


@pytest.mark.parametrize("sizes", [(3, 4, 2), (30, 40, 2)])
def test_rows_shared_out_between_threads_are_the_same_rows(monkeypatch, sizes):
    network, rng = Network(sizes, loss="multinomial_log_loss"), np.random.RandomState(0)
    parameters, X = network.initial_parameters("glorot", rng), rng.standard_normal((1000, sizes[0]))
    alone = predicted(network, parameters, X)
    monkeypatch.setattr(prediction, "SHARE", 256)
    np.testing.assert_array_equal(predicted(network, parameters, X), alone)
