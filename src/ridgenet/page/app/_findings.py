"""Interpret the network shown: overfitting, a good fit, underfitting, or collapse."""

from __future__ import annotations

import numpy as np

from ridgenet.page._translations import N_, Gettext
from ridgenet.page.interactive._scene import Look, Scene

# outputs whose range is below this share of the possible range count as constant
SAME_EVERYWHERE = 0.03
# share of the variance over the plane that a linear function explains
STRAIGHT = 0.99
SMALLEST_PROBABILITY = 1e-7
# standard errors by which a loss must be higher to count as worse
WORSE = 1.0

# A part is a sentence for every network, or one of several by what is shown: "linear" networks have no hidden units,
# all others are "deep"; "classes" have a decision boundary, "numbers" a surface; networks are on the "path", or trained
# "live". The first part is the title.
Part = str | dict[str, str]

MEANINGS: dict[str, list[Part]] = {
    "overfitted": [
        N_("Overfitting"),
        {
            "linear": N_("The network fits the noise in the training data."),
            "classes": N_("The decision boundary bends around single points."),
            "numbers": N_("The surface bends towards single points."),
        },
        {
            "classes": N_("It makes few errors on the training data, and more on unseen data."),
            "numbers": N_("It is close to the training data, and less close to unseen data."),
        },
        {
            "path": N_(
                "Cross-validation finds it clearly worse than the chosen λ: the penalty is too weak to keep the "
                "weights small. Increase λ."
            ),
            "live": N_(
                "On unseen data it is clearly worse than the network at the chosen λ: its weights are too large. "
                "Increase λ, or go on training until a stronger penalty has shrunk them."
            ),
        },
    ],
    "balanced": [
        N_("Good fit"),
        {
            "linear": N_("The network follows the pattern in the data and ignores the noise."),
            "classes": N_("The decision boundary follows the shape of the data and ignores the noise."),
            "numbers": N_("The surface follows the shape of the data and ignores the noise."),
        },
        {
            "path": N_("Cross-validation finds nothing that is better by more than one standard error."),
            "live": N_(
                "On unseen data it is at most one standard error worse than the network at the chosen λ of the path."
            ),
        },
    ],
    "stiff": [
        N_("Underfitting"),
        {
            "linear": N_(
                "The penalty is so strong that the network makes too little use of its inputs: its predictions "
                "become the same everywhere."
            ),
            "deep": N_("The penalty is so strong that the network misses real structure in the data."),
        },
        N_("The loss rises on training and unseen data alike. Decrease λ."),
    ],
    "line": [
        N_("Collapsed to a linear model"),
        N_(
            "The weights are so small that the hidden units work in their linear range, or all respond to the same "
            "direction."
        ),
        {
            "classes": N_("What remains is a linear model: its decision boundary is a line."),
            "numbers": N_("What remains is a linear model: its surface is a plane."),
        },
    ],
    "nothing": [
        N_("Collapsed to a constant"),
        N_("Near λ_max and above it, weights cost more than they gain, so that all are zero, or nearly so."),
        {
            "deep": N_(
                "Hidden units may keep biases, but these do not reach the output: only its own bias is left, which is "
                "not penalised, and the prediction is the same everywhere."
            ),
            "linear": N_(
                "Only the bias of the output is left, which is not penalised: the prediction is the same everywhere."
            ),
        },
    ],
    "start": [
        N_("Not trained yet"),
        N_(
            "The weights are small random numbers. Press Start and let the network overfit under a weak penalty; then "
            "increase λ while it trains."
        ),
    ],
    "learning": [N_("Learning"), N_("The data loss is still decreasing. Go on training.")],
    "free": [N_("No penalty"), N_("Nothing keeps the weights small.")],
}


def tags_of(scene: Scene) -> set[str]:
    """Return the tags of a scene, which select the parts of an interpretation; all but "path" or "live"."""
    return {
        "linear" if scene.path.network.n_layers == 1 else "deep",
        "numbers" if scene.classes is None else "classes",
    }


def meaning_of(finding: str, tags: set[str], gettext: Gettext) -> list[str]:
    """Return the title of a finding and the sentences that apply to what is shown."""
    parts = MEANINGS[finding]
    return [
        gettext(part if isinstance(part, str) else next(part[tag] for tag in part if tag in tags)) for part in parts
    ]


def finding_on_path(scene: Scene, index: int) -> str:
    """Return the finding for the network at one λ of the path, by its cross-validated loss."""
    curve = scene.curve
    if index >= len(curve.values):
        return "free"
    excess = _excess(scene, curve.values[index] - curve.values[scene.chosen])
    return _finding(scene, scene.looks[index], excess, too_weak=index > scene.chosen)


def finding_live(scene: Scene, look: Look, data_loss: float, alpha: float, epoch: int) -> str:
    """Return the finding for a network in training, by its loss on unseen rows compared with the chosen one."""
    chosen = scene.looks[scene.chosen]
    if epoch == 0:
        return "start"
    unseen, of_chosen = look.unseen or look.training, chosen.unseen or chosen.training
    excess = _excess(scene, unseen.loss - of_chosen.loss)
    follows_closer = data_loss < scene.path.data_losses[scene.chosen, 0]
    if excess > WORSE and not follows_closer and alpha < 2 * scene.alphas[scene.chosen]:
        return "learning"
    return _finding(scene, look, excess, too_weak=follows_closer)


def _excess(scene: Scene, difference: float) -> float:
    """Return how many standard errors a loss is above that of the chosen network."""
    errors = scene.curve.standard_errors
    error = float(errors[scene.chosen]) if errors is not None else 0.0
    return float(difference / error) if error > 0 else float(np.sign(difference) * 2 * WORSE)


def _finding(scene: Scene, look: Look, excess: float, *, too_weak: bool) -> str:
    if is_the_same_everywhere(scene, look):
        return "nothing"
    if excess <= WORSE:
        return "balanced"
    if too_weak:
        return "overfitted"
    has_hidden_units = scene.path.network.n_layers > 1
    return "line" if has_hidden_units and is_straight(scene, look) else "stiff"


def is_the_same_everywhere(scene: Scene, look: Look) -> bool:
    """Return whether the prediction is the same over the whole plane."""
    spread = np.ptp(look.surface, axis=(0, 1)).max()
    targets = scene.view.training.y
    possible = 1.0 if scene.classes is not None else float(np.ptp(targets)) or 1.0
    return bool(spread < SAME_EVERYWHERE * possible)


def is_straight(scene: Scene, look: Look) -> bool:
    """Return whether the contours are straight lines: whether the input of the output unit is linear over the plane."""
    surface = look.surface.reshape(-1, look.surface.shape[2])
    if scene.classes is not None:
        logs = np.log(np.maximum(surface, SMALLEST_PROBABILITY))
        surface = logs[:, 1:] - logs[:, :1]
    x, y = (axis.ravel() for axis in np.meshgrid(scene.plane.x, scene.plane.y))
    inputs = np.column_stack([np.ones_like(x), x, y])
    _, left, _, _ = np.linalg.lstsq(inputs, surface, rcond=None)
    total = ((surface - surface.mean(axis=0)) ** 2).sum(axis=0)
    return bool(np.all(left <= (1 - STRAIGHT) * total)) if len(left) else False
