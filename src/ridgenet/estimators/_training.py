"""Run a solver: L-BFGS or mini-batch training, with callbacks, validation and warm starts."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from time import perf_counter
from typing import NamedTuple

import numpy as np
from sklearn.exceptions import ConvergenceWarning

from ridgenet import _defaults as defaults
from ridgenet._errors import DivergenceError, InputError
from ridgenet._network import Network
from ridgenet.core._arrays import float_type, for_kernels
from ridgenet.core._examples import Examples
from ridgenet.core._lbfgs_search import AT_LIMIT, CONVERGED, FAILED, LBFGSSearch
from ridgenet.core._objective import cost_of, make_workspace
from ridgenet.core._penalties import L2Penalty
from ridgenet.core._sgd import SGD, SGDSettings
from ridgenet.core._update_rules import UPDATE_RULES, Rule, make_rule
from ridgenet.core._updates import STEP
from ridgenet.estimators._sklearn_callbacks import Steps, minimize_in_steps

REMEDY = "warm_start and partial_fit continue with the same network; for another, fit with warm_start=False"


class PreviousTraining(NamedTuple):
    """Number of samples seen by previous mini-batch training, and the update rule with its state, if it continues."""

    n_seen: int
    rule: Rule | None


def require_same_network(old: Network, new: Network) -> None:
    """Check that training continues with a network of the same shape, activation and loss.

    Raises
    ------
    InputError
        Naming the parameter that was changed.
    """
    if old.layer_sizes[1:-1] != new.layer_sizes[1:-1]:
        changed = f"hidden_layer_sizes={new.layer_sizes[1:-1]} was {old.layer_sizes[1:-1]} in the previous fit"
    elif old.activation != new.activation and old.n_layers > 1:
        changed = f"activation={new.activation!r} was {old.activation!r} in the previous fit"
    elif old.layer_sizes != new.layer_sizes:
        changed = f"y has {new.layer_sizes[-1]} outputs, but had {old.layer_sizes[-1]} in the previous fit"
    elif (old.loss, old.loss_parameter) != (new.loss, new.loss_parameter):
        changed = f"the loss {new.loss!r} was {old.loss!r} in the previous fit, or its parameter has changed"
    else:
        return
    raise InputError(f"{changed}; {REMEDY}")


def resumed_rule(previous: PreviousTraining | None, settings: SGDSettings, start: np.ndarray) -> Rule | None:
    """Return the update rule with the state of the previous one; None if there is no state to continue from."""
    if previous is None or previous.rule is None or previous.rule.code != UPDATE_RULES[settings.rule].code:
        return None
    dtype = float_type(start.dtype)
    rule = make_rule(
        settings.rule,
        len(start),
        dtype,
        momentum=settings.momentum,
        beta_1=settings.beta_1,
        beta_2=settings.beta_2,
        epsilon=settings.epsilon,
        weight_decay=settings.weight_decay,
    )
    first, second = for_kernels(previous.rule.first, dtype), for_kernels(previous.rule.second, dtype)
    return rule._replace(first=first, second=second, powers=previous.rule.powers)


def resumes_schedule(settings: SGDSettings, previous: PreviousTraining | None) -> bool:
    """Return whether the learning rate depends on samples seen before this run."""
    return previous is not None and settings.learning_rate == "invscaling"


def set_learning_rate(sgd: SGD, previous: PreviousTraining | None, n_examples: int) -> None:
    """Set the learning rate of the next epoch as if the previous training had been part of this run."""
    settings = sgd.settings
    if previous is not None and resumes_schedule(settings, previous):
        n_seen = previous.n_seen + sgd.n_epochs * n_examples
        sgd._progress.numbers[STEP] = settings.learning_rate_init / (n_seen + 1.0) ** settings.power_t


# smaller relative differences of objectives may be rounding error, although the parameters may differ by its root
ROUNDING_OF_OBJECTIVES = 1e-13
NO_LOWER_OBJECTIVE = (
    "No step lowers the objective: it may have a kink (relu), or the decrease is lost to rounding (float32)."
)
# relative tolerance with which only the gradient decides convergence
GRADIENT_ONLY = 0.0

Score = Callable[[np.ndarray], float]


@dataclass(frozen=True)
class TrainingState:
    """State of training, as passed to callbacks.

    Attributes
    ----------
    n_iter, max_iter : int
        Number of iterations (lbfgs) or epochs (sgd, adam) done, and its maximum.
    data_loss, l2_penalty : float
        The two terms of the objective.
    validation_score : float or None
        Score on the validation set, if there is one.
    """

    n_iter: int
    max_iter: int
    data_loss: float
    l2_penalty: float
    validation_score: float | None = None

    def __str__(self) -> str:
        score = "" if self.validation_score is None else f", validation score = {self.validation_score:.6f}"
        return (
            f"Iteration {self.n_iter}, loss = {self.data_loss + self.l2_penalty:.8f} "
            f"(data {self.data_loss:.8f}, L2 {self.l2_penalty:.8f}){score}"
        )


Callback = Callable[[TrainingState], object]


@dataclass(frozen=True)
class Validation:
    """Validation set, and a function that returns the score of parameters on it."""

    examples: Examples
    score: Score


class NotFiniteError(InputError):
    """The objective is not finite at the initial parameters."""


@dataclass
class TrainingResult:
    """Final parameters of a training run, and its history."""

    parameters: np.ndarray
    n_iter: int
    converged: bool
    message: str
    data_losses: np.ndarray
    l2_penalties: np.ndarray
    gradient_norm: float = np.nan
    validation_scores: list[float] = field(default_factory=list)
    validation_losses: list[float] = field(default_factory=list)
    best_validation_score: float | None = None
    rule: Rule | None = None


class _Callbacks:
    """Call the callbacks, and record whether one returned true."""

    def __init__(self, callbacks: Sequence[Callback], max_iter: int) -> None:
        self.callbacks, self.max_iter = callbacks, max_iter
        self.stop = False
        self._last = -1

    def __call__(
        self, n_iter: int, data_losses: np.ndarray, l2_penalties: np.ndarray, validation_score: float | None = None
    ) -> bool:
        if self.callbacks and n_iter > self._last and len(data_losses):
            self._last = n_iter
            state = TrainingState(
                n_iter, self.max_iter, float(data_losses[-1]), float(l2_penalties[-1]), validation_score
            )
            answers = [bool(callback(state)) for callback in self.callbacks]
            self.stop = any(answers)
        return self.stop


def relative_tolerance(tol: float, factor: float = defaults.RELATIVE_TO_TOL) -> float:
    """Return the relative decrease of the objective at which lbfgs converges, unless it is within rounding error.

    Parameters
    ----------
    tol : float
        Tolerance of the gradient.
    factor : float
        Factor of `tol`.
    """
    relative = factor * tol
    return relative if relative >= ROUNDING_OF_OBJECTIVES else GRADIENT_ONLY


def minimize(search: LBFGSSearch, callbacks: Sequence[Callback] = (), steps: Steps | None = None) -> TrainingResult:
    """Run L-BFGS; warn if it does not converge. `steps` are told of every iteration.

    Raises
    ------
    NotFiniteError
        If the objective is not finite at the start.
    """
    call = _Callbacks(callbacks, search.settings.max_iter)
    interrupted = False
    try:
        if steps is None:
            search.run_to_the_end(lambda n_iter: call(n_iter, search.data_losses, search.l2_penalties))
        else:
            minimize_in_steps(search, lambda n_iter: call(n_iter, search.data_losses, search.l2_penalties), steps)
            call.stop |= steps.stopped
    except KeyboardInterrupt:
        if search.n_evaluations == 0:
            raise
        interrupted = True
        warnings.warn("Training interrupted by user.", stacklevel=2)
    if steps is not None:
        steps.close()
    if search.status == FAILED:
        raise NotFiniteError(
            "the objective is not finite at the start: inputs or targets are too large; scale them, or set "
            "standardize=True"
        )
    message = _lbfgs_message(search, interrupted, call.stop)
    if search.status not in (CONVERGED,) and not interrupted and not call.stop:
        warnings.warn(message, ConvergenceWarning, stacklevel=2)
    return TrainingResult(
        search.point.copy(),
        search.n_iter,
        search.status == CONVERGED,
        message,
        search.data_losses.copy(),
        search.l2_penalties.copy(),
        search.gradient_norm,
    )


def _lbfgs_message(search: LBFGSSearch, interrupted: bool, stopped: bool) -> str:
    if interrupted or stopped:
        return f"stopped after {search.n_iter} iterations by {'the user' if interrupted else 'a callback'}"
    if search.status == CONVERGED:
        return f"converged after {search.n_iter} iterations"
    gradient = f"the largest component of the gradient is {search.gradient_norm:.1e} (tol={search.settings.tol:g})"
    if search.status == AT_LIMIT:
        return (
            f"lbfgs failed to converge after {search.n_iter} iterations (max_iter={search.settings.max_iter}): "
            f"{gradient}. Increase max_iter, or scale the data."
        )
    return f"lbfgs ended after {search.n_iter} iterations: {gradient}. {NO_LOWER_OBJECTIVE}"


def train_sgd(
    network: Network,
    start: np.ndarray,
    examples: Examples,
    penalty: L2Penalty,
    settings: SGDSettings,
    callbacks: Sequence[Callback] = (),
    validation: Validation | None = None,
    steps: Steps | None = None,
    *,
    early_stopping: bool = False,
    previous: PreviousTraining | None = None,
    warn: bool = True,
) -> TrainingResult:
    """Train with mini-batches until the objective, or with `early_stopping` the validation score, stops improving.

    After a `previous` training, the learning rate schedule continues, and early stopping keeps the initial parameters
    if no epoch scores better. `steps` are told of every epoch.

    Raises
    ------
    DivergenceError
        If the parameters grow without bound.
    """
    sgd = SGD(network, start, examples, penalty, settings, rule=resumed_rule(previous, settings, start))
    set_learning_rate(sgd, previous, examples.n_examples)
    call = _Callbacks(callbacks, settings.n_epochs)
    record = _ValidationRecord(network, validation, settings, early_stopping)
    if previous is not None:
        record.start_from(start)
    interrupted = False
    try:
        if validation is None and steps is None and not resumes_schedule(settings, previous):
            sgd.run_until(settings.n_epochs, lambda epoch: call(epoch, sgd.data_losses, sgd.l2_penalties))
        else:
            while sgd.n_epochs < settings.n_epochs and not sgd.stopped and not record.exhausted and not call.stop:
                if steps is not None:
                    steps.begin()
                sgd.run_until(sgd.n_epochs + 1)
                set_learning_rate(sgd, previous, examples.n_examples)
                record.add(sgd.parameters)
                call(sgd.n_epochs, sgd.data_losses, sgd.l2_penalties, record.scores[-1] if record.scores else None)
                if steps is not None:
                    steps.end(sgd.parameters)
                    call.stop |= steps.stopped
    except KeyboardInterrupt:
        if sgd.n_epochs == 0:
            raise
        interrupted = True
        warnings.warn("Training interrupted by user.", stacklevel=2)
    if steps is not None:
        steps.close()
    converged = sgd.stopped or record.exhausted
    message = f"{'converged' if converged else 'stopped'} after {sgd.n_epochs} epochs"
    if warn and not converged and not interrupted and not call.stop:
        message = (
            f"Stochastic Optimizer: Maximum iterations ({settings.n_epochs}) reached and the optimization "
            "hasn't converged yet."
        )
        warnings.warn(message, ConvergenceWarning, stacklevel=2)
    parameters = record.best if early_stopping and record.best is not None else sgd.parameters
    if not (np.isfinite(parameters).all() and np.isfinite(sgd.data_losses).all()):
        raise DivergenceError(sgd.alpha, sgd.n_epochs, settings.learning_rate_init)
    return TrainingResult(
        parameters,
        sgd.n_epochs,
        converged,
        message,
        sgd.data_losses.copy(),
        sgd.l2_penalties.copy(),
        validation_scores=record.scores,
        validation_losses=record.losses,
        best_validation_score=record.best_score if record.scores else None,
        rule=sgd.rule,
    )


class _ValidationRecord:
    """Score and data loss on the validation set by epoch, and the parameters with the best score."""

    def __init__(
        self, network: Network, validation: Validation | None, settings: SGDSettings, early_stopping: bool
    ) -> None:
        self.validation, self.settings, self.early_stopping = validation, settings, early_stopping
        self.scores: list[float] = []
        self.losses: list[float] = []
        self.best: np.ndarray | None = None
        self.best_score = -np.inf
        self.without_improvement = 0
        self._network = network
        if validation is not None:
            dtype = validation.examples.Y.dtype
            self._work = make_workspace(network, min(256, validation.examples.n_examples), dtype)

    @property
    def exhausted(self) -> bool:
        """Whether the score has not improved for `n_iter_no_change` epochs; never, if that is 0."""
        return self.early_stopping and 0 < self.settings.n_iter_no_change < self.without_improvement

    def start_from(self, parameters: np.ndarray) -> None:
        """Score the initial parameters of a warm start, so that its result is not worse."""
        if self.validation is not None and self.early_stopping:
            self.best_score, self.best = self.validation.score(parameters), parameters.copy()

    def add(self, parameters: np.ndarray) -> None:
        """Score the parameters of an epoch."""
        if self.validation is None:
            return
        score = self.validation.score(parameters)
        self.scores.append(score)
        self.losses.append(cost_of(self._network, parameters, self.validation.examples, self._work))
        improved = score > self.best_score + self.settings.tol
        self.without_improvement = 0 if improved else self.without_improvement + 1
        if score > self.best_score:
            self.best_score, self.best = score, parameters.copy()


def print_progress() -> Callback:
    """Return a callback that prints a line at most five times a second."""
    last = 0.0

    def print_state(state: TrainingState) -> None:
        nonlocal last
        if perf_counter() - last > 0.2 or state.n_iter == state.max_iter:
            last = perf_counter()
            print(state, flush=True)

    return print_state
