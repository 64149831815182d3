"""How the weights shrink along the path: each layer, and each hidden unit."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
from sklearn.utils.validation import check_is_fitted

from ridgenet.plotting.style import CLASS_COLORS, INK, LIGHT_INK, LINE_STYLES, new_axes, set_strength_axis

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from ridgenet.path.result import NetworkPath


@dataclass
class ShrinkageDisplay:
    """Length of each layer's weights along λ, and, thin, of the weights around each hidden unit.

    Units are drawn by rank, the largest at each λ first: they have no names that would go on from one λ
    to the next.

    Attributes
    ----------
    path : NetworkPath
        What is drawn.
    chosen : float or None
        λ to mark.
    figure_, ax_
        After `plot`.
    """

    path: NetworkPath
    chosen: float | None = None
    figure_: Figure = field(init=False)
    ax_: Axes = field(init=False)

    @classmethod
    def from_path(cls, path: NetworkPath, *, chosen: float | None = None) -> ShrinkageDisplay:
        """Take the norms of a path; mark the λ `chosen`."""
        return cls(path, chosen)

    @classmethod
    def from_estimator(cls, estimator: Any) -> ShrinkageDisplay:
        """Take the path of a fitted `RidgeNetClassifierCV` or `RidgeNetRegressorCV`, and mark its λ."""
        check_is_fitted(estimator, "alpha_")
        return cls(estimator.path_, estimator.alpha_)

    def plot(self, ax: Axes | None = None) -> ShrinkageDisplay:
        """Draw into `ax`, or into a new figure."""
        self.figure_, self.ax_ = new_axes(ax, 8.0, 4.8)
        axes, path = self.ax_, self.path
        shown = path.found & (path.alphas > 0)
        alphas = path.alphas[shown]
        for layer, norms in enumerate(path.unit_norms):
            ranked = -np.sort(-norms[shown], axis=1)
            label = "each hidden unit, the weights into and out of it" if layer == 0 else None
            for rank, column in enumerate(ranked.T):
                axes.plot(alphas, column, color=LIGHT_INK, linewidth=0.8, label=label if rank == 0 else None)
        for layer, norms in enumerate(path.layer_norms[shown].T):
            color, style = CLASS_COLORS[layer % len(CLASS_COLORS)], LINE_STYLES[layer % len(LINE_STYLES)]
            axes.plot(alphas, norms, color=color, linestyle=style, linewidth=2.2, label=self._layer_label(layer))
        if self.chosen:
            axes.axvline(self.chosen, color=INK, linewidth=1.2, label=f"chosen: λ = {self.chosen:.3g}")
        set_strength_axis(axes)
        axes.set_ylabel("length of the weights, ‖W‖, in standard units")
        axes.set_ylim(bottom=0)
        axes.set_title(self._title(), fontsize=12)
        axes.legend(frameon=False, fontsize=9)
        return self

    def _layer_label(self, layer: int) -> str:
        n_in, n_out = self.path.network.layer_sizes[layer : layer + 2]
        return f"layer {layer + 1} ({n_in} → {n_out})"

    def _title(self) -> str:
        if not self.path.unit_norms:
            return "How the weights shrink as λ grows"
        first = self.path.unit_norms[0]
        alive = (first > 0.05 * first.max(axis=1, keepdims=True)).sum(axis=1) * (first.max(axis=1) > 1e-3)
        place = self.path.index_of(self.chosen) if self.chosen else int(np.flatnonzero(self.path.found)[-1])
        at = "at the chosen λ" if self.chosen else "at the weakest λ"
        return f"How the weights shrink as λ grows: {alive[place]} of {first.shape[1]} hidden units are in use {at}"
