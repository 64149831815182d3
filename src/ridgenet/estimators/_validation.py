"""Validation data of a single network: the user's own, or rows set aside for early stopping."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from sklearn.model_selection import train_test_split

from ridgenet._errors import InputError
from ridgenet._fitted import FittedNetwork
from ridgenet._network import Network
from ridgenet._preprocessing import Standardizer
from ridgenet.estimators._inputs import require_finite_outputs, require_total
from ridgenet.estimators._training import Validation

# R² of one row is undefined
SMALLEST = 2

# X_val, y_val and sample_weight_val as the user passed them
GivenValidation = tuple[Any, Any, Any]


class HeldOut(NamedTuple):
    """Validation data, checked: inputs, targets as they are and as the network learns them, weights."""

    X: Any
    y: np.ndarray
    Y: np.ndarray
    weights: np.ndarray | None


def given_validation(estimator: Any, given: GivenValidation, y: np.ndarray, Y: np.ndarray) -> HeldOut | None:
    """Return the user's own validation data, checked; None if there are none.

    Parameters
    ----------
    estimator : RidgeNetClassifier or RidgeNetRegressor
        Whose classes and columns they must have.
    given : tuple
        Inputs, targets and weights as they were passed.
    y, Y : ndarray
        Targets trained on, as they are and as the network learns them; weights of classes follow from them.

    Raises
    ------
    ValueError
        If they cannot be used.
    """
    X_val, y_val, sample_weight_val = given
    if X_val is None and y_val is None and sample_weight_val is None:
        return None
    if X_val is None or y_val is None:
        raise ValueError("X_val and y_val must be given together, and sample_weight_val only with them")
    try:
        X_val, y_val = estimator._validated(X_val, y_val, reset=False)
        Y_val = estimator._encode(y_val, classes_known=True, name="y_val")
    except (TypeError, ValueError) as error:
        raise InputError(f"X_val, y_val: {error}") from None
    if Y_val.shape[1] != Y.shape[1]:
        raise InputError(f"y_val must have as many outputs as y, {Y.shape[1]}; got {Y_val.shape[1]}")
    if X_val.shape[0] < SMALLEST:
        raise InputError(f"The validation set is too small: X_val needs {SMALLEST} rows or more")
    weights = estimator._weights(X_val, y_val, sample_weight_val, learned_from=y, name="sample_weight_val")
    return HeldOut(X_val, y_val, Y_val, weights)


def hold_out(
    estimator: Any, X: Any, y: np.ndarray, Y: np.ndarray, weights: np.ndarray | None
) -> tuple[Any, np.ndarray, np.ndarray | None, HeldOut]:
    """Return the rows to train on, and those set aside: the same ones whenever a warm start goes on.

    Raises
    ------
    ValueError
        If too few are left for either, or all of either have weight zero.
    """
    # numbers too large are named by the rows that the user gave, not by those that are left
    estimator._standardizer(X, Y, weights)
    if estimator._split_seed is None:
        estimator._split_seed = int(estimator._random.randint(2**31))
    fraction = float(estimator.validation_fraction)
    try:
        kept, left_out = train_test_split(
            np.arange(X.shape[0]),
            test_size=fraction,
            random_state=estimator._split_seed,
            stratify=estimator._stratification(y),
        )
    except ValueError as error:
        raise InputError(f"early_stopping with validation_fraction={fraction:g}: {error}") from None
    if len(left_out) < SMALLEST:
        raise InputError(
            f"The validation set is too small: validation_fraction={fraction:g} leaves {len(left_out)} row for it; "
            "increase it, or give more samples"
        )
    held_out = HeldOut(X[left_out], y[left_out], Y[left_out], None)
    if weights is None:
        return X[kept], Y[kept], None, held_out
    for rows, name in ((kept, "training"), (left_out, "validation")):
        require_total(weights[rows], f"sample_weight, over the {name} rows of early_stopping,")
    return X[kept], Y[kept], weights[kept], held_out._replace(weights=weights[left_out])


def validation_of(
    estimator: Any, held_out: HeldOut, network: Network, standardizer: Standardizer, dtype: np.dtype
) -> Validation:
    """Return validation data as training takes them, with the estimator's score."""
    X, y, Y, weights = held_out

    def score(parameters: np.ndarray) -> float:
        outputs = FittedNetwork(network, parameters, standardizer).outputs(X)
        require_finite_outputs(outputs, X)
        result: float = estimator._score_outputs(outputs, y, weights)
        return result

    return Validation(estimator._examples(X, Y, weights, standardizer, dtype), score)
