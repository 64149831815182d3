"""The archive of a model file, read within limits, since it may come from anyone."""

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
# flag of encrypted entries of a zip archive
ENCRYPTED = 1
# maximum bytes of an uncompressed JSON entry, and of all arrays together: a constant, plus a multiple of the compressed
# size; for real models the ratio is below 20
JSON_BYTES, JSON_RATIO = 1 << 23, 30
ARRAY_BYTES, ARRAY_RATIO = 1 << 26, 64
# a JSON container takes some hundred bytes of memory; in real models there are 100 characters per container
CHARACTERS_PER_CONTAINER, FREE_CONTAINERS = 12, 50_000


class Archive:
    """An archive whose entries have plausible sizes.

    Parameters
    ----------
    content : bytes
        The content of the file.

    Raises
    ------
    Exception
        Of any type, if this is not an archive; `ValueError` if an entry is too large.
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
                raise ValueError("an entry uses a compression that ridgenet does not")
            if entry.filename.endswith(".json"):
                _require_at_most(entry.filename, entry.file_size, JSON_BYTES + JSON_RATIO * entry.compress_size)
            else:
                self._arrays[entry.filename] = entry.file_size
                packed += entry.compress_size
        self._most = ARRAY_BYTES + ARRAY_RATIO * packed
        _require_at_most("its arrays", sum(self._arrays.values()), self._most)

    def json(self, name: str) -> Any:
        """Return the content of a JSON entry, if its memory is in proportion to its size."""
        text = self._zip.read(name)
        containers = text.count(b"[") + text.count(b"{")
        _require_at_most(name, containers, FREE_CONTAINERS + len(text) // CHARACTERS_PER_CONTAINER, "parts")
        return json.loads(text, parse_constant=_refuse_constant)

    def names(self, package: str) -> bool:
        """Return whether the schema may refer to a package."""
        return f'"{package}.'.encode() in self._zip.read(SCHEMA)

    def check(self) -> None:
        """Read all entries once to detect damage, and reject arrays whose size differs from their header."""
        damaged = self._zip.testzip()
        if damaged is not None:
            raise ValueError(f"{damaged} is damaged")
        for name in self._arrays:
            if name.endswith(".npy"):
                self._check_array(name)
        # an entry may be referred to any number of times
        named = sum(self._arrays.get(name, 0) for name in _files_of(self.json(SCHEMA)))
        _require_at_most("its arrays", named, self._most)

    def _check_array(self, name: str) -> None:
        with self._zip.open(name) as file, warnings.catch_warnings():
            # NumPy only warns about headers that it would not write
            warnings.simplefilter("error")
            version = np.lib.format.read_magic(file)
            read = np.lib.format.read_array_header_1_0 if version == (1, 0) else np.lib.format.read_array_header_2_0
            shape, _, dtype = read(file)
            if dtype.hasobject or math.prod(shape) * dtype.itemsize != self._arrays[name] - file.tell():
                raise ValueError(f"{name} has another size than its header says")


def compact(schema: Any) -> Any:
    """Return a skops schema with repeated objects replaced by references: a tenth to a fiftieth of its size.

    skops reads an object with a known number as the one it has read, but writes it in full every time.
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
        # skops must read each object before references to it
        return {key: walk(part[key]) for key in sorted(part, key=lambda key: key != "key_types")}

    return walk(schema)


def _files_of(schema: Any) -> Iterator[str]:
    """Yield the entries that a schema refers to, once for each reference."""
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
        raise ValueError(f"{what} would have {size:,} {of} uncompressed, more than any model of this size")


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not a number")
