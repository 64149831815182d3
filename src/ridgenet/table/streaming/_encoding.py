"""Encode all rows of a table once, into a file that each epoch reads."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from ridgenet._errors import InputError
from ridgenet._table_settings import TableSettings
from ridgenet.formats._reading import Batch, Table, read_batches
from ridgenet.formats._sources import Source
from ridgenet.formats._writing import write_to
from ridgenet.io._ahead import ahead
from ridgenet.table._batches import encode
from ridgenet.table._columns import require_varied, roles_of
from ridgenet.table._pipeline import new_pipeline, quiet_columns
from ridgenet.table._rows import Rows, weights_in
from ridgenet.table._target import Target, constant_target, target_of
from ridgenet.table.encoding._encoder import TableEncoder
from ridgenet.table.streaming._sample import OnRead, Sample

if TYPE_CHECKING:
    import pyarrow as pa


@dataclass
class EncodedRows:
    """A Parquet file with the inputs, the target and the weight of all rows that have a target.

    Attributes
    ----------
    path : Path
        The file.
    inputs : list of str
        Names of its columns of inputs.
    target : str
        Name of its column of the target.
    weight : str or None
        Name of its column of weights, if there is one.
    n_without : int
        Number of rows without a target, which are left out.
    n_unseen : Counter of str
        Number of rows, by column, with a category that occurs in no row that the columns were learned from.
    """

    path: Path
    inputs: list[str]
    target: str
    weight: str | None
    n_without: int = 0
    n_unseen: Counter[str] = field(default_factory=Counter)


class Encoding:
    """The columns, learned from a sample of the rows, and their encoding in all rows.

    Parameters
    ----------
    sample : Sample
        Rows to learn from.
    settings : TableSettings
        The settings.

    Attributes
    ----------
    roles : Roles
        The roles of the columns.
    target : Target
        The target in the sample.
    pipeline : Pipeline
        The fitted encoder of the columns, and the network, not fitted.

    Raises
    ------
    InputError
        If a column cannot be used as the settings say.
    """

    def __init__(self, sample: Sample, settings: TableSettings) -> None:
        table = sample.table
        self._settings, self._kinds = settings, table.kinds
        self.roles = roles_of(table, settings)
        self.target = _target_in(sample, settings)
        # all rows drawn may have a weight of zero
        rows = Rows.of(table, self.roles, self.target, replace(settings, sample_weight=None))
        require_varied(rows.X, len(rows), table.source.name)
        classes = np.unique(self.target.y) if self.target.is_classes else None
        self.pipeline = new_pipeline(settings, self.target.task, classes, sample.n_rows)
        # means of the target in categories know no weights
        y = rows.y if settings.sample_weight is None else None
        with quiet_columns():
            # their means are of other rows, so rows of the sample differ from others
            self._of_sample = self.encoder.fit_transform(rows.X, y)
        self._sampled = sample.indices[self.target.present]

    @property
    def encoder(self) -> TableEncoder:
        """The encodings of the columns."""
        encoder: TableEncoder = self.pipeline["columns"]
        return encoder

    def write(self, path: Path, sources: Sequence[Source], on_read: OnRead) -> EncodedRows:
        """Encode all rows that have a target.

        Parameters
        ----------
        path : Path
            The Parquet file to write.
        sources : sequence of Source
            The files of the table.
        on_read : callable
            Called with the fraction of the files read and the number of rows.

        Raises
        ------
        InputError
            If a cell cannot be used; names the file, the column and the row.
        """
        weight = self._settings.sample_weight
        names = _distinct([*self.encoder.get_feature_names_out(), self.target.name, *([weight] if weight else [])])
        n = self._of_sample.shape[1]
        rows = EncodedRows(path, names[:n], names[n], names[n + 1] if weight else None)
        try:
            with path.open("wb") as file, closing(ahead(self._encoded(sources, rows, on_read))) as batches:
                write_to(file, path.suffix, batches)
        except OSError as error:
            raise InputError(f"{path.parent.parent}: the encoded rows cannot be written there ({error})") from None
        return rows

    def _encoded(self, sources: Sequence[Source], rows: EncodedRows, on_read: OnRead) -> Iterator[pa.RecordBatch]:
        needed = (*self.encoder.encodings_, self.target.name, *filter(None, [self._settings.sample_weight]))
        kinds = {name: self._kinds[name] for name in needed}
        sizes, first = [source.path.stat().st_size for source in sources], 0
        for k, source in enumerate(sources):
            for batch in read_batches(source, kinds, self._settings.reading, is_part=True):
                yield self._encoded_batch(batch, source, first, rows)
                first += len(batch.frame)
                on_read((sum(sizes[:k]) + sizes[k] * batch.fraction_read) / max(sum(sizes), 1), first)

    def _encoded_batch(self, batch: Batch, source: Source, first: int, rows: EncodedRows) -> pa.RecordBatch:
        """Return a batch of which the first row has this index among all rows."""
        import pyarrow as pa

        inputs, unseen = encode(self.encoder, batch, source.name, "ignore")
        here = slice(*np.searchsorted(self._sampled, [first, first + len(inputs)]))
        inputs[self._sampled[here] - first] = self._of_sample[here]
        present, y = self.target.values_in(batch.frame[self.target.name], source.name, batch.first_row)
        columns = [*inputs[present].T, y]
        if rows.weight is not None:
            table = Table(batch.frame, self._kinds, source)
            columns.append(weights_in(table, str(self._settings.sample_weight), batch.first_row)[present])
        rows.n_without += int((~present).sum())
        rows.n_unseen.update({name: int(where.sum()) for name, where in unseen.items()})
        names = [*rows.inputs, rows.target, *([rows.weight] if rows.weight else [])]
        return pa.RecordBatch.from_arrays([pa.array(column) for column in columns], names=names)


def _target_in(sample: Sample, settings: TableSettings) -> Target:
    """Return the target; of a task that is given, all rows drawn may have the same value."""
    table, name = sample.table, settings.target
    column, kind = table.frame[name], table.kinds[name]
    if column.nunique() == 1 and not sample.is_whole:
        if settings.task == "auto":
            raise InputError(
                f"{table.source.name}: the target {name!r} is {column.dropna().iloc[0]!s} in all of them; if it has "
                "other values elsewhere, say with --task whether it is classification or regression"
            )
        return constant_target(column, kind, settings.task)
    return target_of(column, kind, settings.task, table.source.name, settings.reading)


def _distinct(names: Sequence[str]) -> list[str]:
    """Return names of which no two are the same."""
    found: list[str] = []
    for name in names:
        distinct, k = name, 2
        while distinct in found:
            distinct, k = f"{name} ({k})", k + 1
        found.append(distinct)
    return found
