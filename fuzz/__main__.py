"""Run the fuzzer: ``python -m fuzz``, or ``make fuzz``."""

from __future__ import annotations

import argparse
import atexit
import json
import os
import shutil
import sys
import time
from pathlib import Path

# one core is enough, and threads of a pool would not survive the forks
for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "LOKY_MAX_CPU_COUNT"):
    os.environ.setdefault(name, "1")


def main() -> int:
    """Try every part for its share of the time; exit code 1 if a fault was found."""
    parser = argparse.ArgumentParser(prog="python -m fuzz", description="Hostile inputs, within a bounded time.")
    parser.add_argument("case", nargs="?", type=Path, help="a case that was found, such as fuzz/found/….json: try it")
    parser.add_argument("-k", dest="word", default="", help="only the parts with this in their names")
    parser.add_argument("--minutes", type=float, default=5.0, help="how long in all (default: %(default)g)")
    parser.add_argument("--seed", type=int, default=0, help="draws other cases (default: %(default)s)")
    arguments = parser.parse_args()
    began = time.monotonic()
    # here, after the number of threads is set
    from fuzz import seeds
    from fuzz.hunt import hunt, keep, try_one
    from fuzz.parts import parts

    made = seeds.name_folder()
    atexit.register(shutil.rmtree, made, ignore_errors=True)
    if arguments.case is not None:
        record = json.loads(arguments.case.read_text())
        part = next(part for part in parts() if part.name == record["part"])
        fault = try_one(part, record["case"])
        print("no fault" if fault is None else fault)
        return int(fault is not None)

    chosen = [part for part in parts() if arguments.word in part.name]
    if not chosen:
        parser.error(f"no part has {arguments.word!r} in its name")
    end = began + 60 * arguments.minutes
    tallies = {}
    for k, part in enumerate(chosen):
        share = part.share / sum(later.share for later in chosen[k:])
        seconds = share * (end - time.monotonic())
        print(f"{part.name}: {seconds:.0f} s", flush=True)
        tallies[part.name] = hunt(part, seconds, 1_000_000 * arguments.seed, lambda line: print(line, flush=True))

    print(f"\n{'part':<12} {'cases':>8} {'faults':>8} {'seconds':>8}")
    for name, tally in tallies.items():
        print(f"{name:<12} {tally.n_cases:>8,} {len(tally.smallest):>8,} {tally.seconds:>8.0f}")
    for part in chosen:
        for case, fault in tallies[part.name].smallest.values():
            print(
                f"\n{part.name}: {fault.kind}\n  {fault.detail.strip().splitlines()[-1][:300] if fault.detail else ''}"
            )
            print(f"  again: make fuzz ARGS={os.path.relpath(keep(part, case, fault))}")
    n_faults = sum(len(tally.smallest) for tally in tallies.values())
    print(f"\n{sum(tally.n_cases for tally in tallies.values()):,} cases, {n_faults} faults")
    return int(n_faults > 0)


if __name__ == "__main__":
    sys.exit(main())
