"""The data and the network chosen on the page, written to and read from its address."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Self
from urllib.parse import urlencode

import numpy as np

from ridgenet import _datasets as datasets
from ridgenet._errors import InputError
from ridgenet.formulas import ACTIVATIONS

FILE, UPLOAD = "file", "upload-"
FEWEST_DRAWN, MOST_DRAWN = 20, 2_000
LARGEST_NOISE = 2.0
MOST_LAYERS, MOST_UNITS = 3, 64
LARGEST_SEED = 2**31 - 1


@dataclass(frozen=True)
class Problem:
    """Data, and the shape of a network.

    Attributes
    ----------
    data : str
        Name of generated data, ``"file"`` for the file the page was started with, or ``"upload-"`` and a checksum.
    n_samples, noise, seed : int, float, int
        How data are generated.
    target : str
        Target column of a table.
    columns : tuple of str
        Input columns; all others if empty.
    hidden_layer_sizes : tuple of int
        Number of units in each hidden layer.
    activation : str
        Activation of the hidden units.
    """

    data: str = "moons"
    n_samples: int = 200
    noise: float = 0.3
    seed: int = 6
    target: str = ""
    columns: tuple[str, ...] = ()
    hidden_layer_sizes: tuple[int, ...] = (8,)
    activation: str = "tanh"

    def __post_init__(self) -> None:
        if self.data not in datasets.DRAWN and self.data != FILE and not self.data.startswith(UPLOAD):
            raise InputError(f"no data set is called {self.data!r}; there are {', '.join(datasets.DRAWN)}, or a file")
        _require_within("the number of samples", self.n_samples, FEWEST_DRAWN, MOST_DRAWN)
        _require_within("the noise", self.noise, 0, LARGEST_NOISE)
        _require_within("the seed", self.seed, 0, LARGEST_SEED)
        _require_within("the number of hidden layers", len(self.hidden_layer_sizes), 0, MOST_LAYERS)
        for size in self.hidden_layer_sizes:
            _require_within("the number of units", size, 1, MOST_UNITS)
        if self.activation not in ACTIVATIONS:
            raise InputError(f"activation must be one of {', '.join(ACTIVATIONS)}; got {self.activation!r}")

    @property
    def is_drawn(self) -> bool:
        """Whether the data are generated, not read from a table."""
        return self.data in datasets.DRAWN

    @classmethod
    def of(cls, query: Mapping[str, list[str]], usual: Problem) -> Self:
        """Read the problem from an address; missing values are taken from `usual`.

        Raises
        ------
        InputError
            If a value is out of range or unknown.
        """
        given = {name: values[-1] for name, values in query.items() if values}
        data = given.get("data", usual.data)
        noise = datasets.DRAWN[data][1] if data in datasets.DRAWN else usual.noise
        return cls(
            data=data,
            n_samples=int(_number("n", given.get("n", usual.n_samples), int)),
            noise=_number("noise", given.get("noise", noise), float),
            seed=int(_number("seed", given.get("seed", usual.seed), int)),
            target=given.get("target", usual.target if data == usual.data else ""),
            columns=tuple(query.get("column", usual.columns if data == usual.data else ())),
            hidden_layer_sizes=_sizes(given["hidden"]) if "hidden" in given else usual.hidden_layer_sizes,
            activation=given.get("activation", usual.activation),
        )

    def query(self) -> str:
        """Return the problem as part of an address."""
        hidden = ",".join(map(str, self.hidden_layer_sizes)) or "none"
        shape = [("hidden", hidden), ("activation", self.activation)]
        if self.is_drawn:
            drawn = [("n", self.n_samples), ("noise", f"{self.noise:g}"), ("seed", self.seed)]
            return urlencode([("data", self.data), *drawn, *shape])
        chosen = [("target", self.target), *(("column", name) for name in self.columns)]
        return urlencode([("data", self.data), *chosen, *shape])

    def essential(self) -> Problem:
        """Return the problem with unused fields reset, so that equal problems compare equal."""
        usual = Problem()
        if self.is_drawn:
            return replace(self, target="", columns=())
        return replace(self, n_samples=usual.n_samples, noise=usual.noise, seed=usual.seed)


def _require_within(what: str, value: float, low: float, high: float) -> None:
    if not low <= value <= high:
        raise InputError(f"{what} must be between {low:g} and {high:g}; got {value:g}")


def _number(name: str, value: object, kind: type) -> int | float:
    try:
        number: int | float = kind(value)
    except (TypeError, ValueError):
        raise InputError(f"{name} must be a number; got {value!r}") from None
    if not np.isfinite(number):
        raise InputError(f"{name} must be a finite number; got {value!r}")
    return number


def _sizes(text: str) -> tuple[int, ...]:
    if text == "none":
        return ()
    try:
        return tuple(int(part) for part in text.split(","))
    except ValueError:
        raise InputError(f"hidden must be sizes such as 8 or 16,8, or none; got {text!r}") from None
