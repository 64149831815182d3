"""Estimators that choose λ, and the size of the network, from the whole path."""

from __future__ import annotations

import copy
import warnings
from collections.abc import Sequence
from typing import Any, Self

import numpy as np
from sklearn.base import _fit_context
from sklearn.exceptions import ConvergenceWarning
from sklearn.metrics import get_scorer
from sklearn.model_selection import BaseCrossValidator, KFold, StratifiedKFold, check_cv
from sklearn.utils import check_random_state
from sklearn.utils.validation import check_is_fitted

from ridgenet.estimators.network_estimator import NetworkEstimator
from ridgenet.estimators.parameters import as_callbacks
from ridgenet.estimators.parameters_cv import CV_CONSTRAINTS
from ridgenet.fitted import AveragedNetworks, FittedNetwork
from ridgenet.network import Network
from ridgenet.path.cross_fit import CrossFit
from ridgenet.path.evidence import with_evidence
from ridgenet.path.grid import alpha_grid, extended, strongest
from ridgenet.path.problem import Fold, Problem
from ridgenet.path.result import NetworkPath
from ridgenet.path.runner import Callback, PathProgress
from ridgenet.path.scoring import JUDGEMENTS, mean_losses
from ridgenet.path.search import Plan
from ridgenet.path.selection import Curve

DEFAULT_N_FOLDS = 5
# where the weakest λ of the grid is clearly the best, the grid goes on, once, to this share of it
FURTHER = 1e-2
# fitted attributes that not every fit sets
OF_FOLDS = ("alpha_min_", "alpha_1se_", "cv_results_", "oof_predictions_")
# a search also ends when an iteration lowers the cost by less than this times tol, as a share of it
RELATIVE_TO_TOL = 1e-3


class BaseRidgeNetCV(NetworkEstimator):
    """Base of `RidgeNetClassifierCV` and `RidgeNetRegressorCV`."""

    _parameter_constraints = CV_CONSTRAINTS

    hidden_layer_sizes: Any
    activation: str
    alphas: Any
    n_alphas: int
    alpha_max_ratio: float
    alpha_min_ratio: float
    cv: Any
    scoring: Any
    selection: str
    n_restarts: int
    average: bool
    init: str
    max_iter: int
    tol: float
    random_state: Any
    n_jobs: int | None
    keep: bool
    verbose: Any
    callbacks: Any

    path_: NetworkPath
    paths_: list[NetworkPath]
    alphas_: np.ndarray

    @_fit_context(prefer_skip_nested_validation=True)
    def fit(self, X: Any, y: Any, sample_weight: Any = None, *, groups: Any = None) -> Self:
        """Follow the path on all data and on each fold, and choose λ and the size of the network.

        Parameters
        ----------
        X : array-like or sparse matrix of shape (n_samples, n_features)
            Inputs: finite numbers.
        y : array-like of shape (n_samples,) or (n_samples, n_outputs)
            Targets.
        sample_weight : array-like of shape (n_samples,), optional
            Weights of the examples, 0 or more, in training and in scoring. λ is divided by their sum.
        groups : array-like of shape (n_samples,), optional
            Handed to the splitter `cv`.

        Returns
        -------
        self
            The fitted estimator.

        Raises
        ------
        ValueError
            If data or a parameter cannot be used.
        KeyboardInterrupt
            After Ctrl-C; what was finished is then in `path_`.
        """
        for name in OF_FOLDS:
            self.__dict__.pop(name, None)
        X, y, weights, problems = self._prepared(X, y, sample_weight)
        in_scoring = None if sample_weight is None else np.asarray(sample_weight, np.float64)
        seed = self._seed()
        folds = [] if self.selection == "evidence" else self._folds(X, y, groups, seed)
        self._require_weight(folds, weights, in_scoring)
        self._follow_and_choose(problems, folds, seed, X, y, in_scoring)
        if self.alphas is None and self._asks_for_weaker():
            self.alphas_ = extended(self.alphas_, FURTHER)
            self._follow_and_choose(problems, folds, seed, X, y, in_scoring)
        self._warn_unless_converged()
        return self

    def _follow_and_choose(
        self,
        problems: Sequence[Problem],
        folds: Sequence[Fold],
        seed: int,
        X: Any,
        y: np.ndarray,
        in_scoring: np.ndarray | None,
    ) -> None:
        fits = CrossFit(problems, folds, self.alphas_, self.n_restarts, seed)
        # an average of restarts has no use for the lowest minimum of each: measured in docs/path.md
        fits.run(self._plan(turns=0), self.n_jobs, self._callbacks())
        self.paths_ = [fits.path(size) for size in range(len(problems))]
        self.path_ = self.paths_[-1]
        if fits.interrupted:
            raise KeyboardInterrupt(f"stopped before λ could be chosen; what was finished is in path_: {self.path_!r}")
        self._require_finite()
        if self.selection == "evidence":
            self._choose_by_evidence(problems)
        else:
            self._choose_by_folds(fits, X, y, in_scoring)

    def _asks_for_weaker(self) -> bool:
        """Tell whether the weakest λ is the best, and by the folds clearly better than one a decade stronger."""
        weakest = self.alphas_[-1]
        if self.selection == "evidence":
            return bool(self.alpha_ == weakest)
        return bool(self.alpha_min_ == weakest and self.alpha_1se_ < 10 * weakest)

    def with_alpha(self, alpha: float) -> Self:
        """Return a fitted copy that predicts with the network at another λ of the path.

        Parameters
        ----------
        alpha : float
            The λ; of those on the path, the nearest by ratio is taken.

        Examples
        --------
        >>> from sklearn.datasets import make_moons
        >>> from ridgenet import RidgeNetClassifierCV
        >>> X, y = make_moons(100, noise=0.3, random_state=0)
        >>> net = RidgeNetClassifierCV(n_alphas=10, n_restarts=1, random_state=0).fit(X, y)
        >>> stiff = net.with_alpha(10 * net.alpha_)
        >>> bool((stiff.coefs_[0] ** 2).sum() < (net.coefs_[0] ** 2).sum())
        True
        """
        check_is_fitted(self, "alpha_")
        other = copy.copy(self)
        size = next(size for size, path in enumerate(self.paths_) if path is self.path_)
        other._take(size, self.path_.place_of(alpha))
        other._fitted = other._fitted.astype(self._fitted.dtype)
        return other

    def path_on_all(self, X: Any, y: Any, sample_weight: Any = None, *, evidence: bool = False) -> NetworkPath:
        """Return the path on all data; `ridgenet_path` says more."""
        self._validate_params()
        _, _, _, problems = self._prepared(X, y, sample_weight)
        if len(problems) > 1:
            raise ValueError(f"a path is of one size of network; got hidden_layer_sizes={self.hidden_layer_sizes}")
        fits = CrossFit(problems, [], self.alphas_, self.n_restarts, self._seed())
        fits.run(self._plan(turns=1), self.n_jobs, self._callbacks())
        self.path_ = fits.path(0)
        if fits.interrupted:
            return self.path_
        self._require_finite()
        return with_evidence(self.path_, problems[0], self.n_jobs) if evidence else self.path_

    # what is fitted

    def _prepared(self, X: Any, y: Any, sample_weight: Any) -> tuple[Any, np.ndarray, np.ndarray | None, list[Problem]]:
        """Return checked data, the weights of examples, and what is fitted for each size."""
        X, y = self._validated(X, y, reset=True)
        weights = self._weights(X, y, sample_weight)
        problems = self._problems(X, self._encode(y, classes_known=False), weights)
        self.alphas_ = self._grid(problems)
        return X, y, weights, problems

    def _seed(self) -> int:
        return int(check_random_state(self.random_state).randint(2**31))

    def _require_finite(self) -> None:
        if not np.isfinite([path.data_costs[:, 0] for path in getattr(self, "paths_", [self.path_])]).all():
            raise ValueError("the cost is not finite: inputs or targets are too large; scale them, or standardize=True")

    def _problems(self, X: Any, Y: np.ndarray, weights: np.ndarray | None) -> list[Problem]:
        units = self._standard_units(X, Y, weights)
        shapes = [(X.shape[1], *hidden, Y.shape[1]) for hidden in self._sizes()]
        networks = [Network(shape, self.activation, self._output) for shape in shapes]
        return [Problem(network, X, Y, weights, self.standardize, units, self.init) for network in networks]

    def _sizes(self) -> list[tuple[int, ...]]:
        """Return the hidden layers of each candidate; sizes in a sequence of sequences are candidates."""
        given = self.hidden_layer_sizes
        sizes = list(given) if np.iterable(given) else [given]
        if any(np.iterable(size) for size in sizes):
            candidates = [tuple(size) if np.iterable(size) else (size,) for size in sizes]
        else:
            candidates = [tuple(sizes)]
        for candidate in candidates:
            if any(size <= 0 for size in candidate):
                raise ValueError(f"hidden_layer_sizes must be > 0, got {list(candidate)}.")
        return candidates

    def _grid(self, problems: Sequence[Problem]) -> np.ndarray:
        if self.alphas is None:
            # networks without hidden layers have no λ_max: they take the grid of the others, if there are any
            with_hidden = [problem for problem in problems if problem.network.n_layers > 1]
            largest = max(strongest(problem) for problem in with_hidden or problems)
            return alpha_grid(largest, self.n_alphas, self.alpha_min_ratio, self.alpha_max_ratio)
        alphas = np.unique(np.asarray(self.alphas, np.float64).ravel())[::-1]
        if len(alphas) == 0 or not (np.isfinite(alphas).all() and (alphas >= 0).all()):
            raise ValueError(f"alphas must hold numbers of 0 or more, and finite; got {self.alphas}")
        return alphas.copy()

    def _plan(self, *, turns: int) -> Plan:
        return Plan(turns=turns, max_iter=self.max_iter, tol=self.tol, relative_tol=RELATIVE_TO_TOL * self.tol)

    def _callbacks(self) -> list[Callback]:
        callbacks: list[Callback] = as_callbacks(self.callbacks)
        return [*callbacks, _print_progress] if self.verbose else callbacks

    # folds

    def _folds(self, X: Any, y: np.ndarray, groups: Any, seed: int) -> list[Fold]:
        places = np.arange(X.shape[0])
        splitter = self._splitter(y, seed)
        folds = [Fold(places[train], places[test]) for train, test in splitter.split(X, y, groups)]
        if not folds or any(len(fold.train) == 0 or len(fold.test) == 0 for fold in folds):
            raise ValueError("cv must give at least one fold, each with rows to train on and rows to test")
        return folds

    def _splitter(self, y: np.ndarray, seed: int) -> BaseCrossValidator:
        """Return the user's splitter; a number of folds is shuffled, as rows often come sorted."""
        cv = DEFAULT_N_FOLDS if self.cv is None else self.cv
        if not isinstance(cv, int | np.integer):
            return check_cv(cv, y, classifier=not self._numeric_targets)
        n_splits = int(cv)
        if len(y) < n_splits:
            raise ValueError(f"{n_splits} folds need at least as many samples; got n_samples = {len(y)}")
        labels = self._stratification(y)
        if labels is None:
            return KFold(n_splits, shuffle=True, random_state=seed)
        return StratifiedKFold(n_splits, shuffle=True, random_state=seed)

    def _require_weight(self, folds: Sequence[Fold], weights: np.ndarray | None, in_scoring: np.ndarray | None) -> None:
        for k, fold in enumerate(folds):
            for rows, part in ((fold.train, weights), (fold.test, in_scoring)):
                if part is not None and not part[rows].sum() > 0:
                    raise ValueError(f"all rows of fold {k} that are to train or to test have weight zero; change cv")

    # choosing

    def _choose_by_folds(self, fits: CrossFit, X: Any, y: np.ndarray, in_scoring: np.ndarray | None) -> None:
        Y = fits.problems[0].Y
        fold_weights = np.array(
            [len(fold.test) if in_scoring is None else in_scoring[fold.test].sum() for fold in fits.folds]
        )
        curves = []
        for size in range(len(fits.problems)):
            by_fold = [self._scores(fits, size, k, X, y, Y, in_scoring) for k in range(len(fits.folds))]
            curves.append(Curve.of(np.array(by_fold), fold_weights))
        size = int(np.argmax([curve.mean[curve.best] for curve in curves]))
        curve = curves[size]
        places = {"min": curve.best, "1se": curve.within_one_standard_error}
        self.alpha_min_, self.alpha_1se_ = (float(self.alphas_[place]) for place in places.values())
        self._note_cv_results(curves, self._spread_over_restarts(fits, Y, in_scoring, fold_weights))
        if self.keep:
            self.oof_predictions_ = self._out_of_fold(fits, size, Y)
        self._take(size, places[self.selection])

    def _scores(
        self, fits: CrossFit, size: int, k: int, X: Any, y: np.ndarray, Y: np.ndarray, in_scoring: np.ndarray | None
    ) -> np.ndarray:
        """Return the score of one fold at each λ."""
        rows = fits.folds[k].test
        weights = None if in_scoring is None else in_scoring[rows]
        if self.scoring is None:
            return -mean_losses(self._output, fits.predictions(size, k, average=self.average), Y[rows], weights)
        scorer = get_scorer(self.scoring)
        given = {} if weights is None else {"sample_weight": weights}
        path = fits.networks(size, k)
        estimators = (self._with(path.network_at(place, average=self.average)) for place in range(len(path)))
        return np.array([float(scorer(estimator, X[rows], y[rows], **given)) for estimator in estimators])

    def _with(self, fitted: FittedNetwork | AveragedNetworks) -> Self:
        """Return an estimator that predicts with these networks, for scorers."""
        other = copy.copy(self)
        other._fitted = fitted
        other.__dict__.pop("feature_names_in_", None)
        return other

    def _spread_over_restarts(
        self, fits: CrossFit, Y: np.ndarray, in_scoring: np.ndarray | None, fold_weights: np.ndarray
    ) -> list[np.ndarray]:
        """Return the standard deviation, over the restarts, of the cross-validated loss; by size."""
        spreads = []
        for size in range(len(fits.problems)):
            by_fold = []
            for k, fold in enumerate(fits.folds):
                weights = None if in_scoring is None else in_scoring[fold.test]
                restarts = fits.predictions_by_restart(size, k)
                by_fold.append([mean_losses(self._output, outputs, Y[fold.test], weights) for outputs in restarts])
            means = np.average(np.array(by_fold), axis=0, weights=fold_weights)
            spreads.append(means.std(axis=0, ddof=1) if len(means) > 1 else np.zeros(means.shape[1]))
        return spreads

    def _note_cv_results(self, curves: Sequence[Curve], spreads: Sequence[np.ndarray]) -> None:
        sizes, n_alphas = self._sizes(), len(self.alphas_)
        n_folds = len(curves[0].by_fold)
        named = np.empty(len(sizes) * n_alphas, dtype=object)
        named[:] = [size for size in sizes for _ in range(n_alphas)]
        self.cv_results_ = {
            "hidden_layer_sizes": named,
            "alpha": np.tile(self.alphas_, len(sizes)),
            "mean_test_score": np.concatenate([curve.mean for curve in curves]),
            "standard_error": np.concatenate([curve.standard_error for curve in curves]),
            "std_over_restarts": np.concatenate(spreads),
            **{f"split{k}_test_score": np.concatenate([curve.by_fold[k] for curve in curves]) for k in range(n_folds)},
        }

    def _out_of_fold(self, fits: CrossFit, size: int, Y: np.ndarray) -> np.ndarray:
        """Return predictions of every example by networks that did not see it; NaN for one in no test fold."""
        total = np.zeros((len(self.alphas_), *Y.shape))
        times = np.zeros(len(Y))
        for k, fold in enumerate(fits.folds):
            total[:, fold.test] += fits.predictions(size, k, average=self.average)
            times[fold.test] += 1
        with np.errstate(invalid="ignore"):
            mean: np.ndarray = total / times[np.newaxis, :, np.newaxis]
        return mean

    def _choose_by_evidence(self, problems: Sequence[Problem]) -> None:
        if not (self.alphas_ > 0).all():
            raise ValueError("selection='evidence' needs every λ (alpha) above 0: λ is the precision of a prior")
        self.paths_ = [
            with_evidence(path, problem, self.n_jobs) for path, problem in zip(self.paths_, problems, strict=True)
        ]
        logs = np.array([path.log_evidence for path in self.paths_])
        size, place = np.unravel_index(int(np.argmax(logs)), logs.shape)
        self._take(int(size), int(place))

    def _take(self, size: int, place: int) -> None:
        """Set the fitted attributes to those of one size and one λ."""
        path = self.path_ = self.paths_[size]
        self.hidden_layer_sizes_ = self._sizes()[size]
        self.alpha_ = float(path.alphas[place])
        self._fitted = path.network_at(place, average=self.average)
        self.n_effective_ = None if path.n_effective is None else float(path.n_effective[place])
        self.data_cost_curve_, self.l2_cost_curve_ = path.curves[place]
        self.loss_curve_ = self.data_cost_curve_ + self.l2_cost_curve_
        self.loss_ = self.best_loss_ = float(path.costs[place, 0])
        self.n_iter_ = int(path.n_iter[place, 0])
        self.converged_ = bool(path.converged[place, 0])
        self.gradient_norm_ = float(path.gradient_norms[place, 0])
        self.solver_, self.t_ = "lbfgs", self.n_iter_ * int(path.n_samples)
        self.validation_scores_ = self.validation_cost_curve_ = self.best_validation_score_ = None
        self.network_, self.n_layers_ = path.network, len(path.network.layer_sizes)
        self.n_outputs_, self.out_activation_ = path.network.layer_sizes[-1], path.network.output

    def _warn_unless_converged(self) -> None:
        if not self.converged_:
            warnings.warn(
                f"the search at the chosen λ = {self.alpha_:.3g} ended after {self.n_iter_} iterations with a gradient "
                f"of {self.gradient_norm_:.1e} (tol={self.tol:g}). Increase max_iter, or scale the data.",
                ConvergenceWarning,
                stacklevel=3,
            )

    def _sign_and_name_of_scores(self) -> tuple[int, str]:
        """Return what turns `cv_results_` to what people read, and its name: scikit-learn negates losses."""
        if self.scoring is None:
            return -1, JUDGEMENTS[self._output].name
        if isinstance(self.scoring, str):
            is_loss = self.scoring.startswith("neg_")
            return (-1 if is_loss else 1), self.scoring.removeprefix("neg_").replace("_", " ")
        return 1, "score"


def _print_progress(progress: PathProgress) -> None:
    print(progress, flush=True)
