"""Print the losses of models by table, their ranks, and their times, from the records of `runs`."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import pandas as pd
from runs import Record


def by_table(records: Iterable[Record], value: str, n_splits: int) -> pd.DataFrame:
    """Return means over splits, a row a table and a column a model; missing where splits are missing."""
    frame = pd.DataFrame(records)
    groups = frame.groupby(["table", "model"], sort=False)[value]
    return groups.mean().where(groups.count() >= n_splits).unstack().astype(float)


def markdown(header: Iterable[object], rows: Iterable[Iterable[object]]) -> str:
    header = list(header)
    lines = [header, ["---"] * len(header), *rows]
    return "\n".join("| " + " | ".join(str(cell) for cell in line) + " |" for line in lines)


def losses(loss: pd.DataFrame, sizes: pd.Series) -> str:
    """Return the table of losses, the lowest of each row in bold."""
    rows = []
    for name, row in loss.iterrows():
        cells = ["" if np.isnan(v) else f"**{v:.4f}**" if v == row.min() else f"{v:.4f}" for v in row]
        rows.append([f"{name}, {sizes[name]}", *cells])
    return markdown(["table", *loss.columns], rows)


def summary(loss: pd.DataFrame, seconds: pd.DataFrame) -> str:
    """Return ranks and times of models that all have run on the same tables."""
    rank, ratio = loss.rank(axis=1), loss.div(loss.min(axis=1), axis=0)
    rows = []
    for model in loss:
        cells = [f"{rank[model].mean():.2f}", (ratio[model] == 1).sum(), (ratio[model] <= 1.05).sum()]
        if "linear" in loss:
            beside = loss[model] / loss["linear"] - 1
            cells.append(f"{beside.max():+.1%} ({beside.idxmax()})")
        cells += [f"{seconds[model].median():.2f}", f"{seconds[model].sum():.0f}"]
        rows.append([model, *cells])
    header = ["model", "mean rank", "best", "within 5% of the best"]
    header += ["most above the linear model"] if "linear" in loss else []
    return markdown([*header, "seconds a fit, median", "seconds a fit, sum over tables"], rows)


def time_ratios(seconds: pd.DataFrame, reference: str) -> str:
    """Return how many times longer each other model takes than `reference`, over the tables that both have."""
    lines = []
    for model in seconds.columns.drop(reference):
        both = seconds[[reference, model]].dropna()
        if both.empty:
            continue
        ratio = both[model] / both[reference]
        total = both[model].sum() / both[reference].sum()
        low, high = ratio.min(), ratio.max()
        lines.append(
            f"{model} / {reference}: {total:.3g} in all, median {ratio.median():.3g}, {low:.3g} to {high:.3g} "
            f"({len(both)} tables)"
        )
    return "\n".join(lines)


def calibration(records: list[Record], loss: pd.DataFrame, n_splits: int) -> str:
    """Return the expected calibration error of each model, a mean over the tables with classes."""
    frame = by_table(records, "calibration_error", n_splits).reindex(columns=loss.columns)
    mean = frame.dropna().mean()
    return f"Expected calibration error ({len(frame.dropna())} tables): " + ", ".join(
        f"{model} {value:.3f}" for model, value in mean.items()
    )


def report(records: list[Record], tables: list[str], n_splits: int = 5) -> str:
    """Return the whole comparison on the given tables; models that lack tables are left out of the ranks of all."""
    records = [r for r in records if r["table"] in tables]
    if not records:
        raise SystemExit("no results for these tables")
    loss, seconds = by_table(records, "loss", n_splits), by_table(records, "seconds", n_splits)
    first = pd.DataFrame(records).drop_duplicates("table").set_index("table")
    sizes = first["rows"].astype(str) + " × " + first["columns"].astype(str)
    order = first.assign(regression=first["classes"] == 0).sort_values(["regression", "rows"]).index
    loss, seconds = loss.loc[order], seconds.loc[order]
    parts = [losses(loss, sizes)]
    complete = loss.columns[loss.notna().sum() == loss.notna().sum().max()]
    groups = [complete, *([*complete, model] for model in loss.columns.drop(complete))]
    for group in groups:
        rows = loss[list(group)].dropna()
        if rows.empty:
            continue
        heading = f"{len(rows)} tables ({(first.loc[rows.index, 'classes'] > 0).sum()} with classes):"
        parts.append(heading + "\n\n" + summary(rows, seconds.loc[rows.index, rows.columns]))
    if "calibration_error" in first:
        parts.append(calibration(records, loss[complete], n_splits))
    parts += [time_ratios(seconds, model) for model in loss.columns if model.startswith("ridgenet")]
    return "\n\n".join(part for part in parts if part)
