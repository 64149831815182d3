"""The networks of the folds, kept after a fit for prediction intervals and prediction sets."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from ridgenet._fitted import FittedNetwork
from ridgenet._network import Network
from ridgenet._preprocessing import SavedByFields, Standardizer
from ridgenet.formulas import LOSSES
from ridgenet.path._fit import PathFits
from ridgenet.path._rows import ArrayRows

# of samples in no test fold or in several, and of samples of weight 0, for which no score is kept
NO_FOLD, SEVERAL_FOLDS, NO_WEIGHT = -1, -2, -3


@dataclass(frozen=True)
class FoldNetworks(SavedByFields):
    """Networks of one candidate trained without each fold, at every λ, and the out-of-fold scores of the samples.

    Attributes
    ----------
    network : Network
        Shape of the networks.
    standardizers : tuple of Standardizer
        Standardiser of the training samples of each fold.
    parameters : tuple of ndarray of shape (n_alphas, n_restarts, n_parameters)
        Parameters of the networks of each fold whose outputs are averaged.
    fold_of_sample : ndarray of int of shape (n_samples,)
        The fold in which each sample is a test sample; negative if there is none, or several, or if its weight is 0.
    scores : ndarray of shape (n_alphas, n_samples, n_scores)
        Absolute out-of-fold residuals for each output, or one minus the out-of-fold probability of the observed class.
    """

    network: Network
    standardizers: tuple[Standardizer, ...]
    parameters: tuple[np.ndarray, ...]
    fold_of_sample: np.ndarray
    scores: np.ndarray

    @classmethod
    def of(cls, fits: PathFits, candidate: int, *, average: bool) -> FoldNetworks | None:
        """Return the networks of one candidate; None if the samples are not in memory."""
        rows, network = fits.problems[candidate].rows, fits.problems[candidate].network
        if not isinstance(rows, ArrayRows):
            return None
        n_samples, n_outputs = rows.part().Y.shape
        n_scores = 1 if LOSSES[network.loss].couples_units else n_outputs
        scores = np.full((len(fits.alphas), n_samples, n_scores), np.nan)
        fold_of_sample = np.full(n_samples, NO_FOLD)
        for k, fold in enumerate(rows.folds):
            predicted = fits.predictions(candidate, k, average=average)
            scores[:, fold.test] = _scores(network, predicted, rows.test_targets(k))
            fold_of_sample[fold.test] = np.where(fold_of_sample[fold.test] == NO_FOLD, k, SEVERAL_FOLDS)
            weights = rows.test_weights(k)
            if weights is not None:
                fold_of_sample[fold.test[weights == 0]] = NO_WEIGHT
        paths = [fits.path(candidate, k + 1) for k in range(rows.n_folds)]
        return cls(
            network,
            tuple(path.standardizer for path in paths),
            tuple(path.parameters if average else path.parameters[:, :1].copy() for path in paths),
            fold_of_sample,
            scores,
        )

    def outputs(self, X: Any, index: int) -> np.ndarray:
        """Return the outputs of the networks at one λ, (n_folds, n_samples, n_outputs), in float64."""
        return np.stack(
            [
                FittedNetwork(self.network, restarts[index, 0], standardizer)
                .outputs_of_all(restarts[index], X)
                .mean(axis=0, dtype=np.float64)
                for restarts, standardizer in zip(self.parameters, self.standardizers, strict=True)
            ]
        )


def _scores(network: Network, outputs: np.ndarray, Y: np.ndarray) -> np.ndarray:
    """Return absolute residuals, (n_alphas, n_test, n_outputs), or one minus the probability of the observed class."""
    if LOSSES[network.loss].couples_units:
        return np.asarray(1 - (Y * outputs).sum(axis=2, keepdims=True))
    return np.abs(Y - outputs)
