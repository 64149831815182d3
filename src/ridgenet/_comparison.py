"""The result of `compare`: the trained networks, from which tables, plots and files are made."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass
from functools import partial
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from ridgenet._errors import InputError
from ridgenet._fitted import FittedNetwork
from ridgenet._network import Network
from ridgenet._preprocessing import Standardizer
from ridgenet._svg import COLORS, Panel, picture
from ridgenet.core._penalties import L2Penalty
from ridgenet.core._solution import History, Solution

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from ridgenet._compare_settings import CompareSettings
    from ridgenet._datasets import Dataset


@dataclass(frozen=True)
class Fit:
    """The network trained with one λ.

    Attributes
    ----------
    alpha : float
        Regularisation strength λ.
    network : Network
        Shape of the network.
    initial_parameters : ndarray of shape (n_parameters,)
        Initial weights and biases.
    solution : Solution
        Final weights and biases, and the objective during training.
    train_error, test_error : float
        Fraction of misclassified samples, between 0 and 1.
    """

    alpha: float
    network: Network
    initial_parameters: np.ndarray
    solution: Solution
    train_error: float
    test_error: float

    @property
    def history(self) -> History:
        """The objective during training."""
        return self.solution.history

    @property
    def data_loss(self) -> float:
        """Final mean loss on the training samples."""
        return float(self.history.data_loss[-1])

    @property
    def l2_penalty(self) -> float:
        """Final L2 penalty."""
        return float(self.history.l2_penalty[-1])

    @property
    def squared_norm(self) -> float:
        """Sum of squares of the final weights."""
        return float(self.history.squared_norm[-1])

    @property
    def weights(self) -> list[np.ndarray]:
        """Weights of each layer, of shape (units, inputs)."""
        return self.network.weights(self.solution.parameters)

    @property
    def biases(self) -> list[np.ndarray]:
        """Biases of each layer, of shape (units,)."""
        return self.network.biases(self.solution.parameters)

    @property
    def largest_weight(self) -> float:
        """Largest absolute weight."""
        return float(max(np.abs(W).max() for W in self.weights))

    @property
    def updates_per_second(self) -> float:
        """Updates per second of training."""
        return self.solution.n_updates / max(self.solution.seconds, 1e-9)


# heading -> formatted value; shared by the command line and print(result)
COLUMNS: dict[str, Callable[[Fit], str]] = {
    "λ": lambda fit: f"{fit.alpha:g}",
    "train error": lambda fit: f"{fit.train_error:.1%}",
    "test error": lambda fit: f"{fit.test_error:.1%}",
    "data loss": lambda fit: f"{fit.data_loss:.4f}",
    "L2 penalty": lambda fit: f"{fit.l2_penalty:.4f}",
    "Σ‖W‖²": lambda fit: f"{fit.squared_norm:,.1f}",
    "max |w|": lambda fit: f"{fit.largest_weight:.2f}",
    "seconds": lambda fit: f"{fit.solution.seconds:.2f}",
    "updates/s": lambda fit: f"{fit.updates_per_second:,.0f}",
}


@dataclass(frozen=True)
class Comparison:
    """The same network trained from the same start with several regularisation strengths.

    Attributes
    ----------
    dataset : Dataset
        Training and test data, in the units of the data.
    settings : CompareSettings
        The settings.
    standardizer : Standardizer
        Mean and scale by which the inputs were standardised.
    classes : ndarray of shape (n_classes,)
        Class labels; with two classes, the network predicts the probability of the second.
    fits : tuple of Fit
        One for each λ, in the order of `settings.alphas`.
    interrupted : bool
        Whether Ctrl-C stopped training early; the last fit is then incomplete.
    """

    dataset: Dataset
    settings: CompareSettings
    standardizer: Standardizer
    classes: np.ndarray
    fits: tuple[Fit, ...]
    interrupted: bool

    def __str__(self) -> str:
        rows = [list(COLUMNS), *([text(fit) for text in COLUMNS.values()] for fit in self.fits)]
        widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
        return "\n".join("  ".join(cell.rjust(w) for cell, w in zip(row, widths, strict=True)) for row in rows)

    def _repr_html_(self) -> str:
        """Return the table with pictures of data loss and L2 penalty, for notebooks."""
        head = "".join(f"<th>{escape(name)}</th>" for name in COLUMNS)
        rows = ["".join(f"<td>{escape(text(fit))}</td>" for text in COLUMNS.values()) for fit in self.fits]
        body = "".join(f"<tr>{row}</tr>" for row in rows)
        # with many λ, some of them from the weakest to the strongest
        shown = [self.fits[k] for k in np.unique(np.linspace(0, len(self.fits) - 1, len(COLORS)).round().astype(int))]
        losses, penalties = (
            {f"λ = {fit.alpha:g}": (fit.history.epochs, getattr(fit.history, name)) for fit in shown}
            for name in ("data_loss", "l2_penalty")
        )
        panels = [Panel("Data loss", "epoch", losses, log_x=True), Panel("L2 penalty", "epoch", penalties, log_x=True)]
        text = "; ".join(f"λ = {fit.alpha:g}: final data loss {fit.data_loss:.4f}" for fit in self.fits)
        return (
            f"<div><table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"
            f"{picture(panels, f'Data loss and L2 penalty by epoch. {text}')}</div>"
        )

    @property
    def penalty(self) -> L2Penalty:
        """The kind of penalty."""
        return L2Penalty()

    def fit_at(self, alpha: float) -> Fit:
        """Return the fit for one λ.

        Raises
        ------
        InputError
            If no fit has this λ.
        """
        for fit in self.fits:
            if fit.alpha == alpha:
                return fit
        raise InputError(f"no fit has λ = {alpha:g}; choose from {', '.join(f'{fit.alpha:g}' for fit in self.fits)}")

    def predict_proba(self, X: np.ndarray, alpha: float) -> np.ndarray:
        """Return the class probabilities of each sample, predicted by the network for one λ."""
        fit = self.fit_at(alpha)
        return class_probabilities(FittedNetwork(fit.network, fit.solution.parameters, self.standardizer), X)

    def predict(self, X: np.ndarray, alpha: float) -> np.ndarray:
        """Return the most probable class of each sample, predicted by the network for one λ."""
        return self.classes[self.predict_proba(X, alpha).argmax(axis=1)]

    def plot(self) -> dict[str, Figure]:
        """Draw all plots; return the figures by name: boundary, objective and weights."""
        return {"boundary": self.plot_boundary(), "objective": self.plot_objective(), "weights": self.plot_weights()}

    def plot_boundary(self, figure: Figure | None = None) -> Figure:
        """Draw the decision boundaries side by side."""
        from ridgenet.plotting._boundary import BoundaryDisplay

        return BoundaryDisplay.from_comparison(self).plot(figure).figure_

    def plot_objective(self, figure: Figure | None = None) -> Figure:
        """Plot data loss and L2 penalty against the epochs."""
        from ridgenet.plotting._objective import ObjectiveDisplay

        return ObjectiveDisplay.from_comparison(self).plot(figure).figure_

    def plot_weights(self, figure: Figure | None = None) -> Figure:
        """Plot the distribution of the weights of each layer."""
        from ridgenet.plotting._weights import WeightsDisplay

        return WeightsDisplay.from_comparison(self).plot(figure).figure_

    def save(self, folder: str | Path) -> list[Path]:
        """Write boundary.png, objective.png, weights.png and result.json to `folder`; return their paths.

        Raises
        ------
        InputError
            If the folder cannot be created or written to.
        """
        from matplotlib.figure import Figure

        from ridgenet.io._results_folder import NAMES_OF_COMPARISON, results_in
        from ridgenet.plotting._style import write_png

        with results_in(Path(folder), NAMES_OF_COMPARISON) as results:
            for name, draw in (
                ("boundary.png", self.plot_boundary),
                ("objective.png", self.plot_objective),
                ("weights.png", self.plot_weights),
            ):
                results.write(name, partial(write_png, draw(Figure())))
            results.finish(self.to_dict())
        return results.paths

    def to_dict(self) -> dict[str, Any]:
        """Return settings, data description and results as a dictionary that can be saved as JSON."""
        return {
            "data": {
                "name": self.dataset.name,
                "n_train": len(self.dataset.X),
                "n_test": 0 if self.dataset.X_test is None else len(self.dataset.X_test),
                "feature_names": list(self.dataset.feature_names),
                "classes": self.classes.tolist(),
                "mean": self.standardizer.mean.tolist(),
                "scale": self.standardizer.scale.tolist(),
                "standardize": self.dataset.standardize,
                "source": dict(self.dataset.source),
            },
            "settings": asdict(self.settings),
            "interrupted": self.interrupted,
            "fits": [_fit_to_dict(fit) for fit in self.fits],
        }


def class_probabilities(fitted: FittedNetwork, X: np.ndarray) -> np.ndarray:
    """Return class probabilities; a single logistic output is the probability of the second class."""
    a = fitted.outputs(np.asarray(X, np.float64))
    return np.column_stack([1.0 - a[:, 0], a[:, 0]]) if fitted.network.output == "logistic" else a


def _fit_to_dict(fit: Fit) -> dict[str, Any]:
    return {
        "alpha": fit.alpha,
        "train_error": fit.train_error,
        "test_error": fit.test_error,
        "data_loss": fit.data_loss,
        "l2_penalty": fit.l2_penalty,
        "squared_norm": fit.squared_norm,
        "largest_weight": fit.largest_weight,
        "n_updates": fit.solution.n_updates,
        "seconds": fit.solution.seconds,
        "interrupted": fit.solution.interrupted,
        "layer_sizes": list(fit.network.layer_sizes),
        "output": fit.network.output,
        "weights": [W.tolist() for W in fit.weights],
        "biases": [b.tolist() for b in fit.biases],
        "initial_parameters": fit.initial_parameters.tolist(),
        "history": {name: values.tolist() for name, values in vars(fit.history).items()},
    }
