"""The module, layouts and constants that the scripts of a page take from Python."""

from __future__ import annotations

import json
from base64 import b64encode
from collections.abc import Sequence
from dataclasses import fields
from pathlib import Path
from typing import Any

from ridgenet._errors import InputError
from ridgenet.core import _activations, _lbfgs, _lbfgs_search, _losses, _prediction, _sgd, _update_rules, _updates
from ridgenet.core._examples import column_moments
from ridgenet.core._objective import evaluate
from ridgenet.core._sources import LIBRARIES
from ridgenet.core._struct import FIELD, Elements, Layout
from ridgenet.formulas import LOSSES, parameter_of

ENTRY_POINTS: tuple[Any, ...] = (
    column_moments,
    evaluate,
    _lbfgs.pack,
    _lbfgs.run_lbfgs,
    _updates.run_updates,
    _prediction.write_outputs,
)
SCRIPTS = ("kernels.js", "random.js", "training.js")
STATUSES = ("RUNNING", "CONVERGED", "STALLED", "AT_LIMIT", "FAILED")


def script() -> str:
    """Return the text of a classic script that defines `ridgenetKernels`, `ridgenetRandom` and `ridgenetTraining`.

    Raises
    ------
    InputError
        If the WebAssembly module was not built.
    """
    return joined(Path(__file__).parent, SCRIPTS, RIDGENET=embedded())


def joined(folder: Path, names: Sequence[str], **constants: Any) -> str:
    """Return the text of scripts, after constants that they take from Python."""
    defined = (f"const {name} = {json.dumps(value, separators=(',', ':'))};\n" for name, value in constants.items())
    return "".join([*defined, *((folder / name).read_text(encoding="utf-8") for name in names)])


def embedded() -> dict[str, Any]:
    """Return the module as base64, and layouts, codes, constants and defaults, as JSON can hold them."""
    return {
        "module": b64encode(_module()).decode(),
        "layouts": {entry.__name__: layout_of(entry.layout) for entry in ENTRY_POINTS},
        "codes": {
            "activation": _activations.CODES,
            "loss": _losses.CODES,
            "rule": {name: rule.code for name, rule in _update_rules.UPDATE_RULES.items()},
            "learning_rate": {name: rate.code for name, rate in _update_rules.LEARNING_RATES.items()},
        },
        "constants": {
            "lbfgs": _named(
                _lbfgs_search, "N_ITER", "N_EVALUATIONS", "STATUS", "GRADIENT_NORM", "N_COUNTS", "N_NUMBERS", "NUMBERS"
            )
            | _named(_lbfgs, "BLOCK_BYTES")
            | {"statuses": [name.lower() for name in sorted(STATUSES, key=lambda name: getattr(_lbfgs_search, name))]},
            "sgd": _named(_updates, "EPOCH", "SQUARED_NORM", "N_COUNTS") | _named(_sgd, "LARGEST_SQUARED_NORM"),
            "prediction": _named(_prediction, "CAPACITY"),
        },
        "defaults": {
            "lbfgs": _defaults(_lbfgs_search.LBFGSSettings),
            "sgd": _defaults(_sgd.SGDSettings),
            "loss_parameter": {name: parameter_of(name, None) for name in LOSSES},
        },
    }


def _module() -> bytes:
    try:
        return (LIBRARIES / "ridgenet.wasm").read_bytes()
    except FileNotFoundError:
        raise InputError(
            "the kernels for pages (WebAssembly) are not built; run make kernels, or install ridgenet again"
        ) from None


def layout_of(layout: Layout) -> dict[str, Any]:
    """Return the layout of the struct of an entry point: path, kind, dimensions and offsets of each field."""
    offsets = layout.offsets
    described = []
    for field in layout.fields:
        elements = field.kind if isinstance(field.kind, Elements) else None
        found = {"path": field.name.split("."), "offset": offsets[field.name]}
        if elements is None:
            described.append(found | {"kind": field.kind.__name__, "dimensions": 0})
        else:
            kind, shape = elements.dtype or "data", offsets[f"{field.name}.shape"]
            described.append(found | {"kind": kind, "dimensions": elements.n_dimensions, "shape": shape})
    results = [
        {"kind": kind.__name__, "offset": offsets["results"] + FIELD * index}
        for index, kind in enumerate(layout.results)
    ]
    return {"fields": described, "results": results, "size": layout.size}


def _named(module: Any, *names: str) -> dict[str, Any]:
    return {name: getattr(module, name) for name in names}


def _defaults(settings: Any) -> dict[str, Any]:
    return {
        field.name: field.default for field in fields(settings) if isinstance(field.default, int | float | str | None)
    }
