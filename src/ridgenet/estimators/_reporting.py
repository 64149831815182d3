"""Reports of estimators: one HTML file, also shown in notebooks."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from sklearn import get_config
from sklearn.utils.validation import check_is_fitted

from ridgenet._errors import InputError


class Reporting:
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

    def _framed_report(self) -> str | None:
        """Return the report in a frame; None if it cannot be made, so that the diagram is shown."""
        if not hasattr(self, "alpha_") or get_config()["display"] != "diagram":
            return None
        try:
            from ridgenet.page.report._estimator import framed_report

            return framed_report(self)
        except (ImportError, InputError):
            # without the packages of reports, or the kernels for pages
            return None

    def _repr_html_inner(self) -> str:
        framed = self._framed_report()
        return super()._repr_html_inner() if framed is None else framed  # type: ignore[misc]

    def _repr_mimebundle_(self, **given: Any) -> dict[str, str]:
        framed = self._framed_report()
        if framed is None:
            bundle: dict[str, str] = super()._repr_mimebundle_(**given)  # type: ignore[misc]
            return bundle
        return {"text/plain": repr(self), "text/html": framed}
