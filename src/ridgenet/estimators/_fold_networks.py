"""The networks of the folds, kept after a fit for prediction intervals and prediction sets."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from ridgenet._fitted import FittedNetwork
from ridgenet._network import Network
from ridgenet._preprocessing import SavedByFields, Standardizer
from ridgenet.estimators._calibration import expected_calibration_error
from ridgenet.formulas import LOSSES
from ridgenet.path._fits import PathFits
from ridgenet.path._rows import ArrayRows

# of samples in no test fold or in several, and of samples of weight 0, for which no score is kept
NO_FOLD, SEVERAL_FOLDS, NO_WEIGHT = -1, -2, -3
# of more samples, scores are kept of so many, drawn at random: enough for a coverage within 0.3%
MOST_SCORES = 10_000


@dataclass(frozen=True)
class FoldNetworks(SavedByFields):
    """Networks of one candidate trained without each fold, at every λ, and the out-of-fold scores of the samples.

    Attributes
    ----------
    network : Network
        Shape of the networks.
    standardizers : tuple of Standardizer
        Standardiser of the training samples of each fold.
    parameters : tuple of ndarray of shape (n_alphas, n_chains, n_parameters)
        Parameters of the networks of each fold whose outputs are averaged.
    folds_of_sample : ndarray of int of shape (n_divisions, n_samples)
        The fold in which each sample is a test sample, in each division into folds; negative if there is none, or
        several, or if its weight is 0. Of more than 10,000 samples, for 10,000 drawn at random, as in `scores`.
    scores : ndarray of shape (n_alphas, n_samples, n_scores)
        Absolute out-of-fold residuals for each output, or one minus the out-of-fold probability of the observed class.
    calibration_errors : ndarray of shape (n_alphas,)
        Expected calibration error of the out-of-fold probabilities; NaN for numbers and for several labels.
    """

    network: Network
    standardizers: tuple[Standardizer, ...]
    parameters: tuple[np.ndarray, ...]
    folds_of_sample: np.ndarray
    scores: np.ndarray
    calibration_errors: np.ndarray

    @classmethod
    def of(cls, fits: PathFits, *, average: bool) -> FoldNetworks | None:
        """Return the networks of a candidate; None if the samples are not in memory."""
        rows, network = fits.problem.rows, fits.problem.network
        if not isinstance(rows, ArrayRows):
            return None
        Y, predicted = rows.part().Y, fits.out_of_fold(average=average)
        weights = np.zeros(len(Y))
        folds_of_sample = np.full((fits.n_divisions, len(Y)), NO_FOLD)
        for place, k in enumerate(fits.folds):
            test, folds = rows.folds[k].test, folds_of_sample[rows.division_of(k)]
            folds[test] = np.where(folds[test] == NO_FOLD, place, SEVERAL_FOLDS)
            of_fold = rows.test_weights(k)
            weights[test] = 1.0 if of_fold is None else of_fold
        folds_of_sample[(folds_of_sample != NO_FOLD) & (weights == 0)] = NO_WEIGHT
        kept = np.arange(len(Y))
        if len(Y) > MOST_SCORES:
            kept = np.random.default_rng(0).choice(len(Y), MOST_SCORES, replace=False)
        paths = [fits.path(k + 1) for k in fits.folds]
        return cls(
            network,
            tuple(path.standardizer for path in paths),
            tuple(path.parameters if average else path.parameters[:, :1].copy() for path in paths),
            folds_of_sample[:, kept],
            _scores(network, predicted[:, kept], Y[kept]),
            _calibration_errors(network, predicted, Y, weights),
        )

    def after(self, mean: np.ndarray, scale: np.ndarray) -> FoldNetworks:
        """Return networks for inputs before a standardisation by `mean` and `scale`."""
        return replace(self, standardizers=tuple(each.after(mean, scale) for each in self.standardizers))

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


def of_classes(outputs: np.ndarray) -> np.ndarray:
    """Return the probability of each class from the outputs of networks for classes."""
    return outputs if outputs.shape[-1] > 1 else np.concatenate([1 - outputs, outputs], axis=-1)


def _scores(network: Network, outputs: np.ndarray, Y: np.ndarray) -> np.ndarray:
    """Return absolute residuals, (n_alphas, n_samples, n_outputs), or one minus the probability of the observed class.

    There is one score for each sample with several classes; with two, the residual of the only output is this score.
    """
    if LOSSES[network.loss].couples_units:
        return np.asarray(1 - (Y * outputs).sum(axis=2, keepdims=True))
    return np.abs(Y - outputs)


def _calibration_errors(network: Network, outputs: np.ndarray, Y: np.ndarray, weights: np.ndarray) -> np.ndarray:
    row = LOSSES[network.loss]
    if row.targets != "classes" or (Y.shape[1] > 1 and not row.couples_units):
        return np.full(len(outputs), np.nan)
    tested = weights > 0
    is_class, errors = of_classes(Y[tested]), np.full(len(outputs), np.nan)
    for index, each in enumerate(outputs[:, tested]):
        # there may be no networks at some λ
        if np.isfinite(each).all():
            errors[index] = expected_calibration_error(of_classes(each), is_class, weights[tested])
    return errors
