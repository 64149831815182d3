"""The rows with which a page trains again: `rows_of`."""

from __future__ import annotations

from collections.abc import Sequence
from numbers import Integral
from typing import Any

import numpy as np

from ridgenet import _defaults as defaults
from ridgenet.page.report._networks import as_base64

# losses by which the script of the path can select λ
LOSSES = ("log_loss", "multinomial_log_loss", "squared_error", "poisson")
# of which the script draws the same random numbers
INITIALISATIONS = ("glorot", "he")
# numbers in the table: four bytes each, and a third more in text
MOST_NUMBERS = 1_500_000
SETTINGS = ("n_alphas", "alpha_min_ratio", "alpha_max_ratio", "n_restarts", "standardize", "init", "max_iter", "tol")


def why_not_again(estimator: Any, n_samples: int) -> str | None:
    """Return why a page cannot train on the rows of an estimator again; None if it can.

    Parameters
    ----------
    estimator : RidgeNetClassifierCV or RidgeNetRegressorCV
        Fitted.
    n_samples : int
        Number of rows.
    """
    if not hasattr(estimator, "path_"):
        return "λ was given"
    settings = estimator.get_params()
    reasons = {
        "rows have weights or groups, or are in partitions": not getattr(estimator, "_has_plain_rows", False),
        "classes have weights": settings.get("class_weight") is not None,
        "folds are not drawn at random": not isinstance(settings["cv"] or defaults.N_FOLDS, Integral),
        f"λ is selected by {estimator.selection}": estimator.selection not in ("min", "1se"),
        f"λ is selected by {settings['scoring']}": settings["scoring"] is not None,
        "λ are given": settings["alphas"] is not None,
        "inputs have penalty factors": settings["penalty_factor"] is not None,
        f"the loss is {estimator.network_.loss}": estimator.network_.loss not in LOSSES,
        f"weights start from init={settings['init']!r}": settings["init"] not in INITIALISATIONS,
        f"the table has more than {MOST_NUMBERS:,} numbers": n_samples * estimator.n_features_in_ > MOST_NUMBERS,
    }
    return next((why for why, is_true in reasons.items() if is_true), None)


def rows_of(
    estimator: Any, X: np.ndarray, y: np.ndarray, owners: Sequence[str], numbers: np.ndarray | None
) -> dict[str, Any]:
    """Return rows, and the settings of the path, as the script takes them.

    Parameters
    ----------
    estimator : RidgeNetClassifierCV or RidgeNetRegressorCV
        Fitted.
    X, y : ndarray of shape (n_samples, n_inputs) and (n_samples,)
        Inputs and targets.
    owners : sequence of str
        The column that each input comes from.
    numbers : ndarray of int or None
        Numbers of the rows in their table, from 1; None numbers them in their order.
    """
    settings = estimator.get_params()
    standardizer, network = estimator.path_.standardizer, estimator.network_
    classes = getattr(estimator, "classes_", None)
    seed = settings["random_state"]
    return {
        # numbers far from zero, such as seconds since 1970, lose no digits that way
        "X": as_base64((X - standardizer.mean) / standardizer.scale, np.float32),
        "y": as_base64(y if classes is None else np.searchsorted(classes, y), np.float64),
        "width": X.shape[1],
        "owners": list(owners),
        "numbers": list(range(1, len(X) + 1)) if numbers is None else np.asarray(numbers).tolist(),
        "hidden": list(network.layer_sizes[1:-1]),
        "network": {"activation": network.activation, "loss": network.loss},
        "selection": estimator.selection,
        "settings": {
            **{name: settings[name] for name in SETTINGS},
            "cv": int(settings["cv"] or defaults.N_FOLDS),
            "random_state": int(seed) if isinstance(seed, Integral) else 0,
        },
    }
