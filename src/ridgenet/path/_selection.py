"""Select λ: losses of out-of-fold predictions, their mean over the folds, and the selection rules."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ridgenet.formulas import LOSSES

# means that are worse by more than this many standard errors of the difference
CLEARLY_WORSE = 2.0
# of the standard error: means that differ by less are the same
NEXT_TO_NOTHING = 1e-3
# candidates with less of the weight of the best one are left out of an average
LEAST_WEIGHT = 0.01


def losses(loss: str, outputs: np.ndarray, Y: np.ndarray, parameter: float = 0.0) -> np.ndarray:
    """Return the loss of each sample: summed over classes, or averaged over several targets.

    Parameters
    ----------
    loss : str
        Name of the loss.
    outputs : ndarray of shape (..., n_samples, n_outputs)
        Predictions of one or more networks.
    Y : ndarray of shape (n_samples, n_outputs)
        Targets.
    parameter : float, default=0.0
        Parameter of the loss.

    Returns
    -------
    ndarray of shape (..., n_samples)
    """
    row = LOSSES[loss]
    terms = row.score(np, outputs.astype(np.float64, copy=False), Y, parameter)
    result: np.ndarray = terms.sum(axis=-1) if row.targets == "classes" else terms.mean(axis=-1)
    return result


def mean_losses(
    loss: str, outputs: np.ndarray, Y: np.ndarray, weights: np.ndarray | None, parameter: float = 0.0
) -> np.ndarray:
    """Return the weighted mean of `losses` for each network."""
    mean: np.ndarray = np.average(losses(loss, outputs, Y, parameter), axis=-1, weights=weights)
    return mean


@dataclass(frozen=True)
class Curve:
    """Cross-validated score along a path; greater is better.

    Attributes
    ----------
    by_fold : ndarray of shape (n_folds, n_alphas)
        Score of each fold.
    mean, standard_error : ndarray of shape (n_alphas,)
        Weighted mean over the folds, and its standard error.
    fold_weights : ndarray of shape (n_folds,)
        Weight of each fold; 0 where the score is undefined.
    n_divisions : int
        Number of divisions of the same samples into these folds.
    """

    by_fold: np.ndarray
    mean: np.ndarray
    standard_error: np.ndarray
    fold_weights: np.ndarray
    n_divisions: int = 1

    @classmethod
    def of(cls, by_fold: np.ndarray, fold_weights: np.ndarray, n_divisions: int = 1) -> Curve:
        """Average the folds as glmnet does: ``se² = weighted mean of (e_k - mean)² / (K - 1)``.

        K is the number of folds in a division: those of several divisions are not independent. Folds of weight 0 are
        ignored. The mean is NaN where the score of a fold is not finite.
        """
        counts = fold_weights > 0
        scores, weights = np.where(np.isfinite(by_fold), by_fold, np.nan)[counts], fold_weights[counts]
        mean = np.average(scores, axis=0, weights=weights)
        n_independent = len(scores) / n_divisions - 1
        if n_independent <= 0:
            return cls(by_fold, mean, np.full(mean.shape, np.nan), fold_weights, n_divisions)
        differences = np.abs(scores - mean)
        # squares of values of at most 1 do not overflow
        unit = np.maximum(differences.max(axis=0), np.finfo(np.float64).tiny)
        spread = np.average((differences / unit) ** 2, axis=0, weights=weights)
        return cls(by_fold, mean, unit * np.sqrt(spread / n_independent), fold_weights, n_divisions)

    @property
    def best(self) -> int:
        """Index of the best mean; of means that differ by next to nothing, that of the largest λ."""
        error = np.nan_to_num(self.standard_error[int(np.nanargmax(self.mean))])
        return int(np.argmax(self.mean >= np.nanmax(self.mean) - NEXT_TO_NOTHING * error))

    def standard_errors_from(self, index: int, other: Curve, other_index: int) -> float:
        """Return by how many standard errors of the difference, over the folds, the mean is less than another."""
        # with fewer restarts there may be fewer divisions, the first ones
        common, n_divisions = min((len(each.by_fold), each.n_divisions) for each in (self, other))
        differences = other.by_fold[:common, other_index] - self.by_fold[:common, index]
        weights = np.minimum(self.fold_weights[:common], other.fold_weights[:common])
        mean, error = mean_and_error(differences, weights, n_divisions)
        if not np.isfinite(mean):
            return np.inf
        if error == 0:
            return 0.0 if mean == 0 else float(np.copysign(np.inf, mean))
        return mean / error

    @property
    def within_one_standard_error(self) -> int:
        """Index of the largest λ whose mean is within one standard error of the best (Breiman et al., 1984)."""
        error = np.nan_to_num(self.standard_error[self.best])
        return int(np.argmax(self.mean >= self.mean[self.best] - error))

    @property
    def from_best(self) -> Curve:
        """The curve of the differences by which scores are less than at the best λ, in each fold."""
        return Curve.of(self.by_fold[:, [self.best]] - self.by_fold, self.fold_weights, self.n_divisions)

    @property
    def not_clearly_worse(self) -> tuple[int, int]:
        """Indices of the largest and the smallest λ of a range around the best in which no mean is clearly worse.

        It is clearly worse if the difference from the best is more than two of its standard errors over the folds. For
        λ near each other, these are much less than the standard error of either mean.
        """
        best, differences = self.best, self.from_best
        worse = np.flatnonzero(~(differences.mean <= CLEARLY_WORSE * np.nan_to_num(differences.standard_error)))
        first, last = worse[worse < best].max(initial=-1) + 1, worse[worse > best].min(initial=len(self.mean)) - 1
        return int(first), int(last)


def mean_and_error(values: np.ndarray, fold_weights: np.ndarray, n_divisions: int = 1) -> tuple[float, float]:
    """Return the weighted mean over folds of positive weight, and its standard error; 0 for a single fold.

    See `Curve.of`.
    """
    counts = fold_weights > 0
    values, weights = values[counts], fold_weights[counts]
    with np.errstate(over="ignore", invalid="ignore"):
        mean = float(np.average(values, weights=weights))
        n_independent = len(values) / n_divisions - 1
        if n_independent <= 0:
            return mean, 0.0
        return mean, float(np.sqrt(np.average((values - mean) ** 2, weights=weights) / n_independent))


def weights_of_candidates(curves: Sequence[Curve], indices: Sequence[int]) -> np.ndarray:
    """Return the weights with which to average the predictions of candidates, each at one index of its path.

    A candidate whose score is z standard errors (of the difference, over the folds) worse than that of the best has a
    weight proportional to ``exp(-z²/2)``.
    """
    best = int(np.nanargmax([curve.mean[index] for curve, index in zip(curves, indices, strict=True)]))
    z = [
        curve.standard_errors_from(index, curves[best], indices[best])
        for curve, index in zip(curves, indices, strict=True)
    ]
    weights = np.exp(-0.5 * np.square(z))
    weights[weights < LEAST_WEIGHT] = 0.0
    result: np.ndarray = weights / weights.sum()
    return result
