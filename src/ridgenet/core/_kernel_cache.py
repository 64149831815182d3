"""The disk cache of compiled kernels: read and written where one can, and never trusted when damaged."""

from __future__ import annotations

import hashlib
import os
import pickle
import tempfile
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numba
from numba.core.caching import (
    CompileResultCacheImpl,
    FunctionCache,
    IndexDataCacheFile,
    UserProvidedCacheLocator,
    _Cache,
)

PROBE = bytes(4096)
_SAID: set[str] = set()


class KernelCache(_Cache):
    """What numba asks for a kernel's machine code, and gives it to.

    Parameters
    ----------
    function : callable
        The kernel in Python.
    folders : sequence of Path
        Where to look; what is new is kept in the first.
    is_kept : bool
        Whether the first can be written to.
    trouble : str, optional
        What to say, once, when something new is compiled.
    """

    def __init__(
        self, function: Callable[..., Any], folders: tuple[Path, ...], *, is_kept: bool, trouble: str | None = None
    ) -> None:
        self._parts = [_Part(function, folder) for folder in folders]
        self._is_kept, self._trouble = is_kept, trouble

    @property
    def cache_path(self) -> str | None:
        """Where what is new is kept."""
        return self._parts[0].cache_path if self._is_kept else None

    def load_overload(self, sig: Any, target_context: Any) -> Any:
        """Return machine code for a signature; None if there is none that can be used."""
        for part in self._parts:
            try:
                found = part.load_overload(sig, target_context)
            # whatever is wrong with a file of the cache, it can be made anew
            except Exception:
                continue
            if found is not None:
                return found
        return None

    def save_overload(self, sig: Any, data: Any) -> None:
        """Keep machine code, if one can; a program that runs is more than one that starts fast the next time."""
        if self._trouble is not None:
            say_once(self._trouble)
        if not self._is_kept:
            return
        try:
            part = self._parts[0]
            os.makedirs(part.cache_path, exist_ok=True)
            part.save_overload(sig, data)
        except Exception as error:
            why = getattr(error, "strerror", None) or error
            say_once(f"{part.cache_path}: compiled code cannot be kept there ({why}); it is compiled anew each time")

    def enable(self) -> None:
        """Nothing is ever switched off."""

    def disable(self) -> None:
        """Nothing is ever switched off."""

    def flush(self) -> None:
        """Forget what is kept."""
        if self._is_kept:
            self._parts[0].flush()


def first_writable(folders: tuple[Path, ...]) -> Path | None:
    """Return the first of several folders that can be made and written to."""
    return next(filter(_is_writable, folders), None)


def say_once(message: str) -> None:
    """Warn of something once in each process."""
    if message not in _SAID:
        _SAID.add(message)
        warnings.warn(message, stacklevel=2)


def _is_writable(folder: Path) -> bool:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        # of some size, for a full disk takes empty files
        with tempfile.TemporaryFile(dir=folder) as probe:
            probe.write(PROBE)
            probe.flush()
    except OSError:
        return False
    return True


class _Locator(UserProvidedCacheLocator):
    """numba's way to a folder that it is told, without its trial whether one can write there."""

    @classmethod
    def from_function(cls, py_func: Callable[..., Any], py_file: str) -> _Locator:
        return cls(py_func, py_file)

    def ensure_cache_path(self) -> None:
        """It has been ensured."""


class _Impl(CompileResultCacheImpl):
    _locator_classes = [_Locator]  # noqa: RUF012


class _Part(FunctionCache):
    """numba's cache of one kernel in one folder."""

    _impl_class = _Impl

    def __init__(self, function: Callable[..., Any], folder: Path) -> None:
        with _told_to_numba(folder):
            super().__init__(function)
        locator = self._impl.locator
        self._cache_file = _SealedFiles(self._cache_path, self._impl.filename_base, locator.get_source_stamp())


class _SealedFiles(IndexDataCacheFile):
    """numba's files with a checksum before each: machine code with a bit turned over would be run as it is.

    The code names its signature, too: of two processes that write at once, numba's index may name that of the other.
    """

    def save(self, key: Any, data: Any) -> None:
        super().save(key, (key, data))

    def load(self, key: Any) -> Any:
        kept = super().load(key)
        return None if kept is None or kept[0] != key else kept[1]

    def _load_index(self) -> dict[Any, str]:
        try:
            version, stamp, overloads = self._read(self._index_path)
        except (OSError, ValueError):
            return {}
        return dict(overloads) if (version, stamp) == (self._version, self._source_stamp) else {}

    def _save_index(self, overloads: dict[Any, str]) -> None:
        self._write(self._index_path, (self._version, self._source_stamp, overloads))

    def _load_data(self, name: str) -> Any:
        return self._read(self._data_path(name))

    def _save_data(self, name: str, data: Any) -> None:
        self._write(self._data_path(name), data)

    def _read(self, path: str) -> Any:
        content = Path(path).read_bytes()
        size = hashlib.sha256().digest_size
        if hashlib.sha256(content[size:]).digest() != content[:size]:
            raise ValueError(f"{path} is damaged")
        return pickle.loads(content[size:])

    def _write(self, path: str, value: Any) -> None:
        content = self._dump(value)
        with self._open_for_write(path) as file:
            file.write(hashlib.sha256(content).digest() + content)


@contextmanager
def _told_to_numba(folder: Path) -> Iterator[None]:
    # numba reads the folder from its configuration when a cache is made
    configured = numba.config.CACHE_DIR
    numba.config.CACHE_DIR = str(folder)
    try:
        yield
    finally:
        numba.config.CACHE_DIR = configured
