"""Models to begin with, made anew for each run, always the same, byte for byte."""

from __future__ import annotations

import json
import os
import re
import shutil
import tempfile
import zipfile
from pathlib import Path

from fuzz.commandline import run
from fuzz.tables import CORPUS

FOLDER = "RIDGENET_FUZZ_SEEDS"
# models, the table of each, and how it is trained
MODELS = {
    "numbers": ("numbers.csv", ["fit", "--hidden", "3", "--test", "none"]),
    "mixed": ("mixed.csv", ["fit", "--hidden", "3", "--test", "none"]),
    "path": ("numbers.csv", ["path", "--n-alphas", "3", "--folds", "2", "--restarts", "2", "--test", "none"]),
    "one": ("numbers.csv", ["fit", "--hidden", "none", "--test", "none", "--drop", "x2", "--drop", "x3"]),
    "stream": ("numbers.csv", ["fit", "--stream", "--epochs", "1", "--hidden", "3"]),
}


def folder() -> Path:
    """Return the folder of the models."""
    return Path(os.environ[FOLDER])


def name_folder() -> Path:
    """Choose the folder; child processes that start later know it."""
    path = Path(tempfile.mkdtemp(prefix="ridgenet-fuzz-seeds-"))
    os.environ[FOLDER] = str(path)
    return path


def make() -> None:
    """Train the models, unless they are there, and note what they predict."""
    if (folder() / "progress").exists():
        return
    for name, (table, command) in MODELS.items():
        place = folder() / name
        place.mkdir()
        shutil.copy(CORPUS / table, place / table)
        ended = run([*command, table, "-t", "y", "-q", "--set", "max_iter=20", "-o", "out"], place)
        if ended.code != 0:
            raise RuntimeError(f"{name}: {ended.err}")
        model = folder() / f"{name}.skops"
        model.write_bytes(_always_the_same(place / "out" / "model.skops"))
        ended = run(["predict", str(model), table], place)
        if ended.code != 0:
            raise RuntimeError(f"{name}: {ended.err}")
        (folder() / f"{name}.predictions.csv").write_text(ended.out)
    # a stream that was interrupted leaves a checkpoint; one that has ended does, too
    place = folder() / "stream"
    ended = run(
        ["fit", "--stream", "numbers.csv", "-t", "y", "-q", "--epochs", "2", "--checkpoint", "../progress", "-o", "o"],
        place,
    )
    if ended.code != 0 or not (folder() / "progress").is_file():
        raise RuntimeError(f"no checkpoint: {ended.err}")


def _always_the_same(path: Path) -> bytes:
    """Return a model file without what differs from run to run: addresses in memory, and when it was written."""
    with zipfile.ZipFile(path) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    schema = members["schema.json"].decode()
    numbers: dict[str, str] = {}

    def renamed(match: re.Match[str]) -> str:
        return numbers.setdefault(match[0], str(len(numbers)))

    # in the order in which they are met
    schema = re.sub(r"(?<=\": )\d{9,}(?=[,\s}])|\d{9,}(?=\.(npy|npz)\")", renamed, schema)
    about = json.loads(members["ridgenet.json"]) | {"created": "2026-01-01T00:00:00+00:00", "seconds": 0.0}
    content = {"ridgenet.json": json.dumps(about), "schema.json": json.dumps(json.loads(schema))}
    arrays = {
        f"{renamed_of(name, numbers)}": member for name, member in members.items() if name.endswith((".npy", ".npz"))
    }
    return zipped({**{name: text.encode() for name, text in content.items()}, **dict(sorted(arrays.items()))})


def renamed_of(name: str, numbers: dict[str, str]) -> str:
    """Return the new name of an array's file."""
    stem, _, suffix = name.rpartition(".")
    return f"{numbers.get(stem, stem)}.{suffix}"


def zipped(members: dict[str, bytes], blanks: tuple[str, int] | None = None) -> bytes:
    """Return an archive that does not say when it was made; one member may begin with so many megabytes of blanks."""
    import io

    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, content in members.items():
            entry = zipfile.ZipInfo(name)
            entry.compress_type = zipfile.ZIP_DEFLATED
            with archive.open(entry, "w") as file:
                # piece by piece, for the memory of a case is what the command takes
                for _ in range(blanks[1] if blanks and blanks[0] == name else 0):
                    file.write(b" " * (1 << 20))
                file.write(content)
    return buffer.getvalue()
