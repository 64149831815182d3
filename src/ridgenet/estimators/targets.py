"""Targets that are classes, and targets that are numbers: how networks learn them, and what they predict."""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy.sparse import issparse
from scipy.special import logsumexp
from sklearn.base import ClassifierMixin, RegressorMixin
from sklearn.metrics import accuracy_score, r2_score
from sklearn.utils import column_or_1d, compute_sample_weight
from sklearn.utils.multiclass import check_classification_targets, type_of_target

from ridgenet.estimators.network_estimator import NetworkEstimator
from ridgenet.partitions.collections import is_collection
from ridgenet.partitions.predicting import partition_by_partition
from ridgenet.partitions.scoring import score_on_partitions

OUTPUTS = {"squared_error": "identity", "poisson": "exponential"}


class ScoredAnywhere:
    """The score of scikit-learn, also where the rows are in partitions."""

    def score(self, X: Any, y: Any, sample_weight: Any = None) -> float:
        """Return the share of rows whose class is predicted; for numbers R², the mean over several targets.

        Parameters
        ----------
        X : array-like, sparse matrix or collection of Dask of shape (n_samples, n_features)
            Inputs.
        y : array-like or collection of Dask of shape (n_samples,) or (n_samples, n_outputs)
            Targets.
        sample_weight : array-like or collection of Dask of shape (n_samples,), optional
            Weights of the rows.
        """
        if is_collection(X):
            return score_on_partitions(self, X, y, sample_weight)
        return float(super().score(X, y, sample_weight))  # type: ignore[misc]


class ClassTargets(ScoredAnywhere, ClassifierMixin, NetworkEstimator):
    """Two classes, several, or several labels at once."""

    class_weight: Any
    classes_: np.ndarray
    _multilabel: bool

    @partition_by_partition
    def predict(self, X: Any) -> np.ndarray:
        """Return the most probable class of each row; for labels, 1 where the probability is above one half.

        Parameters
        ----------
        X : array-like or sparse matrix of shape (n_samples, n_features)
            Inputs.

        Returns
        -------
        ndarray of shape (n_samples,) or (n_samples, n_labels)
        """
        return self._classes_of(self._outputs(X))

    @partition_by_partition
    def predict_proba(self, X: Any) -> np.ndarray:
        """Return the probability of each class, or of each label.

        Parameters
        ----------
        X : array-like or sparse matrix of shape (n_samples, n_features)
            Inputs.

        Returns
        -------
        ndarray of shape (n_samples, n_classes)
            In the order of `classes_`.
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
        """Return the logarithm of the probability of each class, exact however small it is.

        Parameters
        ----------
        X : array-like or sparse matrix of shape (n_samples, n_features)
            Inputs.

        Returns
        -------
        ndarray of shape (n_samples, n_classes)
        """
        z = self._outputs(X, before_output_unit=True)
        if self._multilabel:
            return -np.logaddexp(0, -z)
        if z.shape[1] == 1:
            return -np.logaddexp(0, np.hstack([z, -z]))
        return z - logsumexp(z, axis=1, keepdims=True)

    @partition_by_partition
    def decision_function(self, X: Any) -> np.ndarray:
        """Return what enters the output units: the logits.

        Parameters
        ----------
        X : array-like or sparse matrix of shape (n_samples, n_features)
            Inputs.

        Returns
        -------
        ndarray of shape (n_samples,) for two classes, else (n_samples, n_classes)
        """
        z = self._outputs(X, before_output_unit=True)
        return z if z.shape[1] > 1 or self._multilabel else z[:, 0]

    def _classes_of(self, outputs: np.ndarray) -> np.ndarray:
        if self._multilabel:
            return (outputs > 0.5).astype(int)
        if outputs.shape[1] == 1:
            return self.classes_[(outputs[:, 0] > 0.5).astype(int)]
        return self.classes_[outputs.argmax(axis=1)]

    def _encode(self, y: np.ndarray, *, classes_known: bool) -> np.ndarray:
        kind = "multiclass" if y.ndim == 1 and y.dtype.kind in "biu" else type_of_target(y, input_name="y")
        if kind not in ("binary", "multiclass"):
            check_classification_targets(y)
        if kind == "multiclass-multioutput":
            raise ValueError("Multioutput target data is not supported with label binarization")
        if not classes_known:
            self._multilabel = kind.startswith("multilabel")
        if self._multilabel:
            return self._encode_labels(y, classes_known=classes_known)
        if y.ndim == 2:
            y = column_or_1d(y, warn=True)
        if classes_known:
            self._require_known(y)
            codes = np.searchsorted(self.classes_, y)
        else:
            self.classes_, codes = np.unique(y, return_inverse=True)
        n_classes = len(self.classes_)
        if n_classes < 2:
            raise ValueError(
                f"{type(self).__name__} needs samples of at least 2 classes in the data, but the data contains "
                f"only one class: {self.classes_[0]}"
            )
        return codes[:, np.newaxis].astype(np.float64) if n_classes == 2 else np.eye(n_classes)[codes]

    def _encode_labels(self, y: Any, *, classes_known: bool) -> np.ndarray:
        Y = np.asarray(y.toarray() if issparse(y) else y, np.float64)
        if not classes_known:
            self.classes_ = np.arange(Y.shape[1])
        elif Y.ndim != 2 or Y.shape[1] != len(self.classes_):
            raise ValueError(f"y must have a column of 0 and 1 for each of the {len(self.classes_)} labels")
        return Y

    def _require_known(self, y: np.ndarray) -> None:
        found = np.unique(y)
        if np.setdiff1d(found, self.classes_).size:
            raise ValueError(
                f"`y` has classes not in `self.classes_`. `self.classes_` has {self.classes_}. 'y' has {found}."
            )

    @property
    def _output(self) -> str:
        return "logistic" if self._multilabel or len(self.classes_) == 2 else "softmax"

    _numeric_targets = False

    def _class_weights(self, y: np.ndarray) -> np.ndarray | None:
        if self.class_weight is None:
            return None
        weights: np.ndarray = compute_sample_weight(self.class_weight, y)
        return weights

    def _score_outputs(self, outputs: np.ndarray, y: np.ndarray) -> float:
        return float(accuracy_score(y, self._classes_of(outputs)))

    def _stratification(self, y: np.ndarray) -> np.ndarray | None:
        return None if self._multilabel else y

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.classifier_tags.multi_label = True
        return tags


class NumberTargets(ScoredAnywhere, RegressorMixin, NetworkEstimator):
    """One number or several."""

    loss: str

    @partition_by_partition
    def predict(self, X: Any) -> np.ndarray:
        """Return the predicted target of each row.

        Parameters
        ----------
        X : array-like or sparse matrix of shape (n_samples, n_features)
            Inputs.

        Returns
        -------
        ndarray of shape (n_samples,) or (n_samples, n_outputs)
        """
        outputs = self._outputs(X)
        return outputs[:, 0] if outputs.shape[1] == 1 else outputs

    def _encode(self, y: np.ndarray, *, classes_known: bool) -> np.ndarray:
        if y.ndim == 2 and y.shape[1] == 1:
            y = column_or_1d(y, warn=True)
        if self.loss == "poisson" and (y < 0).any():
            raise ValueError("Some value(s) of y are out of the valid range of the loss 'poisson': 0 or more")
        return np.asarray(y, np.float64).reshape(len(y), -1)

    @property
    def _output(self) -> str:
        return OUTPUTS[self.loss]

    _numeric_targets = True

    def _class_weights(self, y: np.ndarray) -> np.ndarray | None:
        return None

    def _score_outputs(self, outputs: np.ndarray, y: np.ndarray) -> float:
        return float(r2_score(y, outputs[:, 0] if y.ndim == 1 else outputs))

    def _stratification(self, y: np.ndarray) -> np.ndarray | None:
        return None

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.target_tags.multi_output = True
        tags.target_tags.positive_only = self.loss == "poisson"
        return tags
