"""Predictions for a file of any size: batches in, batches with the predictions beside them out."""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from os.path import samefile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from ridgenet.errors import InputError
from ridgenet.model_files import read_model
from ridgenet.modelling.columns import CATEGORIES
from ridgenet.modelling.pipeline import quiet_columns
from ridgenet.tables.batches import Batch, read_batches
from ridgenet.tables.kinds import ColumnKind
from ridgenet.tables.reading import Reading
from ridgenet.tables.writing import holds_text, write_batches

if TYPE_CHECKING:
    import pyarrow as pa

BATCHES_BETWEEN_COLLECTIONS = 10
UNSEEN = ("refuse", "ignore")


@dataclass(frozen=True)
class Predictor:
    """A model and what it needs to know about a table.

    Attributes
    ----------
    model : Pipeline or estimator
        As loaded.
    kinds : mapping of str to str
        Columns that it needs, and what they hold.
    target : str
        What it predicts.
    unseen : {"refuse", "ignore"}
        What to do about a category that was not there in training.
    """

    model: Any
    kinds: Mapping[str, ColumnKind]
    target: str
    unseen: str = "refuse"

    @classmethod
    def of(cls, path: str | Path, unseen: str = "refuse") -> Predictor:
        """Load a model.

        Raises
        ------
        InputError
            If it cannot be loaded, or does not say which columns it needs.
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
        return cls(model, kinds, about.get("target", "target"), unseen)

    def columns_for(self, frame: pd.DataFrame) -> dict[str, np.ndarray]:
        """Return the columns that predictions add to a table."""
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
        """Refuse what the preprocessing would make nothing of without a word."""
        vectorizer = getattr(self.model, "named_steps", {}).get("columns")
        if vectorizer is None:
            return
        for name, kind in vectorizer.column_to_kind_.items():
            if kind in CATEGORIES and self.unseen == "refuse":
                _refuse(_unseen(vectorizer, name, batch.frame[name]), name, batch, file, "was not there in training")
            elif kind == "datetime" and self.kinds[name] == "text":
                _refuse(_no_dates(vectorizer, name, batch.frame[name]), name, batch, file, "is no date as in training")


def predict_file(
    model: str | Path,
    data: str | Path,
    out: str | Path,
    *,
    unseen: str = "refuse",
    reading: Reading | None = None,
    watch: Callable[[float, int], object] | None = None,
) -> int:
    """Write a table again, with predictions beside its columns.

    Parameters
    ----------
    model : str or Path
        A model file.
    data : str or Path
        A table with the model's columns; ``-`` is standard input. It may be larger than memory.
    out : str or Path
        CSV, TSV, Parquet or Feather, by its name; ``-`` is standard output, as CSV. It is whole or not there.
    unseen : {"refuse", "ignore"}, default="refuse"
        What to do about a category that was not there in training; ignored, it counts as none of them.
    reading : Reading, optional
        How text is written.
    watch : callable, optional
        Called with the share of the file read and the rows done.

    Returns
    -------
    int
        How many rows were predicted.

    Raises
    ------
    InputError
        Naming file, column and row of what cannot be predicted.
    """
    _refuse_to_replace(out, {"the table": data, "the model": model})
    predictor = Predictor.of(model, unseen)
    name = "standard input" if str(data) == "-" else str(data)
    # cells of text go into text as they were written; other formats want numbers as such
    as_written, done = holds_text(out), 0

    def predicted() -> Iterator[pa.RecordBatch]:
        nonlocal done
        for k, batch in enumerate(read_batches(data, predictor.kinds, reading)):
            if k % BATCHES_BETWEEN_COLLECTIONS == 0:
                # frames that refer to themselves wait for it, and over a large file they add up
                gc.collect()
            predictor.check(batch, name)
            rows = batch.cells if as_written else batch.typed
            yield _beside(rows, predictor.columns_for(batch.frame), name)
            done += len(batch.frame)
            if watch is not None:
                watch(batch.share_read, done)

    write_batches(out, predicted())
    return done


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
    odd = column[column.notna() & ~column.astype(str).isin(known)]
    if odd.empty:
        return odd
    # strings such as "unknown" that skrub takes for nothing are no categories
    first = vectorizer.all_processing_steps_[name][0]
    if type(first).__name__ != "CleanNullStrings":
        return odd
    with quiet_columns():
        return odd[first.transform(odd).notna().to_numpy()]


def _no_dates(vectorizer: Any, name: str, column: pd.Series) -> pd.Series:
    present = column[column.notna()]
    steps = vectorizer.all_processing_steps_[name]
    with quiet_columns():
        for step in steps[: next(k for k, s in enumerate(steps) if type(s).__name__ == "ToDatetime")]:
            if type(step).__name__ == "CleanNullStrings":
                present = present[step.transform(present).notna().to_numpy()]
        dates = next(step for step in steps if type(step).__name__ == "ToDatetime").transform(present)
    return present[dates.isna().to_numpy()]
