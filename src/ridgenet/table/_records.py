"""Convert a trained model to plain values, for result.json, the model file and the report."""

from __future__ import annotations

import math
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import numpy as np

from ridgenet.table._result import TableModel

if TYPE_CHECKING:
    import pandas as pd


def record_of(model: TableModel) -> dict[str, Any]:
    """Return settings, data, network and test of a model as JSON values."""
    network = model.network.network_ if hasattr(model.network, "network_") else None
    test = model.test
    return {
        "settings": model.settings.to_dict(),
        "data": {
            "file": model.file,
            "sha256": model.sha256,
            "n_rows": model.n_rows,
            "n_rows_trained_on": len(model.rows),
            "columns": [asdict(column) for column in model.columns],
        },
        "task": model.target.task,
        "reason_of_task": model.target.reason,
        "target": model.target.name,
        "classes": plain(np.unique(model.target.y)) if model.target.is_classes else None,
        "counts": model.target.counts if model.target.is_classes else None,
        "columns": model.inputs,
        "alpha": model.alpha,
        "chosen": _chosen(model),
        "network": {
            "layer_sizes": list(network.layer_sizes) if network else None,
            "activation": model.network.activation,
            "output": model.network.out_activation_,
            "n_parameters": int(network.n_parameters) if network else None,
            "squared_norm": model.squared_norm,
            "layer_norms": plain(model.path.layer_norms[model.alpha_index]) if model.path is not None else None,
            "data_loss": float(model.network.data_loss_curve_[-1]),
            "l2_penalty": float(model.network.l2_penalty_curve_[-1]),
            "solver": model.network.solver_,
            "converged": bool(model.network.converged_),
            "n_iter": int(model.network.n_iter_),
        },
        "test": None
        if test is None
        else {
            "how": test.how,
            "n_rows": len(test.y),
            "scores": [plain(asdict(score)) for score in test.scores],
            "importances": [plain(asdict(importance)) for importance in test.importances],
            "baselines": [plain(asdict(baseline)) for baseline in test.baselines],
        },
        "threshold": None if model.threshold is None else asdict(model.threshold),
        "explored": None if model.explored is None else plain(asdict(model.explored)),
        "why_worthless": model.why_worthless,
        "verdict": model.verdict,
        "notes": list(model.notes),
        "seconds": round(model.seconds, 3),
    }


def path_table(model: TableModel) -> pd.DataFrame | None:
    """Return a table with a row for each size and λ of the path; None if λ was given."""
    import pandas as pd

    network = model.network
    if model.path is None:
        return None
    tables = []
    for k, path in enumerate(network.paths_):
        table = path.to_frame()
        table.insert(0, "hidden_layer_sizes", "-".join(map(str, path.network.layer_sizes[1:-1])) or "none")
        if hasattr(network, "cv_results_"):
            sign, _ = network._sign_and_name_of_scores()
            rows = network._results_of(k)
            table.insert(2, "cv_mean", sign * network.cv_results_["mean_test_score"][rows])
            table.insert(3, "cv_standard_error", network.cv_results_["standard_error"][rows])
        table["chosen"] = (np.arange(len(path)) == model.alpha_index) & (path is model.path)
        tables.append(table)
    return pd.concat(tables, ignore_index=True)


def plain(value: Any) -> Any:
    """Convert NumPy numbers and arrays to Python objects, and NaN and infinity to None."""
    if isinstance(value, dict):
        return {key: plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    if isinstance(value, np.ndarray):
        return plain(value.tolist())
    if isinstance(value, np.generic):
        value = value.item()
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return value


def _chosen(model: TableModel) -> dict[str, Any] | None:
    network = model.network
    if model.path is None:
        return None
    return {
        "selection": network.selection,
        "hidden_layer_sizes": list(network.hidden_layer_sizes_),
        "candidates": [list(path.network.layer_sizes[1:-1]) for path in network.paths_],
        "candidate_weights": plain(getattr(network, "candidate_weights_", None)),
        "alpha_min": plain(getattr(network, "alpha_min_", None)),
        "alpha_1se": plain(getattr(network, "alpha_1se_", None)),
        "alpha_interval": plain(getattr(network, "alpha_interval_", None)),
        "n_effective": plain(network.n_effective_),
        "alpha_max": float(network.alphas_[0]),
    }
