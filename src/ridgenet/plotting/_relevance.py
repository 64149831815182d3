"""Relevance of each input column, with its λ."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
from sklearn.utils.validation import check_is_fitted

from ridgenet._errors import InputError
from ridgenet.plotting._style import INK, LIGHT_INK, new_axes

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

BAR = "#0072B2"
# columns below this fraction of the largest relevance are drawn in grey
SMALL = 0.1
MOST_COLUMNS = 30


@dataclass(repr=False)
class RelevanceDisplay:
    """How much the output changes with each input column, and the λ of its weights.

    Attributes
    ----------
    names : list of str
        Names of the columns.
    relevance : ndarray of shape (n_features,)
        Root mean square derivative of the output, before the output unit, in each standardised column.
    alphas : ndarray of shape (n_features,)
        λ of each column.
    figure_, ax_
        Figure and axes, after `plot`.

    Examples
    --------
    >>> from ridgenet import RidgeNetRegressor
    >>> X = np.random.default_rng(0).normal(size=(60, 2))
    >>> net = RidgeNetRegressor((2,), alpha="per_column", random_state=0).fit(X, np.sin(2 * X[:, 0]))
    >>> RelevanceDisplay.from_estimator(net).plot().ax_.get_yticklabels()[0].get_text()
    'x0'
    """

    names: list[str]
    relevance: np.ndarray
    alphas: np.ndarray
    figure_: Figure = field(init=False)
    ax_: Axes = field(init=False)

    @classmethod
    def from_estimator(cls, estimator: Any) -> RelevanceDisplay:
        """Return the display of a `RidgeNetClassifier` or `RidgeNetRegressor` fitted with ``alpha="per_column"``.

        Raises
        ------
        sklearn.exceptions.NotFittedError
            If it is not fitted.
        InputError
            If it was fitted with another alpha.
        """
        check_is_fitted(estimator)
        if not hasattr(estimator, "relevance_"):
            raise InputError("the relevance of columns needs an estimator fitted with alpha='per_column'")
        names = getattr(estimator, "feature_names_in_", None)
        if names is None:
            names = [f"x{column}" for column in range(estimator.n_features_in_)]
        return cls([str(name) for name in names], estimator.relevance_, estimator.alphas_by_column_)

    def plot(self, ax: Axes | None = None) -> RelevanceDisplay:
        """Draw into `ax`, or into a new figure: the 30 most relevant columns, the most relevant on top."""
        order = np.argsort(-self.relevance, kind="stable")[:MOST_COLUMNS]
        self.figure_, self.ax_ = new_axes(ax, 8.0, 1.4 + 0.32 * len(order))
        axes, values = self.ax_, self.relevance[order]
        largest = float(values.max(initial=0.0)) or 1.0
        colors = [BAR if value >= SMALL * largest else LIGHT_INK for value in values]
        axes.barh(np.arange(len(order)), values, color=colors, height=0.7)
        for row, (column, value) in enumerate(zip(order, values, strict=True)):
            axes.text(value + 0.01 * largest, row, f"λ = {self.alphas[column]:.3g}", va="center", fontsize=9, color=INK)
        axes.set_yticks(range(len(order)), [self.names[column] for column in order])
        axes.invert_yaxis()
        axes.set_xlim(0, 1.18 * largest)
        axes.set_xlabel("relevance: root mean square derivative of the output in the standardised column")
        axes.set_title(self._title(len(order)), fontsize=12)
        axes.spines[["top", "right"]].set_visible(False)
        return self

    def _title(self, n_shown: int) -> str:
        n_large, n_columns = int((self.relevance >= SMALL * self.relevance.max()).sum()), len(self.relevance)
        shown = "" if n_shown == n_columns else f"; the first {n_shown} are shown"
        return f"{n_large} of {n_columns} columns have at least a tenth of the largest relevance{shown}"
