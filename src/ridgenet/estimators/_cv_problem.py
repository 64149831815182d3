"""What a choice of λ is made from: the path of every size, in every fold, and how each network scores."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np

from ridgenet.backends._fits import CrossFit, Fits
from ridgenet.estimators._folds import folds_that_count, name_of, score, scorer_for
from ridgenet.path._evidence import with_evidence
from ridgenet.path._grid import GridProblem
from ridgenet.path._problem import Fold, Problem
from ridgenet.path._result import NetworkPath
from ridgenet.path._search import Plan
from ridgenet.path._selection import mean_losses


@dataclass(frozen=True)
class CVScores:
    """How networks score on rows that they did not see.

    Attributes
    ----------
    scores : list of ndarray of shape (n_folds, n_alphas)
        By size; the greater the better.
    fold_weights : ndarray of shape (n_folds,)
        What each fold counts; 0 where the score is undefined.
    spreads : list of ndarray of shape (n_alphas,)
        By size, the standard deviation over the restarts of the cross-validated loss.
    out_of_fold : callable or None
        Returns, for a size, predictions of every row by networks that did not see it, (n_alphas, n_samples,
        n_outputs); if they are to be kept.
    """

    scores: Sequence[np.ndarray]
    fold_weights: np.ndarray
    spreads: Sequence[np.ndarray]
    out_of_fold: Callable[[int], np.ndarray] | None = None


class CVProblem(Protocol):
    """What is fitted, wherever the rows are."""

    @property
    def problems(self) -> Sequence[GridProblem]:
        """All rows, for each size of the network."""

    def fitted(self, alphas: np.ndarray, plan: Plan) -> Fits:
        """Follow all paths."""

    def judged(self, fits: Any) -> CVScores:
        """Score what `fitted` returned."""


class LocalCVProblem:
    """A study of rows at hand.

    Parameters
    ----------
    estimator : RidgeNetClassifierCV or RidgeNetRegressorCV
        With its parameters.
    problems : sequence of Problem
        All rows, for each size of the network.
    folds : sequence of Fold
        May be empty.
    seed : int
        Where random numbers begin.
    X, y : ndarray or CSR matrix, ndarray
        For scorers.
    in_scoring : ndarray of shape (n_samples,) or None
        Weights of the rows in scoring.
    """

    def __init__(
        self,
        estimator: Any,
        problems: Sequence[Problem],
        folds: Sequence[Fold],
        seed: int,
        X: Any,
        y: np.ndarray,
        in_scoring: np.ndarray | None,
    ) -> None:
        self.problems = problems
        self._estimator, self._folds, self._seed = estimator, folds, seed
        self._X, self._y, self._in_scoring = X, y, in_scoring

    def fitted(self, alphas: np.ndarray, plan: Plan) -> CrossFit:
        """Follow all paths."""
        estimator = self._estimator
        fits = CrossFit(self.problems, self._folds, alphas, estimator.n_restarts, self._seed)
        fits.run(plan, estimator.n_jobs, estimator._callbacks(), estimator.device)
        return fits

    def judged(self, fits: CrossFit) -> CVScores:
        """Score all networks on the test rows of their folds."""
        weights = [self._weights(fold) for fold in self._folds]
        fold_weights = np.array(
            [len(fold.test) if part is None else part.sum() for fold, part in zip(self._folds, weights, strict=True)]
        )
        sizes, folds = range(len(self.problems)), range(len(self._folds))
        scores = [np.array([self._scores(fits, size, k) for k in folds]) for size in sizes]
        counts = folds_that_count(scores, name_of(self._estimator.scoring))
        fold_weights = np.where(counts, fold_weights, 0.0)
        return CVScores(
            scores,
            fold_weights,
            [self._spread_over_restarts(fits, size, fold_weights) for size in sizes],
            (lambda size: self._out_of_fold(fits, size)) if self._estimator.keep else None,
        )

    def with_evidence(self, paths: Sequence[NetworkPath]) -> list[NetworkPath]:
        """Return paths with the evidence at each λ."""
        n_jobs = self._estimator.n_jobs
        return [with_evidence(path, problem, n_jobs) for path, problem in zip(paths, self.problems, strict=True)]

    def _weights(self, fold: Fold) -> np.ndarray | None:
        return None if self._in_scoring is None else self._in_scoring[fold.test]

    def _scores(self, fits: CrossFit, size: int, k: int) -> np.ndarray:
        """Return the score of one fold at each λ."""
        estimator, fold = self._estimator, self._folds[k]
        weights = self._weights(fold)
        if estimator.scoring is None:
            outputs = fits.predictions(size, k, average=estimator.average)
            return -self._mean_losses(outputs, self.problems[0].Y[fold.test], weights)
        scorer, name = scorer_for(estimator.scoring, estimator._labels_of_scorers), name_of(estimator.scoring)
        given = {} if weights is None else {"sample_weight": weights}
        path = fits.networks(size, k)
        judged = (estimator._with(path.network_at(place, average=estimator.average)) for place in range(len(path)))
        return np.array(
            [score(scorer, name, k, one, self._X[fold.test], self._y[fold.test], **given) for one in judged]
        )

    def _mean_losses(self, outputs: np.ndarray, Y: np.ndarray, weights: np.ndarray | None) -> np.ndarray:
        network = self.problems[0].network
        return mean_losses(network.loss, outputs, Y, weights, network.loss_parameter)

    def _spread_over_restarts(self, fits: CrossFit, size: int, fold_weights: np.ndarray) -> np.ndarray:
        by_fold = []
        for k, fold in enumerate(self._folds):
            Y, weights = self.problems[0].Y[fold.test], self._weights(fold)
            restarts = fits.predictions_by_restart(size, k)
            by_fold.append([self._mean_losses(outputs, Y, weights) for outputs in restarts])
        return spread_over_restarts(np.array(by_fold), fold_weights)

    def _out_of_fold(self, fits: CrossFit, size: int) -> np.ndarray:
        """Return predictions of every example by networks that did not see it; NaN for one in no test fold."""
        Y = self.problems[0].Y
        total = np.zeros((len(fits.alphas), *Y.shape))
        times = np.zeros(len(Y))
        for k, fold in enumerate(self._folds):
            total[:, fold.test] += fits.predictions(size, k, average=self._estimator.average)
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
