"""The evidence against what it approximates."""

import numpy as np
import pytest
from path_problems import make_path_problem
from scipy.integrate import dblquad
from scipy.optimize import minimize

from ridgenet import equations
from ridgenet.path._evidence import evidence
from ridgenet.path._hessian import gauss_newton, weights_mask
from ridgenet.path._search import Plan, follow, new_chain


@pytest.mark.parametrize(
    ("loss", "k"), [("log_loss", 1), ("log_loss", 2), ("multinomial_log_loss", 3), ("squared_error", 2), ("poisson", 1)]
)
@pytest.mark.parametrize("hidden", [(), (4,), (4, 3)])
def test_gauss_newton_is_the_hessian_of_the_loss_in_logits_that_are_linearised(loss, k, hidden):
    """At the targets of the model itself the residuals vanish, and with them all that Gauss-Newton leaves out."""
    problem = make_path_problem(hidden, loss, k=k, n=20)
    network = problem.network
    parameters = network.initial_parameters("glorot", np.random.default_rng(1))
    X, w = problem.rows.part().inputs(), np.arange(1.0, 21.0)
    Y = network.predict(parameters, X)

    def gradient(p):
        W, b = network.weights(p), network.biases(p)
        z, a = equations.forward(W, b, X.T, network.activation, network.loss)
        total = np.zeros_like(p)
        for i, weight in enumerate(w):
            one = [i]
            here = [layer[:, one] for layer in z], [layer[:, one] for layer in a]
            total += weight * network.flatten(
                *equations.backward(W, *here, Y.T[:, one], network.activation, network.loss, 0.0)
            )
        return total

    h = 1e-5
    eye = np.eye(network.n_parameters)
    hessian = np.array([(gradient(parameters + h * e) - gradient(parameters - h * e)) / (2 * h) for e in eye])
    np.testing.assert_allclose(gauss_newton(network, parameters, X, Y, w), hessian, atol=1e-6 * np.abs(hessian).max())


def at_minimum(problem, alpha):
    chain = follow(
        problem, np.array([alpha]), [0], Plan(tol=1e-11, relative_tol=1e-16, max_iter=20_000), new_chain(problem, 1)
    )
    rows, penalty = problem.rows.part(), problem.penalty.at(alpha)
    return evidence(problem.network, rows, penalty, chain.parameters[0]), chain.parameters[0]


def test_ridge_regression_has_its_textbook_degrees_of_freedom():
    """γ = Σ d²/(d² + λ) over the singular values d (Hastie, Tibshirani and Friedman, 2009, equation 3.50)."""
    problem = make_path_problem((), "squared_error", n=40, d=5)
    values = np.linalg.svd(problem.rows.part().inputs(), compute_uv=False)
    for alpha in (0.1, 3.0, 100.0):
        found, _ = at_minimum(problem, alpha)
        assert found.n_effective == pytest.approx((values**2 / (values**2 + alpha)).sum(), rel=1e-3)


def test_ridge_regression_has_the_evidence_of_the_gaussian_it_is():
    """Differences along λ equal those of log N(y; 0, σ²(I + X Xᵀ/λ)), the intercept and σ taken out."""
    problem = make_path_problem((), "squared_error", n=30, d=4)
    X, y, n = problem.rows.part().inputs(), problem.rows.part().targets[:, 0], 30

    def exact(alpha):
        covariance = np.eye(n) + X @ X.T / alpha
        quadratic = y @ np.linalg.solve(covariance, y)
        return -0.5 * np.linalg.slogdet(covariance)[1] - 0.5 * (n - 1) * np.log(quadratic)

    found = [at_minimum(problem, alpha)[0].log_evidence for alpha in (0.3, 3.0, 30.0)]
    np.testing.assert_allclose(np.diff(found), np.diff([exact(alpha) for alpha in (0.3, 3.0, 30.0)]), rtol=1e-3)


def test_logistic_regression_has_nearly_the_evidence_that_integration_gives():
    problem = make_path_problem((), "log_loss", n=60, d=1)
    X, y = problem.rows.part().inputs()[:, 0], problem.rows.part().targets[:, 0]

    def exact(alpha):
        def density(b, w):
            z = w * X + b
            return np.exp(-(np.logaddexp(0, z) - y * z).sum() - alpha * w * w / 2 + 30) * np.sqrt(alpha)

        return np.log(dblquad(density, -8, 8, -8, 8, epsabs=1e-6)[0])

    alphas = (0.5, 5.0)
    found = [at_minimum(problem, alpha)[0].log_evidence for alpha in alphas]
    assert np.diff(found)[0] == pytest.approx(np.diff([exact(alpha) for alpha in alphas])[0], abs=0.05)


def test_the_best_strength_is_mackays_fixed_point():
    """Where the evidence is greatest, λ = γ σ² / Σw²; here for the linear network, whose minimum does not jump."""
    problem = make_path_problem((), "squared_error", n=50, d=6)
    best = minimize(
        lambda log_alpha: -at_minimum(problem, float(np.exp(log_alpha[0])))[0].log_evidence,
        [0.0],
        method="Nelder-Mead",
        options={"xatol": 1e-4},
    )
    alpha = float(np.exp(best.x[0]))
    found, parameters = at_minimum(problem, alpha)
    squared = float((parameters[weights_mask(problem.network)] ** 2).sum())
    residual = problem.network.predict(parameters, problem.rows.part().inputs()) - problem.rows.part().targets
    noise = ((residual**2).sum() + alpha * squared) / (50 - 1)
    assert alpha == pytest.approx(found.n_effective * noise / squared, rel=1e-2)


def test_a_network_that_has_collapsed_has_no_effective_weights():
    found, _ = at_minimum(make_path_problem(), 1e4)
    assert found.n_effective < 0.2
