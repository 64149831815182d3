"""Fit on Dask's collections: one network, or the choice of λ, without gathering rows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from sklearn.utils import check_random_state

from ridgenet._fitted import FittedNetwork
from ridgenet._penalties import L2Penalty, penalty_factors
from ridgenet._preprocessing import TargetEncoder
from ridgenet.backends._dask_collections import column_names
from ridgenet.backends._dask_parts import Folds
from ridgenet.backends._dask_path import PartitionedFits, PartitionedProblem
from ridgenet.backends._dask_rows import Rows
from ridgenet.core._external_lbfgs import ExternalLBFGS
from ridgenet.estimators._cv_problem import CVScores, spread_over_restarts
from ridgenet.estimators._folds import DEFAULT_N_FOLDS
from ridgenet.estimators._inputs import require_moments
from ridgenet.estimators._training import Trained, minimize
from ridgenet.formulas import LOSSES
from ridgenet.path._search import Plan


def fit_on_partitions(estimator: Any, X: Any, y: Any, sample_weight: Any) -> tuple[FittedNetwork, Trained, int]:
    """Train a network on collections of Dask by L-BFGS.

    Parameters
    ----------
    estimator : RidgeNetClassifier or RidgeNetRegressor
        With its parameters; classes and columns are noted in it.
    X, y, sample_weight : collections of Dask
        Partitioned alike; `sample_weight` may be None.

    Returns
    -------
    fitted, trained, n_rows : FittedNetwork, Trained, int
        The network, how it was found, and the number of rows.

    Raises
    ------
    ValueError
        If data or a parameter cannot be used.
    """
    if estimator.solver not in ("auto", "lbfgs"):
        raise ValueError(f"on collections of Dask, solver must be 'auto' or 'lbfgs'; got {estimator.solver!r}")
    if estimator.early_stopping or estimator.dropout > 0 or estimator.weight_decay > 0 or estimator.warm_start:
        raise ValueError("early_stopping, dropout, weight_decay and warm_start have no meaning on collections of Dask")
    rows, classes, class_weights, n_outputs = looked_at(estimator, X, y, sample_weight)
    network = estimator._network(rows.n_columns, n_outputs)
    estimator._random = check_random_state(estimator.random_state)
    start = estimator._start(network, rows.dtype)
    n_rows = rows.n_rows
    learned = rows.learned(
        classes,
        class_weights,
        standardize=estimator.standardize,
        centering=LOSSES[network.loss].centering,
    )
    search = ExternalLBFGS(
        network,
        start,
        learned.weight(0),
        estimator._penalty(network),
        estimator._lbfgs_settings(),
        learned.evaluator(network),
    )
    trained = minimize(search, search.run_to_the_end, estimator._all_callbacks())
    return FittedNetwork(network, trained.parameters, learned.standardizer[0]), trained, n_rows


def looked_at(
    estimator: Any, X: Any, y: Any, sample_weight: Any
) -> tuple[Rows, np.ndarray | None, Mapping[Any, float] | None, int]:
    """Check collections of Dask, and note their columns and classes in an estimator.

    Returns
    -------
    rows, classes, class_weights, n_outputs : Rows, ndarray or None, mapping or None, int
        The rows; classes in order, and their weights, if targets are classes; and how many outputs a network has.
    """
    rows = Rows(X, y, sample_weight, numeric=estimator._numeric_targets)
    _note_columns(estimator, X, rows.n_columns)
    return rows, *_targets(estimator, rows)


def _targets(estimator: Any, rows: Rows) -> tuple[np.ndarray | None, Mapping[Any, float] | None, int]:
    """Note the classes; return them, their weights, and the number of outputs."""
    if estimator._numeric_targets:
        loss = LOSSES[estimator.loss]
        require_moments(estimator.loss, "on collections of Dask")
        if any(s.smallest_target < loss.lowest_target for s in rows.summaries):
            raise ValueError(
                f"Some value(s) of y are out of the valid range of the loss {estimator.loss!r}: {loss.lowest_target:g} "
                "or more"
            )
        return None, None, rows.n_outputs
    counts = rows.counts()
    classes = rows.classes()
    if len(classes) < 2:
        raise ValueError(
            f"{type(estimator).__name__} needs samples of at least 2 classes in the data, but the data contains "
            f"only one class: {classes[0]}"
        )
    estimator.classes_, estimator._multilabel = classes, False
    weights = estimator.class_weight
    if isinstance(weights, str):
        weights = {label: rows.n_rows / (len(counts) * count) for label, count in counts.items()}
    return classes, weights, TargetEncoder(classes).n_outputs


def _note_columns(estimator: Any, X: Any, n_columns: int) -> None:
    names = column_names(X)
    estimator.__dict__.pop("feature_names_in_", None)
    estimator.n_features_in_ = n_columns
    if names is not None:
        estimator.feature_names_in_ = np.array(names, dtype=object)


def dask_cv_problem(
    estimator: Any, X: Any, y: Any, sample_weight: Any, groups: Any, *, with_folds: bool
) -> DaskCVProblem:
    """Look at collections of Dask, and make them ready for paths.

    Raises
    ------
    ValueError
        If data or a parameter cannot be used.
    """
    _require_possible(estimator, groups)
    rows, classes, class_weights, n_outputs = looked_at(estimator, X, y, sample_weight)
    seed = estimator._seed()
    folds = _folds(estimator.cv, rows.n_rows, seed) if with_folds else None
    dtype = rows.dtype
    networks = estimator._networks(rows.n_columns, n_outputs)
    learned = rows.learned(
        classes,
        class_weights,
        standardize=estimator.standardize,
        centering=LOSSES[estimator._loss].centering,
        folds=folds,
    )
    if not (learned.fold_weights > 0).all():
        fold = int(np.argmin(learned.fold_weights))
        raise ValueError(f"all rows of fold {fold} that are to test have weight zero, or there are none; change cv")
    penalty = L2Penalty(0.0, penalty_factors(estimator.penalty_factor, rows.n_columns))
    problems = [PartitionedProblem(network, learned, estimator.init, dtype, penalty) for network in networks]
    return DaskCVProblem(estimator, problems, 0 if folds is None else folds.n_folds, seed)


def _folds(cv: int | None, n_rows: int, seed: int) -> Folds:
    n_folds = DEFAULT_N_FOLDS if cv is None else int(cv)
    if n_folds < 2 or n_rows < n_folds:
        raise ValueError(f"cv must be 2 or more, and at most the number of rows, {n_rows}; got {n_folds}")
    return Folds(n_folds, seed)


def _require_possible(estimator: Any, groups: Any) -> None:
    on = "on collections of Dask"
    if groups is not None:
        raise ValueError(f"{on}, groups have no meaning: folds are of single rows")
    if estimator.cv is not None and not isinstance(estimator.cv, int | np.integer):
        raise ValueError(f"{on}, cv must be a number of folds; got {type(estimator.cv).__name__}")
    if estimator.scoring is not None:
        raise ValueError(f"{on}, scoring must be None: folds are judged by the loss; got {estimator.scoring!r}")
    if estimator.selection == "evidence":
        raise ValueError(f"{on}, selection must be 'min' or '1se'; got 'evidence'")
    if estimator.device != "cpu":
        raise ValueError(f"{on}, device must be 'cpu': the workers evaluate; got {estimator.device!r}")
    if estimator.keep:
        raise ValueError(f"{on}, predictions are not gathered: keep must be False")


class DaskCVProblem:
    """A study of rows that stay in their partitions.

    Parameters
    ----------
    estimator : RidgeNetClassifierCV or RidgeNetRegressorCV
        With its parameters.
    problems : sequence of PartitionedProblem
        All rows, for each size of the network.
    n_folds : int
        How many folds the rows are divided into.
    seed : int
        Where random numbers begin.
    """

    def __init__(self, estimator: Any, problems: Sequence[PartitionedProblem], n_folds: int, seed: int) -> None:
        self.problems = problems
        self._estimator, self._n_folds, self._seed = estimator, n_folds, seed

    def fitted(self, alphas: np.ndarray, plan: Plan) -> PartitionedFits:
        """Follow all paths."""
        fits = PartitionedFits(self.problems, self._n_folds, alphas, self._estimator.n_restarts, self._seed)
        fits.run(plan, self._estimator._callbacks())
        return fits

    def judged(self, fits: PartitionedFits) -> CVScores:
        """Score all networks on the rows of their folds."""
        fold_weights = self.problems[0].rows.fold_weights
        scores, spreads = [], []
        for size in range(len(self.problems)):
            pairs = [fits.losses(size, fold, average=self._estimator.average) for fold in range(self._n_folds)]
            scores.append(-np.array([of_predictions for of_predictions, _ in pairs]))
            spreads.append(spread_over_restarts(np.array([by_restart for _, by_restart in pairs]), fold_weights))
        return CVScores(scores, fold_weights, spreads)
