"""Random numbers inside kernels: SplitMix64 (Steele, Lea and Flood, OOPSLA 2014).

Number k is a function of the state plus k times a constant, so many can be drawn in parallel.
"""

from __future__ import annotations

import numpy as np

from ridgenet.core._kernels import kernel


@kernel
def random_bits(seed, k):
    """Return 64 random bits, number k of the sequence of `seed`."""
    bits = seed + np.uint64(k) * np.uint64(0x9E3779B97F4A7C15)
    bits = (bits ^ (bits >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    bits = (bits ^ (bits >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return bits ^ (bits >> np.uint64(31))


@kernel
def skip(state, n):
    """Advance the state by `n` numbers."""
    state[0] += np.uint64(n) * np.uint64(0x9E3779B97F4A7C15)


@kernel
def shuffle(order, places, state):
    """Shuffle `order` in place (Fisher and Yates).

    All numbers are drawn before the first swap. The high half of each selects an index, with a relative bias of at
    most n / 2^32.
    """
    n = order.shape[0]
    seed = state[0]
    for k in range(n):
        places[k] = ((random_bits(seed, k) >> np.uint64(32)) * np.uint64(k + 1)) >> np.uint64(32)
    skip(state, n)
    for k in range(n - 1, 0, -1):
        kept = order[k]
        order[k] = order[places[k]]
        order[places[k]] = kept


@kernel
def draw_mask(share_dropped, mask, state):
    """mask = 0 with probability p, else 1 / (1 - p)"""
    threshold = np.uint64(share_dropped * 4294967296.0)
    kept = mask.dtype.type(1.0 / (1.0 - share_dropped))
    seed = state[0]
    for k in range(mask.shape[0]):
        mask[k] = mask.dtype.type(0.0) if random_bits(seed, k) >> np.uint64(32) < threshold else kept
    skip(state, mask.shape[0])
