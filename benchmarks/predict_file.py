"""Predictions for large files, CSV and Parquet: time, rows per second, and peak memory, without the start of Python.

The time of the same command for a hundred rows is subtracted.
"""

from __future__ import annotations

import argparse
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
from outcome import Column, Outcome, key
from table import mixed_table

WATCHED = """
import resource, subprocess, sys
subprocess.run(sys.argv[1:], check=True)
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
"""


def write_csv(path: Path, n_rows: int) -> None:
    header, _, rows = mixed_table(100_000, 5).to_csv(index=False).partition("\n")
    with path.open("w") as file:
        file.write(header + "\n")
        for _ in range(n_rows // 100_000):
            file.write(rows)


def write_parquet(path: Path, n_rows: int) -> None:
    part = pa.Table.from_pandas(mixed_table(100_000, 5), preserve_index=False)
    with pq.ParquetWriter(path, part.schema) as file:
        for _ in range(n_rows // 100_000):
            file.write_table(part)


def seconds_of(command: list[str]) -> tuple[float, str]:
    began = time.perf_counter()
    printed = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    return time.perf_counter() - began, printed


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    outcome = Outcome.begin("predict_file", "pandas", "pyarrow", "skrub", "skops")
    table = outcome.table(
        "predictions",
        f"`ridgenet predict`, 30 columns of mixed types, to Parquet (medians of {options.rounds}, less that of 100)",
        [
            key("file"),
            Column("rows", "", ",d"),
            Column("size", "GB", ".2f"),
            Column("time", "s", ".3g"),
            Column("speed", "rows/s", ",.0f"),
            Column("peak memory", "MB", ",.0f"),
        ],
    )
    ridgenet = [sys.executable, "-m", "ridgenet"]
    with tempfile.TemporaryDirectory() as folder:
        train = Path(folder, "train.csv")
        mixed_table(20_000, 0).to_csv(train, index=False)
        few = ["--n-alphas", "6", "--restarts", "2", "--folds", "2", "--test", "none", "-q"]
        subprocess.run([*ridgenet, "path", str(train), "-t", "outcome", "-o", folder, *few], check=True)
        for kind, write, n_rows, aim in (
            ("CSV", write_csv, 500_000, 200_000),
            ("Parquet", write_parquet, 1_000_000, 400_000),
        ):
            large, small = (Path(folder, f"{name}.{kind.lower()}") for name in ("large", "small"))
            write(large, n_rows)
            few_rows = mixed_table(100, 5)
            few_rows.to_csv(small, index=False) if kind == "CSV" else few_rows.to_parquet(small)

            def predict(path: Path) -> tuple[float, str]:
                watched = [sys.executable, "-c", WATCHED, *ridgenet, "predict", f"{folder}/model.skops", str(path)]
                return seconds_of([*watched, "-o", f"{folder}/out.parquet"])

            times, peaks = [], []
            for _ in range(options.rounds):
                start = predict(small)[0]
                took, printed = predict(large)
                times.append(took - start)
                peaks.append(int(printed.split()[-1]) * 1024 / 1e6)
            assert pd.read_parquet(f"{folder}/out.parquet").shape[0] == n_rows
            seconds, peak = statistics.median(times), statistics.median(peaks)
            table.add(kind, n_rows, large.stat().st_size / 1e9, seconds, n_rows / seconds, peak)
            outcome.aim(f"{kind}: rows per second", n_rows / seconds, at_least=aim, format=",.0f")
            outcome.aim(f"{kind}: peak memory", peak, at_most=500, unit="MB", format=",.0f")
    outcome.save()


if __name__ == "__main__":
    main()
