"""What one is looking at: a network that is over-fitted, balanced, stiff, a line, or nothing."""

from __future__ import annotations

import numpy as np

from ridgenet.page.interactive._scene import Look, Scene

# outputs that differ by less than this, as a share of what they could, are one and the same
SAME_EVERYWHERE = 0.03
# share of the variance over the plane that a straight line explains
STRAIGHT = 0.99
SMALLEST_PROBABILITY = 1e-7
# one standard error, by which a loss counts as worse
WORSE = 1.0


def finding_on_path(scene: Scene, place: int) -> str:
    """Say what the network at one place of the path is, by the cross-validated loss."""
    curve = scene.curve
    if place >= len(curve.values):
        return "free"
    excess = _excess(scene, curve.values[place] - curve.values[scene.place])
    return _finding(scene, scene.looks[place], excess, too_weak=place > scene.place)


def finding_live(scene: Scene, look: Look, data_loss: float, alpha: float, epoch: int) -> str:
    """Say what a network in training is, by its loss on unseen rows beside that of the chosen one."""
    chosen = scene.looks[scene.place]
    if epoch == 0:
        return "start"
    unseen, of_chosen = look.unseen or look.training, chosen.unseen or chosen.training
    excess = _excess(scene, unseen.loss - of_chosen.loss)
    follows_closer = data_loss < scene.path.data_losses[scene.place, 0]
    if excess > WORSE and not follows_closer and alpha < 2 * scene.alphas[scene.place]:
        return "learning"
    return _finding(scene, look, excess, too_weak=follows_closer)


def _excess(scene: Scene, difference: float) -> float:
    """Return how many standard errors a loss is above that of the chosen network."""
    errors = scene.curve.standard_errors
    error = float(errors[scene.place]) if errors is not None else 0.0
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
    """Tell whether a network says the same of every point of the plane."""
    spread = np.ptp(look.surface, axis=(0, 1)).max()
    targets = scene.view.training.y
    possible = 1.0 if scene.classes is not None else float(np.ptp(targets)) or 1.0
    return bool(spread < SAME_EVERYWHERE * possible)


def is_straight(scene: Scene, look: Look) -> bool:
    """Tell whether a network's contours are straight lines: whether what enters its output is linear in the plane."""
    surface = look.surface.reshape(-1, look.surface.shape[2])
    if scene.classes is not None:
        logs = np.log(np.maximum(surface, SMALLEST_PROBABILITY))
        surface = logs[:, 1:] - logs[:, :1]
    x, y = (axis.ravel() for axis in np.meshgrid(scene.plane.x, scene.plane.y))
    inputs = np.column_stack([np.ones_like(x), x, y])
    _, left, _, _ = np.linalg.lstsq(inputs, surface, rcond=None)
    total = ((surface - surface.mean(axis=0)) ** 2).sum(axis=0)
    return bool(np.all(left <= (1 - STRAIGHT) * total)) if len(left) else False
