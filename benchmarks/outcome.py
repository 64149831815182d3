"""How benchmarks report: tables of records and aims, printed, and written to results/NAME.json.

docs/evidence shows these files. What ridgenet loses is computed from them: the rows in which a comparison is on the
wrong side of `par`, and the aims that are missed.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path
from typing import Any, Literal

from provenance import Others, Provenance, provenance

RESULTS = Path(__file__).parent / "results"
NOTHING = "–"

Cell = str | int | float | None


@dataclass(frozen=True)
class Column:
    """A column: its heading, its unit, and the format of its numbers.

    A column of a comparison names what ridgenet is compared with in `versus`; ridgenet loses the rows in which the
    value is worse than `par`. Keys are the columns that name a row. Of the columns with the same `mark`, "lowest" or
    "highest", pages show the best cell of each row in bold; a table with one such column, its best row.
    """

    name: str
    unit: str = ""
    format: str = ""
    key: bool = False
    versus: str = ""
    par: float = 1.0
    better: Literal["higher", "lower"] = "higher"
    mark: Literal["", "lowest", "highest"] = ""

    @property
    def heading(self) -> str:
        return f"{self.name}, {self.unit}" if self.unit else self.name

    def text(self, value: Cell) -> str:
        """Return a value as it is shown."""
        if value is None:
            return NOTHING
        return value if isinstance(value, str) else number(value, self.format)

    def is_loss(self, value: Cell) -> bool:
        """Return whether ridgenet loses; not where the value is shown as par."""
        if not self.versus or not isinstance(value, int | float) or self.text(value) == self.text(self.par):
            return False
        return value < self.par if self.better == "higher" else value > self.par


def key(name: str, unit: str = "", format: str = "") -> Column:
    return Column(name, unit, format, key=True)


def speed(name: str, versus: str, format: str = ",.3g") -> Column:
    """Return the column of a ratio of times: theirs by ridgenet's, so that less than 1 is a loss."""
    return Column(name, "", format, versus=versus)


def difference(name: str, versus: str, format: str = "+.1%") -> Column:
    """Return the column of a relative difference of losses, ridgenet's / theirs - 1: more than 0 is a loss."""
    return Column(name, "", format, versus=versus, par=0.0, better="lower")


@dataclass
class Table:
    """A named table; rows are added one at a time, and printed as they come, since some take minutes."""

    name: str
    title: str
    columns: list[Column]
    rows: list[list[Cell]] = field(default_factory=list)

    def add(self, *values: Any) -> None:
        if len(values) != len(self.columns):
            raise ValueError(f"table {self.name}: {len(values)} values for {len(self.columns)} columns")
        row = [plain(value) for value in values]
        self.rows.append(row)
        print(
            ", ".join(
                f"{c.name}: {c.text(v)}" if c.name else c.text(v) for c, v in zip(self.columns, row, strict=True)
            ),
            flush=True,
        )

    def best(self) -> set[tuple[int, int]]:
        """Return the cells that are marked as the best, as (row, column)."""
        cells: set[tuple[int, int]] = set()
        for mark, choose in (("lowest", min), ("highest", max)):
            columns = [k for k, column in enumerate(self.columns) if column.mark == mark]
            places = [[(i, k) for k in columns] for i in range(len(self.rows))]
            if len(columns) == 1:
                places = [[place for row in places for place in row]]
            for group in places:
                values = {place: value for place in group if (value := self.rows[place[0]][place[1]]) is not None}
                cells |= {place for place, value in values.items() if value == choose(values.values())}
        return cells

    def label(self, row: list[Cell]) -> str:
        """Return the name of a row: its keys."""
        cells = zip(self.columns, row, strict=True)
        return ", ".join(
            f"{column.name} = {column.text(value)}" if column.format else column.text(value)
            for column, value in cells
            if column.key
        )

    def comparisons(self) -> Iterator[tuple[Column, list[tuple[str, str]], int]]:
        """Yield each comparison with its lost rows, the worst first, and the number of rows compared."""
        for index, column in enumerate(self.columns):
            compared = [row for row in self.rows if column.versus and isinstance(row[index], int | float)]
            if not compared:
                continue
            lost = [row for row in compared if column.is_loss(row[index])]
            lost.sort(key=lambda row: row[index], reverse=column.better == "lower")
            yield column, [(self.label(row), column.text(row[index])) for row in lost], len(compared)


@dataclass(frozen=True)
class Aim:
    """What a benchmark was to reach, and what it has reached."""

    what: str
    measured: float
    at_least: float | None = None
    at_most: float | None = None
    format: str = ",.3g"
    unit: str = ""

    @property
    def missed(self) -> bool:
        too_low = self.at_least is not None and self.measured < self.at_least
        return too_low or (self.at_most is not None and self.measured > self.at_most)

    def text(self) -> str:
        """Return the aim and what was measured."""
        limits = [("at least", self.at_least), ("at most", self.at_most)]
        aim = " and ".join(f"{word} {self.number(limit)}" for word, limit in limits if limit is not None)
        return f"{self.what}: {self.number(self.measured)} (the aim was {aim})"

    def number(self, value: float) -> str:
        return f"{number(value, self.format)} {self.unit}".strip()


@dataclass
class Outcome:
    """What a benchmark has found: its tables and aims, with its provenance."""

    name: str
    provenance: Provenance
    tables: list[Table] = field(default_factory=list)
    aims: list[Aim] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    others: Others | None = None

    @classmethod
    def begin(cls, name: str, *packages: str, with_browser: bool = False) -> Outcome:
        """Return an empty outcome; `packages` are the distributions measured beside ridgenet.

        With a browser it is not recorded how busy other processes are: those of the browser would count as others.
        """
        return cls(name, provenance(packages), others=None if with_browser else Others())

    def table(self, name: str, title: str, columns: Iterable[Column]) -> Table:
        """Add an empty table."""
        self.tables.append(Table(name, title, list(columns)))
        return self.tables[-1]

    def aim(self, what: str, measured: float, **limits: Any) -> None:
        self.aims.append(Aim(what, plain(measured), **limits))

    def note(self, text: str) -> None:
        """Add a sentence with a number that no table holds, or on what was left out."""
        self.notes.append(text)

    def save(self) -> None:
        """Print everything, and write it to the results."""
        if self.others:
            self.provenance["machine"]["cores_of_others"] = self.others.cores()
        RESULTS.mkdir(exist_ok=True)
        path(self.name).write_text(self.to_json(), encoding="utf-8")
        self.show()

    def to_json(self) -> str:
        """Return the file, a line a row."""
        tables = []
        for table in self.tables:
            columns = [{k: v for k, v in asdict(c).items() if v != DEFAULTS.get(k)} for c in table.columns]
            tables.append({"name": table.name, "title": table.title, "columns": columns, "rows": table.rows})
        aims = [{k: v for k, v in asdict(aim).items() if v is not None} for aim in self.aims]
        text = {"benchmark": self.name, **self.provenance, "tables": tables, "aims": aims, "notes": self.notes}
        return lines(text) + "\n"

    def show(self) -> None:
        from rich.console import Console
        from rich.table import Table as Printed

        console = Console(width=130)
        for table in self.tables:
            printed = Printed(title=table.title, title_justify="left")
            for column in table.columns:
                printed.add_column(column.heading, justify="left" if column.key else "right")
            for row in table.rows:
                printed.add_row(*(column.text(value) for column, value in zip(table.columns, row, strict=True)))
            console.print(printed)
        for text in (*(f"aim {'missed' if aim.missed else 'reached'}: {aim.text()}" for aim in self.aims), *self.notes):
            print(text)


DEFAULTS = {each.name: each.default for each in fields(Column) if each.name != "name"}


def number(value: float, form: str) -> str:
    """Return a number in its format; digits after a thousand are written out, not as an exponent."""
    return format(value, ",.0f" if form.endswith("g") and abs(value) >= 1000 else form)


def plain(value: Any) -> Cell:
    """Return a value as JSON has it: numbers of Python, of six digits, and None for one that is missing."""
    if hasattr(value, "item"):
        value = value.item()
    if not isinstance(value, float):
        return value
    return None if value != value else float(f"{value:.6g}")


def lines(value: Any, depth: int = 0) -> str:
    """Return JSON, a line for each innermost list or object, so that differences can be read."""
    flat = not isinstance(value, dict | list) or not any(isinstance(each, dict | list) for each in _items(value))
    if flat or not value:
        return json.dumps(value, ensure_ascii=False)
    inner, outer = "  " * (depth + 1), "  " * depth
    if isinstance(value, list):
        return "[\n" + ",\n".join(inner + lines(each, depth + 1) for each in value) + f"\n{outer}]"
    members = (f"{inner}{json.dumps(name)}: {lines(each, depth + 1)}" for name, each in value.items())
    return "{\n" + ",\n".join(members) + f"\n{outer}}}"


def _items(value: dict[str, Any] | list[Any]) -> Iterable[Any]:
    return value.values() if isinstance(value, dict) else value


def path(name: str) -> Path:
    return RESULTS / f"{name}.json"


def read(name: str) -> Outcome:
    """Return the outcome of a benchmark from its file."""
    return from_json(path(name).read_text(encoding="utf-8"))


def from_json(text: str) -> Outcome:
    content = json.loads(text)
    name, aims, notes = content.pop("benchmark"), content.pop("aims"), content.pop("notes")
    tables = [
        Table(t["name"], t["title"], [Column(**column) for column in t["columns"]], t["rows"])
        for t in content.pop("tables")
    ]
    return Outcome(name, content, tables, [Aim(**aim) for aim in aims], notes)
