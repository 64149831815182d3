"""Folds of rows at hand: the user's splitter, or shuffled ones, stratified for classes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from sklearn.model_selection import BaseCrossValidator, KFold, StratifiedKFold, check_cv

from ridgenet.path.problem import Fold

DEFAULT_N_FOLDS = 5


def folds_of(estimator: Any, X: Any, y: np.ndarray, groups: Any, seed: int) -> list[Fold]:
    """Return the folds, made once for all λ, sizes and restarts.

    Raises
    ------
    ValueError
        If the splitter gives none, or one without rows.
    """
    places = np.arange(X.shape[0])
    splitter = _splitter(estimator, y, seed)
    folds = [Fold(places[train], places[test]) for train, test in splitter.split(X, y, groups)]
    if not folds or any(len(fold.train) == 0 or len(fold.test) == 0 for fold in folds):
        raise ValueError("cv must give at least one fold, each with rows to train on and rows to test")
    return folds


def _splitter(estimator: Any, y: np.ndarray, seed: int) -> BaseCrossValidator:
    """Return the user's splitter; a number of folds is shuffled, as rows often come sorted."""
    cv = DEFAULT_N_FOLDS if estimator.cv is None else estimator.cv
    if not isinstance(cv, int | np.integer):
        return check_cv(cv, y, classifier=not estimator._numeric_targets)
    n_splits = int(cv)
    if len(y) < n_splits:
        raise ValueError(f"{n_splits} folds need at least as many samples; got n_samples = {len(y)}")
    labels = estimator._stratification(y)
    if labels is None:
        return KFold(n_splits, shuffle=True, random_state=seed)
    return StratifiedKFold(n_splits, shuffle=True, random_state=seed)


def require_weight(folds: Sequence[Fold], weights: np.ndarray | None, in_scoring: np.ndarray | None) -> None:
    """Refuse folds in which no row counts.

    Raises
    ------
    ValueError
        If all rows to train on, or to test, have weight zero.
    """
    for k, fold in enumerate(folds):
        for rows, part in ((fold.train, weights), (fold.test, in_scoring)):
            if part is not None and not part[rows].sum() > 0:
                raise ValueError(f"all rows of fold {k} that are to train or to test have weight zero; change cv")
