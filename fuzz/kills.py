"""Runs that are ended at any moment: a folder of results is always of one run, and a later run succeeds."""

from __future__ import annotations

import csv
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.feather
import pyarrow.parquet
from hypothesis import strategies as st

from fuzz import seeds, tables
from fuzz.commandline import fingerprints
from fuzz.faults import OURS, Fault, require
from fuzz.worker import PROCESSES, call

Case = dict[str, Any]

# how long a run may go on after a signal; far more than it needs, for the machine may be busy
SECONDS_TO_END = 30.0
SECONDS_TO_RUN = 240.0
# of the time that a run takes when it is left alone
MOMENTS = st.integers(0, 1100)
COMMANDS = {
    "path": ["path", "--n-alphas", "3", "--folds", "2", "--restarts", "1", "--test", "none"],
    "fit": ["fit", "--test", "0.3"],
    "stream": ["fit", "--stream", "--epochs", "20", "--hidden", "3"],
}
RUNS = ("one", "two")
# interrupts a process that was started anew, once Python itself is there
FRESH = "import os, runpy; os.write(3, b'.'); runpy.run_module('ridgenet', run_name='__main__', alter_sys=True)"
ENVIRONMENTS = ["no home", "full disk"]


@dataclass
class Process:
    """A command that is running, whether started anew or forked."""

    process: Any
    folder: Path

    @property
    def err(self) -> str:
        """What it wrote to standard error."""
        return (self.folder / "stderr").read_text(errors="replace")

    def send(self, number: int) -> None:
        """Send it a signal, if it has not ended."""
        if self.process.exitcode is None:
            os.kill(self.process.pid, number)

    def wait(self, seconds: float) -> int:
        """Return its exit code; a process that does not end in time is a fault."""
        self.process.join(seconds)
        if self.process.exitcode is None:
            self.process.kill()
            self.process.join()
            raise Fault("a run does not end after it was interrupted", f"for {seconds:g} s")
        code: int = self.process.exitcode
        return code


class _Fresh(subprocess.Popen[bytes]):
    """A process of its own, with the manners of those of multiprocessing."""

    @property
    def exitcode(self) -> int | None:
        return self.poll()

    def join(self, seconds: float | None = None) -> None:
        try:
            self.wait(seconds)
        except subprocess.TimeoutExpired:
            return


def cases() -> st.SearchStrategy[Case]:
    """Draw a run and how it ends."""
    signals = st.sampled_from(["INT", "INT", "KILL", "KILL", "TERM"])
    training = st.fixed_dictionaries(
        {
            "command": st.sampled_from(list(COMMANDS)),
            "signal": signals,
            "since": st.sampled_from(["start", "first file", "first file"]),
            "moment": MOMENTS,
            "times": st.sampled_from([1, 1, 5]),
            "fresh": st.sampled_from([False, False, False, False, True]),
            "again": st.sampled_from([False, False, True]),
        }
    )
    predict = st.fixed_dictionaries(
        {
            "command": st.just("predict"),
            "signal": st.sampled_from(["INT", "KILL", "TERM", "truncate"]),
            "since": st.just("start"),
            "moment": MOMENTS,
            "fresh": st.just(False),
            "format": st.sampled_from(["csv", "parquet", "feather"]),
        }
    )
    nowhere = st.fixed_dictionaries({"environment": st.sampled_from(ENVIRONMENTS)})
    return st.one_of(*[training] * 9, *[predict] * 3, nowhere)


def check(case: Case) -> None:
    """Raise a fault unless a run that was ended leaves nothing that is half of it."""
    with tempfile.TemporaryDirectory(prefix="ridgenet-fuzz-") as place:
        folder = Path(place)
        if "environment" in case:
            _check_environment(case["environment"], folder)
        elif case["command"] == "predict":
            _check_predict(case, folder)
        else:
            _check_training(case, folder)


# runs to compare with


def make_references() -> None:
    """Make one folder of each run that is left alone, to know its files by, and note how long it took."""
    call(seeds.make)
    places = _places()
    places.mkdir()
    lines = (tables.CORPUS / "numbers.csv").read_text().splitlines()
    for name, rows in zip(RUNS, (lines[1:], lines[:0:-1]), strict=True):
        (places / f"{name}.csv").write_text("\n".join([lines[0], *rows, ""]))
    for command in COMMANDS:
        # the first is slower: it loads what the second has
        seconds = [_undisturbed(command, name, places) for name in RUNS]
        (places / f"{command}.seconds").write_text(str(seconds[-1]))
    many = [lines[0], *(lines[1:] * 1500), ""]
    (places / "many.csv").write_text("\n".join(many))
    table = pa.table(
        {name: [float(row[k]) for row in csv.reader(many[1:-1])] for k, name in enumerate(many[0].split(","))}
    )
    pa.parquet.write_table(table, places / "many.parquet")
    pa.feather.write_feather(table, places / "many.feather", compression="uncompressed", chunksize=10_000)
    for kind in ("csv", "parquet", "feather"):
        began = time.monotonic()
        with _started(_predict_argv(kind, places / f"expected.{kind}"), places, fresh=False) as process:
            require(process.wait(SECONDS_TO_RUN) == 0, "kills: predict does not work", process.err)
        (places / f"predict-{kind}.seconds").write_text(str(time.monotonic() - began))


def _undisturbed(command: str, run: str, places: Path) -> float:
    out = places / f"{command}-{run}"
    began = time.monotonic()
    with _started(_argv(command, run, out), places, fresh=False) as process:
        require(process.wait(SECONDS_TO_RUN) == 0, f"kills: {command} does not work", process.err)
    return time.monotonic() - began


def _places() -> Path:
    return seeds.folder() / "kills"


def _argv(command: str, run: str, out: Path) -> list[str]:
    data = _places() / f"{run}.csv"
    return [*COMMANDS[command], str(data), "-t", "y", "--seed", str(RUNS.index(run) + 1), "-q", "-o", str(out)]


def _predict_argv(kind: str, out: Path, data: Path | None = None) -> list[str]:
    data = data or _places() / f"many.{kind}"
    return ["predict", str(seeds.folder() / "numbers.skops"), str(data), "-q", "-o", str(out)]


# training


def _check_training(case: Case, folder: Path) -> None:
    command, places, out = case["command"], _places(), folder / "out"
    shutil.copytree(places / f"{command}-one", out)
    with _started(_argv(command, "two", out), folder, fresh=case["fresh"]) as process:
        code = _disturb(process, case, float((places / f"{command}.seconds").read_text()) + 2.0 * case["fresh"])
    what = f"{command}: after {case['signal']}"
    _check_end(what, case, code, process.err)
    owner = _owner(what, command, out)
    if code == 130 and "nothing written" in process.err:
        require(owner == "one", f"{what}: says that nothing was written, which is not so", owner)
    if case["signal"] != "KILL":
        _require_no_litter(what, folder, {"out"})
    if case.get("again"):
        with _started(_argv(command, "two", out), folder, fresh=False) as process:
            code = process.wait(SECONDS_TO_RUN)
        require(code == 0, f"{what}: a later run fails", process.err)
        owner = _owner(f"{what}, and a later run", command, out)
        require(owner == "two", f"{what}: a later run is not there", owner)


def _owner(what: str, command: str, out: Path) -> str:
    """Return whose files are in a folder; files of two runs, or not all of one, are a fault."""
    if not out.exists() or not any(out.iterdir()):
        return "nobody"
    owners: dict[str, str] = {}
    references = {run: _places() / f"{command}-{run}" for run in RUNS}
    names = {path.name for path in references["one"].iterdir()}
    for name in sorted(names):
        if (out / name).exists():
            owners[name] = _owner_of_file(out / name, references)
    found = set(owners.values()) - {"either"}
    require("neither" not in found, f"{what}: a file of no run", owners)
    require(len(found) <= 1, f"{what}: a folder of two runs", owners)
    require(names <= owners.keys(), f"{what}: a folder of half a run", f"lacks {sorted(names - owners.keys())}")
    return found.pop() if found else "nobody"


def _owner_of_file(path: Path, references: dict[str, Path]) -> str:
    if path.name == "result.json":
        return RUNS[json.loads(path.read_text())["settings"]["random_state"] - 1]
    if path.suffix == ".skops":
        with zipfile.ZipFile(path) as archive:
            return RUNS[json.loads(archive.read("ridgenet.json"))["settings"]["random_state"] - 1]
    if path.suffix == ".html":
        text = path.read_text()
        same = [run for run in RUNS if f"{run}.csv" in text and text.rstrip().endswith("</html>")]
    else:
        content = path.read_bytes()
        same = [run for run, place in references.items() if (place / path.name).read_bytes() == content]
    return same[0] if len(same) == 1 else "either" if same else "neither"


# predicting


def _check_predict(case: Case, folder: Path) -> None:
    places, kind, out = _places(), case["format"], folder / f"p.{case['format']}"
    out.write_bytes(b"old")
    data = folder / f"many.{kind}"
    shutil.copy(places / data.name, data)
    with _started(_predict_argv(kind, out, data), folder, fresh=False) as process:
        code = _disturb(process, case, float((places / f"predict-{kind}.seconds").read_text()), data)
    what = f"predict: after {case['signal']}"
    _check_end(what, case, code, process.err)
    if case["signal"] != "truncate":
        content = out.read_bytes()
        expected = (places / f"expected.{kind}").read_bytes()
        require(content in (b"old", expected), f"{what}: a file that is neither the old nor the new", len(content))
    if case["signal"] != "KILL":
        _require_no_litter(what, folder, {out.name, data.name})


# processes


def _disturb(process: Process, case: Case, seconds: float, data: Path | None = None) -> int:
    """End a process, or take away what it reads, at a moment of the time that it takes; return its exit code."""
    if case["since"] == "first file":
        # what is written at the end takes about a third of the time
        _wait_for_a_file(process)
        seconds /= 3
    process.process.join(seconds * case["moment"] / 1000)
    if case["signal"] == "truncate" and data is not None:
        os.truncate(data, data.stat().st_size // 2)
        return process.wait(SECONDS_TO_RUN)
    for _ in range(case.get("times", 1)):
        process.send(getattr(signal, f"SIG{case['signal']}"))
        # two that come at once are one
        time.sleep(0.002)
    return process.wait(SECONDS_TO_END)


def _wait_for_a_file(process: Process) -> None:
    def files() -> list[tuple[str, int]]:
        return [(entry.name, entry.inode()) for place in folders if place.is_dir() for entry in os.scandir(place)]

    folders = [process.folder, process.folder / "out"]
    before = files()
    while process.process.exitcode is None and files() == before:
        time.sleep(0.002)


def _check_end(what: str, case: Case, code: int, err: str) -> None:
    if case["signal"] == "KILL":
        return
    if case["signal"] == "truncate":
        name = signal.Signals(-code).name if code < 0 else code
        require(code in (0, 2), f"{what}: ends with {name}", err[-2000:])
    elif case["signal"] == "TERM":
        require(code in (0, 143, -signal.SIGTERM), f"{what}: ends with {code}", err[-2000:])
    elif code != 0 and not (code in (1, -signal.SIGINT) and not _is_ours(err)):
        require(code == 130, f"{what}: ends with {code}", err[-2000:])
        lines = err.splitlines()
        require(len(lines) == 1, f"{what}: {'several lines' if lines else 'no word'}", err[-2000:])
    require("Traceback" not in err or not _is_ours(err), f"{what}: a traceback", err[-2000:])


def _is_ours(err: str) -> bool:
    """Tell whether a traceback has come to lines of ours; before, Python alone can answer."""
    return OURS in err.replace(f'"{OURS}/__init__.py"', "")


def _require_no_litter(what: str, folder: Path, names: set[str]) -> None:
    left = {path.name for path in folder.iterdir()} - names - {"stdout", "stderr"}
    hidden = [name for name in fingerprints(folder) if "/." in f"/{name}"]
    require(not left and not hidden, f"{what}: files are left behind", f"{sorted(left)} {hidden}")


@contextmanager
def _started(
    argv: list[str], folder: Path, *, fresh: bool, environment: dict[str, str] | None = None, limit: str = ""
) -> Iterator[Process]:
    """Start a command, and wait until it has really begun."""
    reader, writer = os.pipe()
    if fresh:
        with (folder / "stdout").open("wb") as out, (folder / "stderr").open("wb") as err:
            made: Any = _Fresh(
                ["bash", "-c", f'{limit} exec 3>&{writer}; exec "$@"', "bash", sys.executable, "-c", FRESH, *argv],
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=err,
                pass_fds=[writer],
                env={**os.environ, **(environment or {})},
            )
        os.close(writer)
    else:
        ready, theirs = PROCESSES.Pipe(duplex=False)
        made = PROCESSES.Process(target=_forked, args=(argv, folder, theirs))
        made.start()
        os.close(writer)
        ready.recv()
    if fresh:
        os.read(reader, 1)
    os.close(reader)
    process = Process(made, folder)
    try:
        yield process
    finally:
        if made.exitcode is None:
            made.kill()
            made.join()


def _forked(argv: list[str], folder: Path, ready: Any) -> None:
    for number, name in ((1, "stdout"), (2, "stderr")):
        os.dup2(os.open(folder / name, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), number)
    from ridgenet.cli import main

    sys.argv = ["ridgenet", *argv]
    ready.send(True)
    main()


# where nothing can be kept


def _check_environment(kind: str, folder: Path) -> None:
    """Raise a fault unless a model predicts where nothing but its output can be written."""
    nowhere = "/dev/null/home"
    environment = dict.fromkeys(["HOME", "XDG_CACHE_HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME"], nowhere)
    out = folder / "p.csv"
    table = tables.CORPUS / "numbers.csv"
    argv = ["predict", str(seeds.folder() / "numbers.skops"), str(table), "-o", str(out)]
    # in units of a kilobyte: the predictions have room, and little else
    limit = "ulimit -f 8;" if kind == "full disk" else ""
    with _started(argv, folder, fresh=True, environment=environment, limit=limit) as process:
        code = process.wait(SECONDS_TO_RUN)
    require(code == 0, f"{kind}: predict fails", process.err[-3000:])
    require("Traceback" not in process.err, f"{kind}: a traceback", process.err[-3000:])
    lines = zip(csv.reader(out.open()), csv.reader((seeds.folder() / "numbers.predictions.csv").open()), strict=True)
    for found, expected in lines:
        # another processor's code may round in another way
        same = found == expected or abs(float(found[-1]) - float(expected[-1])) < 1e-6
        require(same, f"{kind}: other predictions", f"{found}, {expected}")
