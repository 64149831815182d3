"""scikit-learn's contexts around methods that fit, and conditions of methods, with types."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from sklearn.base import _fit_context
from sklearn.utils.metaestimators import available_if

Method = TypeVar("Method", bound=Callable[..., Any])


def in_fit_context(method: Method) -> Method:
    """Check parameters before a method that fits, and end the callbacks after it."""
    return _fit_context(prefer_skip_nested_validation=True)(method)


def only_if(condition: Callable[[Any], bool]) -> Callable[[Method], Method]:
    """Return a decorator of a method that is there only where a condition of the estimator is met."""
    return available_if(condition)
