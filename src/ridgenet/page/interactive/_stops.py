"""One record for each λ, which the browser looks up when the slider moves."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from ridgenet._network import Network
from ridgenet._wording import readable
from ridgenet.page._translations import ENGLISH, Gettext
from ridgenet.page.interactive._figures import numbers
from ridgenet.page.interactive._plane_figure import surface_values, wrong_points
from ridgenet.page.interactive._scene import CVScores, Look, Scene

# more nodes per layer would be indistinguishable
MOST_NODES = 16
NOTHING = 1e-7


@dataclass(frozen=True)
class Drawing:
    """The inputs and units of a network that are drawn.

    Attributes
    ----------
    nodes : tuple of tuple of int
        Indices in each layer, from the inputs to the outputs.
    names : list of list of str
        Their names; hidden units have none.
    n_left_out : list of int
        Number of nodes in each layer that are not drawn.
    """

    nodes: tuple[tuple[int, ...], ...]
    names: list[list[str]]
    n_left_out: list[int]

    def to_dict(self) -> dict[str, Any]:
        """Return what is the same for all λ."""
        return {"names": self.names, "left_out": self.n_left_out}

    def network(self, weights: list[np.ndarray], biases: list[np.ndarray]) -> dict[str, Any]:
        """Return the weights, (units, inputs), and biases that are drawn, for standardised inputs."""
        pairs = zip(self.nodes[:-1], self.nodes[1:], strict=True)
        return {
            "weights": [
                [numbers(row, 4) for row in W[np.ix_(above, below)]]
                for W, (below, above) in zip(weights, pairs, strict=True)
            ],
            "biases": [numbers(b[list(above)], 4) for b, above in zip(biases, self.nodes[1:], strict=True)],
        }


def drawing_of(scene: Scene) -> Drawing:
    """Choose all nodes, or those with the largest weights at the chosen λ."""
    network = scene.path.network
    weights = network.weights(scene.path.parameters[scene.chosen, 0].astype(np.float64))
    strengths = [(weights[0] ** 2).sum(axis=0)]
    for layer, W in enumerate(weights):
        above = (weights[layer + 1] ** 2).sum(axis=0) if layer + 1 < len(weights) else 0.0
        strengths.append((W**2).sum(axis=1) + above)
    nodes = tuple(tuple(np.sort(np.argsort(-s, kind="stable")[:MOST_NODES]).tolist()) for s in strengths)
    outputs = (
        ["" if len(nodes[-1]) == 1 else str(scene.classes[k]) for k in nodes[-1]] if scene.classes is not None else [""]
    )
    names = [[scene.input_names[k] for k in nodes[0]], *[[""] * len(layer) for layer in nodes[1:-1]], outputs]
    left_out = [size - len(kept) for size, kept in zip(network.layer_sizes, nodes, strict=True)]
    return Drawing(nodes, names, left_out)


def stop_of(scene: Scene, index: int, drawing: Drawing, gettext: Gettext = ENGLISH.gettext) -> dict[str, Any]:
    """Return the record of one λ of the path."""
    path = scene.path
    stop = picture_of(scene, scene.looks[index], path.network, path.parameters[index, 0], drawing)
    return stop | {
        "alpha": float(path.alphas[index]),
        "chosen": index == scene.chosen,
        "readout": readout_of(scene, index, gettext),
    }


def stops_of(scene: Scene, drawing: Drawing, gettext: Gettext = ENGLISH.gettext) -> list[dict[str, Any]]:
    """Return the records of all λ of the slider, from weak to strong."""
    return [stop_of(scene, index, drawing, gettext) for index in scene.shown]


def picture_of(scene: Scene, look: Look, network: Network, parameters: np.ndarray, drawing: Drawing) -> dict[str, Any]:
    """Return the parts of the pictures that depend on the network."""
    picture = {
        "surface": surface_values(scene, look.surface),
        "network": drawing.network(network.weights(parameters), network.biases(parameters)),
    }
    return picture if scene.classes is None else {**picture, "wrong": wrong_points(scene, look)}


def readout_of(scene: Scene, index: int, gettext: Gettext = ENGLISH.gettext) -> dict[str, str]:
    """Return the numbers of one λ of the path by their names."""
    path, curve = scene.path, scene.curve
    found = {gettext("λ (alpha)"): readable(path.alphas[index])}
    if index < len(curve.values):
        error = "" if curve.standard_errors is None else f" ± {readable(curve.standard_errors[index], 2)}"
        found[gettext(curve.label)] = f"{readable(curve.values[index], 4)}{error}"
    return {
        **found,
        **scores_in_words(scene, scene.looks[index], gettext),
        gettext("data loss"): in_short(path.data_losses[index, 0]),
        gettext("L2 penalty"): in_short(path.l2_penalties[index, 0]),
        "Σ‖W‖²": in_short(path.squared_norms[index]),
    }


def in_short(value: float) -> str:
    """Return a part of the objective with four digits; tiny remainders of an optimiser count as zero."""
    return "0" if abs(value) < NOTHING else readable(value, 4)


def scores_in_words(scene: Scene, look: Look, gettext: Gettext) -> dict[str, str]:
    """Return the error rates, or R², on training and unseen data by their names."""
    names = gettext("training error"), gettext("error on unseen rows")
    if scene.classes is None:
        names = gettext("training R²"), gettext("R² on unseen rows")
    looks = (look.training, look.unseen)
    return {name: score_in_words(scene, seen) for name, seen in zip(names, looks, strict=True) if seen is not None}


def score_in_words(scene: Scene, scores: CVScores) -> str:
    """Return an error rate, or R²."""
    return f"{scores.score:.1%}" if scene.classes is not None else f"{scores.score:.3f}"
