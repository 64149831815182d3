"""Commands on odd files: exit code 0 or 2, an error in one line, inputs as they were, outputs whole or not there."""

from __future__ import annotations

import csv
import io
import json
import os
import re
import shutil
import tempfile
import threading
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow.feather
import pyarrow.parquet

from fuzz import seeds, tables
from fuzz.command_cases import Case
from fuzz.commandline import Ended, check_ended, check_whole, fingerprints, run
from fuzz.faults import Fault, require
from fuzz.mutations import mutated


def check(case: Case) -> None:
    """Raise a fault unless a command keeps to what all commands promise."""
    with tempfile.TemporaryDirectory(prefix="ridgenet-fuzz-") as place:
        folder = Path(place) / "here"
        folder.mkdir()
        ended = COMMANDS[case["command"]](case, folder)
        if ended is not None:
            _check_words(case, ended)


def _check_words(case: Case, ended: Ended) -> None:
    """Hold what a command said against what a case of the corpus asks for."""
    said, what = f"{ended.err}\n{ended.out}", ended.argv[0]
    if "says" in case:
        require(re.search(case["says"], said), f"{what}: does not say {case['says']!r}", said[:1500])
    if "never says" in case:
        require(not re.search(case["never says"], said), f"{what}: says {case['never says']!r}", said[:1500])


def keep(case: Case, folder: Path) -> None:
    """Write the table of a case into a folder."""
    if "table" in case:
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir()
        tables.written(case["table"], folder)


def _checked(
    argv: list[str], folder: Path, made: set[str], *, stdin: Path | None = None, disk: int | None = None
) -> Ended:
    """Run a command that may make files whose names begin in one of some ways."""
    before = fingerprints(folder)
    ended = run(argv, folder, stdin=stdin, largest_file=disk)
    check_ended(ended, (0, 1, 2) if argv[0] == "check-gradient" else (0, 2))
    after = fingerprints(folder)
    for name, content in before.items():
        if name not in made:
            require(after.get(name) == content, f"{argv[0]}: an input was changed", name)
    for name in after.keys() - before.keys():
        expected = any(name == start or name.startswith(f"{start}/") for start in made)
        require(expected and "/." not in f"/{name}", f"{argv[0]}: a file that nobody asked for", name)
        require(ended.code != 2, f"{argv[0]}: refused, but a file was written", name)
        check_whole(folder / name)
    return ended


def _arguments(options: list[list[Any]], table: tables.Table | None = None) -> list[str]:
    found = []
    for option in options:
        flag, *rest = option
        for value in rest:
            if isinstance(value, int):
                value = table.header[value % len(table.header)] if table and table.header else "y"
            found.append(str(value))
        found.insert(len(found) - len(rest), flag)
    return found


def _target(case: Case, table: tables.Table) -> list[str]:
    target = case["target"]
    if isinstance(target, int):
        target = table.header[target % len(table.header)] if table.header else "y"
    return [f"--target={target}"]


def _train(case: Case, folder: Path) -> Ended:
    data, table = tables.written(case["table"], folder)
    quick = ["--set", "max_iter=20"]
    if not any("--test" in option for option in case["options"]):
        quick += ["--test", "none"]
    if case["command"] == "path":
        quick += ["--n-alphas", "3", "--restarts", "1", "--folds", "2"]
    argv = [case["command"], data.name, *_target(case, table), "-o", "out", *quick, *_arguments(case["options"], table)]
    ended = _checked(argv, folder, {"out"}, disk=case["disk"])
    if ended.code == 0:
        _check_learned(case, folder, data, table)
    return ended


def _check_learned(case: Case, folder: Path, data: Path, table: tables.Table) -> None:
    """Hold what a model says of its data against the table as it was meant."""
    require((folder / "out" / "model.skops").is_file(), f"{case['command']}: exit code 0, but no model")
    record = json.loads((folder / "out" / "result.json").read_text())
    if not table.is_certain or case["table"]["format"] in ("parquet", "feather", "ipc stream"):
        return
    require(record["data"]["n_rows"] == len(table.rows), "fit: another number of rows than in the file")
    notes = " ".join(record["notes"])
    for column in record["data"]["columns"]:
        name = column["name"]
        if name not in table.header or column["use"] == "target":
            continue
        cells = [row[table.header.index(name)].strip() for row in table.rows]
        cells = [cell for cell in cells if cell]
        if column["kind"] == "number":
            with_zeros = [cell for cell in cells if re.fullmatch(r"0\d+", cell)]
            require(
                not with_zeros or name in notes,
                "fit: leading zeros are lost without a note",
                f"{name}: {with_zeros[:3]}",
            )
        elif column["kind"] in ("text", "category", "string"):
            share = np.mean([_is_number(cell) for cell in cells]) if cells else 0
            require(
                share < 0.5 or share == 1 or name in notes,
                "fit: numbers become text without a note",
                f"{name}: {share}",
            )
    target = [row[table.header.index(record["target"])].strip() for row in table.rows]
    classes = record.get("classes") or []
    if not set(map(str, classes)) <= {word for cell in target for word in (cell, cell.capitalize())}:
        raise Fault("fit: a class that is not in the file", f"{classes}, of {sorted(set(target))[:5]}")
    ended = _checked(["predict", "out/model.skops", data.name, *_how_read(case)], folder, set())
    if ended.code == 0:
        _check_predictions(list(csv.DictReader(io.StringIO(ended.out))), ended, table, record["target"], classes)


def _how_read(case: Case) -> list[str]:
    reading = [option for option in case["options"] if option[0] in ("--delimiter", "--encoding", "--decimal")]
    return _arguments(reading)


def _check_predictions(
    rows: list[dict[str, str]], ended: Ended, table: tables.Table, target: str, classes: list[Any]
) -> None:
    require(
        len(rows) == len(table.rows),
        "predict: another number of rows than in the file",
        f"{len(rows)}, {len(table.rows)}",
    )
    predicted = [row[f"predicted_{target}"] for row in rows]
    if not classes:
        require(all(_is_number(cell) for cell in predicted), "predict: predictions that are no numbers", predicted[:5])
        return
    formula = [cell for cell in predicted if cell[:1] in ("=", "@")]
    require(not formula or ended.err, "predict: a formula goes into CSV without a word", formula[:1])


def _is_number(cell: str) -> bool:
    try:
        return bool(np.isfinite(float(cell)))
    except ValueError:
        return False


def _stream(case: Case, folder: Path) -> Ended:
    data, table = tables.written(case["table"], folder)
    argv = ["fit", "--stream", data.name, *_target(case, table), "-o", "out", "--epochs", "1"]
    argv += _arguments(case["options"], table)
    if case["checkpoint"] is not None:
        argv += ["--checkpoint", "progress"]
        _checkpoint(case["checkpoint"], folder)
    ended = _checked(argv, folder, {"out", "progress"})
    if ended.code == 0:
        require((folder / "out" / "model.skops").is_file(), "stream: exit code 0, but no model")
    return ended


def _checkpoint(kind: str, folder: Path) -> None:
    path = folder / "progress"
    if kind == "a folder":
        path.mkdir()
    elif kind in ("", "damaged"):
        path.write_bytes(b"PK\x03\x04 no progress"[: 100 * len(kind)])
    elif kind in ("of another run", "cut"):
        content = (seeds.folder() / "progress").read_bytes()
        path.write_bytes(content if kind == "of another run" else content[: len(content) // 2])


def _predict(case: Case, folder: Path) -> Ended:
    data, table = tables.written(case["table"], folder)
    model = folder / "model.skops"
    shutil.copy(seeds.folder() / f"{case['model']}.skops", model)
    out, target = case["out"], folder / "target.csv"
    with ExitStack() as stack:
        if out == "link.csv":
            target.write_text("old\n")
            (folder / out).symlink_to(target.name)
        elif out == "existing.csv":
            (folder / out).write_text("old\n")
        elif out == "folder":
            (folder / out).mkdir()
        elif out == "pipe.csv":
            os.mkfifo(folder / out)
            stack.enter_context(_Reader(folder / out))
        argv = ["predict", model.name, "-" if case["stdin"] else data.name, "-o", out, *_arguments(case["options"])]
        disk = None if out in ("-", "pipe.csv") else case["disk"]
        made = {out, target.name} if out == "link.csv" else {out}
        ended = _checked(argv, folder, made, stdin=data if case["stdin"] else None, disk=disk)
        if out == "link.csv":
            require((folder / out).is_symlink(), "predict: a link was replaced")
        if out == "pipe.csv":
            require((folder / out).is_fifo(), "predict: a pipe was replaced")
    if ended.code == 2 and out in ("existing.csv", "link.csv"):
        require((folder / out).read_text() == "old\n", "predict: refused, but the old file is gone")
    # the names of a table's cells are not what was meant, if it is read in another way
    if ended.code == 0 and table.is_certain and not case["options"]:
        _check_rows(folder / out, ended, table)
    return ended


def _check_rows(out: Path, ended: Ended, table: tables.Table) -> None:
    if out.name.endswith("parquet"):
        n = pyarrow.parquet.read_table(out).num_rows
    elif out.name.endswith("feather"):
        n = pyarrow.feather.read_table(out).num_rows
    elif out.name in ("-", "p.csv"):
        text = ended.out if out.name == "-" else out.read_text()
        n = len(list(csv.reader(io.StringIO(text)))) - 1
    else:
        return
    require(n == len(table.rows), "predict: another number of rows than in the file", f"{n}, not {len(table.rows)}")


class _Reader:
    """Somebody who reads a pipe to its end, and does not wait for ever for one who opens it."""

    def __init__(self, path: Path) -> None:
        self._descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK)
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._read, daemon=True)

    def _read(self) -> None:
        while not self._stop.wait(0.005):
            try:
                os.read(self._descriptor, 65536)
            except BlockingIOError:
                continue

    def __enter__(self) -> None:
        self._thread.start()

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join()
        os.close(self._descriptor)


def _config(case: Case, folder: Path) -> Ended:
    shutil.copy(tables.CORPUS / "numbers.csv", folder / "numbers.csv")
    text = case["config"]
    if text == "result.json":
        content = (seeds.folder() / "numbers" / "out" / "result.json").read_bytes()
    else:
        deep = {"deep list": "a = " + "[" * 100_000, "deep table": '{"a": ' * 100_000}
        content = deep.get(text, text).encode()
    name = "config.json" if text[:1] == "{" or text in ("result.json", "deep table") else "config.toml"
    (folder / name).write_bytes(mutated(content, case["bytes"]))
    argv = ["fit", "numbers.csv", "--config", name, "-o", "out", "--test", "none", "--set", "max_iter=5"]
    return _checked(argv, folder, {"out"})


def _other(case: Case, folder: Path) -> Ended:
    """Inspect a table as if it were a model, or export a model."""
    if case["command"] == "inspect":
        data, _ = tables.written(case["table"], folder)
        return _checked(["inspect", data.name], folder, set())
    shutil.copy(seeds.folder() / f"{case['model']}.skops", folder / "model.skops")
    return _checked(["export", "model.skops", "model.onnx"], folder, {"model.onnx"})


def _affine(case: Case, folder: Path) -> None:
    """Raise a fault unless a column in other units is as good to learn from."""
    before = _r2_of_ridge(case, folder, [1.0, 0.0])
    after = _r2_of_ridge(case, folder, case["units"])
    if before is not None and after is not None:
        require(
            after >= before - 0.02,
            "fit: a column in other units is learned from less",
            f"R2 {before:.4f}, then {after:.4f}",
        )


def _r2_of_ridge(case: Case, folder: Path, units: list[float]) -> float | None:
    lines = list(csv.reader((tables.CORPUS / "numbers.csv").read_text().splitlines()))
    scale, offset = units
    values = np.array(lines[1:], float)
    values[:, case["column"]] = offset + scale * values[:, case["column"]]
    data = folder / f"table.{case['format']}"
    if case["format"] == "csv":
        data.write_text("\n".join([",".join(lines[0]), *(",".join(map(repr, row)) for row in values.tolist())]) + "\n")
    else:
        columns = dict(zip(lines[0], values.T, strict=True))
        pyarrow.parquet.write_table(pyarrow.table({name: column.copy() for name, column in columns.items()}), data)
    how = ["--stream", "--epochs", "300", "--set", "learning_rate_init=0.05"] if case["stream"] else ["--test", "none"]
    argv = ["fit", data.name, "-t", "y", "-o", "out", "--hidden", "none", "--alpha", "0.01", *how]
    if _checked(argv, folder, {"out", *(f"out/{path.name}" for path in folder.glob("out/*"))}).code != 0:
        return None
    ended = _checked(["predict", "out/model.skops", data.name], folder, set())
    if ended.code != 0:
        raise Fault("predict: refuses the table that the model was trained on", ended.err)
    predicted = np.array([float(row["predicted_y"]) for row in csv.DictReader(io.StringIO(ended.out))])
    y = values[:, -1]
    return float(1 - ((y - predicted) ** 2).sum() / ((y - y.mean()) ** 2).sum())


def _gradient(case: Case, folder: Path) -> Ended:
    return _checked(["check-gradient", *_arguments(case["options"])], folder, set())


def _compare(case: Case, folder: Path) -> Ended:
    quick = ["--epochs", "2", "--samples", "30", "-o", "out"]
    return _checked(["compare", "moons", *quick, *_arguments(case["options"])], folder, {"out"})


COMMANDS = {
    "fit": _train,
    "path": _train,
    "stream": _stream,
    "predict": _predict,
    "config": _config,
    "inspect": _other,
    "export": _other,
    "affine": _affine,
    "check-gradient": _gradient,
    "compare": _compare,
}
