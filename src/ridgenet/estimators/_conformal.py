"""Prediction intervals and prediction sets from the networks of the folds, as plain functions of arrays.

The intervals are those of CV+, and of jackknife+ if each fold leaves out one sample (Barber, Candès, Ramdas and
Tibshirani, *Predictive inference with the jackknife+*, Annals of Statistics 49, 2021). The sets are the counterpart for
classes (Romano, Sesia and Candès, *Classification with valid and adaptive coverage*, NeurIPS 2020, section 2.3), with
one minus the probability of the class as the score (Sadinle, Lei and Wasserman, JASA 114, 2019).
"""

from __future__ import annotations

from collections.abc import Iterator
from numbers import Real

import numpy as np

from ridgenet._errors import InputError

# 0.1 * 10 may be rounded to a number below 1
ROUNDING = 1e-9
# size of the temporary arrays
NUMBERS_AT_A_TIME = 4_000_000


def n_outside(coverage: float, n: int) -> int:
    """Return how many of n scores may lie beyond each bound: the largest integer k ≤ (1 - coverage)(n + 1).

    Raises
    ------
    InputError
        If the coverage is not between 0 and 1, or so large that k is 0 and the interval infinite.
    """
    if not isinstance(coverage, Real) or not 0 < coverage < 1:
        raise InputError(f"coverage must be a number between 0 and 1, both excluded; got {coverage!r}")
    k = int(np.floor((1 - coverage) * (n + 1) + ROUNDING))
    if k == 0:
        raise InputError(
            f"coverage={coverage:g} needs at least {int(np.ceil(1 / (1 - coverage) - ROUNDING)) - 1} training samples, "
            f"got {n}: the interval would be infinite; lower coverage to {n / (n + 1):.3g} or less"
        )
    return k


def cv_plus_interval(
    predictions: np.ndarray, residuals: np.ndarray, folds_of_sample: np.ndarray, coverage: float
) -> np.ndarray:
    """Return the CV+ interval of each new sample, (n_new, 2).

    For each of the n training samples i, with the mean prediction ``f_i(x)`` of the networks that were trained without
    it, and the absolute residual ``r_i`` of this mean, the interval goes from the k-th smallest ``f_i(x) - r_i`` to the
    k-th largest ``f_i(x) + r_i``, where k is given by `n_outside`.

    Parameters
    ----------
    predictions : ndarray of shape (n_folds, n_new)
        Predictions of the networks of the folds.
    residuals : ndarray of shape (n_samples,)
        Absolute out-of-fold residuals of the training samples.
    folds_of_sample : ndarray of int of shape (n_divisions, n_samples)
        The fold in which each training sample is a test sample, in each division of the samples into folds.
    coverage : float
        Wanted probability that the target is in the interval.
    """
    n = len(residuals)
    k = n_outside(coverage, n)
    interval = np.empty((predictions.shape[1], 2))
    for some in _slices(len(interval), n):
        centres = _without_each_sample(predictions[:, some], folds_of_sample).T
        interval[some, 0] = np.partition(centres - residuals, k - 1, axis=1)[:, k - 1]
        interval[some, 1] = np.partition(centres + residuals, n - k, axis=1)[:, n - k]
    return interval


def cv_interval(prediction: np.ndarray, residuals: np.ndarray, coverage: float) -> np.ndarray:
    """Return the interval of each new sample around its prediction, (n_new, 2).

    Its half width is the k-th largest residual, where k is given by `n_outside`.

    Parameters
    ----------
    prediction : ndarray of shape (n_new,)
        Predictions of the networks trained on all samples.
    residuals : ndarray of shape (n_samples,)
        Absolute out-of-fold residuals of the training samples.
    coverage : float
        Wanted probability that the target is in the interval.
    """
    half_width = _threshold(residuals, coverage)
    return np.stack([prediction - half_width, prediction + half_width], axis=1)


def cross_conformal_set(
    candidate_scores: np.ndarray, scores: np.ndarray, folds_of_sample: np.ndarray, coverage: float
) -> np.ndarray:
    """Return the cross-conformal prediction set of each new sample, a mask of shape (n_new, n_classes).

    A class is in the set if fewer than ``coverage (n + 1)`` of the n training samples have a smaller score than it has
    by the networks that were trained without them, on average.

    Parameters
    ----------
    candidate_scores : ndarray of shape (n_folds, n_new, n_classes)
        Score of each class for each new sample, by the network of each fold; the more improbable, the greater.
    scores : ndarray of shape (n_samples,)
        Out-of-fold scores of the training samples, for their own classes.
    folds_of_sample : ndarray of int of shape (n_divisions, n_samples)
        The fold in which each training sample is a test sample, in each division of the samples into folds.
    coverage : float
        Wanted probability that the class is in the set.
    """
    n, (_, n_new, n_classes) = len(scores), candidate_scores.shape
    most = n - n_outside(coverage, n)
    is_in = np.empty((n_new, n_classes), bool)
    for some in _slices(n_new, n * n_classes):
        candidates = _without_each_sample(candidate_scores[:, some], folds_of_sample)
        is_in[some] = (scores[:, np.newaxis, np.newaxis] < candidates).sum(axis=0) <= most
    return is_in


def cv_set(candidate_scores: np.ndarray, scores: np.ndarray, coverage: float) -> np.ndarray:
    """Return the prediction set of each new sample, a mask of shape (n_new, n_classes).

    A class is in the set if its score is at most the k-th largest of the training samples, where k is given by
    `n_outside`.

    Parameters
    ----------
    candidate_scores : ndarray of shape (n_new, n_classes)
        Score of each class for each new sample, by the networks trained on all samples.
    scores : ndarray of shape (n_samples,)
        Out-of-fold scores of the training samples, for their own classes.
    coverage : float
        Wanted probability that the class is in the set.
    """
    is_in: np.ndarray = candidate_scores <= _threshold(scores, coverage)
    return is_in


def _without_each_sample(of_folds: np.ndarray, folds_of_sample: np.ndarray) -> np.ndarray:
    """Return the mean of values of folds over the folds that test each training sample, (n_samples, ...)."""
    total = of_folds[folds_of_sample[0]]
    for folds in folds_of_sample[1:]:
        total += of_folds[folds]
    mean: np.ndarray = total / len(folds_of_sample)
    return mean


def _slices(n: int, numbers_of_each: int) -> Iterator[slice]:
    """Yield slices of n items for temporary arrays of a limited size."""
    step = max(1, NUMBERS_AT_A_TIME // numbers_of_each)
    for start in range(0, n, step):
        yield slice(start, start + step)


def _threshold(scores: np.ndarray, coverage: float) -> float:
    """Return the k-th largest score, where k is given by `n_outside`."""
    rank = len(scores) - n_outside(coverage, len(scores))
    return float(np.partition(scores, rank)[rank])
