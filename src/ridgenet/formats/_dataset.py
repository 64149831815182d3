"""Read a table of numbers and class labels as the data set for `ridgenet compare`."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

from ridgenet._datasets import Dataset, from_arrays
from ridgenet._errors import InputError
from ridgenet.formats._dialect import delimiter_hint
from ridgenet.formats._kinds import KINDS
from ridgenet.formats._reading import Reading, Table, names_of_columns, read_table
from ridgenet.formats._sources import Source

if TYPE_CHECKING:
    import pandas as pd


def read_dataset(
    path: str | Path, target: str | None, drop: Sequence[str] = (), reading: Reading | None = None
) -> Dataset:
    """Read a file as a data set of numbers with the classes in `target`.

    Parameters
    ----------
    path : str or Path
        A file that `read_table` reads.
    target : str
        Name of the column of class labels.
    drop : sequence of str, default=()
        Names of columns to leave out.
    reading : Reading, optional
        Options for reading text files.

    Raises
    ------
    InputError
        If the file cannot be read, a column is missing, or a column holds text or missing values; names the file, the
        column and the row.
    """
    table = read_table(path, reading)
    name = table.source.name
    require_target(table, target, drop)
    features = table.frame.drop(columns=[target, *drop])
    if features.shape[1] == 0:
        raise InputError(f"{name}: there are no columns besides the target; add some, or drop fewer")
    for column in features.columns:
        if not KINDS[table.kinds[column]].is_numeric:
            _reject_text(name, column, features[column])
    source = {"file": str(path), "sha256": table.source.sha256(), "target": target, "drop": list(drop)}
    labels = table.frame[target]
    try:
        return from_arrays(
            _as_floats(table, features),
            labels.to_numpy(dtype=None if labels.dtype.kind in "iuf" else object),
            name=Path(path).stem,
            standardize=True,
            source=source,
        )
    except InputError as error:
        raise InputError(f"{name}: {error}") from None


def _as_floats(table: Table, features: pd.DataFrame) -> pd.DataFrame:
    import pandas as pd

    return pd.DataFrame({name: KINDS[table.kinds[name]].numbers(features[name]) for name in map(str, features)})


def refuse_without_target(path: str | Path, reading: Reading) -> NoReturn:
    """Raise an error that asks for the target and lists the columns, without reading the whole file."""
    raise _no_target(*names_of_columns(path, reading))


def _no_target(source: Source, names: Sequence[str]) -> InputError:
    return InputError(
        f"{source.name}: which column is the target? Name it with --target; the columns are {', '.join(names)}"
    )


def require_target(table: Table, target: str | None, others: Sequence[str] = ()) -> None:
    """Raise an error if a name is not a column of the table; it lists the columns."""
    columns = ", ".join(table.kinds)
    if target is None:
        raise _no_target(table.source, [*table.kinds])
    for name in [target, *others]:
        if name not in table.kinds:
            hint = delimiter_hint([*table.kinds], name)
            raise InputError(f"{table.source.name}: no column is called {name!r}; the columns are {columns}{hint}")


def _reject_text(name: str, column: str, values: object) -> None:
    import pandas as pd

    series = pd.Series(values)
    numbers = (
        pd.to_numeric(series.astype(object), errors="coerce")
        if isinstance(series.dtype, pd.CategoricalDtype)
        else pd.Series(float("nan"), series.index)
    )
    row = int((numbers.isna() & series.notna()).to_numpy().argmax())
    raise InputError(
        f"{name}: column {column!r} holds text (row {row + 1}: {str(series.iloc[row])[:40]!r}); "
        f"leave it out with --drop {column!r}, or encode it as numbers"
    )
