"""Calibration of predicted probabilities."""

from __future__ import annotations

import numpy as np

N_BINS = 10


def expected_calibration_error(
    probabilities: np.ndarray, is_class: np.ndarray, weights: np.ndarray | None = None
) -> float:
    """Return the expected calibration error of the predicted classes.

    Samples are divided into 10 bins of equal width by the probability of their predicted class; the error is the mean
    over the samples of the absolute difference, in their bin, between the mean probability and the accuracy (Guo,
    Pleiss, Sun and Weinberger, *On calibration of modern neural networks*, ICML 2017).

    Parameters
    ----------
    probabilities : ndarray of shape (n_samples, n_classes)
        Predicted probabilities.
    is_class : ndarray of shape (n_samples, n_classes)
        One-hot encoded classes.
    weights : ndarray of shape (n_samples,), optional
        Sample weights; None weights all samples equally.
    """
    samples, predicted = np.arange(len(probabilities)), probabilities.argmax(axis=1)
    weights = np.ones(len(samples)) if weights is None else weights
    confidence = probabilities[samples, predicted]
    excess = weights * (confidence - is_class[samples, predicted])
    bins = np.clip((confidence * N_BINS).astype(int), 0, N_BINS - 1)
    return float(np.abs(np.bincount(bins, excess, N_BINS)).sum() / weights.sum())
