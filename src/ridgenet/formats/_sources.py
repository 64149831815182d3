"""Files, pipes and standard input as sources of tables, with their format and compression."""

from __future__ import annotations

import hashlib
import os
import shutil
import sys
import tempfile
from dataclasses import dataclass, replace
from pathlib import Path
from typing import IO, TYPE_CHECKING

from ridgenet._errors import InputError
from ridgenet.formats._format import SAVE_AS, Format
from ridgenet.formats._registry import BY_SUFFIX, TEXT, format_of
from ridgenet.formats._spreadsheets import OLD_EXCEL, is_workbook, table_of
from ridgenet.formats._text_writer import TextWriter
from ridgenet.io._atomic import gone_in_the_end, remove_now

if TYPE_CHECKING:
    import pyarrow as pa

STANDARD_INPUT = "-"
COMPRESSIONS = {b"\x1f\x8b": "gzip", b"\x28\xb5\x2f\xfd": "zstd"}
COMPRESSION_SUFFIXES = {".gz": "gzip", ".zst": "zstd"}
DECOMPRESS = "decompress it, or use gzip or zstd instead"
# first bytes of files that cannot be read, and what to do about each
OTHERS: dict[bytes, str] = {
    b"FEA1": f"this is a Feather file of version 1, which is not supported; {SAVE_AS}",
    b"SQLite format 3\0": f"this is an SQLite database; {SAVE_AS}",
    b"\x89HDF\r\n\x1a\n": f"this is an HDF5 file; {SAVE_AS}",
    b"\x93NUMPY": f"this is a NumPy array; {SAVE_AS}",
    b"%PDF-": f"this is a PDF; {SAVE_AS}",
    b"BZh": f"this file is compressed with bzip2; {DECOMPRESS}",
    b"\xfd7zXZ\0": f"this file is compressed with xz; {DECOMPRESS}",
    b"7z\xbc\xaf\x27\x1c": f"this file is compressed with 7z; {DECOMPRESS}",
    b"\x04\x22\x4d\x18": f"this file is compressed with lz4; {DECOMPRESS}",
}
SIGNATURE_BYTES = 16
ZIP = b"PK\x03\x04"


@dataclass(frozen=True)
class Source:
    """A file on disk that holds a table.

    Attributes
    ----------
    name : str
        The name of the table in messages.
    path : Path
        The file.
    format : Format
        The format of the decompressed bytes.
    compression : {"gzip", "zstd"} or None
        The compression.
    stored : Path or None
        The file that the user gave, if `path` is a copy of its content in another format; otherwise None.
    is_spreadsheet : bool
        Whether `path` is a converted sheet of a spreadsheet.
    copy : Path or None
        The file that holds a copy of the content, to be removed.
    """

    name: str
    path: Path
    format: Format
    compression: str | None
    stored: Path | None = None
    is_spreadsheet: bool = False
    copy: Path | None = None

    @classmethod
    def of(cls, path: str | Path, sheet: str | None = None) -> Source:
        """Return a file with its format and compression.

        Pipes and standard input (``-``) are copied to disk first, and a sheet of a spreadsheet is converted.

        Parameters
        ----------
        path : str or Path
            The file.
        sheet : str, optional
            The sheet of a spreadsheet with several.

        Raises
        ------
        InputError
            If the file does not exist, is empty, cannot be read, or is of a format that is not supported.
        """
        if str(path) == STANDARD_INPUT:
            return cls.spooled("standard input", sys.stdin.buffer, sheet)
        path = Path(path)
        try:
            if path.is_fifo():
                with path.open("rb") as pipe:
                    return cls.spooled(str(path), pipe, sheet)
        except OSError as error:
            raise InputError(f"{path}: cannot be read ({error.strerror or error})") from None
        if not path.is_file():
            what = "this is a folder" if path.is_dir() else "there is no such file"
            raise InputError(f"{path}: {'this is a device, not a file' if path.is_char_device() else what}")
        return cls._recognised(str(path), path, sheet)

    @classmethod
    def spooled(cls, name: str, stream: IO[bytes], sheet: str | None = None) -> Source:
        """Return the content of a stream, copied to disk, since it is read more than once and may not fit in memory."""
        spool = _temporary_file()
        try:
            with spool.open("wb") as file:
                shutil.copyfileobj(stream, file)
        except OSError as error:
            raise InputError(f"{name}: cannot be copied to {spool.parent} ({error.strerror or error})") from None
        return replace(cls._recognised(name, spool, sheet), copy=spool)

    def discard(self) -> None:
        """Remove the copy of the content, if there is one, before the end of the program."""
        if self.copy is not None:
            remove_now(self.copy)

    @classmethod
    def holding(cls, name: str, table: pa.Table, like: Source) -> Source:
        """Return a table, written to disk: as CSV in UTF-8 with quoted cells, if `like` is text, or else as Feather."""
        if like.format.has_types:
            return cls._written(name, table, BY_SUFFIX[".feather"])
        quoted = replace(
            TEXT, writer=lambda sink, _, schema, __: TextWriter(sink, schema.names, ",", False, quote_all=True)
        )
        return cls._written(name, table, quoted)

    @classmethod
    def _recognised(cls, name: str, path: Path, sheet: str | None) -> Source:
        try:
            with path.open("rb") as file:
                start = file.read(SIGNATURE_BYTES)
        except OSError as error:
            raise InputError(f"{name}: cannot be read ({error.strerror or error})") from None
        if not start:
            raise InputError(f"{name}: the file is empty")
        if start.startswith(OLD_EXCEL) or (start.startswith(ZIP) and is_workbook(path)):
            return cls._converted(name, path, sheet)
        compression = compression_of(start)
        source = cls(name, path, TEXT, compression)
        start = source.head(SIGNATURE_BYTES)
        if other := _other_format(start):
            raise InputError(f"{name}: {other}")
        if compression and (inner := compression_of(start)):
            raise InputError(
                f"{name}: this file is compressed twice, with {inner} and then with {compression}; decompress it once"
            )
        format = format_of(start)
        if compression and not format.is_stream:
            with source.open() as stream:
                return replace(cls.spooled(name, stream), stored=path)
        return cls(name, path, format, compression)

    @classmethod
    def _converted(cls, name: str, path: Path, sheet: str | None) -> Source:
        """Return a sheet of a spreadsheet, converted to Feather."""
        converted = cls._written(name, table_of(path, name, sheet), BY_SUFFIX[".feather"])
        return replace(converted, stored=path, is_spreadsheet=True)

    @classmethod
    def _written(cls, name: str, table: pa.Table, format: Format) -> Source:
        import pyarrow as pa

        copy = _temporary_file()
        try:
            with (
                pa.OSFile(str(copy), "w") as sink,
                format.writer(sink, format.suffixes[0], table.schema, False) as writer,
            ):
                for batch in table.to_batches():
                    writer.write_batch(batch)
        except OSError as error:
            raise InputError(f"{name}: cannot be copied to {copy.parent} ({error.strerror or error})") from None
        return cls(name, copy, format, None, copy=copy)

    def open(self) -> pa.NativeFile:
        """Open the file for reading decompressed bytes."""
        return self.decompressed(self.open_raw())

    def open_raw(self) -> pa.NativeFile:
        """Open the bytes as stored.

        Without mapping them into memory: truncating a mapped file would end the process.
        """
        import pyarrow as pa

        return pa.OSFile(str(self.path))

    def decompressed(self, file: pa.NativeFile) -> pa.NativeFile:
        """Return a stream of the decompressed bytes of the file opened by `open_raw`."""
        import pyarrow as pa

        return pa.CompressedInputStream(file, self.compression) if self.compression else file

    def head(self, n_bytes: int) -> bytes:
        """Return the first bytes, decompressed.

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
            raise InputError(
                f"{self.name}: the file is damaged and cannot be decompressed with {self.compression}"
            ) from None
        start = b"".join(parts)
        if not start:
            raise InputError(f"{self.name}: the file is empty")
        return start

    def sha256(self) -> str:
        """Return the checksum of the file as stored, not decompressed."""
        with (self.stored or self.path).open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()


def _other_format(start: bytes) -> str | None:
    """Return what an unsupported file is, and what to do about it; None if the file may be a table."""
    if start.startswith(ZIP):
        return "this is a ZIP archive; extract the table, or compress it with gzip or zstd instead"
    return next((message for magic, message in OTHERS.items() if start.startswith(magic)), None)


def compression_of(start: bytes) -> str | None:
    """Return the compression of a file from its first bytes; None if it is not compressed."""
    return next((name for magic, name in COMPRESSIONS.items() if start.startswith(magic)), None)


def _temporary_file() -> Path:
    """Return a new file on disk that is removed at the end; it is not kept open, since there may be many."""
    handle, path = tempfile.mkstemp(prefix="ridgenet-")
    os.close(handle)
    gone_in_the_end(Path(path))
    return Path(path)
