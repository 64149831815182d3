"""Columns of each kind as inputs of a graph: types, encoding of missing values, and values for the comparison."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from skl2onnx.common.data_types import DoubleTensorType, Int64TensorType, StringTensorType

from ridgenet.formats._kinds import KINDS
from ridgenet.table.encoding._categories import Categories


@dataclass(frozen=True)
class Input:
    """How columns of one kind are passed to a graph.

    Attributes
    ----------
    tensor : type
        The type of the input.
    values : callable
        Converts a column of a table to the type of the input.
    drawn : callable
        Draws values for the comparison, given a generator, the mask of missing values, and the encoding of the column
        (None for models without preprocessing).
    """

    tensor: type
    values: Callable[[pd.Series], np.ndarray]
    drawn: Callable[[np.random.Generator, np.ndarray, Any], Any]


def _drawn_numbers(rng: np.random.Generator, missing: np.ndarray, encoder: Any) -> pd.Series:
    numbers = rng.normal(size=len(missing)) * 10.0 ** rng.integers(-2, 4, len(missing))
    return pd.Series(np.where(missing & (encoder is not None), np.nan, numbers))


def _drawn_booleans(rng: np.random.Generator, missing: np.ndarray, _: Any) -> Any:
    flags: Any = pd.array(rng.random(len(missing)) < 0.5, dtype="boolean")
    flags[missing] = pd.NA
    return flags


def _drawn_dates(rng: np.random.Generator, missing: np.ndarray, _: Any) -> pd.Series:
    days = rng.integers(-20_000, 40_000, len(missing)).astype("timedelta64[D]")
    seconds = rng.integers(0, 86_400, len(missing)).astype("timedelta64[s]")
    return pd.Series(np.where(missing, np.datetime64("NaT"), np.datetime64("1970-01-01", "us") + days + seconds))


def _drawn_text(rng: np.random.Generator, missing: np.ndarray, encoder: Any) -> np.ndarray:
    known = encoder.levels.tolist() if isinstance(encoder, Categories) else ["x"]
    texts = rng.choice(np.array([*known, "never seen"], object), len(missing))
    texts[missing] = None
    return texts


def _drawn_durations(rng: np.random.Generator, missing: np.ndarray, _: Any) -> pd.Series:
    durations = rng.integers(-(10**6), 10**9, len(missing)).astype("timedelta64[ms]").astype("timedelta64[us]")
    return pd.Series(np.where(missing, np.timedelta64("NaT"), durations))


INPUTS = {
    "number": Input(DoubleTensorType, KINDS["number"].numbers, _drawn_numbers),
    "boolean": Input(DoubleTensorType, KINDS["boolean"].numbers, _drawn_booleans),
    "date": Input(Int64TensorType, lambda dates: dates.to_numpy("datetime64[us]").astype(np.int64), _drawn_dates),
    # in seconds, as for the network
    "duration": Input(DoubleTensorType, KINDS["duration"].numbers, _drawn_durations),
    "text": Input(
        StringTensorType,
        lambda texts: texts.astype(object).where(texts.notna(), "").astype(str).to_numpy(object),
        _drawn_text,
    ),
}
