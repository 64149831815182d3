"""Base class of the estimators that select λ, and the layer sizes, along the path."""

from __future__ import annotations

import copy
import warnings
from collections.abc import Sequence
from typing import Any, Self

import numpy as np
from sklearn.base import _fit_context
from sklearn.exceptions import ConvergenceWarning
from sklearn.utils import check_random_state
from sklearn.utils.validation import check_is_fitted

from ridgenet._averaged import AveragedNetworks
from ridgenet._errors import InputError
from ridgenet._fitted import FittedNetwork
from ridgenet._network import Network
from ridgenet.backends._local import backend_for
from ridgenet.core._penalties import L2Penalty, penalty_factors
from ridgenet.estimators._cv_scores import CVScores, Scoring, cv_scores, leave_one_out_scores, out_of_fold
from ridgenet.estimators._data import ArrayData, Data
from ridgenet.estimators._network_estimator import NetworkEstimator
from ridgenet.estimators._parameters import as_callbacks, as_hidden_layers
from ridgenet.estimators._parameters_cv import CV_CONSTRAINTS, documented_cv
from ridgenet.estimators._training import NO_LOWER_OBJECTIVE
from ridgenet.formulas import LOSSES
from ridgenet.path._evidence import with_evidence
from ridgenet.path._fit import PathFits, fit_paths
from ridgenet.path._grid import alpha_grid, extended, strongest
from ridgenet.path._problem import Problem
from ridgenet.path._result import NetworkPath
from ridgenet.path._rows import ArrayRows
from ridgenet.path._search import Plan
from ridgenet.path._selection import Curve
from ridgenet.path._watch import Callback, PathProgress

# if the smallest λ of the grid is clearly the best, the grid is extended once, down to this fraction of it
EXTENSION_RATIO = 1e-2
# fitted attributes that only some fits set
OPTIONAL_ATTRIBUTES = ("alpha_min_", "alpha_1se_", "cv_results_", "oof_predictions_")
# selection rules that need no folds
WITHOUT_FOLDS = ("loo", "evidence")
# a search also converges when an iteration lowers the objective, relatively, by less than this times tol
RELATIVE_TO_TOL = 1e-3


class BaseRidgeNetCV(NetworkEstimator):
    """Base class of `RidgeNetClassifierCV` and `RidgeNetRegressorCV`."""

    _parameter_constraints = CV_CONSTRAINTS

    hidden_layer_sizes: Any
    activation: str
    alphas: Any
    n_alphas: int
    alpha_max_ratio: float
    alpha_min_ratio: float
    penalty_factor: Any
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
    device: str
    keep: bool
    verbose: Any
    callbacks: Any

    path_: NetworkPath
    paths_: list[NetworkPath]
    alphas_: np.ndarray

    @_fit_context(prefer_skip_nested_validation=True)
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
        seed = self._seed()
        folds = None if self.selection in WITHOUT_FOLDS else data.folds(self.cv, groups, seed)
        problems = self._problems(data, folds)
        self.alphas_ = self._grid(problems)
        self._fit_and_select(data, problems, seed)
        if self.alphas is None and self._needs_extension():
            self.alphas_ = extended(self.alphas_, EXTENSION_RATIO)
            self._fit_and_select(data, problems, seed)
        self._warn_unless_converged()
        return self

    def _fit_and_select(self, data: Data, problems: Sequence[Problem], seed: int) -> None:
        # a second sweep finds lower minima, but does not improve the average of the restarts (see docs/path.md)
        fits = self._fit_paths(problems, seed, sweeps=1)
        self.paths_ = [fits.path(candidate) for candidate in range(len(problems))]
        self.path_ = self.paths_[-1]
        if fits.interrupted:
            raise KeyboardInterrupt(f"stopped before λ was selected; the results so far are in path_: {self.path_!r}")
        self._require_finite()
        if self.selection == "evidence":
            self._select_by_evidence(problems)
        elif self.selection == "loo":
            self._select_by_leave_one_out(data, problems)
        else:
            self._select_by_scores(self._scores(data, fits))
            if self.keep:
                self.oof_predictions_ = out_of_fold(fits, self._selected, average=self.average)

    def _fit_paths(self, problems: Sequence[Problem], seed: int, *, sweeps: int) -> PathFits:
        rows = problems[0].rows
        return fit_paths(
            problems,
            self.alphas_,
            n_restarts=self.n_restarts,
            seed=seed,
            plan=self._plan(sweeps=sweeps),
            backend=backend_for(rows, self.n_jobs, self.device),
            callbacks=self._callbacks(),
        )

    def _scores(self, data: Data, fits: PathFits) -> CVScores:
        """Return the scores on the test rows of each fold."""
        scoring = None
        if self.scoring is not None:
            assert isinstance(data, ArrayData)
            scoring = Scoring(self.scoring, self._scorer_classes, self._with, data.X, data.y)
        return cv_scores(fits, scoring, average=self.average)

    def _needs_extension(self) -> bool:
        """Return whether the smallest λ is the best, and clearly better than a λ ten times larger."""
        smallest = self.alphas_[-1]
        if self.selection == "evidence":
            return bool(self.alpha_ == smallest)
        return bool(self.alpha_min_ == smallest and self.alpha_1se_ < 10 * smallest)

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
        other._select(self._selected, self.path_.index_of(alpha))
        other._fitted = other._fitted.astype(self._fitted.dtype)
        return other

    def path_on_all(self, X: Any, y: Any, sample_weight: Any = None, *, evidence: bool = False) -> NetworkPath:
        """Return the path on all data; see `ridgenet_path`."""
        self._validate_params()
        data = self._data(X, y, sample_weight, evidence=evidence, cv=None)
        seed, problems = self._seed(), self._problems(data)
        self.alphas_ = self._grid(problems)
        if len(problems) > 1:
            raise ValueError(f"hidden_layer_sizes must describe one network for a path; got {self.hidden_layer_sizes}")
        fits = self._fit_paths(problems, seed, sweeps=2)
        self.path_ = fits.path(0)
        if fits.interrupted:
            return self.path_
        self._require_finite()
        return self._with_evidence(self.path_, problems[0]) if evidence else self.path_

    # candidates and grid

    def _seed(self) -> int:
        return int(check_random_state(self.random_state).randint(2**31))

    def _require_finite(self) -> None:
        if not np.isfinite([path.data_losses[:, 0] for path in getattr(self, "paths_", [self.path_])]).all():
            raise ValueError(
                "the objective is not finite: inputs, targets or alphas are too large; scale them, or set "
                "standardize=True"
            )

    def _problems(self, data: Data, folds: Any = None) -> list[Problem]:
        """Return the training problem of each candidate, on all rows."""
        rows = data.rows(centering=self._centering, standardize=self.standardize, folds=folds)
        penalty = L2Penalty(0.0, penalty_factors(self.penalty_factor, data.n_features))
        networks = self._networks(data.n_features, data.n_outputs)
        return [Problem(network, rows, self.init, penalty) for network in networks]

    def _networks(self, n_features: int, n_outputs: int) -> list[Network]:
        """Return the candidate networks."""
        shapes = [(n_features, *hidden, n_outputs) for hidden in self._sizes()]
        return [Network(shape, self.activation, self._loss, self._loss_parameter) for shape in shapes]

    def _sizes(self) -> list[tuple[int, ...]]:
        """Return the hidden layer sizes of each candidate."""
        given = self.hidden_layer_sizes
        sizes = list(given) if np.iterable(given) else [given]
        if any(np.iterable(size) for size in sizes):
            return [as_hidden_layers(size if np.iterable(size) else [size]) for size in sizes]
        return [as_hidden_layers(sizes)]

    def _grid(self, problems: Sequence[Problem]) -> np.ndarray:
        if self.alphas is None:
            # networks without hidden layers have no λ_max; use the grid of the other candidates if there are any
            with_hidden = [problem for problem in problems if problem.network.n_layers > 1]
            largest = max(strongest(problem) for problem in with_hidden or problems)
            return alpha_grid(largest, self.n_alphas, self.alpha_min_ratio, self.alpha_max_ratio)
        try:
            alphas = np.unique(np.asarray(self.alphas, np.float64).ravel())[::-1]
        except (TypeError, ValueError):
            alphas = np.empty(0)
        if len(alphas) == 0 or not (np.isfinite(alphas).all() and (alphas >= 0).all()):
            raise InputError(f"alphas must be finite numbers of 0 or more; got {self.alphas!r}")
        return alphas.copy()

    def _plan(self, *, sweeps: int) -> Plan:
        return Plan(sweeps=sweeps, max_iter=self.max_iter, tol=self.tol, relative_tol=RELATIVE_TO_TOL * self.tol)

    def _callbacks(self) -> list[Callback]:
        callbacks: list[Callback] = as_callbacks(self.callbacks)
        return [*callbacks, _print_progress] if self.verbose else callbacks

    # selection

    def _select_by_scores(self, found: CVScores) -> None:
        curves = [Curve.of(by_fold, found.fold_weights) for by_fold in found.scores]
        candidate = int(np.nanargmax([curve.mean[curve.best] for curve in curves]))
        curve = curves[candidate]
        indices = {"min": curve.best, "1se": curve.within_one_standard_error}
        self.alpha_min_, self.alpha_1se_ = (float(self.alphas_[index]) for index in indices.values())
        self._set_cv_results(curves, found.spreads)
        self._select(candidate, indices["1se" if self.selection == "1se" else "min"])

    def _select_by_leave_one_out(self, data: Data, problems: Sequence[Problem]) -> None:
        assert isinstance(data, ArrayData)
        found, scores = leave_one_out_scores(self.paths_, problems, data, average=self.average, n_jobs=self.n_jobs)
        self._select_by_scores(scores)
        if self.keep:
            self.oof_predictions_ = found[self._selected].outputs

    @property
    def _selected(self) -> int:
        """Index of the selected candidate."""
        return next(k for k, path in enumerate(self.paths_) if path is self.path_)

    def _with(self, fitted: FittedNetwork | AveragedNetworks) -> Self:
        """Return a copy that predicts with the given network, for scorers."""
        other = copy.copy(self)
        other._fitted = fitted
        other.__dict__.pop("feature_names_in_", None)
        return other

    @property
    def _scorer_classes(self) -> np.ndarray | None:
        """All classes, as a fold may lack some; None for regression and multilabel targets."""
        return None if self._numeric_targets or self._multilabel else self.classes_

    def _set_cv_results(self, curves: Sequence[Curve], spreads: Sequence[np.ndarray]) -> None:
        sizes, n_alphas = self._sizes(), len(self.alphas_)
        # each sample is a fold of leave-one-out: too many columns
        n_folds = 0 if self.selection == "loo" else len(curves[0].by_fold)
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

    def _select_by_evidence(self, problems: Sequence[Problem]) -> None:
        if not (self.alphas_ > 0).all():
            raise ValueError("selection='evidence' needs alphas above 0, because λ is the precision of a prior")
        self.paths_ = [self._with_evidence(*pair) for pair in zip(self.paths_, problems, strict=True)]
        logs = np.array([path.log_evidence for path in self.paths_])
        candidate, index = np.unravel_index(int(np.argmax(logs)), logs.shape)
        self._select(int(candidate), int(index))

    def _with_evidence(self, path: NetworkPath, problem: Problem) -> NetworkPath:
        assert isinstance(problem.rows, ArrayRows)
        return with_evidence(path, problem.rows.part(), problem.penalty, self.n_jobs)

    def _select(self, candidate: int, index: int) -> None:
        """Set the fitted attributes to those of one candidate and one λ."""
        path = self.path_ = self.paths_[candidate]
        self.hidden_layer_sizes_ = self._sizes()[candidate]
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


def _print_progress(progress: PathProgress) -> None:
    print(progress, flush=True)
