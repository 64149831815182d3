"""The fixed point of the evidence with a λ for each column, and the relevance of columns."""

import numpy as np
import pytest
from path_problems import make_path_problem
from scipy.optimize import minimize

from ridgenet.core._lbfgs_search import LBFGSSettings
from ridgenet.path._evidence import evidence
from ridgenet.path._relevance import determine_relevance, grouped_penalty, groups_of, sensitivities

SETTINGS = LBFGSSettings(20_000, 60_000, 1e-10, 0.0, 20)


def test_the_evidence_is_largest_at_the_fixed_point():
    """Of a linear network, whose minimum does not jump: each λ is where the log evidence has its maximum."""
    problem = make_path_problem((), "squared_error", n=60, d=3)
    found = determine_relevance(problem, 1.0, np.zeros(problem.network.n_parameters), SETTINGS)

    def minus_log_evidence(logs):
        penalty = grouped_penalty(problem.network, np.exp(logs))
        search = problem.rows.search(problem.network, penalty, SETTINGS)
        search.restart(penalty.alpha, np.zeros(problem.network.n_parameters))
        search.run_to_the_end()
        return -evidence(problem.network, problem.rows.part(), penalty, search.point).log_evidence

    best = minimize(minus_log_evidence, np.zeros(3), method="Nelder-Mead", options={"xatol": 1e-3, "fatol": 1e-6})
    np.testing.assert_allclose(found.alphas, np.exp(best.x), rtol=0.1)
    assert found.log_evidence == pytest.approx(-best.fun, abs=1e-3)


@pytest.mark.parametrize("hidden", [(), (4,), (4, 3)])
def test_the_relevance_is_the_derivative_of_the_output(hidden):
    problem = make_path_problem(hidden, "squared_error", k=2)
    network, X = problem.network, problem.rows.part().inputs()
    parameters, h = network.initial_parameters("glorot", np.random.default_rng(0)), 1e-6
    expected = [
        np.sqrt(
            (((network.predict(parameters, X + h * e) - network.predict(parameters, X - h * e)) / (2 * h)) ** 2).mean()
        )
        for e in np.eye(X.shape[1])
    ]
    np.testing.assert_allclose(sensitivities(network, parameters, X), expected, rtol=1e-6)


def test_the_groups_hold_every_weight_once():
    network = make_path_problem((4, 3)).network
    groups = groups_of(network)
    assert [len(group) for group in groups] == [4, 4, 4, 12, 3]
    assert len(np.unique(np.concatenate(groups))) == 27
    curvature = grouped_penalty(network, np.arange(1.0, 6.0)).curvature(network)
    for alpha, group in enumerate(groups, start=1):
        np.testing.assert_array_equal(curvature[group], alpha)
