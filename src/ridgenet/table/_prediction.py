"""Predict a file of any size, batch by batch."""

from __future__ import annotations

import gc
import warnings
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from os.path import samefile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from sklearn.pipeline import Pipeline

from ridgenet._errors import InputError, PredictionError
from ridgenet.formats._kinds import KINDS, ColumnKind
from ridgenet.formats._reading import Batch, Reading, read_batches, words_of
from ridgenet.formats._text_writer import is_formula
from ridgenet.formats._writing import holds_text, write_batches
from ridgenet.io._ahead import ahead
from ridgenet.model_files._files import blamed_on, read_model
from ridgenet.table._batches import UNSEEN, encode
from ridgenet.table.encoding._encoder import TableEncoder

if TYPE_CHECKING:
    import pyarrow as pa

BATCHES_BETWEEN_CLEANINGS = 20


@dataclass(frozen=True)
class Predictor:
    """A model, and the table it requires.

    Attributes
    ----------
    model : Pipeline or estimator
        The loaded model.
    kinds : mapping of str to str
        The columns that the model needs, and their kinds.
    target : str
        Name of the target.
    unseen : {"refuse", "ignore"}
        How to treat categories unseen in training.
    na : tuple of str or None
        Words for missing values named in training.
    coverage : float or None
        Coverage of the intervals or sets of classes to add; None adds none.
    """

    model: Any
    kinds: Mapping[str, ColumnKind]
    target: str
    unseen: str = "refuse"
    na: tuple[str, ...] | None = None
    coverage: float | None = None

    @classmethod
    def of(cls, path: str | Path, unseen: str = "refuse", coverage: float | None = None) -> Predictor:
        """Load a model.

        Raises
        ------
        InputError
            If the model cannot be loaded, or does not name the columns it needs.
        """
        if unseen not in UNSEEN:
            raise InputError(f"unseen must be one of {', '.join(UNSEEN)}; got {unseen!r}")
        about, model = read_model(path)
        kinds = about.get("columns") or dict.fromkeys(map(str, getattr(model, "feature_names_in_", ())), "number")
        if not kinds:
            raise InputError(
                f"{path}: the model was trained on an array, so the columns that it needs are unknown; "
                "train it on a data frame, or with ridgenet path"
            )
        settings = about.get("settings")
        na = words_of(settings.get("na")) if isinstance(settings, Mapping) else None
        predictor = cls(model, kinds, about.get("target", "target"), unseen, na, coverage)
        has_intervals = any(hasattr(predictor.network, name) for name in ("predict_interval", "predict_set"))
        if coverage is not None and not has_intervals:
            raise InputError(f"{path}: intervals need a model trained with cross-validation, by ridgenet path")
        return predictor

    @property
    def network(self) -> Any:
        """The estimator, without the preprocessing before it."""
        return self.model[-1] if isinstance(self.model, Pipeline) else self.model

    def columns_for(self, batch: Batch, file: str) -> dict[str, np.ndarray]:
        """Return the columns of predictions for a batch of rows.

        Raises
        ------
        InputError
            If a category or a date is unknown; names the column and the row.
        """
        network, inputs = self.network, self._inputs_of(batch, file)
        if not hasattr(network, "predict_proba"):
            return {f"predicted_{self.target}": network.predict(inputs), **self._intervals(inputs)}
        probabilities, classes = network.predict_proba(inputs), network.classes_
        return {
            f"predicted_{self.target}": classes[probabilities.argmax(axis=1)],
            **{f"probability_{label}": probabilities[:, k] for k, label in enumerate(classes.tolist())},
            **self._intervals(inputs),
        }

    def _inputs_of(self, batch: Batch, file: str) -> Any:
        """Return the inputs of the network."""
        if not isinstance(self.model, Pipeline):
            return batch.frame
        *before, encoder = (step for _, step in self.model.steps[:-1])
        if before or not isinstance(encoder, TableEncoder):
            return self.model[:-1].transform(batch.frame)
        return encode(encoder, batch, file, self.unseen)[0]

    def _intervals(self, inputs: Any) -> dict[str, np.ndarray]:
        """Return the columns of prediction intervals, or those that tell which classes are in the prediction set."""
        if self.coverage is None:
            return {}
        if hasattr(self.network, "predict_interval"):
            low, high = self.network.predict_interval(inputs, self.coverage).T
            return {f"lower_{self.target}": low, f"upper_{self.target}": high}
        sets = self.network.predict_set(inputs, self.coverage)
        return {f"in_set_{label}": sets[:, k] for k, label in enumerate(self.network.classes_.tolist())}

    def located(self, error: PredictionError, batch: Batch, file: str) -> InputError:
        """Return an error that names the cell responsible for a prediction that is not finite."""
        row = batch.frame.iloc[[error.row]]
        numbers = {
            name: float(KINDS[kind].numbers(row[name])[0])
            for name, kind in self.kinds.items()
            if KINDS[kind].is_numeric
        }
        name = str(pd.Series(numbers).abs().idxmax())
        return InputError(
            f"{file}: column {name!r}, row {batch.first_row + error.row + 1}: the prediction is not finite, because "
            f"{numbers[name]:g} is too large; correct it"
        )


def predict_file(
    model: str | Path,
    data: str | Path,
    out: str | Path,
    *,
    unseen: str = "refuse",
    reading: Reading | None = None,
    escape_formulas: bool = False,
    coverage: float | None = None,
    watch: Callable[[float, int], object] | None = None,
) -> int:
    """Write a table with additional columns of predictions.

    Parameters
    ----------
    model : str or Path
        A model file.
    data : str or Path
        A table with the model's columns; ``-`` is standard input. It may be larger than memory.
    out : str or Path
        The file to write, in the format of its extension; ``-`` is standard output, as CSV. It is complete or absent.
    unseen : {"refuse", "ignore"}, default="refuse"
        How to treat categories unseen in training; "ignore" encodes them as none of the known ones.
    reading : Reading, optional
        Options for reading text files; the words for missing values are those of training unless they are given.
    escape_formulas : bool, default=False
        Whether to put an apostrophe before text that spreadsheet programs would run as a formula, in CSV and TSV.
    coverage : float, optional
        Add columns of prediction intervals with this coverage, such as 0.9; for classes, of prediction sets.
    watch : callable, optional
        Called with the fraction of the file read and the number of rows predicted.

    Returns
    -------
    int
        Number of rows predicted.

    Raises
    ------
    InputError
        If a row cannot be predicted; names the file, the column and the row. If the model has no prediction intervals
        with this coverage.
    """
    _require_other_file(out, {"the table": data, "the model": model})
    predictor = Predictor.of(model, unseen, coverage)
    reading = reading or Reading()
    if reading.na is None:
        reading = replace(reading, na=predictor.na)
    name = "standard input" if str(data) == "-" else str(data)
    # text files get the cells as written, typed formats get numbers
    as_written, done = holds_text(out), 0

    def predicted() -> Iterator[pa.RecordBatch]:
        nonlocal done
        for k, batch in enumerate(ahead(read_batches(data, predictor.kinds, reading))):
            if k % BATCHES_BETWEEN_CLEANINGS == 0:
                _release_memory()
            rows = batch.cells if as_written else batch.typed
            try:
                # preprocessing from a model file may raise any error
                with blamed_on(model, f"cannot predict {name}"), _naming_missing_cells(batch, name):
                    columns = predictor.columns_for(batch, name)
            except PredictionError as error:
                raise predictor.located(error, batch, name) from None
            yield _beside(rows, columns, name)
            done += len(batch.frame)
            if watch is not None:
                watch(batch.fraction_read, done)

    if as_written and not escape_formulas:
        _warn_of_formulas(predictor.model)
    with closing(ahead(predicted())) as batches:
        write_batches(out, batches, escape_formulas=escape_formulas)
    return done


def _release_memory() -> None:
    """Release the memory of earlier batches: of frames in reference cycles, and of Arrow's partly used pages."""
    import pyarrow as pa

    gc.collect()
    pa.default_memory_pool().release_unused()


@contextmanager
def _naming_missing_cells(batch: Batch, file: str) -> Iterator[None]:
    try:
        yield
    # scikit-learn's message is long and does not name the cell
    except ValueError as error:
        missing = batch.frame.isna()
        if "NaN" not in str(error) or not missing.to_numpy().any():
            raise
        row = int(missing.any(axis=1).to_numpy().argmax())
        column = missing.columns[int(missing.iloc[row].to_numpy().argmax())]
        raise InputError(
            f"{file}: column {column!r}, row {batch.first_row + row + 1}: the cell is empty, but this model does not "
            "support missing values; fill it in"
        ) from error


def _warn_of_formulas(model: Any) -> None:
    formulas = [label for label in map(str, getattr(model, "classes_", ())) if is_formula(label)]
    if formulas:
        warnings.warn(
            f"spreadsheet programs would run the class {formulas[0][:40]!r} as a formula; "
            "--escape-formulas (escape_formulas) puts an apostrophe before it",
            stacklevel=3,
        )


def _require_other_file(out: str | Path, inputs: Mapping[str, str | Path]) -> None:
    for what, path in inputs.items():
        if "-" not in (str(out), str(path)) and Path(out).exists() and Path(path).exists() and samefile(out, path):
            raise InputError(f"{out}: predictions would overwrite {what}; give another file name")


def _beside(rows: pa.RecordBatch, columns: Mapping[str, np.ndarray], file: str) -> pa.RecordBatch:
    import pyarrow as pa

    for name, values in columns.items():
        if name in rows.schema.names:
            raise InputError(
                f"{file}: there is already a column {name!r}, the name of a column of predictions; rename it"
            )
        rows = rows.append_column(name, pa.array(values.tolist() if values.dtype.kind == "U" else values))
    return rows
