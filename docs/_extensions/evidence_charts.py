"""Charts of the results of benchmarks, drawn when the documentation is built."""

from __future__ import annotations

import html
import io
from collections.abc import Iterable
from typing import Any

# first: it adds the folder of benchmarks to the path
from evidence_text import script_of
from outcome import Column, Outcome, Table, path, read


def svg(figure: Any, label: str) -> str:
    """Return a figure as SVG in HTML, with a description for screen readers."""
    import matplotlib.pyplot as plt

    buffer = io.StringIO()
    figure.savefig(buffer, format="svg", metadata={"Date": None})
    plt.close(figure)
    drawing = buffer.getvalue()
    drawing = drawing[drawing.index("<svg") :].replace("<svg", '<svg style="max-width:100%;height:auto"', 1)
    return f'<div class="evidence-chart" role="img" aria-label="{html.escape(label)}">{drawing}</div>'


def chart(name: str) -> str | None:
    """Return the chart of a benchmark as HTML; None if it was not measured.

    Raises
    ------
    ValueError
        If there is no such benchmark, or it has nothing to draw.
    """
    script_of(name)
    if not path(name).exists():
        return None
    outcome = read(name)
    if name == "scaling":
        return scaling(outcome, read("stream") if path("stream").exists() else None)
    for table in outcome.tables:
        for index, column in enumerate(table.columns):
            if column.versus:
                return ratios(table, index, column)
    raise ValueError(f"{name} compares ridgenet with nothing")


def ratios(table: Table, index: int, column: Column) -> str:
    """Draw one comparison: a bar for each row from par, those that ridgenet loses in another colour."""
    import matplotlib.pyplot as plt

    from ridgenet.plotting._style import CLASS_COLORS

    rows = [row for row in table.rows if isinstance(row[index], int | float)]
    values = [float(row[index]) for row in rows]  # type: ignore[arg-type]
    with plt.rc_context({"svg.hashsalt": "ridgenet"}):
        figure, axes = plt.subplots(figsize=(8, 0.9 + 0.3 * len(rows)), layout="constrained")
        colors = [CLASS_COLORS[1] if column.is_loss(value) else CLASS_COLORS[0] for value in values]
        lengths = [value - column.par for value in values]
        axes.barh(range(len(rows)), lengths, left=column.par, color=colors)
        for place, (row, value) in enumerate(zip(rows, values, strict=True)):
            to_right = value >= column.par
            axes.annotate(
                column.text(row[index]), (value, place), (4 if to_right else -4, 0), textcoords="offset points",
                va="center", ha="left" if to_right else "right", fontsize=9,
            )  # fmt: skip
        if column.par:
            axes.set_xscale("log")
            axes.xaxis.set_major_formatter("{x:g}")
        axes.margins(x=0.1)
        axes.axvline(column.par, color="black", linewidth=0.8)
        axes.set_yticks(range(len(rows)), [table.label(row) for row in rows])
        axes.invert_yaxis()
        axes.set_xlabel(column.heading)
        clean([axes])
        return svg(figure, f"{column.heading}: bars from {column.par:g}; the numbers are in the table")


def scaling(outcome: Outcome, streams: Outcome | None) -> str:
    """Draw time against workers for many fits and many rows, and memory against rows for streams."""
    import matplotlib.pyplot as plt

    from ridgenet.plotting._style import CLASS_COLORS

    tables = {table.name: table for table in outcome.tables}
    with plt.rc_context({"svg.hashsalt": "ridgenet"}):
        n_panels = 3 if streams else 2
        figure, panels = plt.subplots(1, n_panels, figsize=(4.3 * n_panels, 4), layout="constrained")
        left, middle = panels[:2]
        for axes, name, title in (
            (left, "many_fits", "Many fits: a cross-validated path"),
            (middle, "many_rows", "Many rows: one evaluation"),
        ):
            lines: dict[str, list[list[Any]]] = {}
            for label, *row in tables[name].rows:
                lines.setdefault(str(label), []).append(row)
            for (label, rows), color in zip(lines.items(), CLASS_COLORS * 2, strict=False):
                workers, predicted, _ = zip(*rows, strict=True)
                axes.plot(workers, predicted, color=color, label=label)
                measured = [(n, value) for n, _, value in rows if value is not None]
                axes.plot(*zip(*measured, strict=True), "o", color=color) if measured else None
            axes.set(xscale="log", yscale="log", xlabel="workers of one thread; dots are measured")
            axes.set(title=title, ylabel=tables[name].columns[2].unit)
            axes.set_xticks(workers, [str(n) for n in workers])
            axes.minorticks_off()
            axes.legend(frameon=False, fontsize=8)
        if streams:
            right = panels[2]
            sizes = [int(str(row[0]).replace(",", "")) for row in streams.tables[0].rows]
            right.plot(sizes, [row[-1] for row in streams.tables[0].rows], "o-", label="fit_stream, measured")
            # 20 columns and the target
            right.plot(sizes, [n * 21 * 8 / 1e6 for n in sizes], "--", label="the table itself in float64")
            right.set(xscale="log", yscale="log", ylim=(100, None), xlabel="rows", ylabel="MB at the peak")
            right.set_title("Streams: memory")
            right.legend(frameon=False, fontsize=8)
        clean(panels)
        return svg(figure, "Seconds against workers, for many fits and many rows, and memory of streams against rows")


def clean(all_axes: Iterable[Any]) -> None:
    """Leave out the frame, and draw a faint grid."""
    for axes in all_axes:
        axes.spines[["top", "right"]].set_visible(False)
        axes.grid(color="#E4E4E4", axis="x")
        axes.set_axisbelow(True)
