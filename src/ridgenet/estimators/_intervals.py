"""Mixins of the estimators that select λ: prediction intervals in regression, prediction sets in classification."""

from __future__ import annotations

from typing import Any

import numpy as np
from sklearn.utils.validation import check_is_fitted

from ridgenet._errors import InputError
from ridgenet.backends._dask_collections import is_collection
from ridgenet.estimators._conformal import cross_conformal_set, cv_interval, cv_plus_interval, cv_set
from ridgenet.estimators._fold_networks import NO_WEIGHT, SEVERAL_FOLDS, FoldNetworks, of_classes
from ridgenet.estimators._network_estimator import NetworkEstimator
from ridgenet.formulas import LOSSES
from ridgenet.path._result import NetworkPath

METHODS = ("cv+", "cv")


class FoldPredictions:
    """Mixin that predicts with the networks of the folds at the selected λ."""

    selection: str
    alpha_: float
    path_: NetworkPath

    def _folds_for(self, X: Any, caller: str, method: str) -> tuple[FoldNetworks, int, np.ndarray]:
        """Return the networks of the folds, the index of the selected λ, and a mask of the samples with a score.

        Raises
        ------
        InputError
            If there are no such networks, the folds do not test each sample once, or an argument is invalid.
        """
        check_is_fitted(self, "alpha_")
        if method not in METHODS:
            raise InputError(f"method must be one of {', '.join(METHODS)}; got {method!r}")
        if is_collection(X):
            raise InputError(f"{caller}: X must be in memory; apply {caller} to one partition at a time")
        folds: FoldNetworks | None = getattr(self, "_fold_networks", None)
        if folds is None and self.selection in ("evidence", "loo"):
            raise InputError(
                f"{caller} needs cross-validation, but selection={self.selection!r} uses none; choose another one"
            )
        if folds is None:
            raise InputError(f"{caller} needs an estimator fitted to data in memory, not to Dask collections")
        index, is_scored = self.path_.index_of(self.alpha_), _scored_once(folds.folds_of_sample, caller)
        if not np.isfinite(folds.scores[index, is_scored]).all():
            raise InputError(f"{caller}: there are no networks of the folds at λ = {self.alpha_:.3g}")
        return folds, index, is_scored


def _scored_once(folds_of_sample: np.ndarray, caller: str) -> np.ndarray:
    """Return a mask of the samples of positive weight, each of which must be in one test fold of each division."""
    is_scored: np.ndarray = (folds_of_sample != NO_WEIGHT).all(axis=0)
    wrong = folds_of_sample[:, is_scored]
    wrong = wrong[wrong < 0]
    if wrong.size:
        number = "several test folds" if wrong[0] == SEVERAL_FOLDS else "no test fold"
        raise InputError(f"{caller} needs a cv with each sample in one test fold, such as KFold; some are in {number}")
    return is_scored


class PredictionIntervals(FoldPredictions, NetworkEstimator):
    """Mixin of `RidgeNetRegressorCV`."""

    loss: str

    def predict_interval(self, X: Any, coverage: float = 0.9, *, method: str = "cv+") -> np.ndarray:
        """Return intervals that contain the target of a new sample with a given probability.

        The width follows from the residuals on each fold of the networks that were trained without it. The probability
        is an average over samples, and the width hardly varies with X. Samples of weight 0 are left out; all others
        count equally, whatever their weights. :doc:`/explanation/intervals` has formulas and measurements.

        Parameters
        ----------
        X : array-like or sparse matrix of shape (n_samples, n_features)
            Inputs.
        coverage : float, default=0.9
            Probability, between 0 and 1.
        method : {"cv+", "cv"}, default="cv+"
            ``"cv+"`` combines the predictions of the networks of all folds (Barber et al., 2021), which is jackknife+
            with ``cv=LeaveOneOut()``. For exchangeable samples and a λ that does not depend on the targets, the
            probability is at least about ``2 * coverage - 1``, and usually close to `coverage`. ``"cv"`` takes the
            prediction plus or minus a quantile of the residuals: somewhat narrower, without a guarantee.

        Returns
        -------
        ndarray of shape (n_samples, 2) or (n_samples, n_outputs, 2)
            Lower and upper bounds. With several outputs, each interval has this probability by itself.

        Raises
        ------
        InputError
            If `coverage` is not between 0 and 1, or too large for the number of samples; if the estimator was fitted
            without folds (``selection="evidence"`` or ``"loo"``) or to Dask collections; if the folds do not test
            each sample once;
            or if the loss is "quantile".

        Examples
        --------
        >>> from sklearn.datasets import make_friedman1
        >>> from ridgenet import RidgeNetRegressorCV
        >>> X, y = make_friedman1(100, noise=1.0, random_state=0)
        >>> net = RidgeNetRegressorCV(n_alphas=10, n_restarts=2, random_state=0).fit(X, y)
        >>> X_new, y_new = make_friedman1(1000, noise=1.0, random_state=1)
        >>> low, high = net.predict_interval(X_new, coverage=0.9).T
        >>> bool(0.8 < ((low <= y_new) & (y_new <= high)).mean() < 0.98)
        True
        """
        if self.loss == "quantile":
            raise InputError(
                "predict_interval needs a loss that predicts the centre of the target; got loss='quantile'"
            )
        folds, index, is_scored = self._folds_for(X, "predict_interval", method)
        residuals, folds_of_sample = folds.scores[index, is_scored], folds.folds_of_sample[:, is_scored]
        if method == "cv":
            columns = zip(self._outputs(X).T, residuals.T, strict=True)
            by_output = [cv_interval(column, residual, coverage) for column, residual in columns]
        else:
            outputs = folds.outputs(self._inputs(X), index)
            columns = zip(np.moveaxis(outputs, 2, 0), residuals.T, strict=True)
            by_output = [cv_plus_interval(column, residual, folds_of_sample, coverage) for column, residual in columns]
        # counts are not negative
        intervals = np.maximum(np.stack(by_output, axis=1), LOSSES[self.loss].lowest_target)
        return intervals[:, 0] if intervals.shape[1] == 1 else intervals


class PredictionSets(FoldPredictions, NetworkEstimator):
    """Mixin of `RidgeNetClassifierCV`."""

    classes_: np.ndarray
    _multilabel: bool

    @property
    def calibration_error_(self) -> float:
        """Expected calibration error of the out-of-fold probabilities at the selected λ."""
        folds: FoldNetworks | None = self.__dict__.get("_fold_networks")
        if folds is None or self._multilabel:
            raise AttributeError("calibration_error_ needs cross-validation in memory, and a single target")
        return float(folds.calibration_errors[self.path_.index_of(self.alpha_)])

    def predict_set(self, X: Any, coverage: float = 0.9, *, method: str = "cv") -> np.ndarray:
        """Return sets of classes that contain the class of a new sample with a given probability.

        A class is in the set if its probability is not unusually small, compared with the out-of-fold probabilities
        of the observed classes. Uncertain samples have several classes in their sets; if the network is right more
        often than `coverage`, some sets are empty. The probability that a set contains the class is an average over
        samples. Samples of weight 0 are left out; all others count equally, whatever their weights.
        :doc:`/explanation/intervals` has formulas and measurements.

        Parameters
        ----------
        X : array-like or sparse matrix of shape (n_samples, n_features)
            Inputs.
        coverage : float, default=0.9
            Probability, between 0 and 1.
        method : {"cv", "cv+"}, default="cv"
            ``"cv"`` uses the probabilities of `predict_proba`. ``"cv+"`` combines those of the networks of all folds
            (Romano, Sesia and Candès, 2020): for exchangeable samples and a λ that does not depend on the targets, the
            probability is at least about ``2 * coverage - 1``, but the sets are larger than needed.

        Returns
        -------
        ndarray of bool of shape (n_samples, n_classes)
            Whether each class is in the set, in the order of `classes_`.

        Raises
        ------
        InputError
            If `coverage` is not between 0 and 1, or too large for the number of samples; if the estimator was fitted
            without folds (``selection="evidence"`` or ``"loo"``) or to Dask collections; if the folds do not test
            each sample once;
            or if the targets are multilabel.

        Examples
        --------
        >>> from sklearn.datasets import load_iris
        >>> from ridgenet import RidgeNetClassifierCV
        >>> X, y = load_iris(return_X_y=True)
        >>> net = RidgeNetClassifierCV(n_alphas=10, n_restarts=2, random_state=0).fit(X, y)
        >>> net.predict_set(X[:2], coverage=0.95)
        array([[ True, False, False],
               [ True, False, False]])
        """
        check_is_fitted(self, "alpha_")
        if self._multilabel:
            raise InputError("predict_set needs a single target; use one estimator for each label")
        folds, index, is_scored = self._folds_for(X, "predict_set", method)
        scores, folds_of_sample = folds.scores[index, is_scored, 0], folds.folds_of_sample[:, is_scored]
        if method == "cv":
            return cv_set(1 - of_classes(self._outputs(X)), scores, coverage)
        return cross_conformal_set(
            1 - of_classes(folds.outputs(self._inputs(X), index)), scores, folds_of_sample, coverage
        )
