"""Base class of the estimators that select λ, and the layer sizes, along the path."""

from __future__ import annotations

import copy
import warnings
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from typing import Any, Self

import numpy as np
from sklearn.exceptions import ConvergenceWarning
from sklearn.utils.validation import check_is_fitted

from ridgenet._averaged import AveragedNetworks, weighted
from ridgenet._fitted import FittedNetwork
from ridgenet.estimators._data import ArrayData, Data
from ridgenet.estimators._fit_context import in_fit_context
from ridgenet.estimators._fold_networks import FoldNetworks
from ridgenet.estimators._folds import name_of, warn_of_undefined
from ridgenet.estimators._parameters_cv import documented_cv
from ridgenet.estimators._path_estimator import PathEstimator
from ridgenet.estimators._reporting import Reporting
from ridgenet.estimators._scores import (
    GivenOutputs,
    Scores,
    Scoring,
    cv_scores,
    leave_one_out_scores,
    scores_by_evidence,
)
from ridgenet.estimators._sklearn_callbacks import FitTasks, PathTasks
from ridgenet.estimators._training import NO_LOWER_OBJECTIVE
from ridgenet.formulas import LOSSES
from ridgenet.path._adaptive import adaptive_path, full_path
from ridgenet.path._fits import RESTARTS_OF_A_DIVISION, PathFits
from ridgenet.path._grid import Grid
from ridgenet.path._problem import Problem
from ridgenet.path._result import NetworkPath
from ridgenet.path._rows import ALL
from ridgenet.path._selection import CLEARLY_WORSE, weights_of_candidates
from ridgenet.path._watch import SharedWatch

# fitted attributes that only some fits set
OPTIONAL_ATTRIBUTES = (
    "alpha_min_",
    "alpha_1se_",
    "alpha_interval_",
    "candidate_weights_",
    "cv_results_",
    "oof_predictions_",
    "_fold_networks",
)
# selection rules that need no folds
WITHOUT_FOLDS = ("loo", "evidence")
# the largest of the default candidates is tried if no hidden layer is clearly worse than a few units, and these leave
# less than this fraction of the loss of the best constant
LITTLE_LEFT = 0.2
# and if it has at most this many parameters for each sample
MOST_PARAMETERS = 2.0
# the evidence of networks that leave less than this fraction of it is not reliable for classes
SEPARATED = 0.05
# it takes most of the time, and more restarts add little to its average
RESTARTS_OF_LARGEST = 3


class BaseRidgeNetCV(Reporting, PathEstimator):
    """Base class of `RidgeNetClassifierCV` and `RidgeNetRegressorCV`."""

    @in_fit_context
    @documented_cv
    def fit(self, X: Any, y: Any, sample_weight: Any = None, *, groups: Any = None) -> Self:
        """Fit the path on all data and on each fold, and select λ and the layer sizes.

        Scores use the sample weights, too. On Dask collections, folds are assigned by hashing row numbers.

        Parameters
        ----------
        {X}
        {y}
        {sample_weight}
        groups : array-like of shape (n_samples,), default=None
            Group labels, passed to the splitter `cv`.

        Returns
        -------
        self
            The fitted estimator.

        Raises
        ------
        ValueError
            If the data or a parameter is invalid.
        KeyboardInterrupt
            After Ctrl-C; the results so far are in `path_`.
        """
        for name in OPTIONAL_ATTRIBUTES:
            self.__dict__.pop(name, None)
        data = self._data(X, y, sample_weight, groups=groups)
        # a report can train again on nothing else
        self._has_plain_rows = isinstance(data, ArrayData) and sample_weight is None and groups is None
        seed = self._seed()
        folds = None
        if self.selection not in WITHOUT_FOLDS:
            n_divisions = -(-self.n_restarts // RESTARTS_OF_A_DIVISION) if self.average else 1
            folds = data.folds(self.cv, groups, seed, n_divisions)
        problems = self._problems(data, folds)
        tasks = FitTasks(self, len(problems), X, y, sample_weight)
        candidates = PathTasks(tasks)
        watch = SharedWatch([*self._callbacks(), *candidates.callbacks])
        fits: list[PathFits] = []
        scores: list[Scores] = []
        self.paths_ = []
        for problem in problems:
            if self._has_enough_units(problem, scores):
                break
            near = self._near(problem, fits, scores)
            score = _remembering_the_last(partial(self._scores, data))
            candidates.begin(all_at_once=not self._looks_for_alpha)
            fits.append(self._fit_candidate(problem, (seed, len(fits)), watch, score, near))
            self.path_ = fits[-1].path()
            self.paths_.append(self.path_)
            if self.path_.interrupted:
                raise KeyboardInterrupt(
                    f"stopped before λ was selected; the results so far are in path_: {self.path_!r}"
                )
            self._require_finite(fits[-1].is_complete)
            scores.append(score(fits[-1]))
            if self.selection not in WITHOUT_FOLDS:
                warn_of_undefined(scores[-1].curve.by_fold, name_of(self.scoring))
            if candidates.end(partial(self._attributes_at_best, self.path_, scores[-1])):
                break
        if self.selection == "evidence":
            self._select_by_evidence(scores)
        else:
            self._select_by_scores(fits, scores, watch)
            self._keep_predictions(fits[self._selected], scores[self._selected])
        self._warn_unless_converged()
        tasks.end()
        return self

    @property
    def _looks_for_alpha(self) -> bool:
        """Whether λ are fitted a few at a time, near the best one so far."""
        return self._is_adaptive and self.selection not in WITHOUT_FOLDS

    def _attributes_at_best(self, path: NetworkPath, scores: Scores) -> dict[str, Any]:
        """Return the attributes with which this estimator predicts by a candidate at its best λ."""
        index = scores.curve.best
        return {"_fitted": path.network_at(index, average=self.average), "alpha_": float(path.alphas[index])}

    def _has_enough_units(self, problem: Problem, scores: Sequence[Scores]) -> bool:
        """Return whether the largest of the default candidates, the given one, need not be tried."""
        if not self._chooses_size or len(self.paths_) < 2:
            return False
        if self.selection == "evidence" or self.scoring is not None or self.alphas is not None:
            return True
        if problem.network.n_parameters > MOST_PARAMETERS * problem.rows.total_weight(ALL):
            return True
        linear, small = (each.curve for each in scores)
        if linear.standard_errors_from(linear.best, small, small.best) < CLEARLY_WORSE:
            return True
        # at λ_max the network is the best constant; scores are negative losses
        return bool(small.mean[small.best] < LITTLE_LEFT * small.mean[0])

    def _near(self, problem: Problem, fits: Sequence[PathFits], scores: Sequence[Scores]) -> float | None:
        """Return the best λ of the candidate before, unless it or this one has no hidden layer."""
        if not scores or min(fits[-1].problem.network.n_layers, problem.network.n_layers) == 1:
            return None
        return float(fits[-1].alphas[scores[-1].curve.best])

    def _fit_candidate(
        self,
        problem: Problem,
        seed: Sequence[int],
        watch: SharedWatch,
        score: Callable[[PathFits], Scores],
        near: float | None,
    ) -> PathFits:
        """Fit the path of one candidate, whose best λ is expected near a given one."""
        fitter = self._fitter(problem, seed, watch, sweeps=1)
        if self._chooses_size and near is not None:
            fitter = replace(fitter, n_restarts=min(self.n_restarts, RESTARTS_OF_LARGEST))
        alphas = self._grid(problem)
        if self.alphas is not None:
            return fitter.fit(alphas)
        if not self._looks_for_alpha:
            return full_path(fitter, Grid(alphas), lambda fits: score(fits).curve)
        # scorers know all samples only
        sampled = self.scoring is None
        return adaptive_path(fitter, Grid(alphas), lambda fits: score(fits).curve, near=near, sampled=sampled)

    def _scores(self, data: Data, fits: PathFits) -> Scores:
        """Return the log evidence, or the scores on the test rows of each fold or on each sample left out."""
        if self.selection == "evidence":
            if not (fits.alphas > 0).all():
                raise ValueError("selection='evidence' needs alphas above 0, because λ is the precision of a prior")
            return scores_by_evidence(self._with_evidence(fits.path(), fits.problem))
        if self.selection == "loo":
            assert isinstance(data, ArrayData)
            return leave_one_out_scores(fits, data, average=self.average, n_jobs=self.n_jobs)
        scoring = None
        if self.scoring is not None:
            assert isinstance(data, ArrayData)
            scoring = Scoring(self.scoring, self._scorer_classes, self._with, data.X, data.y)
        return cv_scores(fits, scoring, average=self.average)

    def _keep_predictions(self, fits: PathFits, scores: Scores) -> None:
        """Keep what intervals need of the folds of the selected candidate, and its predictions if requested."""
        if self.selection != "loo":
            self._fold_networks = FoldNetworks.of(fits, average=self.average)
        if self.keep:
            left_out = scores.left_out
            self.oof_predictions_ = fits.out_of_fold(average=self.average) if left_out is None else left_out

    def with_alpha(self, alpha: float) -> Self:
        """Return a fitted copy that predicts with the network at another λ of the path.

        Parameters
        ----------
        alpha : float
            Regularisation strength λ; the nearest value of the path on a logarithmic scale is used.

        Returns
        -------
        RidgeNetClassifierCV or RidgeNetRegressorCV
            Fitted copy of this estimator.

        Raises
        ------
        InputError
            If `alpha` is outside the range of the path.

        Examples
        --------
        >>> from sklearn.datasets import make_moons
        >>> from ridgenet import RidgeNetClassifierCV
        >>> X, y = make_moons(100, noise=0.3, random_state=0)
        >>> net = RidgeNetClassifierCV(n_alphas=10, n_restarts=1, random_state=0).fit(X, y)
        >>> stronger = net.with_alpha(10 * net.alpha_)
        >>> bool((stronger.coefs_[0] ** 2).sum() < (net.coefs_[0] ** 2).sum())
        True
        """
        check_is_fitted(self, "alpha_")
        other = copy.copy(self)
        index = self.path_.index_of(alpha)
        if self.path_.alphas[index] == self.alpha_:
            return other
        other._select(self._selected, index)
        other._fitted = other._fitted.astype(self._fitted.dtype)
        return other

    # selection

    def _select_by_scores(self, fits: Sequence[PathFits], scores: Sequence[Scores], watch: SharedWatch) -> None:
        curves = [each.curve for each in scores]
        self._set_cv_results(scores)
        candidate = int(np.nanargmax([curve.mean[curve.best] for curve in curves]))
        best, simpler = curves[candidate].best, curves[candidate].within_one_standard_error
        alphas = self.paths_[candidate].alphas.tolist()
        self.alpha_min_, self.alpha_1se_ = alphas[best], alphas[simpler]
        largest, smallest = curves[candidate].not_clearly_worse
        self.alpha_interval_ = (alphas[smallest], alphas[largest])
        indices = [curve.within_one_standard_error if self.selection == "1se" else curve.best for curve in curves]
        weights = weights_of_candidates(curves, [curve.best for curve in curves])
        self.candidate_weights_ = weights if self.average else np.eye(len(curves))[candidate]
        # an adaptive path is content with less than the tolerance `tol`
        plan = self._plan(sweeps=1)
        for k in map(int, np.flatnonzero(self.candidate_weights_)):
            self.paths_[k] = fits[k].polished(indices[k], plan, watch).path()
        self._select(candidate, indices[candidate])
        if np.count_nonzero(self.candidate_weights_) > 1:
            # the first network of an average is the one that is shown
            order = [candidate, *(k for k in range(len(curves)) if k != candidate)]
            networks = [self.paths_[k].network_at(indices[k], average=True) for k in order]
            self._fitted = weighted(networks, self.candidate_weights_[order])

    @property
    def _selected(self) -> int:
        """Index of the selected candidate."""
        return next(k for k, path in enumerate(self.paths_) if path is self.path_)

    def _network_at(self, index: int) -> FittedNetwork | AveragedNetworks:
        """Return the networks that predict at one λ; at the selected one, they include those of other candidates."""
        if self.path_.alphas[index] == self.alpha_:
            return self._fitted
        return self.path_.network_at(index, average=self.average)

    def _with(self, outputs: GivenOutputs) -> Self:
        """Return a copy that predicts given outputs, for scorers."""
        other = copy.copy(self)
        other._fitted = outputs  # type: ignore[assignment]
        other.__dict__.pop("feature_names_in_", None)
        return other

    @property
    def _scorer_classes(self) -> np.ndarray | None:
        """All classes, as a fold may lack some; None for regression and multilabel targets."""
        return None if self._numeric_targets or self._multilabel else self.classes_

    def _set_cv_results(self, scores: Sequence[Scores]) -> None:
        curves = [each.curve for each in scores]
        sizes = [path.network.layer_sizes[1:-1] for path in self.paths_ for _ in range(len(path))]
        named = np.empty(len(sizes), dtype=object)
        named[:] = sizes
        # candidates with fewer restarts may have fewer folds
        n_folds = max(len(curve.by_fold) for curve in curves)
        by_fold = np.concatenate([_with_rows(curve.by_fold, n_folds) for curve in curves], axis=1)
        if self.selection == "loo":
            # each sample is a fold: too many columns
            by_fold = by_fold[:0]
        self.cv_results_ = {
            "hidden_layer_sizes": named,
            "alpha": np.concatenate([path.alphas for path in self.paths_]),
            "mean_test_score": np.concatenate([curve.mean for curve in curves]),
            "standard_error": np.concatenate([curve.standard_error for curve in curves]),
            "difference_from_best": np.concatenate([curve.from_best.mean for curve in curves]),
            "standard_error_of_difference": np.concatenate([curve.from_best.standard_error for curve in curves]),
            "std_over_restarts": np.concatenate([each.spread for each in scores]),
            **{f"split{k}_test_score": values for k, values in enumerate(by_fold)},
        }

    def _results_of(self, candidate: int) -> slice:
        """Return the rows of `cv_results_` that belong to a candidate."""
        ends = np.cumsum([0, *map(len, self.paths_)])
        return slice(int(ends[candidate]), int(ends[candidate + 1]))

    def _select_by_evidence(self, scores: Sequence[Scores]) -> None:
        self.paths_ = [each.path for each in scores if each.path is not None]
        logs = [each.curve.mean for each in scores]
        candidate = int(np.argmax([each.max() for each in logs]))
        self._select(candidate, int(np.argmax(logs[candidate])))
        self._warn_if_classes_are_separated()

    def _warn_if_classes_are_separated(self) -> None:
        """Warn where the evidence, which approximates the likelihood by a Gaussian, has a false maximum at weak λ."""
        fraction = float(self.data_loss_curve_[-1] / self.path_.data_losses[0, 0])
        if LOSSES[self._loss].targets == "classes" and fraction < SEPARATED:
            warnings.warn(
                "selection='evidence' is not reliable here: the network separates the classes almost without error, "
                "and may be over-fitted; compare with selection='min'",
                stacklevel=3,
            )

    def _select(self, candidate: int, index: int) -> None:
        """Set the fitted attributes to those of one candidate and one λ."""
        path = self.path_ = self.paths_[candidate]
        self.hidden_layer_sizes_ = path.network.layer_sizes[1:-1]
        self.alphas_ = path.alphas
        self.alpha_ = float(path.alphas[index])
        self._fitted = path.network_at(index, average=self.average)
        self.n_effective_ = None if path.n_effective is None else float(path.n_effective[index])
        self.data_loss_curve_, self.l2_penalty_curve_ = path.curves[index]
        self.loss_curve_ = self.data_loss_curve_ + self.l2_penalty_curve_
        self.loss_ = self.best_loss_ = float(path.objectives[index, 0])
        self.n_iter_ = int(path.n_iter[index, 0])
        self.converged_ = bool(path.converged[index, 0])
        self.gradient_norm_ = float(path.gradient_norms[index, 0])
        self.solver_, self.t_ = "lbfgs", self.n_iter_ * int(path.n_samples)
        self.validation_scores_ = self.validation_loss_curve_ = self.best_validation_score_ = None
        self.network_, self.n_layers_ = path.network, len(path.network.layer_sizes)
        self.n_outputs_, self.out_activation_ = path.network.layer_sizes[-1], path.network.output

    def _warn_unless_converged(self) -> None:
        if self.converged_:
            return
        advice = NO_LOWER_OBJECTIVE if self.n_iter_ < self.max_iter else "Increase max_iter, or scale the data."
        warnings.warn(
            f"lbfgs failed to converge at the selected λ = {self.alpha_:.3g}: after {self.n_iter_} iterations the "
            f"largest component of the gradient is {self.gradient_norm_:.1e} (tol={self.tol:g}). {advice}",
            ConvergenceWarning,
            stacklevel=3,
        )

    def _sign_and_name_of_scores(self) -> tuple[int, str]:
        """Return the sign and the name for showing scores of `cv_results_`, where losses are negative."""
        how = "leave-one-out" if self.selection == "loo" else "cross-validated"
        if self.scoring is None or self.selection == "loo":
            return -1, f"{how} {LOSSES[self._loss].score_name}"
        if isinstance(self.scoring, str):
            is_loss = self.scoring.startswith("neg_")
            return (-1 if is_loss else 1), f"{how} {self.scoring.removeprefix('neg_').replace('_', ' ')}"
        return 1, f"{how} score"


def _remembering_the_last(function: Callable[[PathFits], Scores]) -> Callable[[PathFits], Scores]:
    """Return a function that does not score the same fits twice in succession."""
    last: list[tuple[PathFits, Scores]] = []

    def remembering(fits: PathFits) -> Scores:
        if not last or last[0][0] is not fits:
            last[:] = [(fits, function(fits))]
        return last[0][1]

    return remembering


def _with_rows(values: np.ndarray, n_rows: int) -> np.ndarray:
    """Return an array with rows of NaN added to it."""
    return np.concatenate([values, np.full((n_rows - len(values), values.shape[1]), np.nan)])
