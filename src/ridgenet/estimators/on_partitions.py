"""Fitting on Dask's collections: the same network as on one machine, without gathering a row."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from sklearn.utils import check_random_state

from ridgenet.core.lbfgs_elsewhere import ExternalLBFGS
from ridgenet.estimators.inputs import require_moments
from ridgenet.estimators.training import Trained, minimize
from ridgenet.fitted import FittedNetwork
from ridgenet.formulas import LOSSES
from ridgenet.partitions.collections import column_names
from ridgenet.partitions.fitting import Rows


def fit_on_partitions(estimator: Any, X: Any, y: Any, sample_weight: Any) -> tuple[FittedNetwork, Trained, int]:
    """Train a network on collections of Dask by L-BFGS.

    Parameters
    ----------
    estimator : RidgeNetClassifier or RidgeNetRegressor
        With its parameters; classes and columns are noted in it.
    X, y, sample_weight : collections of Dask
        Partitioned alike; `sample_weight` may be None.

    Returns
    -------
    fitted, trained, n_rows : FittedNetwork, Trained, int
        The network, how it was found, and the number of rows.

    Raises
    ------
    ValueError
        If data or a parameter cannot be used.
    """
    if estimator.solver not in ("auto", "lbfgs"):
        raise ValueError(f"on collections of Dask, solver must be 'auto' or 'lbfgs'; got {estimator.solver!r}")
    if estimator.early_stopping or estimator.dropout > 0 or estimator.weight_decay > 0 or estimator.warm_start:
        raise ValueError("early_stopping, dropout, weight_decay and warm_start have no meaning on collections of Dask")
    rows, classes, class_weights, n_outputs = looked_at(estimator, X, y, sample_weight)
    network = estimator._network(rows.n_columns, n_outputs)
    estimator._random = check_random_state(estimator.random_state)
    start = estimator._start(network, rows.dtype)
    n_rows = rows.n_rows
    learned = rows.learned(
        classes,
        class_weights,
        standardize=estimator.standardize,
        centering=LOSSES[network.loss].centering,
    )
    search = ExternalLBFGS(
        network,
        start,
        learned.weight(0),
        estimator._penalty(network),
        estimator._lbfgs_settings(),
        learned.evaluator(network),
    )
    trained = minimize(search, search.run_to_the_end, estimator._all_callbacks())
    return FittedNetwork(network, trained.parameters, learned.units[0]), trained, n_rows


def looked_at(
    estimator: Any, X: Any, y: Any, sample_weight: Any
) -> tuple[Rows, np.ndarray | None, Mapping[Any, float] | None, int]:
    """Check collections of Dask, and note their columns and classes in an estimator.

    Returns
    -------
    rows, classes, class_weights, n_outputs : Rows, ndarray or None, mapping or None, int
        The rows; classes in order, and their weights, if targets are classes; and how many outputs a network has.
    """
    rows = Rows(X, y, sample_weight, numeric=estimator._numeric_targets)
    _note_columns(estimator, X, rows.n_columns)
    return rows, *_targets(estimator, rows)


def _targets(estimator: Any, rows: Rows) -> tuple[np.ndarray | None, Mapping[Any, float] | None, int]:
    """Note the classes; return them, their weights, and the number of outputs."""
    if estimator._numeric_targets:
        loss = LOSSES[estimator.loss]
        require_moments(estimator.loss, "on collections of Dask")
        if any(s.smallest_target < loss.lowest_target for s in rows.summaries):
            raise ValueError(
                f"Some value(s) of y are out of the valid range of the loss {estimator.loss!r}: {loss.lowest_target:g} "
                "or more"
            )
        return None, None, rows.n_outputs
    counts = rows.counts()
    classes = rows.classes()
    if len(classes) < 2:
        raise ValueError(
            f"{type(estimator).__name__} needs samples of at least 2 classes in the data, but the data contains "
            f"only one class: {classes[0]}"
        )
    estimator.classes_, estimator._multilabel = classes, False
    weights = estimator.class_weight
    if isinstance(weights, str):
        weights = {label: rows.n_rows / (len(counts) * count) for label, count in counts.items()}
    return classes, weights, 1 if len(classes) == 2 else len(classes)


def _note_columns(estimator: Any, X: Any, n_columns: int) -> None:
    names = column_names(X)
    estimator.__dict__.pop("feature_names_in_", None)
    estimator.n_features_in_ = n_columns
    if names is not None:
        estimator.feature_names_in_ = np.array(names, dtype=object)
