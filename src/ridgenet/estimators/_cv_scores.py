"""Cross-validated scores of networks, by the loss or by a scorer of scikit-learn."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from ridgenet._averaged import AveragedNetworks
from ridgenet._fitted import FittedNetwork
from ridgenet.estimators._data import ArrayData
from ridgenet.estimators._folds import defined_folds, name_of, score, scorer_for
from ridgenet.path._fit import PathFits
from ridgenet.path._leave_one_out import LeaveOneOut, leave_one_out_of_path
from ridgenet.path._rows import ArrayRows
from ridgenet.path._selection import Curve
from ridgenet.path._selection import losses as losses_of


@dataclass(frozen=True)
class CVScores:
    """Scores of a network on the test rows of each fold.

    Attributes
    ----------
    curve : Curve
        Scores along the path; greater is better.
    spread : ndarray of shape (n_alphas,)
        Standard deviation of the cross-validated loss over the restarts.
    """

    curve: Curve
    spread: np.ndarray


@dataclass(frozen=True)
class Scoring:
    """A scorer, and the data to score.

    Attributes
    ----------
    scoring : str or callable
        Name or scorer of scikit-learn, or a callable with the arguments estimator, X and y.
    classes : ndarray or None
        All classes; None in regression.
    estimator_with : callable
        Returns an estimator that predicts with a given network.
    X, y : ndarray or CSR matrix, ndarray
        Inputs and targets of all rows, as passed by the user.
    """

    scoring: Any
    classes: np.ndarray | None
    estimator_with: Callable[[FittedNetwork | AveragedNetworks], Any]
    X: Any
    y: np.ndarray


def cv_scores(fits: PathFits, scoring: Scoring | None, *, average: bool) -> CVScores:
    """Return the scores on the test rows of each fold.

    Parameters
    ----------
    fits : PathFits
        Complete result of `fit_path`.
    scoring : Scoring or None
        None scores by the negative mean loss. The spread over restarts is always that of the loss.
    average : bool
        Whether to average the predictions of all restarts; otherwise the restart with the lowest objective predicts.
    """
    rows = fits.problem.rows
    folds = range(rows.n_folds)
    losses = [fits.test_losses(k, average=average) for k in folds]
    if scoring is None:
        scores = -np.array([of_predictions for of_predictions, _ in losses])
    else:
        scores = np.array([_fold_scores(scoring, fits, k, average=average) for k in folds])
    defined = defined_folds(scores, name_of(None if scoring is None else scoring.scoring))
    fold_weights = np.where(defined, rows.fold_weights, 0.0)
    by_restart = np.array([of_restarts for _, of_restarts in losses])
    return CVScores(Curve.of(scores, fold_weights), spread_over_restarts(by_restart, fold_weights))


def _fold_scores(scoring: Scoring, fits: PathFits, k: int, *, average: bool) -> np.ndarray:
    """Return the score on one fold at each λ."""
    rows = fits.problem.rows
    assert isinstance(rows, ArrayRows)
    scorer, name = scorer_for(scoring.scoring, scoring.classes), name_of(scoring.scoring)
    weights, test = rows.test_weights(k), rows.folds[k].test
    weighted = {} if weights is None else {"sample_weight": weights}
    path = fits.path(k + 1)
    estimators = (scoring.estimator_with(path.network_at(index, average=average)) for index in range(len(path)))
    return np.array([score(scorer, name, k, one, scoring.X[test], scoring.y[test], **weighted) for one in estimators])


def leave_one_out_scores(
    fits: PathFits, data: ArrayData, *, average: bool, n_jobs: int | None
) -> tuple[LeaveOneOut, CVScores]:
    """Return the leave-one-out predictions, and their scores: each sample is a fold.

    Parameters
    ----------
    fits : PathFits
        Complete result of `fit_path` on all rows.
    data : ArrayData
        All rows.
    average : bool
        Whether to average the predictions of all restarts; otherwise the restart with the lowest objective predicts.
    n_jobs : int or None
        Number of threads.
    """
    rows, network = fits.problem.rows, fits.problem.network
    assert isinstance(rows, ArrayRows)
    weights = np.ones(len(data.Y)) if data.scoring_weights is None else data.scoring_weights
    predicted = leave_one_out_of_path(
        fits.path(), rows.part(), fits.problem.penalty, weights, average=average, n_jobs=n_jobs
    )
    scores = -losses_of(network.loss, predicted.outputs, data.Y, network.loss_parameter).T
    by_restart = losses_of(network.loss, predicted.by_restart, data.Y, network.loss_parameter)
    spread = spread_over_restarts(by_restart.transpose(2, 0, 1), weights)
    return predicted, CVScores(Curve.of(scores, weights), spread)


def out_of_fold(fits: PathFits, *, average: bool) -> np.ndarray:
    """Return the out-of-fold predictions, (n_alphas, n_samples, n_outputs).

    The mean for samples in several test folds; NaN for samples in none.
    """
    rows = fits.problem.rows
    assert isinstance(rows, ArrayRows)
    Y = rows.part().Y
    total = np.zeros((len(fits.alphas), *Y.shape))
    counts = np.zeros(len(Y))
    for k, fold in enumerate(rows.folds):
        total[:, fold.test] += fits.predictions(k, average=average)
        counts[fold.test] += 1
    with np.errstate(invalid="ignore"):
        mean: np.ndarray = total / counts[np.newaxis, :, np.newaxis]
    return mean


def spread_over_restarts(losses: np.ndarray, fold_weights: np.ndarray) -> np.ndarray:
    """Return the standard deviation over restarts of the mean loss over folds; zero for a single restart.

    Parameters
    ----------
    losses : ndarray of shape (n_folds, n_restarts, n_alphas)
        Mean loss of each network on the test rows of its fold.
    fold_weights : ndarray of shape (n_folds,)
        Weight of each fold.
    """
    means = np.average(losses, axis=0, weights=fold_weights)
    spread: np.ndarray = means.std(axis=0, ddof=1) if len(means) > 1 else np.zeros(means.shape[1])
    return spread
