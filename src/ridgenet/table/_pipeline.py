"""The pipeline: columns become inputs without gaps, and the network predicts."""

from __future__ import annotations

import warnings
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd
from sklearn.model_selection import GroupKFold, TimeSeriesSplit
from sklearn.pipeline import Pipeline

from ridgenet import _defaults as defaults
from ridgenet._averaged import AveragedNetworks
from ridgenet._errors import InputError
from ridgenet._fitted import FittedNetwork
from ridgenet._preprocessing import standardized_in_place
from ridgenet._table_settings import TableSettings
from ridgenet.estimators._classifier import RidgeNetClassifier
from ridgenet.estimators._classifier_cv import RidgeNetClassifierCV
from ridgenet.estimators._path_estimator import PathEstimator
from ridgenet.estimators._regressor import RidgeNetRegressor
from ridgenet.estimators._regressor_cv import RidgeNetRegressorCV
from ridgenet.estimators._screening import relevant_columns
from ridgenet.table._error_messages import in_plain_words, require_usable
from ridgenet.table.encoding._encoder import TableEncoder

ESTIMATORS: dict[tuple[str, bool], type] = {
    ("classification", True): RidgeNetClassifierCV,
    ("regression", True): RidgeNetRegressorCV,
    ("classification", False): RidgeNetClassifier,
    ("regression", False): RidgeNetRegressor,
}
LARGEST_IN_FLOAT32 = 1e30
# parameters with a setting of their own, or that cannot be stored in a file
NOT_TO_BE_SET = ("alpha", "random_state", "callbacks", "verbose", "warm_start")
# parameters that do not affect the results
NOT_FOR_NUMBERS = ("n_jobs", "keep")


def new_pipeline(settings: TableSettings, task: str, classes: np.ndarray | None, n_rows: int) -> Pipeline:
    """Return an unfitted pipeline.

    Parameters
    ----------
    settings : TableSettings
        The settings.
    task : {"classification", "regression"}
        The task.
    classes : ndarray or None
        Class labels of the target.
    n_rows : int
        Number of rows of the table; for many rows, the path is computed less accurately.

    Raises
    ------
    InputError
        If the estimator has no such parameter.
    """
    estimator = ESTIMATORS[task, settings.alpha is None]()
    names = [name for name in estimator.get_params() if name not in NOT_TO_BE_SET]
    parameters = {name: as_parameter(value) for name, value in settings.parameters.items()}
    for name in parameters:
        if name not in names:
            raise InputError(
                f"{type(estimator).__name__} has no parameter {name!r}; the parameters are {', '.join(names)}"
            )
    require_usable(parameters)
    if settings.exposure:
        parameters = {"loss": "poisson", **parameters}
    if settings.alpha is None:
        parameters = {**usual_parameters(n_rows), **parameters}
    if isinstance(parameters.get("class_weight"), Mapping) and classes is not None:
        parameters["class_weight"] = _by_label(parameters["class_weight"], classes)
    if settings.time and settings.alpha is None and isinstance(parameters.get("cv") or defaults.N_FOLDS, int):
        # rows are in the order of time
        parameters["cv"] = TimeSeriesSplit(parameters.get("cv") or defaults.N_FOLDS)
    elif settings.groups and settings.alpha is None and isinstance(parameters.get("cv") or defaults.N_FOLDS, int):
        parameters["cv"] = GroupKFold(parameters.get("cv") or defaults.N_FOLDS)
    if settings.alpha is not None:
        parameters["alpha"] = settings.alpha
    estimator.set_params(**parameters, random_state=settings.random_state)
    categorical = tuple(name for name in settings.categorical if name != settings.target)
    return Pipeline([("columns", TableEncoder(categorical, settings.random_state)), ("network", estimator)])


def usual_parameters(n_rows: int) -> dict[str, Any]:
    """Return the default parameters for a table of `n_rows` rows, where they differ from those of the estimators."""
    return dict(defaults.OF_LARGE_TABLES) if n_rows > defaults.LARGEST_FOR_LBFGS else {}


@dataclass(frozen=True)
class Trained:
    """A fitted pipeline, and the inputs that its network was trained on.

    Attributes
    ----------
    pipeline : Pipeline
        The fitted pipeline.
    inputs : ndarray of shape (n_rows, n_inputs)
        Inputs of the network for the training rows, standardised.
    mean, scale : ndarray of shape (n_inputs,)
        What they were standardised by.
    """

    pipeline: Pipeline
    inputs: np.ndarray
    mean: np.ndarray
    scale: np.ndarray

    def standardized(self, inputs: np.ndarray) -> np.ndarray:
        """Return inputs of the network standardised as those of the training rows."""
        return ((inputs - self.mean) / self.scale).astype(self.inputs.dtype)


def fit(
    pipeline: Pipeline,
    X: pd.DataFrame,
    y: np.ndarray,
    weights: np.ndarray | None,
    groups: np.ndarray | None,
    *,
    in_order: bool = False,
) -> Trained:
    """Fit a pipeline in place, to rows that may be in the order of time.

    Raises
    ------
    InputError
        If the estimator rejects its parameters or the data.
    """
    given = {} if weights is None else {"sample_weight": weights}
    if groups is not None and "cv" in pipeline[-1].get_params():
        given["groups"] = groups
    try:
        with quiet_columns():
            # a note of the model covers this
            warnings.filterwarnings("ignore", message="The least populated class")
            # means of the target in categories know neither weights nor groups
            of_target = y if weights is None and groups is None and not in_order else None
            return _fit_network(pipeline, pipeline[:-1].fit_transform(X, of_target), y, given)
    except ValueError as error:
        raise InputError(in_plain_words(str(error))) from error


def _fit_network(pipeline: Pipeline, inputs: np.ndarray, y: np.ndarray, given: Mapping[str, Any]) -> Trained:
    """Train in float32, which takes half the time, on inputs standardised in float64.

    The fitted network is then converted to the original units, so that predictions preserve the differences between
    numbers far from zero, such as seconds since 1970.
    """
    network, encoder = pipeline[-1], pipeline["columns"]
    if not network.standardize:
        inputs, _ = _relevant(encoder, network, inputs, y, given)
        network.fit(inputs, y, **given)
        return Trained(pipeline, inputs, np.zeros(inputs.shape[1]), np.ones(inputs.shape[1]))
    mean, scale = standardized_in_place(inputs)
    inputs = inputs.astype(np.float32 if _fits_float32(y) else np.float64)
    inputs, kept = _relevant(encoder, network, inputs, y, given)
    mean, scale = mean[kept], scale[kept]
    network.fit(inputs, y, **given)

    def of_the_table(fitted: FittedNetwork | AveragedNetworks) -> FittedNetwork | AveragedNetworks:
        if isinstance(fitted, AveragedNetworks):
            members = tuple(of_the_table(member) for member in fitted.members)
            return AveragedNetworks(members, fitted.weights)  # type: ignore[arg-type]
        return FittedNetwork(
            fitted.network, fitted.parameters.astype(np.float64), fitted.standardizer.after(mean, scale)
        )

    network._fitted = of_the_table(network._fitted)
    if hasattr(network, "paths_"):
        selected = network._selected
        network.paths_ = [replace(path, standardizer=path.standardizer.after(mean, scale)) for path in network.paths_]
        network.path_ = network.paths_[selected]
    folds = getattr(network, "_fold_networks", None)
    if folds is not None:
        network._fold_networks = folds.after(mean, scale)
    return Trained(pipeline, inputs, mean, scale)


def _relevant(
    encoder: TableEncoder, network: Any, inputs: np.ndarray, y: np.ndarray, given: Mapping[str, Any]
) -> tuple[np.ndarray, np.ndarray]:
    """Return the inputs from columns with an effect on unseen rows, and their indices; the encoder leaves out others.

    All inputs of small tables, and of networks without a path.
    """
    kept = np.arange(inputs.shape[1])
    is_large = len(inputs) > defaults.LARGEST_FOR_LBFGS
    # penalty factors are for all inputs
    if not is_large or not isinstance(network, PathEstimator) or network.penalty_factor is not None:
        return inputs, kept
    owners = np.array(encoder.owners)
    names = list(dict.fromkeys(encoder.owners))
    columns = [np.flatnonzero(owners == name) for name in names]
    is_relevant = relevant_columns(network, inputs, y, columns, **given)
    encoder.leave_out([name for name, relevant in zip(names, is_relevant, strict=True) if not relevant])
    kept = np.concatenate([column for column, relevant in zip(columns, is_relevant, strict=True) if relevant])
    # unchanged if all are kept, to save memory
    return (inputs if len(kept) == inputs.shape[1] else inputs[:, kept]), kept


def _fits_float32(y: np.ndarray) -> bool:
    """Return whether a target and its spread are well within the range of float32."""
    if y.dtype.kind != "f":
        return True
    return bool(np.abs(y).max() < LARGEST_IN_FLOAT32 and np.std(y) > 1 / LARGEST_IN_FLOAT32)


def network_inputs(pipeline: Pipeline, X: pd.DataFrame) -> np.ndarray:
    """Return the inputs of the network for rows of the table."""
    with quiet_columns():
        return np.asarray(pipeline[:-1].transform(X))


def names_of_inputs(pipeline: Pipeline) -> list[str]:
    """Return the names of the inputs of the network."""
    return [str(name) for name in pipeline[:-1].get_feature_names_out()]


def owners_of_inputs(pipeline: Pipeline) -> list[str]:
    """Return, for each input of the network, the column of the table that it comes from."""
    owners: list[str] = pipeline["columns"].owners
    return owners


@contextmanager
def quiet_columns() -> Iterator[None]:
    """Suppress warnings of skrub about few components of short texts."""
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", module="skrub")
        yield


def parameters_used(estimator: Any, given: Mapping[str, Any]) -> dict[str, Any]:
    """Return all parameters of an estimator as plain values, since another version may have other defaults."""
    used = {}
    for name, value in estimator.get_params(deep=False).items():
        if name in NOT_TO_BE_SET or (name in NOT_FOR_NUMBERS and name not in given):
            continue
        used[name] = given.get("cv", defaults.N_FOLDS) or defaults.N_FOLDS if name == "cv" else _as_json(value)
    return used


def as_parameter(value: Any) -> Any:
    """Convert lists from JSON and TOML to tuples, as estimators expect."""
    if isinstance(value, list):
        return tuple(as_parameter(item) for item in value)
    return float(value) if value == "inf" else value


def _as_json(value: Any) -> Any:
    """Return a parameter as a JSON value; infinity, which JSON lacks, becomes text."""
    if isinstance(value, tuple | list):
        return [_as_json(item) for item in value]
    if isinstance(value, Mapping):
        return {str(key): item for key, item in value.items()}
    return "inf" if isinstance(value, float) and value == float("inf") else value


def _by_label(weights: Mapping[str, float], classes: np.ndarray) -> dict[Any, float]:
    by_name = {str(label): label for label in classes.tolist()}
    unknown = sorted(set(map(str, weights)) - set(by_name))
    if unknown:
        raise InputError(f"class_weight names an unknown class, {unknown[0]!r}; the classes are {', '.join(by_name)}")
    # all classes, since a class in `weights` may be missing from a part of the rows
    return dict.fromkeys(by_name.values(), 1.0) | {by_name[str(k)]: float(weight) for k, weight in weights.items()}
