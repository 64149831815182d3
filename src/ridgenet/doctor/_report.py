"""The report, as text or JSON, and `show_versions`."""

from __future__ import annotations

import faulthandler
import json
import sys
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import asdict
from typing import Any

from ridgenet._wording import printable
from ridgenet.doctor._facts import Facts, installation, surroundings, without_names
from ridgenet.doctor._trials import Trial, trials


def show_versions() -> None:
    """Print the versions of Python, the system and packages, and which kernels run, on which instruction set, and why.

    ``ridgenet doctor`` prints the same, and tries what is installed.

    The environment variable ``RIDGENET_KERNELS`` chooses other kernels: the name of an instruction set that was built
    (such as ``x86-64-v2``), ``jit``, ``wasm`` or ``python``.

    Examples
    --------
    >>> import ridgenet
    >>> ridgenet.show_versions()
    System
      python        3...
    Packages
      ridgenet      ...
    Kernels
      compiled      ...
    """
    _print_facts(installation())


def diagnose(*, as_json: bool = False) -> int:
    """Print the report, and return the exit code: 1 if something that is installed does not work, else 0.

    Parameters
    ----------
    as_json : bool, default=False
        Whether to print one JSON object.
    """
    # a package may end the process while it is imported
    with suppress(Exception):
        faulthandler.enable()
    if as_json:
        facts, tried = installation() | surroundings(), list(trials())
        _print_json(facts, tried)
    else:
        _print_facts(installation() | surroundings())
        tried = _print_trials()
    return int(any(trial.state == "broken" for trial in tried))


def _print_facts(facts: Facts) -> None:
    for title, lines in facts.items():
        print(title)
        width = max(13, *map(len, lines))
        for name, text in lines.items():
            print(f"  {name:{width}} {printable(without_names(text))}")


def _print_trials() -> list[Trial]:
    """Print each trial when it ends: where a package ends the process, the ones before are there."""
    print("Tried", flush=True)
    tried = []
    for trial in trials():
        tried.append(trial)
        print(f"  {trial.name:13} {trial.state:13} {printable(without_names(trial.text))}", flush=True)
    broken = [trial.name for trial in tried if trial.state == "broken"]
    print(f"Broken: {', '.join(broken)}" if broken else "All that is installed works.")
    return tried


def _print_json(facts: Facts, tried: list[Trial]) -> None:
    record: Mapping[str, Any] = {
        "works": not any(trial.state == "broken" for trial in tried),
        "facts": {
            title.lower(): {name: without_names(text) for name, text in each.items()} for title, each in facts.items()
        },
        "tried": [asdict(trial) | {"text": without_names(trial.text)} for trial in tried],
    }
    json.dump(record, sys.stdout, indent=2)
    print()
