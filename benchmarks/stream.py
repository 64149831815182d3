"""Training on a Parquet file larger than memory: rows per second, compared with reading only, and peak memory.

Each measurement runs in a process of its own, so that its peak memory is its own.
"""

from __future__ import annotations

import argparse
import json
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

N_COLUMNS = 20
ROWS_OF_A_GROUP = 500_000
N_RUNS = 3


def make(path: Path, n_rows: int) -> None:
    import numpy as np
    import pyarrow as pa
    import pyarrow.parquet as pq

    rng = np.random.default_rng(0)
    names = [f"x{k}" for k in range(N_COLUMNS)]
    schema = pa.schema([(name, pa.float32()) for name in names] + [("y", pa.int8())])
    with pq.ParquetWriter(path, schema) as file:
        for start in range(0, n_rows, ROWS_OF_A_GROUP):
            n = min(ROWS_OF_A_GROUP, n_rows - start)
            X = rng.standard_normal((n, N_COLUMNS), dtype=np.float32)
            noise = 0.5 * rng.standard_normal(n, dtype=np.float32)
            y = (X[:, 0] * X[:, 1] + X[:, 2] + noise > 0).astype(np.int8)
            file.write_table(pa.table([*X.T.copy(), y], schema=schema))


def read(path: str) -> float:
    import pyarrow.parquet as pq

    began = time.perf_counter()
    for _ in pq.ParquetFile(path, pre_buffer=False).iter_batches(65_536):
        pass
    return time.perf_counter() - began


def learn(path: str) -> float:
    from ridgenet import RidgeNetClassifier

    seen: list[tuple[int, float]] = []

    def note(progress) -> None:
        seen.append((progress.n_passes, time.perf_counter()))

    RidgeNetClassifier((8,), solver="adam", random_state=0, callbacks=note).fit_stream(path, "y", n_epochs=2)
    # the last epoch, from the last callback of the previous one
    return seen[-1][1] - next(when for n_passes, when in reversed(seen) if n_passes == 1)


def peak() -> float:
    """Return peak memory in MB; getrusage would include the memory of the parent at the fork."""
    lines = dict(line.split(":", 1) for line in Path("/proc/self/status").read_text().splitlines())
    return int(lines["VmHWM"].split()[0]) / 1024


def measured(what: str, path: Path) -> tuple[float, float]:
    """Return seconds, and peak memory in MB."""
    done = subprocess.run(
        [sys.executable, __file__, "--run", what, str(path)], capture_output=True, text=True, check=True
    )
    seconds, megabytes = json.loads(done.stdout)
    return seconds, megabytes


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=float, nargs="+", default=[1e6, 5e6, 50e6])
    parser.add_argument("--run", nargs=2, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.run:
        what, path = options.run
        seconds = {"read": read, "learn": learn}[what](path)
        print(json.dumps([seconds, peak()]))
        return
    from outcome import Column, Outcome, key

    outcome = Outcome.begin("stream", "pyarrow")
    table = outcome.table(
        "epochs",
        f"An epoch of {N_COLUMNS} columns of float32 from Parquet, {N_COLUMNS}-8-1, batches of 200, cached by "
        f"the system (medians of {N_RUNS})",
        [
            key("rows"),
            Column("reading only", "M rows/s", ".3g"),
            Column("training", "M rows/s", ".3g"),
            Column("training / reading", "", ".2f"),
            Column("peak memory, reading", "MB", ",.0f"),
            Column("peak memory, training", "MB", ",.0f"),
        ],
    )
    for n_rows in map(int, options.rows):
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder, "large.parquet")
            make(path, n_rows)
            pairs = [(measured("read", path), measured("learn", path)) for _ in range(N_RUNS)]
        (reading, read_peak), (training, peak_memory) = (
            [statistics.median(values) for values in zip(*runs, strict=True)] for runs in zip(*pairs, strict=True)
        )
        relative = statistics.median(read[0] / learn[0] for read, learn in pairs)
        table.add(f"{n_rows:,}", n_rows / reading / 1e6, n_rows / training / 1e6, relative, read_peak, peak_memory)
    # the aims were set for the largest file
    outcome.aim(f"{n_rows:,} rows: training / reading", relative, at_least=0.5, format=".2f")
    outcome.aim(f"{n_rows:,} rows: peak memory", peak_memory, at_most=600, unit="MB", format=",.0f")
    outcome.save()


if __name__ == "__main__":
    main()
