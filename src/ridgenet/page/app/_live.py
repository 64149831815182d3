"""Live training: a few epochs per frame; the browser keeps all of the state."""

from __future__ import annotations

import base64
import binascii
import time
from dataclasses import dataclass
from typing import Any, Self

import numpy as np

from ridgenet._errors import DivergenceError, InputError
from ridgenet._fitted import FittedNetwork
from ridgenet.core._penalties import NO_PENALTY, L2Penalty
from ridgenet.core._sgd import SGD, SGDSettings
from ridgenet.core._update_rules import make_rule
from ridgenet.page._translations import Gettext
from ridgenet.page.app._findings import finding_live, meaning_of, tags_of
from ridgenet.page.app._learning import Learned
from ridgenet.page.app._view import scores_in_short
from ridgenet.page.interactive._stops import in_short, picture_of

LEARNING_RATE = 0.02
BATCH_SIZE = 200
MOST_EPOCHS_AT_ONCE = 1000
# in seconds; slower frames would not look like motion
LONGEST_FRAME = 0.1
LARGEST_ALPHA = 1e9
LARGEST_EPOCH = 10**9
SEED = 0


@dataclass(frozen=True)
class State:
    """A network in training: its parameters, the moments of adam, and the number of epochs."""

    parameters: np.ndarray
    first: np.ndarray
    second: np.ndarray
    epoch: int

    @classmethod
    def at_start(cls, learned: Learned) -> Self:
        """Draw random initial parameters."""
        network = learned.scene.path.network
        parameters = network.initial_parameters("glorot", np.random.RandomState(SEED), np.float32)
        return cls(parameters, np.zeros_like(parameters), np.zeros_like(parameters), 0)

    @classmethod
    def of_text(cls, text: str, learned: Learned) -> Self:
        """Read a state that the browser kept.

        Raises
        ------
        InputError
            If the text is not a state of this network.
        """
        n = learned.scene.path.network.n_parameters
        epoch, _, packed = text.partition(".")
        try:
            values = np.frombuffer(base64.urlsafe_b64decode(packed), "<f4")
            number = int(epoch)
        except (ValueError, binascii.Error):
            raise InputError("the state of live training cannot be read: start it again") from None
        if values.size not in (n, 3 * n) or not np.isfinite(values).all() or not 0 <= number <= LARGEST_EPOCH:
            raise InputError("the state of live training belongs to another network: start it again")
        parameters, *memory = values.reshape(-1, n).copy()
        # an address holds the parameters only; adam then starts again
        first, second = memory or (np.zeros_like(parameters), np.zeros_like(parameters))
        return cls(parameters, first, second, number)

    def as_text(self, *, with_memory: bool) -> str:
        """Return the state as text for the browser, or, without the moments of adam, for the address."""
        parts = (self.parameters, self.first, self.second) if with_memory else (self.parameters,)
        packed = base64.urlsafe_b64encode(np.concatenate(parts).astype("<f4").tobytes()).decode()
        return f"{self.epoch}.{packed}"


def advanced(learned: Learned, state: State, alpha: float, n_epochs: int) -> State:
    """Train by adam for a number of epochs, or for as many as fit into `LONGEST_FRAME`.

    Raises
    ------
    InputError
        If λ or the number of epochs is out of range, or training diverges.
    """
    if not 0 <= alpha <= LARGEST_ALPHA:
        raise InputError(f"λ (alpha) must be 0 or more, and finite; got {alpha:g}")
    if not 0 <= n_epochs <= MOST_EPOCHS_AT_ONCE:
        raise InputError(f"the number of epochs must be between 0 and {MOST_EPOCHS_AT_ONCE}; got {n_epochs}")
    network = learned.scene.path.network
    settings = SGDSettings(BATCH_SIZE, LEARNING_RATE, MOST_EPOCHS_AT_ONCE, rule="adam", shuffle_seed=state.epoch)
    rule = make_rule("adam", network.n_parameters, np.float32)
    rule.first[:], rule.second[:] = state.first, state.second
    sgd = SGD(network, state.parameters, learned.fitted.examples, L2Penalty(alpha), settings, rule=rule)
    n_updates = state.epoch * sgd.updates_per_epoch if state.second.any() else 0
    rule.powers[:] = settings.beta_1**n_updates, settings.beta_2**n_updates
    sgd.prepare()
    until = time.perf_counter() + LONGEST_FRAME
    while sgd.n_epochs < n_epochs and time.perf_counter() < until:
        sgd.run(sgd.updates_per_epoch)
    if sgd.has_diverged() and sgd.n_epochs:
        raise DivergenceError(alpha, state.epoch + sgd.n_epochs, LEARNING_RATE)
    return State(sgd.parameters, rule.first, rule.second, state.epoch + sgd.n_epochs)


def frame(learned: Learned, state: State, alpha: float, gettext: Gettext) -> dict[str, Any]:
    """Return everything the page shows of a network in training."""
    scene, estimator = learned.scene, learned.model.network
    network, n = scene.path.network, scene.path.n_samples
    fitted = FittedNetwork(network, state.parameters, scene.path.standardizer)
    look = scene.view.of(estimator._with(fitted))
    squared_norm = float(sum(np.sum(W.astype(np.float64) ** 2) for W in network.weights(state.parameters)))
    data_loss = data_loss_of(learned, state.parameters)
    l2_penalty = alpha * squared_norm / (2 * n)
    picture = picture_of(scene, look, network, state.parameters, learned.drawing)
    finding = finding_live(scene, look, data_loss, alpha, state.epoch)
    return picture | {
        "scores": scores_in_short(scene, look, gettext),
        "epoch": state.epoch,
        "alpha": alpha,
        "state": state.as_text(with_memory=True),
        "address": state.as_text(with_memory=False),
        "objectives": [data_loss, l2_penalty],
        "finding": finding,
        "meaning": meaning_of(finding, {*tags_of(scene), "live"}, gettext),
        "equation": {"data": data_loss, "l2": l2_penalty, "squared_norm": squared_norm, "alpha": alpha, "n": n},
        "readout": {
            gettext("epoch"): f"{state.epoch:,}",
            gettext("data loss"): in_short(data_loss),
            gettext("L2 penalty"): in_short(l2_penalty),
            "Σ‖W‖²": in_short(squared_norm),
        },
    }


def data_loss_of(learned: Learned, parameters: np.ndarray) -> float:
    """Return the data loss over the training data, with a standardised target."""
    sgd = SGD(
        learned.scene.path.network,
        parameters,
        learned.fitted.examples,
        NO_PENALTY,
        SGDSettings(BATCH_SIZE, 1.0, 1),
    )
    return sgd.objectives()[0]
