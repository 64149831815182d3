"""Stages of a run that consist of steps, for progress bars and the time left."""

from __future__ import annotations

from collections.abc import Callable

# called with the name of a stage when it begins, and the fraction of its steps done, or None if it has no steps
Announce = Callable[[str, float | None], object]


class Stage:
    """A stage that consists of steps of about the same length.

    Parameters
    ----------
    announce : callable
        Called with the name of the stage and the fraction done, at the beginning and after each step.
    name : str
        Name of the stage.
    n_steps : int
        Number of steps.
    """

    def __init__(self, announce: Announce, name: str, n_steps: int) -> None:
        self._announce, self._name, self._n_steps, self._n_done = announce, name, n_steps, 0
        announce(name, 0.0)

    def step(self) -> None:
        """Tell that a step is done."""
        self._n_done += 1
        self._announce(self._name, self._n_done / self._n_steps)

    def end(self) -> None:
        """Tell that the stage is done, even if some steps were not needed."""
        self._announce(self._name, 1.0)


def unannounced(_name: str, _fraction: float | None = None) -> None:
    """Announce nothing."""
