"""Draw cases until the time is up, and make those that fail small."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from hypothesis import HealthCheck, Phase, Verbosity, given, seed, settings
from hypothesis import strategies as st

from fuzz.faults import Fault
from fuzz.worker import Case, Check, Worker

HERE = Path(__file__).parent
FOUND = HERE / "found"
CORPUS = HERE / "corpus"
# cases of one round, after which hypothesis begins anew with another seed
ROUND = 200
# how long a case that fails is made smaller
SECONDS_TO_SHRINK = 8.0


@dataclass(frozen=True)
class Part:
    """One kind of hostile input.

    Attributes
    ----------
    name : str
        What it is called on the command line, and the corpus.
    cases : SearchStrategy
        Draws cases, which are plain values as JSON has them.
    check : callable
        Raises `Fault` for a case that shows one.
    share : float
        Of the time.
    seconds, megabytes : float, int
        What a single case may take.
    prepare : callable
        Makes what the cases need, once.
    in_child : bool
        Whether `check` is to be called in a child process; if not, it makes its own, and is not repeatable enough
        for cases to be made smaller.
    keep : callable
        Writes the files of a case into a folder, for somebody to look at.
    """

    name: str
    cases: st.SearchStrategy[Case]
    check: Check
    share: float
    seconds: float = 60.0
    megabytes: int = 500
    prepare: Callable[[], None] = lambda: None
    in_child: bool = True
    keep: Callable[[Case, Path], None] | None = None


@dataclass
class Tally:
    """What a part has tried and found.

    Attributes
    ----------
    n_cases : int
        How many were tried.
    smallest : dict
        The smallest case of each kind of fault, with the fault.
    seconds : float
        How long it took.
    """

    n_cases: int = 0
    smallest: dict[str, tuple[Case, Fault]] = field(default_factory=dict)
    seconds: float = 0.0

    def note(self, case: Case, fault: Fault) -> bool:
        """Note a fault; tell whether it is of a new kind."""
        is_new = fault.kind not in self.smallest
        if is_new or len(json.dumps(case)) < len(json.dumps(self.smallest[fault.kind][0])):
            self.smallest[fault.kind] = case, fault
        return is_new


def hunt(part: Part, seconds: float, first_seed: int, say: Callable[[str], None]) -> Tally:
    """Try the corpus of a part, then cases that are drawn, until the time is up."""
    tally, began = Tally(), time.monotonic()
    end = began + seconds
    part.prepare()
    attempt, close = _attempt(part)
    try:
        for line, case in _corpus(part):
            tally.n_cases += 1
            fault = attempt(case)
            if fault is not None and tally.note(case, fault):
                say(f"  {part.name}: {fault.kind} (corpus, line {line})")
        shrunk = set(tally.smallest)
        round_seed = first_seed
        while time.monotonic() < end:
            kind = _one_round(part, attempt, round_seed, end, tally, shrunk)
            round_seed += 1
            if kind is not None:
                shrunk.add(kind)
                say(f"  {part.name}: {kind}")
    finally:
        close()
    tally.seconds = time.monotonic() - began
    return tally


def try_one(part: Part, case: Case) -> Fault | None:
    """Return the fault that one case shows, if any."""
    part.prepare()
    attempt, close = _attempt(part)
    try:
        return attempt(case)
    finally:
        close()


def keep(part: Part, case: Case, fault: Fault) -> Path:
    """Write a case that failed to a file of its own; return the file."""
    FOUND.mkdir(exist_ok=True)
    name = f"{part.name}-{re.sub(r'[^A-Za-z0-9]+', '-', fault.kind).strip('-')[:80]}"
    if part.keep is not None:
        part.keep(case, FOUND / name)
    path = FOUND / f"{name}.json"
    content = {"part": part.name, "kind": fault.kind, "detail": fault.detail, "case": case}
    path.write_text(json.dumps(content, indent=1, ensure_ascii=True) + "\n")
    return path


def _attempt(part: Part) -> tuple[Callable[[Case], Fault | None], Callable[[], None]]:
    if part.in_child:
        worker = Worker(part.check, part.seconds, part.megabytes)
        return worker.try_case, worker.close

    def attempt(case: Case) -> Fault | None:
        try:
            part.check(case)
        except Fault as fault:
            return fault
        return None

    return attempt, lambda: None


def _corpus(part: Part) -> Iterator[tuple[int, Case]]:
    path = CORPUS / f"{part.name}.jsonl"
    if path.exists():
        for number, line in enumerate(path.read_text().splitlines(), start=1):
            yield number, json.loads(line)["case"]


def _one_round(
    part: Part,
    attempt: Callable[[Case], Fault | None],
    round_seed: int,
    end: float,
    tally: Tally,
    shrunk: set[str],
) -> str | None:
    """Draw cases until one fails in a new way, which is made small, or the round is over; return its kind."""
    outcomes: dict[str, Fault | None] = {}
    target: str | None = None
    stop = end

    def fault_of(case: Case) -> Fault | None:
        key = json.dumps(case)
        if key not in outcomes:
            if time.monotonic() > stop:
                return None
            tally.n_cases += 1
            outcomes[key] = attempt(case)
            if outcomes[key] is not None:
                tally.note(case, outcomes[key])
        return outcomes[key]

    @seed(round_seed)
    @settings(
        max_examples=ROUND,
        database=None,
        deadline=None,
        verbosity=Verbosity.quiet,
        suppress_health_check=list(HealthCheck),
        phases=[Phase.generate, Phase.shrink] if part.in_child else [Phase.generate],
        print_blob=False,
        report_multiple_bugs=False,
    )
    @given(part.cases)
    def search(case: Case) -> None:
        nonlocal target, stop
        fault = fault_of(case)
        if fault is None or fault.kind in shrunk or target not in (None, fault.kind):
            return
        if target is None:
            target, stop = fault.kind, min(end, time.monotonic() + SECONDS_TO_SHRINK)
        raise fault

    with suppress(Fault):
        search()
    return target
