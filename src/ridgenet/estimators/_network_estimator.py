"""Base class of all estimators: validate inputs and targets, and predict."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from typing import Any

import numpy as np
from scipy.sparse import issparse
from sklearn.base import BaseEstimator
from sklearn.utils.validation import check_is_fitted, validate_data

from ridgenet._averaged import AveragedNetworks
from ridgenet._fitted import FittedNetwork
from ridgenet._frames import array_of, frame_of, is_single, require_no_gaps
from ridgenet.backends._dask_collections import is_collection
from ridgenet.backends._dask_data import PartitionedData, require_possible
from ridgenet.estimators._data import ArrayData, Data
from ridgenet.estimators._inputs import (
    as_numbers,
    canonical,
    is_ready,
    is_ready_target,
    require_finite_outputs,
    require_moments,
    require_orderable,
    require_total,
    sample_weights,
)
from ridgenet.estimators._parameters import is_allowed
from ridgenet.estimators._sklearn_callbacks import CallbackSupportMixin
from ridgenet.formulas import LOSSES


class NetworkEstimator(CallbackSupportMixin, BaseEstimator, ABC):
    """Base class of all estimators; `_targets` implements the abstract methods for classification and regression."""

    standardize: bool

    n_features_in_: int
    feature_names_in_: np.ndarray

    _fitted: FittedNetwork | AveragedNetworks

    # implemented by classifiers and regressors

    @abstractmethod
    def _encode(self, y: np.ndarray, *, classes_known: bool, name: str = "y") -> np.ndarray:
        """Return encoded targets, (n_samples, n_outputs); set the classes unless they are known."""

    @abstractmethod
    def _set_classes(self, classes: np.ndarray | None) -> None:
        """Set the classes; None in regression."""

    @abstractmethod
    def _require_same_targets(self, y: np.ndarray) -> None:
        """Check that the classes are those of the previous fit."""

    _numeric_targets: bool

    @property
    @abstractmethod
    def _loss(self) -> str:
        """Name of the loss, a row of `formulas.LOSSES`."""

    @property
    def _loss_parameter(self) -> float | None:
        """Parameter of the loss; None for its default."""
        return None

    @abstractmethod
    def _known_classes(self) -> Any:
        """Return targets that contain each known class once; None in regression."""

    @abstractmethod
    def _class_weights(self, y: np.ndarray, training_targets: Any = None) -> np.ndarray | None:
        """Return the class weight of each sample; "balanced" follows from the training targets."""

    @abstractmethod
    def _score_outputs(self, outputs: np.ndarray, y: np.ndarray, weights: np.ndarray | None = None) -> float:
        """Return the score of network outputs."""

    @abstractmethod
    def _stratification(self, y: np.ndarray) -> np.ndarray | None:
        """Return the labels for stratified splits."""

    # validation of parameters and data

    def _validate_params(self) -> None:
        """Check the parameters; scikit-learn's check takes as long as a small fit and is used for its messages only."""
        if not all(is_allowed(type(self), name, getattr(self, name)) for name in self._parameter_constraints):
            super()._validate_params()

    def _validated(self, X: Any, y: Any, *, reset: bool) -> tuple[Any, np.ndarray]:
        if reset:
            self._forget_fit()
        if is_ready(X) and is_ready_target(y, len(X)):
            # only sets n_features_in_; the full check of X and y takes 0.2 ms
            validate_data(self, X, skip_check_array=True, reset=reset)
            return X, y
        frame, y = frame_of(X), array_of(y)
        try:
            # if the sum of large values overflows, scikit-learn checks each of them
            with np.errstate(over="ignore", invalid="ignore"):
                X, y = validate_data(
                    self,
                    X,
                    as_numbers(y) if self._numeric_targets else y,
                    accept_sparse="csr",
                    multi_output=True,
                    y_numeric=self._numeric_targets,
                    dtype=_types_for(frame),
                    reset=reset,
                )
        except (TypeError, ValueError):
            if frame is not None:
                require_no_gaps(frame)
            if not self._numeric_targets:
                require_orderable(y)
            raise
        return canonical(X), y

    def _times_class_weights(
        self, sample_weight: np.ndarray | None, y: np.ndarray, training_targets: Any, name: str = "sample_weight"
    ) -> np.ndarray | None:
        """Return sample weights times class weights; None if there are neither."""
        by_class = self._class_weights(y, training_targets)
        if sample_weight is None or by_class is None:
            return by_class if sample_weight is None else sample_weight
        with np.errstate(over="ignore"):
            weights = sample_weight * by_class
        require_total(weights, f"{name} times class_weight")
        return weights

    def _forget_fit(self) -> None:
        """Remove the previous fit, so that a failing fit cannot leave a network with other columns or classes."""
        for name in ("_fitted", "alpha_"):
            self.__dict__.pop(name, None)

    # data in memory or on a cluster

    def _data(self, X: Any, y: Any, sample_weight: Any, *, continued: bool = False, **given: Any) -> Data:
        """Validate and encode the data passed to `fit`.

        Parameters
        ----------
        X, y, sample_weight : array-like or Dask collections
            As in `fit`.
        continued : bool
            Whether training continues from the previous fit.
        **given
            Further arguments of `fit`, some of which Dask collections do not support.
        """
        if not is_collection(X):
            return self._in_memory(X, y, sample_weight, continued=continued)
        require_possible(vars(self) | given)
        return self._partitioned(X, y, sample_weight)

    def _in_memory(
        self, X: Any, y: Any, sample_weight: Any, *, continued: bool = False, classes_known: bool = False
    ) -> ArrayData:
        """Validate and encode data in memory; if `continued`, they must have the columns of the previous fit."""
        X, y = self._validated(X, y, reset=not continued)
        if issparse(y):
            y = y.toarray()  # folds and scorers index rows of the labels
        if continued and not classes_known:
            self._require_same_targets(y)
        Y = self._encode(y, classes_known=continued or classes_known)
        scoring_weights = None if sample_weight is None else sample_weights(sample_weight, X.shape[0])
        weights = self._times_class_weights(scoring_weights, y, self._known_classes() if classes_known else None)
        return ArrayData(X, y, Y, weights, scoring_weights, self._stratification(y))

    def _partitioned(self, X: Any, y: Any, sample_weight: Any) -> PartitionedData:
        """Validate Dask collections, and set columns and classes."""
        loss = None
        if self._numeric_targets:
            loss = self._loss
            require_moments(loss, "on Dask collections")
        self._forget_fit()
        data = PartitionedData(X, y, sample_weight, loss=loss, class_weight=getattr(self, "class_weight", None))
        self._set_features(data.n_features, data.column_names)
        self._set_classes(data.classes)
        return data

    def _set_features(self, n_features: int, names: Sequence[str] | None) -> None:
        self.__dict__.pop("feature_names_in_", None)
        self.n_features_in_ = n_features
        if names is not None:
            self.feature_names_in_ = np.array(names, dtype=object)

    @property
    def _centering(self) -> str | None:
        """How targets are standardised for the loss."""
        return LOSSES[self._loss].centering

    # fitted estimators

    @property
    def coefs_(self) -> list[np.ndarray]:
        """Weights of each layer, of shape (inputs, units), in the units of the data."""
        return self._if_fitted("coefs_").coefs

    @property
    def intercepts_(self) -> list[np.ndarray]:
        """Biases of each layer, in the units of the data."""
        return self._if_fitted("intercepts_").intercepts

    def __sklearn_is_fitted__(self) -> bool:
        return "_fitted" in self.__dict__

    def _if_fitted(self, attribute: str) -> FittedNetwork:
        fitted: FittedNetwork | None = self.__dict__.get("_fitted")
        if fitted is None:
            raise AttributeError(f"{type(self).__name__!r} object has no attribute {attribute!r}")
        return fitted

    def _outputs(self, X: Any, *, before_output_unit: bool = False) -> np.ndarray:
        if "_fitted" not in self.__dict__:
            check_is_fitted(self)
        X = self._inputs(X)
        outputs = self._fitted.outputs(X, before_output_unit=before_output_unit)
        require_finite_outputs(outputs, X)
        return outputs

    def _inputs(self, X: Any) -> Any:
        """Validate X; without the full check if it already is in kernel layout."""
        if is_ready(X) and X.shape[1] == self.n_features_in_ and not hasattr(self, "feature_names_in_"):
            return X
        frame = frame_of(X)
        try:
            with np.errstate(over="ignore", invalid="ignore"):
                X = validate_data(self, X, accept_sparse="csr", dtype=_types_for(frame), reset=False)
        except (TypeError, ValueError) as error:
            # names of columns are checked before their values
            if frame is not None and "feature names" not in str(error):
                require_no_gaps(frame)
            raise
        return canonical(X)

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.input_tags.sparse = True
        return tags


def _types_for(frame: Any) -> Any:
    """Return the types to which inputs are converted; scikit-learn knows the types of the columns of pandas only."""
    return np.float32 if frame is not None and is_single(frame) else (np.float64, np.float32)
