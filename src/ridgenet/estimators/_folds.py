"""Folds of rows in memory, and how their scores are computed."""

from __future__ import annotations

import inspect
import warnings
from collections.abc import Callable, Iterable, Sequence
from typing import Any

import numpy as np
from sklearn.exceptions import UndefinedMetricWarning
from sklearn.metrics import get_scorer, make_scorer
from sklearn.model_selection import KFold, StratifiedKFold

from ridgenet import _defaults as defaults
from ridgenet._errors import InputError
from ridgenet.estimators._inputs import describe
from ridgenet.path._rows import Fold

Scorer = Callable[..., Any]
# what scikit-learn's scores say where there are more than two classes: names of arguments that no user has given
OF_TWO_CLASSES = ("pos_label", "multi_class", "Target is multiclass", "multiclass format is not supported")


def scorer_for(scoring: Any, classes: np.ndarray | None) -> Scorer:
    """Return a scorer that knows all classes, as in scikit-learn's LogisticRegressionCV.

    Scores of probabilities need all labels; those of predicted classes are of the classes that occur, as elsewhere
    in scikit-learn.

    Parameters
    ----------
    scoring : str or callable
        A name or a scorer of scikit-learn, or any callable of estimator, X and y.
    classes : ndarray or None
        All classes in order; of two, the second is the positive one. None if targets are no classes.
    """
    scorer = get_scorer(scoring)
    if classes is None or not hasattr(scorer, "_score_func"):
        return scorer
    accepted = inspect.signature(scorer._score_func).parameters
    known: dict[str, Any] = {} if scorer._response_method == "predict" else {"labels": classes}
    if len(classes) == 2:
        known["pos_label"] = classes[1]
    given = {name: value for name, value in known.items() if name in accepted} | scorer._kwargs
    with_classes: Scorer = make_scorer(
        scorer._score_func,
        response_method=scorer._response_method,
        greater_is_better=scorer._sign > 0,
        **given,
    )
    return with_classes


def name_of(scoring: Any) -> str:
    """Return how messages call a scorer."""
    if scoring is None:
        return "the loss"
    return f"scoring={scoring!r}" if isinstance(scoring, str) else f"scoring={getattr(scoring, '__name__', scoring)}"


def score(scorer: Scorer, name: str, fold: int, *arguments: Any, **weights: Any) -> float:
    """Return a score; NaN where it is undefined.

    Raises
    ------
    InputError
        If the scorer fails, or returns no number.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", UndefinedMetricWarning)
            found = scorer(*arguments, **weights)
    except Exception as error:
        raise InputError(f"{name} failed in fold {fold}: {_in_our_words(error)}") from error
    try:
        return float(found)
    except (TypeError, ValueError):
        raise InputError(f"{name} must return a number; in fold {fold} it returned {found!r}") from None


def _in_our_words(error: Exception) -> str:
    said = describe(error) or type(error).__name__
    if any(parameter in said for parameter in OF_TWO_CLASSES):
        return (
            "it is a score of two classes, and y has more; take one that averages over classes, "
            "such as 'f1_macro' or 'roc_auc_ovr'"
        )
    return said


def folds_that_count(scores: Sequence[np.ndarray], name: str) -> np.ndarray:
    """Tell in which folds a score is defined for every size of the network, and warn of the others.

    Parameters
    ----------
    scores : sequence of ndarray of shape (n_folds, n_alphas)
        By size.
    name : str
        What messages call the score.

    Returns
    -------
    ndarray of bool of shape (n_folds,)

    Raises
    ------
    InputError
        If there is no fold, or no λ, at which it is defined.
    """
    defined = np.isfinite(np.array(scores))
    counts: np.ndarray = defined.any(axis=2).all(axis=0)
    if not counts.any():
        raise InputError(f"{name} is undefined or infinite in every fold; choose another scoring or cv")
    at_alphas = defined[:, counts].all(axis=1)
    if not at_alphas.any():
        raise InputError(f"{name} is undefined or infinite at every λ in some fold; choose another scoring or cv")
    if not counts.all():
        left_out = ", ".join(f"fold {fold}" for fold in np.flatnonzero(~counts))
        warnings.warn(
            f"{name} is undefined on the test rows of {left_out} and chooses λ without them; do they lack a class?",
            UndefinedMetricWarning,
            stacklevel=2,
        )
    elif not at_alphas.all():
        fold = int(np.argwhere(~defined)[0][1])
        warnings.warn(
            f"{name} is undefined or infinite at some λ in fold {fold}; such λ are not chosen",
            UndefinedMetricWarning,
            stacklevel=2,
        )
    return counts


def folds_of(
    cv: Any, X: Any, y: np.ndarray, groups: Any = None, *, labels: np.ndarray | None = None, seed: int = 0
) -> list[Fold]:
    """Return the folds of a splitter, a number of folds, or pairs of rows.

    Parameters
    ----------
    cv : int, splitter of scikit-learn, iterable of pairs, or None
        A number of folds, 5 if None, is shuffled, as rows may be sorted.
    X, y, groups : array-like
        Handed to the splitter.
    labels : ndarray, optional
        What a number of folds is stratified by.
    seed : int, default=0
        Where random numbers begin.

    Raises
    ------
    InputError
        If there are none, or one is no pair of rows that exist; no rows to train on, or to test.
    """
    n_rows = X.shape[0]
    folds = [_fold(pair, k, n_rows) for k, pair in enumerate(_pairs(cv, X, y, groups, labels, seed))]
    if not folds:
        raise InputError("cv must give at least one fold, each with rows to train on and rows to test")
    return folds


def _pairs(cv: Any, X: Any, y: np.ndarray, groups: Any, labels: np.ndarray | None, seed: int) -> Iterable[Any]:
    cv = defaults.N_FOLDS if cv is None else cv
    if isinstance(cv, type):
        raise InputError(f"cv must be a splitter, not a class of splitters; pass {cv.__name__}(...)")
    if not isinstance(cv, int | np.integer):
        pairs: Iterable[Any] = cv.split(X, y, groups) if hasattr(cv, "split") else cv
        return pairs
    n_splits = int(cv)
    if len(y) < n_splits:
        raise InputError(f"{n_splits} folds need at least as many samples; got n_samples = {len(y)}")
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
