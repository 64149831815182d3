"""Import skops without every module of scikit-learn, which takes longer than a whole run on a small table.

skops lists the names of all of scikit-learn's estimators, as types that may be loaded, when it is imported. Here they
are listed when a file contains one that ridgenet does not use itself, or when other code in this process loads a file.
"""

from __future__ import annotations

import importlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from typing import Any

import sklearn.utils
from sklearn import model_selection
from sklearn.utils import all_estimators

PREFIX = "sklearn."
# classes of folds, which skops does not trust; any of them may be the `cv` of an estimator
SPLITTERS = tuple(
    f"{each.__module__}.{each.__name__}"
    for each in map(model_selection.__dict__.get, model_selection.__all__)
    if isinstance(each, type) and hasattr(each, "get_n_splits")
)
_unlisted = ContextVar("unlisted", default=False)


class _EstimatorNames(list[str]):
    """Stands for the list of names in skops, which adds the names of other types to it for each object in a file."""

    def __add__(self, others: list[Any]) -> list[Any]:
        return [*(() if _unlisted.get() else estimator_names()), *others]


@cache
def estimator_names() -> frozenset[str]:
    """Return the full names of scikit-learn's estimators."""
    classes = (estimator for _, estimator in all_estimators())
    names = (f"{each.__module__}.{each.__name__}" for each in classes)
    return frozenset(name for name in names if name.startswith(PREFIX))


@contextmanager
def _without_listing() -> Iterator[None]:
    token = _unlisted.set(True)
    try:
        yield
    finally:
        _unlisted.reset(token)


def _imported() -> Any:
    """Return `skops.io`, imported without the list; unchanged if other code has imported it."""
    sklearn.utils.all_estimators = list
    try:
        skops_io = importlib.import_module("skops.io")
    finally:
        sklearn.utils.all_estimators = all_estimators
    general: Any = importlib.import_module("skops.io._general")
    if not general.SKLEARN_ESTIMATOR_TYPE_NAMES:
        general.SKLEARN_ESTIMATOR_TYPE_NAMES = _EstimatorNames()
    return skops_io


_io = _imported()


def dumps(model: Any) -> bytes:
    """Return a model as the content of a file."""
    content: bytes = _io.dumps(model)
    return content


def untrusted_types(content: bytes, trusted: Iterable[str]) -> list[str]:
    """Return the names of types in a file that are neither among `trusted` nor trusted by skops."""
    with _without_listing():
        unknown = set(_io.get_untrusted_types(data=content)).difference(trusted)
    if any(name.startswith(PREFIX) for name in unknown):
        unknown -= estimator_names()
    return sorted(unknown)


def loads(content: bytes, trusted: Iterable[str]) -> Any:
    """Return the model in a file that contains no other types than `trusted` and those that skops trusts.

    Raises
    ------
    skops.io.exceptions.UntrustedTypesFoundException
        If it contains other types.
    """
    trusted = list(trusted)
    with _without_listing():
        types = _io.get_untrusted_types(data=content)
        of_sklearn = [name for name in types if name.startswith(PREFIX) and name not in trusted]
        known = [name for name in of_sklearn if name in estimator_names()]
        return _io.loads(content, trusted=[*trusted, *known])
