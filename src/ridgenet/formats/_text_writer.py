"""Write delimited text: cells unchanged, quoted only where needed, with formulas escaped on request."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from ridgenet._errors import InputError
from ridgenet.formats._kinds import kind_with

if TYPE_CHECKING:
    import pyarrow as pa

DELIMITERS = {".csv": ",", ".tsv": "\t"}
# text that spreadsheet programs run as a formula, and numbers, which may begin with the same characters
FORMULA, SIGNED_NUMBER = r"^\s*[=+\-@]", r"[-+]?[0-9]*[.,]?[0-9]+([eE][-+]?[0-9]+)?%?"


def is_formula(text: str) -> bool:
    """Return whether spreadsheet programs would run the text of a cell as a formula."""
    return bool(re.match(FORMULA, text)) and not re.fullmatch(SIGNED_NUMBER, text)


class TextWriter:
    """Write cells unchanged, quoted only where needed unless all are to be; Arrow's own writer changes some.

    Parameters
    ----------
    sink : object
        What is written to.
    names : list of str
        Names of the columns.
    delimiter : str
        The delimiter.
    escape_formulas : bool
        Whether to put an apostrophe before text that spreadsheet programs would run as a formula.
    quote_all : bool, default=False
        Whether to quote all cells that are not missing, so that none can be read as a word for a missing value.
    """

    def __init__(
        self, sink: Any, names: list[str], delimiter: str, escape_formulas: bool, *, quote_all: bool = False
    ) -> None:
        import pyarrow as pa

        self._sink, self._delimiter, self._escape_formulas = sink, delimiter, escape_formulas
        self._quote_all = quote_all
        self._write_rows([pa.array([name]) for name in names])

    def __enter__(self) -> TextWriter:
        return self

    def __exit__(self, *_: object) -> None:
        """Do nothing, since nothing is buffered."""

    def write_batch(self, batch: pa.RecordBatch) -> None:
        """Write some rows."""
        self._write_rows([_as_text(name, batch.column(name)) for name in batch.schema.names])

    def _write_rows(self, columns: list[pa.Array]) -> None:
        import pyarrow as pa
        import pyarrow.compute as pc

        lines = pc.binary_join_element_wise(*(self._cells(column) for column in columns), self._delimiter)
        together = pc.binary_join(pa.ListArray.from_arrays([0, len(lines)], lines), "\n")
        self._sink.write(together[0].as_buffer())
        self._sink.write(b"\n")

    def _cells(self, column: pa.Array) -> pa.Array:
        """Quote cells where needed; empty text is quoted to distinguish it from a missing value."""
        import pyarrow.compute as pc

        if self._escape_formulas:
            formulas = pc.and_not(
                pc.match_substring_regex(column, FORMULA), pc.match_substring_regex(column, f"^{SIGNED_NUMBER}$")
            )
            column = pc.if_else(formulas, pc.binary_join_element_wise("'", column, ""), column)
        marked = (
            pc.is_valid(column) if self._quote_all else pc.match_substring_regex(column, f'^$|["\r\n{self._delimiter}]')
        )
        if pc.any(marked).as_py():
            quoted = pc.binary_join_element_wise('"', pc.replace_substring(column, '"', '""'), '"', "")
            column = pc.if_else(marked, quoted, column)
        return pc.fill_null(column, "")


def _as_text(name: str, column: pa.Array) -> pa.Array:
    import pyarrow as pa

    if pa.types.is_dictionary(column.type):
        column = column.dictionary_decode()
    kind = kind_with(column.type)
    try:
        return column.cast(pa.string()) if kind is None else kind.as_text(column)
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError):
        raise InputError(
            f"column {name!r} holds {column.type}, which cannot be written as text; write a .parquet file instead"
        ) from None
