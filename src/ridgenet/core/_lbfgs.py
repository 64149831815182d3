"""Limited-memory BFGS on all samples at once: deterministic, and the fastest solver for small networks.

This module has the compiled loop over blocks of samples, which can be interrupted after every block and resumed, for
Ctrl-C and the progress bar; the steps of the search are in `_lbfgs_search`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from time import perf_counter

import numpy as np

from ridgenet._errors import InputError
from ridgenet._network import Network
from ridgenet.core._arrays import aligned_empty
from ridgenet.core._dense import blas_for
from ridgenet.core._examples import Examples
from ridgenet.core._interface import require_examples, require_training, require_work
from ridgenet.core._intrinsics import matrix, vector
from ridgenet.core._kernels import entry_point, kernel
from ridgenet.core._lbfgs_search import (
    BLOCK,
    PARTIAL_OBJECTIVE,
    RUNNING,
    STATUS,
    LBFGSSearch,
    LBFGSSettings,
    Search,
    advance,
    require_search,
)
from ridgenet.core._objective import (
    Objective,
    Workspace,
    add_batch,
    load_part,
    make_objective,
    make_workspace,
)
from ridgenet.core._penalties import L2Penalty, penalty_gradient, penalty_value
from ridgenet.core._struct import DataVector
from ridgenet.core._vectors import copy

# samples are processed in blocks of about this many bytes, which stay in the processor's cache
BLOCK_BYTES = 2**18
# up to this size, inputs are kept transposed, block by block, instead of being loaded at every evaluation
PACKED_BYTES = 2**28
SECONDS_BETWEEN_RETURNS = 0.05
# multiplications of the first piece, which takes some milliseconds
FIRST_PIECE = 10_000_000


@kernel
def require_packed(packed, examples, n_features, n_outputs):
    """Packed samples are inputs, targets and normalised weights of every sample."""
    if packed.shape[0] != examples.Y.shape[0] * (n_features + n_outputs + 1):
        raise InputError("packed must hold inputs, targets and normalised weight of every sample")


@entry_point
def pack(examples: Examples, size: int, packed: DataVector, work: Workspace) -> None:
    """Load all samples, block by block, into one block of memory."""
    n_examples, d, k = examples.Y.shape[0], examples.mean.shape[0], examples.Y.shape[1]
    require_examples(examples, d, k)
    require_work(work, d, k, 0, 0, 0.0)
    require_packed(packed, examples, d, k)
    if not 0 < size <= work.capacity:
        raise InputError("size must be 1 or more, and no more than the capacity of the workspace")
    for start in range(0, n_examples, size):
        n = min(size, n_examples - start)
        load_part(examples, start, n, work)
        at = start * (d + k + 1)
        copy(vector(work.memory, work.x, d * n), vector(packed, at, d * n))
        copy(vector(work.memory, work.y, k * n), vector(packed, at + d * n, k * n))
        copy(vector(work.memory, work.shares, n), vector(packed, at + (d + k) * n, n))


@entry_point
def run_lbfgs(
    objective: Objective,
    parameters: DataVector,
    examples: Examples,
    packed: DataVector,
    search: Search,
    n_blocks: int,
    work: Workspace,
) -> None:
    """Process `n_blocks` blocks of samples, or fewer if the search ends earlier."""
    require_training(objective, parameters, examples, work, 0.0)
    require_search(search, parameters.shape[0])
    counts = search.counts
    n_examples, d, k = examples.Y.shape[0], examples.mean.shape[0], examples.Y.shape[1]
    gradient = vector(work.memory, work.gradient, parameters.shape[0])
    if packed.shape[0] != 0:
        require_packed(packed, examples, d, k)
    data_loss = search.numbers[PARTIAL_OBJECTIVE]
    no_state = vector(work.rows, 0, 1)
    for _ in range(n_blocks):
        if counts[STATUS] != RUNNING:
            break
        start = counts[BLOCK] * work.capacity
        n = min(work.capacity, n_examples - start)
        if start == 0:
            data_loss = 0.0
            penalty_gradient(objective, parameters, search.n_samples, gradient)
        if packed.shape[0] == 0:
            x, y, shares = load_part(examples, start, n, work)
        else:
            at = start * (d + k + 1)
            x, y = matrix(packed, at, d, n), matrix(packed, at + d * n, k, n)
            shares = vector(packed, at + (d + k) * n, n)
        data_loss += add_batch(objective, parameters, x, y, shares, 0.0, no_state, True, True, work)
        counts[BLOCK] += 1
        if start + n == n_examples:
            counts[BLOCK] = 0
            l2_penalty = penalty_value(objective, parameters, search.n_samples)
            advance(search, parameters, gradient, data_loss, l2_penalty)
    search.numbers[PARTIAL_OBJECTIVE] = data_loss


class LBFGS(LBFGSSearch):
    """Minimise one objective by L-BFGS, in pieces of any length.

    Parameters
    ----------
    network : Network
        The network.
    parameters : ndarray of shape (n_parameters,)
        Initial parameters; their type, float64 or float32, is that of all arithmetic except for objectives.
    examples : Examples
        Training samples, of the same type.
    penalty : L2Penalty
        The penalty, with λ.
    settings : LBFGSSettings
        All other settings.
    """

    def __init__(
        self,
        network: Network,
        parameters: np.ndarray,
        examples: Examples,
        penalty: L2Penalty,
        settings: LBFGSSettings,
    ) -> None:
        super().__init__(network, parameters, examples.total_weight, settings)
        dtype = self.parameters.dtype
        self.seconds = 0.0
        self._examples = examples
        self._objective = make_objective(network, penalty)
        width = examples.n_features + 4 * sum(network.layer_sizes[1:])
        capacity = max(64, BLOCK_BYTES // (width * dtype.itemsize) // 16 * 16)
        self._work = make_workspace(network, min(capacity, examples.n_examples), dtype)
        self._packed = self._pack(dtype)

    def restart(self, alpha: float | Sequence[float], parameters: np.ndarray, max_iter: int | None = None) -> None:
        """Begin a new search; see `LBFGSSearch.restart`."""
        self._objective.alphas[: self.network.n_layers] = alpha
        self.begin(parameters, max_iter)

    def run(self, n_blocks: int) -> float:
        """Process `n_blocks` blocks of samples and return the seconds they took."""
        began = perf_counter()
        with blas_for(self.network.layer_sizes, self._work.capacity):
            run_lbfgs(
                self._objective, self.parameters, self._examples, self._packed, self._search, int(n_blocks), self._work
            )
        elapsed = perf_counter() - began
        self.seconds += elapsed
        return elapsed

    def run_to_the_end(self, progress: Callable[[int], object] | None = None) -> None:
        """Run in pieces; see `LBFGSSearch.run_to_the_end`."""
        piece = max(1, FIRST_PIECE // (self.network.n_parameters * self._work.capacity))
        while self.status == RUNNING:
            elapsed = self.run(piece)
            piece = max(1, piece // 2) if elapsed > SECONDS_BETWEEN_RETURNS else 2 * piece
            if progress is not None and progress(self.n_iter):
                break

    def _pack(self, dtype: np.dtype) -> np.ndarray:
        examples = self._examples
        numbers = examples.n_examples * (examples.n_features + examples.Y.shape[1] + 1)
        if len(examples.row_starts) or numbers * dtype.itemsize > PACKED_BYTES:
            return np.empty(0, dtype)
        packed = aligned_empty(numbers, dtype)
        pack(examples, self._work.capacity, packed, self._work)
        return packed
