"""Base class of the estimators that train one network: `fit`, `partial_fit` and the solvers."""

from __future__ import annotations

from typing import Any, Self

import numpy as np
from sklearn.utils import check_random_state

from ridgenet import _defaults as defaults
from ridgenet._errors import DivergenceError, InputError
from ridgenet._fitted import FittedNetwork
from ridgenet._network import Network
from ridgenet._preprocessing import Standardizer
from ridgenet.core._arrays import float_type
from ridgenet.core._lbfgs_search import LBFGSSettings
from ridgenet.core._penalties import L2Penalty, penalty_factors
from ridgenet.core._sgd import SGDSettings
from ridgenet.estimators._data import ArrayData, Data, require_both
from ridgenet.estimators._explaining import explained, require_finite
from ridgenet.estimators._fit_context import in_fit_context
from ridgenet.estimators._inputs import require_finite_outputs, sample_weights
from ridgenet.estimators._parameters import CONSTRAINTS, as_callbacks, as_hidden_layers, documented, require_alphas
from ridgenet.estimators._per_column import fit_per_column, forget_per_column, require_number, require_per_column
from ridgenet.estimators._reporting import ShownWithObjective
from ridgenet.estimators._sklearn_callbacks import FitTasks, Steps
from ridgenet.estimators._to_sklearn import to_sklearn
from ridgenet.estimators._trained import TrainedEstimator
from ridgenet.estimators._training import (
    Callback,
    NotFiniteError,
    PreviousTraining,
    TrainingResult,
    Validation,
    minimize,
    print_progress,
    relative_tolerance,
    require_same_network,
    train_sgd,
)
from ridgenet.path._part import Part
from ridgenet.path._rows import ALL, ArrayRows, Rows


class BaseRidgeNet(ShownWithObjective, TrainedEstimator):
    """Base class of `RidgeNetClassifier` and `RidgeNetRegressor`."""

    _parameter_constraints = CONSTRAINTS

    hidden_layer_sizes: Any
    activation: str
    solver: str
    alpha: Any
    penalty_factor: Any
    penalty_scaling: Any
    standardize: bool
    init: str
    batch_size: Any
    learning_rate: str
    learning_rate_init: float
    power_t: float
    max_iter: int
    shuffle: bool
    random_state: Any
    tol: float
    verbose: Any
    warm_start: bool
    momentum: float
    nesterovs_momentum: bool
    early_stopping: bool
    validation_fraction: float
    beta_1: float
    beta_2: float
    epsilon: float
    n_iter_no_change: float
    max_fun: int
    dropout: float
    weight_decay: float
    callbacks: Any

    _random: np.random.RandomState
    _split_seed: int | None

    # fitting

    @in_fit_context
    @documented
    def fit(
        self,
        X: Any,
        y: Any,
        sample_weight: Any = None,
        *,
        X_val: Any = None,
        y_val: Any = None,
        sample_weight_val: Any = None,
    ) -> Self:
        """Train the network.

        Parameters
        ----------
        {X}
        {y}
        {sample_weight}
        X_val, y_val : array-like, default=None
            Validation set for sgd and adam, of at least 2 samples; it is scored after each epoch and used for
            `early_stopping`.
        sample_weight_val : array-like, default=None
            Sample weights of the validation set, for its score and data loss; they are multiplied by the class weights.

        Returns
        -------
        self
            The fitted estimator.

        Raises
        ------
        ValueError
            If the data or a parameter is invalid.
        DivergenceError
            If the weights grow without bound (sgd, adam).
        """
        continued = self.warm_start and hasattr(self, "_fitted")
        given = {"X_val": X_val, "y_val": y_val, "sample_weight_val": sample_weight_val}
        data = self._data(X, y, sample_weight, continued=continued, **given)
        tasks = FitTasks(self, self.max_iter, X, y, sample_weight)
        self._fit(data, self._given_validation(data, **given), continued=continued, tasks=tasks)
        tasks.end()
        return self

    def _partial_fit(self, X: Any, y: Any, sample_weight: Any) -> Self:
        """Train for one epoch on some samples; classes are known."""
        if self.early_stopping:
            raise ValueError("partial_fit does not support early_stopping=True")
        continued = hasattr(self, "_fitted")
        data = self._in_memory(X, y, sample_weight, continued=continued, classes_known=True)
        self._fit(data, None, continued=continued, incremental=True)
        return self

    def _fit(
        self,
        data: Data,
        held_out: ArrayData | None,
        *,
        continued: bool,
        incremental: bool = False,
        tasks: FitTasks | None = None,
    ) -> None:
        forget_per_column(self)
        if isinstance(self.alpha, str):
            require_per_column(self, data, whole=not incremental and held_out is None)
            fit_per_column(self, data)
            return
        network = self._network(data.n_features, data.n_outputs)
        if continued:
            require_same_network(self._fitted.network, network)
        if not hasattr(self, "_random") or not continued:
            self._random = check_random_state(self.random_state)
            self._split_seed = None
        solver = self._solver(data, incremental=incremental, validated=held_out is not None)
        if held_out is None and self.early_stopping and not incremental:
            data, held_out = self._held_out(data)
        rows = self._rows(data, incremental=incremental and continued)
        standardizer, dtype = rows.standardizer(ALL), rows.dtype
        start = (
            self._fitted.parameters_for(standardizer).astype(dtype, copy=False)
            if continued
            else self._start(network, dtype)
        )
        validation = None if held_out is None else self._validation(held_out, network, standardizer)
        resumed = continued and solver != "lbfgs" and self.solver_ != "lbfgs"
        steps = (
            None
            if tasks is None
            else tasks.steps(
                "iteration" if solver == "lbfgs" else "epoch",
                lambda parameters: {"_fitted": FittedNetwork(network, parameters.copy(), standardizer)},
            )
        )
        result = self._train(network, start, rows, solver, validation, steps, resumed=resumed, incremental=incremental)
        fitted = FittedNetwork(network, result.parameters, standardizer)
        require_finite(fitted)
        self._fitted = fitted
        self._set_results(
            result, solver, data.n_samples, resumed=resumed, incremental=incremental, weight=rows.total_weight(ALL)
        )

    def _rows(self, data: Data, *, incremental: bool) -> Rows:
        """Return the training samples; if `incremental`, standardised together with those seen before."""
        centering, standardize = self._centering, self.standardize
        if not (incremental and standardize and isinstance(data, ArrayData)):
            return data.rows(centering=centering, standardize=standardize)
        fitted, weight = data.standardizer(centering=centering, standardize=True), data.total_weight
        merged = self._fitted.standardizer.merged(fitted, weight / (self._weight_seen + weight))
        return data.rows(centering=centering, standardize=True, standardizer=merged)

    # validation data

    def _given_validation(self, data: Data, **given: Any) -> ArrayData | None:
        """Validate and encode the validation set passed to `fit`; None if there is none."""
        if not require_both(**given):
            return None
        assert isinstance(data, ArrayData)
        try:
            X, y = self._validated(given["X_val"], given["y_val"], reset=False)
            Y = self._encode(y, classes_known=True, name="y_val")
        except (TypeError, ValueError) as error:
            raise InputError(f"X_val, y_val: {error}") from None
        data.require_comparable(Y)
        weights = given["sample_weight_val"]
        if weights is not None:
            weights = sample_weights(weights, X.shape[0], "sample_weight_val")
        return ArrayData(X, y, Y, self._times_class_weights(weights, y, data.y, "sample_weight_val"))

    def _held_out(self, data: Data) -> tuple[ArrayData, ArrayData]:
        """Split into training and validation set; a warm start repeats the split of the previous fit."""
        assert isinstance(data, ArrayData)
        # check the values before the split, so that error messages give the user's row numbers
        data.standardizer(centering=self._centering, standardize=self.standardize)
        if self._split_seed is None:
            self._split_seed = int(self._random.randint(2**31))
        return data.held_out(float(self.validation_fraction), self._split_seed)

    def _validation(self, data: ArrayData, network: Network, standardizer: Standardizer) -> Validation:
        """Return the validation set in kernel layout, with the function that scores it."""

        def score(parameters: np.ndarray) -> float:
            outputs = FittedNetwork(network, parameters, standardizer).outputs(data.X)
            require_finite_outputs(outputs, data.X)
            return self._score_outputs(outputs, data.y, data.weights)

        return Validation(Part(data.X, data.Y, data.weights, standardizer, float_type(data.X.dtype)).examples, score)

    def _start(self, network: Network, dtype: np.dtype) -> np.ndarray:
        """Return the initial parameters: random, or zero without hidden layers, for the solution of minimum norm."""
        if network.n_layers == 1:
            return np.zeros(network.n_parameters, dtype)
        return network.initial_parameters(self.init, self._random, dtype)

    def _network(self, n_features: int, n_outputs: int) -> Network:
        given = self.hidden_layer_sizes
        hidden = list(given) if np.iterable(given) else [given]
        if any(np.iterable(size) for size in hidden):
            raise ValueError(
                f"hidden_layer_sizes must describe one network, got {hidden}; only the CV estimators take several "
                "candidates"
            )
        network = Network(
            (n_features, *as_hidden_layers(hidden), n_outputs), self.activation, self._loss, self._loss_parameter
        )
        if np.ndim(self.alpha) > 0:
            require_alphas(self.alpha, network.n_layers)
        return network

    def _penalty(self, network: Network) -> L2Penalty:
        require_number(self.alpha)
        return L2Penalty(self.alpha, penalty_factors(self.penalty_factor, network.layer_sizes[0]))

    def _solver(self, data: Data, *, incremental: bool, validated: bool) -> str:
        if not isinstance(data, ArrayData):
            return "lbfgs"
        needs_batches = incremental or validated or self.early_stopping or self.dropout > 0 or self.weight_decay > 0
        if self.solver == "auto":
            return "adam" if needs_batches or data.n_samples > defaults.LARGEST_FOR_LBFGS else "lbfgs"
        if self.solver == "lbfgs" and needs_batches:
            raise ValueError(
                "early_stopping, dropout, weight_decay and X_val need mini-batches; "
                "use solver='adam', 'sgd' or 'auto' instead of 'lbfgs'"
            )
        return self.solver

    def _train(
        self,
        network: Network,
        start: np.ndarray,
        rows: Rows,
        solver: str,
        validation: Validation | None,
        steps: Steps | None,
        *,
        resumed: bool,
        incremental: bool,
    ) -> TrainingResult:
        callbacks, penalty = self._all_callbacks(), self._penalty(network)
        try:
            if solver == "lbfgs":
                search = rows.search(network, penalty, self._lbfgs_settings())
                search.restart(penalty.alpha, start)
                return minimize(search, callbacks, steps)
            assert isinstance(rows, ArrayRows)
            return train_sgd(
                network,
                start,
                rows.part().examples,
                penalty,
                self._sgd_settings(solver, 1 if incremental else self.max_iter),
                callbacks,
                validation,
                steps,
                early_stopping=self.early_stopping and validation is not None,
                previous=PreviousTraining(self.t_, self._rule if incremental else None) if resumed else None,
                warn=not incremental,
            )
        except (DivergenceError, NotFiniteError) as error:
            if not isinstance(rows, ArrayRows):
                raise
            raise explained(error, rows.part().examples, vars(self), all_rows=not self.early_stopping) from None

    def _all_callbacks(self) -> list[Callback]:
        callbacks: list[Callback] = as_callbacks(self.callbacks)
        return [*callbacks, print_progress()] if self.verbose else callbacks

    def _lbfgs_settings(self) -> LBFGSSettings:
        return LBFGSSettings(
            max_iter=self.max_iter,
            max_evaluations=self.max_fun,
            tol=self.tol,
            relative_tol=relative_tolerance(self.tol),
        )

    def _sgd_settings(self, solver: str, n_epochs: int) -> SGDSettings:
        plain = "momentum" if self.momentum > 0 and not self.nesterovs_momentum else "gradient"
        rule = "nesterov" if self.momentum > 0 and self.nesterovs_momentum else plain
        shuffle_seed, dropout_seed = (int(self._random.randint(2**32, dtype=np.uint64)) for _ in range(2))
        patience = 0 if np.isinf(self.n_iter_no_change) else int(self.n_iter_no_change)
        return SGDSettings(
            batch_size=defaults.BATCH_SIZE if self.batch_size == "auto" else self.batch_size,
            learning_rate_init=self.learning_rate_init,
            n_epochs=n_epochs,
            rule="adam" if solver == "adam" else rule,
            learning_rate=self.learning_rate,
            power_t=self.power_t,
            momentum=self.momentum,
            beta_1=self.beta_1,
            beta_2=self.beta_2,
            epsilon=self.epsilon,
            weight_decay=self.weight_decay,
            dropout=self.dropout,
            penalty_scaling=self.penalty_scaling,
            shuffle_seed=shuffle_seed if self.shuffle else None,
            dropout_seed=dropout_seed,
            tol=self.tol,
            n_iter_no_change=patience,
            with_objectives=True,
        )

    def _take_over(self, coefs: list[np.ndarray], intercepts: list[np.ndarray], *, n_iter: int, loss: float) -> None:
        """Set the fitted attributes from weights, of shape (inputs, units), and biases for unstandardised data."""
        sizes = (coefs[0].shape[0], *(W.shape[1] for W in coefs))
        network = Network(sizes, self.activation, self._loss, self._loss_parameter)
        parameters = network.flatten([W.T for W in coefs], intercepts)
        self._fitted = FittedNetwork(network, parameters, Standardizer.identity(sizes[0], sizes[-1]))
        unknown = np.array([np.nan])
        result = TrainingResult(parameters, n_iter, False, "", np.array([loss]), unknown)
        self._set_results(result, self.solver, 0)
        self.loss_ = loss

    def to_sklearn(self) -> Any:
        """Convert to a fitted scikit-learn `MLPClassifier` or `MLPRegressor` with the same predictions.

        Parameters that scikit-learn shares are copied. The standardisation is merged into the weights and biases, so
        that the MLP takes unstandardised data.

        Returns
        -------
        MLPClassifier or MLPRegressor
            The fitted MLP.

        Raises
        ------
        InputError
            If scikit-learn does not support the activation, the loss or the penalty.
        """
        return to_sklearn(self)
