"""The classifier."""

from __future__ import annotations

from typing import Any, Self

import numpy as np
from scipy.sparse import issparse
from scipy.special import logsumexp
from sklearn.base import ClassifierMixin, _fit_context
from sklearn.metrics import accuracy_score
from sklearn.utils import column_or_1d, compute_sample_weight
from sklearn.utils._param_validation import StrOptions
from sklearn.utils.multiclass import _check_partial_fit_first_call, check_classification_targets, type_of_target

from ridgenet import defaults
from ridgenet.estimators.base import BaseRidgeNet, partial_fit_if_batches
from ridgenet.estimators.parameters import CONSTRAINTS, documented


@documented
class RidgeNetClassifier(ClassifierMixin, BaseRidgeNet):
    """A small neural network with an L2 penalty, for two classes, several, or several labels at once.

    Minimises ``J = mean cross-entropy + λ / (2 m) * sum of squared weights``, biases left out, m being
    the number of examples, or the sum of their weights.

    Parameters
    ----------
    {parameters}
    class_weight : dict, list of dict, "balanced" or None, default=None
        Weights of classes, multiplied with `sample_weight`. ``"balanced"`` gives each class the same
        weight in all.

    Attributes
    ----------
    classes_ : ndarray or list of ndarray
        Class labels.
    {fitted}

    Examples
    --------
    >>> from sklearn.datasets import make_moons
    >>> X, y = make_moons(200, noise=0.3, random_state=0)
    >>> X_new, y_new = make_moons(1000, noise=0.3, random_state=1)
    >>> net = RidgeNetClassifier(random_state=0).fit(X, y)
    >>> net.score(X_new, y_new) > 0.88
    True
    >>> net.predict_proba(X_new).shape
    (1000, 2)
    """

    classes_: np.ndarray
    _multilabel: bool

    _parameter_constraints = CONSTRAINTS | {"class_weight": [dict, list, StrOptions({"balanced"}), None]}

    def __init__(
        self,
        hidden_layer_sizes: Any = defaults.HIDDEN_LAYER_SIZES,
        activation: str = defaults.ACTIVATION,
        *,
        solver: str = "auto",
        alpha: Any = defaults.ALPHA,
        penalty_scaling: str = "dataset",
        standardize: bool = True,
        init: str = "glorot",
        class_weight: Any = None,
        batch_size: Any = "auto",
        learning_rate: str = "constant",
        learning_rate_init: float = 0.001,
        power_t: float = 0.5,
        max_iter: int = defaults.MAX_ITER,
        shuffle: bool = True,
        random_state: Any = None,
        tol: float = 1e-5,
        verbose: Any = False,
        warm_start: bool = False,
        momentum: float = 0.9,
        nesterovs_momentum: bool = True,
        early_stopping: bool = False,
        validation_fraction: float = 0.1,
        beta_1: float = 0.9,
        beta_2: float = 0.999,
        epsilon: float = 1e-8,
        n_iter_no_change: float = 10,
        max_fun: int = 15_000,
        dropout: float = 0.0,
        weight_decay: float = 0.0,
        callbacks: Any = None,
    ) -> None:
        self.hidden_layer_sizes = hidden_layer_sizes
        self.activation = activation
        self.solver = solver
        self.alpha = alpha
        self.penalty_scaling = penalty_scaling
        self.standardize = standardize
        self.init = init
        self.class_weight = class_weight
        self.batch_size = batch_size
        self.learning_rate = learning_rate
        self.learning_rate_init = learning_rate_init
        self.power_t = power_t
        self.max_iter = max_iter
        self.shuffle = shuffle
        self.random_state = random_state
        self.tol = tol
        self.verbose = verbose
        self.warm_start = warm_start
        self.momentum = momentum
        self.nesterovs_momentum = nesterovs_momentum
        self.early_stopping = early_stopping
        self.validation_fraction = validation_fraction
        self.beta_1 = beta_1
        self.beta_2 = beta_2
        self.epsilon = epsilon
        self.n_iter_no_change = n_iter_no_change
        self.max_fun = max_fun
        self.dropout = dropout
        self.weight_decay = weight_decay
        self.callbacks = callbacks

    @partial_fit_if_batches
    @_fit_context(prefer_skip_nested_validation=True)
    def partial_fit(self, X: Any, y: Any, classes: Any = None, sample_weight: Any = None) -> Self:
        """Go once through these examples by mini-batches, from where the last call ended.

        λ is divided by the examples of the call (`penalty_scaling="dataset"`). With `standardize`,
        means and deviations are those of all examples seen so far; the weights are re-expressed in
        them, so that the predictions do not jump.

        Parameters
        ----------
        X : array-like or sparse matrix of shape (n_samples, n_features)
            Inputs.
        y : array-like of shape (n_samples,) or (n_samples, n_labels)
            Targets.
        classes : array-like of shape (n_classes,), optional
            All classes there will be; needed in the first call.
        sample_weight : array-like of shape (n_samples,), optional
            Weights of the examples.

        Returns
        -------
        self
            The estimator.
        """
        if self.class_weight == "balanced":
            raise ValueError("class_weight='balanced' needs all data at once; give partial_fit weights as a dict")
        if _check_partial_fit_first_call(self, classes):
            self._multilabel = type_of_target(y).startswith("multilabel")
        return self._fit(X, y, sample_weight, None, None, incremental=True)

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
