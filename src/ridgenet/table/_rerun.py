"""Run a finished run again: the command, and where its files are, seen from its results."""

from __future__ import annotations

import os
import shlex
from dataclasses import dataclass
from pathlib import Path

from ridgenet._table_settings import TESTS, TableSettings
from ridgenet.formats._sources import STANDARD_INPUT

CONFIG = "result.json"
FOLDER = "again"


@dataclass(frozen=True)
class Rerun:
    """How to make results again.

    Attributes
    ----------
    command : str
        The command, for a shell in the folder of the results.
    needs : str
        Files that have to be beside the results; empty if none.
    """

    command: str
    needs: str


def way_back(folder: Path) -> str | None:
    """Return the relative path from results to the folder that the command was run in; None if it names others."""
    folder, here = folder.resolve(), Path.cwd()
    return os.path.relpath(here, folder) if folder.is_relative_to(here) else None


def rerun(settings: TableSettings, folder: Path) -> Rerun:
    """Return how whoever has the folder of the results can make them again."""
    command = ["ridgenet", "path" if settings.alpha is None else "fit"]
    options = ["--config", CONFIG, "-o", FOLDER]
    if settings.n_epochs is not None:
        options.insert(0, "--stream")
    if settings.data == STANDARD_INPUT:
        return Rerun(
            f"{shlex.join([*command, STANDARD_INPUT, *options])} < data", ", the table being on standard input"
        )
    if way_back(folder) is not None:
        return Rerun(shlex.join([*command, *options]), "")
    # other files have to be put beside the results: results that are handed on name no folders
    needed = []
    if not Path(settings.data).is_absolute():
        needed.append(Path(settings.data).name)
        command.append(needed[-1])
    if settings.test not in TESTS and settings.test_share is None and not Path(settings.test).is_absolute():
        needed.append(Path(settings.test).name)
        options = ["--test", needed[-1], *options]
    return Rerun(shlex.join([*command, *options]), f", with {' and '.join(needed)} beside it" if needed else "")
