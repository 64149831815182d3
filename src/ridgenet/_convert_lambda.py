"""Conversion of λ from other libraries."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import numpy as np

from ridgenet._errors import InputError

ConvertedLoss = Literal["log_loss", "squared_error"]


@dataclass(frozen=True)
class Setting:
    """Quantities by which other libraries scale λ."""

    n_samples: float
    batch_size: float | None
    loss: ConvertedLoss
    n_outputs: int
    y_std: float | None = None

    @property
    def batches(self) -> float:
        """Number of batches in the data."""
        return 1.0 if self.batch_size is None else self.n_samples / self.batch_size

    @property
    def without_half(self) -> float:
        """Factor from a mean of squared errors without ½ to ridgenet's data loss."""
        return self.n_outputs / 2 if self.loss == "squared_error" else 1.0

    @property
    def glmnet_scale(self) -> float:
        """What glmnet divides λ by: in its gaussian family λ is in units of the target, in others it is not scaled."""
        return 1.0 if self.y_std is None else self.y_std


# system and parameter -> ridgenet's λ with penalty_scaling="dataset"; docs/explanation/method.md derives each row
SOURCES: dict[str, Callable[[float, Setting], float]] = {
    'penalty_scaling="batch"': lambda value, s: value * s.batches,
    "sklearn MLP alpha": lambda value, s: value * s.batches,
    "sklearn LogisticRegression C": lambda value, s: 1 / value,
    "sklearn Ridge alpha": lambda value, s: value,
    "torch SGD weight_decay": lambda value, s: value * s.n_samples * s.without_half,
    "keras l2": lambda value, s: 2 * value * s.n_samples * s.without_half,
    "nnet decay": lambda value, s: value if s.loss == "squared_error" else 2 * value,
    "playground rate": lambda value, s: value * s.n_samples,
    "convnetjs l2_decay": lambda value, s: value * s.batches,
    "mlxtend l2": lambda value, s: value * s.batches,
    "glmnet lambda": lambda value, s: value * s.n_samples / s.glmnet_scale,
}
NEEDS_BATCH_SIZE = {'penalty_scaling="batch"', "convnetjs l2_decay", "mlxtend l2"}


def convert_lambda(
    value: float,
    source: str,
    *,
    n_samples: float,
    batch_size: int | None = None,
    loss: ConvertedLoss = "log_loss",
    n_outputs: int = 1,
    y_std: float | None = None,
) -> float:
    """Return the λ (`alpha`) equivalent to a penalty in another library.

    Parameters
    ----------
    value : float
        The value of the parameter there.
    source : str
        The library and its parameter: ``"sklearn MLP alpha"``, ``"sklearn LogisticRegression C"``,
        ``"sklearn Ridge alpha"``, ``"torch SGD weight_decay"``, ``"keras l2"``, ``"nnet decay"``, ``"glmnet lambda"``,
        ``"playground rate"`` (TensorFlow Playground), ``"convnetjs l2_decay"``, ``"mlxtend l2"``, or
        ``'penalty_scaling="batch"'``.
    n_samples : float
        Number of training samples, or the sum of their weights.
    batch_size : int, optional
        Samples in a batch, for libraries that divide by it: scikit-learn's ``sgd`` and ``adam`` (None
        means ``lbfgs``), `penalty_scaling="batch"`, ConvNetJS, mlxtend.
    loss : {"log_loss", "squared_error"}, default="log_loss"
        The loss there. PyTorch's ``MSELoss`` and Keras' ``mse`` average over the outputs, without the
        factor ½; ridgenet's squared error sums over them, with ½; R's ``nnet`` sums without ½.
    n_outputs : int, default=1
        Number of outputs in regression.
    y_std : float, optional
        Standard deviation of the target, ``np.std(y)`` (with n in the denominator; weighted, if the samples are).
        Required for glmnet's ``family="gaussian"``, which divides the target and λ by it; no other family does, not
        even ``"mgaussian"``, for several outputs.

    Returns
    -------
    float
        λ for ``penalty_scaling="dataset"``, the estimators' default.

    Raises
    ------
    InputError
        If the source is unknown or has no equivalent λ (AdamW), or if `batch_size` or `y_std` is missing.

    Examples
    --------
    >>> convert_lambda(1e-4, "torch SGD weight_decay", n_samples=500)
    0.05
    >>> convert_lambda(1e-4, "sklearn MLP alpha", n_samples=1000, batch_size=200)
    0.0005
    """
    if source.lower().replace(" ", "").startswith(("adamw", "torchadamw")):
        raise InputError(
            "source: AdamW's decay is decoupled from the gradient, and no λ is equivalent; "
            "use solver='adam' with weight_decay instead"
        )
    if source not in SOURCES:
        raise InputError(f"source must be one of {', '.join(SOURCES)}; got {source!r}")
    if loss not in ("log_loss", "squared_error"):
        raise InputError(f"loss must be 'log_loss' or 'squared_error'; got {loss!r}")
    if source in NEEDS_BATCH_SIZE and batch_size is None:
        raise InputError(f"{source} divides by the batch size: give batch_size")
    is_gaussian_glmnet = source == "glmnet lambda" and loss == "squared_error" and n_outputs == 1
    if is_gaussian_glmnet and y_std is None:
        raise InputError("glmnet's gaussian family divides λ by the standard deviation of y: give y_std=np.std(y)")
    positive = {"n_samples": n_samples, "batch_size": batch_size, "n_outputs": n_outputs, "y_std": y_std}
    for name, number in positive.items():
        if number is not None and not 0 < number < np.inf:
            raise InputError(f"{name} must be positive and finite; got {number}")
    if not 0 <= value < np.inf or (value == 0 and source == "sklearn LogisticRegression C"):
        raise InputError(f"{source} cannot be {value}")
    return SOURCES[source](
        value, Setting(n_samples, batch_size, loss, n_outputs, y_std if is_gaussian_glmnet else None)
    )
