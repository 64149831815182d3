"""What is seen of a path: its curves, and the plane with the rows in it."""

from __future__ import annotations

from base64 import b64encode
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from ridgenet._wording import readable
from ridgenet.page.report._charts import Chart, chart, numbers
from ridgenet.page.report._networks import networks_of
from ridgenet.path._result import NetworkPath
from ridgenet.plotting._path import PathDisplay
from ridgenet.plotting._plane import Plane, plane_of_estimator

MOST_POINTS = 600
# of the ends of the plane, between which the script makes a grid of its own
ENDS = 2
# of standard deviations, around the means: the plane of two inputs whose rows are not known
AROUND = 2.5


@dataclass(frozen=True)
class Scene:
    """A fitted estimator with a path, and what is known of its data.

    Attributes
    ----------
    estimator : RidgeNetClassifierCV or RidgeNetRegressorCV
        Fitted.
    names : tuple of str
        Names of the inputs.
    X, y : ndarray of shape (n_samples, n_inputs) and (n_samples,), or None
        Rows on which networks are scored, and of which some are drawn.
    plane : Plane or None
        The plane in which networks are drawn.
    rows : str, default="the samples shown"
        What the rows are.
    random_state : int
        Seed of the draw of rows.
    """

    estimator: Any
    names: tuple[str, ...]
    X: np.ndarray | None
    y: np.ndarray | None
    plane: Plane | None
    rows: str = "the samples shown"
    random_state: int = 0

    @classmethod
    def of(
        cls, estimator: Any, names: tuple[str, ...], X: np.ndarray | None, y: np.ndarray | None, **more: Any
    ) -> Scene:
        """Make a scene with the plane of some rows, or without rows, of two inputs around their means."""
        if X is None or y is None:
            return cls(estimator, names, None, None, _plane_around(estimator, names), **more)
        return cls(estimator, names, X, y, plane_of_estimator(estimator, X, y, names, ENDS), **more)

    @property
    def path(self) -> NetworkPath:
        """The path."""
        path: NetworkPath = self.estimator.path_
        return path

    @property
    def alphas(self) -> np.ndarray:
        """All λ, from the strongest to the weakest."""
        return self.path.alphas

    @property
    def positions(self) -> np.ndarray:
        """Where they are on a logarithmic axis, on which λ = 0 is one step below the smallest other."""
        positions = self.alphas.astype(np.float64)
        if positions[-1] == 0:
            positive = positions[positions > 0]
            step = positive[-2] / positive[-1] if len(positive) > 1 else 10.0
            positions[-1] = positive[-1] / step if len(positive) else 1.0
        return positions

    @property
    def chosen(self) -> int:
        """Index of the λ of the estimator."""
        return self.path.index_of(self.estimator.alpha_)

    @property
    def classes(self) -> np.ndarray | None:
        """Class labels; None for numbers."""
        return getattr(self.estimator, "classes_", None)

    @cached_property
    def curve(self) -> PathDisplay:
        """The curve by which λ was chosen."""
        return PathDisplay.from_estimator(self.estimator)

    @property
    def is_loss(self) -> bool:
        """Whether the least value of the curve is the best."""
        return self.estimator.selection != "evidence" and self.estimator._sign_and_name_of_scores()[0] < 0

    @property
    def truth_of_plane(self) -> str:
        """How well the plane shows what is predicted for the rows, as a sentence; empty if it shows all inputs."""
        if self.plane is None or self.X is None or len(self.names) < 3:
            return ""
        # a copy that knows no names of columns
        network = self.estimator._with(self.estimator._fitted)
        on_plane = network.predict(self.plane.inputs_at(self.plane.projected(self.X)))
        predicted = network.predict(self.X)
        if self.classes is not None:
            return f"At the chosen λ it is the class predicted for {np.mean(on_plane == predicted):.0%} of the rows."
        if not np.ptp(on_plane) or not np.ptp(predicted):
            return ""
        correlation = np.corrcoef(on_plane, predicted)[0, 1]
        return f"At the chosen λ its correlation with what is predicted for the rows is {correlation:.2f}."

    def to_dict(self) -> dict[str, Any]:
        """Return everything that the script draws, as plain values."""
        curve, path = self.curve, self.path
        found: dict[str, Any] = {
            **networks_of(self.estimator),
            "alphas": self.alphas.tolist(),
            "positions": self.positions.tolist(),
            "isByRule": is_alpha_by_rule(self.estimator),
            "names": list(self.names),
            "curve": {
                "label": curve.label,
                "values": numbers(curve.values),
                "errors": None if curve.standard_errors is None else numbers(curve.standard_errors),
                "interval": curve.interval,
                "differences": self._results("difference_from_best"),
                "differenceErrors": self._results("standard_error_of_difference"),
                "best": path.index_of(curve.marks.get("best", self.estimator.alpha_)),
                "isLoss": self.is_loss,
                "rule": self.estimator.selection,
                "startsFromConstant": self.estimator.alphas is None,
            },
            "terms": {
                "dataLoss": numbers(path.data_losses[:, 0]),
                "penalty": numbers(path.l2_penalties[:, 0]),
                "squaredNorm": numbers(path.squared_norms),
            },
            "plane": None if self.plane is None else self._plane(self.plane),
        }
        if self.X is not None:
            found["training"] = self._training(self.X, np.asarray(self.y))
        return found

    def _results(self, name: str) -> list[float | None] | None:
        """Return a column of the results of cross-validation, for the selected candidate."""
        estimator = self.estimator
        results = getattr(estimator, "cv_results_", None)
        return None if results is None else numbers(results[name][estimator._results_of(estimator._selected)])

    def _plane(self, plane: Plane) -> dict[str, Any]:
        """Return the ends of a plane, and the inputs of the network as a linear function of its coordinates."""
        origin, axes = plane.linear_inputs
        return {
            "origin": origin.tolist(),
            "axes": axes.tolist(),
            "low": [float(plane.x[0]), float(plane.y[0])],
            "high": [float(plane.x[-1]), float(plane.y[-1])],
            "names": list(plane.labels),
        }

    def _training(self, X: np.ndarray, y: np.ndarray) -> dict[str, Any]:
        """Return the score on the rows at each λ, and the points that are drawn, with those predicted wrongly."""
        drawn = np.arange(len(X))
        if len(X) > MOST_POINTS:
            drawn = np.sort(np.random.RandomState(self.random_state).permutation(len(X))[:MOST_POINTS])
        scores, wrong = [], []
        for index in range(len(self.path)):
            network = self.estimator._with(self.estimator._network_at(index))
            if self.classes is None:
                spread = float(np.var(y))
                loss = float(np.mean((y - network.predict(X)) ** 2))
                scores.append(1 - loss / spread if spread > 0 else np.nan)
            else:
                is_wrong = network.predict(X) != y
                scores.append(float(is_wrong.mean()))
                wrong.append(b64encode(np.packbits(is_wrong[drawn], bitorder="little").tobytes()).decode())
        shown = np.asarray(y)[drawn]
        points = None if self.plane is None else [numbers(point) for point in self.plane.projected(X[drawn])]
        targets = numbers(shown) if self.classes is None else np.searchsorted(self.classes, shown).tolist()
        score = "error" if self.classes is not None else "R²"
        return {
            "label": f"{score} on {self.rows}",
            "scores": numbers(scores),
            "points": points,
            "y": targets,
            "wrong": wrong,
        }

    def curves(self) -> tuple[dict[str, Chart], dict[str, str]]:
        """Return the charts over λ, and texts that describe them."""
        path, at, curve, alphas = self.path, self.chosen, self.curve, self.alphas
        charts: dict[str, Chart] = {}
        told: dict[str, str] = {}
        band = None if curve.standard_errors is None else numbers(curve.standard_errors)
        name = curve.label if band is None else f"{curve.label} ± standard error"
        charts["curve"] = self._over_alphas([self._line(name, curve.values, 0, band=band, kind="both")], height=240)
        limits = curve.limits()
        if limits is not None:
            charts["curve"]["y"] = list(limits)
        marks = {**curve.marks, **({"no penalty": 0.0} if alphas[-1] == 0 else {})}
        charts["curve"]["marks"] = [
            {"alpha": float(self.positions[path.index_of(alpha)]), "text": f"{mark}: {readable(alpha)}"}
            for mark, alpha in marks.items()
        ]
        if curve.interval is not None:
            charts["curve"]["range"] = [path.index_of(alpha) for alpha in reversed(curve.interval)]
        told["curve"] = (
            f"Curve of the {curve.label} against λ from {readable(alphas[-1], 2)} to {readable(alphas[0], 2)}; "
            f"at the chosen λ = {readable(alphas[at])} it is {readable(curve.values[at], 4)}."
        )
        norms = path.layer_norms
        charts["shrinkage"] = self._over_alphas(
            [self._line(f"layer {k + 1}, ‖W‖", each, k) for k, each in enumerate(norms.T)], title="norm of the weights"
        )
        told["shrinkage"] = (
            f"Norm of each layer's weights against λ; in layer 1 {readable(norms[-1, 0])} at the weakest and "
            f"{readable(norms[0, 0])} at the strongest."
        )
        data_losses, penalties = path.data_losses[:, 0], path.l2_penalties[:, 0]
        terms = {"data loss": data_losses, "L2 penalty": penalties, "objective, their sum": data_losses + penalties}
        lines = [self._line(name, values, k, isDashed=k > 0) for k, (name, values) in enumerate(terms.items())]
        charts["objectives"] = self._over_alphas(lines, title="training objective, in standardised units")
        told["objectives"] = (
            f"Data loss and L2 penalty against λ: the data loss is {readable(data_losses[-1])} at the weakest and "
            f"{readable(data_losses[0])} at the strongest; at the chosen λ they are {readable(data_losses[at])} and "
            f"{readable(penalties[at])}."
        )
        return charts, told

    def _over_alphas(self, lines: list[dict[str, Any]], title: str = "", **more: Any) -> Chart:
        return chart(lines, axis="λ (alpha)", title=title, alphas=self.positions.tolist(), **more)

    @staticmethod
    def _line(name: str, values: Any, tone: int, **more: Any) -> dict[str, Any]:
        return {"name": name, "values": numbers(values), "tone": tone % 6, **more}


def is_alpha_by_rule(estimator: Any) -> bool:
    """Return whether an estimator has the λ that it has selected, not one from `with_alpha`."""
    selected = {"min": "alpha_min_", "1se": "alpha_1se_"}.get(estimator.selection)
    return selected is None or bool(getattr(estimator, selected) == estimator.alpha_)


def _plane_around(estimator: Any, names: tuple[str, ...]) -> Plane | None:
    """Return the plane of two inputs around their means, for an estimator whose rows are not known."""
    if len(names) != 2 or not estimator.standardize:
        return None
    standardizer = estimator.path_.standardizer
    low, high = (standardizer.mean + sign * AROUND * standardizer.scale for sign in (-1, 1))
    x, y = ([a, b] for a, b in zip(low, high, strict=True))
    grid = np.array([[a, b] for b in y for a in x])
    return Plane(np.empty((0, 2)), (names[0], names[1]), "", np.array(x), np.array(y), grid, np.zeros(2), np.eye(2))
