"""Settings of a run on a table, validated on creation and sufficient to repeat the run."""

from __future__ import annotations

import json
import os
import tomllib
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields, replace
from pathlib import Path
from typing import Any, Self

from ridgenet._errors import InputError
from ridgenet.formats._reading import Reading, words_of
from ridgenet.formats._sources import STANDARD_INPUT

TASKS = ("auto", "classification", "regression")
# besides a fraction of the rows or a file
TESTS = ("auto", "nested", "none")
# origin of a fixed λ
ALPHA_FROM = {None: "as given", "default": "the default", "path": "chosen by an earlier ridgenet path"}
NOTE_OF_DEFAULT = "λ was not given, and its default suits few tables well; ridgenet path chooses λ from the data"
# settings that may be None
OPTIONAL = (
    "sample_weight", "groups", "time", "exposure", "cost", "delimiter", "encoding", "decimal", "thousands", "sheet",
)  # fmt: skip
# parameters of the path that also apply to one network
OF_BOTH = ("activation", "standardize", "init", "class_weight")


@dataclass(frozen=True)
class Costs:
    """Costs of wrong predictions of two classes.

    Attributes
    ----------
    false_positive, false_negative : float
        Cost of predicting the second class for the first, and the first for the second.
    """

    false_positive: float
    false_negative: float

    @classmethod
    def of(cls, text: str) -> Self:
        """Parse costs such as 1:5.

        Raises
        ------
        InputError
            If they are not two positive numbers.
        """
        try:
            first, second = map(float, text.split(":"))
        except ValueError:
            first = second = float("nan")
        if not (0 < first < float("inf") and 0 < second < float("inf")):
            raise InputError(
                f"cost must be the cost of a false positive and of a false negative, such as 1:5; got {text!r}"
            )
        return cls(first, second)


@dataclass(frozen=True)
class TableSettings:
    """Settings for training on a table and testing the model.

    Attributes
    ----------
    data : str
        Name of the file; ``-`` is standard input.
    target : str
        Column to predict.
    task : {"auto", "classification", "regression"}
        The task; "auto" infers it from the target.
    alpha : float or None
        Regularisation strength λ; None chooses it from the path.
    alpha_from : {"default", "path", None}
        Origin of `alpha` if the user did not give it: the default, or an earlier path.
    drop, categorical : tuple of str
        Columns to leave out, and columns to read as text and treat as categories.
    sample_weight, groups : str or None
        Columns with the sample weights, and with groups whose rows stay in one fold.
    test : str
        How the model is tested: "auto", "nested", "none", a fraction of the rows, or another file.
    baselines : bool
        Whether to test a linear model and boosted trees on the same rows, too.
    delimiter, encoding, decimal, thousands : str or None
        Delimiter, encoding, decimal and thousands separator of a text file.
    na : tuple of str or None
        Words for missing values, besides empty cells; None means the default words.
    sheet : str or None
        Sheet of a spreadsheet.
    cost : str or None
        Costs of a false positive and of a false negative, such as 1:5; the test finds the cheapest threshold.
    time : str or None
        Column with the order of the rows: training is on earlier ones, tests are on later ones.
    exposure : str or None
        Column with what counts refer to, such as days or persons; predictions are counts for an exposure of 1.
    random_state : int
        Seed of all random numbers.
    parameters : mapping
        Further parameters of the estimator, by name.
    n_epochs : int or None
        Number of epochs on a stream; None otherwise.
    data_sha256 : str or None
        Checksum of the data of the run that these settings come from; if the data have changed, a note is given.
    """

    data: str
    target: str
    task: str = "auto"
    alpha: float | None = None
    alpha_from: str | None = None
    drop: tuple[str, ...] = ()
    categorical: tuple[str, ...] = ()
    sample_weight: str | None = None
    groups: str | None = None
    test: str = "auto"
    baselines: bool = True
    delimiter: str | None = None
    encoding: str | None = None
    decimal: str = "."
    thousands: str | None = None
    na: tuple[str, ...] | None = None
    sheet: str | None = None
    cost: str | None = None
    time: str | None = None
    exposure: str | None = None
    random_state: int = 0
    parameters: Mapping[str, Any] = field(default_factory=dict)
    n_epochs: int | None = None
    data_sha256: str | None = None

    def __post_init__(self) -> None:
        self._check_types()
        for name in ("drop", "categorical"):
            object.__setattr__(self, name, _names(name, getattr(self, name)))
        object.__setattr__(self, "na", words_of(self.na))
        if self.alpha_from not in ALPHA_FROM:
            raise InputError(
                f"alpha_from must be one of {', '.join(filter(None, ALPHA_FROM))}; got {self.alpha_from!r}"
            )
        if self.task not in TASKS:
            raise InputError(f"task must be one of {', '.join(TASKS)}; got {self.task!r}")
        if self.alpha is not None and not 0 <= self.alpha < float("inf"):
            raise InputError(f"λ (alpha) must be 0 or more, and finite; got {self.alpha:g}")
        if not 0 <= self.random_state < 2**32:
            raise InputError(f"random_state must be between 0 and 2**32 - 1; got {self.random_state}")
        self._check_sizes(self.parameters.get("hidden_layer_sizes"))
        # checked before training
        _ = self.costs
        if self.time is not None and self.groups is not None:
            raise InputError("time and groups cannot be combined: rows of a group may be earlier and later than others")
        share = self.test_share
        if share is not None and not 0 < share < 1:
            raise InputError(f"the fraction of rows to test on must be between 0 and 1; got {self.test}")

    def _check_types(self) -> None:
        """Reject values of the wrong type, which a file of settings may contain."""
        for name in ("data", "target", "task", "test", *OPTIONAL):
            value = getattr(self, name)
            if name == "data" and hasattr(value, "columns"):
                raise InputError("data must be the name of a file; write the data frame to one, such as Parquet")
            if not isinstance(value, str) and not (value is None and name in OPTIONAL):
                raise InputError(f"{name} must be text; got {value!r}")
        if not isinstance(self.baselines, bool):
            raise InputError(f"baselines must be true or false; got {self.baselines!r}")
        if not isinstance(self.random_state, int):
            raise InputError(f"random_state must be a whole number; got {self.random_state!r}")
        if self.alpha is not None and not isinstance(self.alpha, int | float):
            raise InputError(f"λ (alpha) must be a number; got {self.alpha!r}")

    def _check_sizes(self, sizes: Any) -> None:
        if sizes is None or (sizes == "auto" and self.alpha is None):
            return
        candidates = sizes if isinstance(sizes, list | tuple) else [sizes]
        several = any(isinstance(candidate, list | tuple) for candidate in candidates)
        layers = [size for c in candidates for size in (c if isinstance(c, list | tuple) else [c])]
        if not all(isinstance(size, int) and size >= 1 for size in layers):
            raise InputError(f"sizes of hidden layers must be whole numbers of 1 or more; got {sizes!r}")
        if several and self.alpha is not None:
            raise InputError(
                "several network sizes are given, but fit trains one network at a given λ: give one size, or let "
                "ridgenet path choose"
            )

    @property
    def costs(self) -> Costs | None:
        """Costs of wrong predictions, if they are given."""
        return None if self.cost is None else Costs.of(self.cost)

    @property
    def reading(self) -> Reading:
        """Options for reading the file."""
        return Reading(self.delimiter, self.encoding, self.decimal, self.na, self.sheet, self.thousands)

    @property
    def test_share(self) -> float | None:
        """The fraction of rows to hold out, if `test` is one."""
        try:
            return float(self.test)
        except ValueError:
            return None

    @classmethod
    def of(cls, given: Mapping[str, Any]) -> Self:
        """Create settings from a mapping, such as the content of a file.

        Raises
        ------
        InputError
            If a name is unknown, or the data or the target is missing.
        """
        names = [f.name for f in fields(cls)]
        unknown = sorted(set(given) - set(names))
        if unknown:
            raise InputError(f"unknown setting {unknown[0]!r}; the settings are {', '.join(names)}")
        for name, option in (("data", "the file"), ("target", "--target")):
            if not given.get(name):
                raise InputError(f"{name} is not given: name {option}")
        try:
            return cls(**given)
        except TypeError as error:
            raise InputError(f"a setting is of the wrong type: {error}") from None

    def to_dict(self) -> dict[str, Any]:
        """Return the settings as JSON values."""
        lists = {"drop": list(self.drop), "categorical": list(self.categorical)}
        return {**asdict(self), **lists, "na": None if self.na is None else list(self.na)}

    def with_data(self, data: str) -> Self:
        """Return the same settings for another file."""
        return replace(self, data=data)


def read_config(path: Path, *, chooses: bool = True) -> dict[str, Any]:
    """Return the settings in a TOML file, or in the result.json of an earlier run.

    Parameters
    ----------
    path : Path
        The file.
    chooses : bool, default=True
        Whether the new run chooses λ. If not, the λ and the network size chosen by an earlier run are returned.

    Raises
    ------
    InputError
        If the file cannot be read.
    """
    try:
        content = path.read_text(encoding="utf-8")
        if path.suffix != ".json":
            return tomllib.loads(content)
        record = json.loads(content)
    except OSError as error:
        raise InputError(f"{path}: cannot be read ({error.strerror or error})") from None
    except RecursionError:
        raise InputError(f"{path}: the settings are nested too deeply") from None
    except ValueError as error:
        raise InputError(f"{path}: this is not valid {'JSON' if path.suffix == '.json' else 'TOML'}: {error}") from None
    try:
        return _of_record(record, path, chooses=chooses)
    # the JSON may have any other structure
    except (AttributeError, LookupError, TypeError, ValueError):
        raise InputError(f"{path}: this is not a result.json of ridgenet path or ridgenet fit") from None


def _of_record(record: Any, path: Path, *, chooses: bool) -> dict[str, Any]:
    settings = dict(record.get("settings", record))
    for name in ("data", "test"):
        if isinstance(settings.get(name), str):
            settings[name] = _from_here(settings[name], path, record.get("run_from"))
    if not chooses and record.get("chosen"):
        return settings | _as_chosen(record)
    return settings


def _as_chosen(record: Mapping[str, Any]) -> dict[str, Any]:
    """Return settings that train one network with the λ and the size chosen by a path."""
    parameters = record["settings"].get("parameters", {})
    kept = {name: parameters[name] for name in OF_BOTH if name in parameters}
    sizes = record["chosen"]["hidden_layer_sizes"]
    return {"alpha": record["alpha"], "alpha_from": "path", "parameters": {"hidden_layer_sizes": sizes, **kept}}


def _from_here(name: str, config: Path, run_from: str | None) -> str:
    """Return the path of a file relative to the working directory, if the earlier results contain its location."""
    if run_from is None or name in (STANDARD_INPUT, *TESTS) or Path(name).exists():
        return name
    there = config.parent / run_from / name
    return os.path.relpath(there) if there.exists() else name


def _names(setting: str, value: Any) -> tuple[str, ...]:
    """Return column names as a tuple; a single name may be given as a string."""
    names = (value,) if isinstance(value, str) else tuple(value)
    if not all(isinstance(name, str) for name in names):
        raise InputError(f"{setting} must be column names; got {value!r}")
    return names
