"""Find the columns that have an effect on unseen samples, before a path on many samples.

A network with few units is trained on each half of the samples and tested on the other half. A column is relevant if
the loss on unseen samples grows when its inputs are replaced by their means. It is also relevant if the residuals,
averaged over intervals of one of its inputs, differ by more than chance: a network that is not trained to the end
misses effects that change direction, such as a sine.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from scipy.stats import chi2
from sklearn.base import clone
from sklearn.model_selection import GroupKFold

from ridgenet._fitted import FittedNetwork
from ridgenet.backends._local import backend_for
from ridgenet.estimators._data import ArrayData
from ridgenet.estimators._path_estimator import PathEstimator
from ridgenet.formulas import LOSSES
from ridgenet.path._fit import tasks_of
from ridgenet.path._fits import PathFits
from ridgenet.path._grid import strongest
from ridgenet.path._problem import Problem
from ridgenet.path._rows import ALL, ArrayRows
from ridgenet.path._selection import losses
from ridgenet.path._watch import SharedWatch

UNITS = (8,)
N_FOLDS = 2
# of the λ at which the network is zero
SHARE_OF_STRONGEST = 0.01
MAX_ITER = 150
RELATIVE_TOL = 2e-4
# more samples would not find more columns that matter
MOST_SAMPLES = 40_000
# growth of the loss, in standard errors, of a relevant column
FEWEST_ERRORS = 2.0
# of the residuals in intervals of an input, if it is not relevant
SMALLEST_P = 1e-6
N_INTERVALS = 32


def relevant_columns(
    estimator: PathEstimator,
    X: np.ndarray,
    y: np.ndarray,
    columns: Sequence[np.ndarray],
    sample_weight: np.ndarray | None = None,
    groups: np.ndarray | None = None,
) -> np.ndarray:
    """Return which columns have an effect on unseen samples.

    Parameters
    ----------
    estimator : PathEstimator
        Gives loss, activation and random numbers; it is not changed.
    X : ndarray of shape (n_samples, n_features)
        Inputs.
    y : ndarray of shape (n_samples,)
        Targets.
    columns : sequence of ndarray of int
        Indices of the inputs of each column.
    sample_weight, groups : ndarray of shape (n_samples,), optional
        Weights of the samples, and groups that are not divided.

    Returns
    -------
    ndarray of bool of shape (n_columns,)
        All true if no column is relevant.
    """
    estimator = clone(estimator).set_params(hidden_layer_sizes=UNITS, alphas=None, penalty_factor=None, callbacks=None)
    estimator._validate_params()
    seed = estimator._seed()
    present = np.arange(len(X)) if sample_weight is None else np.flatnonzero(sample_weight)
    if len(X) > MOST_SAMPLES:
        n_drawn = min(MOST_SAMPLES, len(present))
        drawn = np.sort(np.random.default_rng(seed).choice(present, n_drawn, replace=False))
        X, y = X[drawn], y[drawn]
        sample_weight, groups = (None if each is None else each[drawn] for each in (sample_weight, groups))
    data = estimator._data(X, y, sample_weight, groups=groups)
    assert isinstance(data, ArrayData)
    folds = data.folds(N_FOLDS if groups is None else GroupKFold(N_FOLDS), groups, seed)
    (problem,) = estimator._problems(data, folds)
    growth: list[np.ndarray] = []
    chances: list[np.ndarray] = []
    for fold, fitted in enumerate(_fitted(estimator, problem, seed)):
        growth.append(_growth_of_loss(problem, fold, fitted, columns))
        chances.append(_chances(problem, fold, fitted, columns))
    differences = np.concatenate(growth)
    weights = np.concatenate([_weights(problem.rows, fold, len(each)) for fold, each in enumerate(growth)])
    mean = np.average(differences, axis=0, weights=weights)
    error = np.sqrt(((weights[:, np.newaxis] * (differences - mean)) ** 2).sum(axis=0)) / weights.sum()
    relevant = np.asarray((mean > FEWEST_ERRORS * error) | (np.min(chances, axis=0) < SMALLEST_P))
    return relevant if relevant.any() else np.ones(len(columns), bool)


def _fitted(estimator: PathEstimator, problem: Problem, seed: int) -> list[FittedNetwork]:
    """Return the network trained without each fold."""
    plan = replace(estimator._plan(sweeps=1), n_screened=1, max_iter=MAX_ITER, relative_tol=RELATIVE_TOL)
    fits = PathFits(problem, np.array([SHARE_OF_STRONGEST * strongest(problem)]), 1)
    tasks = [task for task in tasks_of(fits, (seed,)) if task.part != ALL]
    chains = [fits.outcomes[task.key].chain for task in tasks]
    backend = backend_for(problem.rows, estimator.n_jobs, estimator.device)
    outcomes = dict(backend.follow(tasks, chains, plan, SharedWatch([])))
    rows = problem.rows
    return [
        FittedNetwork(problem.network, outcomes[k].chain.parameters[0], rows.standardizer(tasks[k].part))
        for k in range(len(tasks))
    ]


def _growth_of_loss(problem: Problem, fold: int, fitted: FittedNetwork, columns: Sequence[np.ndarray]) -> np.ndarray:
    """Return by how much the loss of each test sample grows without each column, (n_test, n_columns)."""
    rows = _in_memory(problem)
    inputs, Y = np.array(rows.test_inputs(fold)), rows.test_targets(fold)

    def losses_now() -> np.ndarray:
        return losses(problem.network.loss, fitted.outputs(inputs), Y, problem.network.loss_parameter)

    with_all = losses_now()
    growth = np.empty((len(Y), len(columns)))
    for k, column in enumerate(columns):
        values = inputs[:, column]
        inputs[:, column] = fitted.standardizer.mean[column]
        growth[:, k] = losses_now() - with_all
        inputs[:, column] = values
    return growth


def _chances(problem: Problem, fold: int, fitted: FittedNetwork, columns: Sequence[np.ndarray]) -> np.ndarray:
    """Return, for each column, the smallest p-value of a chi-square test of the residuals in intervals of an input."""
    rows, network = _in_memory(problem), problem.network
    inputs, Y = rows.test_inputs(fold), rows.test_targets(fold)
    residuals = LOSSES[network.loss].residual(np, fitted.outputs(inputs), Y, network.loss_parameter)
    weights = _weights(rows, fold, len(Y))
    residuals = residuals - np.average(residuals, axis=0, weights=weights)
    variance = np.average(residuals**2, axis=0, weights=weights)

    def chance(values: np.ndarray) -> float:
        ends = np.unique(np.quantile(values, np.linspace(0, 1, N_INTERVALS + 1)[1:-1], method="nearest"))
        # two values are linear in a network, too
        if len(ends) < 3:
            return 1.0
        interval = np.searchsorted(ends, values)
        squares = np.bincount(interval, weights**2, len(ends) + 1)
        sums = np.stack([np.bincount(interval, weights * residual, len(ends) + 1) for residual in residuals.T])
        used = squares > 0
        statistics = (sums[:, used] ** 2 / squares[used]).sum(axis=1) / variance
        return float(chi2.sf(statistics, used.sum() - 1).min())

    return np.array([min(chance(inputs[:, index]) for index in column) for column in columns])


def _weights(rows: Any, fold: int, n_test: int) -> np.ndarray:
    weights = rows.test_weights(fold)
    return np.ones(n_test) if weights is None else weights


def _in_memory(problem: Problem) -> ArrayRows:
    assert isinstance(problem.rows, ArrayRows)
    return problem.rows
