"""L-BFGS whose objective is evaluated outside the core: on the partitions of a cluster, or on a device."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from ridgenet._network import Network
from ridgenet.core._lbfgs_search import RUNNING, LBFGSSearch, LBFGSSettings
from ridgenet.core._penalties import ADDED_NEEDS, L2Penalty, require_penalty

# from the part of the samples that each network is trained on, (n,), and its parameters, (n, n_parameters), to the mean
# loss of each network over its part, (n,), and its gradient, (n, n_parameters), both in float64
Evaluate = Callable[[Sequence[int], np.ndarray], tuple[np.ndarray, np.ndarray]]


class ExternalLBFGS(LBFGSSearch):
    """Minimise the objective by L-BFGS, given a function that evaluates the data loss.

    The search itself adds the penalty, ``λ/(2 n_samples) Σ‖W_l‖²``.

    Parameters
    ----------
    network : Network
        The network.
    parameters : ndarray of shape (n_parameters,)
        Initial parameters; their type is that of all arithmetic except for objectives.
    n_samples : float
        What λ is divided by: the sum of the sample weights.
    penalty : L2Penalty
        The penalty, with λ.
    settings : LBFGSSettings
        All other settings.
    evaluate : callable
        Returns mean loss and gradient.
    part : int
        Index of the part of the samples to train on.

    Raises
    ------
    InputError
        If the penalty has no curvature.
    """

    def __init__(
        self,
        network: Network,
        parameters: np.ndarray,
        n_samples: float,
        penalty: L2Penalty,
        settings: LBFGSSettings,
        evaluate: Evaluate,
        part: int = 0,
    ) -> None:
        require_penalty(penalty, ADDED_NEEDS, "L-BFGS on partitions or a device")
        super().__init__(network, parameters, n_samples, settings)
        self.part = part
        self._evaluate, self._n_samples, self._penalty = evaluate, n_samples, penalty
        self._curvature = penalty.curvature(network, n_samples)

    def restart(self, alpha: float | Sequence[float], parameters: np.ndarray, max_iter: int | None = None) -> None:
        """Begin a new search; see `LBFGSSearch.restart`."""
        self._curvature = self._penalty.at(alpha).curvature(self.network, self._n_samples)
        self.begin(parameters, max_iter)

    def take(self, data_loss: float, gradient: np.ndarray) -> None:
        """Process the mean loss and its gradient at `parameters`, which then become the next point to evaluate."""
        parameters = self.parameters.astype(np.float64)
        pull = self._curvature * parameters
        self.tell(data_loss, float(pull @ parameters) / 2, gradient + pull)

    def run_to_the_end(self, progress: Callable[[int], object] | None = None) -> None:
        """Run one evaluation at a time; see `LBFGSSearch.run_to_the_end`."""
        while self.status == RUNNING:
            data_losses, gradients = self._evaluate([self.part], self.parameters[np.newaxis].copy())
            self.take(float(data_losses[0]), gradients[0])
            if progress is not None and progress(self.n_iter):
                break
