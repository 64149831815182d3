"""Report the losses of models by table, their ranks, and their times, from the records of `runs`."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import pandas as pd
from outcome import Column, Outcome, difference, key, speed
from runs import Record

OURS = "ridgenet"
CLOSE = 0.05


def by_table(records: Iterable[Record], value: str, n_splits: int) -> pd.DataFrame:
    """Return means over splits, a row a table and a column a model; missing where splits are missing."""
    frame = pd.DataFrame(records)
    groups = frame.groupby(["table", "model"], sort=False)[value]
    return groups.mean().where(groups.count() >= n_splits).unstack().astype(float)


def losses(outcome: Outcome, loss: pd.DataFrame, first: pd.DataFrame) -> None:
    """Add the table of losses."""
    table = outcome.table(
        "losses",
        "Log loss (classes), or root mean squared error / standard deviation of the target",
        [
            key("table"),
            Column("rows × columns"),
            Column("classes", "", "d"),
            *(Column(model, "", ".4f", mark="lowest") for model in loss),
            difference("ridgenet relative to the best other", "the best other model"),
            difference("relative to the linear model", "the linear model"),
        ],
    )
    best_other = loss.drop(columns=OURS).min(axis=1)
    for name, row in loss.iterrows():
        size, n_classes = f"{first['rows'][name]:,} × {first['columns'][name]}", int(first["classes"][name])
        beside = [row[OURS] / other - 1 for other in (best_other[name], row.get("linear", np.nan))]
        table.add(name, size, n_classes or None, *row, *beside)


def summary(outcome: Outcome, loss: pd.DataFrame, seconds: pd.DataFrame, calibration: pd.DataFrame) -> None:
    """Add ranks, times and calibration errors of models that all have run on the same tables."""
    rank, ratio = loss.rank(axis=1), loss.div(loss.min(axis=1), axis=0)
    table = outcome.table(
        "ranks",
        f"Summary of {len(loss)} tables (processor seconds of one thread)",
        [
            key("model"),
            Column("mean rank", "", ".2f", mark="lowest"),
            Column("best", "tables", "d"),
            Column(f"within {CLOSE:.0%} of the best", "tables", "d"),
            Column("most above the linear model", "", "+.1%"),
            Column("there"),
            Column("a fit, median", "s", ".3g"),
            Column("a fit, sum over tables", "s", ",.0f"),
            Column(f"expected calibration error, {len(calibration)} tables", "", ".3f"),
        ],
    )
    for model in loss:
        beside = loss[model] / loss["linear"] - 1
        table.add(
            model,
            rank[model].mean(),
            int((ratio[model] == 1).sum()),
            int((ratio[model] <= 1 + CLOSE).sum()),
            beside.max(),
            beside.idxmax() if model != "linear" else "",
            seconds[model].median(),
            seconds[model].sum(),
            calibration[model].mean(),
        )


def times(outcome: Outcome, seconds: pd.DataFrame) -> None:
    """Add how many times as long each other model takes as ridgenet."""
    table = outcome.table(
        "times",
        "Processor time of a fit, relative to ridgenet's",
        [
            key("model"),
            speed("sum over tables", "the time of another model, all tables"),
            speed("median of tables", "the time of another model, the median table"),
            Column("lowest", "", ".3g"),
            Column("highest", "", ".3g"),
        ],
    )
    for model in seconds.columns.drop(OURS):
        ratio = seconds[model] / seconds[OURS]
        table.add(model, seconds[model].sum() / seconds[OURS].sum(), ratio.median(), ratio.min(), ratio.max())


def aims(outcome: Outcome, loss: pd.DataFrame, seconds: pd.DataFrame) -> None:
    """Add what the defaults were to reach, on tables that guided no choice or on those for tuning."""
    close, above_linear = (0.0, 0.05) if outcome.name.endswith("_tuning") else (CLOSE, 0.01)
    beside = loss[OURS] / loss.drop(columns=OURS).min(axis=1) - 1
    what = f"within {close:.0%} of" if close else "at least as good as"
    n_reached = int((beside <= close).sum())
    what = f"Tables on which ridgenet is {what} the best other model, of {len(loss)}"
    outcome.aim(what, n_reached, at_least=2 * len(loss) // 3, format="d")
    worst = float((loss[OURS] / loss["linear"] - 1).max())
    outcome.aim("Loss above that of the linear model, worst table", worst, at_most=above_linear, format="+.1%")
    if "RealMLP" in seconds:
        ratio = float((seconds["RealMLP"] / seconds[OURS]).median())
        outcome.aim("Times as fast as RealMLP, median of tables", ratio, at_least=20)


def report(outcome: Outcome, records: list[Record], tables: list[str], n_splits: int = 5) -> None:
    """Add the whole comparison on those of the given tables that all models have finished."""
    records = [r for r in records if r["table"] in tables]
    if not records:
        raise SystemExit("no results for these tables")
    loss, seconds = by_table(records, "loss", n_splits), by_table(records, "seconds", n_splits)
    first = pd.DataFrame(records).drop_duplicates("table").set_index("table")
    order = first.assign(regression=first["classes"] == 0).sort_values(["regression", "rows"]).index
    complete = [name for name in order if loss.loc[name].notna().all()]
    if len(complete) < len(tables):
        left = ", ".join(name for name in tables if name not in complete)
        outcome.note(f"{len(complete)} of {len(tables)} tables are complete for all models. Left out: {left}.")
    loss, seconds = loss.loc[complete], seconds.loc[complete]
    calibration = by_table(records, "calibration_error", n_splits).reindex(complete).dropna()
    losses(outcome, loss, first)
    summary(outcome, loss, seconds, calibration)
    times(outcome, seconds)
    aims(outcome, loss, seconds)
