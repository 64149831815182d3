"""Tables out of files: a CSV with a target column in, a data set out."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from ridgenet.datasets import Dataset, from_arrays
from ridgenet.errors import InputError

if TYPE_CHECKING:
    import pandas as pd


def read_csv(path: str | Path, target: str | None, drop: Sequence[str] = ()) -> Dataset:
    """Return a CSV file as a data set of numbers with the classes in `target`.

    Parameters
    ----------
    path : str or Path
        A file with a header line; comma, semicolon and tab are told apart.
    target : str
        Name of the column of classes.
    drop : sequence of str, default=()
        Names of columns to leave out.

    Raises
    ------
    InputError
        If the file cannot be read, a column is not there, or a column holds text or gaps; the
        message names file, column and row.
    """
    path = Path(path)
    frame = _read(path)
    columns = ", ".join(map(str, frame.columns))
    if target is None:
        raise InputError(f"{path}: which column is the target? Name it with --target; there are {columns}")
    for name in [target, *drop]:
        if name not in frame.columns:
            raise InputError(f"{path}: no column is called {name!r}; there are {columns}")
    features = frame.drop(columns=[target, *drop])
    if features.shape[1] == 0:
        raise InputError(f"{path}: no column is left beside the target")
    _require_numbers(path, features)
    source = {
        "file": str(path),
        "sha256": hashlib.sha256(path.read_bytes()).hexdigest(),
        "target": target,
        "drop": list(drop),
    }
    labels = frame[target].to_numpy(dtype=None if frame[target].dtype.kind in "iufb" else object)
    try:
        return from_arrays(features, labels, name=path.stem, standardize=True, source=source)
    except InputError as error:
        raise InputError(f"{path}: {error}") from None


def _read(path: Path) -> pd.DataFrame:
    import pandas as pd

    if not path.is_file():
        raise InputError(f"{path}: {'this is a folder' if path.is_dir() else 'there is no such file'}")
    try:
        frame = pd.read_csv(path, sep=_separator(path), skipinitialspace=True)
    except pd.errors.EmptyDataError:
        raise InputError(f"{path}: the file is empty") from None
    except UnicodeDecodeError as error:
        raise InputError(f"{path}: not UTF-8 text (byte {error.start + 1}); save it as UTF-8") from None
    except (ValueError, OSError) as error:
        reason = " ".join(str(error).split()).removeprefix("Error tokenizing data. C error: ")
        raise InputError(f"{path}: this cannot be read as CSV: {reason}") from None
    if frame.empty:
        raise InputError(f"{path}: there is a header, but no row")
    return frame


def _separator(path: Path) -> str:
    """Return whichever of comma, semicolon and tab is most frequent in the header."""
    with path.open("rb") as file:
        header = file.readline(1_000_000)
    return max((",", ";", "\t"), key=lambda separator: header.count(separator.encode()))


def _require_numbers(path: Path, features: pd.DataFrame) -> None:
    for name, column in features.items():
        if column.dtype.kind not in "iufb":
            row = next((i for i, value in enumerate(column) if not _is_number(value)), 0)
            raise InputError(
                f"{path}: column {name!r} holds text (row {row + 1}: {str(column.iloc[row])[:40]!r}); "
                f"leave it out with --drop {name!r}, or encode it as numbers"
            )


def _is_number(value: object) -> bool:
    try:
        float(value)  # type: ignore[arg-type]
    except (TypeError, ValueError):
        return False
    return True
