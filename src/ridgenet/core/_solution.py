"""The result of a solver: parameters, and the objective during training."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class History:
    """Objective over all training samples at some epochs, including the start (epoch 0) and the end.

    Attributes
    ----------
    epochs : ndarray of shape (n_records,)
        Epochs trained at each record; an integer unless a run was stopped within an epoch.
    data_loss : ndarray of shape (n_records,)
        Mean loss of the training samples.
    l2_penalty : ndarray of shape (n_records,)
        The penalty: ``alpha / (2 n) * squared_norm``, where n is the number of samples that λ is divided by.
    squared_norm : ndarray of shape (n_records,)
        Sum of the squares of all weights, without biases.
    """

    epochs: np.ndarray
    data_loss: np.ndarray
    l2_penalty: np.ndarray
    squared_norm: np.ndarray


@dataclass(frozen=True)
class Solution:
    """The parameters at which a solver stopped, and why it did.

    Attributes
    ----------
    parameters : ndarray of shape (n_parameters,)
        Weights and biases as one flat vector.
    history : History
        The objective during training.
    n_updates : int
        Number of updates of the parameters.
    seconds : float
        Time spent in updates.
    interrupted : bool
        Whether Ctrl-C stopped the run; the parameters are those of that moment.
    """

    parameters: np.ndarray
    history: History
    n_updates: int
    seconds: float
    interrupted: bool
