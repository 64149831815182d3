"""Find likely mistakes in the data: text that is almost numeric or dates, ambiguous dates, identifiers of rows."""

from __future__ import annotations

import re
import shlex
from collections import Counter
from collections.abc import Callable
from datetime import date
from itertools import product
from typing import Any

import numpy as np
import pandas as pd

from ridgenet.formats._kinds import KINDS, THOUSANDS, holds_text
from ridgenet.formats._reading import Reading, Table
from ridgenet.table._columns import Roles
from ridgenet.table.encoding._dates import Dates
from ridgenet.table.encoding._encoder import TableEncoder

AS_USUAL = Reading()
# in fewer rows, all values may differ by chance
FEWEST_ROWS_TO_NAME = 20
FIRST_TWO = re.compile(r"(\d{1,2})[-/.](\d{1,2})[-/.]")
# if more than this fraction of the cells are numbers or dates, the others are likely to be mistakes
MOST = 0.8
# up to this many distinct words among enough numbers are likely to mean missing values
MOST_WORDS, FEWEST_NUMBERS, SMALLEST_SHARE = 2, 5, 0.2
# most units in one column of numbers, such as kg and g
MOST_UNITS = 3
DECIMAL_COMMA = re.compile(r"[-+]?\d+,(\d{1,2}|\d{4,})")
# numbers formatted for people, and how to write them instead
WRITTEN_OTHERWISE = (
    (re.compile(r"−\s?[0-9]+(\.[0-9]+)?"), "with - as the minus sign"),
    (re.compile(r"[-+−]?[^\D0-9]+([.,\u066b][^\D0-9]+)?"), "with the digits 0 to 9"),
    (
        re.compile(r"[-+−]?\s?[€$£¥]?\s?[-+−]?\d+([,.'\u2019 \u00a0\u202f]\d{2,3})*([,.]\d+)?\s?[%€$£¥]?"),
        "without currency signs, percent signs and thousands separators",
    ),
    (re.compile(r"\([€$£¥]?\s?\d+([,.'\u2019 \u00a0]\d{2,3})*([,.]\d+)?\)"), "with a minus sign, not in brackets"),
    (re.compile(r"\d+\s?[/\u2044]\s?\d+"), "as decimals, not fractions"),
    (re.compile(r"[<>≤≥~≈±]=?\s?\d+([.,]\d+)?"), "without signs such as <"),
    (re.compile(r"[-+−]?\d+([.,]\d+)?\s?(?P<unit>[^\W\d_][^\d]{0,9}[23]?)"), "without units"),
)
DATES = re.compile(r"(\d{4}([-/.])\d{1,2}\2\d{1,2}|\d{1,2}([-/.])\d{1,2}\3(\d{4}|\d{2}))([T ]\d{1,2}:\d{2}.*)?")
# dates that are read as text: with the name of a month, or the number of a week
DATES_IN_WORDS = re.compile(
    r"\d{1,2}\.?[-/ ]?[^\W\d_]{3,9}\.?,?[-/ ]?(\d{4}|\d{2})"
    r"|[^\W\d_]{3,9}\.? \d{1,2}(st|nd|rd|th)?,? \d{4}"
    r"|\d{4}-?W\d{2}"
)


def data_warnings(
    table: Table, roles: Roles, target: str, as_text: tuple[str, ...], encoder: TableEncoder
) -> list[str]:
    """Find likely mistakes in the columns of a table.

    Parameters
    ----------
    table : Table
        The table.
    roles : Roles
        Which columns are inputs.
    target : str
        The column to predict.
    as_text : tuple of str
        Columns that the user declared as text.
    encoder : TableEncoder
        The fitted encoder.

    Returns
    -------
    list of str
        One sentence for each mistake.
    """
    notes = []
    for name in (target, *roles.inputs):
        column, encoding = table.frame[name], encoder.encodings_.get(name)
        if name in table.remarks:
            notes.append(table.remarks[name])
        if name in table.remarks and table.kinds[name] == "text":
            continue
        if isinstance(encoding, Dates) and encoding.format is not None:
            notes += _ambiguous_dates(column, encoding.format)
        elif table.kinds[name] == "text" and name not in as_text and (why := why_text(column, table.reading)):
            notes.append(f"column {name!r} is text because of {why}")
        elif encoding is not None and not isinstance(encoding, Dates) and names_rows(column):
            how = "counts the rows" if column.dtype.kind in "iuf" else "is different in every row"
            notes.append(f"column {name!r} {how}; if it is only an identifier, leave it out with --drop {name!r}")
        elif (warning := KINDS[table.kinds[name]].warning(column)) is not None:
            notes.append(f"column {name!r}: {warning}")
    return notes


def missing_as(table: Table, name: str) -> str:
    """Return a remark in brackets on the default words for missing values in a column; empty if there are none."""
    words = table.words_for_missing(name) if table.reading.na is None else []
    if not words:
        return ""
    if len(words) == 1:
        return f" ({words[0]!r} means a missing value; to keep it as text, quote it, or list other words with --na)"
    return (
        f" ({', '.join(map(repr, words))} mean missing values; to keep them as text, quote them, or list other words "
        "with --na)"
    )


def why_not_numbers(table: Table, name: str) -> str:
    """Return a remark in brackets on the cells that make a column text; empty if they are unknown."""
    why = table.remarks.get(name) or why_text(table.frame[name], table.reading)
    return "" if why is None else f" ({why})"


def names_rows(column: pd.Series) -> bool:
    """Return whether a column only identifies the rows."""
    if len(column) < FEWEST_ROWS_TO_NAME or column.isna().any() or not column.is_unique:
        return False
    if column.dtype.kind in "iuf":
        return bool((np.diff(np.sort(column.to_numpy())) == 1).all())
    return holds_text(column)


def _ambiguous_dates(column: pd.Series, format: str) -> list[str]:
    """Return a note on the order in which dates such as 12/1/2021 were read, if no cell determines it."""
    values = column.dropna().unique()
    parts = [match for value in values if (match := FIRST_TWO.match(value))]
    if not parts or any(int(part) > 12 for match in parts for part in match.groups()):
        return []
    first, second = ("month", "day") if format.find("%m") < format.find("%d") else ("day", "month")
    return [
        f"column {str(column.name)!r}: {values[0]!r} was read with the {first} first; if the {second} comes first, "
        "write dates as 2026-11-23"
    ]


def why_text(column: pd.Series, reading: Reading = AS_USUAL) -> str | None:
    """Return the cells that make a column text although most of its cells are of another kind; None otherwise.

    Parameters
    ----------
    column : Series
        A text column.
    reading : Reading
        The options that the column was read with.
    """
    decimal, thousands = reading.decimal, reading.thousands
    present = column.dropna().astype(object)
    if present.empty:
        return None
    values = pd.Index(present.unique())
    numbers = _matching(present, values, lambda value: _is_number(value, decimal, thousands))
    if numbers.all():
        return None
    odd = present[~numbers]
    if numbers.mean() > MOST or _are_words_for_missing(odd, present[numbers]):
        return _because(present, ~numbers, "numbers") + (_advice(odd, decimal) or _advice_on_words(odd))
    for kind in KINDS.values():
        if kind.pattern is not None:
            alike = _matching(present, values, kind.pattern.match)
            if alike.mean() > MOST:
                return _because(present, ~alike, kind.values)
    dates = _matching(present, values, DATES.fullmatch)
    if dates.all():
        return _odd_among_dates(present)
    if dates.mean() > MOST:
        return _because(present, ~dates, "dates")
    if (in_words := _matching(present, values, DATES_IN_WORDS.fullmatch)).mean() > MOST:
        return _not_read_as_dates(present[in_words])
    otherwise = _matching(present, values, _is_written_otherwise)
    if otherwise.any() and (numbers | otherwise).mean() > MOST and _n_units(present[otherwise]) <= MOST_UNITS:
        return _because(present, ~numbers, "numbers") + _advice(present[otherwise & ~numbers], decimal)
    return None


def _is_number(value: str, decimal: str, thousands: str | None = None) -> bool:
    if thousands is not None and _is_grouped(value, decimal, thousands):
        return True
    if decimal == ",":
        value = value.replace(".", "x").replace(",", ".")
    return bool(pd.notna(pd.to_numeric(value, errors="coerce")))


def _are_words_for_missing(odd: pd.Series, numbers: pd.Series) -> bool:
    """Return whether a few words among numbers are likely to mean missing values."""
    enough = len(numbers) >= SMALLEST_SHARE * (len(odd) + len(numbers)) and numbers.nunique() >= FEWEST_NUMBERS
    return enough and odd.nunique() <= MOST_WORDS


def _is_written_otherwise(value: str) -> bool:
    return any(form.fullmatch(value) for form, _ in WRITTEN_OTHERWISE)


def _n_units(written: pd.Series) -> int:
    form = WRITTEN_OTHERWISE[-1][0]
    others = [form for form, _ in WRITTEN_OTHERWISE[:-1]]
    matches = (form.fullmatch(value) for value in written.unique() if not any(one.fullmatch(value) for one in others))
    return len({match["unit"] for match in matches if match})


def _because(present: pd.Series, odd: np.ndarray, others: str) -> str:
    first, n_odd, n_others = int(np.argmax(odd)), int(odd.sum()), int((~odd).sum())
    where = f"{present.iloc[first][:40]!r} in row {int(present.index[first]) + 1}"
    if n_odd > 1:
        where += f" and {n_odd - 1:,} more such cell{'s' if n_odd > 2 else ''}"
    if n_others == 0:
        return where
    if n_others == 1:
        return f"{where}; the other cell is a {others.removesuffix('s')}"
    return f"{where}; the other {n_others:,} cells are {others}"


def _advice(odd: pd.Series, decimal: str) -> str:
    """Return how to write numbers that have units, currency signs and the like."""
    values = odd.unique()
    if decimal == "," and all(_is_number(value, ".") for value in values):
        return " (if the point is the decimal point, omit --decimal)"
    if decimal == "." and all(DECIMAL_COMMA.fullmatch(value) for value in values):
        return " (if the comma is the decimal separator, use --decimal ,)"
    for point, separator in product((decimal, "," if decimal == "." else "."), THOUSANDS):
        if point != separator and _have_thousands(values, point, separator):
            also = "" if point == decimal else f"--decimal {point} "
            return f" (if {separator!r} separates thousands, use {also}--thousands {shlex.quote(separator)})"
    for form, how in WRITTEN_OTHERWISE:
        if all(form.fullmatch(value) for value in values):
            return f" (write numbers {how})"
    if all(_is_written_otherwise(value) for value in values):
        return " (write numbers with digits and a decimal point only)"
    return ""


def _have_thousands(values: np.ndarray, point: str, separator: str) -> bool:
    """Return whether all values are numbers, some of them with a thousands separator."""
    return any(_is_grouped(value, point, separator) for value in values) and all(
        _is_number(value, point, separator) for value in values
    )


def _is_grouped(value: str, point: str, separator: str) -> bool:
    return re.fullmatch(rf"[-+]?\d{{1,3}}([{THOUSANDS[separator]}]\d{{3}})+([{point}]\d*)?", value) is not None


def _advice_on_words(odd: pd.Series) -> str:
    counts = odd.value_counts()
    likely = [str(word) for word, n in counts.items() if n > 1 or not any(map(str.isalnum, str(word)))]
    if len(counts) > MOST_WORDS or not likely or "," in "".join(likely):
        return ""
    mean = "means a missing value" if len(likely) == 1 else "mean missing values"
    return (
        f" (if {' and '.join(map(repr, likely))} {mean}, use --na {','.join(likely)!r}, with any other such word, "
        "such as NA)"
    )


def _odd_among_dates(present: pd.Series) -> str:
    forms = present.map(_form_of_date)
    usual = forms.value_counts().index[0]
    alike = (forms == usual).to_numpy()
    days = alike & present.where(alike, "").map(_is_day(present[alike])).to_numpy(bool)
    if days.all():
        return _not_read_as_dates(present)
    example = present[days].iloc[0] if days.any() else None
    others = "dates" if alike.all() or example is None else f"written like {example!r}"
    return _because(present, ~days, others)


def _not_read_as_dates(dates: pd.Series) -> str:
    return f"{dates.iloc[0]!r} and similar cells, not read as dates; write them as 2026-11-23"


def _form_of_date(text: str) -> tuple[str, ...]:
    """Return the format of a date: the order and the separator of its parts, and the format of its time."""
    match = DATES.fullmatch(text)
    assert match is not None
    order = "year first" if match[2] else f"year of {len(match[4])} digits last"
    return order, match[2] or match[3], re.sub(r"\d+", "9", match[5] or "")


def _is_day(dates: pd.Series) -> Callable[[str], bool]:
    """Return a function that checks dates, with the order of day and month that is valid for most of them."""

    def parts(text: str) -> list[int]:
        return [int(part) for part in re.split(r"[-/.]", text.split("T")[0].split(" ")[0])] if text else []

    def is_day(text: str, month_first: bool) -> bool:
        numbers = parts(text)
        if len(numbers) != 3:
            return False
        if numbers[0] > 31 or len(re.split(r"[-/.]", text)[0]) == 4:
            year, month, day = numbers
        else:
            first, second, year = numbers
            month, day = (first, second) if month_first else (second, first)
        try:
            date(year if year else 2000, month, day)
        except ValueError:
            return False
        return True

    n_days = Counter({first: sum(is_day(text, first) for text in dates.unique()) for first in (True, False)})
    month_first = n_days[True] >= n_days[False]
    return lambda text: is_day(text, month_first)


def _matching(present: pd.Series, values: pd.Index, match: Callable[[str], Any]) -> np.ndarray:
    return present.isin([value for value in values if match(value)]).to_numpy()
