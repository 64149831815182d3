"""The choice of λ on Dask's collections: paths, folds and scores where the rows are."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from ridgenet.estimators.folds import DEFAULT_N_FOLDS
from ridgenet.estimators.on_partitions import looked_at
from ridgenet.estimators.study import Judged, spread_over_restarts
from ridgenet.formulas import LOSSES
from ridgenet.partitions.folds import Folds
from ridgenet.partitions.following import PartitionedFits, PartitionedProblem
from ridgenet.path.search import Plan
from ridgenet.penalties import L2Penalty, penalty_factors


def study_on_partitions(
    estimator: Any, X: Any, y: Any, sample_weight: Any, groups: Any, *, with_folds: bool
) -> StudyOnPartitions:
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
    return StudyOnPartitions(estimator, problems, 0 if folds is None else folds.n_folds, seed)


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


class StudyOnPartitions:
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

    def judged(self, fits: PartitionedFits) -> Judged:
        """Score all networks on the rows of their folds."""
        fold_weights = self.problems[0].rows.fold_weights
        scores, spreads = [], []
        for size in range(len(self.problems)):
            pairs = [fits.losses(size, fold, average=self._estimator.average) for fold in range(self._n_folds)]
            scores.append(-np.array([of_predictions for of_predictions, _ in pairs]))
            spreads.append(spread_over_restarts(np.array([by_restart for _, by_restart in pairs]), fold_weights))
        return Judged(scores, fold_weights, spreads)
