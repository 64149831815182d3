"""Exceptions; their messages name what is wrong, where, and what to do."""

from __future__ import annotations


class RidgeNetError(Exception):
    """Base class of all errors that ridgenet raises; the command line prints them in one line."""


class InputError(RidgeNetError, ValueError):
    """Data, a file or a parameter that cannot be used."""


class MissingExtraError(RidgeNetError, ImportError):
    """A package that an optional feature needs is not installed."""


class PredictionError(InputError):
    """A prediction is not finite, because an input is too large for the network.

    Parameters
    ----------
    row : int
        Index of the row.
    number : str
        The input with the largest absolute value in that row, such as ``X[3, 0] = 1e+300``.
    """

    def __init__(self, row: int, number: str) -> None:
        self.row, self.number = row, number
        super().__init__(
            f"the prediction for row {row} is not finite: {number} is too large for this network; correct it"
        )

    def __reduce__(self) -> tuple[type, tuple[int, str]]:
        return type(self), (self.row, self.number)


class DivergenceError(RidgeNetError, ValueError):
    """Training diverged: the parameters grew without bound.

    Parameters
    ----------
    alpha : float
        Regularisation strength λ of the run.
    epoch : int
        Epoch by the end of which the parameters had diverged.
    learning_rate : float
        Learning rate of the run.
    advice : str, optional
        What to do; None advises a smaller learning rate.
    """

    def __init__(self, alpha: float, epoch: int, learning_rate: float, advice: str | None = None) -> None:
        self.alpha, self.epoch, self.learning_rate, self.advice = alpha, epoch, learning_rate, advice
        super().__init__(
            f"training diverged at epoch {epoch:,} with λ (alpha) = {alpha:g} and learning rate (learning_rate_init) "
            f"{learning_rate:g}: the weights grow without bound; "
            f"{advice or f'try a smaller learning rate, such as {learning_rate / 10:g}, or smaller numbers in X and y'}"
        )

    def __reduce__(self) -> tuple[type, tuple[float, int, float, str | None]]:
        return type(self), (self.alpha, self.epoch, self.learning_rate, self.advice)
