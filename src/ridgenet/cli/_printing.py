"""Print tables, lines and progress bars."""

from __future__ import annotations

import json
import warnings
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, Progress, ProgressColumn, TextColumn, TimeRemainingColumn
from rich.table import Table

from ridgenet._wording import one_line, printable, shortened

LONGEST_CELL = 120


def say(text: str, style: str | None = None, *, error: bool = False) -> None:
    """Print one line, to standard output or standard error."""
    Console(highlight=False, stderr=error).print(escape(one_line(text)), style=style, soft_wrap=True)


def print_json(record: Mapping[str, Any]) -> None:
    """Print a record as JSON, escaped to ASCII if it contains control characters."""
    text = json.dumps(record, ensure_ascii=False)
    print(text if text.isprintable() else json.dumps(record))


def print_table(title: str, columns: Mapping[str, Sequence[str]], left: Sequence[str] = ()) -> None:
    """Print columns of text with their names; those in `left` are left-aligned."""
    console = Console(highlight=False)
    left = [_cell(name) for name in left]
    columns = {_cell(name): [_cell(text) for text in cells] for name, cells in columns.items()}
    if not console.is_terminal:
        widths = {name: max(map(len, [name, *cells])) for name, cells in columns.items()}
        for row in zip(*([name, *cells] for name, cells in columns.items()), strict=True):
            cells = [
                cell.ljust(widths[name]) if name in left else cell.rjust(widths[name])
                for name, cell in zip(columns, row, strict=True)
            ]
            print("  ".join(cells).rstrip())
        return
    table = Table(title=escape(title), title_justify="left")
    for name in columns:
        table.add_column(escape(name), justify="left" if name in left else "right")
    for row in zip(*columns.values(), strict=True):
        table.add_row(*map(escape, row))
    console.print(table)


def progress_bar(*columns: ProgressColumn, quiet: bool = False) -> Progress:
    """Return progress bars on standard error, hidden in a pipe."""
    console = Console(stderr=True)
    return Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        *columns,
        TimeRemainingColumn(),
        console=console,
        disable=quiet or not console.is_terminal,
    )


@contextmanager
def printed_warnings() -> Iterator[None]:
    """Print warnings as notes on standard error, at the end of the block."""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always", UserWarning)
        yield
    for message in dict.fromkeys(str(warning.message) for warning in caught):
        say(f"note: {message}", "yellow", error=True)


def _cell(text: str) -> str:
    return shortened(printable(text), LONGEST_CELL)
