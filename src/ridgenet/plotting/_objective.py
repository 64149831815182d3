"""Data loss and L2 penalty during training."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from ridgenet.plotting._style import LINE_STYLES, prepare, strength_colors, strength_label

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from ridgenet._comparison import Comparison
    from ridgenet.core._solution import History


@dataclass(repr=False)
class ObjectiveDisplay:
    """Data loss and L2 penalty during training, in two panels.

    Attributes
    ----------
    histories : dict of float to History
        History of each fit, by λ.
    penalty : str
        Name and formula of the penalty.
    figure_ : matplotlib.figure.Figure
        Figure, after `plot`.
    axes_ : list of matplotlib.axes.Axes
        Axes of data loss and L2 penalty, after `plot`.
    """

    histories: dict[float, History]
    penalty: str
    figure_: Figure = field(init=False)
    axes_: list[Axes] = field(init=False)

    @classmethod
    def from_comparison(cls, comparison: Comparison) -> ObjectiveDisplay:
        """Return the display of the histories of all fits."""
        penalty = comparison.penalty
        return cls({fit.alpha: fit.history for fit in comparison.fits}, f"{penalty.name}: {penalty.formula}")

    def plot(self, figure: Figure | None = None) -> ObjectiveDisplay:
        """Draw into `figure`, or into a new one."""
        self.figure_ = prepare(figure, 9.6, 4.4)
        self.axes_ = list(self.figure_.subplots(1, 2))
        colors = strength_colors(len(self.histories))
        for i, (alpha, history) in enumerate(self.histories.items()):
            trained = history.epochs > 0
            for axes, part in zip(self.axes_, (history.data_loss, history.l2_penalty), strict=True):
                axes.plot(
                    history.epochs[trained],
                    part[trained],
                    label=strength_label(alpha),
                    color=colors[i],
                    linestyle=LINE_STYLES[i % len(LINE_STYLES)],
                )
        titles = ("Data loss: mean loss of the training samples", self.penalty)
        for axes, title in zip(self.axes_, titles, strict=True):
            axes.set_xscale("log")
            axes.xaxis.set_major_formatter("{x:,.0f}")
            axes.minorticks_off()
            axes.set_ylim(bottom=0)
            axes.set_title(title, fontsize=11)
            axes.set_xlabel("epoch")
            axes.grid(alpha=0.25)
            axes.spines[["top", "right"]].set_visible(False)
        self.axes_[0].set_ylabel("data loss or L2 penalty")
        self.axes_[0].legend(frameon=False)
        self.figure_.suptitle(self._title(), fontsize=13)
        return self

    def _title(self) -> str:
        ends = {alpha: history.data_loss[-1] for alpha, history in self.histories.items()}
        if len(ends) < 2:
            return "Objective during training"
        weak, strong = min(ends), max(ends)
        verb = "gives a higher" if ends[strong] > ends[weak] else "does not give a higher"
        losses = f"{ends[strong]:.3f} with λ = {strong:g}, {ends[weak]:.3f} with λ = {weak:g}"
        return f"A stronger penalty {verb} data loss: {losses}"
