"""The networks of a model as a page can hold them: their parameters at each λ of the slider."""

from __future__ import annotations

from base64 import b64encode
from dataclasses import asdict
from typing import Any

import numpy as np

from ridgenet._averaged import AveragedNetworks
from ridgenet._fitted import FittedNetwork
from ridgenet._preprocessing import Standardizer

# of all networks together, four bytes each; with more, the slider has fewer λ
MOST_NUMBERS = 120_000
UNITS = ("mean", "scale", "target_mean", "target_scale")


def networks_of(estimator: Any) -> dict[str, Any]:
    """Return the networks that predict at the λ of a path, or the only ones of an estimator without a path.

    Parameters
    ----------
    estimator : estimator
        Fitted.

    Returns
    -------
    dict
        ``shapes``, and ``stops`` of the slider: the index of the λ of each, the shape and weight of each network
        that is averaged there, and their parameters, in full precision at the chosen λ.
    """
    path = getattr(estimator, "path_", None)
    if path is None:
        at = {0: _members(estimator._fitted)}
        chosen = 0
    else:
        chosen = path.index_of(estimator.alpha_)
        at = {index: _members(estimator._network_at(index)) for index in range(len(path))}
    size = sum(len(member.parameters) for members in at.values() for member, _ in members)
    step = -(-size // MOST_NUMBERS)
    kept = [k for k in at if (k - chosen) % step == 0]
    shapes: list[FittedNetwork] = []
    stops = []
    for k in kept:
        numbered = [(_number_of(member, shapes), weight) for member, weight in at[k]]
        dtype = np.float64 if k == chosen else np.float32
        parameters = np.concatenate([member.parameters for member, _ in at[k]])
        stops.append(
            {"place": k, "members": numbered, "isExact": k == chosen, "parameters": as_base64(parameters, dtype)}
        )
    return {"shapes": [_shape(member) for member in shapes], "stops": stops, "chosen": kept.index(chosen)}


def _members(fitted: FittedNetwork | AveragedNetworks) -> list[tuple[FittedNetwork, float]]:
    """Return networks and their weights in the average."""
    if isinstance(fitted, FittedNetwork):
        return [(fitted, 1.0)]
    n = len(fitted.members)
    return list(zip(fitted.members, fitted.weights or [1 / n] * n, strict=True))


def _number_of(member: FittedNetwork, shapes: list[FittedNetwork]) -> int:
    """Return the index of the first network with the same shape and units, which is added if there is none."""
    for k, other in enumerate(shapes):
        if other.network == member.network and _are_same(other.standardizer, member.standardizer):
            return k
    shapes.append(member)
    return len(shapes) - 1


def _are_same(one: Standardizer, other: Standardizer) -> bool:
    return one is other or all(np.array_equal(getattr(one, name), getattr(other, name)) for name in UNITS)


def _shape(member: FittedNetwork) -> dict[str, Any]:
    standardizer = member.standardizer
    return {
        "network": asdict(member.network),
        "inputs": {"mean": standardizer.mean.tolist(), "scale": standardizer.scale.tolist()},
        "targets": {"mean": standardizer.target_mean.tolist(), "scale": standardizer.target_scale.tolist()},
    }


def as_base64(values: np.ndarray, dtype: Any) -> str:
    """Return numbers as little-endian bytes in base64."""
    return b64encode(np.ascontiguousarray(values, np.dtype(dtype).newbyteorder("<")).tobytes()).decode()
