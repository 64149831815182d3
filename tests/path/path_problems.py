"""Small problems to follow paths on."""

import numpy as np

from ridgenet._network import Network
from ridgenet._preprocessing import Standardizer
from ridgenet.formulas import LOSSES
from ridgenet.path._problem import Problem
from ridgenet.path._rows import ArrayRows


def make_path_problem(
    hidden=(4,),
    loss="log_loss",
    n=60,
    d=3,
    k=1,
    seed=0,
    activation="tanh",
    weighted=False,
    standardize=True,
    folds=(),
    as_inputs=np.asarray,
):
    """Return a problem with signal in it, in awkward units."""
    rng = np.random.default_rng(seed)
    X = rng.normal(size=(n, d)) * rng.uniform(0.5, 3.0, d) + rng.normal(size=d)
    signal = np.tanh(X @ rng.normal(size=(d, max(k, 2)))) + 0.3 * rng.normal(size=(n, max(k, 2)))
    row = LOSSES[loss]
    if row.targets == "classes" and not row.couples_units:
        Y = (signal[:, :k] > np.median(signal[:, :k], axis=0)).astype(float)
    elif row.couples_units:
        Y = np.eye(k)[signal[:, :k].argmax(axis=1)]
        Y[:k] = np.eye(k)  # no class is missing
    elif row.lowest_target == 0:
        Y = rng.poisson(np.exp(signal[:, :k])).astype(float)
    else:
        Y = 10 * signal[:, :k] + 100 if standardize else signal[:, :k] + 1
    weights = rng.integers(1, 4, n).astype(float) if weighted else None
    standardizer = (
        Standardizer.fitted_to(X, Y, weights, centering=row.centering) if standardize else Standardizer.identity(d, k)
    )
    rows = ArrayRows(
        as_inputs(X),
        Y,
        weights,
        standardizer=standardizer,
        folds=folds,
        centering=row.centering,
        standardize=standardize,
    )
    return Problem(Network((d, *hidden, k), activation, loss), rows)
