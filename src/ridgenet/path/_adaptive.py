"""Follow a path only where λ may be selected: `adaptive_path`; or over its whole grid: `full_path`.

Most of the iterations of a whole path are at λ much weaker than any that is selected. An adaptive path first
looks for the best λ in coarse steps, from a moderate λ towards weaker ones, with one network for each fold, and stops
where the cross-validated score is clearly worse than its best; a network with few parameters for many samples is fitted
in coarse steps over the whole grid instead, on a part of the samples, since the best λ hardly depends on their number.
Then all restarts are trained near that λ in fine steps,
and up to the strongest λ in coarse ones. The range is extended as long as the best λ is at its weak end, and made fine
around the best λ and the strongest one within a standard error of it. docs/decisions/0016 has the measurements.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from ridgenet.path._fit import Backend, fit_path
from ridgenet.path._fits import Key, PathFits
from ridgenet.path._grid import Grid
from ridgenet.path._problem import Problem
from ridgenet.path._rows import ArrayRows
from ridgenet.path._search import Plan
from ridgenet.path._selection import CLEARLY_WORSE, Curve, mean_and_error
from ridgenet.path._watch import SharedWatch

# ratio of the coarse steps
COARSE = 2.0
# the search for the best λ starts at this fraction of the largest λ
BEGIN = 0.1
# it stops where the score is clearly worse than the best, and at the latest this many coarse steps after the best
PATIENCE = 4
# improvements of less than this many standard errors are not worth weaker λ
LITTLE = 0.2
PERTURBATION = 0.2
# of a network with at most this many parameters for each of many samples, the whole grid is fitted in coarse steps on a
# part of the samples: effects such as a sine of an input are found from weak λ only
FEW_PARAMETERS = 0.01
MANY_SAMPLES, MOST_SAMPLED = 20_000, 30_000
# relative decrease of the objective in an iteration at which a search converges, as a multiple of tol: that of a single
# network when looking for the best λ, of networks on a part of the samples, which must leave plateaus, and of all
# networks near the best λ
RELATIVE_TO_TOL = {"locate": 1.0, "explore": 0.05, "follow": 0.2}

Score = Callable[[PathFits], Curve]


@dataclass(frozen=True)
class PathFitter:
    """Everything `fit_path` needs except λ.

    Attributes
    ----------
    problem, n_restarts, seed, plan, backend, watch
        As for `fit_path`.
    """

    problem: Problem
    n_restarts: int
    seed: Sequence[int]
    plan: Plan
    backend: Backend
    watch: SharedWatch

    def fit(self, alphas: np.ndarray, starts: Mapping[Key, np.ndarray] | None = None) -> PathFits:
        """Return the fits at some λ, in decreasing order."""
        return fit_path(
            self.problem,
            alphas,
            n_restarts=self.n_restarts,
            seed=self.seed,
            plan=self.plan,
            backend=self.backend,
            watch=self.watch,
            starts=starts,
        )

    def with_tolerance(self, relative_to_tol: float, n_restarts: int | None = None) -> PathFitter:
        """Return a fitter with another tolerance, without screening, and with another number of restarts.

        The only minimum of a network without hidden layers is found quickly, to the tolerance of the plan.
        """
        plan = replace(self.plan, n_screened=1)
        if self.problem.network.n_layers > 1:
            plan = replace(plan, relative_tol=relative_to_tol * plan.tol)
        return replace(self, plan=plan, n_restarts=n_restarts or self.n_restarts)


def full_path(fitter: PathFitter, grid: Grid, score: Score) -> PathFits:
    """Fit all λ of the grid, and weaker ones as long as the best λ is at, or next to, the smallest."""
    fits = fitter.fit(grid.at(range(len(grid))))
    coarse = grid.steps(COARSE)
    last = len(grid) - 1
    while fits.is_complete and last < grid.last:
        curve = score(fits)
        if curve.best <= last - coarse or not _still_improves(curve, coarse):
            break
        weaker = range(last + 1, min(last + 3 * coarse, grid.last) + 1)
        fits = fits.joined(fitter.fit(grid.at(weaker)))
        last = weaker[-1]
    return fits


def adaptive_path(
    fitter: PathFitter, grid: Grid, score: Score, *, near: float | None = None, sampled: bool = False
) -> PathFits:
    """Fit the λ among which one will be selected.

    Parameters
    ----------
    fitter : PathFitter
        The problem, and how to fit it.
    grid : Grid
        λ to choose from.
    score : callable
        Returns the cross-validated scores of some fits.
    near : float, optional
        λ near which the best one is expected, such as that of another network; None looks for it.
    sampled : bool, default=False
        Whether `score` accepts fits on a part of the samples, for a network with few parameters.

    Returns
    -------
    PathFits
        Fits with all restarts; their λ are a part of the grid.
    """
    return _AdaptivePath(fitter, grid, score, sampled=sampled).follow(near)


class _AdaptivePath:
    def __init__(self, fitter: PathFitter, grid: Grid, score: Score, *, sampled: bool) -> None:
        self._fitter, self._grid, self._score, self._sampled = fitter, grid, score, sampled
        self._following = fitter.with_tolerance(RELATIVE_TO_TOL["follow"])
        self._coarse = grid.steps(COARSE)
        self._indices: list[int] = []

    def follow(self, near: float | None) -> PathFits:
        on_sample = self._on_sample() if near is None and self._sampled else None
        if on_sample is not None:
            near = float(on_sample.alphas[self._score(on_sample).best])
        best = self._located() if near is None else self._nearest(near)
        end = min(best + self._coarse, self._grid.last)
        begin = max(best - self._coarse, 0)
        strong = range(begin - self._coarse, 0, -self._coarse)
        fits = self._fitted({0, *strong, *range(begin, end + 1)}, on_sample)
        while fits.is_complete:
            curve = self._score(fits)
            missing = self._weaker(curve) or self._between(curve)
            if not missing:
                break
            fits = fits.joined(self._fitted(missing, fits))
        return fits

    def _on_sample(self) -> PathFits | None:
        """Return fits over the whole grid in coarse steps, on a part of the samples.

        None if even weak λ might over-fit, or the fits are not complete.
        """
        rows = self._fitter.problem.rows
        if not isinstance(rows, ArrayRows):
            return None
        n_samples, n_parameters = len(rows.part().Y), self._fitter.problem.network.n_parameters
        if n_samples <= MANY_SAMPLES or n_parameters > FEW_PARAMETERS * n_samples:
            return None
        part = rows.sampled(MOST_SAMPLED, self._fitter.seed[0])
        # few rows may have all of the weight
        if not part.has_weight_everywhere:
            return None
        problem = replace(self._fitter.problem, rows=part)
        fitter = replace(self._fitter.with_tolerance(RELATIVE_TO_TOL["explore"]), problem=problem)
        fits = fitter.fit(self._grid.at(range(0, len(self._grid), self._coarse)))
        return fits if fits.is_complete else None

    def _located(self) -> int:
        """Return the index of the best λ in coarse steps, for one network in each fold."""
        fitter = self._fitter.with_tolerance(RELATIVE_TO_TOL["locate"], n_restarts=1)
        begin = min(self._grid.steps(1 / BEGIN), self._grid.last)
        indices = range(begin, self._grid.last + 1, self._coarse)
        scores: list[np.ndarray] = []
        starts = None
        random = np.random.default_rng([*self._fitter.seed, 0])
        for index in indices:
            fits = fitter.fit(self._grid.at([index]), starts)
            if not fits.is_complete:
                break
            curve = self._score(fits)
            scores.append(curve.by_fold[:, 0])
            if _is_past_best(scores, curve.fold_weights):
                break
            perturbation = PERTURBATION * self._fitter.problem.random_start(random)
            starts = {key: start + perturbation for key, start in fits.parameters_at(self._grid[index]).items()}
        return indices[_best(scores, curve.fold_weights)] if scores else begin

    def _nearest(self, alpha: float) -> int:
        candidates = np.array([self._grid[index] for index in range(self._grid.last + 1)])
        return int(np.argmin(np.abs(np.log(candidates) - np.log(alpha))))

    def _fitted(self, indices: Iterable[int], near: PathFits | None = None) -> PathFits:
        """Return fits at some indices, from random starts or from the fits at the next weaker λ, if there are any."""
        self._indices = sorted({*self._indices, *indices})
        alphas = self._grid.at(indices)
        weaker = np.empty(0) if near is None else near.alphas[near.alphas <= alphas[-1]]
        starts = near.parameters_at(weaker[0]) if near is not None and weaker.size else None
        return self._following.fit(alphas, starts)

    def _weaker(self, curve: Curve) -> range | None:
        """Return indices beyond the weak end, if the best λ is at or next to it."""
        best, last = self._indices[curve.best], self._indices[-1]
        if best < last - 1 or last == self._grid.last or not _still_improves(curve, self._coarse):
            return None
        return range(last + 1, min(last + self._coarse, self._grid.last) + 1)

    def _between(self, curve: Curve) -> range | None:
        """Return missing indices next to the best λ, or the strongest within one standard error of it."""
        for position in (curve.best, curve.within_one_standard_error):
            for stronger, weaker in ((position, position + 1), (position - 1, position)):
                if stronger >= 0 and weaker < len(self._indices):
                    missing = range(self._indices[stronger] + 1, self._indices[weaker])
                    if missing:
                        return missing
        return None


def _still_improves(curve: Curve, coarse: int) -> bool:
    """Return whether the score has improved by more than a little over the last coarse step before the best."""
    best, before = curve.best, max(curve.best - coarse, 0)
    gains = curve.by_fold[:, best] - curve.by_fold[:, before]
    gain, error = mean_and_error(gains, curve.fold_weights, curve.n_divisions)
    return gain > LITTLE * error


def _best(scores: Sequence[np.ndarray], weights: np.ndarray) -> int:
    """Return the index of the best mean score."""
    return int(np.argmax([_mean(each, weights) for each in scores]))


def _is_past_best(scores: Sequence[np.ndarray], weights: np.ndarray) -> bool:
    """Return whether the last of the scores is clearly worse than the best of them, or they hardly change any more."""
    if not np.isfinite(_mean(scores[-1], weights)):
        return True
    best = _best(scores, weights)
    n_after = len(scores) - 1 - best
    if n_after == 0 and best >= 2:
        gain, error = mean_and_error(scores[best] - scores[best - 2], weights)
        return gain <= LITTLE * error
    if n_after < 2:
        return False
    loss, error = mean_and_error(scores[best] - scores[-1], weights)
    return n_after >= PATIENCE or loss > CLEARLY_WORSE * error


def _mean(values: np.ndarray, weights: np.ndarray) -> float:
    """Return the mean over folds of positive weight; -inf if it is not finite."""
    counts = weights > 0
    mean = float(np.average(values[counts], weights=weights[counts]))
    return mean if np.isfinite(mean) else -np.inf
