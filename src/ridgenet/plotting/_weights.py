"""Distribution of the weights of each layer, before training and for each λ."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from ridgenet.plotting._style import INK, prepare, strength_colors, strength_label

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from ridgenet._comparison import Comparison

MOST_DOTS = 400
# label of the row of initial weights
INITIAL = "initial"


@dataclass(repr=False)
class WeightsDisplay:
    """Distribution of the weights of each layer, with a row for the initial weights and one for each λ.

    Attributes
    ----------
    rows : dict of str to list of ndarray
        Weights by layer, under the label of the row.
    alphas : list of float
        λ of the rows after the first.
    figure_ : matplotlib.figure.Figure
        Figure, after `plot`.
    axes_ : list of matplotlib.axes.Axes
        Axes for each layer, after `plot`.
    """

    rows: dict[str, list[np.ndarray]]
    alphas: list[float]
    figure_: Figure = field(init=False)
    axes_: list[Axes] = field(init=False)

    @classmethod
    def from_comparison(cls, comparison: Comparison) -> WeightsDisplay:
        """Return the display of the initial weights and those of every fit."""
        first = comparison.fits[0]
        rows = {INITIAL: first.network.weights(first.initial_parameters)}
        rows |= {strength_label(fit.alpha): fit.weights for fit in comparison.fits}
        return cls(rows, [fit.alpha for fit in comparison.fits])

    def plot(self, figure: Figure | None = None) -> WeightsDisplay:
        """Draw into `figure`, or into a new one."""
        n_layers = len(self.rows[INITIAL])
        self.figure_ = prepare(figure, max(4.6 * n_layers, 7.2), 1.6 + 0.75 * len(self.rows))
        self.axes_ = list(self.figure_.subplots(1, n_layers, sharey=True, squeeze=False)[0])
        colors = [INK, *strength_colors(len(self.alphas))]
        jitter = np.random.RandomState(0)
        for layer, axes in enumerate(self.axes_):
            for position, weights in enumerate(self.rows.values()):
                self._draw_row(axes, position, weights[layer].ravel(), colors[position], jitter)
            n_out, n_in = self.rows[INITIAL][layer].shape
            axes.set_title(f"layer {layer + 1}: {n_in} × {n_out} weights", fontsize=11)
            axes.set_xlabel("weight")
            axes.axvline(0.0, color=INK, linewidth=0.8, alpha=0.5, zorder=0)
            axes.grid(axis="x", alpha=0.25)
            axes.spines[["top", "right", "left"]].set_visible(False)
            axes.tick_params(axis="y", length=0)
        self.axes_[0].set_yticks(range(len(self.rows)), list(self.rows))
        self.axes_[0].invert_yaxis()
        self.figure_.suptitle(self._title(), fontsize=13)
        return self

    @staticmethod
    def _draw_row(axes: Axes, position: int, weights: np.ndarray, color: object, jitter: np.random.RandomState) -> None:
        axes.boxplot(
            [weights],
            positions=[position],
            orientation="horizontal",
            widths=0.55,
            showfliers=False,
            boxprops={"color": color, "alpha": 0.6},
            whiskerprops={"color": color, "alpha": 0.6},
            capprops={"color": color, "alpha": 0.6},
            medianprops={"color": color, "linewidth": 1.6},
            manage_ticks=False,
        )
        shown = weights if len(weights) <= MOST_DOTS else jitter.choice(weights, MOST_DOTS, replace=False)
        heights = position + jitter.uniform(-0.18, 0.18, len(shown))
        axes.scatter(shown, heights, s=16, color=color, alpha=0.75, linewidths=0, zorder=3)

    def _title(self) -> str:
        norms = {alpha: sum(float(np.sum(W**2)) for W in self.rows[strength_label(alpha)]) for alpha in self.alphas}
        parts = ", ".join(f"{norm:,.0f} at λ = {alpha:g}" for alpha, norm in norms.items())
        return f"The penalty shrinks the weights: Σ‖W‖² is {parts}"
