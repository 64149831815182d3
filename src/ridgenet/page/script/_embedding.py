"""The scripts of a page, and the constants that they take from Python."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Any

from ridgenet import _defaults as defaults
from ridgenet.core import browser
from ridgenet.formulas import ACTIVATIONS
from ridgenet.path import _adaptive, _fits, _grid, _null_gradient, _selection
from ridgenet.path._search import Plan

SCRIPTS = ("numbers.js", "folds.js", "selection.js", "path.js", "workers.js", "live.js")


def script() -> str:
    """Return the text of a classic script: the kernels, and `ridgenetPath` and `ridgenetWorkers`, which use them.

    Raises
    ------
    InputError
        If the WebAssembly module was not built.
    """
    return browser.script() + browser.joined(Path(__file__).parent, SCRIPTS, RIDGENET_PATH=embedded())


def embedded() -> dict[str, Any]:
    """Return the constants of paths, as JSON can hold them."""
    plan = Plan()
    return {
        "defaults": {
            "n_alphas": defaults.N_ALPHAS,
            "alpha_min_ratio": defaults.ALPHA_MIN_RATIO,
            "alpha_max_ratio": 1.0,
            "cv": defaults.N_FOLDS,
            "n_restarts": defaults.N_RESTARTS,
            "max_iter": defaults.MAX_ITER,
            "tol": defaults.TOL_OF_PATH,
            "standardize": True,
            "init": "glorot",
            "random_state": 0,
        },
        "plan": {
            "n_screened": plan.n_screened,
            "screening_iter": plan.screening_iter,
            "memory": plan.memory,
            "relative_to_tol": defaults.RELATIVE_TO_TOL_OF_PATH,
        },
        "grid": {
            "rounding": _null_gradient.ROUNDING,
            "linear_factor": _grid.LINEAR_FACTOR,
            "n_bisections": _grid.N_BISECTIONS,
            "smallest_ratio": _grid.SMALLEST_RATIO,
            "just_above": _grid.JUST_ABOVE,
            "collapse": asdict(_grid.COLLAPSE),
            "largest_derivative": {name: row.largest_derivative for name, row in ACTIVATIONS.items()},
        },
        "adaptive": {"coarse": _adaptive.COARSE, "little": _adaptive.LITTLE},
        "divisions": {"restarts": _fits.RESTARTS_OF_A_DIVISION},
        "selection": {"clearly_worse": _selection.CLEARLY_WORSE, "next_to_nothing": _selection.NEXT_TO_NOTHING},
    }
