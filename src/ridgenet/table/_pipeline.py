"""The pipeline: columns to numbers by skrub, missing values imputed by scikit-learn, and our network."""

from __future__ import annotations

import warnings
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
from sklearn.impute import MissingIndicator, SimpleImputer
from sklearn.model_selection import GroupKFold
from sklearn.pipeline import FeatureUnion, Pipeline
from sklearn.preprocessing import OneHotEncoder

from ridgenet import _defaults as defaults
from ridgenet._errors import InputError
from ridgenet._fitted import AveragedNetworks, FittedNetwork
from ridgenet._preprocessing import standardized_in_place
from ridgenet._table_settings import TableSettings
from ridgenet.estimators._classifier import RidgeNetClassifier
from ridgenet.estimators._classifier_cv import RidgeNetClassifierCV
from ridgenet.estimators._regressor import RidgeNetRegressor
from ridgenet.estimators._regressor_cv import RidgeNetRegressorCV
from ridgenet.model_files._skrub import StringEncoder
from ridgenet.table._error_messages import in_plain_words, require_usable
from ridgenet.table._vectorizer import DatetimeEncoder64, TableVectorizer

ESTIMATORS: dict[tuple[str, bool], type] = {
    ("classification", True): RidgeNetClassifierCV,
    ("regression", True): RidgeNetRegressorCV,
    ("classification", False): RidgeNetClassifier,
    ("regression", False): RidgeNetRegressor,
}
N_TEXT_COMPONENTS = 30
LARGEST_IN_FLOAT32 = 1e30
# parameters that have a setting of their own, or cannot be written in a file
NOT_TO_BE_SET = ("alpha", "random_state", "callbacks", "verbose", "warm_start")
# parameters on which no result depends
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
        Number of rows of the table; with many, the path is followed less closely.

    Raises
    ------
    InputError
        If the estimator has no such parameter.
    """
    estimator = ESTIMATORS[task, settings.alpha is None]()
    names = [name for name in estimator.get_params() if name not in NOT_TO_BE_SET]
    parameters = {name: as_estimators_take_it(value) for name, value in settings.parameters.items()}
    for name in parameters:
        if name not in names:
            raise InputError(
                f"{type(estimator).__name__} has no parameter {name!r} to set; there are {', '.join(names)}"
            )
    require_usable(parameters)
    if settings.alpha is None:
        parameters = {**usual_parameters(n_rows), **parameters}
    if isinstance(parameters.get("class_weight"), Mapping) and classes is not None:
        parameters["class_weight"] = _by_label(parameters["class_weight"], classes)
    if settings.groups and settings.alpha is None and isinstance(parameters.get("cv") or defaults.N_FOLDS, int):
        parameters["cv"] = GroupKFold(parameters.get("cv") or defaults.N_FOLDS)
    if settings.alpha is not None:
        parameters["alpha"] = settings.alpha
    estimator.set_params(**parameters, random_state=settings.random_state)
    # the decomposition of text starts at random
    text = StringEncoder(n_components=N_TEXT_COMPONENTS, random_state=settings.random_state)
    # left to itself, the vectorizer would read categories written in digits as numbers
    named = OneHotEncoder(drop="if_binary", dtype=np.float32, handle_unknown="ignore", sparse_output=False)
    categorical = [name for name in settings.categorical if name != settings.target]
    columns = TableVectorizer(
        drop_if_constant=True,
        high_cardinality=text,
        datetime=DatetimeEncoder64(),
        specific_transformers=[(named, categorical)] if categorical else (),
    )
    gaps = FeatureUnion(
        [("filled", SimpleImputer(strategy="median")), ("flags", MissingIndicator(error_on_new=False))],
        verbose_feature_names_out=False,
    )
    return Pipeline(
        [
            ("columns", columns),
            ("gaps", gaps),
            ("network", estimator),
        ]
    )


def usual_parameters(n_rows: int) -> dict[str, Any]:
    """Return the parameters that differ from the estimators' defaults for a table of so many rows."""
    return dict(defaults.OF_LARGE_TABLES) if n_rows > defaults.LARGEST_FOR_LBFGS else {}


def fit(
    pipeline: Pipeline, X: pd.DataFrame, y: np.ndarray, weights: np.ndarray | None, groups: np.ndarray | None
) -> Pipeline:
    """Fit a pipeline in index.

    Raises
    ------
    InputError
        If the estimator refuses its parameters or the data.
    """
    given = {} if weights is None else {"sample_weight": weights}
    if groups is not None and "cv" in pipeline[-1].get_params():
        given["groups"] = groups
    try:
        with quiet_columns():
            # the notes of the model say this once
            warnings.filterwarnings("ignore", message="The least populated class")
            _fit_network(pipeline[-1], pipeline[:-1].fit_transform(X), y, given)
    except ValueError as error:
        raise InputError(in_plain_words(str(error))) from error
    return pipeline


def _fit_network(network: Any, inputs: np.ndarray, y: np.ndarray, given: Mapping[str, Any]) -> None:
    """Train in float32, which takes half the time, on inputs standardised in float64.

    Predictions take the inputs in their own units, so that numbers far from zero, such as seconds since 1970, keep
    their differences.
    """
    if not network.standardize:
        network.fit(inputs, y, **given)
        return
    mean, scale = standardized_in_place(inputs)
    network.fit(inputs.astype(np.float32 if _fits_float32(y) else np.float64), y, **given)

    def of_the_table(fitted: FittedNetwork | AveragedNetworks) -> FittedNetwork | AveragedNetworks:
        if isinstance(fitted, AveragedNetworks):
            return AveragedNetworks(tuple(of_the_table(member) for member in fitted.members))  # type: ignore[misc]
        return FittedNetwork(
            fitted.network, fitted.parameters.astype(np.float64), fitted.standardizer.after(mean, scale)
        )

    network._fitted = of_the_table(network._fitted)
    if hasattr(network, "paths_"):
        selected = network._selected
        network.paths_ = [replace(path, standardizer=path.standardizer.after(mean, scale)) for path in network.paths_]
        network.path_ = network.paths_[selected]


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
    owners = pipeline["columns"].output_to_input_
    return [owners[name.removeprefix("missingindicator_")] for name in names_of_inputs(pipeline)]


@contextmanager
def quiet_columns() -> Iterator[None]:
    """Suppress warnings of skrub: few components of short texts, unknown categories, formats of dates."""
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", module="skrub")
        warnings.filterwarnings("ignore", message="Found unknown categories")
        warnings.filterwarnings("ignore", message="Could not infer format")
        yield


def parameters_used(estimator: Any, given: Mapping[str, Any]) -> dict[str, Any]:
    """Return all parameters of an estimator as plain values, since another version may have other defaults."""
    found = {}
    for name, value in estimator.get_params(deep=False).items():
        if name in NOT_TO_BE_SET or (name in NOT_FOR_NUMBERS and name not in given):
            continue
        found[name] = given.get("cv", defaults.N_FOLDS) or defaults.N_FOLDS if name == "cv" else _plainly(value)
    return found


def as_estimators_take_it(value: Any) -> Any:
    """Convert lists from JSON and TOML to tuples, as estimators expect."""
    if isinstance(value, list):
        return tuple(as_estimators_take_it(item) for item in value)
    return float(value) if value == "inf" else value


def _plainly(value: Any) -> Any:
    """Return a parameter as a value of JSON, which has no infinity."""
    if isinstance(value, tuple | list):
        return [_plainly(item) for item in value]
    if isinstance(value, Mapping):
        return {str(key): item for key, item in value.items()}
    return "inf" if isinstance(value, float) and value == float("inf") else value


def _by_label(weights: Mapping[str, float], classes: np.ndarray) -> dict[Any, float]:
    by_name = {str(label): label for label in classes.tolist()}
    unknown = sorted(set(map(str, weights)) - set(by_name))
    if unknown:
        raise InputError(f"class_weight names {unknown[0]!r}, which is no class; there are {', '.join(by_name)}")
    # all classes, since one that is named may be missing from a part of the rows
    return dict.fromkeys(by_name.values(), 1.0) | {by_name[str(k)]: float(weight) for k, weight in weights.items()}
