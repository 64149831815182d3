"""Convert a sheet of a spreadsheet (.xlsx, .ods, .xls) to a file with typed columns, which is then read like any other.

python-calamine reads the cells; a column gets the type that all of its cells have, and is text otherwise.
"""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zipfile import BadZipFile, ZipFile, ZipInfo

from ridgenet._errors import InputError
from ridgenet._extras import require_extra
from ridgenet._wording import listed
from ridgenet.formats._dialect import MISSING

if TYPE_CHECKING:
    import pyarrow as pa

OLD_EXCEL = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
# of the decompressed entries of a workbook: it is read whole
MOST_BYTES = 2**30


def is_workbook(path: Path) -> bool:
    """Return whether a ZIP archive is a workbook."""
    return any(entry.filename.startswith(("xl/", "content.xml")) for entry in _entries(path))


def _entries(path: Path) -> list[ZipInfo]:
    """Return the entries of a ZIP archive; none of other and damaged files."""
    try:
        with ZipFile(path) as archive:
            return archive.infolist()
    except (BadZipFile, OSError, ValueError, NotImplementedError):
        return []


def table_of(path: Path, name: str, sheet: str | None) -> pa.Table:
    """Return a sheet as a table; its first row holds the names of the columns.

    Parameters
    ----------
    path : Path
        The workbook.
    name : str
        Its name in messages.
    sheet : str or None
        Name of the sheet; None for a workbook with one sheet.

    Raises
    ------
    InputError
        If the workbook is damaged, the sheet is missing or not named, or column names are missing or repeated.
    """
    require_extra("excel", "a spreadsheet", "python_calamine")
    import pyarrow as pa

    rows = _cells(path, name, sheet)
    if not rows:
        raise InputError(f"{name}: the sheet is empty")
    names = [_as_text(cell) or "" for cell in rows[0]]
    repeated = sorted({each for each in names if names.count(each) > 1})
    if repeated:
        what = f"several columns are named {repeated[0]!r}" if repeated[0] else "several columns have no name"
        raise InputError(f"{name}: {what}; give each a unique name in the first row of the sheet")
    columns = zip(*rows[1:], strict=True) if len(rows) > 1 else ([] for _ in names)
    return pa.table([_column(list(cells)) for cells in columns], names)


def _cells(path: Path, name: str, sheet: str | None) -> list[list[Any]]:
    from python_calamine import CalamineError, CalamineWorkbook

    _require_moderate(path, name)
    try:
        # by content, not by extension
        workbook = CalamineWorkbook.from_filelike(io.BytesIO(path.read_bytes()))
        sheets = workbook.sheet_names
        if sheet is None and len(sheets) > 1:
            raise InputError(f"{name}: this workbook has several sheets; name one with --sheet: {listed(sheets)}")
        if sheet is not None and sheet not in sheets:
            raise InputError(f"{name}: there is no sheet {sheet!r}; the sheets are {listed(sheets)}")
        cells: list[list[Any]] = workbook.get_sheet_by_name(sheet or sheets[0]).to_python()
    except (CalamineError, OSError, ValueError, IndexError) as error:
        if isinstance(error, InputError):
            raise
        why = " ".join(str(error).split())[:200]
        raise InputError(f"{name}: the workbook is damaged and cannot be read ({why})") from None
    return [row for row in cells if any(cell != "" for cell in row)]


def _require_moderate(path: Path, name: str) -> None:
    # an old workbook is not an archive
    size = sum(entry.file_size for entry in _entries(path)) or path.stat().st_size
    if size > MOST_BYTES:
        raise InputError(f"{name}: the workbook is too large to be read; save the sheet as CSV (UTF-8) or Parquet")


def _column(cells: Sequence[Any]) -> pa.Array:
    """Return cells as a column of the type that all of them have, or as text."""
    import pyarrow as pa

    values: list[Any] = [None if cell == "" else cell for cell in cells]
    if any(isinstance(value, int | float) for value in values):
        # words for missing values among numbers
        values = [None if isinstance(value, str) and value.strip() in MISSING else value for value in values]
    present = [value for value in values if value is not None]
    types = {type(cell) for cell in present}
    if types <= {bool}:
        return pa.array(values, pa.bool_())
    if types <= {int, float}:
        return pa.array(values, pa.float64())
    if types <= {dt.date, dt.datetime}:
        return pa.array([_as_time(value) for value in values], pa.timestamp("us"))
    if types <= {dt.timedelta}:
        return pa.array(values, pa.duration("us"))
    return pa.array([_as_text(value) for value in values], pa.string())


def _as_time(value: dt.date | None) -> dt.datetime | None:
    if value is None or isinstance(value, dt.datetime):
        return value
    return dt.datetime(value.year, value.month, value.day)


def _as_text(value: Any) -> str | None:
    if value is None:
        return None
    # numbers are stored as floats
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)
