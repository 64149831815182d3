"""How estimators are shown in notebooks, and the reports of those with a path: one HTML file."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from sklearn import get_config
from sklearn.utils.validation import check_is_fitted

from ridgenet._errors import InputError
from ridgenet._svg import Panel, picture
from ridgenet._wording import readable


class ShownInNotebooks:
    """Show a fitted estimator as HTML of its own where scikit-learn shows diagrams."""

    def _html(self) -> str | None:
        """Return the HTML; None shows scikit-learn's diagram."""
        return None

    def _diagram(self) -> str:
        diagram: str = super()._repr_html_inner()  # type: ignore[misc]
        return diagram

    def _repr_html_inner(self) -> str:
        html = self._html()
        return self._diagram() if html is None else html

    def _repr_mimebundle_(self, **_: Any) -> dict[str, str]:
        bundle = {"text/plain": repr(self)}
        if get_config()["display"] == "diagram":
            bundle["text/html"] = self._repr_html_inner()
        return bundle


class ShownWithObjective(ShownInNotebooks):
    """Show a fitted network with its objective during training, under the diagram."""

    loss_curve_: np.ndarray
    data_loss_curve_: np.ndarray
    n_iter_: int
    solver_: str

    def _html(self) -> str | None:
        """Return the diagram and the picture; None before `fit`, or if there is no history."""
        curve = getattr(self, "loss_curve_", None)
        if curve is None or len(curve) < 2:
            return None
        # lbfgs has a value at the start
        steps = np.arange(len(curve)) + (0 if self.solver_ == "lbfgs" else 1)
        curves = {"objective": (steps, curve), "data loss": (steps, self.data_loss_curve_)}
        panel = Panel("Objective and data loss", "iteration" if self.solver_ == "lbfgs" else "epoch", curves)
        text = f"The objective falls from {readable(curve[0])} to {readable(curve[-1])} in {len(curve) - 1} steps"
        return f"<div>{self._diagram()}{picture([panel], text)}</div>"


class Reporting(ShownInNotebooks):
    """What estimators with a path do with their reports."""

    def report(self, path: str | Path, X: Any = None, y: Any = None, *, with_data: bool = False) -> Path:
        """Write a report: one HTML file with the path, its networks, and predictions for values typed in.

        Parameters
        ----------
        path : str or Path
            The file to write.
        X : array-like of shape (n_samples, n_features), default=None
            Samples to draw, such as those the estimator was fitted to; up to 600 are.
        y : array-like of shape (n_samples,), default=None
            Their targets.
        with_data : bool, default=False
            Whether the report holds all of X and y, and can train again without some samples or a column. Whoever has
            the file then has the data.

        Returns
        -------
        Path
            The file.

        Raises
        ------
        InputError
            If X and y do not fit the estimator, or the file cannot be written.
        sklearn.exceptions.NotFittedError
            If the estimator is not fitted.

        Examples
        --------
        >>> from sklearn.datasets import make_moons
        >>> from ridgenet import RidgeNetClassifierCV
        >>> X, y = make_moons(100, noise=0.3, random_state=0)
        >>> net = RidgeNetClassifierCV(n_alphas=10, n_restarts=1, random_state=0).fit(X, y)
        >>> net.report("report.html", X, y).name  # doctest: +SKIP
        'report.html'
        """
        check_is_fitted(self, "alpha_")
        from ridgenet.page.report._estimator import write_report

        return write_report(self, path, X, y, with_data=with_data)

    def _html(self) -> str | None:
        """Return the report in a frame; None if it cannot be made, so that the diagram is shown."""
        if not hasattr(self, "alpha_"):
            return None
        try:
            from ridgenet.page.report._estimator import framed_report

            return framed_report(self)
        except (ImportError, InputError):
            # without the packages of reports, or the kernels for pages
            return None
