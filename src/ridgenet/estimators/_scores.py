"""Scores from which λ is selected: cross-validated, leave-one-out, or the evidence."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from ridgenet._errors import InputError
from ridgenet._network import Network
from ridgenet.estimators._data import ArrayData
from ridgenet.estimators._folds import defined_folds, name_of, score, scorer_for
from ridgenet.formulas import OUTPUTS
from ridgenet.path._fits import PathFits
from ridgenet.path._leave_one_out import leave_one_out_of_path
from ridgenet.path._result import NetworkPath
from ridgenet.path._rows import ArrayRows
from ridgenet.path._selection import Curve
from ridgenet.path._selection import losses as losses_of


@dataclass(frozen=True)
class Scores:
    """Scores of a candidate along its path.

    Attributes
    ----------
    curve : Curve
        Scores on the test rows of each fold or on each sample left out, or the log evidence; greater is better.
    spread : ndarray of shape (n_alphas,)
        Standard deviation of the cross-validated loss over the restarts.
    left_out : ndarray of shape (n_alphas, n_samples, n_outputs), optional
        Leave-one-out predictions, if these were scored.
    path : NetworkPath, optional
        The path with its evidence, if this is the score.
    """

    curve: Curve
    spread: np.ndarray
    left_out: np.ndarray | None = None
    path: NetworkPath | None = None


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
        Returns an estimator that predicts given outputs.
    X, y : ndarray or CSR matrix, ndarray
        Inputs and targets of all rows, as passed by the user.
    """

    scoring: Any
    classes: np.ndarray | None
    estimator_with: Callable[[GivenOutputs], Any]
    X: Any
    y: np.ndarray


def cv_scores(fits: PathFits, scoring: Scoring | None, *, average: bool) -> Scores:
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
    losses, by_restart = fits.losses(average=average)
    scores = -losses
    if scoring is not None:
        scores = np.array([_fold_scores(scoring, fits, fold, average=average) for fold in fits.folds])
    defined = defined_folds(scores, name_of(None if scoring is None else scoring.scoring))
    fold_weights = np.where(defined, fits.problem.rows.fold_weights[fits.folds], 0.0)
    return Scores(Curve.of(scores, fold_weights, fits.n_divisions), spread_of(by_restart))


def _fold_scores(scoring: Scoring, fits: PathFits, k: int, *, average: bool) -> np.ndarray:
    """Return the score of predictions for the test rows of a fold at each λ."""
    rows = fits.problem.rows
    assert isinstance(rows, ArrayRows)
    scorer, name = scorer_for(scoring.scoring, scoring.classes), name_of(scoring.scoring)
    weights, test = rows.test_weights(k), rows.folds[k].test
    weighted = {} if weights is None else {"sample_weight": weights}
    predicted = fits.predictions(k, average=average)
    estimators = (scoring.estimator_with(GivenOutputs(fits.problem.network, each)) for each in predicted)
    return np.array([score(scorer, name, k, one, scoring.X[test], scoring.y[test], **weighted) for one in estimators])


@dataclass(frozen=True)
class GivenOutputs:
    """Out-of-fold outputs, in place of the networks that computed them.

    Attributes
    ----------
    network : Network
        Shape of the networks.
    values : ndarray of shape (n_samples, n_outputs)
        Outputs for the samples that a scorer is given.
    """

    network: Network
    values: np.ndarray

    @property
    def dtype(self) -> np.dtype[Any]:
        """Floating-point type of the outputs."""
        return self.values.dtype

    def outputs(self, X: Any, *, before_output_unit: bool = False) -> np.ndarray:
        """Return the outputs, or the inputs of the output units that give them.

        Raises
        ------
        InputError
            If X has another number of samples.
        """
        if X.shape[0] != len(self.values):
            raise InputError(f"a scorer must predict the {len(self.values)} samples it is given; got {X.shape[0]}")
        if not before_output_unit:
            return self.values
        with np.errstate(divide="ignore"):
            return np.nan_to_num(OUTPUTS[self.network.output].link(np, self.values), nan=np.nan)

    def __getattr__(self, name: str) -> Any:
        raise AttributeError(f"a scorer sees the mean predictions of several networks, which have no {name}")


def leave_one_out_scores(fits: PathFits, data: ArrayData, *, average: bool, n_jobs: int | None) -> Scores:
    """Return the scores of leave-one-out predictions: each sample is a fold.

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
    spread = spread_of(np.average(by_restart, axis=2, weights=weights))
    return Scores(Curve.of(scores, weights), spread, predicted.outputs)


def scores_by_evidence(path: NetworkPath) -> Scores:
    """Return the log evidence of a path that has it as scores."""
    assert path.log_evidence is not None
    return Scores(Curve.of(path.log_evidence[np.newaxis], np.ones(1)), np.zeros(len(path)), path=path)


def spread_of(by_restart: np.ndarray) -> np.ndarray:
    """Return the standard deviation of the losses of restarts, (n_restarts, n_alphas); zero for a single one."""
    spread: np.ndarray = by_restart.std(axis=0, ddof=1) if len(by_restart) > 1 else np.zeros(by_restart.shape[1])
    return spread
