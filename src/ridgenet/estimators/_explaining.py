"""Explain why training failed: name the value or the parameter that is too large."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from scipy.sparse import csr_matrix

from ridgenet._errors import DivergenceError, InputError
from ridgenet._fitted import FittedNetwork
from ridgenet._preprocessing import largest_entry
from ridgenet.core._examples import Examples

# larger values would need a learning rate too small to learn anything else
LARGEST_TRAINABLE = 1e6


def explained(error: Exception, examples: Examples, parameters: Mapping[str, Any], *, all_rows: bool) -> Exception:
    """Return an error that names the value or parameter that is too large, if there is one.

    Parameters
    ----------
    error : Exception
        Error raised by training.
    examples : Examples
        Training samples.
    parameters : mapping
        Parameters of the estimator.
    all_rows : bool
        Whether the training samples are all rows passed by the user, so that the message can give the row number.
    """
    largest, name, table = max(
        ((_largest(table), name, table) for name, table in (("X", _inputs(examples)), ("y", examples.Y))),
        key=lambda candidate: candidate[0],
    )
    where = largest_entry(table, name) if all_rows else f"the value {largest:g} in {name}"
    remedy = "change its unit" + ("" if parameters["standardize"] else ", or set standardize=True")
    if not isinstance(error, DivergenceError):
        if largest <= LARGEST_TRAINABLE:
            return InputError(f"the objective is not finite at the start: alpha={parameters['alpha']} is too large")
        return InputError(f"the objective is not finite at the start: {where} is too large; {remedy}")
    decay = parameters["learning_rate_init"] * parameters["weight_decay"]
    if decay > 1:
        advice = (
            f"learning_rate_init * weight_decay = {decay:g} is above 1, so that weights change sign; lower weight_decay"
        )
    elif largest > LARGEST_TRAINABLE:
        advice = f"{where} is too large; {remedy}"
    else:
        return error
    return DivergenceError(error.alpha, error.epoch, error.learning_rate, advice)


def require_finite(fitted: FittedNetwork) -> None:
    """Check that the weights are finite in the units of the data.

    Raises
    ------
    InputError
        If a weight overflows.
    """
    with np.errstate(over="ignore", invalid="ignore"):
        parts = [fitted.parameters, *fitted.coefs, *fitted.intercepts]
    if not all(np.isfinite(part).all() for part in parts):
        remedy = "change the units of X and y"
        if fitted.dtype == np.float32:
            remedy = "pass X as float64, or " + remedy
        raise InputError(f"X and y differ so much in scale that weights overflow {fitted.dtype}; {remedy}")


def _inputs(examples: Examples) -> Any:
    """Return the inputs, standardised if they are dense."""
    if len(examples.row_starts):
        shape = examples.n_examples, examples.n_features
        return csr_matrix((examples.values, examples.columns, examples.row_starts), shape=shape)
    with np.errstate(over="ignore"):
        return (examples.X - examples.mean) * examples.factor


def _largest(table: Any) -> float:
    return float(abs(table).max())
