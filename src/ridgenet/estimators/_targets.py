"""Mixins for classification and regression: encode targets, predict and score."""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy.sparse import issparse
from scipy.special import logsumexp
from sklearn.base import ClassifierMixin, RegressorMixin
from sklearn.metrics import accuracy_score, r2_score
from sklearn.utils import column_or_1d
from sklearn.utils.multiclass import check_classification_targets, type_of_target

from ridgenet._errors import InputError
from ridgenet._preprocessing import TargetEncoder
from ridgenet.backends._dask_estimators import partition_by_partition, summed_over_partitions
from ridgenet.estimators._inputs import check_class_weight, class_weights, describe, require_orderable, unique_labels
from ridgenet.estimators._network_estimator import NetworkEstimator
from ridgenet.formulas import LOSSES

NUMBERS = TargetEncoder(None)


class ScoreMixin:
    """scikit-learn's `score`, also for Dask collections."""

    @summed_over_partitions
    def score(self, X: Any, y: Any, sample_weight: Any = None) -> float:
        """Return the accuracy in classification, or R² in regression, averaged over the outputs.

        Parameters
        ----------
        X : array-like, sparse matrix or Dask collection of shape (n_samples, n_features)
            Inputs.
        y : array-like or Dask collection of shape (n_samples,) or (n_samples, n_outputs)
            Targets.
        sample_weight : array-like or Dask collection of shape (n_samples,), default=None
            Sample weights.

        Returns
        -------
        float
            The score.
        """
        return float(super().score(X, y, sample_weight))  # type: ignore[misc]


class ClassTargets(ScoreMixin, ClassifierMixin, NetworkEstimator):
    """Mixin for binary, multiclass and multilabel classification."""

    class_weight: Any
    classes_: np.ndarray
    _multilabel: bool

    @partition_by_partition
    def predict(self, X: Any) -> np.ndarray:
        """Return the most probable class of each sample, or the labels with a probability above one half as 1.

        Parameters
        ----------
        X : array-like, sparse matrix or Dask collection of shape (n_samples, n_features)
            Inputs.

        Returns
        -------
        ndarray or Dask array of shape (n_samples,) or (n_samples, n_labels)
            Predicted classes or labels.
        """
        outputs = self._outputs(X)
        return self._encoder.inverse_transform(outputs)

    @partition_by_partition
    def predict_proba(self, X: Any) -> np.ndarray:
        """Return the probability of each class, or of each label.

        Parameters
        ----------
        X : array-like, sparse matrix or Dask collection of shape (n_samples, n_features)
            Inputs.

        Returns
        -------
        ndarray or Dask array of shape (n_samples, n_classes)
            Probabilities, in the order of `classes_`.
        """
        outputs = self._outputs(X)
        if outputs.shape[1] > 1 or self._multilabel:
            return outputs
        probabilities = np.empty((len(outputs), 2), outputs.dtype)
        np.subtract(1, outputs[:, 0], out=probabilities[:, 0])
        probabilities[:, 1] = outputs[:, 0]
        return probabilities

    @partition_by_partition
    def predict_log_proba(self, X: Any) -> np.ndarray:
        """Return the log probability of each class or label, without underflow for small probabilities.

        Parameters
        ----------
        X : array-like, sparse matrix or Dask collection of shape (n_samples, n_features)
            Inputs.

        Returns
        -------
        ndarray or Dask array of shape (n_samples, n_classes)
            Log probabilities, in the order of `classes_`.
        """
        z = self._outputs(X, before_output_unit=True)
        if self._multilabel:
            return -np.logaddexp(0, -z)
        if z.shape[1] == 1:
            return -np.logaddexp(0, np.hstack([z, -z]))
        return z - logsumexp(z, axis=1, keepdims=True)

    @partition_by_partition
    def decision_function(self, X: Any) -> np.ndarray:
        """Return the logits, the inputs of the output units.

        Parameters
        ----------
        X : array-like, sparse matrix or Dask collection of shape (n_samples, n_features)
            Inputs.

        Returns
        -------
        ndarray or Dask array of shape (n_samples,) for two classes, otherwise (n_samples, n_classes)
            Logits.
        """
        z = self._outputs(X, before_output_unit=True)
        return z if z.shape[1] > 1 or self._multilabel else z[:, 0]

    @property
    def _encoder(self) -> TargetEncoder:
        return TargetEncoder(self.classes_, self._multilabel)

    def _validate_params(self) -> None:
        super()._validate_params()
        check_class_weight(self.class_weight)

    def _encode(self, y: np.ndarray, *, classes_known: bool, name: str = "y") -> np.ndarray:
        kind = self._kind_of(y, name)
        if not classes_known:
            self._multilabel = kind.startswith("multilabel")
        if self._multilabel:
            return self._encode_labels(y, classes_known=classes_known, name=name)
        if y.ndim == 2:
            y = column_or_1d(y, warn=True)
        if classes_known:
            self._require_known(y, name)
            return self._encoder.transform(y)
        classes, codes = unique_labels(y, name, return_inverse=True)
        self._set_classes(classes)
        return self._encoder.one_hot(codes)

    def _set_classes(self, classes: np.ndarray | None) -> None:
        assert classes is not None
        if len(classes) < 2:
            raise InputError(
                f"{type(self).__name__} needs samples of at least 2 classes in the data, but the data contains "
                f"only one class: {classes[0]}"
            )
        self.classes_, self._multilabel = classes, False

    @staticmethod
    def _kind_of(y: np.ndarray, name: str) -> str:
        """Return scikit-learn's type of the target, and check that it is a classification target."""
        if y.ndim == 1 and y.dtype.kind in "biu":
            return "multiclass"
        try:
            kind: str = type_of_target(y, input_name=name)
            if kind not in ("binary", "multiclass"):
                check_classification_targets(y)
        except (TypeError, ValueError):
            require_orderable(y, name)
            raise
        if kind == "multiclass-multioutput":
            raise ValueError("Multioutput target data is not supported with label binarization")
        return kind

    def _encode_labels(self, y: Any, *, classes_known: bool, name: str) -> np.ndarray:
        y = y.toarray() if issparse(y) else np.asarray(y)
        if not classes_known:
            self.classes_ = np.arange(y.shape[1])
        elif y.ndim != 2 or y.shape[1] != len(self.classes_):
            raise ValueError(f"{name} must have a column of 0 and 1 for each of the {len(self.classes_)} labels")
        return self._encoder.transform(y)

    def _require_known(self, y: np.ndarray, name: str) -> None:
        labels = unique_labels(y, name)
        if set(labels.tolist()) - set(self.classes_.tolist()):
            raise ValueError(
                f"`{name}` has classes not in `self.classes_`. `self.classes_` has {describe(self.classes_)}. "
                f"'{name}' has {describe(labels)}."
            )

    def _require_same_targets(self, y: np.ndarray) -> None:
        if self._multilabel:
            return
        labels = unique_labels(column_or_1d(y))
        if set(labels.tolist()) != set(self.classes_.tolist()):
            raise ValueError(
                "warm_start can only be used where `y` has the same classes as in the previous call to fit. "
                f"Previously got {describe(self.classes_)}, `y` has {describe(labels)}"
            )

    @property
    def _loss(self) -> str:
        return self._encoder.loss

    _numeric_targets = False

    def _known_classes(self) -> Any:
        return np.outer([0, 1], np.ones_like(self.classes_)) if self._multilabel else self.classes_

    def _class_weights(self, y: np.ndarray, training_targets: Any = None) -> np.ndarray | None:
        return None if self.class_weight is None else class_weights(self.class_weight, y, training_targets)

    def _score_outputs(self, outputs: np.ndarray, y: np.ndarray, weights: np.ndarray | None = None) -> float:
        return float(accuracy_score(y, self._encoder.inverse_transform(outputs), sample_weight=weights))

    def _stratification(self, y: np.ndarray) -> np.ndarray | None:
        return None if self._multilabel else y

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.classifier_tags.multi_label = True
        return tags


class NumberTargets(ScoreMixin, RegressorMixin, NetworkEstimator):
    """Mixin for regression with one or several targets."""

    loss: str
    loss_parameter: float | None

    @partition_by_partition
    def predict(self, X: Any) -> np.ndarray:
        """Return the predicted targets of each sample.

        Parameters
        ----------
        X : array-like, sparse matrix or Dask collection of shape (n_samples, n_features)
            Inputs.

        Returns
        -------
        ndarray or Dask array of shape (n_samples,) or (n_samples, n_outputs)
            Predicted targets.
        """
        return NUMBERS.inverse_transform(self._outputs(X))

    def _encode(self, y: np.ndarray, *, classes_known: bool, name: str = "y") -> np.ndarray:
        if y.ndim == 2 and y.shape[1] == 1:
            y = column_or_1d(y, warn=True)
        Y = NUMBERS.transform(y)
        lowest = LOSSES[self.loss].lowest_target
        is_below = (lowest > Y).any(axis=1)
        if is_below.any():
            index = int(np.argmax(is_below))
            raise ValueError(
                f"{name}[{index}] is {Y[index].min():g}, out of the valid range of the loss {self.loss!r}: "
                f"{lowest:g} or more"
            )
        return Y

    def _set_classes(self, classes: np.ndarray | None) -> None:
        pass

    def _require_same_targets(self, y: np.ndarray) -> None:
        pass

    @property
    def _loss(self) -> str:
        return self.loss

    @property
    def _loss_parameter(self) -> float | None:
        return self.loss_parameter

    _numeric_targets = True

    def _known_classes(self) -> Any:
        return None

    def _class_weights(self, y: np.ndarray, training_targets: Any = None) -> np.ndarray | None:
        return None

    def _score_outputs(self, outputs: np.ndarray, y: np.ndarray, weights: np.ndarray | None = None) -> float:
        # R² does not depend on the unit, and squares of values of at most 1 do not overflow
        unit = max(float(np.abs(y).max()), float(np.abs(outputs).max())) or 1.0
        return float(r2_score(y / unit, (outputs[:, 0] if y.ndim == 1 else outputs) / unit, sample_weight=weights))

    def _stratification(self, y: np.ndarray) -> np.ndarray | None:
        return None

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        # several Poisson outputs work, but scikit-learn's multi-output check passes negative targets despite the tag
        # positive_only. Tags are read before the parameters are validated, so `loss` may be invalid here.
        positive_only = isinstance(self.loss, str) and self.loss in LOSSES and LOSSES[self.loss].lowest_target == 0
        tags.target_tags.multi_output, tags.target_tags.positive_only = not positive_only, positive_only
        return tags
