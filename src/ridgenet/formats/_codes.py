"""Find codes written as digits, such as 00501: read as numbers, different codes could become equal."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pyarrow as pa

# a number has no leading zeros, so 00501 is a code; times and dates are not read as numbers anyway
LEADING_ZERO = r"^\s*0[0-9]"
# programs write exponents with a sign or a decimal point, 1e+05 or 1.0E5; 10E4 may be a code
EXPONENT = r"^\s*[0-9]+[eE][0-9]+\s*$"
EITHER = f"{LEADING_ZERO}|{EXPONENT}"
MOST_WRITINGS = 10_000
# larger numbers are displayed with an exponent
MOST_IN_DIGITS = 1e15


@dataclass
class _ColumnScan:
    """State of the search for codes in one column."""

    leading_zero: tuple[int, str] | None = None
    # for each number written with an exponent, its first row and how it is written there
    writings: dict[float, tuple[int, str]] = field(default_factory=dict)
    # how often each number is written with an exponent
    counts: Counter[float] = field(default_factory=Counter)
    same: str | None = None


def codes_in(
    pieces: Iterator[pa.RecordBatch], numbers: Mapping[str, pa.ChunkedArray]
) -> tuple[dict[str, str], dict[str, str]]:
    """Find columns read as numbers that are likely to be codes.

    Parameters
    ----------
    pieces : iterator of RecordBatch
        The columns as text.
    numbers : mapping of str to ChunkedArray
        The same columns as numbers.

    Returns
    -------
    codes, doubtful : dict of str to str
        Columns that must be read as text, because different codes would become the same number, and columns that may
        be codes; each with the reason, for users.
    """
    import pyarrow as pa

    scans = {name: _ColumnScan() for name in numbers}
    first = 0
    for piece in pieces:
        for name, scan in scans.items():
            if scan.leading_zero is None and scan.same is None:
                _look(scan, piece.column(name), first, may_have_exponents=pa.types.is_floating(numbers[name].type))
        first += len(piece)
    codes, doubtful = {}, {}
    for name, scan in scans.items():
        if scan.leading_zero is not None:
            row, cell = scan.leading_zero
            codes[name] = f"column {name!r} is text because of {cell!r} in row {row}, which begins with a zero"
        elif same := scan.same or _written_plainly_too(scan, numbers[name]):
            codes[name] = f"column {name!r} is text because {same} would be equal as numbers"
        elif scan.writings and _are_whole(numbers[name]):
            value, (row, cell) = next(iter(scan.writings.items()))
            shown = f"{value:,.0f}" if value < MOST_IN_DIGITS else f"{value:g}"
            doubtful[name] = (
                f"column {name!r}: {cell!r} in row {row} is read as {shown}; if it is a code, "
                f"use --categorical {name!r}"
            )
    return codes, doubtful


def _look(scan: _ColumnScan, column: Any, first: int, *, may_have_exponents: bool) -> None:
    import pyarrow.compute as pc

    # most columns have neither, which one regular expression shows
    if not pc.any(pc.match_substring_regex(column, EITHER if may_have_exponents else LEADING_ZERO)).as_py():
        return
    zeros = pc.match_substring_regex(column, LEADING_ZERO)
    if pc.any(zeros).as_py():
        index = pc.index(zeros, True).as_py()
        scan.leading_zero = first + index + 1, column[index].as_py().strip()[:40]
        return
    if not may_have_exponents:
        return
    exponents = pc.match_substring_regex(column, EXPONENT)
    for index in pc.indices_nonzero(pc.fill_null(exponents, False)).to_pylist():
        cell = column[index].as_py().strip()
        row, written = scan.writings.setdefault(float(cell), (first + index + 1, cell))
        scan.counts[float(cell)] += 1
        if written != cell:
            scan.same = f"{written!r} in row {row} and {cell!r} in row {first + index + 1}"
            return
        if len(scan.writings) > MOST_WRITINGS:
            return


def _written_plainly_too(scan: _ColumnScan, numbers: Any) -> str | None:
    """Return two spellings of one number, the second without an exponent; None if there are no such spellings."""
    import pyarrow as pa
    import pyarrow.compute as pc

    if not scan.writings:
        return None
    same = numbers.filter(pc.is_in(numbers, value_set=pa.array(list(scan.writings), numbers.type)))
    for pair in pc.value_counts(same).to_pylist():
        if pair["counts"] > scan.counts[pair["values"]]:
            row, written = scan.writings[pair["values"]]
            return f"{written!r} in row {row} and {pair['values']:.0f}"
    return None


def _are_whole(numbers: Any) -> bool:
    import pyarrow.compute as pc

    return bool(pc.all(pc.equal(numbers, pc.round(numbers))).as_py())
