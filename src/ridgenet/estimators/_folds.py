"""Cross-validation folds of data in memory, and their scores."""

from __future__ import annotations

import inspect
import warnings
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
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
# parts of scikit-learn's messages when a score for two classes meets more; they name arguments that users cannot pass
BINARY_ONLY = ("pos_label", "multi_class", "Target is multiclass", "multiclass format is not supported")


def scorer_for(scoring: Any, classes: np.ndarray | None) -> Scorer:
    """Return a scorer that is given all classes, as in scikit-learn's LogisticRegressionCV.

    Scores of probabilities need all labels, also those that a fold lacks. Scores of predicted classes use the classes
    that occur, as elsewhere in scikit-learn.

    Parameters
    ----------
    scoring : str or callable
        Name or scorer of scikit-learn, or a callable with the arguments estimator, X and y.
    classes : ndarray or None
        All classes, sorted; of two classes, the second is the positive one. None in regression.
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
    """Return the name of a scorer for messages."""
    if scoring is None:
        return "the loss"
    return f"scoring={scoring!r}" if isinstance(scoring, str) else f"scoring={getattr(scoring, '__name__', scoring)}"


def score(scorer: Scorer, name: str, fold: int, *arguments: Any, **weights: Any) -> float:
    """Return a score; NaN if it is undefined.

    Raises
    ------
    InputError
        If the scorer fails, or does not return a number.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", UndefinedMetricWarning)
            result = scorer(*arguments, **weights)
    except Exception as error:
        raise InputError(f"{name} failed in fold {fold}: {_explanation(error)}") from error
    try:
        return float(result)
    except (TypeError, ValueError):
        raise InputError(f"{name} must return a number; in fold {fold} it returned {result!r}") from None


def _explanation(error: Exception) -> str:
    message = describe(error) or type(error).__name__
    if any(part in message for part in BINARY_ONLY):
        return (
            "it is a score for two classes, and y has more; choose one that averages over classes, "
            "such as 'f1_macro' or 'roc_auc_ovr'"
        )
    return message


def defined_folds(scores: np.ndarray, name: str) -> np.ndarray:
    """Return a mask of the folds in which the score is defined.

    Parameters
    ----------
    scores : ndarray of shape (n_folds, n_alphas)
        Scores along the path.
    name : str
        Name of the score in messages.

    Returns
    -------
    ndarray of bool of shape (n_folds,)

    Raises
    ------
    InputError
        If the score is defined in no fold, or at no λ.
    """
    is_finite = np.isfinite(scores)
    defined: np.ndarray = is_finite.any(axis=1)
    if not defined.any():
        raise InputError(f"{name} is undefined or infinite in every fold; choose another scoring or cv")
    if not is_finite[defined].all(axis=0).any():
        raise InputError(f"{name} is undefined or infinite at every λ in some fold; choose another scoring or cv")
    return defined


def warn_of_undefined(scores: np.ndarray, name: str) -> None:
    """Warn about folds, or else λ, at which the score is undefined; see `defined_folds` for the arguments."""
    is_finite = np.isfinite(scores)
    defined = is_finite.any(axis=1)
    if not defined.all():
        ignored = ", ".join(f"fold {fold}" for fold in np.flatnonzero(~defined))
        warnings.warn(
            f"{name} is undefined on the test rows of {ignored}, which may lack a class; λ is selected without it",
            UndefinedMetricWarning,
            stacklevel=2,
        )
    elif not is_finite.all():
        fold = int(np.argwhere(~is_finite)[0][0])
        warnings.warn(
            f"{name} is undefined or infinite at some λ in fold {fold}; these λ are not selected",
            UndefinedMetricWarning,
            stacklevel=2,
        )


def folds_of(
    cv: Any,
    X: Any,
    y: np.ndarray,
    groups: Any = None,
    *,
    labels: np.ndarray | None = None,
    seed: int = 0,
    n_divisions: int = 1,
) -> list[Fold]:
    """Return cross-validation folds.

    Several divisions of the samples into folds, each with some of the restarts, average out chance in the folds, too.

    Parameters
    ----------
    cv : int, splitter of scikit-learn, iterable of pairs, or None
        Number of folds (5 if None), which are shuffled because the rows may be sorted; or a splitter; or pairs of
        training and test rows.
    X, y, groups : array-like
        Passed to the splitter.
    labels : ndarray, optional
        Labels for stratification if `cv` is a number of folds.
    seed : int, default=0
        Seed for shuffling.
    n_divisions : int, default=1
        Number of divisions into folds if `cv` is a number of folds.

    Raises
    ------
    InputError
        If there are no folds, or a fold has no training rows, no test rows, or rows that do not exist.
    """
    n_rows = X.shape[0]
    if n_divisions > 1 and is_number_of_folds(cv):
        divisions = (folds_of(cv, X, y, labels=labels, seed=seed + division) for division in range(n_divisions))
        return [replace(fold, division=division) for division, folds in enumerate(divisions) for fold in folds]
    folds = [_fold(pair, k, n_rows) for k, pair in enumerate(_pairs(cv, X, y, groups, labels, seed))]
    if not folds:
        raise InputError("cv must give at least one fold with training and test rows")
    return folds


def is_number_of_folds(cv: Any) -> bool:
    """Return whether `cv` is a number, or None for the default number; otherwise it has the folds, or makes them."""
    return cv is None or isinstance(cv, int | np.integer)


def _pairs(cv: Any, X: Any, y: np.ndarray, groups: Any, labels: np.ndarray | None, seed: int) -> Iterable[Any]:
    if isinstance(cv, type):
        raise InputError(f"cv must be a splitter, not a class of splitters; pass {cv.__name__}(...)")
    if not is_number_of_folds(cv):
        pairs: Iterable[Any] = cv.split(X, y, groups) if hasattr(cv, "split") else cv
        return pairs
    n_splits = defaults.N_FOLDS if cv is None else int(cv)
    if len(y) < n_splits:
        raise InputError(f"{n_splits} folds need at least as many samples; got n_samples = {len(y)}")
    kind = KFold if labels is None else StratifiedKFold
    shuffled: Iterable[Any] = kind(n_splits, shuffle=True, random_state=seed).split(X, y)
    return shuffled


def _fold(pair: Any, k: int, n_rows: int) -> Fold:
    try:
        train, test = pair
    except (TypeError, ValueError):
        raise InputError(f"cv: fold {k} must be a pair of training and test rows") from None
    fold = Fold(_rows(train, f"training rows of fold {k}", n_rows), _rows(test, f"test rows of fold {k}", n_rows))
    n_in_both = np.intersect1d(fold.train, fold.test).size
    if n_in_both:
        warnings.warn(
            f"cv: {n_in_both} test rows of fold {k} are also training rows, so its score is too optimistic",
            stacklevel=2,
        )
    return fold


def _rows(given: Any, what: str, n_rows: int) -> np.ndarray:
    """Validate row indices, or convert a mask of all rows to indices."""
    rows = np.asarray(given)
    if rows.size == 0:
        raise InputError(f"cv must give training and test rows for each fold; there are no {what}")
    if rows.ndim != 1 or rows.dtype.kind not in "iub" or (rows.dtype.kind == "b" and len(rows) != n_rows):
        raise InputError(f"cv: {what} must be a list of row indices, or a mask of all {n_rows} rows")
    if rows.dtype.kind == "b":
        rows = np.flatnonzero(rows)
        return rows if rows.size else _rows([], what, n_rows)
    outside = rows[(rows < -n_rows) | (rows >= n_rows)]
    if outside.size:
        raise InputError(f"cv: {what} contain {outside[0]}, but row indices go from 0 to {n_rows - 1}")
    indices: np.ndarray = np.arange(n_rows)[rows]
    return indices


def require_weight(folds: Sequence[Fold], weights: np.ndarray | None, scoring_weights: np.ndarray | None) -> None:
    """Check that each fold has training and test rows of positive weight.

    Raises
    ------
    ValueError
        If not.
    """
    for k, fold in enumerate(folds):
        for name, rows, part in (("training", fold.train, weights), ("test", fold.test, scoring_weights)):
            if part is not None and not part[rows].sum() > 0:
                raise ValueError(f"all {name} rows of fold {k} have weight zero; change cv")
