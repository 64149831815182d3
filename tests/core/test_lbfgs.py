import numpy as np
import pytest
from kernels import inner
from problems import make_problem
from scipy.optimize import minimize
from scipy.sparse import csr_matrix
from test_objective import by_equations

from ridgenet._network import Network
from ridgenet.core import _lbfgs as lbfgs
from ridgenet.core._examples import make_examples
from ridgenet.core._external_lbfgs import ExternalLBFGS
from ridgenet.core._lbfgs import LBFGS, pack
from ridgenet.core._lbfgs_search import AT_LIMIT, CONVERGED, FAILED, STALLED, LBFGSSettings
from ridgenet.core._line_search import LOW, NUMBERS, STEP
from ridgenet.core._objective import cost_and_gradient
from ridgenet.core._penalties import L2Penalty

NETWORKS = [
    Network((3, 1), loss="log_loss"),
    Network((3, 5, 1), "tanh", "log_loss"),
    Network((3, 4, 4, 3), "logistic", "multinomial_log_loss"),
    Network((3, 6, 2), "softplus", "log_loss"),
    Network((3, 4, 1), "silu", "poisson"),
]


def search(problem, dtype=np.float64, X=None, **settings):
    examples = make_examples(problem.X if X is None else X, problem.Y, dtype)
    settings = LBFGSSettings(**({"tol": 1e-8, "relative_tol": 0.0, "max_iter": 5000} | settings))
    return LBFGS(problem.network, problem.parameters.astype(dtype), examples, L2Penalty(problem.alpha), settings)


def run(*arguments, **settings):
    solver = search(*arguments, **settings)
    solver.run_to_the_end()
    return solver


def problem_for(network, seed=0, n=60, alpha=1.0):
    problem = make_problem(network, n, seed, alpha)
    return type(problem)(*(getattr(problem, name) for name in ("network", "parameters", "X", "Y")), alpha, n)


def cost(problem, parameters):
    moved = type(problem)(problem.network, parameters, problem.X, problem.Y, problem.alpha, problem.n_samples)
    data_loss, l2_penalty, gradient = by_equations(moved)
    return data_loss + l2_penalty, gradient


@pytest.mark.parametrize("network", NETWORKS, ids=lambda n: f"{n.layer_sizes}-{n.activation}-{n.loss}")
@pytest.mark.parametrize("alpha", [0.5, 5.0])
def test_the_minimum_is_the_one_scipy_finds_on_the_equations(network, alpha):
    """Both from one start, on the slope of one minimum: of several, each could find another."""
    problem = problem_for(network, alpha=alpha)
    problem.parameters[:] = minimize(lambda p: cost(problem, p), problem.parameters, jac=True, tol=1e-2).x
    oracle = minimize(lambda p: cost(problem, p), problem.parameters, jac=True, options={"gtol": 1e-8, "maxiter": 5000})
    solver = run(problem)
    reached, gradient = cost(problem, solver.point)
    assert reached == pytest.approx(oracle.fun, rel=1e-6)
    assert solver.status == CONVERGED
    assert np.abs(gradient).max() < 1.1e-8


def test_costs_and_gradient_norm_are_those_at_the_point():
    problem = problem_for(NETWORKS[1])
    solver = run(problem, max_iter=7)
    total, gradient = cost(problem, solver.point)
    assert solver.status == AT_LIMIT
    assert solver.n_iter == 7
    assert len(solver.data_losses) == len(solver.l2_penalties) == 8
    assert solver.data_losses[-1] + solver.l2_penalties[-1] == pytest.approx(total, rel=1e-12)
    assert solver.gradient_norm == pytest.approx(np.abs(gradient).max(), rel=1e-9)
    costs = solver.data_losses + solver.l2_penalties
    assert costs[0] == pytest.approx(cost(problem, problem.parameters)[0])
    assert (np.diff(costs) < 0).all()


@pytest.mark.parametrize("block_bytes", [1, 2**14, 2**18])
@pytest.mark.parametrize("packed_bytes", [0, 2**28])
def test_blocks_and_packing_change_nothing_but_rounding(monkeypatch, block_bytes, packed_bytes):
    problem = problem_for(NETWORKS[1], n=300)
    expected = run(problem, max_iter=20)
    monkeypatch.setattr(lbfgs, "BLOCK_BYTES", block_bytes)
    monkeypatch.setattr(lbfgs, "PACKED_BYTES", packed_bytes)
    np.testing.assert_allclose(run(problem, max_iter=20).point, expected.point, rtol=1e-6)


@pytest.mark.parametrize("piece", [1, 3, 1000])
def test_a_run_in_pieces_is_the_same_run(monkeypatch, piece):
    monkeypatch.setattr(lbfgs, "BLOCK_BYTES", 1)  # several blocks an evaluation, so that pieces end within one
    problem = problem_for(NETWORKS[1], n=300)
    whole, parts = run(problem, max_iter=15), search(problem, max_iter=15)
    while parts.status == lbfgs.RUNNING:
        parts.run(piece)
    np.testing.assert_array_equal(parts.point, whole.point)
    assert parts.n_evaluations == whole.n_evaluations


def test_the_same_run_twice_is_the_same_to_the_last_bit():
    problem = problem_for(NETWORKS[2])
    np.testing.assert_array_equal(run(problem).point, run(problem).point)


def test_sparse_inputs_give_the_same_minimum():
    problem = problem_for(NETWORKS[1])
    problem.X[np.random.RandomState(0).uniform(size=problem.X.shape) < 0.6] = 0.0
    np.testing.assert_allclose(run(problem, X=csr_matrix(problem.X)).point, run(problem).point, atol=1e-7)


def test_float32_reaches_the_minimum_to_its_own_precision():
    problem = problem_for(NETWORKS[1])
    single, double = run(problem, np.float32, tol=1e-4), run(problem)
    assert single.point.dtype == np.float32
    assert single.status == CONVERGED
    assert sum(part[-1] for part in (single.data_losses, single.l2_penalties)) == pytest.approx(
        sum(part[-1] for part in (double.data_losses, double.l2_penalties)), rel=1e-4
    )


@pytest.mark.filterwarnings("ignore::RuntimeWarning")  # of NumPy, where kernels run as plain Python
def test_a_cost_that_is_not_finite_at_the_start_is_a_failure_and_not_a_result():
    problem = problem_for(Network((3, 1), loss="squared_error"))
    problem.X[:] = 1e200
    assert run(problem).status == FAILED


def test_a_start_at_the_minimum_takes_no_iteration():
    problem = problem_for(NETWORKS[0])
    minimum = run(problem).point
    again = run(type(problem)(problem.network, minimum, problem.X, problem.Y, problem.alpha, 60), tol=1e-7)
    assert again.n_iter == 0
    assert again.status == CONVERGED


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("network", [NETWORKS[0], NETWORKS[1]], ids=["linear", "hidden"])
@pytest.mark.parametrize(("relative_tol", "largest"), [(0.0, (1e-6, 1e-14)), (1e-30, (1e-3, 1e-7))])
def test_no_tolerance_ends_at_the_resolution_of_the_type_and_is_converged(dtype, network, relative_tol, largest):
    solver = run(problem_for(network), dtype, tol=0.0, relative_tol=relative_tol)
    assert solver.status == CONVERGED
    assert solver.gradient_norm < largest[dtype == np.float64]


def test_evaluations_can_be_limited():
    assert run(problem_for(NETWORKS[1]), max_evaluations=5).n_evaluations <= 6


@pytest.mark.parametrize(
    ("function", "slope"),
    [
        (lambda t: (t - 3) ** 2, lambda t: 2 * (t - 3)),
        (lambda t: -t / (t**2 + 2), lambda t: (t**2 - 2) / (t**2 + 2) ** 2),  # Moré and Thuente (1994), 5.1
        (lambda t: (t + 0.004) ** 5 - 2 * (t + 0.004) ** 4, lambda t: 5 * (t + 0.004) ** 4 - 8 * (t + 0.004) ** 3),
        (lambda t: np.cosh(t - 2), lambda t: np.sinh(t - 2)),
        (lambda t: -np.log(t) + t if 0 < t < 50 else np.inf, lambda t: 1 - 1 / t),
    ],
)
@pytest.mark.parametrize("first", [1e-3, 0.1, 1.0, 10.0, 1000.0])
def test_the_line_search_ends_where_both_wolfe_conditions_hold(function, slope, first):
    begin, accept, step = map(inner, ("begin_search", "is_acceptable", "next_step"))
    numbers = np.zeros(NUMBERS)
    start = 1e-9 if np.isinf(function(0.0)) else 0.0
    begin(numbers, first, float(function(start)), float(slope(start)))
    for _ in range(25):
        t = start + numbers[STEP]
        with np.errstate(over="ignore"):
            value = float(function(t))
        derivative = float(slope(t)) if np.isfinite(value) else np.nan
        if accept(numbers, value, derivative, 1e-14):
            break
        step(numbers, value, derivative, 1e-14)
    else:
        pytest.fail("no step found")
    assert value < function(start)
    assert abs(derivative) <= 0.9 * abs(slope(start))
    assert numbers[LOW] >= 0


def test_pack_holds_every_example_once():
    problem = problem_for(Network((3, 4, 2), loss="squared_error"), n=25)
    solver = search(problem)
    packed = np.zeros(25 * 6)
    pack(make_examples(problem.X, problem.Y, np.float64), 10, packed, solver._work)
    first = packed[: 10 * 6].reshape(6, 10)
    np.testing.assert_array_equal(first[:3], problem.X[:10].T)
    np.testing.assert_array_equal(first[3:5], problem.Y[:10].T)
    np.testing.assert_allclose(first[5], 1 / 25)
    np.testing.assert_array_equal(packed[20 * 6 :].reshape(6, 5)[:3], problem.X[20:].T)


# objective and gradient from elsewhere


def elsewhere(problem, **settings):
    """A search that asks for two parts, of which the second weighs every other example twice."""
    shares = [np.ones(60), np.where(np.arange(60) % 2, 1.0, 2.0)]

    def evaluate(parts, parameters):
        found = [
            cost_and_gradient(problem.network, theta, problem.X, problem.Y, alpha=0.0, sample_weight=shares[part])
            for part, theta in zip(parts, parameters, strict=True)
        ]
        return np.array([data for data, _, _ in found]), np.stack([gradient for _, _, gradient in found])

    settings = LBFGSSettings(**({"tol": 1e-8, "relative_tol": 0.0, "max_iter": 5000} | settings))
    return [
        ExternalLBFGS(
            problem.network, problem.parameters, weights.sum(), L2Penalty(problem.alpha), settings, evaluate, part
        )
        for part, weights in enumerate(shares)
    ]


@pytest.mark.parametrize("network", NETWORKS, ids=lambda n: f"{n.layer_sizes}-{n.activation}-{n.loss}")
def test_a_search_elsewhere_takes_the_steps_of_the_compiled_loop(network):
    problem = problem_for(network)
    here, (there, _) = run(problem, max_iter=25), elsewhere(problem, max_iter=25)
    there.run_to_the_end()
    np.testing.assert_allclose(there.data_losses, here.data_losses, rtol=1e-6)
    np.testing.assert_allclose(there.l2_penalties, here.l2_penalties, rtol=1e-6)


def one_weight(cost, slope, start=0.0, **settings):
    """A search over the weight of a network 1-1, whose objective is any function, rounded up but at the start."""

    def evaluate(parts, parameters):
        w = parameters[0, 0]
        return np.array([cost(w, w != start)]), np.array([[slope(w), 0.0]])

    settings = LBFGSSettings(**({"tol": 0.0, "relative_tol": 0.0, "max_iter": 500} | settings))
    solver = ExternalLBFGS(Network((1, 1)), np.array([start, 0.0]), 1.0, L2Penalty(), settings, evaluate)
    solver.run_to_the_end()
    return solver


def test_a_search_whose_first_steps_are_lost_in_rounding_goes_on_by_slopes():
    """As a weak penalty in single precision: the loss is small, and has the rounding of the logits it comes from."""
    solver = one_weight(
        lambda w, rounded: 1e-4 + 1e-11 * (w - 5) ** 2 + 1e-15 * rounded, lambda w: 2e-11 * (w - 5), tol=1e-13
    )
    assert solver.status == CONVERGED
    assert solver.gradient_norm <= 1e-13
    assert solver.point[0] == pytest.approx(5, abs=5e-3)


def test_a_search_that_only_rounding_keeps_from_improving_is_converged():
    # by more than the line search expects
    solver = one_weight(lambda w, rounded: 1 + w**2 + 1e-6 * rounded, lambda w: 2 * w, start=1e-4)
    assert solver.n_iter == 0
    assert solver.status == CONVERGED


def test_a_search_that_ends_at_a_kink_is_not_converged():
    solver = one_weight(lambda w, _: 1 + abs(w - 0.3), lambda w: np.sign(w - 0.3) or 1.0, start=1.0)
    assert solver.status == STALLED


def test_a_search_elsewhere_asks_for_its_part_begins_again_and_stops_when_asked():
    problem = problem_for(NETWORKS[1], alpha=[1.0, 3.0])
    _, weighted = elsewhere(problem)
    weighted.run_to_the_end()
    twice = np.append(np.arange(60), np.arange(0, 60, 2))
    data_loss, l2_penalty, gradient = cost_and_gradient(
        problem.network, weighted.point, problem.X[twice], problem.Y[twice], alpha=problem.alpha
    )
    assert (weighted.data_losses[-1], weighted.l2_penalties[-1]) == pytest.approx((data_loss, l2_penalty), rel=1e-12)
    assert np.abs(gradient).max() < 1.1e-8
    weighted.restart(1e6, problem.parameters)
    weighted.run_to_the_end(lambda n_iter: n_iter == 2)
    assert weighted.n_iter == 2
    weighted.run_to_the_end()
    assert sum((W**2).sum() for W in problem.network.weights(weighted.point)) < 1e-6
