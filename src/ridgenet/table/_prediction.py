"""Predict a file of any size, batch by batch."""

from __future__ import annotations

import gc
import warnings
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from os.path import samefile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from ridgenet._errors import InputError, PredictionError
from ridgenet.formats._kinds import KINDS, ColumnKind
from ridgenet.formats._reading import Batch, Reading, read_batches, words_of
from ridgenet.formats._text_writer import is_formula
from ridgenet.formats._writing import holds_text, write_batches
from ridgenet.model_files._files import blamed_on, read_model
from ridgenet.table._columns import CATEGORIES
from ridgenet.table._pipeline import quiet_columns

if TYPE_CHECKING:
    import pyarrow as pa

BATCHES_BETWEEN_COLLECTIONS = 10
UNSEEN = ("refuse", "ignore")


@dataclass(frozen=True)
class Predictor:
    """A model, with what it expects of a table.

    Attributes
    ----------
    model : Pipeline or estimator
        The loaded model.
    kinds : mapping of str to str
        The columns that it needs, and their kinds.
    target : str
        Name of the target.
    unseen : {"refuse", "ignore"}
        What to do about categories unseen in training.
    na : tuple of str or None
        Words for missing values named in training.
    """

    model: Any
    kinds: Mapping[str, ColumnKind]
    target: str
    unseen: str = "refuse"
    na: tuple[str, ...] | None = None

    @classmethod
    def of(cls, path: str | Path, unseen: str = "refuse") -> Predictor:
        """Load a model.

        Raises
        ------
        InputError
            If the model cannot be loaded, or does not say which columns it needs.
        """
        if unseen not in UNSEEN:
            raise InputError(f"unseen categories are to be one of {', '.join(UNSEEN)}; got {unseen!r}")
        about, model = read_model(path)
        kinds = about.get("columns") or dict.fromkeys(map(str, getattr(model, "feature_names_in_", ())), "number")
        if not kinds:
            raise InputError(
                f"{path}: the model was trained on an array, so it is not known which columns it needs; "
                "train it on a data frame, or by ridgenet path"
            )
        settings = about.get("settings")
        na = words_of(settings.get("na")) if isinstance(settings, Mapping) else None
        return cls(model, kinds, about.get("target", "target"), unseen, na)

    def columns_for(self, frame: pd.DataFrame) -> dict[str, np.ndarray]:
        """Return the columns to add to a table."""
        with quiet_columns():
            if not hasattr(self.model, "predict_proba"):
                return {f"predicted_{self.target}": self.model.predict(frame)}
            probabilities = self.model.predict_proba(frame)
        classes = self.model.classes_
        return {
            f"predicted_{self.target}": classes[probabilities.argmax(axis=1)],
            **{f"probability_{label}": probabilities[:, k] for k, label in enumerate(classes.tolist())},
        }

    def check(self, batch: Batch, file: str) -> None:
        """Refuse values that the preprocessing would ignore silently."""
        vectorizer = getattr(self.model, "named_steps", {}).get("columns")
        if vectorizer is None:
            return
        for name, kind in vectorizer.column_to_kind_.items():
            if kind in CATEGORIES and self.unseen == "refuse":
                _refuse(_unseen(vectorizer, name, batch.frame[name]), name, batch, file, "was not there in training")
            elif kind == "datetime" and self.kinds[name] == "text":
                _refuse(_no_dates(vectorizer, name, batch.frame[name]), name, batch, file, "is no date as in training")

    def in_the_file(self, error: PredictionError, batch: Batch, file: str) -> InputError:
        """Return an error that names the cell responsible for a prediction that is not finite."""
        row = batch.frame.iloc[[error.row]]
        numbers = {
            name: float(KINDS[kind].numbers(row[name])[0])
            for name, kind in self.kinds.items()
            if KINDS[kind].is_numeric
        }
        name = str(pd.Series(numbers).abs().idxmax())
        return InputError(
            f"{file}: column {name!r}, row {batch.first_row + error.row + 1}: no finite prediction comes of "
            f"{numbers[name]:g}; correct it"
        )


def predict_file(
    model: str | Path,
    data: str | Path,
    out: str | Path,
    *,
    unseen: str = "refuse",
    reading: Reading | None = None,
    escape_formulas: bool = False,
    watch: Callable[[float, int], object] | None = None,
) -> int:
    """Write a table with predictions beside its columns.

    Parameters
    ----------
    model : str or Path
        A model file.
    data : str or Path
        A table with the model's columns; ``-`` is standard input. It may be larger than memory.
    out : str or Path
        The file to write, in the format that its suffix names; ``-`` is standard output, as CSV. It is complete or
        absent.
    unseen : {"refuse", "ignore"}, default="refuse"
        What to do about categories unseen in training; ignored ones count as none of those that were seen.
    reading : Reading, optional
        How text is written; the words for missing values are those of training unless others are named.
    escape_formulas : bool, default=False
        Whether text that spreadsheet programs would take for a formula gets an apostrophe before it, in CSV and TSV.
    watch : callable, optional
        Called with the fraction of the file read and the number of rows predicted.

    Returns
    -------
    int
        Number of rows predicted.

    Raises
    ------
    InputError
        If a row cannot be predicted; names the file, the column and the row.
    """
    _refuse_to_replace(out, {"the table": data, "the model": model})
    predictor = Predictor.of(model, unseen)
    reading = reading or Reading()
    if reading.na is None:
        reading = replace(reading, na=predictor.na)
    name = "standard input" if str(data) == "-" else str(data)
    # a text file gets the cells as they were written, a format with types gets numbers
    as_written, done = holds_text(out), 0

    def predicted() -> Iterator[pa.RecordBatch]:
        nonlocal done
        for k, batch in enumerate(read_batches(data, predictor.kinds, reading)):
            if k % BATCHES_BETWEEN_COLLECTIONS == 0:
                # frames in reference cycles would pile up over a large file
                gc.collect()
            rows = batch.cells if as_written else batch.typed
            try:
                # preprocessing from a model file may do anything
                with blamed_on(model, f"cannot predict {name}"), _naming_missing_cells(batch, name):
                    predictor.check(batch, name)
                    columns = predictor.columns_for(batch.frame)
            except PredictionError as error:
                raise predictor.in_the_file(error, batch, name) from None
            yield _beside(rows, columns, name)
            done += len(batch.frame)
            if watch is not None:
                watch(batch.fraction_read, done)

    if as_written and not escape_formulas:
        _warn_of_formulas(predictor.model)
    write_batches(out, predicted(), escape_formulas=escape_formulas)
    return done


@contextmanager
def _naming_missing_cells(batch: Batch, file: str) -> Iterator[None]:
    try:
        yield
    # scikit-learn says so at length, and without naming the cell
    except ValueError as error:
        missing = batch.frame.isna()
        if "NaN" not in str(error) or not missing.to_numpy().any():
            raise
        row = int(missing.any(axis=1).to_numpy().argmax())
        column = missing.columns[int(missing.iloc[row].to_numpy().argmax())]
        raise InputError(
            f"{file}: column {column!r}, row {batch.first_row + row + 1}: the cell is empty, and this model takes no "
            "missing values"
        ) from error


def _warn_of_formulas(model: Any) -> None:
    found = [label for label in map(str, getattr(model, "classes_", ())) if is_formula(label)]
    if found:
        warnings.warn(
            f"spreadsheet programs would take the class {found[0][:40]!r} for a formula, and run it; "
            "--escape-formulas (escape_formulas) puts an apostrophe before it",
            stacklevel=3,
        )


def _refuse_to_replace(out: str | Path, inputs: Mapping[str, str | Path]) -> None:
    for what, path in inputs.items():
        if "-" not in (str(out), str(path)) and Path(out).exists() and Path(path).exists() and samefile(out, path):
            raise InputError(f"{out}: this is {what} itself, which predictions would replace; name another file")


def _beside(rows: pa.RecordBatch, columns: Mapping[str, np.ndarray], file: str) -> pa.RecordBatch:
    import pyarrow as pa

    for name, values in columns.items():
        if name in rows.schema.names:
            raise InputError(f"{file}: there is a column {name!r} already; rename it, for predictions are called so")
        rows = rows.append_column(name, pa.array(values.tolist() if values.dtype.kind == "U" else values))
    return rows


def _refuse(values: pd.Series, name: str, batch: Batch, file: str, why: str) -> None:
    if len(values):
        row = batch.first_row + int(values.index[0]) + 1
        advice = "; --unseen ignore treats it as none of those that were" if "not there" in why else ""
        raise InputError(f"{file}: column {name!r}, row {row}: {str(values.iloc[0])[:40]!r} {why}{advice}")


def _unseen(vectorizer: Any, name: str, column: pd.Series) -> pd.Series:
    known = set(map(str, vectorizer.transformers_[name].categories_[0]))
    return column[column.notna() & ~column.astype(str).isin(known)]


def _no_dates(vectorizer: Any, name: str, column: pd.Series) -> pd.Series:
    present = column[column.notna()]
    to_dates = next(s for s in vectorizer.all_processing_steps_[name] if type(s).__name__ == "ToDatetime")
    with quiet_columns():
        dates = to_dates.transform(present)
    return present[dates.isna().to_numpy()]
