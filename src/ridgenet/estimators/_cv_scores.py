"""How networks score on rows that they have not seen: by the loss, or by a scorer of scikit-learn."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from ridgenet._fitted import AveragedNetworks, FittedNetwork
from ridgenet.estimators._folds import folds_that_count, name_of, score, scorer_for
from ridgenet.path._fit import PathFits
from ridgenet.path._rows import ArrayRows


@dataclass(frozen=True)
class CVScores:
    """Scores of the networks of each fold on its test rows.

    Attributes
    ----------
    scores : list of ndarray of shape (n_folds, n_alphas)
        By size; the greater the better.
    fold_weights : ndarray of shape (n_folds,)
        What each fold counts; 0 where the score is undefined.
    spreads : list of ndarray of shape (n_alphas,)
        By size, the standard deviation over the restarts of the cross-validated loss.
    """

    scores: Sequence[np.ndarray]
    fold_weights: np.ndarray
    spreads: Sequence[np.ndarray]


@dataclass(frozen=True)
class Scoring:
    """A score of the user's.

    Attributes
    ----------
    scoring : str or callable
        A name or a scorer of scikit-learn, or any callable of estimator, X and y.
    classes : ndarray or None
        All classes; None if targets are no classes.
    predicting_with : callable
        Returns an estimator that predicts with a network.
    X, y : ndarray or CSR matrix, ndarray
        All rows, as they were passed.
    """

    scoring: Any
    classes: np.ndarray | None
    predicting_with: Callable[[FittedNetwork | AveragedNetworks], Any]
    X: Any
    y: np.ndarray


def scores_by_loss(fits: PathFits, *, average: bool) -> CVScores:
    """Return minus the mean loss on each fold's test rows.

    Parameters
    ----------
    fits : PathFits
        Complete.
    average : bool
        Whether predictions are those of all restarts on average; else of the lowest objective.
    """
    rows = fits.problems[0].rows
    scores, spreads = [], []
    for size in range(len(fits.problems)):
        pairs = [fits.test_losses(size, fold, average=average) for fold in range(rows.n_folds)]
        scores.append(-np.array([of_predictions for of_predictions, _ in pairs]))
        spreads.append([by_restart for _, by_restart in pairs])
    fold_weights = _counted(scores, rows.fold_weights, "the loss")
    return CVScores(scores, fold_weights, [spread_over_restarts(np.array(each), fold_weights) for each in spreads])


def scores_by(scoring: Scoring, fits: PathFits, *, average: bool) -> CVScores:
    """Return a user's score on each fold's test rows; the spread over restarts is that of the loss."""
    rows = fits.problems[0].rows
    assert isinstance(rows, ArrayRows)
    folds, sizes = range(rows.n_folds), range(len(fits.problems))
    scores = [np.array([_fold_scores(scoring, fits, rows, size, k, average=average) for k in folds]) for size in sizes]
    fold_weights = _counted(scores, rows.fold_weights, name_of(scoring.scoring))
    losses = [np.array([fits.test_losses(size, k, average=average)[1] for k in folds]) for size in sizes]
    return CVScores(scores, fold_weights, [spread_over_restarts(each, fold_weights) for each in losses])


def _counted(scores: Sequence[np.ndarray], fold_weights: np.ndarray, name: str) -> np.ndarray:
    """Return the weights of the folds, 0 where the score is undefined."""
    return np.where(folds_that_count(scores, name), fold_weights, 0.0)


def _fold_scores(scoring: Scoring, fits: PathFits, rows: ArrayRows, size: int, k: int, *, average: bool) -> np.ndarray:
    """Return the score of one fold at each λ."""
    scorer, name = scorer_for(scoring.scoring, scoring.classes), name_of(scoring.scoring)
    weights, test = rows.test_weights(k), rows.folds[k].test
    given = {} if weights is None else {"sample_weight": weights}
    path = fits.path(size, k + 1)
    estimators = (scoring.predicting_with(path.network_at(index, average=average)) for index in range(len(path)))
    return np.array([score(scorer, name, k, one, scoring.X[test], scoring.y[test], **given) for one in estimators])


def out_of_fold(fits: PathFits, size: int, *, average: bool) -> np.ndarray:
    """Return predictions of every row by networks that have not seen it, (n_alphas, n_samples, n_outputs).

    The mean, if it is in several test folds; NaN, if in none.
    """
    rows = fits.problems[size].rows
    assert isinstance(rows, ArrayRows)
    Y = rows.part().Y
    total = np.zeros((len(fits.alphas), *Y.shape))
    times = np.zeros(len(Y))
    for k, fold in enumerate(rows.folds):
        total[:, fold.test] += fits.predictions(size, k, average=average)
        times[fold.test] += 1
    with np.errstate(invalid="ignore"):
        mean: np.ndarray = total / times[np.newaxis, :, np.newaxis]
    return mean


def spread_over_restarts(losses: np.ndarray, fold_weights: np.ndarray) -> np.ndarray:
    """Return the standard deviation over restarts of the mean over folds; zero for one restart.

    Parameters
    ----------
    losses : ndarray of shape (n_folds, n_restarts, n_alphas)
        Mean loss of each network on the test rows of its fold.
    fold_weights : ndarray of shape (n_folds,)
        What each fold counts.
    """
    means = np.average(losses, axis=0, weights=fold_weights)
    spread: np.ndarray = means.std(axis=0, ddof=1) if len(means) > 1 else np.zeros(means.shape[1])
    return spread
