"""The parts, each with its share of the time."""

from __future__ import annotations

from fuzz import commands, estimators
from fuzz.hunt import Part


def parts() -> list[Part]:
    """Return all parts."""
    return [
        Part("estimators", estimators.cases(), estimators.check, share=0.3, seconds=30.0),
        Part("commands", commands.cases(), commands.check, share=0.35, keep=commands.keep),
    ]
