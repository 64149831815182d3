"""Chains: minima they are, in any order, and stoppable."""

from dataclasses import replace

import numpy as np
import pytest
from path_problems import make_path_problem
from scipy.optimize import minimize

from ridgenet import equations
from ridgenet._preprocessing import Standardizer
from ridgenet.backends._local import Threads, backend_for
from ridgenet.core._objective import cost_and_gradient
from ridgenet.formulas import LOSSES
from ridgenet.path._fit import fit_path
from ridgenet.path._grid import alpha_grid, alpha_max
from ridgenet.path._rows import ArrayRows, Fold
from ridgenet.path._search import Plan, follow, n_searches, new_chain
from ridgenet.path._watch import NoWatch, PathProgress, SharedWatch

PLAN = Plan(tol=1e-7, relative_tol=1e-13)


def chain_of(problem, n_alphas=12, plan=PLAN, seed=0, watch=None):
    alphas = alpha_grid(alpha_max(problem), n_alphas, 1e-3)
    return alphas, follow(problem, alphas, [seed], plan, new_chain(problem, n_alphas), watch)


@pytest.mark.parametrize(
    ("loss", "k"), [("log_loss", 1), ("multinomial_log_loss", 3), ("squared_error", 2), ("poisson", 1)]
)
@pytest.mark.parametrize("hidden", [(), (4,), (4, 3)])
@pytest.mark.parametrize("weighted", [False, True])
def test_every_point_is_a_minimum_of_the_equations(loss, k, hidden, weighted):
    problem = make_path_problem(hidden, loss, k=k, weighted=weighted)
    alphas, chain = chain_of(problem)
    assert chain.found.all()
    rows, network = problem.rows.part(), problem.network
    X, Y = rows.inputs(), rows.targets
    w = np.ones(len(Y)) if rows.weights is None else rows.weights

    def objective(parameters, alpha):
        W, b = network.weights(parameters), network.biases(parameters)
        z, _ = equations.forward(W, b, X.T, network.activation, network.loss)
        data = np.average(LOSSES[loss].value(np, z[-1], Y.T, 0.0), weights=w)
        return data + alpha / (2 * w.sum()) * sum((layer**2).sum() for layer in W)

    for index, alpha in enumerate(alphas):
        reached = objective(chain.parameters[index], alpha)
        assert reached == pytest.approx(chain.objectives[index], rel=1e-10)
        _, _, gradient = cost_and_gradient(
            network, chain.parameters[index], X, Y, alpha=alpha, sample_weight=rows.weights
        )
        assert np.abs(gradient).max() < 1e-5
    # a search by SciPy from there finds nothing lower
    index = len(alphas) // 2
    polished = minimize(objective, chain.parameters[index], args=(alphas[index],), method="L-BFGS-B", tol=1e-12)
    assert polished.fun >= chain.objectives[index] - 1e-7


def test_turning_round_finds_lower_minima_or_the_same():
    problem = make_path_problem((6,), n=80)
    _, up = chain_of(problem, plan=Plan(sweeps=1))
    _, down = chain_of(problem, plan=Plan(sweeps=2))
    assert (down.objectives <= up.objectives + 1e-12).all()
    assert (down.objectives < up.objectives - 1e-6).any()


def test_costs_grow_with_the_strength_where_there_is_one_minimum():
    _, chain = chain_of(make_path_problem(()))
    assert (np.diff(chain.data_losses) <= 1e-12).all()
    assert (np.diff(chain.objectives) <= 1e-12).all()


def paths_of(problem, backend=None, n_alphas=6, n_restarts=2, callbacks=()):
    alphas = alpha_grid(alpha_max(problem), n_alphas, 1e-2)
    return fit_path(problem, alphas, n_restarts=n_restarts, backend=backend, watch=SharedWatch(callbacks))


def test_the_same_seed_gives_the_same_path_whoever_follows_it():
    folds = [Fold(np.arange(60), np.arange(5)), Fold(np.arange(10, 60), np.arange(10))]
    problem = make_path_problem((4,), folds=folds)
    one = paths_of(problem)
    assert not one.interrupted
    for n_jobs in (1, 2, 4):
        several = paths_of(problem, Threads(n_jobs))
        for key, outcome in one.outcomes.items():
            np.testing.assert_array_equal(outcome.chain.parameters, several.outcomes[key].chain.parameters)
            if key[0]:
                np.testing.assert_array_equal(outcome.outputs, several.outcomes[key].outputs)
    chains = one.chains(0)
    assert np.abs(chains[0].parameters - chains[1].parameters).max() > 1e-3


def test_a_fold_is_followed_as_its_training_rows_alone_would_be():
    fold = Fold(np.arange(20, 60), np.arange(20))
    problem = make_path_problem((4,), folds=[fold])
    whole = problem.rows.part()
    alone = make_path_problem((4,))
    alone = replace(
        alone,
        rows=ArrayRows(
            whole.X[fold.train],
            whole.Y[fold.train],
            standardizer=Standardizer.fitted_to(whole.X[fold.train], whole.Y[fold.train], None, centering=None),
        ),
    )
    fits = paths_of(problem, n_restarts=1)
    path = fit_path(alone, fits.alphas_of(1), n_restarts=1).path()
    np.testing.assert_array_equal(path.parameters, fits.path(1).parameters)
    outputs = np.stack([network.outputs(whole.X[fold.test]) for network in path.networks])
    np.testing.assert_allclose(fits.predictions(0, average=False), outputs, rtol=1e-12)


def test_other_processes_give_the_same():
    from joblib import parallel_config

    problem = make_path_problem((4,), folds=[Fold(np.arange(20, 60), np.arange(20))])
    here = paths_of(problem, n_alphas=5)
    with parallel_config(backend="loky", n_jobs=2):
        there = paths_of(problem, backend_for(problem.rows, 2), n_alphas=5)
    for key, outcome in here.outcomes.items():
        np.testing.assert_array_equal(outcome.chain.parameters, there.outcomes[key].chain.parameters)
    np.testing.assert_array_equal(here.outcomes[1, 0].outputs, there.outcomes[1, 0].outputs)


def test_float32_stays_float32_and_comes_close():
    problem = make_path_problem((4,))
    single = make_path_problem((4,), as_inputs=np.float32)
    _, a = chain_of(problem, plan=Plan(sweeps=1))
    _, b = chain_of(single, plan=Plan(sweeps=1))
    assert b.parameters.dtype == np.float32
    assert np.median(np.abs(b.objectives / a.objectives - 1)) < 1e-3


def test_sparse_inputs_follow_the_same_path():
    from scipy.sparse import csr_matrix

    problem, sparse = make_path_problem((4,)), make_path_problem((4,), as_inputs=csr_matrix)
    np.testing.assert_allclose(chain_of(problem)[1].objectives, chain_of(sparse)[1].objectives, rtol=1e-6)


class StopAfter(NoWatch):
    def __init__(self, n):
        self.left = n

    def stopped(self):
        return self.left <= 0

    def fitted(self, n_fits):
        self.left -= n_fits


def test_a_chain_that_is_stopped_keeps_what_it_found():
    problem = make_path_problem()
    _, complete = chain_of(problem)
    _, chain = chain_of(problem, watch=StopAfter(5))
    assert chain.found.tolist() == [False] * 7 + [True] * 5
    assert np.isnan(chain.objectives[:7]).all()
    assert (chain.objectives[7:] >= complete.objectives[7:] - 1e-9).all()


def test_progress_counts_every_search_and_a_callback_can_stop():
    problem = make_path_problem()
    seen: list[PathProgress] = []
    assert not paths_of(problem, Threads(2), n_restarts=3, callbacks=[seen.append]).interrupted
    assert seen[-1].n_fits == seen[-1].n_total == 3 * n_searches(problem, 6, Plan()) == 33
    assert "33 of 33 fits" in str(seen[-1])
    stopped = paths_of(problem, Threads(1), n_restarts=3, callbacks=[lambda progress: True])
    assert stopped.interrupted
    assert not all(outcome.chain.found.all() for outcome in stopped.outcomes.values())
