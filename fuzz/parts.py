"""The parts, each with its share of the time."""

from __future__ import annotations

from fuzz import commands, estimators, kills, model_files
from fuzz.hunt import Part


def parts() -> list[Part]:
    """Return all parts."""
    return [
        Part("estimators", estimators.cases(), estimators.check, share=0.3, seconds=30.0),
        Part("commands", commands.cases(), commands.check, share=0.35, keep=commands.keep),
        Part(
            "model_files",
            model_files.cases(),
            model_files.check,
            share=0.15,
            megabytes=model_files.MEGABYTES,
            keep=model_files.keep,
        ),
        Part("kills", kills.cases(), kills.check, share=0.2, in_child=False),
    ]
