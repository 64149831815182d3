"""What a solver returns: the parameters it reached, and how the objective went on the way."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class History:
    """Objectives over all training examples at some epochs, the start (epoch 0) and the end among them.

    Attributes
    ----------
    epochs : ndarray of shape (n_records,)
        Epochs trained at each record; whole numbers but for a run stopped within an epoch.
    data_loss : ndarray of shape (n_records,)
        Mean loss of the training examples.
    l2_penalty : ndarray of shape (n_records,)
        The penalty: ``alpha / (2 n) * squared_norm``, with n the examples that λ is divided by.
    squared_norm : ndarray of shape (n_records,)
        Sum of the squares of all weights, biases left out.
    """

    epochs: np.ndarray
    data_loss: np.ndarray
    l2_penalty: np.ndarray
    squared_norm: np.ndarray


@dataclass(frozen=True)
class Solution:
    """Where a solver stopped, and why.

    Attributes
    ----------
    parameters : ndarray of shape (n_parameters,)
        Weights and biases as one flat vector.
    history : History
        Objectives on the way.
    n_updates : int
        Number of updates of the parameters.
    seconds : float
        Time spent in updates.
    interrupted : bool
        Whether Ctrl-C ended the run; the parameters are those of that moment.
    """

    parameters: np.ndarray
    history: History
    n_updates: int
    seconds: float
    interrupted: bool
