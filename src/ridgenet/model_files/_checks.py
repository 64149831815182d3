"""Check the networks of a loaded model, since kernels trust the sizes of arrays."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from ridgenet._averaged import AveragedNetworks
from ridgenet._errors import InputError
from ridgenet._fitted import FittedNetwork
from ridgenet._network import Network
from ridgenet._preprocessing import SavedByFields, Standardizer
from ridgenet.core._update_rules import ADAM, GRADIENT, UPDATE_RULES, Rule
from ridgenet.estimators._classifier import RidgeNetClassifier
from ridgenet.estimators._classifier_cv import RidgeNetClassifierCV
from ridgenet.estimators._fold_networks import FoldNetworks
from ridgenet.estimators._regressor import RidgeNetRegressor
from ridgenet.estimators._regressor_cv import RidgeNetRegressorCV
from ridgenet.formulas import LOSSES
from ridgenet.path._result import NetworkPath

FLOATS = (np.dtype(np.float64), np.dtype(np.float32))
REGRESSORS = (RidgeNetRegressor, RidgeNetRegressorCV)


def require_sound(model: Any) -> None:
    """Check every network in a loaded model: number of parameters, shapes, types, and that all are finite.

    Parameters
    ----------
    model : Any
        The loaded model.

    Raises
    ------
    Exception
        `ValueError` that says what is wrong; another type, if an attribute is missing or of the wrong type.
    """
    n_networks = 0
    for part in _parts_of(model):
        check = CHECKS.get(type(part))
        if check is None and isinstance(part, SavedByFields):
            _check_numbers(part)
        if check is not None:
            check(part)
            n_networks += isinstance(part, FittedNetwork)
    _require(n_networks > 0, "it contains no trained network")


def _check_numbers(part: SavedByFields) -> None:
    """Check what preprocessing has learned, such as medians and means."""
    for name, value in vars(part).items():
        if isinstance(value, np.ndarray) and value.dtype.kind == "f":
            _require(np.isfinite(value).all(), f"{name} of {type(part).__name__} must be finite")


def _parts_of(model: Any) -> Iterator[Any]:
    """Yield a model and everything in it, each object once."""
    seen: set[int] = set()
    waiting = [model]
    while waiting:
        part = waiting.pop()
        if id(part) in seen or isinstance(part, str | bytes | int | float | type(None) | type | np.ndarray):
            continue
        seen.add(id(part))
        yield part
        if isinstance(part, dict):
            waiting.extend(part.values())
        elif isinstance(part, list | tuple | set | frozenset):
            waiting.extend(part)
        elif hasattr(part, "__dict__"):
            waiting.extend(vars(part).values())


def _check_network(network: Network) -> None:
    sizes = network.layer_sizes
    _require(type(sizes) is tuple and all(type(size) is int for size in sizes), "layer sizes must be integers")
    try:
        # the constructor checks the rest
        Network(sizes, network.activation, network.loss, network.loss_parameter)
    except InputError as error:
        raise ValueError(str(error)) from None


def _check_fitted(fitted: FittedNetwork) -> None:
    _require(
        type(fitted.network) is Network and type(fitted.standardizer) is Standardizer,
        "a fitted network must have a network and a standardizer",
    )
    _check_network(fitted.network)
    _check_array("parameters", fitted.parameters, (fitted.network.n_parameters,), FLOATS)
    _check_standardizer(fitted.standardizer, fitted.network)


def _check_standardizer(standardizer: Standardizer, network: Network) -> None:
    sizes = {"mean": 0, "scale": 0, "target_mean": -1, "target_scale": -1}
    for name, layer in sizes.items():
        _check_array(name, getattr(standardizer, name), (network.layer_sizes[layer],), FLOATS)
    _require((standardizer.scale > 0).all() and (standardizer.target_scale > 0).all(), "scales must be above 0")


def _check_average(average: AveragedNetworks) -> None:
    members = average.members
    _require(type(members) is tuple and len(members) > 0, "an average must have one network or more")
    _require(all(type(member) is FittedNetwork for member in members), "an average must contain networks only")
    first = members[0].network
    _require(
        all(
            (member.network.layer_sizes[0], member.network.layer_sizes[-1], member.network.loss)
            == (first.layer_sizes[0], first.layer_sizes[-1], first.loss)
            for member in members
        ),
        "networks of an average must have the same inputs, outputs and loss",
    )
    weights = average.weights
    _require(
        weights is None
        or (
            type(weights) is tuple
            and len(weights) == len(members)
            and all(type(weight) is float and weight > 0 for weight in weights)
            and abs(sum(weights) - 1) < 1e-6
        ),
        "the weights of an average must be positive and sum to 1",
    )


def _check_path(path: NetworkPath) -> None:
    _require(
        type(path.network) is Network and type(path.standardizer) is Standardizer,
        "a path must have a network and a standardizer",
    )
    _check_network(path.network)
    _check_standardizer(path.standardizer, path.network)
    _require(np.isfinite(path.n_samples) and path.n_samples > 0, "the number of samples must be above 0")
    n_alphas, n_restarts = np.shape(path.data_losses)
    _check_array("alphas", path.alphas, (n_alphas,), FLOATS)
    for name in ("data_losses", "l2_penalties", "gradient_norms"):
        _check_array(name, getattr(path, name), (n_alphas, n_restarts), FLOATS, finite=False)
    _check_array("converged", path.converged, (n_alphas, n_restarts), (np.dtype(bool),))
    _check_array("n_iter", path.n_iter, (n_alphas, n_restarts), (np.dtype(np.int64), np.dtype(np.int32)))
    shape = (n_alphas, n_restarts, path.network.n_parameters)
    _check_array("parameters", path.parameters, shape, FLOATS, finite=False)
    found = np.isfinite(path.data_losses)
    _require(np.isfinite(path.parameters[found]).all(), "parameters must be finite")
    _require(type(path.curves) is tuple and len(path.curves) == n_alphas, "there must be a curve for each λ")


def _check_folds(folds: FoldNetworks) -> None:
    _require(type(folds.network) is Network, "the networks of the folds must have a shape")
    _check_network(folds.network)
    _require(
        type(folds.parameters) is tuple
        and type(folds.standardizers) is tuple
        and len(folds.parameters) == len(folds.standardizers) > 0,
        "each fold must have networks and a standardizer",
    )
    n_alphas, n_samples, n_scores = np.shape(folds.scores)
    _check_array("scores", folds.scores, (n_alphas, n_samples, n_scores), FLOATS, finite=False)
    _check_array("calibration_errors", folds.calibration_errors, (n_alphas,), FLOATS, finite=False)
    n_divisions = len(folds.folds_of_sample)
    integers = (np.dtype(np.int64), np.dtype(np.int32))
    _check_array("folds_of_sample", folds.folds_of_sample, (n_divisions, n_samples), integers)
    _require(n_divisions > 0, "samples must be divided into folds")
    _require((folds.folds_of_sample < len(folds.parameters)).all(), "each sample must be in one of the folds")
    found = np.isfinite(folds.scores).any(axis=(1, 2))
    for parameters, standardizer in zip(folds.parameters, folds.standardizers, strict=True):
        _require(type(standardizer) is Standardizer, "each fold must have a standardizer")
        _check_standardizer(standardizer, folds.network)
        shape = (n_alphas, np.shape(parameters)[1], folds.network.n_parameters)
        _check_array("parameters", parameters, shape, FLOATS, finite=False)
        _require(np.isfinite(parameters[found]).all(), "parameters must be finite")


def _check_rule(rule: Rule) -> None:
    _require(
        type(rule.code) is int and rule.code in {row.code for row in UPDATE_RULES.values()},
        "the update rule must be known",
    )
    _check_array("powers", rule.powers, (2,), (np.dtype(np.float64),))
    for name in ("first", "second"):
        memory = getattr(rule, name)
        _check_array(name, memory, (np.size(memory),), FLOATS)


def _check_estimator(estimator: Any) -> None:
    fitted = vars(estimator).get("_fitted")
    if fitted is None:
        return
    _require(type(fitted) in (FittedNetwork, AveragedNetworks), "an estimator must have fitted networks")
    network = fitted.network
    targets = LOSSES[network.loss].targets
    _require(estimator.n_features_in_ == network.layer_sizes[0], "there must be an input for each feature")
    names = vars(estimator).get("feature_names_in_")
    _require(names is None or np.shape(names) == (network.layer_sizes[0],), "there must be an input for each name")
    if type(estimator) in REGRESSORS:
        _require(targets == "numbers", "a regressor must have a network for regression")
        return
    _require(targets == "classes", "a classifier must have a network for classification")
    n_outputs, shape = network.layer_sizes[-1], np.shape(estimator.classes_)
    counts = (1, 2) if n_outputs == 1 and not estimator._multilabel else (n_outputs,)
    _require(len(shape) == 1 and shape[0] in counts, "there must be an output for each class")


def _check_single(estimator: Any) -> None:
    _check_estimator(estimator)
    rule = vars(estimator).get("_rule")
    if rule is None or "_fitted" not in vars(estimator):
        return
    _require(type(rule) is Rule, "the update rule must be one of ridgenet's")
    n = estimator._fitted.network.n_parameters
    sizes = {"first": 0 if rule.code == GRADIENT else n, "second": n if rule.code == ADAM else 0}
    for name, size in sizes.items():
        _require(np.size(getattr(rule, name)) == size, "the state of the update rule must match the network")


CHECKS: dict[type, Callable[[Any], None]] = {
    Network: _check_network,
    FittedNetwork: _check_fitted,
    AveragedNetworks: _check_average,
    NetworkPath: _check_path,
    FoldNetworks: _check_folds,
    Rule: _check_rule,
    RidgeNetClassifier: _check_single,
    RidgeNetRegressor: _check_single,
    RidgeNetClassifierCV: _check_estimator,
    RidgeNetRegressorCV: _check_estimator,
}


def _check_array(
    name: str, values: Any, shape: tuple[int, ...], dtypes: tuple[np.dtype[Any], ...], *, finite: bool = True
) -> None:
    _require(type(values) is np.ndarray and values.dtype in dtypes, f"{name} must have another type")
    _require(values.shape == shape, f"{name} must have shape {shape}, not {values.shape}")
    _require(not finite or np.isfinite(values).all(), f"{name} must be finite")


def _require(holds: object, what: str) -> None:
    if not holds:
        raise ValueError(what)
