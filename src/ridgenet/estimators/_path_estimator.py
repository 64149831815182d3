"""Base class of the estimators that follow a path: candidate networks, grids of λ, and the settings of the fits."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from sklearn.utils import check_random_state

from ridgenet import _defaults as defaults
from ridgenet._errors import InputError
from ridgenet._network import Network
from ridgenet.backends._local import backend_for
from ridgenet.core._penalties import L2Penalty, penalty_factors
from ridgenet.estimators._data import Data
from ridgenet.estimators._network_estimator import NetworkEstimator
from ridgenet.estimators._parameters import as_callbacks, as_hidden_layers
from ridgenet.estimators._parameters_cv import CV_CONSTRAINTS
from ridgenet.path._adaptive import PathFitter
from ridgenet.path._evidence import with_evidence
from ridgenet.path._grid import alpha_grid, strongest
from ridgenet.path._problem import Problem
from ridgenet.path._result import NetworkPath
from ridgenet.path._rows import ArrayRows
from ridgenet.path._search import Plan
from ridgenet.path._watch import Callback, PathProgress, SharedWatch


class PathEstimator(NetworkEstimator):
    """Base class of the estimators that follow a path."""

    _parameter_constraints = CV_CONSTRAINTS

    hidden_layer_sizes: Any
    activation: str
    alphas: Any
    n_alphas: int
    alpha_max_ratio: float
    alpha_min_ratio: float
    penalty_factor: Any
    path: str
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

    alpha_: float
    path_: NetworkPath
    paths_: list[NetworkPath]
    alphas_: np.ndarray
    alpha_min_: float
    alpha_1se_: float
    alpha_interval_: tuple[float, float]
    hidden_layer_sizes_: tuple[int, ...]
    candidate_weights_: np.ndarray
    cv_results_: dict[str, np.ndarray]
    oof_predictions_: np.ndarray
    n_effective_: float | None
    network_: Network
    loss_: float
    loss_curve_: np.ndarray
    data_loss_curve_: np.ndarray
    l2_penalty_curve_: np.ndarray
    n_iter_: int
    converged_: bool
    gradient_norm_: float

    def path_on_all(self, X: Any, y: Any, sample_weight: Any = None, *, evidence: bool = False) -> NetworkPath:
        """Return the path on all data; see `ridgenet_path`."""
        self._validate_params()
        data = self._data(X, y, sample_weight, evidence=evidence, cv=None)
        seed, problems = self._seed(), self._problems(data)
        if len(problems) > 1:
            raise ValueError(f"hidden_layer_sizes must describe one network for a path; got {self.hidden_layer_sizes}")
        self.alphas_ = self._grid(problems[0])
        fitter = self._fitter(problems[0], (seed, 0), SharedWatch(self._callbacks()), sweeps=2)
        self.paths_ = [fitter.fit(self.alphas_).path()]
        self.path_ = self.paths_[0]
        if self.path_.interrupted:
            return self.path_
        self._require_finite()
        return self._with_evidence(self.path_, problems[0]) if evidence else self.path_

    def _seed(self) -> int:
        return int(check_random_state(self.random_state).randint(2**31))

    def _require_finite(self, is_complete: bool = True) -> None:
        if not is_complete or not all(np.isfinite(path.data_losses[:, 0]).all() for path in self.paths_):
            raise ValueError(
                "the objective is not finite: inputs, targets or alphas are too large; scale them, or set "
                "standardize=True"
            )

    def _problems(self, data: Data, folds: Any = None) -> list[Problem]:
        """Return the training problem of each candidate, on all rows."""
        rows = data.rows(
            centering=self._centering,
            standardize=self.standardize,
            folds=folds,
            single_precision=self._is_adaptive,
        )
        penalty = L2Penalty(0.0, penalty_factors(self.penalty_factor, data.n_features))
        networks = self._networks(data.n_features, data.n_outputs)
        return [Problem(network, rows, self.init, penalty) for network in networks]

    @property
    def _is_adaptive(self) -> bool:
        """Whether λ are tried only where one may be selected."""
        return self.path == "adaptive" and self.alphas is None

    def _networks(self, n_features: int, n_outputs: int) -> list[Network]:
        """Return the candidate networks."""
        shapes = [(n_features, *hidden, n_outputs) for hidden in self._sizes()]
        return [Network(shape, self.activation, self._loss, self._loss_parameter) for shape in shapes]

    def _sizes(self) -> list[tuple[int, ...]]:
        """Return the hidden layer sizes of each candidate."""
        given = list(defaults.CANDIDATES_OF_PATH) if self._chooses_size else self.hidden_layer_sizes
        sizes = list(given) if np.iterable(given) else [given]
        if any(np.iterable(size) for size in sizes):
            return [as_hidden_layers(size if np.iterable(size) else [size]) for size in sizes]
        return [as_hidden_layers(sizes)]

    @property
    def _chooses_size(self) -> bool:
        """Whether the candidates are those of the defaults."""
        return isinstance(self.hidden_layer_sizes, str)

    def _grid(self, problem: Problem) -> np.ndarray:
        """Return the λ given by the user, or the grid of a network."""
        if self.alphas is None:
            return alpha_grid(strongest(problem), self.n_alphas, self.alpha_min_ratio, self.alpha_max_ratio)
        try:
            alphas = np.unique(np.asarray(self.alphas, np.float64).ravel())[::-1]
        except (TypeError, ValueError):
            alphas = np.empty(0)
        if len(alphas) == 0 or not (np.isfinite(alphas).all() and (alphas >= 0).all()):
            raise InputError(f"alphas must be finite numbers of 0 or more; got {self.alphas!r}")
        return alphas.copy()

    def _fitter(self, problem: Problem, seed: Sequence[int], watch: SharedWatch, *, sweeps: int) -> PathFitter:
        backend = backend_for(problem.rows, self.n_jobs, self.device)
        return PathFitter(problem, self.n_restarts, seed, self._plan(sweeps=sweeps), backend, watch)

    def _plan(self, *, sweeps: int) -> Plan:
        return Plan(
            sweeps=sweeps,
            max_iter=self.max_iter,
            tol=self.tol,
            relative_tol=defaults.RELATIVE_TO_TOL_OF_PATH * self.tol,
        )

    def _callbacks(self) -> list[Callback]:
        callbacks: list[Callback] = as_callbacks(self.callbacks)
        return [*callbacks, _print_progress] if self.verbose else callbacks

    def _with_evidence(self, path: NetworkPath, problem: Problem) -> NetworkPath:
        assert isinstance(problem.rows, ArrayRows)
        return with_evidence(path, problem.rows.part(), problem.penalty, self.n_jobs)


def _print_progress(progress: PathProgress) -> None:
    print(progress, flush=True)
