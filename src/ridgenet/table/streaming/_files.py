"""The files of a table, which may be a file, a folder or a URL."""

from __future__ import annotations

from pathlib import Path

from ridgenet._errors import InputError
from ridgenet._extras import require_extra
from ridgenet._wording import said_by
from ridgenet.backends._stream import filesystem_of
from ridgenet.formats._registry import BY_SUFFIX, in_words
from ridgenet.formats._sources import COMPRESSION_SUFFIXES, Source

# files and folders whose names begin so are not part of a table, as for Spark and Arrow
HIDDEN = (".", "_")


def sources_of(data: str, sheet: str | None = None) -> list[Source]:
    """Return the files that hold the rows of a table, in the order of their names.

    Parameters
    ----------
    data : str
        A file, ``-`` for standard input, a folder, or a URL that fsspec supports, whose files are downloaded.
    sheet : str, optional
        The sheet of a spreadsheet with several.

    Raises
    ------
    InputError
        If there are no files, they are of several formats, or one cannot be read.
    """
    require_extra("table", "a table", "charset_normalizer", "pandas", "pyarrow")
    if "://" in data:
        sources = _downloaded(data, sheet)
    elif Path(data).is_dir():
        files = sorted(path for path in Path(data).rglob("*") if path.is_file())
        parts = [path for path in files if _is_part(path.relative_to(data)) and path.stat().st_size > 0]
        sources = [Source.of(path, sheet) for path in parts]
    else:
        sources = [Source.of(data, sheet)]
    if not sources:
        raise InputError(f"{data}: there are no files that end in {in_words([*BY_SUFFIX])}")
    formats = sorted({source.format.title for source in sources})
    if len(formats) > 1:
        raise InputError(f"{data}: the folder holds files of several formats: {', '.join(formats)}")
    return sources


def _is_part(path: Path) -> bool:
    """Return whether a file of a folder is part of the table."""
    name = Path(path.stem) if path.suffix.lower() in COMPRESSION_SUFFIXES else path
    return name.suffix.lower() in BY_SUFFIX and not any(part.startswith(HIDDEN) for part in path.parts)


def _downloaded(url: str, sheet: str | None) -> list[Source]:
    files, (path,) = filesystem_of([url])
    try:
        if not files.isdir(path):
            with files.open(path, "rb") as stream:
                return [Source.spooled(url, stream, sheet)]
        sources = []
        for found in sorted(files.find(path)):
            name = found[len(path) :].lstrip("/")
            if _is_part(Path(name)) and files.size(found) != 0:
                with files.open(found, "rb") as stream:
                    sources.append(Source.spooled(f"{url}/{name}", stream, sheet))
    except (ValueError, ImportError, OSError) as error:
        raise InputError(f"{url}: cannot be read ({said_by(error)})") from None
    return sources
