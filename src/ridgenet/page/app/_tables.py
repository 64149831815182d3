"""The tables of the page: generated, given at the start, or uploaded; the browser never names a file."""

from __future__ import annotations

import hashlib
import threading
from collections import OrderedDict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np

from ridgenet import _datasets as datasets
from ridgenet._errors import InputError
from ridgenet._table_settings import TableSettings
from ridgenet.formats._reading import Reading, read_table
from ridgenet.page.app._guessing import guessed
from ridgenet.page.app._limits import LARGEST_UPLOAD, MEGABYTE, require_small
from ridgenet.page.app._problem import FILE, UPLOAD, Problem

MOST_UPLOADS = 8
TARGET_OF_DRAWN = "class"
USUAL_SHARE = "0.3"
LONGEST_NAME = 80


@dataclass(frozen=True)
class TableFile:
    """A table that can be chosen on the page.

    Attributes
    ----------
    name : str
        Its name.
    path : Path
        The file.
    columns : tuple of str
        Names of its columns.
    reading : Reading
        How to read it.
    target : str
        Default target column.
    n_rows : int
        Number of rows.
    """

    name: str
    path: Path
    columns: tuple[str, ...]
    reading: Reading
    target: str
    n_rows: int

    @classmethod
    def looked_at(cls, path: Path, name: str, target: str | None, reading: Reading | None = None) -> TableFile:
        """Read a table to check it and to list its columns; without `reading`, its dialect is detected.

        Raises
        ------
        InputError
            If the table cannot be read, or has no such target.
        """
        reading = reading or guessed(path)
        table = read_table(path, reading)
        columns = tuple(map(str, table.frame.columns))
        if len(columns) < 2:
            raise InputError(f"{name}: there is one column only; a network needs something to predict from")
        if target is not None and target not in columns:
            raise InputError(f"{name}: has no column {target!r}; there are {', '.join(columns)}")
        return cls(name, path, columns, reading, target or columns[-1], len(table.frame))


class Tables:
    """All tables of a running page.

    Parameters
    ----------
    file : TableFile or None
        The table the page was started with.
    """

    def __init__(self, file: TableFile | None = None) -> None:
        self.file = file
        self._folder = TemporaryDirectory(prefix="ridgenet-app-")
        self._uploads: OrderedDict[str, TableFile] = OrderedDict()
        self._lock = threading.Lock()

    def add(self, content: bytes, name: str) -> str:
        """Store an uploaded table and return its key.

        Raises
        ------
        InputError
            If it is too large, or cannot be read.
        """
        name = Path(name.replace("\\", "/")).name[:LONGEST_NAME] or "table"
        if len(content) > LARGEST_UPLOAD:
            raise InputError(f"{name}: more than {LARGEST_UPLOAD // MEGABYTE} MB; start the page with it instead")
        key = UPLOAD + hashlib.sha256(content).hexdigest()[:20]
        path = Path(self._folder.name) / key
        path.write_bytes(content)
        try:
            with _named(path, name):
                require_small(path, name)
                file = TableFile.looked_at(path, name, None)
        except InputError:
            path.unlink(missing_ok=True)
            raise
        with self._lock:
            self._uploads[key] = file
            self._uploads.move_to_end(key)
            while len(self._uploads) > MOST_UPLOADS:
                _, oldest = self._uploads.popitem(last=False)
                oldest.path.unlink(missing_ok=True)
        return key

    def close(self) -> None:
        """Remove all uploads."""
        self._folder.cleanup()

    @contextmanager
    def folder(self) -> Iterator[Path]:
        """Provide a temporary folder, which is also removed if the page is closed meanwhile."""
        with TemporaryDirectory(dir=self._folder.name, ignore_cleanup_errors=True) as folder:
            yield Path(folder)

    def file_of(self, data: str) -> TableFile:
        """Return a table by its key.

        Raises
        ------
        InputError
            If there is none.
        """
        if data == FILE:
            if self.file is None:
                raise InputError("this page was started without a file: ridgenet app data.csv --target column")
            return self.file
        with self._lock:
            if data not in self._uploads:
                raise InputError("this table is no longer available: upload it again")
            self._uploads.move_to_end(data)
            return self._uploads[data]

    @contextmanager
    def settings_of(self, problem: Problem, parameters: dict[str, Any]) -> Iterator[tuple[TableSettings, str]]:
        """Provide the settings for training on a problem, and the name of its data, while its files exist.

        Raises
        ------
        InputError
            If there is no such table or column.
        """
        if not problem.is_drawn:
            file = self.file_of(problem.data)
            with _named(file.path, file.name):
                yield _settings_of_table(problem, file, parameters), file.name
            return
        with self.folder() as folder:
            path, test = folder / f"{problem.data}.csv", folder / f"{problem.data}-test.csv"
            drawn = draw(problem)
            assert drawn.X_test is not None
            assert drawn.y_test is not None
            path.write_text(as_csv(drawn.X, drawn.y), encoding="utf-8")
            test.write_text(as_csv(drawn.X_test, drawn.y_test), encoding="utf-8")
            target, task = TARGET_OF_DRAWN, "classification"
            with _named(path, path.name):
                yield TableSettings(str(path), target, task=task, test=str(test), parameters=parameters), path.name


def _settings_of_table(problem: Problem, file: TableFile, parameters: dict[str, Any]) -> TableSettings:
    target = problem.target or file.target
    missing = [name for name in (target, *problem.columns) if name not in file.columns]
    if missing:
        raise InputError(f"{file.name}: has no column {missing[0]!r}; there are {', '.join(file.columns)}")
    if target in problem.columns:
        raise InputError(f"the column {target!r} cannot be predicted from itself: choose others")
    drop = [name for name in file.columns if problem.columns and name not in (target, *problem.columns)]
    return TableSettings(
        str(file.path),
        target,
        drop=tuple(drop),
        test=USUAL_SHARE,
        delimiter=file.reading.delimiter,
        encoding=file.reading.encoding,
        decimal=file.reading.decimal,
        thousands=file.reading.thousands,
        na=file.reading.na,
        parameters=parameters,
    )


@contextmanager
def _named(path: Path, name: str) -> Iterator[None]:
    """Replace the path of a file by its name in error messages."""
    try:
        yield
    except InputError as error:
        raise InputError(str(error).replace(str(path), name)) from None


def draw(problem: Problem) -> datasets.Dataset:
    """Generate the data of a problem."""
    return datasets.load(problem.data, n_samples=problem.n_samples, noise=problem.noise, random_state=problem.seed)


def as_csv(X: np.ndarray, y: np.ndarray) -> str:
    """Return points and their classes as CSV; numbers are written without loss."""
    header = ",".join([*datasets.default_names(X.shape[1]), TARGET_OF_DRAWN])
    rows = (",".join([*map(repr, point), str(label)]) for point, label in zip(X.tolist(), y.tolist(), strict=True))
    return "\n".join([header, *rows]) + "\n"
