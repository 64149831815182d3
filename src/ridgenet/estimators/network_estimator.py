"""What all estimators have in common: from what users pass to examples, and from networks to predictions."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Any

import numpy as np
from sklearn.base import BaseEstimator
from sklearn.utils.validation import _check_sample_weight, check_is_fitted, validate_data

from ridgenet.estimators.inputs import canonical, is_ready, is_ready_target, require_labels
from ridgenet.estimators.parameters import is_allowed
from ridgenet.fitted import AveragedNetworks, FittedNetwork, Units


class NetworkEstimator(BaseEstimator, ABC):
    """Base of the estimators; what classes and numbers do in their own way is in `targets`."""

    standardize: bool

    _fitted: FittedNetwork | AveragedNetworks

    # what the two kinds of estimator do in their own way

    @abstractmethod
    def _encode(self, y: np.ndarray, *, classes_known: bool) -> np.ndarray:
        """Return targets as the network learns them, examples x outputs; note the classes."""

    _numeric_targets: bool

    @property
    @abstractmethod
    def _output(self) -> str:
        """Name of the output unit."""

    @abstractmethod
    def _class_weights(self, y: np.ndarray) -> np.ndarray | None:
        """Return a weight for each example from the weights of classes."""

    @abstractmethod
    def _score_outputs(self, outputs: np.ndarray, y: np.ndarray) -> float:
        """Return the score of outputs for known targets."""

    @abstractmethod
    def _stratification(self, y: np.ndarray) -> np.ndarray | None:
        """Return what the validation split keeps the shares of."""

    # what users pass

    def _validate_params(self) -> None:
        """Check the parameters; scikit-learn's way, which takes as long as a small fit, only says what is wrong."""
        if not all(is_allowed(type(self), name, getattr(self, name)) for name in self._parameter_constraints):
            super()._validate_params()

    def _validated(self, X: Any, y: Any, *, reset: bool) -> tuple[Any, np.ndarray]:
        if is_ready(X) and is_ready_target(y, len(X)):
            # notes the number of columns and that they have no names; the full check of both takes 0.2 ms
            validate_data(self, X, skip_check_array=True, reset=reset)
            return X, y
        if not self._numeric_targets:
            require_labels(y)
        X, y = validate_data(
            self,
            X,
            y,
            accept_sparse="csr",
            multi_output=True,
            y_numeric=self._numeric_targets,
            dtype=(np.float64, np.float32),
            reset=reset,
        )
        return canonical(X), y

    def _weights(self, X: Any, y: np.ndarray, sample_weight: Any) -> np.ndarray | None:
        by_class = self._class_weights(y)
        if sample_weight is None:
            return by_class
        weights = np.asarray(_check_sample_weight(sample_weight, X, dtype=np.float64, ensure_non_negative=True))
        if by_class is not None:
            weights = weights * by_class
        if not weights.sum() > 0:
            raise ValueError("Sample weights must contain at least one non-zero number.")
        return weights

    def _standard_units(self, X: Any, Y: np.ndarray, weights: np.ndarray | None) -> Units:
        """Return the units of the network: those of the data, unless it is to `standardize`."""
        if not self.standardize:
            return Units.as_they_are(X.shape[1], Y.shape[1])
        return Units.standardizing(X, Y, weights, targets=self._output == "identity")

    # what a fitted estimator shows

    @property
    def coefs_(self) -> list[np.ndarray]:
        """Weights of each layer, of shape (inputs, units), in the units of the data."""
        return self._if_fitted("coefs_").coefs

    @property
    def intercepts_(self) -> list[np.ndarray]:
        """Biases of each layer, in the units of the data."""
        return self._if_fitted("intercepts_").intercepts

    def _if_fitted(self, attribute: str) -> FittedNetwork:
        fitted: FittedNetwork | None = self.__dict__.get("_fitted")
        if fitted is None:
            raise AttributeError(f"{type(self).__name__!r} object has no attribute {attribute!r}")
        return fitted

    def _outputs(self, X: Any, *, before_output_unit: bool = False) -> np.ndarray:
        if "_fitted" not in self.__dict__:
            check_is_fitted(self)
        return self._fitted.outputs(self._inputs(X), before_output_unit=before_output_unit)

    def _inputs(self, X: Any) -> Any:
        """Return X checked; at once if it is already what the network takes."""
        if is_ready(X) and X.shape[1] == self.n_features_in_ and not hasattr(self, "feature_names_in_"):
            return X
        return canonical(validate_data(self, X, accept_sparse="csr", dtype=(np.float64, np.float32), reset=False))

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.input_tags.sparse = True
        return tags
