"""The bytes of a table, from a file, a pipe or standard input, and the format and compression that they begin as."""

from __future__ import annotations

import hashlib
import shutil
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import IO, TYPE_CHECKING
from zipfile import BadZipFile, ZipFile

from ridgenet._errors import InputError
from ridgenet.formats._format import SAVE_AS, Format
from ridgenet.formats._registry import TEXT, format_of
from ridgenet.io._atomic import gone_in_the_end

if TYPE_CHECKING:
    import pyarrow as pa

STANDARD_INPUT = "-"
COMPRESSIONS = {b"\x1f\x8b": "gzip", b"\x28\xb5\x2f\xfd": "zstd"}
COMPRESSION_SUFFIXES = {".gz": "gzip", ".zst": "zstd"}
# other files that users may give, by their first bytes, and what to do about each
OTHERS: dict[bytes, str] = {
    b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1": f"this is an old Excel workbook (.xls); {SAVE_AS}",
    b"FEA1": f"this is version 1 of Feather, which is no longer read; {SAVE_AS}",
    b"SQLite format 3\0": f"this is an SQLite database; {SAVE_AS}",
    b"\x89HDF\r\n\x1a\n": f"this is an HDF5 file; {SAVE_AS}",
    b"\x93NUMPY": f"this is an array of NumPy; {SAVE_AS}",
    b"%PDF-": f"this is a PDF; {SAVE_AS}",
    b"BZh": "this is packed by bzip2; unpack it, or pack it by gzip or zstd",
    b"\xfd7zXZ\0": "this is packed by xz; unpack it, or pack it by gzip or zstd",
    b"7z\xbc\xaf\x27\x1c": "this is packed by 7z; unpack it, or pack it by gzip or zstd",
    b"\x04\x22\x4d\x18": "this is packed by lz4; unpack it, or pack it by gzip or zstd",
}
SIGNATURE_BYTES = 16
ZIP = b"PK\x03\x04"


@dataclass(frozen=True)
class Source:
    """A table's bytes on disk.

    Attributes
    ----------
    name : str
        The name of the table in messages.
    path : Path
        The file that holds the bytes.
    format : Format
        The format of the decompressed bytes.
    compression : {"gzip", "zstd"} or None
        The compression.
    """

    name: str
    path: Path
    format: Format
    compression: str | None

    @classmethod
    def of(cls, path: str | Path) -> Source:
        """Recognise a file, or copy a pipe to disk and recognise it; ``-`` is standard input.

        Raises
        ------
        InputError
            If the file does not exist, is empty, cannot be read, or is of a format that is not supported.
        """
        if str(path) == STANDARD_INPUT:
            return cls._looked_at("standard input", _spooled(sys.stdin.buffer))
        path = Path(path)
        try:
            if path.is_fifo():
                with path.open("rb") as pipe:
                    return cls._looked_at(str(path), _spooled(pipe))
        except OSError as error:
            raise InputError(f"{path}: cannot be read ({error.strerror or error})") from None
        if not path.is_file():
            what = "this is a folder" if path.is_dir() else "there is no such file"
            raise InputError(f"{path}: {'this is a device, not a file' if path.is_char_device() else what}")
        return cls._looked_at(str(path), path)

    @classmethod
    def _looked_at(cls, name: str, path: Path) -> Source:
        try:
            with path.open("rb") as file:
                start = file.read(SIGNATURE_BYTES)
        except OSError as error:
            raise InputError(f"{name}: cannot be read ({error.strerror or error})") from None
        if not start:
            raise InputError(f"{name}: the file is empty")
        compression = compression_of(start)
        source = cls(name, path, TEXT, compression)
        start = source.head(SIGNATURE_BYTES)
        if other := _other_format(start, path):
            raise InputError(f"{name}: {other}")
        if compression and (again := compression_of(start)):
            raise InputError(f"{name}: this is packed twice, by {again} and then by {compression}; unpack it once")
        format = format_of(start)
        if compression and not format.is_stream:
            unpacked = _temporary_file()
            with source.open() as stream:
                shutil.copyfileobj(stream, unpacked)
            unpacked.flush()
            return cls(name, Path(unpacked.name), format, None)
        return cls(name, path, format, compression)

    def open(self) -> pa.NativeFile:
        """Open the bytes, decompressed."""
        import pyarrow as pa

        file = pa.OSFile(str(self.path))
        return pa.CompressedInputStream(file, self.compression) if self.compression else file

    def head(self, n_bytes: int) -> bytes:
        """Return the first bytes after decompression.

        Raises
        ------
        InputError
            If they cannot be decompressed, or the file is empty.
        """
        parts: list[bytes] = []
        try:
            with self.open() as stream:
                while n_bytes > 0 and (part := stream.read(n_bytes)):
                    parts.append(part)
                    n_bytes -= len(part)
        except OSError:
            raise InputError(f"{self.name}: damaged, it cannot be unpacked as {self.compression}") from None
        start = b"".join(parts)
        if not start:
            raise InputError(f"{self.name}: the file is empty")
        return start

    def sha256(self) -> str:
        """Return the checksum of the file as it is."""
        with self.path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()


def _other_format(start: bytes, path: Path) -> str | None:
    """Return what a file is that is not supported, and what to do about it; None if it may be."""
    if start.startswith(ZIP):
        try:
            with ZipFile(path) as archive:
                names = archive.namelist()
        except (BadZipFile, OSError, ValueError, NotImplementedError):
            names = []
        if any(name.startswith(("xl/", "content.xml")) for name in names):
            return f"this is a workbook (.xlsx, .ods) of a spreadsheet program; {SAVE_AS}"
        return "this is a ZIP archive; unpack it, or pack the table by gzip or zstd"
    return next((said for magic, said in OTHERS.items() if start.startswith(magic)), None)


def compression_of(start: bytes) -> str | None:
    """Return the compression of a file that begins with these bytes."""
    return next((packed for magic, packed in COMPRESSIONS.items() if start.startswith(magic)), None)


def _spooled(stream: IO[bytes]) -> Path:
    """Copy a pipe to disk: it is read more than once, and may be larger than memory."""
    spool = _temporary_file()
    shutil.copyfileobj(stream, spool)
    spool.flush()
    return Path(spool.name)


_OPEN_SPOOLS: list[IO[bytes]] = []


def _temporary_file() -> IO[bytes]:
    """Return a file on disk that is removed at exit."""
    spool = tempfile.NamedTemporaryFile(prefix="ridgenet-")  # noqa: SIM115  (closed, and so removed, at exit)
    gone_in_the_end(Path(spool.name))
    _OPEN_SPOOLS.append(spool)
    return spool
