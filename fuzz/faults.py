"""A fault: what a case has shown that must never be seen."""

from __future__ import annotations

import re
import traceback
from pathlib import Path
from types import TracebackType

import ridgenet

OURS = str(Path(ridgenet.__file__).parent)


class Fault(Exception):  # noqa: N818
    """What must never be seen.

    Parameters
    ----------
    kind : str
        What faults of one cause have in common; one case of each kind is kept.
    detail : str
        What was seen in this case.
    """

    def __init__(self, kind: str, detail: str = "") -> None:
        super().__init__(kind, detail)
        self.kind, self.detail = kind, detail

    def __str__(self) -> str:
        return f"{self.kind}\n{self.detail}" if self.detail else self.kind


def unexpected(error: BaseException) -> Fault:
    """Return an error that nobody documents as a fault, named by the line of ours that it passed last."""
    text = "".join(traceback.format_exception(error))
    return Fault(f"{type(error).__name__} from {line_of_ours(error.__traceback__)}", text[-4000:])


def line_of_ours(trace: TracebackType | None) -> str:
    """Return the innermost function of ours in a traceback."""
    found = "outside"
    for frame in traceback.extract_tb(trace):
        if frame.filename.startswith(OURS):
            found = f"{Path(frame.filename).relative_to(OURS)}:{frame.name}"
    return found


def last_of_ours(dump: str) -> str:
    """Return the innermost function of ours in what faulthandler wrote, which begins with the innermost."""
    match = re.search(rf'File "{re.escape(OURS)}/(.+?)", line \d+ in (\S+)', dump)
    return f"{match[1]}:{match[2]}" if match else "outside"


def require(is_so: object, kind: str, detail: object = "") -> None:
    """Raise a fault unless something is so."""
    if not is_so:
        raise Fault(kind, str(detail))
