"""The disk cache of compiled kernels, which works without a writable folder and ignores damaged files."""

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
    """Cache of a kernel's machine code, with the interface that numba expects.

    Parameters
    ----------
    function : callable
        The kernel in Python.
    folders : sequence of Path
        Where to look; new code is saved in the first.
    is_kept : bool
        Whether the first is writable.
    trouble : str, optional
        Warning to give once when new code is compiled.
    """

    def __init__(
        self, function: Callable[..., Any], folders: tuple[Path, ...], *, is_kept: bool, trouble: str | None = None
    ) -> None:
        self._parts = [_Part(function, folder) for folder in folders]
        self._is_kept, self._trouble = is_kept, trouble

    @property
    def cache_path(self) -> str | None:
        """Folder in which new code is saved."""
        return self._parts[0].cache_path if self._is_kept else None

    def load_overload(self, sig: Any, target_context: Any) -> Any:
        """Return machine code for a signature; None if there is none that works."""
        for part in self._parts:
            try:
                found = part.load_overload(sig, target_context)
            # whatever is wrong with a cache file, its code can be compiled again
            except Exception:
                continue
            if found is not None:
                return found
        return None

    def save_overload(self, sig: Any, data: Any) -> None:
        """Save machine code if possible; a failure only makes the next start slower."""
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
            say_once(f"{part.cache_path}: compiled code cannot be saved there ({why}); it is compiled in every process")

    def enable(self) -> None:
        """Do nothing; the cache is always enabled."""

    def disable(self) -> None:
        """Do nothing; the cache is always enabled."""

    def flush(self) -> None:
        """Delete saved code."""
        if self._is_kept:
            self._parts[0].flush()


def first_writable(folders: tuple[Path, ...]) -> Path | None:
    """Return the first folder that can be created and written to."""
    return next(filter(_is_writable, folders), None)


def say_once(message: str) -> None:
    """Give a warning once per process."""
    if message not in _SAID:
        _SAID.add(message)
        warnings.warn(message, stacklevel=2)


def _is_writable(folder: Path) -> bool:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        # not empty, since a full disk accepts empty files
        with tempfile.TemporaryFile(dir=folder) as probe:
            probe.write(PROBE)
            probe.flush()
    except OSError:
        return False
    return True


class _Locator(UserProvidedCacheLocator):
    """numba's locator for a given folder, without its test whether it is writable."""

    @classmethod
    def from_function(cls, py_func: Callable[..., Any], py_file: str) -> _Locator:
        return cls(py_func, py_file)

    def ensure_cache_path(self) -> None:
        """Do nothing; the folder has been checked."""


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
    """numba's cache files with a checksum, since machine code with a flipped bit would be run as it is.

    Each file of code also stores its key: if two processes write at once, numba's index may name the file of the other.
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
