"""The results of benchmarks as Markdown: what ridgenet loses, computed and first, then tables and provenance."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
BENCHMARKS, PAGES = ROOT / "benchmarks", ROOT / "docs" / "evidence"
sys.path.append(str(BENCHMARKS))

from outcome import RESULTS, Outcome, Table, path, read  # noqa: E402

# so many lost rows are named; the table has all of them
N_NAMED = 8
LABELS = {"torch": "PyTorch", "jax": "JAX", "catboost": "CatBoost", "numpy": "NumPy", "scipy": "SciPy"}


def pages() -> dict[str, str]:
    """Return on which page each benchmark is shown whole, in the order of the pages.

    Raises
    ------
    ValueError
        If a benchmark is on two pages, or there is no such script.
    """
    found: dict[str, str] = {}
    order = (PAGES / "index.md").read_text("utf-8").splitlines()
    for page in sorted(
        PAGES.glob("*.md"), key=lambda page: order.index(page.stem) if page.stem in order else len(order)
    ):
        for name, options in re.findall(r"^`{3,}\{evidence\} (\S+)\n(:table:)?", page.read_text("utf-8"), re.MULTILINE):
            if options:
                continue
            if name in found:
                raise ValueError(f"{name} is shown on {found[name]} and on {page.stem}")
            script_of(name)
            found[name] = page.stem
    return found


def results() -> list[Path]:
    """Return all files of results."""
    return sorted(RESULTS.glob("*.json"))


def script_of(name: str) -> str:
    """Return the script that writes these results: that of the same name, or of its beginning.

    Raises
    ------
    ValueError
        If there is no such script.
    """
    stems = [script.stem for script in BENCHMARKS.glob("*.py") if f"{name}_".startswith(f"{script.stem}_")]
    if not stems:
        raise ValueError(f"no benchmark {name!r}")
    return max(stems, key=len)


def provenance_text(outcome: Outcome) -> str:
    """Return when, how, where and by which versions the outcome was measured, in one paragraph."""
    given = outcome.provenance
    machine = given["machine"]
    place = [
        f"{machine['processor']} with {machine['cores']} cores",
        *([machine["gpu"]] if "gpu" in machine else []),
        f"{machine['memory_gib']} GiB",
        machine["system"],
        f"kernels for {given['kernels']['instructions']}",
    ]
    busy = machine.get("cores_of_others")
    load = f"load {machine['load']} before" if busy is None else f"other processes used {busy} of its cores"
    variables = " ".join(f"{name}={value}" for name, value in given["environment"].items())
    command = f"`{variables} {given['command']}`" if variables else f"`{given['command']}`"
    versions = ", ".join(f"{LABELS.get(name, name)} {version}" for name, version in given["versions"].items())
    return f"*Measured on {given['date']} UTC by* {command} *on* {', '.join(place)}; {load}. {versions}."


def losses(outcome: Outcome) -> list[str]:
    """Return what ridgenet loses: an item for each missed aim, and one for each comparison with lost rows."""
    items = [f"Aim missed. {aim.text()}" for aim in outcome.aims if aim.missed]
    for table in outcome.tables:
        for column, lost, n_compared in table.comparisons():
            if lost:
                named = "; ".join(f"{label} ({value})" for label, value in lost[:N_NAMED])
                more = f"; and {len(lost) - N_NAMED} more" if len(lost) > N_NAMED else ""
                items.append(f"Worse than {column.versus} in {len(lost)} of {n_compared} rows: {named}{more}")
    return items


def losses_text(outcome: Outcome) -> str:
    """Return the paragraph or list that comes first."""
    n_compared = sum(n for table in outcome.tables for _, _, n in table.comparisons())
    if not outcome.aims and not n_compared:
        return ""
    items = losses(outcome)
    if items:
        return "**Where ridgenet loses**\n\n" + bullets(items)
    counted = [(n_compared, "comparisons"), (len(outcome.aims), "aims")]
    return f"**Where ridgenet loses**: in none of {' and '.join(f'{n} {what}' for n, what in counted if n)}."


def bullets(items: Iterable[str]) -> str:
    """Return a list in Markdown."""
    return "\n".join(f"- {item}" for item in items)


def table_text(table: Table) -> str:
    """Return a table in Markdown; its best cells, where marked, are bold, and lost rows too."""
    best = table.best()
    head = [column.heading for column in table.columns]
    rule = ["---" if isinstance(column_sample(table, k), str) else "---:" for k in range(len(head))]
    rows = []
    for i, row in enumerate(table.rows):
        cells = []
        for k, (column, value) in enumerate(zip(table.columns, row, strict=True)):
            text = column.text(value)
            cells.append(f"**{text}**" if (i, k) in best or column.is_loss(value) else text)
        rows.append(cells)
    lines = "\n".join("| " + " | ".join(line) + " |" for line in (head, rule, *rows))
    return f"{table.title}:\n\n{lines}"


def column_sample(table: Table, index: int) -> Any:
    """Return the first value of a column that is there."""
    return next((row[index] for row in table.rows if row[index] is not None), "")


def evidence_text(name: str, only: str | None = None, explanation: str = "") -> str:
    """Return the results of a benchmark in Markdown: losses, their explanation, tables, notes, provenance.

    With `only`, return that table alone, for other pages, with a link to the rest.

    Raises
    ------
    ValueError
        If there is no such script, or no such table in the results.
    """
    script = script_of(name)
    if not path(name).exists():
        return "\n\n".join(
            [f"*Not measured for this version.* `python benchmarks/{script}.py` measures it.", explanation]
        )
    outcome = read(name)
    if only is None:
        parts = [losses_text(outcome), explanation, *map(table_text, outcome.tables), *outcome.notes]
        parts.append(provenance_text(outcome))
    else:
        chosen = [table for table in outcome.tables if table.name == only]
        if not chosen:
            raise ValueError(f"no table {only!r} in the results of {name}")
        whole = f"[Machine, versions, and what else was measured](#evidence-{name})"
        parts = [*map(table_text, chosen), explanation, f"*Measured on {outcome.provenance['date']} UTC.* {whole}."]
    return "\n\n".join(part for part in parts if part)


def all_losses_text() -> str:
    """Return what ridgenet loses in all benchmarks, by benchmark."""
    items = [
        f"[{name}](#evidence-{name}):\n" + "\n".join(f"  {line}" for line in bullets(found).splitlines())
        for name in pages()
        if path(name).exists() and (found := losses(read(name)))
    ]
    return bullets(items) or "Nowhere in what was measured."


def overview_text() -> str:
    """Return the table of all benchmarks: where each is shown, when and where it was measured, and by which command."""
    lines = ["| benchmark | measured (UTC) | processor, cores | aims missed | comparisons lost | command |"]
    lines.append("| --- | --- | --- | ---: | ---: | --- |")
    for name in pages():
        link = f"[{name}](#evidence-{name})"
        if not path(name).exists():
            lines.append(f"| {link} | not for this version | | | | `python benchmarks/{script_of(name)}.py` |")
            continue
        outcome = read(name)
        given, aims = outcome.provenance, outcome.aims
        compared = [(len(lost), n) for table in outcome.tables for _, lost, n in table.comparisons()]
        n_lost, n_compared = (sum(numbers) for numbers in zip(*compared, strict=True)) if compared else (0, 0)
        cells = [
            link, given["date"], f"{given['machine']['processor']}, {given['machine']['cores']}",
            f"{sum(aim.missed for aim in aims)} of {len(aims)}" if aims else "",
            f"{n_lost} of {n_compared}" if n_compared else "", f"`{given['command']}`",
        ]  # fmt: skip
        lines.append("| " + " | ".join(cells) + " |")
    return "\n".join(lines)
