"""Find codes written in digits, such as 00501, which different codes would not survive as numbers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pyarrow as pa

# 00501 is a code, for the number 501 is written without zeros; times and dates are not read as numbers anyway
LEADING_ZERO = r"^\s*0[0-9]"
# programs write exponents with a sign or a decimal point, 1e+05 or 1.0E5; 10E4 may be a code
EXPONENT = r"^\s*[0-9]+[eE][0-9]+\s*$"
EITHER = f"{LEADING_ZERO}|{EXPONENT}"
MOST_WRITINGS = 10_000
# larger numbers are shown with an exponent
MOST_IN_DIGITS = 1e15


@dataclass
class _Seen:
    """What has been found in the cells of one column."""

    leading_zero: tuple[int, str] | None = None
    # for each number written with an exponent, the row in which it first is, and how it is written
    writings: dict[float, tuple[int, str]] = field(default_factory=dict)
    # how often each is written so
    counts: Counter[float] = field(default_factory=Counter)
    same: str | None = None


def codes_in(
    pieces: Iterator[pa.RecordBatch], numbers: Mapping[str, pa.ChunkedArray]
) -> tuple[dict[str, str], dict[str, str]]:
    """Find columns read as numbers that are likely to be codes.

    Parameters
    ----------
    pieces : iterator of RecordBatch
        The columns as they are written.
    numbers : mapping of str to ChunkedArray
        The same columns as numbers.

    Returns
    -------
    codes, doubtful : dict of str to str
        Columns that must be read as text, because different codes would become the same number, and columns that may
        be codes; each with a sentence that says why.
    """
    import pyarrow as pa

    seen = {name: _Seen() for name in numbers}
    first = 0
    for piece in pieces:
        for name, known in seen.items():
            if known.leading_zero is None and known.same is None:
                _look(known, piece.column(name), first, may_have_exponents=pa.types.is_floating(numbers[name].type))
        first += len(piece)
    codes, doubtful = {}, {}
    for name, known in seen.items():
        if known.leading_zero is not None:
            row, cell = known.leading_zero
            codes[name] = f"column {name!r} is text because of {cell!r} in row {row}, which begins with a zero"
        elif same := known.same or _written_plainly_too(known, numbers[name]):
            codes[name] = f"column {name!r} is text because as numbers {same} would be the same"
        elif known.writings and _are_whole(numbers[name]):
            value, (row, cell) = next(iter(known.writings.items()))
            shown = f"{value:,.0f}" if value < MOST_IN_DIGITS else f"{value:g}"
            doubtful[name] = (
                f"column {name!r}: {cell!r} in row {row} is read as {shown}; if it is a code, "
                f"say --categorical {name!r}"
            )
    return codes, doubtful


def _look(known: _Seen, column: Any, first: int, *, may_have_exponents: bool) -> None:
    import pyarrow.compute as pc

    # one regular expression clears most columns, which have neither
    if not pc.any(pc.match_substring_regex(column, EITHER if may_have_exponents else LEADING_ZERO)).as_py():
        return
    zeros = pc.match_substring_regex(column, LEADING_ZERO)
    if pc.any(zeros).as_py():
        index = pc.index(zeros, True).as_py()
        known.leading_zero = first + index + 1, column[index].as_py().strip()[:40]
        return
    if not may_have_exponents:
        return
    exponents = pc.match_substring_regex(column, EXPONENT)
    for index in pc.indices_nonzero(pc.fill_null(exponents, False)).to_pylist():
        cell = column[index].as_py().strip()
        row, written = known.writings.setdefault(float(cell), (first + index + 1, cell))
        known.counts[float(cell)] += 1
        if written != cell:
            known.same = f"{written!r} in row {row} and {cell!r} in row {first + index + 1}"
            return
        if len(known.writings) > MOST_WRITINGS:
            return


def _written_plainly_too(known: _Seen, numbers: Any) -> str | None:
    """Return two ways in which one number is written, the second without an exponent; None if there are none."""
    import pyarrow as pa
    import pyarrow.compute as pc

    if not known.writings:
        return None
    same = numbers.filter(pc.is_in(numbers, value_set=pa.array(list(known.writings), numbers.type)))
    for pair in pc.value_counts(same).to_pylist():
        if pair["counts"] > known.counts[pair["values"]]:
            row, written = known.writings[pair["values"]]
            return f"{written!r} in row {row} and {pair['values']:.0f}"
    return None


def _are_whole(numbers: Any) -> bool:
    import pyarrow.compute as pc

    return bool(pc.all(pc.equal(numbers, pc.round(numbers))).as_py())
