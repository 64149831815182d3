"""The command that repeats a run, with paths relative to its results."""

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
    """How to repeat a run.

    Attributes
    ----------
    command : str
        The command, to be run in the folder of the results.
    needs : str
        The files that must be in the folder of the results, as the end of a sentence; empty if there are none.
    """

    command: str
    needs: str


def path_to_working_folder(folder: Path) -> str | None:
    """Return the path from the results to the working folder; None if it would reveal names of other folders."""
    folder, here = folder.resolve(), Path.cwd()
    return os.path.relpath(here, folder) if folder.is_relative_to(here) else None


def rerun(settings: TableSettings, folder: Path) -> Rerun:
    """Return the command that repeats a run in the folder of its results, wherever that folder is."""
    command = ["ridgenet", "path" if settings.alpha is None else "fit"]
    options = ["--config", CONFIG, "-o", FOLDER]
    if settings.n_epochs is not None:
        options.insert(0, "--stream")
    if settings.data == STANDARD_INPUT:
        return Rerun(f"{shlex.join([*command, STANDARD_INPUT, *options])} < data", ", with the table as standard input")
    if path_to_working_folder(folder) is not None:
        return Rerun(shlex.join([*command, *options]), "")
    # the files must be copied to the results, since results that are passed on do not reveal folder names
    needed = []
    if not Path(settings.data).is_absolute():
        needed.append(Path(settings.data).name)
        command.append(needed[-1])
    if settings.test not in TESTS and settings.test_share is None and not Path(settings.test).is_absolute():
        needed.append(Path(settings.test).name)
        options = ["--test", needed[-1], *options]
    return Rerun(shlex.join([*command, *options]), f", with {' and '.join(needed)} next to it" if needed else "")
