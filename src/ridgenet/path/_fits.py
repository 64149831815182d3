"""Chains on all rows and on the training rows of each fold, and their out-of-fold predictions: `PathFits`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ridgenet.core._penalties import alpha_of_part
from ridgenet.path._chain import Chain
from ridgenet.path._problem import Problem
from ridgenet.path._result import NetworkPath
from ridgenet.path._rows import ALL, ArrayRows, predictions_of
from ridgenet.path._search import Plan, follow, new_chain
from ridgenet.path._watch import SharedWatch

# chance in one division into folds would change the selected λ, and the loss of an average needs two restarts
RESTARTS_OF_A_DIVISION = 2
# index of the part of the rows, and of the restart
Key = tuple[int, int]


@dataclass(frozen=True)
class Outcome:
    """A chain, and its predictions for the test rows of its fold, if any: (n_alphas, n_test, n_outputs)."""

    chain: Chain
    outputs: np.ndarray | None = None

    def taken(self, indices: np.ndarray, other: Outcome) -> Outcome:
        """Return rows of this outcome followed by those of another, which are numbered on from the last of this one."""
        chain = self.chain.taken(indices, other.chain)
        if self.outputs is None or other.outputs is None:
            return Outcome(chain)
        return Outcome(chain, np.concatenate([self.outputs, other.outputs])[indices])


class PathFits:
    """The result of `fit_path`: chains by part of the rows and restart.

    Attributes
    ----------
    problem : Problem
        The network on all rows.
    alphas : ndarray of shape (n_alphas,)
        Values of λ for all rows.
    n_restarts : int
        Number of restarts. A network without hidden layers has a single minimum, and one chain on each part.
    outcomes : dict
        Chains and predictions by `Key`.
    interrupted : bool
        Whether the fit was stopped early.
    """

    def __init__(self, problem: Problem, alphas: np.ndarray, n_restarts: int) -> None:
        self.problem, self.alphas, self.n_restarts = problem, alphas, n_restarts
        self.interrupted = False
        self._rows = problem.rows
        self.outcomes = {
            (part, restart): Outcome(new_chain(problem.on(part), len(alphas)))
            for part in range(self._rows.n_folds + 1)
            for restart in self._restarts_on(part)
        }

    def _restarts_on(self, part: int) -> range:
        """Return the restarts that are trained on a part: each of several divisions into folds has two of them."""
        restarts = range(self.n_restarts)
        if part != ALL and self._rows.n_divisions > 1:
            first = RESTARTS_OF_A_DIVISION * self._rows.division_of(part - 1)
            restarts = restarts[first : first + RESTARTS_OF_A_DIVISION]
        return restarts[:1] if self.problem.network.n_layers == 1 else restarts

    @property
    def folds(self) -> list[int]:
        """Indices of the folds with networks."""
        return [fold for fold in range(self._rows.n_folds) if self._restarts_on(fold + 1)]

    @property
    def n_divisions(self) -> int:
        """Number of divisions into these folds."""
        return len({self._rows.division_of(fold) for fold in self.folds})

    def joined(self, other: PathFits) -> PathFits:
        """Return the fits at the λ of both; where both have the same λ, those of the other."""
        both = PathFits(self.problem, np.union1d(self.alphas, other.alphas)[::-1], self.n_restarts)
        all_alphas = np.concatenate([self.alphas, other.alphas])
        # the last of equal values
        indices = np.array([np.flatnonzero(all_alphas == alpha)[-1] for alpha in both.alphas])
        for key, outcome in self.outcomes.items():
            both.outcomes[key] = outcome.taken(indices, other.outcomes[key])
        both.interrupted = self.interrupted or other.interrupted
        return both

    @property
    def is_complete(self) -> bool:
        """Whether some restart has a minimum at every λ, on all rows and in each fold; not if stopped or not finite."""
        parts = (ALL, *(fold + 1 for fold in self.folds))
        return not self.interrupted and all(any(each.found.all() for each in self.chains(part)) for part in parts)

    def parameters_at(self, alpha: float) -> dict[Key, np.ndarray]:
        """Return the parameters of every chain at one of the λ."""
        index = int(np.flatnonzero(self.alphas == alpha)[0])
        return {key: outcome.chain.parameters[index] for key, outcome in self.outcomes.items()}

    def polished(self, index: int, plan: Plan, watch: SharedWatch) -> PathFits:
        """Return the same fits, with the minima on all rows at one λ found to the tolerance of a plan if possible."""
        alphas = self.alphas[index : index + 1]
        result = PathFits(self.problem, self.alphas, self.n_restarts)
        result.outcomes |= self.outcomes
        indices = np.arange(len(self.alphas))
        indices[index] = len(indices)
        restarts = self._restarts_on(ALL)
        watch.expect(len(restarts))
        for restart in restarts:
            chain = self.outcomes[ALL, restart].chain
            search = new_chain(self.problem, 1)
            follow(self.problem, alphas, (), plan, search, watch, start=chain.parameters[index].copy())
            if search.n_iter[0] > 0 and search.converged[0] and search.objectives[0] <= chain.objectives[index]:
                result.outcomes[ALL, restart] = Outcome(chain.taken(indices, search))
        return result

    def path(self, part: int = ALL) -> NetworkPath:
        """Return the path on all rows, or on a part of them."""
        return NetworkPath.of(
            self.alphas_of(part),
            self.problem.network,
            self._rows.standardizer(part),
            self._rows.total_weight(part),
            self.chains(part),
            dtype=self._rows.dtype,
            interrupted=self.interrupted,
        )

    def chains(self, part: int) -> list[Chain]:
        """Return the chains on a part of the rows, by restart."""
        return [self.outcomes[part, restart].chain for restart in self._restarts_on(part)]

    def alphas_of(self, part: int) -> np.ndarray:
        """Return the λ of a part, scaled so that λ/n is the same as for all rows."""
        if part == ALL:
            return self.alphas
        return alpha_of_part(self.alphas, self._rows.total_weight(part), self._rows.total_weight(ALL))

    # out-of-fold predictions and losses

    def predictions(self, fold: int, *, average: bool) -> np.ndarray:
        """Return the predictions of the networks of a fold for its test rows, (n_alphas, n_test, n_outputs)."""
        return predictions_of(self.chains(fold + 1), self._outputs(fold), average=average)

    def out_of_fold(self, *, average: bool) -> np.ndarray:
        """Return the out-of-fold predictions, (n_alphas, n_samples, n_outputs).

        The mean for samples in several test folds; NaN for samples in none.
        """
        rows = self._rows
        assert isinstance(rows, ArrayRows)
        Y = rows.part().Y
        total = np.zeros((len(self.alphas), *Y.shape))
        counts = np.zeros(len(Y))
        for fold in self.folds:
            test = rows.folds[fold].test
            total[:, test] += self.predictions(fold, average=average)
            counts[test] += 1
        with np.errstate(invalid="ignore"):
            mean: np.ndarray = total / counts[np.newaxis, :, np.newaxis]
        return mean

    def losses(self, *, average: bool) -> tuple[np.ndarray, np.ndarray]:
        """Return the mean out-of-fold losses.

        Parameters
        ----------
        average : bool
            Whether to average the predictions of all restarts; otherwise the restart with the lowest objective
            predicts.

        Returns
        -------
        losses : ndarray of shape (n_folds, n_alphas)
            Mean loss of the predictions for the test rows of each fold.
        by_restart : ndarray of shape (n_restarts, n_alphas)
            Mean loss of each restart over its folds.
        """
        rows, network = self._rows, self.problem.network
        pairs = [
            rows.test_losses(network, fold, self.chains(fold + 1), self._outputs(fold), average=average)
            for fold in self.folds
        ]
        losses, singles = np.array([loss for loss, _ in pairs]), [single for _, single in pairs]
        if average and self.n_divisions > 1 and network.n_layers > 1:
            # losses of fits that are not finite are not, either
            with np.errstate(invalid="ignore"):
                losses = self._of_all_restarts(losses, singles)
        of_restart: dict[int, list[tuple[np.ndarray, float]]] = {}
        for fold, single in zip(self.folds, singles, strict=True):
            for restart, loss in zip(self._restarts_on(fold + 1), single, strict=True):
                of_restart.setdefault(restart, []).append((loss, rows.fold_weights[fold]))
        by_restart = [
            np.average([loss for loss, _ in of_restart[restart]], axis=0, weights=[w for _, w in of_restart[restart]])
            for restart in sorted(of_restart)
        ]
        return losses, np.array(by_restart)

    def _of_all_restarts(self, losses: np.ndarray, singles: Sequence[np.ndarray]) -> np.ndarray:
        """Return the losses that averages of all restarts would have, of which each division has a share.

        With the mean loss of single networks L₁, the average of m networks has the loss L_m = L₁ - (1 - 1/m) σ². For
        squared error σ² is the variance of their predictions (Krogh and Vedelsby, *Neural network ensembles, cross
        validation, and active learning*, NIPS 1994); for other losses this is an approximation.

        Parameters
        ----------
        losses : ndarray of shape (n_folds, n_alphas)
            Losses of the averages in each fold.
        singles : sequence of ndarray of shape (n_restarts_of_fold, n_alphas)
            Losses of their members.
        """
        m = np.array([len(single) for single in singles])[:, np.newaxis]
        spreads = np.array([single.mean(axis=0) for single in singles]) - losses
        several = m[:, 0] > 1
        if not several.any():
            return losses
        spreads[several] *= m[several] / (m[several] - 1)
        spreads[~several] = spreads[several].mean(axis=0)
        # σ² is at most m L_m, where the bias is zero
        return np.asarray(losses - (1 / m - 1 / self.n_restarts) * np.minimum(spreads, m * losses))

    def _outputs(self, fold: int) -> list[np.ndarray]:
        outcomes = (self.outcomes[fold + 1, restart] for restart in self._restarts_on(fold + 1))
        return [outcome.outputs for outcome in outcomes if outcome.outputs is not None]
