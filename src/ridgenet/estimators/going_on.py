"""Training that goes on from an earlier one: what has to be the same, and what is taken over."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from ridgenet.core.arrays import float_type, for_kernels
from ridgenet.core.sgd import SGD, SGDSettings
from ridgenet.core.update_rules import UPDATE_RULES, Rule, make_rule
from ridgenet.core.updates import STEP
from ridgenet.errors import InputError
from ridgenet.network import Network

REMEDY = "warm_start and partial_fit go on with one network; for another, fit with warm_start=False"


class Earlier(NamedTuple):
    """What mini-batches did before: the examples they saw, and the rule with its memory, if that goes on, too."""

    n_seen: int
    rule: Rule | None


def require_same_network(old: Network, new: Network) -> None:
    """Refuse to go on with a network of another shape or kind.

    Raises
    ------
    InputError
        Naming the parameter that was changed.
    """
    if old.layer_sizes[1:-1] != new.layer_sizes[1:-1]:
        changed = f"hidden_layer_sizes={new.layer_sizes[1:-1]} is not that of the last fit, {old.layer_sizes[1:-1]}"
    elif old.activation != new.activation and old.n_layers > 1:
        changed = f"activation={new.activation!r} is not that of the last fit, {old.activation!r}"
    elif old.layer_sizes != new.layer_sizes:
        changed = f"y has {new.layer_sizes[-1]} outputs, in the last fit it had {old.layer_sizes[-1]}"
    elif (old.loss, old.loss_parameter) != (new.loss, new.loss_parameter):
        changed = f"the loss {new.loss!r} is not that of the last fit, {old.loss!r}, or its parameter has changed"
    else:
        return
    raise InputError(f"{changed}; {REMEDY}")


def remembered(earlier: Earlier | None, settings: SGDSettings, start: np.ndarray) -> Rule | None:
    """Return the rule of the settings with the memory of the earlier one; None if there is nothing to remember."""
    if earlier is None or earlier.rule is None or earlier.rule.code != UPDATE_RULES[settings.rule].code:
        return None
    dtype = float_type(start.dtype)
    rule = make_rule(
        settings.rule,
        len(start),
        dtype,
        momentum=settings.momentum,
        beta_1=settings.beta_1,
        beta_2=settings.beta_2,
        epsilon=settings.epsilon,
        weight_decay=settings.weight_decay,
    )
    first, second = for_kernels(earlier.rule.first, dtype), for_kernels(earlier.rule.second, dtype)
    return rule._replace(first=first, second=second, powers=earlier.rule.powers)


def needs_each_epoch(settings: SGDSettings, earlier: Earlier | None) -> bool:
    """Tell whether the step has to be set after each epoch: where it depends on all examples seen, earlier ones too."""
    return earlier is not None and settings.learning_rate == "invscaling"


def go_on_with_step(sgd: SGD, earlier: Earlier | None, n_examples: int) -> None:
    """Set the step of the coming epoch as if the earlier epochs had been of the same run."""
    settings = sgd.settings
    if earlier is not None and needs_each_epoch(settings, earlier):
        n_seen = earlier.n_seen + sgd.n_epochs * n_examples
        sgd._progress.numbers[STEP] = settings.learning_rate_init / (n_seen + 1.0) ** settings.power_t
