"""Scorers of scikit-learn on the test rows of folds, which may lack some of the classes."""

from __future__ import annotations

import inspect
import warnings
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from sklearn.exceptions import UndefinedMetricWarning
from sklearn.metrics import get_scorer, make_scorer

from ridgenet.errors import InputError
from ridgenet.estimators.labels import describe

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
