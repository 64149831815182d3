"""The path as a frozen record: tables, pictures and estimators are made from it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from numbers import Real
from typing import TYPE_CHECKING, Any

import numpy as np

from ridgenet._errors import InputError
from ridgenet._extras import require_extra
from ridgenet._fitted import AveragedNetworks, FittedNetwork
from ridgenet._network import Network
from ridgenet._preprocessing import SavedByFields, Standardizer
from ridgenet.path._chain import Chain

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from ridgenet.plotting._path import ShrinkageDisplay


# so much may the end of a path be rounded, in a picture or a report, and still be found
OF_ROUNDING = 1.01
OF_EACH_ALPHA = ("parameters", "data_losses", "l2_penalties", "gradient_norms", "converged", "n_iter")


@dataclass(frozen=True)
class NetworkPath(SavedByFields):
    """One network trained at every strength of the penalty, from several random starts.

    Attributes
    ----------
    alphas : ndarray of shape (n_alphas,)
        Strengths λ, from strong to weak.
    network : Network
        Shape of each.
    standardizer : Standardizer
        What inputs, and targets in regression, are standardised by.
    n_samples : float
        What λ is divided by: the number of examples, or the sum of their weights.
    parameters : ndarray of shape (n_alphas, n_restarts, n_parameters)
        Weights and biases in standard units, at each λ from the lowest objective up.
    data_losses, l2_penalties : ndarray of shape (n_alphas, n_restarts)
        The parts of the objective; NaN where the path was stopped before.
    gradient_norms : ndarray of shape (n_alphas, n_restarts)
        Largest component of the gradient.
    converged : ndarray of bool of shape (n_alphas, n_restarts)
        Whether the search ended by its own criterion.
    n_iter : ndarray of int of shape (n_alphas, n_restarts)
        Iterations.
    curves : tuple of ndarray of shape (2, n_iter + 1)
        Data loss and L2 penalty during the search that found the lowest minimum at each λ.
    interrupted : bool
        Whether the path was stopped before it was complete.
    log_evidence, n_effective : ndarray of shape (n_alphas,) or None
        Of the lowest minimum at each λ, if asked for: logarithm of the marginal likelihood, and γ, the
        number of weights that the data determine.
    """

    alphas: np.ndarray
    network: Network
    standardizer: Standardizer
    n_samples: float
    parameters: np.ndarray
    data_losses: np.ndarray
    l2_penalties: np.ndarray
    gradient_norms: np.ndarray
    converged: np.ndarray
    n_iter: np.ndarray
    curves: tuple[np.ndarray, ...]
    interrupted: bool = False
    log_evidence: np.ndarray | None = None
    n_effective: np.ndarray | None = None

    @classmethod
    def of(
        cls,
        alphas: np.ndarray,
        network: Network,
        standardizer: Standardizer,
        n_samples: float,
        chains: Sequence[Chain],
        *,
        interrupted: bool,
    ) -> NetworkPath:
        """Put chains from several starts side by side."""
        costs = np.stack([chain.objectives for chain in chains], axis=1)
        # NaN, where nothing was found, sorts last
        order = np.argsort(costs, axis=1, kind="stable")

        def sorted_by_objective(name: str) -> np.ndarray:
            values = np.stack([getattr(chain, name) for chain in chains], axis=1)
            places = order if values.ndim == 2 else order[:, :, np.newaxis]
            return np.take_along_axis(values, places, axis=1)

        return cls(
            alphas,
            network,
            standardizer,
            n_samples,
            parameters=sorted_by_objective("parameters"),
            data_losses=sorted_by_objective("data_losses"),
            l2_penalties=sorted_by_objective("l2_penalties"),
            gradient_norms=sorted_by_objective("gradient_norms"),
            converged=sorted_by_objective("converged"),
            n_iter=sorted_by_objective("n_iter"),
            curves=tuple(chains[first].curves[place] for place, first in enumerate(order[:, 0])),
            interrupted=interrupted,
        )

    def __len__(self) -> int:
        return len(self.alphas)

    def __repr__(self) -> str:
        state = f", stopped with {self.found.sum()} found" if self.interrupted else ""
        shape = "-".join(map(str, self.network.layer_sizes))
        return (
            f"NetworkPath({shape}, {len(self)} λ from {self.alphas[0]:.3g} to {self.alphas[-1]:.3g}, "
            f"{self.parameters.shape[1]} restarts{state})"
        )

    @property
    def objectives(self) -> np.ndarray:
        """Data loss and L2 penalty together, (n_alphas, n_restarts), the lowest first."""
        return self.data_losses + self.l2_penalties

    @property
    def found(self) -> np.ndarray:
        """Whether a minimum is known, at each λ; all true unless the path was interrupted."""
        return np.isfinite(self.data_losses[:, 0])

    @cached_property
    def networks(self) -> list[FittedNetwork]:
        """The network of the lowest objective at each λ."""
        return [FittedNetwork(self.network, restarts[0], self.standardizer) for restarts in self.parameters]

    def joined(self, weaker: NetworkPath) -> NetworkPath:
        """Return this path, and after it another one of the same problem at weaker λ."""
        return NetworkPath(
            np.concatenate([self.alphas, weaker.alphas]),
            self.network,
            self.standardizer,
            self.n_samples,
            **{name: np.concatenate([getattr(self, name), getattr(weaker, name)]) for name in OF_EACH_ALPHA},
            curves=self.curves + weaker.curves,
            interrupted=self.interrupted or weaker.interrupted,
        )

    def network_at(self, place: int, *, average: bool = False) -> FittedNetwork | AveragedNetworks:
        """Return the network at one λ: that of the lowest objective, or the average of all restarts."""
        if not average or self.parameters.shape[1] == 1:
            return self.networks[place]
        return AveragedNetworks(
            tuple(
                FittedNetwork(self.network, parameters, self.standardizer)
                for parameters, cost in zip(self.parameters[place], self.data_losses[place], strict=True)
                if np.isfinite(cost)
            )
        )

    def index_of(self, alpha: float) -> int:
        """Return the index of the λ nearest to `alpha`, by ratio.

        Raises
        ------
        InputError
            If `alpha` is not on the path, and not a positive number between its strongest and its weakest λ.
        """
        if not isinstance(alpha, Real):
            raise InputError(f"alpha must be a number; got {alpha!r}")
        same = np.flatnonzero(self.alphas == alpha)
        if same.size:
            return int(same[0])
        positive = self.alphas[self.alphas > 0]
        if not (positive.size and positive.min() / OF_ROUNDING <= alpha <= positive.max() * OF_ROUNDING):
            range_of_path = f"from {self.alphas[0]:.6g} to {positive.min(initial=self.alphas[0]):.6g}"
            zero = ", and 0" if self.alphas[-1] == 0 else ""
            raise InputError(f"alpha={alpha:.6g} is outside the path, whose λ go {range_of_path}{zero}")
        with np.errstate(divide="ignore"):
            return int(np.argmin(np.abs(np.log(self.alphas) - np.log(alpha))))

    @cached_property
    def layer_norms(self) -> np.ndarray:
        """Length ‖W_l‖ of each layer's weights, in standard units, (n_alphas, n_layers)."""
        return np.array([[float(np.linalg.norm(W)) for W in self._weights(place)] for place in range(len(self))])

    @cached_property
    def squared_norms(self) -> np.ndarray:
        """Σ‖W‖² over all layers, (n_alphas,)."""
        total: np.ndarray = (self.layer_norms**2).sum(axis=1)
        return total

    @cached_property
    def unit_norms(self) -> list[np.ndarray]:
        """Length of the weights into and out of each hidden unit, (n_alphas, n_units) for each hidden layer."""
        norms = []
        for layer in range(self.network.n_layers - 1):
            pairs = [(W[layer], W[layer + 1]) for W in map(self._weights, range(len(self)))]
            norms.append(np.sqrt([(below**2).sum(axis=1) + (above**2).sum(axis=0) for below, above in pairs]))
        return norms

    @cached_property
    def effective_ranks(self) -> np.ndarray:
        """Effective rank of each layer's weights, (n_alphas, n_layers); 0 where nothing is left of them.

        The exponential of the entropy of the singular values as shares of their sum (Roy and Vetterli,
        EUSIPCO 2007): 1 if the layer looks in one direction only, and at most the smaller of its sizes.
        """
        return np.array([[effective_rank(W) for W in self._weights(place)] for place in range(len(self))])

    def _weights(self, place: int) -> list[np.ndarray]:
        return self.network.weights(self.parameters[place, 0].astype(np.float64))

    def to_frame(self) -> Any:
        """Return a pandas data frame with one row for each λ."""
        require_extra("table", "a data frame", "pandas")
        import pandas as pd

        columns = {
            "alpha": self.alphas,
            "data_loss": self.data_losses[:, 0],
            "l2_penalty": self.l2_penalties[:, 0],
            "objective": self.objectives[:, 0],
            "squared_norm": self.squared_norms,
            **{f"norm_{layer + 1}": norms for layer, norms in enumerate(self.layer_norms.T)},
            **{f"effective_rank_{layer + 1}": ranks for layer, ranks in enumerate(self.effective_ranks.T)},
            "converged": self.converged[:, 0],
            "n_iter": self.n_iter.sum(axis=1),
            "gradient_norm": self.gradient_norms[:, 0],
        }
        if self.log_evidence is not None:
            columns |= {"log_evidence": self.log_evidence, "n_effective": self.n_effective}
        return pd.DataFrame(columns)

    def plot(self, ax: Axes | None = None) -> ShrinkageDisplay:
        """Draw how the weights shrink along the path."""
        from ridgenet.plotting._path import ShrinkageDisplay

        return ShrinkageDisplay.from_path(self).plot(ax)


def effective_rank(W: np.ndarray) -> float:
    """Return the exponential of the entropy of the singular values as shares of their sum; 0 for a zero matrix."""
    values = np.linalg.svd(W, compute_uv=False)
    if not values.sum() > 1e-6:
        return 0.0
    shares = values / values.sum()
    shares = shares[shares > 0]
    return float(np.exp(-(shares * np.log(shares)).sum()))
