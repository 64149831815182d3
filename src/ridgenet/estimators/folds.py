"""Folds of rows at hand: the user's splitter, or shuffled ones, stratified for classes."""

from __future__ import annotations

import warnings
from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
from sklearn.model_selection import KFold, StratifiedKFold

from ridgenet.errors import InputError
from ridgenet.path.problem import Fold

DEFAULT_N_FOLDS = 5


def folds_of(estimator: Any, X: Any, y: np.ndarray, groups: Any, seed: int) -> list[Fold]:
    """Return the folds, made once for all λ, sizes and restarts.

    Raises
    ------
    InputError
        If there are none, or one is no pair of rows that exist; no rows to train on, or to test.
    """
    n_rows = X.shape[0]
    folds = [_fold(pair, k, n_rows) for k, pair in enumerate(_pairs(estimator, X, y, groups, seed))]
    if not folds:
        raise InputError("cv must give at least one fold, each with rows to train on and rows to test")
    return folds


def _pairs(estimator: Any, X: Any, y: np.ndarray, groups: Any, seed: int) -> Iterable[Any]:
    """Return the folds of the user's splitter, or as pairs; a number of folds is shuffled, as rows may be sorted."""
    cv = DEFAULT_N_FOLDS if estimator.cv is None else estimator.cv
    if isinstance(cv, type):
        raise InputError(f"cv must be a splitter, not a class of splitters; pass {cv.__name__}(...)")
    if not isinstance(cv, int | np.integer):
        pairs: Iterable[Any] = cv.split(X, y, groups) if hasattr(cv, "split") else cv
        return pairs
    n_splits = int(cv)
    if len(y) < n_splits:
        raise InputError(f"{n_splits} folds need at least as many samples; got n_samples = {len(y)}")
    labels = estimator._stratification(y)
    kind = KFold if labels is None else StratifiedKFold
    shuffled: Iterable[Any] = kind(n_splits, shuffle=True, random_state=seed).split(X, y)
    return shuffled


def _fold(pair: Any, k: int, n_rows: int) -> Fold:
    try:
        train, test = pair
    except (TypeError, ValueError):
        raise InputError(f"cv: fold {k} must be a pair of rows to train on and rows to test") from None
    fold = Fold(_rows(train, f"rows to train on of fold {k}", n_rows), _rows(test, f"rows to test of fold {k}", n_rows))
    n_in_both = np.intersect1d(fold.train, fold.test).size
    if n_in_both:
        warnings.warn(
            f"cv: fold {k} tests rows that it trains on ({n_in_both} of them): its score is too good", stacklevel=2
        )
    return fold


def _rows(given: Any, what: str, n_rows: int) -> np.ndarray:
    """Return indices of rows that exist; a mask has an element for each row."""
    rows = np.asarray(given)
    if rows.size == 0:
        raise InputError(f"cv must give at least one fold, each with rows to train on and rows to test; no {what}")
    if rows.ndim != 1 or rows.dtype.kind not in "iub" or (rows.dtype.kind == "b" and len(rows) != n_rows):
        raise InputError(f"cv: {what} must be a list of row numbers, or a mask of all {n_rows} rows")
    if rows.dtype.kind == "b":
        rows = np.flatnonzero(rows)
        return rows if rows.size else _rows([], what, n_rows)
    outside = rows[(rows < -n_rows) | (rows >= n_rows)]
    if outside.size:
        raise InputError(f"cv: {what} hold {outside[0]}, but rows go from 0 to {n_rows - 1}")
    indices: np.ndarray = np.arange(n_rows)[rows]
    return indices


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
