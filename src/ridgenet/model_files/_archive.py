"""The archive of a model file, read within bounds: what is in it may come from anybody."""

from __future__ import annotations

import io
import json
import math
import warnings
import zipfile
from collections.abc import Iterator
from typing import Any, NoReturn

import numpy as np

SCHEMA = "schema.json"
# flag of an entry of a zip archive
ENCRYPTED = 1
# bytes that an entry of text, and all arrays together, may have when unpacked: so many anyhow, and so many times
# their packed size; real models stay below 20 times
JSON_BYTES, JSON_RATIO = 1 << 23, 30
ARRAY_BYTES, ARRAY_RATIO = 1 << 26, 64
# a container of JSON takes some hundred bytes of memory; in real models there are 100 characters to each
CHARACTERS_PER_CONTAINER, FREE_CONTAINERS = 12, 50_000


class Archive:
    """An archive whose entries have been found to be of reasonable size.

    Parameters
    ----------
    content : bytes
        The file.

    Raises
    ------
    Exception
        Of any kind, if this is no archive; `ValueError` if an entry is too large.
    """

    def __init__(self, content: bytes) -> None:
        self.content = content
        self._zip = zipfile.ZipFile(io.BytesIO(content))
        self._arrays: dict[str, int] = {}
        packed = 0
        for entry in self._zip.infolist():
            if entry.flag_bits & ENCRYPTED:
                raise ValueError("an entry is encrypted")
            if entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
                raise ValueError("an entry is packed in another way than ridgenet does")
            if entry.filename.endswith(".json"):
                _require_at_most(entry.filename, entry.file_size, JSON_BYTES + JSON_RATIO * entry.compress_size)
            else:
                self._arrays[entry.filename] = entry.file_size
                packed += entry.compress_size
        self._most = ARRAY_BYTES + ARRAY_RATIO * packed
        _require_at_most("its arrays", sum(self._arrays.values()), self._most)

    def json(self, name: str) -> Any:
        """Return the content of an entry of JSON, of which memory takes no more than is in proportion."""
        text = self._zip.read(name)
        containers = text.count(b"[") + text.count(b"{")
        _require_at_most(name, containers, FREE_CONTAINERS + len(text) // CHARACTERS_PER_CONTAINER, "parts")
        return json.loads(text, parse_constant=_refuse_constant)

    def names(self, package: str) -> bool:
        """Tell whether the schema may name something of a package."""
        return f'"{package}.'.encode() in self._zip.read(SCHEMA)

    def check(self) -> None:
        """Read all entries once, for damage, and refuse arrays that are not of the size that they claim."""
        damaged = self._zip.testzip()
        if damaged is not None:
            raise ValueError(f"{damaged} is not what was written")
        for name in self._arrays:
            if name.endswith(".npy"):
                self._check_array(name)
        # an entry may be named any number of times
        named = sum(self._arrays.get(name, 0) for name in _files_of(self.json(SCHEMA)))
        _require_at_most("its arrays", named, self._most)

    def _check_array(self, name: str) -> None:
        with self._zip.open(name) as file, warnings.catch_warnings():
            # NumPy only warns of headers that it would not write
            warnings.simplefilter("error")
            version = np.lib.format.read_magic(file)
            read = np.lib.format.read_array_header_1_0 if version == (1, 0) else np.lib.format.read_array_header_2_0
            shape, _, dtype = read(file)
            if dtype.hasobject or math.prod(shape) * dtype.itemsize != self._arrays[name] - file.tell():
                raise ValueError(f"{name} does not hold what it says")


def compact(schema: Any) -> Any:
    """Return a schema of skops in which what it repeats is named instead: a tenth to a fiftieth of its size.

    skops reads an object of a number that it knows as the one it has read, but writes it out every time.
    """
    written: set[int] = set()

    def walk(part: Any) -> Any:
        if isinstance(part, list):
            return [walk(item) for item in part]
        if not isinstance(part, dict):
            return part
        number = part.get("__id__")
        if number is not None and "__loader__" in part:
            if number in written:
                return {"__id__": number}
            written.add(number)
        # what comes first must be what skops reads first
        return {key: walk(part[key]) for key in sorted(part, key=lambda key: key != "key_types")}

    return walk(schema)


def _files_of(schema: Any) -> Iterator[str]:
    """Yield the entries that a schema names, once for each time it does."""
    waiting = [schema]
    while waiting:
        part = waiting.pop()
        if isinstance(part, dict):
            if isinstance(part.get("file"), str):
                yield part["file"]
            waiting.extend(part.values())
        elif isinstance(part, list):
            waiting.extend(part)


def _require_at_most(what: str, size: int, most: int, of: str = "bytes") -> None:
    if size > most:
        raise ValueError(f"{what} would have {size:,} {of} when unpacked, more than any model of this size has")


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is no number")
