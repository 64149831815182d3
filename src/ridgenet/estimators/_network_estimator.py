"""What all estimators have in common: from what users pass to examples, and from networks to predictions."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Any

import numpy as np
from sklearn.base import BaseEstimator
from sklearn.utils.validation import check_is_fitted, validate_data

from ridgenet._fitted import AveragedNetworks, FittedNetwork
from ridgenet._preprocessing import Standardizer
from ridgenet.estimators._inputs import (
    as_numbers,
    canonical,
    is_ready,
    is_ready_target,
    require_finite_outputs,
    require_float32,
    require_orderable,
    require_squares,
    require_total,
    sample_weights,
)
from ridgenet.estimators._parameters import is_allowed
from ridgenet.formulas import LOSSES


class NetworkEstimator(BaseEstimator, ABC):
    """Base of the estimators; what classes and numbers do in their own way is in `targets`."""

    standardize: bool

    _fitted: FittedNetwork | AveragedNetworks

    # what the two kinds of estimator do in their own way

    @abstractmethod
    def _encode(self, y: np.ndarray, *, classes_known: bool, name: str = "y") -> np.ndarray:
        """Return targets as the network learns them, examples x outputs; note the classes."""

    @abstractmethod
    def _require_same_targets(self, y: np.ndarray) -> None:
        """Refuse targets of other classes than those of the last fit."""

    _numeric_targets: bool

    @property
    @abstractmethod
    def _loss(self) -> str:
        """Name of the loss, a row of `formulas.LOSSES`."""

    @property
    def _loss_parameter(self) -> float | None:
        """The parameter of the loss, None for its default."""
        return None

    @abstractmethod
    def _known_classes(self) -> Any:
        """Return targets in which every class that there is stands once; None if targets are numbers."""

    @abstractmethod
    def _class_weights(self, y: np.ndarray, learned_from: Any = None) -> np.ndarray | None:
        """Return a weight for each example from the weights of classes, as they follow from the examples trained on."""

    @abstractmethod
    def _score_outputs(self, outputs: np.ndarray, y: np.ndarray, weights: np.ndarray | None = None) -> float:
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
        if reset:
            # if this fit fails, the network of the last one must not meet other columns or classes
            for name in ("_fitted", "alpha_"):
                self.__dict__.pop(name, None)
        if is_ready(X) and is_ready_target(y, len(X)):
            # notes the number of columns and that they have no names; the full check of both takes 0.2 ms
            validate_data(self, X, skip_check_array=True, reset=reset)
            return X, y
        try:
            # a sum of large numbers that overflows only makes scikit-learn look at each of them
            with np.errstate(over="ignore", invalid="ignore"):
                X, y = validate_data(
                    self,
                    X,
                    as_numbers(y) if self._numeric_targets else y,
                    accept_sparse="csr",
                    multi_output=True,
                    y_numeric=self._numeric_targets,
                    dtype=(np.float64, np.float32),
                    reset=reset,
                )
        except (TypeError, ValueError):
            if not self._numeric_targets:
                require_orderable(y)
            raise
        return canonical(X), y

    def _weights(
        self, X: Any, y: np.ndarray, sample_weight: Any, *, learned_from: Any = None, name: str = "sample_weight"
    ) -> np.ndarray | None:
        """Return the weights of samples times those of their classes; None if all are one."""
        by_class = self._class_weights(y, learned_from)
        if sample_weight is None:
            return by_class
        weights = sample_weights(sample_weight, X.shape[0], name)
        if by_class is not None:
            with np.errstate(over="ignore"):
                weights = weights * by_class
            require_total(weights, f"{name} times class_weight")
        return weights

    def _standardizer(self, X: Any, Y: np.ndarray, weights: np.ndarray | None) -> Standardizer:
        """Return the units of the network: those of the data, unless it is to `standardize`."""
        if self.standardize:
            standardizer = Standardizer.fitted_to(X, Y, weights, centering=LOSSES[self._loss].centering)
        else:
            standardizer = Standardizer.identity(X.shape[1], Y.shape[1])
        require_squares(standardizer)
        if X.dtype == np.float32:
            require_float32(Y, standardizer)
        return standardizer

    # what a fitted estimator shows

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
        """Return X checked; at once if it is already what the network takes."""
        if is_ready(X) and X.shape[1] == self.n_features_in_ and not hasattr(self, "feature_names_in_"):
            return X
        with np.errstate(over="ignore", invalid="ignore"):
            X = validate_data(self, X, accept_sparse="csr", dtype=(np.float64, np.float32), reset=False)
        return canonical(X)

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.input_tags.sparse = True
        return tags
