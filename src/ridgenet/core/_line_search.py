"""Line search for the strong Wolfe conditions, by bracketing and cubic interpolation.

Nocedal and Wright, Numerical Optimization (2006), algorithms 3.5 and 3.6, as a state machine: after each evaluation
`is_acceptable` says whether to accept the step, and `next_step` chooses the next trial. A slope is the derivative along
the line. Where objectives differ by no more than rounding, slopes are used, which remain accurate: the approximate
Wolfe conditions of Hager and Zhang (SIAM Journal on Optimization 16, 2005).
"""

from __future__ import annotations

import numpy as np

from ridgenet.core._kernels import kernel

DECREASE = 1e-4
CURVATURE = 0.9
# Relative difference below which objectives may differ only by rounding. It is far above the rounding of one number: a
# mean loss of 1e-4 is computed from logits of 10 and more, and inherits their rounding.
ROUNDING = 1e-10
ROUNDING_SINGLE = 1e-4
MOST_TRIES = 25

# indices into the numbers of a search: the step on trial, objective and slope at the start, and the two ends
STEP, START_OBJECTIVE, START_SLOPE, LOW, LOW_OBJECTIVE, LOW_SLOPE, HIGH, HIGH_OBJECTIVE, HIGH_SLOPE, NUMBERS = range(10)


@kernel
def begin_search(numbers, step, cost, slope):
    """Begin at a point with this objective and slope: the low end is there, the high end still open."""
    numbers[STEP], numbers[START_OBJECTIVE], numbers[START_SLOPE] = step, cost, slope
    numbers[LOW], numbers[LOW_OBJECTIVE], numbers[LOW_SLOPE] = 0.0, cost, slope
    numbers[HIGH] = np.inf


@kernel
def is_hidden(before, cost, rounding):
    """Return whether the objectives may differ only by rounding."""
    return abs(cost - before) <= rounding * abs(before)


@kernel
def is_acceptable(numbers, cost, slope, rounding):
    """J(t) <= J(0) + c1 t J'(0) and |J'(t)| <= c2 |J'(0)|; or approximately, where rounding hides the objective"""
    start, start_slope = numbers[START_OBJECTIVE], numbers[START_SLOPE]
    if not np.isfinite(cost) or not np.isfinite(slope):
        return False
    if cost <= start + DECREASE * numbers[STEP] * start_slope and abs(slope) <= -CURVATURE * start_slope:
        return True
    return (
        cost <= start + rounding * abs(start)
        and CURVATURE * start_slope <= slope <= (2.0 * DECREASE - 1.0) * start_slope
    )


@kernel
def decrease(numbers, cost, slope, rounding):
    """J(0) - J(t); from the slopes at both ends where rounding hides it"""
    if is_hidden(numbers[START_OBJECTIVE], cost, rounding):
        return -0.5 * numbers[STEP] * (numbers[START_SLOPE] + slope)
    return numbers[START_OBJECTIVE] - cost


@kernel
def next_step(numbers, cost, slope, rounding):
    """Move the end that the trial replaces, and choose the next trial."""
    step = numbers[STEP]
    if not np.isfinite(cost) or not np.isfinite(slope):
        too_far = True
    elif is_hidden(numbers[LOW_OBJECTIVE], cost, rounding):
        too_far = slope * (numbers[HIGH] - numbers[LOW]) >= 0.0
    else:
        too_far = (
            cost > numbers[START_OBJECTIVE] + DECREASE * step * numbers[START_SLOPE] or cost >= numbers[LOW_OBJECTIVE]
        )
    if too_far:
        numbers[HIGH], numbers[HIGH_OBJECTIVE], numbers[HIGH_SLOPE] = step, cost, slope
    else:
        if slope * (numbers[HIGH] - numbers[LOW]) >= 0.0:
            numbers[HIGH], numbers[HIGH_OBJECTIVE], numbers[HIGH_SLOPE] = (
                numbers[LOW],
                numbers[LOW_OBJECTIVE],
                numbers[LOW_SLOPE],
            )
        secant = step - slope * (step - numbers[LOW]) / (slope - numbers[LOW_SLOPE])
        numbers[LOW], numbers[LOW_OBJECTIVE], numbers[LOW_SLOPE] = step, cost, slope
        if numbers[HIGH] == np.inf:
            numbers[STEP] = min(max(secant, 2.0 * step), 10.0 * step) if np.isfinite(secant) else 4.0 * step
            return
    numbers[STEP] = between(numbers, rounding)


@kernel
def is_rounding_alone(numbers):
    """Return whether rounding is why no step was acceptable: the slopes at both ends, now close together, agree.

    At a kink, such as that of relu, the slopes differ.
    """
    return numbers[HIGH] < np.inf and (
        abs(numbers[HIGH_SLOPE] - numbers[LOW_SLOPE]) <= (1.0 - CURVATURE) * abs(numbers[START_SLOPE])
    )


@kernel
def between(numbers, rounding):
    """Return the minimum of the cubic through both ends with their slopes, kept a tenth away from either end.

    Where rounding hides the difference of the objectives, the parabola with these slopes is used.
    """
    low, high = numbers[LOW], numbers[HIGH]
    width = high - low
    if not np.isfinite(numbers[HIGH_OBJECTIVE]) or not np.isfinite(numbers[HIGH_SLOPE]):
        return low + 0.2 * width
    d1 = (
        numbers[LOW_SLOPE]
        + numbers[HIGH_SLOPE]
        - 3.0 * (numbers[LOW_OBJECTIVE] - numbers[HIGH_OBJECTIVE]) / (low - high)
    )
    square = d1 * d1 - numbers[LOW_SLOPE] * numbers[HIGH_SLOPE]
    share = 0.5
    if is_hidden(numbers[LOW_OBJECTIVE], numbers[HIGH_OBJECTIVE], rounding):
        share = numbers[LOW_SLOPE] / (numbers[LOW_SLOPE] - numbers[HIGH_SLOPE])
    elif square >= 0.0:
        d2 = np.copysign(np.sqrt(square), width)
        share = 1.0 - (numbers[HIGH_SLOPE] + d2 - d1) / (numbers[HIGH_SLOPE] - numbers[LOW_SLOPE] + 2.0 * d2)
    if not np.isfinite(share):
        share = 0.5
    return low + min(max(share, 0.1), 0.9) * width
