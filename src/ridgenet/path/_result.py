"""The result of following a λ path: `NetworkPath`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from html import escape
from numbers import Real
from typing import TYPE_CHECKING, Any

import numpy as np

from ridgenet._averaged import AveragedNetworks
from ridgenet._errors import InputError
from ridgenet._extras import require_extra
from ridgenet._fitted import FittedNetwork
from ridgenet._network import Network
from ridgenet._preprocessing import SavedByFields, Standardizer
from ridgenet._svg import Panel, picture
from ridgenet._wording import readable
from ridgenet.path._chain import Chain

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from ridgenet.plotting._path import ShrinkageDisplay


# a user may pass an end of the path as rounded in a plot or report
ROUNDING_TOLERANCE = 1.01
ARRAYS_BY_ALPHA = ("parameters", "data_losses", "l2_penalties", "gradient_norms", "converged", "n_iter")


@dataclass(frozen=True)
class NetworkPath(SavedByFields):
    """A network trained at every λ of a path, from several random starts.

    Attributes
    ----------
    alphas : ndarray of shape (n_alphas,)
        Regularisation strengths λ, in decreasing order.
    network : Network
        Shape of the network.
    standardizer : Standardizer
        Mean and scale of inputs, and of targets in regression.
    n_samples : float
        The n of λ/(2n): the number of samples, or the sum of their weights.
    parameters : ndarray of shape (n_alphas, n_restarts, n_parameters)
        Weights and biases in standardised units; restarts are sorted by their objective at each λ, the lowest
        first.
    data_losses, l2_penalties : ndarray of shape (n_alphas, n_restarts)
        The two terms of the objective; NaN where an interrupted path has no result.
    gradient_norms : ndarray of shape (n_alphas, n_restarts)
        Largest absolute component of the gradient.
    converged : ndarray of bool of shape (n_alphas, n_restarts)
        Whether the optimisation converged.
    n_iter : ndarray of int of shape (n_alphas, n_restarts)
        Number of iterations.
    curves : tuple of ndarray of shape (2, n_iter + 1)
        Data loss and L2 penalty during the optimisation that reached the lowest objective, at each λ.
    interrupted : bool
        Whether the path was stopped early.
    log_evidence, n_effective : ndarray of shape (n_alphas,) or None
        Log marginal likelihood and γ, the effective number of weights, for the lowest objective at each λ; None unless
        requested.
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
        dtype: np.dtype,
        interrupted: bool,
    ) -> NetworkPath:
        """Combine chains from several random starts, with parameters of one type."""
        objectives = np.stack([chain.objectives for chain in chains], axis=1)
        # NaN (no minimum found) sorts last
        order = np.argsort(objectives, axis=1, kind="stable")

        def sorted_by_objective(name: str) -> np.ndarray:
            values = np.stack([getattr(chain, name) for chain in chains], axis=1)
            indices = order if values.ndim == 2 else order[:, :, np.newaxis]
            return np.take_along_axis(values, indices, axis=1)

        return cls(
            alphas,
            network,
            standardizer,
            n_samples,
            parameters=sorted_by_objective("parameters").astype(dtype, copy=False),
            data_losses=sorted_by_objective("data_losses"),
            l2_penalties=sorted_by_objective("l2_penalties"),
            gradient_norms=sorted_by_objective("gradient_norms"),
            converged=sorted_by_objective("converged"),
            n_iter=sorted_by_objective("n_iter"),
            curves=tuple(chains[lowest].curves[index] for index, lowest in enumerate(order[:, 0])),
            interrupted=interrupted,
        )

    def __len__(self) -> int:
        return len(self.alphas)

    def __repr__(self) -> str:
        state = f", interrupted with {self.found.sum()} λ found" if self.interrupted else ""
        shape = "-".join(map(str, self.network.layer_sizes))
        return (
            f"NetworkPath({shape}, {len(self)} λ from {self.alphas[0]:.3g} to {self.alphas[-1]:.3g}, "
            f"{self.parameters.shape[1]} restarts{state})"
        )

    @property
    def objectives(self) -> np.ndarray:
        """Sum of data loss and L2 penalty, (n_alphas, n_restarts), the lowest first."""
        return self.data_losses + self.l2_penalties

    @property
    def found(self) -> np.ndarray:
        """Whether there is a result at each λ; all true unless the path was interrupted."""
        return np.isfinite(self.data_losses[:, 0])

    @cached_property
    def networks(self) -> list[FittedNetwork]:
        """The network with the lowest objective at each λ."""
        return [FittedNetwork(self.network, restarts[0], self.standardizer) for restarts in self.parameters]

    def joined(self, weaker: NetworkPath) -> NetworkPath:
        """Concatenate this path with one of the same problem at smaller λ."""
        return NetworkPath(
            np.concatenate([self.alphas, weaker.alphas]),
            self.network,
            self.standardizer,
            self.n_samples,
            **{name: np.concatenate([getattr(self, name), getattr(weaker, name)]) for name in ARRAYS_BY_ALPHA},
            curves=self.curves + weaker.curves,
            interrupted=self.interrupted or weaker.interrupted,
        )

    def network_at(self, index: int, *, average: bool = False) -> FittedNetwork | AveragedNetworks:
        """Return the network at one λ: the restart with the lowest objective, or the average of all restarts."""
        if not average or self.parameters.shape[1] == 1:
            return self.networks[index]
        return AveragedNetworks(
            tuple(
                FittedNetwork(self.network, parameters, self.standardizer)
                for parameters, data_loss in zip(self.parameters[index], self.data_losses[index], strict=True)
                if np.isfinite(data_loss)
            )
        )

    def index_of(self, alpha: float) -> int:
        """Return the index of the λ nearest to `alpha` on a logarithmic scale.

        Raises
        ------
        InputError
            If `alpha` is outside the range of the path.
        """
        if not isinstance(alpha, Real):
            raise InputError(f"alpha must be a number; got {alpha!r}")
        same = np.flatnonzero(self.alphas == alpha)
        if same.size:
            return int(same[0])
        positive = self.alphas[self.alphas > 0]
        within = positive.size and (positive.min() / ROUNDING_TOLERANCE <= alpha <= positive.max() * ROUNDING_TOLERANCE)
        if not within:
            range_of_path = f"from {self.alphas[0]:.6g} to {positive.min(initial=self.alphas[0]):.6g}"
            zero = ", and 0" if self.alphas[-1] == 0 else ""
            raise InputError(f"alpha={alpha:.6g} is outside the path, which runs {range_of_path}{zero}")
        with np.errstate(divide="ignore"):
            return int(np.argmin(np.abs(np.log(self.alphas) - np.log(alpha))))

    @cached_property
    def layer_norms(self) -> np.ndarray:
        """Norm ‖W_l‖ of the weights of each layer, in standardised units, (n_alphas, n_layers)."""
        return np.array([[float(np.linalg.norm(W)) for W in self._weights(index)] for index in range(len(self))])

    @cached_property
    def squared_norms(self) -> np.ndarray:
        """Σ‖W‖² over all layers, (n_alphas,)."""
        total: np.ndarray = (self.layer_norms**2).sum(axis=1)
        return total

    @cached_property
    def unit_norms(self) -> list[np.ndarray]:
        """Norm of the weights into and out of each hidden unit; for each hidden layer, (n_alphas, n_units)."""
        norms = []
        for layer in range(self.network.n_layers - 1):
            pairs = [(W[layer], W[layer + 1]) for W in map(self._weights, range(len(self)))]
            norms.append(np.sqrt([(below**2).sum(axis=1) + (above**2).sum(axis=0) for below, above in pairs]))
        return norms

    @cached_property
    def effective_ranks(self) -> np.ndarray:
        """Effective rank of the weights of each layer, (n_alphas, n_layers); 0 if the weights are zero.

        The exponential of the entropy of the normalised singular values (Roy and Vetterli, EUSIPCO 2007): between 1,
        for a matrix of rank one, and the smaller dimension of the matrix.
        """
        return np.array([[effective_rank(W) for W in self._weights(index)] for index in range(len(self))])

    def _weights(self, index: int) -> list[np.ndarray]:
        return self.network.weights(self.parameters[index, 0].astype(np.float64))

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

    def _repr_html_(self) -> str:
        """Return the path as a picture, for notebooks."""
        objectives = {"objective": self.objectives[:, 0], "data loss": self.data_losses[:, 0]}
        panels = [
            Panel(
                "Objective and data loss", "λ", {name: (self.alphas, y) for name, y in objectives.items()}, log_x=True
            ),
            Panel("Σ‖W‖²", "λ", {"Σ‖W‖²": (self.alphas, self.squared_norms)}, log_x=True),
        ]
        strongest, weakest = (readable(self.data_losses[index, 0]) for index in (0, -1))
        text = f"{self!r}: data loss {strongest} at the strongest λ, {weakest} at the weakest"
        return f"<div><div>{escape(repr(self))}</div>{picture(panels, text)}</div>"

    def plot(self, ax: Axes | None = None) -> ShrinkageDisplay:
        """Plot the norms of the weights along the path."""
        from ridgenet.plotting._path import ShrinkageDisplay

        return ShrinkageDisplay.from_path(self).plot(ax)


def effective_rank(W: np.ndarray) -> float:
    """Return the exponential of the entropy of the normalised singular values; 0 for a zero matrix."""
    singular_values = np.linalg.svd(W, compute_uv=False)
    if not singular_values.sum() > 1e-6:
        return 0.0
    p = singular_values / singular_values.sum()
    p = p[p > 0]
    return float(np.exp(-(p * np.log(p)).sum()))
