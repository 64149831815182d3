"""Try ridgenet, and each extra that is installed, on data of a few rows."""

from __future__ import annotations

import io
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from dataclasses import dataclass
from importlib import import_module
from time import perf_counter
from typing import Any, Literal

from ridgenet._wording import listed, said_by
from ridgenet.doctor._attempts import ATTEMPTS, attempt_core
from ridgenet.doctor._requirements import CORE, extras, module_of, requirements, unmet

ISSUES = "https://github.com/ridgenet/ridgenet/issues"


@dataclass(frozen=True)
class Trial:
    """Whether a part of ridgenet works.

    Attributes
    ----------
    name : str
        The extra, or "core".
    state : {"works", "not installed", "broken"}
        What was found.
    text : str
        What was done, or what is wrong and what to do.
    seconds : float
        How long it took, with the imports.
    """

    name: str
    state: Literal["works", "not installed", "broken"]
    text: str
    seconds: float


def trials() -> Iterator[Trial]:
    """Try the core and all extras, one after the other; an extra without an attempt of its own is only imported."""
    yield _tried("core", CORE, attempt_core)
    order = [*ATTEMPTS]
    for extra in sorted(extras(), key=lambda name: order.index(name) if name in order else len(order)):
        yield _tried(extra, extra, ATTEMPTS.get(extra, lambda: "imported"))


def _tried(name: str, extra: str, attempt: Callable[[], str]) -> Trial:
    began = perf_counter()
    install = f"pip install 'ridgenet[{extra}]'" if extra else "pip install ridgenet"
    missing = unmet(extra)
    if missing:
        state: Any = "not installed" if extra else "broken"
        return Trial(name, state, f"needs {listed(missing)}: {install}", perf_counter() - began)
    with _silence():
        for requirement in requirements(extra):
            try:
                import_module(module_of(requirement))
            # a damaged package may raise anything
            except Exception as error:
                text = (
                    f"{requirement.name} cannot be imported ({said_by(error)}): "
                    f"pip install --force-reinstall {requirement.name}"
                )
                return Trial(name, "broken", text, perf_counter() - began)
        try:
            text = attempt()
        except Exception as error:
            text = (
                f"{type(error).__name__}: {said_by(error)}; try {install.replace('install', 'install --upgrade')}, "
                f"else report it with this text: {ISSUES}"
            )
            return Trial(name, "broken", text, perf_counter() - began)
    return Trial(name, "works", text, perf_counter() - began)


@contextmanager
def _silence() -> Iterator[None]:
    """Hide warnings, and what packages print when they are imported."""
    with warnings.catch_warnings(), redirect_stdout(io.StringIO()), redirect_stderr(io.StringIO()):
        warnings.simplefilter("ignore")
        yield
