"""The cross-validation curve of a path, and the norms of its weights."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
from sklearn.utils.validation import check_is_fitted

from ridgenet.plotting._style import (
    CLASS_COLORS,
    INK,
    LIGHT_INK,
    LINE_STYLES,
    add_legend,
    new_axes,
    set_strength_axis,
    strength_colors,
)

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from ridgenet.path._result import NetworkPath


CHOSEN = "#0072B2"
SIMPLER = "#D55E00"
# of the axis
WIDTH_OF_LABEL = 0.08
# minimum fraction of a curve that is visible
COVERED = 0.6


@dataclass(repr=False)
class PathDisplay:
    """Cross-validated loss along the path, with standard errors and the λ of each selection rule.

    Attributes
    ----------
    path : NetworkPath
        The path of the chosen network size.
    values : ndarray of shape (n_alphas,)
        Mean loss (or score, or log evidence) at each λ, for this size.
    standard_errors : ndarray of shape (n_alphas,) or None
        Standard errors over the folds.
    label : str
        Name of the values.
    marks : dict of str to float
        λ to mark, by the name of the mark.
    others : dict of str to pair of ndarray
        λ and values of the other sizes.
    title : str
        Title of the plot.
    interval : tuple of float or None
        Smallest and largest λ of the range that is not clearly worse than the best; None shows none.
    figure_, ax_, second_ax_
        Figure and axes, after `plot`; the second axis, on top, shows the effective number of weights γ, or Σ‖W‖².

    Examples
    --------
    >>> from ridgenet import RidgeNetRegressorCV
    >>> X = np.linspace(-3, 3, 40)[:, np.newaxis]
    >>> net = RidgeNetRegressorCV(n_alphas=10, n_restarts=1, random_state=0).fit(X, np.sin(X[:, 0]))
    >>> display = PathDisplay.from_estimator(net).plot()
    >>> display.ax_.get_xscale()
    'log'
    """

    path: NetworkPath
    values: np.ndarray
    standard_errors: np.ndarray | None
    label: str
    marks: dict[str, float]
    others: dict[str, tuple[np.ndarray, np.ndarray]]
    title: str
    interval: tuple[float, float] | None = None
    figure_: Figure = field(init=False)
    ax_: Axes = field(init=False)
    second_ax_: Axes = field(init=False)

    @classmethod
    def from_estimator(cls, estimator: Any) -> PathDisplay:
        """Return the display of a fitted `RidgeNetClassifierCV` or `RidgeNetRegressorCV`.

        Raises
        ------
        sklearn.exceptions.NotFittedError
            If it is not fitted.
        """
        check_is_fitted(estimator, "alpha_")
        path = estimator.path_
        if estimator.selection == "evidence":
            values, errors, label = path.log_evidence, None, "log evidence"
            marks = {"most probable": estimator.alpha_}
            others = {
                _size_label(p.network.layer_sizes): (p.alphas, p.log_evidence)
                for p in estimator.paths_
                if p is not path
            }
            title = (
                f"Largest evidence at λ = {estimator.alpha_:.3g}, with an effective number of weights "
                f"γ = {estimator.n_effective_:.1f}"
            )
            return cls(path, values, errors, label, marks, others, title)
        sign, label = estimator._sign_and_name_of_scores()
        results = estimator.cv_results_
        size = estimator._selected
        marks = {"best": estimator.alpha_min_, "one standard error": estimator.alpha_1se_}
        others = {
            _size_label(candidate.network.layer_sizes): (
                candidate.alphas,
                sign * results["mean_test_score"][estimator._results_of(k)],
            )
            for k, candidate in enumerate(estimator.paths_)
            if k != size
        }
        means = sign * results["mean_test_score"][estimator._results_of(size)]
        errors = results["standard_error"][estimator._results_of(size)]
        best = means[path.index_of(estimator.alpha_min_)]
        title = f"Best {label} at λ = {estimator.alpha_min_:.3g}: {best:.3g}"
        return cls(path, means, errors, label, marks, others, title, estimator.alpha_interval_)

    def plot(self, ax: Axes | None = None) -> PathDisplay:
        """Draw into `ax`, or into a new figure."""
        self.figure_, self.ax_ = new_axes(ax, 8.0, 5.0)
        axes, alphas = self.ax_, self.path.alphas
        positive = alphas > 0
        colors = strength_colors(max(len(self.others), 3))
        for (name, (at, values)), color in zip(self.others.items(), colors, strict=False):
            axes.plot(at[at > 0], values[at > 0], color=color, linewidth=1.0, linestyle=":", label=name)
        name = _size_label(self.path.network.layer_sizes)
        errors = None if self.standard_errors is None else self.standard_errors[positive]
        axes.errorbar(
            alphas[positive],
            self.values[positive],
            yerr=errors,
            color=INK,
            ecolor=LIGHT_INK,
            marker="o",
            markersize=3.5,
            linewidth=1.0,
            elinewidth=1.0,
            capsize=1.5,
            label=f"{name}, with standard errors" if errors is not None else name,
        )
        if self.interval is not None and self.interval[0] > 0:
            axes.axvspan(*self.interval, color=CHOSEN, alpha=0.1, linewidth=0, label="not clearly worse than the best")
        styles = ((CHOSEN, "-"), (SIMPLER, "--"))
        for (name, alpha), (mark_color, style) in zip(self.marks.items(), styles, strict=False):
            if alpha > 0:
                axes.axvline(alpha, color=mark_color, linestyle=style, linewidth=1.6, label=f"{name}: λ = {alpha:.3g}")
        set_strength_axis(axes)
        axes.set_ylabel(self.label)
        axes.set_title(self.title, fontsize=12)
        add_legend(axes)
        limits = self.limits()
        if limits is not None:
            axes.set_ylim(*limits)
        self._add_second_axis()
        return self

    def limits(self) -> tuple[float, float] | None:
        """Return limits of the y axis that cut off losses far above that of the null network, at small λ."""
        if self.standard_errors is None:
            return None
        everything = np.concatenate([self.values, *(values for _, values in self.others.values())])
        low, high, null = float(np.nanmin(everything)), float(np.nanmax(everything)), float(self.values[0])
        if null < low or high - low <= 3 * (null - low):
            return None
        # if hardly any network is better than the null network, the curve determines the limits
        height = max(2.5 * (null - low), 1.1 * (float(np.nanquantile(self.values, COVERED)) - low))
        return (low - 0.06 * height, low + height) if height > 0 else None

    def _add_second_axis(self) -> None:
        effective = self.path.n_effective
        numbers = self.path.squared_norms if effective is None else effective
        self.second_ax_ = self.ax_.twiny()
        self.second_ax_.set_xscale("log")
        self.second_ax_.set_xlim(self.ax_.get_xlim())
        indices = _apart(self.path.alphas, self.ax_.get_xlim())
        self.second_ax_.set_xticks(self.path.alphas[indices], [_short(numbers[index]) for index in indices])
        self.second_ax_.minorticks_off()
        self.second_ax_.set_xlabel("Σ‖W‖²" if effective is None else "γ, effective number of weights")


def _apart(alphas: np.ndarray, limits: tuple[float, float]) -> list[int]:
    """Return indices of positive λ, from the largest, whose labels do not overlap on a logarithmic axis."""
    low, high = np.log(limits)
    indices: list[int] = []
    for index in np.flatnonzero(alphas > 0):
        if not indices or np.log(alphas[indices[-1]] / alphas[index]) >= WIDTH_OF_LABEL * abs(high - low):
            indices.append(int(index))
    return indices


def _short(number: float) -> str:
    """Return three digits of a non-negative number, without an exponent."""
    if number >= 100:
        return f"{number:,.0f}"
    return "< 0.01" if number < 0.01 else f"{number:.3g}"


def _size_label(layer_sizes: Sequence[int]) -> str:
    hidden = layer_sizes[1:-1]
    return f"{'-'.join(map(str, hidden))} hidden units" if hidden else "no hidden layer"


@dataclass(repr=False)
class ShrinkageDisplay:
    """Norm of each layer's weights against λ, and as thin lines of the weights of each hidden unit.

    Hidden units are ranked by norm at each λ, since they cannot be identified from one λ to the next.

    Attributes
    ----------
    path : NetworkPath
        The path.
    chosen : float or None
        λ to mark.
    figure_, ax_
        Figure and axes, after `plot`.
    """

    path: NetworkPath
    chosen: float | None = None
    figure_: Figure = field(init=False)
    ax_: Axes = field(init=False)

    @classmethod
    def from_path(cls, path: NetworkPath, *, chosen: float | None = None) -> ShrinkageDisplay:
        """Return the display of a path, with λ = `chosen` marked."""
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
            label = "each hidden unit: incoming and outgoing weights" if layer == 0 else None
            for rank, column in enumerate(ranked.T):
                axes.plot(alphas, column, color=LIGHT_INK, linewidth=0.8, label=label if rank == 0 else None)
        for layer, norms in enumerate(path.layer_norms[shown].T):
            color, style = CLASS_COLORS[layer % len(CLASS_COLORS)], LINE_STYLES[layer % len(LINE_STYLES)]
            axes.plot(alphas, norms, color=color, linestyle=style, linewidth=2.2, label=self._layer_label(layer))
        if self.chosen:
            axes.axvline(self.chosen, color=INK, linewidth=1.2, label=f"chosen: λ = {self.chosen:.3g}")
        set_strength_axis(axes)
        axes.set_ylabel("norm of the weights, ‖W‖, in standardised units")
        axes.set_ylim(bottom=0)
        axes.set_title(self._title(), fontsize=12)
        add_legend(axes)
        return self

    def _layer_label(self, layer: int) -> str:
        n_in, n_out = self.path.network.layer_sizes[layer : layer + 2]
        return f"layer {layer + 1} ({n_in} → {n_out})"

    def _title(self) -> str:
        if not self.path.unit_norms:
            return "The weights shrink as λ grows"
        first = self.path.unit_norms[0]
        alive = (first > 0.05 * first.max(axis=1, keepdims=True)).sum(axis=1) * (first.max(axis=1) > 1e-3)
        index = self.path.index_of(self.chosen) if self.chosen else int(np.flatnonzero(self.path.found)[-1])
        at = "at the chosen λ" if self.chosen else "at the smallest λ"
        return f"The weights shrink as λ grows: {alive[index]} of {first.shape[1]} hidden units are used {at}"
