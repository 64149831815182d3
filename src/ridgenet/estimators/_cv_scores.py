"""Cross-validated scores of networks, by the loss or by a scorer of scikit-learn."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from ridgenet._averaged import AveragedNetworks
from ridgenet._fitted import FittedNetwork
from ridgenet.estimators._data import ArrayData
from ridgenet.estimators._folds import defined_folds, name_of, score, scorer_for
from ridgenet.path._fit import PathFits
from ridgenet.path._leave_one_out import LeaveOneOut, leave_one_out_of_path
from ridgenet.path._problem import Problem
from ridgenet.path._result import NetworkPath
from ridgenet.path._rows import ArrayRows
from ridgenet.path._selection import losses as losses_of


@dataclass(frozen=True)
class CVScores:
    """Scores on the test rows of each fold.

    Attributes
    ----------
    scores : list of ndarray of shape (n_folds, n_alphas)
        Scores of each candidate network; greater is better.
    fold_weights : ndarray of shape (n_folds,)
        Weight of each fold; 0 where the score is undefined.
    spreads : list of ndarray of shape (n_alphas,)
        For each candidate, the standard deviation of the cross-validated loss over the restarts.
    """

    scores: Sequence[np.ndarray]
    fold_weights: np.ndarray
    spreads: Sequence[np.ndarray]


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
        Complete result of `fit_paths`.
    scoring : Scoring or None
        None scores by the negative mean loss. The spread over restarts is always that of the loss.
    average : bool
        Whether to average the predictions of all restarts; otherwise the restart with the lowest objective predicts.
    """
    rows = fits.problems[0].rows
    folds, candidates = range(rows.n_folds), range(len(fits.problems))
    losses = [[fits.test_losses(candidate, k, average=average) for k in folds] for candidate in candidates]
    if scoring is None:
        scores = [-np.array([of_predictions for of_predictions, _ in by_fold]) for by_fold in losses]
    else:
        scores = [
            np.array([_fold_scores(scoring, fits, candidate, k, average=average) for k in folds])
            for candidate in candidates
        ]
    defined = defined_folds(scores, name_of(None if scoring is None else scoring.scoring))
    fold_weights = np.where(defined, rows.fold_weights, 0.0)
    by_restart = [np.array([losses for _, losses in by_fold]) for by_fold in losses]
    return CVScores(scores, fold_weights, [spread_over_restarts(each, fold_weights) for each in by_restart])


def _fold_scores(scoring: Scoring, fits: PathFits, candidate: int, k: int, *, average: bool) -> np.ndarray:
    """Return the score on one fold at each λ."""
    rows = fits.problems[0].rows
    assert isinstance(rows, ArrayRows)
    scorer, name = scorer_for(scoring.scoring, scoring.classes), name_of(scoring.scoring)
    weights, test = rows.test_weights(k), rows.folds[k].test
    weighted = {} if weights is None else {"sample_weight": weights}
    path = fits.path(candidate, k + 1)
    estimators = (scoring.estimator_with(path.network_at(index, average=average)) for index in range(len(path)))
    return np.array([score(scorer, name, k, one, scoring.X[test], scoring.y[test], **weighted) for one in estimators])


def leave_one_out_scores(
    paths: Sequence[NetworkPath], problems: Sequence[Problem], data: ArrayData, *, average: bool, n_jobs: int | None
) -> tuple[list[LeaveOneOut], CVScores]:
    """Return the leave-one-out predictions of each candidate, and their scores: each sample is a fold.

    Parameters
    ----------
    paths : sequence of NetworkPath
        Path of each candidate on all rows.
    problems : sequence of Problem
        Their training problems.
    data : ArrayData
        All rows.
    average : bool
        Whether to average the predictions of all restarts; otherwise the restart with the lowest objective predicts.
    n_jobs : int or None
        Number of threads.
    """
    weights = np.ones(len(data.Y)) if data.scoring_weights is None else data.scoring_weights
    found, scores, spreads = [], [], []
    for path, problem in zip(paths, problems, strict=True):
        assert isinstance(problem.rows, ArrayRows)
        network = problem.network
        rows, penalty = problem.rows.part(), problem.penalty
        predicted = leave_one_out_of_path(path, rows, penalty, weights, average=average, n_jobs=n_jobs)
        found.append(predicted)
        scores.append(-losses_of(network.loss, predicted.outputs, data.Y, network.loss_parameter).T)
        by_restart = losses_of(network.loss, predicted.by_restart, data.Y, network.loss_parameter)
        spreads.append(spread_over_restarts(by_restart.transpose(2, 0, 1), weights))
    return found, CVScores(scores, weights, spreads)


def out_of_fold(fits: PathFits, candidate: int, *, average: bool) -> np.ndarray:
    """Return the out-of-fold predictions of one candidate, (n_alphas, n_samples, n_outputs).

    The mean for samples in several test folds; NaN for samples in none.
    """
    rows = fits.problems[candidate].rows
    assert isinstance(rows, ArrayRows)
    Y = rows.part().Y
    total = np.zeros((len(fits.alphas), *Y.shape))
    counts = np.zeros(len(Y))
    for k, fold in enumerate(rows.folds):
        total[:, fold.test] += fits.predictions(candidate, k, average=average)
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
