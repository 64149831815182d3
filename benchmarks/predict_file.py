"""Predictions for a CSV file larger than the memory limit: time, rows per second, and peak memory."""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from table import mixed_table


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--gigabytes", type=float, default=2.0)
    options = parser.parse_args()
    ridgenet = [sys.executable, "-m", "ridgenet"]
    with tempfile.TemporaryDirectory() as folder:
        train, large = Path(folder, "train.csv"), Path(folder, "large.csv")
        mixed_table(20_000, 0).to_csv(train, index=False)
        few = ["--n-alphas", "6", "--restarts", "2", "--folds", "2", "--test", "none", "-q"]
        subprocess.run([*ridgenet, "path", str(train), "-t", "outcome", "-o", folder, *few], check=True)
        after_training = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
        header, _, rows = mixed_table(100_000, 5).to_csv(index=False).partition("\n")
        with large.open("w") as file:
            file.write(header + "\n")
            while file.tell() < options.gigabytes * 1e9:
                file.write(rows)
        began = time.perf_counter()
        watched = [
            sys.executable, "-c", "import resource, subprocess, sys; subprocess.run(sys.argv[1:], check=True); "
            "print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)",
        ]  # fmt: skip
        command = [*watched, *ridgenet, "predict", f"{folder}/model.skops", str(large), "-o", f"{folder}/out.parquet"]
        printed = subprocess.run(command, check=True, capture_output=True, text=True).stdout.split()
        seconds, n_rows = time.perf_counter() - began, int(printed[0].replace(",", ""))
        report = {
            "GB": large.stat().st_size / 1e9,
            "rows": n_rows,
            "seconds": round(seconds, 1),
            "rows a second": round(n_rows / seconds),
            "peak, MB": round(int(printed[-1]) * 1024 / 1e6),
            "peak of training, MB": round(after_training * 1024 / 1e6),
        }
        print(json.dumps(report))


if __name__ == "__main__":
    main()
