"""Defaults of the estimators; docs/decisions/0005 has the measurements on which they are based."""

from __future__ import annotations

from typing import Literal

# what λ is divided by: all samples, or those of the batch
PenaltyScaling = Literal["batch", "dataset"]

ALPHA = 1.0
HIDDEN_LAYER_SIZES = (16,)
ACTIVATION = "tanh"
MAX_ITER = 5000
# for more samples, mini-batches reach a good network before full batches do
LARGEST_FOR_LBFGS = 20_000
BATCH_SIZE = 200
# lbfgs also stops when the relative decrease of the objective is less than this times tol
RELATIVE_TO_TOL = 1e-4
# defaults of the path; docs/decisions/0006 has the measurements
HIDDEN_LAYER_SIZES_OF_PATH = (8,)
# candidates of the estimators that select λ; the last is tried only where the one before leaves little unexplained
CANDIDATES_OF_PATH = ((), (8,), (32,))
N_ALPHAS = 50
ALPHA_MIN_RATIO = 1e-4
TOL_OF_PATH = 1e-5
# a search on a path also stops when an iteration lowers the objective, relatively, by less than this times tol
RELATIVE_TO_TOL_OF_PATH = 1e-3
N_RESTARTS = 5
N_FOLDS = 5
# defaults of a path for tables with more than LARGEST_FOR_LBFGS rows, where full convergence and many folds add little
# and more units are worth their parameters; docs/decisions/0018 has the measurements
OF_LARGE_TABLES = {"hidden_layer_sizes": ((), (16,)), "cv": 2, "n_alphas": 30, "n_restarts": 2, "tol": 1e-4}
