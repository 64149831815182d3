"""How a text with delimiters is written, as plain values."""

from __future__ import annotations

from dataclasses import dataclass

# words that stand for a missing value unless others are named: what pandas takes for it, and the question mark of
# older collections; the empty cell always does
MISSING = (
    "#N/A", "#N/A N/A", "#NA", "-1.#IND", "-1.#QNAN", "-NaN", "-nan", "1.#IND", "1.#QNAN", "<NA>", "?", "N/A", "NA",
    "NULL", "NaN", "None", "n/a", "nan", "null",
)  # fmt: skip


@dataclass(frozen=True)
class Dialect:
    """How cells are written down.

    Attributes
    ----------
    delimiter : str
        What separates cells.
    encoding : str
        What characters are encoded in.
    decimal : str
        The decimal point.
    names : tuple of str
        What the header says.
    header_lines : int
        Lines up to the end of the header.
    rows_before : int
        Rows before the header: 1 if the first line only says what separates cells.
    na : tuple of str
        Words that stand for a missing value, besides the empty cell.
    """

    delimiter: str
    encoding: str
    decimal: str
    names: tuple[str, ...]
    header_lines: int
    rows_before: int = 0
    na: tuple[str, ...] = MISSING

    @property
    def empty_lines_are_rows(self) -> bool:
        """Whether a line without anything is a row: of a table with one column it is one whose cell is empty."""
        return len(self.names) == 1
