"""Convert the preprocessing before the network: skrub's encoders, the imputer and the missing indicator."""

from __future__ import annotations

from typing import Any

import numpy as np

from ridgenet._errors import InputError
from ridgenet.table._columns import CATEGORIES
from ridgenet.table.onnx._networks import DOUBLE, FLOAT, INT64, Graph

MICROSECONDS = {"day": 86_400_000_000, "hour": 3_600_000_000, "minute": 60_000_000, "second": 1_000_000}
# how NumPy and pandas store a missing date
NOT_A_TIME = np.iinfo(np.int64).min
# from 1 March of the year 0 to 1 January 1970; in this calendar the leap day ends the year
DAYS_TO_1970 = 719_468
DAYS_OF_400_YEARS = 146_097


def parse_vectorizer(scope: Any, model: Any, inputs: Any, custom_parsers: Any = None) -> Any:  # noqa: ARG001
    """Declare that the output is float64; skl2onnx would use the type of the first input."""
    from skl2onnx.common.data_types import DoubleTensorType

    operator = scope.declare_local_operator("RidgenetTableVectorizer", model)
    operator.inputs.extend(inputs)
    operator.outputs.append(scope.declare_local_variable("variable", DoubleTensorType()))
    return operator.outputs


def vectorizer_shapes(operator: Any) -> None:
    """Declare the number of outputs."""
    from skl2onnx.common.data_types import DoubleTensorType

    n = operator.inputs[0].get_first_dimension()
    operator.outputs[0].type = DoubleTensorType([n, len(operator.raw_operator.all_outputs_)])


def convert_vectorizer(scope: Any, operator: Any, container: Any) -> None:
    """Add a fitted `skrub.TableVectorizer` to the graph: numbers, categories and dates, column by column.

    A missing number is NaN, missing text is the empty string, and a missing date is the smallest integer.
    """
    from skl2onnx.common.data_types import StringTensorType

    graph, vectorizer = Graph(scope, container), operator.raw_operator
    # by position, since the inputs have other names where ONNX does not allow those of the columns
    variables = dict(zip(vectorizer.feature_names_in_, operator.inputs, strict=True))
    parts = {}
    for name, kind in vectorizer.column_to_kind_.items():
        value = variables[name].full_name
        encoder = vectorizer.transformers_[name]
        if kind == "numeric" and isinstance(variables[name].type, StringTensorType):
            raise InputError(f"column {name!r} holds numbers written as text, which cannot be exported; store numbers")
        if kind == "numeric":
            parts[name] = graph.cast(value, DOUBLE)
        elif kind in CATEGORIES:
            parts[name] = graph.cast(_categories(graph, encoder, value), DOUBLE)
        elif kind == "datetime":
            parts[name] = _date(graph, name, encoder, value)
        else:
            raise InputError(
                f"column {name!r} holds free text, which cannot be exported; train without it (--drop {name!r})"
            )
    used = dict.fromkeys(vectorizer.output_to_input_[output] for output in vectorizer.all_outputs_)
    graph.columns([parts[name] for name in used], operator.outputs[0].full_name)


def indicator_shapes(operator: Any) -> None:
    """Declare the number of columns with an indicator."""
    from skl2onnx.common.data_types import DoubleTensorType

    n = operator.inputs[0].get_first_dimension()
    operator.outputs[0].type = DoubleTensorType([n, len(operator.raw_operator.features_)])


def convert_indicator(scope: Any, operator: Any, container: Any) -> None:
    """Add scikit-learn's `MissingIndicator` of numbers to the graph."""
    graph, features = Graph(scope, container), operator.raw_operator.features_
    watched = graph.node("Gather", operator.inputs[0].full_name, graph.constant(features, np.int64), axis=1)
    graph.cast(graph.node("IsNaN", watched), DOUBLE, operator.outputs[0].full_name)


def imputer_shapes(operator: Any) -> None:
    """Declare the number of imputed columns, in the type of the input."""
    n, kept = operator.inputs[0].get_first_dimension(), np.isfinite(operator.raw_operator.statistics_)
    operator.outputs[0].type = type(operator.inputs[0].type)([n, int(kept.sum())])


def convert_imputer(scope: Any, operator: Any, container: Any) -> None:
    """Add scikit-learn's `SimpleImputer` of numbers to the graph; the runtime has an operator for float32 only."""
    graph, imputer, value = Graph(scope, container), operator.raw_operator, operator.inputs[0].full_name
    if imputer.missing_values == imputer.missing_values or imputer.add_indicator:
        raise InputError("SimpleImputer can only be exported with missing_values=nan and add_indicator=False")
    kept = np.flatnonzero(np.isfinite(imputer.statistics_))
    numbers = graph.node("Gather", graph.cast(value, DOUBLE), graph.constant(kept, np.int64), axis=1)
    filling = graph.constant(imputer.statistics_[np.newaxis, kept], np.float64)
    filled = graph.node("Where", graph.node("IsNaN", numbers), filling, numbers)
    kind = DOUBLE if type(operator.outputs[0].type).__name__ == "DoubleTensorType" else FLOAT
    graph.cast(filled, kind, operator.outputs[0].full_name)


def _categories(graph: Graph, encoder: Any, value: str) -> str:
    categories = ["" if _is_missing(category) else str(category) for category in encoder.categories_[0]]
    encoded = graph.node("OneHotEncoder", value, domain="ai.onnx.ml", version=1, cats_strings=categories, zeros=1)
    flat = graph.node("Reshape", encoded, graph.constant([-1, len(categories)], np.int64))
    dropped = encoder.drop_idx_[0] if encoder.drop_idx_ is not None else None
    if dropped is None:
        return flat
    kept = [index for index in range(len(categories)) if index != dropped]
    return graph.node("Gather", flat, graph.constant(kept, np.int64), axis=1)


def _is_missing(category: Any) -> bool:
    return category is None or category != category


def _date(graph: Graph, name: str, encoder: Any, value: str) -> str:
    """Return the parts of dates given in microseconds since 1970."""

    def whole(number: int) -> str:
        return graph.constant([[number]], np.int64)

    def floor_div(a: str, by: int) -> str:
        # division of integers rounds towards zero, but Mod has the sign of the divisor
        return graph.node("Div", graph.node("Sub", a, graph.node("Mod", a, whole(by))), whole(by))

    def mod(a: str, by: int) -> str:
        return graph.node("Mod", a, whole(by))

    days = floor_div(value, MICROSECONDS["day"])
    of_day = mod(value, MICROSECONDS["day"])
    parts_of_date = _calendar(graph, days, whole, floor_div, mod)
    for part, within in (("hour", None), ("minute", "hour"), ("second", "minute"), ("microsecond", "second")):
        rest = of_day if within is None else mod(of_day, MICROSECONDS[within])
        parts_of_date[part] = rest if part == "microsecond" else floor_div(rest, MICROSECONDS[part])
    # 1 January 1970 was a Thursday
    parts_of_date["weekday"] = graph.node("Add", mod(graph.node("Add", days, whole(3)), 7), whole(1))
    seconds = graph.node("Div", graph.cast(value, DOUBLE), graph.constant([[1e6]]))
    unknown = [feature for feature in encoder.extracted_features_ if feature not in {*parts_of_date, "total_seconds"}]
    if unknown or encoder.periodic_encoding is not None:
        raise InputError(f"column {name!r}: {', '.join(unknown) or 'periodic encodings'} of a date cannot be exported")
    parts = [
        graph.cast(seconds if feature == "total_seconds" else parts_of_date[feature], DOUBLE)
        for feature in encoder.extracted_features_
    ]
    missing = graph.node("Equal", value, whole(int(NOT_A_TIME)))
    return graph.node("Where", missing, graph.constant([[np.nan]]), graph.columns(parts))


def _calendar(graph: Graph, days: str, whole: Any, floor_div: Any, mod: Any) -> dict[str, str]:
    """Return year, month and day of days since 1970, in the Gregorian calendar (Hinnant, 2013, civil_from_days)."""

    def add(a: str, b: str) -> str:
        return graph.node("Add", a, b)

    def subtract(a: str, b: str) -> str:
        return graph.node("Sub", a, b)

    def times(a: str, by: int) -> str:
        return graph.node("Mul", a, whole(by))

    shifted = add(days, whole(DAYS_TO_1970))
    era, day_of_era = floor_div(shifted, DAYS_OF_400_YEARS), mod(shifted, DAYS_OF_400_YEARS)
    leap_days = subtract(
        add(floor_div(day_of_era, 1460), floor_div(day_of_era, 146_096)), floor_div(day_of_era, 36_524)
    )
    year_of_era = floor_div(subtract(day_of_era, leap_days), 365)
    before = add(times(year_of_era, 365), subtract(floor_div(year_of_era, 4), floor_div(year_of_era, 100)))
    day_of_year = subtract(day_of_era, before)
    # months counted from March
    month_from_march = floor_div(add(times(day_of_year, 5), whole(2)), 153)
    day = add(subtract(day_of_year, floor_div(add(times(month_from_march, 153), whole(2)), 5)), whole(1))
    month = add(mod(add(month_from_march, whole(2)), 12), whole(1))
    in_next_year = graph.cast(graph.node("Less", month, whole(3)), INT64)
    year = add(add(times(era, 400), year_of_era), in_next_year)
    return {"year": year, "month": month, "day": day}
