"""``alpha="per_column"``: train with a λ for each input column, found by the evidence."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from sklearn.utils import check_random_state

from ridgenet._averaged import AveragedNetworks
from ridgenet._errors import InputError
from ridgenet._fitted import FittedNetwork
from ridgenet.core._blas import ONE_THREAD
from ridgenet.core._lbfgs_search import LBFGSSettings
from ridgenet.estimators._data import ArrayData, Data
from ridgenet.estimators._training import TrainingResult
from ridgenet.formulas import LOSSES
from ridgenet.path._evidence import with_evidence
from ridgenet.path._fit import fit_path
from ridgenet.path._grid import alpha_grid, strongest
from ridgenet.path._problem import Problem
from ridgenet.path._relevance import Relevance, determine_relevance, sensitivities
from ridgenet.path._rows import ALL, ArrayRows
from ridgenet.path._search import Plan

if TYPE_CHECKING:
    from ridgenet.estimators._base import BaseRidgeNet

PER_COLUMN = "per_column"
# random starts, of which those with the largest evidence are averaged: half
N_RESTARTS, N_AVERAGED = 10, 5
# of the path from which the λ of the start is chosen
N_ALPHAS, ALPHA_MIN_RATIO = 12, 1e-4
FITTED_PER_COLUMN = ("alphas_by_column_", "alphas_by_layer_", "relevance_", "log_evidence_")
# parameters that need another solver or another penalty -> the value that they must have
REQUIRED = {"penalty_factor": None, "warm_start": False, "early_stopping": False, "dropout": 0, "weight_decay": 0}


def fit_per_column(net: BaseRidgeNet, data: Data) -> None:
    """Train from several starts, and set the fitted attributes: of the restart with the largest evidence."""
    assert isinstance(data, ArrayData)
    net._random, net._split_seed = check_random_state(net.random_state), None
    seed = int(net._random.randint(2**31))
    rows = data.rows(centering=net._centering, standardize=net.standardize)
    problem = Problem(net._network(data.n_features, data.n_outputs), rows, net.init)
    with ONE_THREAD:
        alpha = _first_alpha(problem, net, seed)
        found = _restarts(problem, alpha, net._lbfgs_settings(), np.random.default_rng(seed))
    kept = found[:N_AVERAGED]
    _set_attributes(net, problem, kept)
    best = kept[0]
    result = TrainingResult(
        best.parameters, best.n_iter, best.converged, "", best.data_losses, best.l2_penalties, best.gradient_norm
    )
    net._set_results(result, "lbfgs", data.n_samples, weight=data.total_weight)


def forget_per_column(net: BaseRidgeNet) -> None:
    """Remove the attributes of a previous fit with a λ for each column."""
    for name in FITTED_PER_COLUMN:
        net.__dict__.pop(name, None)


def require_number(alpha: Any) -> None:
    """Check that λ is given in numbers.

    Raises
    ------
    InputError
        If it is to be found for each column.
    """
    if isinstance(alpha, str):
        raise InputError(f"alpha={alpha!r} needs all rows in one call of fit; choose a number")


def require_per_column(net: BaseRidgeNet, data: Any, *, whole: bool) -> None:
    """Check that a λ for each column is possible.

    Parameters
    ----------
    net : RidgeNetClassifier or RidgeNetRegressor
        The estimator.
    data : Data
        All rows.
    whole : bool
        Whether these are all rows, and none are held out.

    Raises
    ------
    InputError
        Naming the parameter that does not allow it.
    """
    if not whole:
        raise InputError(f"alpha={PER_COLUMN!r} needs all rows in one call of fit, without X_val")
    if LOSSES[net._loss].likelihood is None:
        raise InputError(f"alpha={PER_COLUMN!r} needs the evidence, which loss={net._loss!r} does not have")
    for name, value in REQUIRED.items():
        if getattr(net, name) != value:
            raise InputError(f"alpha={PER_COLUMN!r} needs {name}={value!r}; got {getattr(net, name)!r}")
    if net.solver not in ("auto", "lbfgs"):
        raise InputError(f"alpha={PER_COLUMN!r} needs solver='auto' or 'lbfgs'; got {net.solver!r}")
    if not isinstance(data, ArrayData):
        raise InputError(f"alpha={PER_COLUMN!r} needs all rows in memory; pass an array or a data frame")


def _first_alpha(problem: Problem, net: BaseRidgeNet, seed: int) -> float:
    """Return the most probable single λ of a short path."""
    alphas = alpha_grid(strongest(problem), N_ALPHAS, ALPHA_MIN_RATIO)
    plan = Plan(sweeps=1, max_iter=net.max_iter, tol=net.tol)
    path = fit_path(problem, alphas, n_restarts=1, seed=(seed, 0), plan=plan).path()
    if not path.found.all():
        raise KeyboardInterrupt
    assert isinstance(problem.rows, ArrayRows)
    logs = with_evidence(path, problem.rows.part(), problem.penalty, 1).log_evidence
    assert logs is not None
    return float(alphas[int(np.argmax(logs))])


def _restarts(problem: Problem, alpha: float, settings: LBFGSSettings, random: np.random.Generator) -> list[Relevance]:
    """Return the result of each start, that with the largest evidence first; one without hidden layers."""
    n_restarts = 1 if problem.network.n_layers == 1 else N_RESTARTS
    starts = [problem.random_start(random) for _ in range(n_restarts)]
    found = [determine_relevance(problem, alpha, start, settings) for start in starts]
    return sorted(found, key=lambda each: -each.log_evidence)


def _set_attributes(net: BaseRidgeNet, problem: Problem, kept: list[Relevance]) -> None:
    assert isinstance(problem.rows, ArrayRows)
    network, standardizer = problem.network, problem.rows.standardizer(ALL)
    members = tuple(FittedNetwork(network, each.parameters, standardizer) for each in kept)
    net.__dict__["_fitted"] = AveragedNetworks(members) if len(members) > 1 else members[0]
    # the geometric mean
    alphas = np.exp(np.mean([np.log(each.alphas) for each in kept], axis=0))
    n_features = network.layer_sizes[0]
    inputs = problem.rows.part().inputs()
    relevance = [sensitivities(network, each.parameters.astype(np.float64), inputs) for each in kept]
    values = alphas[:n_features], alphas[n_features:], np.mean(relevance, axis=0), kept[0].log_evidence
    net.__dict__.update(zip(FITTED_PER_COLUMN, values, strict=True))
