"""One network trained by a solver: what classifier and regressor have in common."""

from __future__ import annotations

from typing import Any, Self

import numpy as np
from sklearn.base import _fit_context
from sklearn.model_selection import train_test_split
from sklearn.utils import check_random_state
from sklearn.utils.metaestimators import available_if

from ridgenet import defaults
from ridgenet.core.examples import Examples, make_examples
from ridgenet.core.lbfgs_search import LBFGSSettings
from ridgenet.core.sgd import SGDSettings
from ridgenet.core.update_rules import Rule
from ridgenet.estimators.network_estimator import NetworkEstimator
from ridgenet.estimators.on_partitions import fit_on_partitions
from ridgenet.estimators.on_streams import LearnsFromStreams
from ridgenet.estimators.parameters import CONSTRAINTS, as_callbacks
from ridgenet.estimators.to_sklearn import to_sklearn
from ridgenet.estimators.training import Callback, Trained, Validation, print_progress, train_lbfgs, train_sgd
from ridgenet.fitted import FittedNetwork, Units
from ridgenet.network import Network
from ridgenet.partitions.collections import is_collection


def _trains_by_batches(estimator: BaseRidgeNet) -> bool:
    if estimator.solver == "lbfgs":
        raise AttributeError("partial_fit is only available for solvers that go by mini-batches; got solver='lbfgs'")
    return True


class BaseRidgeNet(LearnsFromStreams, NetworkEstimator):
    """Base of `RidgeNetClassifier` and `RidgeNetRegressor`: one network, trained by a solver."""

    _parameter_constraints = CONSTRAINTS

    hidden_layer_sizes: Any
    activation: str
    solver: str
    alpha: Any
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

    _fitted: FittedNetwork
    _rule: Rule | None
    _random: np.random.RandomState
    n_iter_: int
    t_: int
    data_cost_curve_: np.ndarray
    l2_cost_curve_: np.ndarray

    # fitting

    @_fit_context(prefer_skip_nested_validation=True)
    def fit(self, X: Any, y: Any, sample_weight: Any = None, *, X_val: Any = None, y_val: Any = None) -> Self:
        """Train the network.

        Parameters
        ----------
        X : array-like, sparse matrix or collection of Dask of shape (n_samples, n_features)
            Inputs: finite numbers. Arrays and data frames of Dask stay where their partitions are, and are
            trained on by L-BFGS.
        y : array-like or collection of Dask of shape (n_samples,) or (n_samples, n_outputs)
            Targets.
        sample_weight : array-like or collection of Dask of shape (n_samples,), optional
            Weights of the examples, 0 or more. λ is divided by their sum: a weight of 2 is the same
            as the example twice.
        X_val, y_val : array-like, optional
            Own validation data for sgd and adam: scored after each epoch, and for `early_stopping`.

        Returns
        -------
        self
            The fitted estimator.

        Raises
        ------
        ValueError
            If data or a parameter cannot be used.
        DivergenceError
            If the weights grow without bound (sgd, adam).
        """
        if is_collection(X):
            if X_val is not None or y_val is not None:
                raise ValueError("X_val and y_val have no meaning on collections of Dask")
            self._fitted, trained, n_rows = fit_on_partitions(self, X, y, sample_weight)
            self._note(trained, "lbfgs", n_rows, incremental=False)
            return self
        return self._fit(X, y, sample_weight, X_val, y_val, incremental=False)

    def _fit(self, X: Any, y: Any, sample_weight: Any, X_val: Any, y_val: Any, *, incremental: bool) -> Self:
        if incremental and self.early_stopping:
            raise ValueError("partial_fit does not support early_stopping=True")
        continued = (incremental or self.warm_start) and hasattr(self, "_fitted")
        X, y = self._validated(X, y, reset=not continued)
        weights = self._weights(X, y, sample_weight)
        if (X_val is None) != (y_val is None):
            raise ValueError("X_val and y_val must be given together")
        Y = self._encode(y, classes_known=continued or incremental)
        network = self._network(X.shape[1], Y.shape[1])
        if not hasattr(self, "_random") or not continued:
            self._random = check_random_state(self.random_state)
        solver = self._solver(X.shape[0], incremental=incremental, validated=X_val is not None)
        held_out = None
        if X_val is not None:
            X_val, y_val = self._validated(X_val, y_val, reset=False)
            held_out = X_val, y_val, self._encode(y_val, classes_known=True)
        elif self.early_stopping and solver != "lbfgs" and not incremental:
            X, y, Y, weights, held_out = self._hold_out(X, y, Y, weights)
        units = self._units(X, Y, weights, incremental=incremental and continued)
        dtype = X.dtype
        if continued:
            start = self._fitted.in_units(units).astype(dtype, copy=False)
        else:
            start = network.initial_parameters(self.init, self._random, dtype)
        examples = self._examples(X, Y, weights, units, dtype)
        validation = self._validation(held_out, network, units, dtype)
        trained = self._train(network, start, examples, solver, validation, incremental=incremental)
        self._fitted = FittedNetwork(network, trained.parameters, units)
        self._note(trained, solver, examples.n_examples, incremental=incremental)
        return self

    def _network(self, n_features: int, n_outputs: int) -> Network:
        given = self.hidden_layer_sizes
        hidden = list(given) if np.iterable(given) else [given]
        if any(np.iterable(size) for size in hidden):
            raise ValueError(
                f"hidden_layer_sizes must be of one network, got {hidden}; the CV estimators choose a size"
            )
        if any(size <= 0 for size in hidden):
            raise ValueError(f"hidden_layer_sizes must be > 0, got {hidden}.")
        network = Network((n_features, *hidden, n_outputs), self.activation, self._output)
        if np.ndim(self.alpha) > 0:
            alphas = np.asarray(self.alpha, np.float64)
            if alphas.shape != (network.n_layers,):
                raise ValueError(
                    f"alpha must be one number, or one for each of the {network.n_layers} layers with weights; "
                    f"got {len(alphas)}"
                )
            if not (np.isfinite(alphas).all() and (alphas >= 0).all()):
                raise ValueError(f"each alpha must be 0 or more, and finite; got {list(self.alpha)}")
        return network

    def _solver(self, n_samples: int, *, incremental: bool, validated: bool) -> str:
        asks_for_batches = incremental or validated or self.early_stopping or self.dropout > 0 or self.weight_decay > 0
        if self.solver == "auto":
            return "adam" if asks_for_batches or n_samples > defaults.LARGEST_FOR_LBFGS else "lbfgs"
        if self.solver == "lbfgs" and asks_for_batches:
            raise ValueError(
                "early_stopping, dropout, weight_decay and X_val need mini-batches; "
                "use solver='adam', 'sgd' or 'auto' instead of 'lbfgs'"
            )
        return self.solver

    def _hold_out(self, X: Any, y: np.ndarray, Y: np.ndarray, weights: np.ndarray | None) -> tuple[Any, ...]:
        places = np.arange(X.shape[0])
        kept, left_out = train_test_split(
            places,
            test_size=self.validation_fraction,
            random_state=self._random,
            stratify=self._stratification(y),
        )
        held_out = X[left_out], y[left_out], Y[left_out]
        return X[kept], y[kept], Y[kept], None if weights is None else weights[kept], held_out

    def _units(self, X: Any, Y: np.ndarray, weights: np.ndarray | None, *, incremental: bool) -> Units:
        units = self._standard_units(X, Y, weights)
        if not (incremental and self.standardize):
            return units
        return self._fitted.units.merged(units, X.shape[0] / (self.t_ + X.shape[0]))

    def _examples(self, X: Any, Y: np.ndarray, weights: np.ndarray | None, units: Units, dtype: np.dtype) -> Examples:
        if self._output == "identity":
            Y = (Y - units.target_mean) / units.target_scale
        return make_examples(X, Y, dtype, weights=weights, mean=units.mean, scale=units.scale)

    def _validation(
        self, held_out: tuple[Any, ...] | None, network: Network, units: Units, dtype: np.dtype
    ) -> Validation | None:
        if held_out is None:
            return None
        X, y, Y = held_out

        def score(parameters: np.ndarray) -> float:
            return self._score_outputs(FittedNetwork(network, parameters, units).outputs(X), y)

        return Validation(self._examples(X, Y, None, units, dtype), score)

    def _train(
        self,
        network: Network,
        start: np.ndarray,
        examples: Examples,
        solver: str,
        validation: Validation | None,
        *,
        incremental: bool,
    ) -> Trained:
        callbacks = self._all_callbacks()
        if solver == "lbfgs":
            return train_lbfgs(network, start, examples, self.alpha, self._lbfgs_settings(), callbacks)
        return train_sgd(
            network,
            start,
            examples,
            self.alpha,
            self._sgd_settings(solver, 1 if incremental else self.max_iter),
            callbacks,
            validation,
            early_stopping=self.early_stopping and validation is not None,
            rule=getattr(self, "_rule", None) if incremental else None,
            warn=not incremental,
        )

    def _all_callbacks(self) -> list[Callback]:
        callbacks: list[Callback] = as_callbacks(self.callbacks)
        return [*callbacks, print_progress()] if self.verbose else callbacks

    def _lbfgs_settings(self) -> LBFGSSettings:
        return LBFGSSettings(
            max_iter=self.max_iter,
            max_evaluations=self.max_fun,
            tol=self.tol,
            relative_tol=defaults.RELATIVE_TO_TOL * self.tol,
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
            with_costs=True,
        )

    def _note(self, trained: Trained, solver: str, n_examples: int, *, incremental: bool) -> None:
        """Set the fitted attributes."""
        seen_before = self.t_ if incremental and hasattr(self, "t_") else 0
        network = self._fitted.network
        curves = [trained.data_costs, trained.l2_costs]
        if incremental and hasattr(self, "data_cost_curve_"):
            curves = [
                np.concatenate(pair) for pair in zip([self.data_cost_curve_, self.l2_cost_curve_], curves, strict=True)
            ]
        self.data_cost_curve_, self.l2_cost_curve_ = curves
        self.loss_curve_ = self.data_cost_curve_ + self.l2_cost_curve_
        self.loss_ = float(self.loss_curve_[-1])
        self.best_loss_ = None if self.early_stopping else float(self.loss_curve_.min())
        self.n_iter_ = trained.n_iter + (self.n_iter_ if incremental and seen_before else 0)
        self.t_ = seen_before + trained.n_iter * n_examples
        self.solver_, self.converged_ = solver, trained.converged
        self.gradient_norm_ = trained.gradient_norm
        validated = bool(trained.validation_scores)
        self.validation_scores_ = trained.validation_scores if validated else None
        self.validation_cost_curve_ = trained.validation_costs if validated else None
        self.best_validation_score_ = max(trained.validation_scores) if validated else None
        self.network_, self.n_layers_ = network, len(network.layer_sizes)
        self.n_outputs_, self.out_activation_ = network.layer_sizes[-1], network.output
        self._rule = trained.rule

    def _take_over(
        self, coefs: list[np.ndarray], intercepts: list[np.ndarray], output: str, *, n_iter: int, loss: float
    ) -> None:
        """Become fitted with the weights of another system, of shape (inputs, units), for data as they are."""
        sizes = (coefs[0].shape[0], *(W.shape[1] for W in coefs))
        network = Network(sizes, self.activation, output)
        parameters = network.flatten([W.T for W in coefs], intercepts)
        self._fitted = FittedNetwork(network, parameters, Units.as_they_are(sizes[0], sizes[-1]))
        unknown = np.array([np.nan])
        trained = Trained(parameters, n_iter, False, "", np.array([loss]), unknown)
        self._note(trained, self.solver, 0, incremental=False)
        self.loss_ = loss

    def to_sklearn(self) -> Any:
        """Return a fitted `MLPClassifier` or `MLPRegressor` that predicts what this one does.

        Its parameters are the same as far as they exist there; it takes data as they are, the
        standardisation being part of its first layer.

        Returns
        -------
        MLPClassifier or MLPRegressor

        Raises
        ------
        InputError
            If scikit-learn has no such activation, or there is a λ for each layer.
        """
        return to_sklearn(self)


partial_fit_if_batches = available_if(_trains_by_batches)
