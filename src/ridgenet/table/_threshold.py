"""The threshold of two classes with the lowest cost of wrong predictions, and advice for unbalanced classes."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ridgenet._table_settings import Costs

# of the rows: a smaller class is rare
RARE = 0.2


@dataclass(frozen=True)
class Threshold:
    """A threshold of the probability of the second class.

    Attributes
    ----------
    value : float
        The second class is predicted from this probability on.
    cost : float
        Mean cost of a row at this threshold.
    cost_at_half : float
        Mean cost of a row at the threshold ½.
    """

    value: float
    cost: float
    cost_at_half: float


def cheapest_threshold(
    is_second: np.ndarray, probabilities: np.ndarray, costs: Costs, weights: np.ndarray | None = None
) -> Threshold:
    """Return the threshold with the lowest mean cost on some rows.

    Parameters
    ----------
    is_second : ndarray of bool of shape (n_rows,)
        Whether each row is of the second class.
    probabilities : ndarray of shape (n_rows,)
        Predicted probabilities of the second class.
    costs : Costs
        Costs of wrong predictions.
    weights : ndarray of shape (n_rows,), optional
        Weights of the rows.
    """
    w = np.ones(len(probabilities)) if weights is None else weights
    order = np.argsort(probabilities, kind="stable")
    sorted_probabilities = probabilities[order]
    missed = np.where(is_second, costs.false_negative * w, 0.0)[order]
    alarms = np.where(is_second, 0.0, costs.false_positive * w)[order]
    # cost if the first k rows in order are predicted to be of the first class
    cost = (
        np.concatenate([[0.0], missed.cumsum()]) + alarms.sum() - np.concatenate([[0.0], alarms.cumsum()])
    ) / w.sum()
    # a threshold cannot divide rows of the same probability
    possible = np.concatenate([[True], np.diff(sorted_probabilities) > 0, [True]])
    k = int(np.flatnonzero(possible)[np.argmin(cost[possible])])
    ends = np.concatenate([[0.0], sorted_probabilities, [1.0]])
    at_half = int(np.searchsorted(sorted_probabilities, 0.5))
    return Threshold(float((ends[k] + ends[k + 1]) / 2), float(cost[k]), float(cost[at_half]))


def advice_for_rare(counts: dict[str, int], *, has_costs: bool, has_weights: bool) -> str | None:
    """Return advice if one of two classes is rare; None otherwise."""
    total = sum(counts.values())
    rare = min(counts, key=lambda label: counts[label])
    # costs are those of predicting the second class, and of missing it
    costs = "5:1" if rare == min(counts) else "1:5"
    if len(counts) != 2 or counts[rare] >= RARE * total or has_costs or has_weights:
        return None
    return (
        f"class {rare!r} has only {counts[rare] / total:.1%} of the rows, and the threshold ½ finds few of them; if "
        f"missing one costs more than a false alarm, give the costs with --cost, such as --cost {costs}, or weight the "
        "classes with --class-weight balanced, which makes probabilities too large"
    )
