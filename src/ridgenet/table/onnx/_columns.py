"""Convert the encoding of the columns of a table."""

from __future__ import annotations

from typing import Any

import numpy as np

from ridgenet._errors import InputError
from ridgenet.table.encoding._categories import Categories
from ridgenet.table.encoding._column import NumericEncoding
from ridgenet.table.encoding._dates import Dates
from ridgenet.table.encoding._means import Means
from ridgenet.table.encoding._numbers import Numbers
from ridgenet.table.onnx._networks import DOUBLE, INT64, Graph

MICROSECONDS = {"day": 86_400_000_000, "hour": 3_600_000_000}
# how NumPy and pandas store a missing date
NOT_A_TIME = np.iinfo(np.int64).min
# from 1 March of the year 0 to 1 January 1970; in this calendar the leap day ends the year
DAYS_TO_1970 = 719_468
DAYS_OF_400_YEARS = 146_097


def parse_encoder(scope: Any, model: Any, inputs: Any, custom_parsers: Any = None) -> Any:  # noqa: ARG001
    """Declare that the output is float64; skl2onnx would use the type of the first input."""
    from skl2onnx.common.data_types import DoubleTensorType

    operator = scope.declare_local_operator("RidgenetTableEncoder", model)
    operator.inputs.extend(inputs)
    operator.outputs.append(scope.declare_local_variable("variable", DoubleTensorType()))
    return operator.outputs


def encoder_shapes(operator: Any) -> None:
    """Declare the number of outputs."""
    from skl2onnx.common.data_types import DoubleTensorType

    n = operator.inputs[0].get_first_dimension()
    operator.outputs[0].type = DoubleTensorType([n, len(operator.raw_operator.owners)])


def convert_encoder(scope: Any, operator: Any, container: Any) -> None:
    """Add a fitted `TableEncoder` to the graph: numbers, categories and dates, column by column.

    A missing number is NaN, missing text is the empty string, and a missing date is the smallest integer.
    """
    from skl2onnx.common.data_types import StringTensorType

    graph, encoder = Graph(scope, container), operator.raw_operator
    # by position, since the inputs have other names where ONNX does not allow those of the columns
    variables = dict(zip(encoder.encodings_, operator.inputs, strict=True))
    parts = []
    for name, encoding in encoder.encodings_.items():
        value = variables[name].full_name
        if isinstance(encoding, Numbers) and isinstance(variables[name].type, StringTensorType):
            raise InputError(f"column {name!r} holds numbers written as text, which cannot be exported; store numbers")
        if isinstance(encoding, Numbers):
            parts.append(_without_gaps(graph, encoding, graph.cast(value, DOUBLE)))
        elif isinstance(encoding, Dates):
            parts.append(_without_gaps(graph, encoding, _date(graph, encoding, value)))
        elif isinstance(encoding, Categories):
            parts.append(graph.cast(_categories(graph, encoding, value), DOUBLE))
        else:
            is_text = not isinstance(encoding, Means)
            what = "free text, which cannot be exported" if is_text else "more categories than can be exported"
            raise InputError(f"column {name!r} holds {what}; train without it (--drop {name!r})")
    graph.columns(parts, operator.outputs[0].full_name)


def _without_gaps(graph: Graph, encoding: NumericEncoding, numbers: str) -> str:
    """Replace missing numbers by medians, and say where they are if the encoding does."""
    missing = graph.node("IsNaN", numbers)
    filled = graph.node("Where", missing, graph.constant(encoding.medians[np.newaxis], np.float64), numbers)
    if not encoding.is_flagged:
        return filled
    first = graph.node("Gather", missing, graph.constant([0], np.int64), axis=1)
    return graph.columns([filled, graph.cast(first, DOUBLE)])


def _categories(graph: Graph, encoding: Categories, value: str) -> str:
    categories = [*encoding.levels.tolist(), *([""] if encoding.has_missing else [])]
    encoded = graph.node("OneHotEncoder", value, domain="ai.onnx.ml", version=1, cats_strings=categories, zeros=1)
    flat = graph.node("Reshape", encoded, graph.constant([-1, len(categories)], np.int64))
    kept = range(len(categories) - len(encoding.names), len(categories))
    return graph.node("Gather", flat, graph.constant(list(kept), np.int64), axis=1)


def _date(graph: Graph, encoding: Dates, value: str) -> str:
    """Return the parts of dates given in microseconds since 1970."""

    def whole(number: int) -> str:
        return graph.constant([[number]], np.int64)

    def floor_div(a: str, by: int) -> str:
        # division of integers rounds towards zero, but Mod has the sign of the divisor
        return graph.node("Div", graph.node("Sub", a, graph.node("Mod", a, whole(by))), whole(by))

    def mod(a: str, by: int) -> str:
        return graph.node("Mod", a, whole(by))

    days = floor_div(value, MICROSECONDS["day"])
    parts_of_date = _calendar(graph, days, whole, floor_div, mod)
    parts_of_date["hour"] = floor_div(mod(value, MICROSECONDS["day"]), MICROSECONDS["hour"])
    parts_of_date["total_seconds"] = graph.node("Div", graph.cast(value, DOUBLE), graph.constant([[1e6]]))
    parts = [graph.cast(parts_of_date[part], DOUBLE) for part in encoding.parts]
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
