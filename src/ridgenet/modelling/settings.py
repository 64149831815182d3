"""Settings of a run on a table as data: light to import, checked when made, enough to run it again."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields, replace
from pathlib import Path
from typing import Any, Self

from ridgenet.errors import InputError
from ridgenet.tables.reading import Reading

TASKS = ("auto", "classification", "regression")


@dataclass(frozen=True)
class TableSettings:
    """What to make of a table.

    Attributes
    ----------
    data : str
        The file; ``-`` is standard input.
    target : str
        Column to predict.
    task : {"auto", "classification", "regression"}
        What it is; "auto" decides from the target.
    alpha : float or None
        λ, if it is given; None chooses it from the path.
    drop, categorical : tuple of str
        Columns to leave out, and columns of numbers that are names of categories.
    sample_weight, groups : str or None
        Columns with the weight of each row, and with what keeps rows in one fold.
    test : str
        How the result is tested: "auto", "nested", "none", a share of the rows, or another file.
    delimiter, encoding, decimal : str or None
        How a text file is written.
    random_state : int
        Seed of everything that is drawn.
    parameters : mapping
        Further parameters of the estimator, by name.
    """

    data: str
    target: str
    task: str = "auto"
    alpha: float | None = None
    drop: tuple[str, ...] = ()
    categorical: tuple[str, ...] = ()
    sample_weight: str | None = None
    groups: str | None = None
    test: str = "auto"
    delimiter: str | None = None
    encoding: str | None = None
    decimal: str = "."
    random_state: int = 0
    parameters: Mapping[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if self.task not in TASKS:
            raise InputError(f"task must be one of {', '.join(TASKS)}; got {self.task!r}")
        if self.alpha is not None and not 0 <= self.alpha < float("inf"):
            raise InputError(f"λ (alpha) must be 0 or more, and finite; got {self.alpha:g}")
        if not 0 <= self.random_state < 2**32:
            raise InputError(f"random_state must lie between 0 and 2**32 - 1; got {self.random_state}")
        self._check_sizes(self.parameters.get("hidden_layer_sizes"))
        share = self.test_share
        if share is not None and not 0 < share < 1:
            raise InputError(f"the share of rows to test on must lie between 0 and 1; got {self.test}")

    def _check_sizes(self, sizes: Any) -> None:
        if sizes is None:
            return
        candidates = sizes if isinstance(sizes, list | tuple) else [sizes]
        several = any(isinstance(candidate, list | tuple) for candidate in candidates)
        layers = [size for c in candidates for size in (c if isinstance(c, list | tuple) else [c])]
        if not all(isinstance(size, int) and size >= 1 for size in layers):
            raise InputError(f"sizes of hidden layers are whole numbers of 1 or more; got {sizes!r}")
        if several and self.alpha is not None:
            raise InputError(
                "several sizes of hidden layers are given, but at a given λ one network is trained: give one size, or "
                "let ridgenet path choose"
            )

    @property
    def reading(self) -> Reading:
        """How the file is read."""
        return Reading(self.delimiter, self.encoding, self.decimal)

    @property
    def test_share(self) -> float | None:
        """The share of rows to hold out, if `test` is one."""
        try:
            return float(self.test)
        except ValueError:
            return None

    @classmethod
    def of(cls, given: Mapping[str, Any]) -> Self:
        """Make settings from names and values, such as a file has.

        Raises
        ------
        InputError
            If a name is not known, or the data or the target are not named.
        """
        names = [f.name for f in fields(cls)]
        unknown = sorted(set(given) - set(names))
        if unknown:
            raise InputError(f"no setting is called {unknown[0]!r}; there are {', '.join(names)}")
        for name, option in (("data", "the file"), ("target", "--target")):
            if not given.get(name):
                raise InputError(f"{name} is not given: name {option}")
        values: dict[str, Any] = {
            key: tuple(value) if key in ("drop", "categorical") else value for key, value in given.items()
        }
        try:
            return cls(**values)
        except TypeError as error:
            raise InputError(f"a setting is of the wrong type: {error}") from None

    def to_dict(self) -> dict[str, Any]:
        """Return the settings as plain values, for JSON."""
        return {**asdict(self), "drop": list(self.drop), "categorical": list(self.categorical)}

    def with_data(self, data: str) -> Self:
        """Return the same settings for another file."""
        return replace(self, data=data)


def read_config(path: Path) -> dict[str, Any]:
    """Return the settings in a TOML file, or in the result.json of an earlier run.

    Raises
    ------
    InputError
        If it cannot be read.
    """
    try:
        content = path.read_text(encoding="utf-8")
        if path.suffix == ".json":
            record = json.loads(content)
            return dict(record.get("settings", record))
        return tomllib.loads(content)
    except OSError as error:
        raise InputError(f"{path}: cannot be read ({error.strerror or error})") from None
    except (ValueError, AttributeError) as error:
        raise InputError(f"{path}: this is no {'JSON' if path.suffix == '.json' else 'TOML'}: {error}") from None
