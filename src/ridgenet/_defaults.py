"""Defaults of the estimators, in one place; docs/decisions/0005 has the measurements that chose them."""

from __future__ import annotations

from typing import Literal

# what λ is divided by: all samples, or those of the batch
PenaltyScaling = Literal["batch", "dataset"]

ALPHA = 1.0
HIDDEN_LAYER_SIZES = (16,)
ACTIVATION = "tanh"
MAX_ITER = 5000
# more samples than this, and mini-batches reach a good network before full batches do
LARGEST_FOR_LBFGS = 20_000
BATCH_SIZE = 200
# lbfgs also ends when an iteration lowers the objective by less than this times tol, as a share of it
RELATIVE_TO_TOL = 1e-4
# of the path; docs/decisions/0006 has the measurements
HIDDEN_LAYER_SIZES_OF_PATH = (8,)
N_ALPHAS = 50
ALPHA_MIN_RATIO = 1e-4
N_RESTARTS = 5
N_FOLDS = 5
# of a path over more rows than LARGEST_FOR_LBFGS, where a converged search and many folds say little more
OF_LARGE_TABLES = {"cv": 3, "n_alphas": 30, "n_restarts": 2, "tol": 1e-3}
