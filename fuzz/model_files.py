"""Model files that were damaged or made to harm: predictions as before, or an error in one line."""

from __future__ import annotations

import csv
import io
import json
import re
import shutil
import struct
import tempfile
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
from hypothesis import strategies as st

from fuzz import seeds, tables
from fuzz.commandline import CONTROL, check_ended, run
from fuzz.faults import Fault, require
from fuzz.mutations import byte_mutations, mutated

Case = dict[str, Any]

# what an array may become; none of it can be predicted with
ARRAYS = [
    "one short", "one long", "empty", "2-D", "int", "bool", "complex", "object", "text", "nan", "inf", "scalar",
    "huge shape",
    "no header", "negative shape",
]  # fmt: skip
# in JSON; the last are no JSON, or more than most readers take
VALUES = [
    "null", "true", "-1", "0", "1", "1.5", "1000000", "1000000000000", "1e999", "NaN", '""', '"x"',
    '"\\u001b[31mred"', "[]",
    "{}", '"os.system"', '"builtins.eval"', "[" * 200_000 + "]" * 200_000, '"' + "n" * 5000 + '"', '"a\\nb"',
    "1" * 5000,
]  # fmt: skip
LAYER_SIZES = [
    [3, 1_000_000, 1],
    [3, 1000, 1],
    [3],
    [],
    [3, 0, 1],
    [3, -1, 1],
    [2, 3, 1],
    [3, 3, 2],
    ["a", 3, 1],
    [3, 2**62, 1],
]
ARCHIVES = [
    "method 99",
    "encrypted",
    "no ridgenet.json",
    "no schema.json",
    "twice",
    "path",
    "comment",
    "before",
    "stored",
]
# parts of a model whose values matter
WHERE = [
    "_fitted",
    "network",
    "classes_",
    "n_features_in_",
    "feature_names_in_",
    "__class__",
    "__module__",
    "__loader__",
    "",
]
MEGABYTES = 400


def cases() -> st.SearchStrategy[Case]:
    """Draw a model and what was done to its file."""
    number = st.integers(0, 10**6)
    damage = st.one_of(
        st.tuples(st.just("bytes"), byte_mutations().filter(bool)),
        st.tuples(st.just("member"), number, byte_mutations().filter(bool)),
        st.tuples(st.just("array"), number, st.sampled_from(ARRAYS)),
        st.tuples(st.just("preprocessing"), number, st.sampled_from(ARRAYS)),
        st.tuples(st.just("about"), number, st.sampled_from(VALUES)),
        st.tuples(st.just("schema"), st.sampled_from(WHERE), number, st.sampled_from(VALUES)),
        st.tuples(st.just("layer_sizes"), st.sampled_from(LAYER_SIZES)),
        st.tuples(st.just("deep"), st.sampled_from(["ridgenet.json", "schema.json"]), st.sampled_from([1000, 200_000])),
        st.tuples(st.just("blanks"), st.sampled_from(["ridgenet.json", "schema.json"]), st.sampled_from([10, 700])),
        st.tuples(st.just("archive"), st.sampled_from(ARCHIVES)),
    ).map(list)
    commands = st.sampled_from(["predict", "predict", "inspect", "inspect --json", "export"])
    return st.fixed_dictionaries({"model": st.sampled_from(list(seeds.MODELS)), "damage": damage, "command": commands})


def check(case: Case) -> None:
    """Raise a fault unless a damaged model does as before, or is refused in one line."""
    with tempfile.TemporaryDirectory(prefix="ridgenet-fuzz-") as place:
        folder = Path(place) / "here"
        folder.mkdir()
        content = _damaged(case)
        (folder / "model.skops").write_bytes(content)
        table = seeds.MODELS[case["model"]][0]
        shutil.copy(tables.CORPUS / table, folder / table)
        rest = {"predict": ["model.skops", table], "export": ["model.skops", "model.onnx"]}
        command, *options = case["command"].split()
        ended = run([command, *rest.get(command, ["model.skops"]), *options], folder)
        check_ended(ended)
        require((folder / "model.skops").read_bytes() == content, f"{command}: the model was changed")
        if command == "inspect" and not options:
            require(
                not CONTROL.search(ended.out), "inspect: control characters in what it prints", repr(ended.out[:500])
            )
        if command == "predict" and ended.code == 0:
            _check_predictions(case, ended.out)


def keep(case: Case, folder: Path) -> None:
    """Write the damaged model, and its table, into a folder."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    (folder / "model.skops").write_bytes(_damaged(case))
    shutil.copy(tables.CORPUS / seeds.MODELS[case["model"]][0], folder)


def _check_predictions(case: Case, out: str) -> None:
    expected = (seeds.folder() / f"{case['model']}.predictions.csv").read_text()
    if out == expected:
        return
    kind = case["damage"][0]
    # numbers that are others, but could have been learned, nobody can tell from those that were
    if kind in ("member", "schema", "preprocessing"):
        for row in csv.reader(io.StringIO(out)):
            require(
                not {"nan", "inf", "-inf"} & set(row[1:]),
                f"predict: numbers that are not finite, from a damaged {kind}",
                row,
            )
        return
    lines = [pair for pair in zip(out.splitlines(), expected.splitlines(), strict=False) if pair[0] != pair[1]]
    raise Fault(f"predict: other predictions than before, from a damaged {kind}", f"{case['damage'][1:]}: {lines[:2]}")


def _damaged(case: Case) -> bytes:
    kind, *rest = case["damage"]
    content = (seeds.folder() / f"{case['model']}.skops").read_bytes()
    if kind == "bytes":
        return mutated(content, rest[0])
    if kind == "archive":
        return _odd_archive(content, rest[0])
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    if kind == "member":
        name = sorted(members)[rest[0] % len(members)]
        members[name] = mutated(members[name], rest[1])
    elif kind in ("array", "preprocessing"):
        name = _array(members, kind, rest[0])
        members[name] = _odd_array(members[name], rest[1])
    elif kind == "about":
        members["ridgenet.json"] = _odd_leaf(members["ridgenet.json"], "", rest[0], rest[1])
    elif kind == "schema":
        members["schema.json"] = _odd_leaf(members["schema.json"], *rest)
    elif kind == "layer_sizes":
        members["schema.json"] = _other_sizes(members["schema.json"], rest[0])
    elif kind == "deep":
        members[rest[0]] = b"[" * rest[1] + b"]" * rest[1]
    else:
        return seeds.zipped(members, blanks=(rest[0], rest[1]))
    return seeds.zipped(members)


def _array(members: dict[str, bytes], kind: str, number: int) -> str:
    """Return the file of an array of the fitted network, which predictions need, or of one of the other parts."""
    schema = members["schema.json"].decode()
    of_network = set(re.findall(r'"(\d+\.npy)"', schema[schema.index('"_fitted"') :]))
    # what is empty can hardly be made odd
    others = {name for name in members if name.endswith(".npy") and np.load(io.BytesIO(members[name])).size}
    chosen = sorted(of_network & set(members) if kind == "array" else others - of_network or others)
    return chosen[number % len(chosen)]


def _odd_array(content: bytes, what: str) -> bytes:
    if what == "no header":
        return b"\x93NUMPY\x01\x00" + bytes(20)
    values = np.load(io.BytesIO(content), allow_pickle=False)
    if "shape" in what:
        shape = {"huge shape": "(10000000000000,)", "negative shape": "(-1,)"}[what]
        header = f"{{'descr': '<f8', 'fortran_order': False, 'shape': {shape}, }}\n".encode()
        return b"\x93NUMPY\x01\x00" + struct.pack("<H", len(header)) + header + values.tobytes()
    first = np.zeros(values.shape, bool)
    first.flat[:1] = True
    makers: dict[str, Any] = {
        "one short": lambda: values.ravel()[:-1],
        "one long": lambda: np.append(values.ravel(), values.ravel()[:1]),
        "empty": lambda: values.ravel()[:0],
        "2-D": lambda: values.reshape(1, -1, 1),
        "int": lambda: values.astype(float).round().astype(int),
        "bool": lambda: values.astype(bool),
        "complex": lambda: values.astype(complex) * 1j,
        "object": lambda: values.astype(object),
        "text": lambda: values.astype(str),
        "nan": lambda: np.where(first, np.nan, values),
        "inf": lambda: np.where(first, np.inf, values),
        "scalar": lambda: np.float64(values.ravel()[0]),
    }
    buffer = io.BytesIO()
    np.save(buffer, makers[what](), allow_pickle=True)
    return buffer.getvalue()


def _odd_leaf(content: bytes, where: str, number: int, value: str) -> bytes:
    """Put other JSON in the place of one value, of those whose path has `where` in it."""
    record = json.loads(content)
    every = _places(record)
    # a regressor has no classes
    places = [place for place in every if where in "/".join(map(str, place))] or every
    parent = record
    *path, last = places[number % len(places)]
    for key in path:
        parent = parent[key]
    parent[last] = "the odd one"
    return json.dumps(record).replace('"the odd one"', value).encode()


def _places(record: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    if isinstance(record, dict | list) and record:
        items = record.items() if isinstance(record, dict) else enumerate(record)
        inner = [place for key, value in items for place in _places(value, (*path, key))]
        return [path, *inner] if path else inner
    return [path]


def _other_sizes(content: bytes, sizes: list[Any]) -> bytes:
    record = json.loads(content)
    for place in _places(record):
        if place[-1] == "layer_sizes":
            node = record
            for key in place:
                node = node[key]
            one = node["content"][0]
            node["content"] = [{**one, "content": json.dumps(size)} for size in sizes]
    return json.dumps(record).encode()


def _odd_archive(content: bytes, what: str) -> bytes:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    if what in ("method 99", "encrypted"):
        # in the headers before the members and in the directory at the end
        found = bytearray(content)
        for signature, at in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
            for match in re.finditer(re.escape(signature), content):
                place = match.start() + at + (2 if what == "method 99" else 0)
                found[place : place + 2] = struct.pack("<H", 99 if what == "method 99" else 1)
        return bytes(found)
    if what.startswith("no "):
        return seeds.zipped({name: member for name, member in members.items() if name != what[3:]})
    if what == "before":
        return b"#!/bin/sh\n" + content
    buffer = io.BytesIO(content if what in ("twice", "path", "comment") else b"")
    with zipfile.ZipFile(buffer, "a") as archive:
        if what == "twice":
            archive.writestr(zipfile.ZipInfo("ridgenet.json"), b"{}")
        elif what == "path":
            archive.writestr(zipfile.ZipInfo("../../../tmp/ridgenet-fuzz"), b"x")
        elif what == "comment":
            archive.comment = b"a comment"
        else:
            for name, member in members.items():
                archive.writestr(zipfile.ZipInfo(name), member)
    return buffer.getvalue()
