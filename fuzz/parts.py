"""The parts, each with its share of the time."""

from __future__ import annotations

from fuzz import command_cases, commands, estimator_cases, estimators, kills, model_files, seeds
from fuzz.hunt import Part
from fuzz.worker import call


def parts() -> list[Part]:
    """Return all parts."""
    return [
        # device="cuda" imports PyTorch, which takes 500 MB itself
        Part("estimators", estimator_cases.cases(), estimators.check, share=0.25, seconds=30.0, megabytes=1000),
        Part("commands", command_cases.cases(), commands.check, share=0.3, prepare=_make_models, keep=commands.keep),
        Part(
            "model_files",
            model_files.cases(),
            model_files.check,
            share=0.2,
            megabytes=model_files.MEGABYTES,
            prepare=_make_models,
            keep=model_files.keep,
        ),
        Part("kills", kills.cases(), kills.check, share=0.25, prepare=kills.make_references, in_child=False),
    ]


def _make_models() -> None:
    call(seeds.make)
