"""Data for estimators: drawn as plain values, and made from them."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import scipy.sparse
from hypothesis import strategies as st

Spec = dict[str, Any]

NAN, INF = float("nan"), float("inf")
SCALES = [1.0, 1e-6, 1e-20, 1e-40, 1e-50, 1e-200, 1e10, 1e25, 1e39, 1e100, 1e200, 1e307]
OFFSETS = [0.0, 1.0, 1.7e9, 1.7e12, -1e20, 1e100]
CELLS = [NAN, INF, -INF, 0.0, 1.0, -1e5, 1e39, 1e200, 1.7e308, 5e-324]
DTYPES = ["float64", "float32", "float16", "int64", "int8", "uint8", "bool", "object", "str", "complex128"]
CONTAINERS = [
    "array", "list", "frame", "fortran", "strided", "readonly", "csr", "csc", "coo", "1-D", "3-D", "empty",
    "no columns",
]  # fmt: skip
LABELS = ["int", "text", "object", "bool", "float", "negative", "categorical", "none", "nan", "fractions", "bytes"]
# what X and y may be without anybody being surprised
PLAIN_X = {"scale": 1.0, "offset": 0.0, "dtype": "float64", "container": "array", "cells": [], "columns": "normal"}
GOOD_WEIGHTS = [None, "ones", "random"]
BAD_WEIGHTS = ["zeros", "negative", "nan", "inf", "huge", "short", "2-D", "text"]


def _usually(plain: Any, *others: Any) -> st.SearchStrategy[Any]:
    """Draw the plain value in about two thirds of the cases."""
    return st.one_of(st.just(plain), st.just(plain), st.sampled_from([plain, *others]))


def inputs() -> st.SearchStrategy[Spec]:
    """Draw what X is."""
    hostile = st.fixed_dictionaries(
        {
            "scale": _usually(*SCALES),
            "offset": _usually(*OFFSETS),
            "dtype": _usually(*DTYPES),
            "container": _usually(*CONTAINERS),
            "columns": _usually("normal", "constant", "integers", "equal", "first constant"),
            "cells": st.lists(st.tuples(st.integers(0, 40), st.integers(0, 4), st.sampled_from(CELLS)), max_size=2),
        }
    )
    return st.one_of(st.just(PLAIN_X), hostile)


def class_targets() -> st.SearchStrategy[Spec]:
    """Draw classes."""
    return st.fixed_dictionaries(
        {
            "kind": _usually(
                "classes", "rare", "single", "subset", "multilabel", "sparse multilabel", "column", "numbers"
            ),
            "n_classes": st.integers(2, 4),
            "labels": _usually(*LABELS),
        }
    )


def number_targets() -> st.SearchStrategy[Spec]:
    """Draw numbers."""
    return st.fixed_dictionaries(
        {
            "kind": _usually("numbers", "counts", "constant", "two", "column", "classes", "sparse", "text"),
            "scale": _usually(*SCALES),
            "offset": _usually(*OFFSETS),
            "dtype": _usually("float64", "float32", "int64", "object"),
            "cells": _usually([], [[1, NAN]], [[2, INF]], [[0, 1e200]], [[3, -1.0]]),
        }
    )


def weights() -> st.SearchStrategy[str | None]:
    """Draw the weights of the rows."""
    return _usually(None, None, "ones", "random", "with zeros", "tiny", "one row", *BAD_WEIGHTS)


def data(targets: st.SearchStrategy[Spec]) -> st.SearchStrategy[Spec]:
    """Draw X, y and weights."""
    return st.fixed_dictionaries(
        {
            "n": st.one_of(st.integers(20, 40), st.integers(1, 40)),
            "d": st.integers(1, 4),
            "seed": st.integers(0, 50),
            "X": inputs(),
            "y": targets,
            "weights": weights(),
        }
    )


def make(spec: Spec) -> tuple[Any, Any, Any]:
    """Return X, y and weights."""
    n, d = spec["n"], spec["d"]
    rng = np.random.default_rng(spec["seed"])
    Z = rng.normal(size=(n, d))
    noise = rng.normal(size=n)
    signal = Z[:, 0] + 0.5 * np.tanh(Z[:, -1]) + 0.3 * noise
    y = _numbers(spec["y"], signal) if "scale" in spec["y"] else _classes(spec["y"], signal, rng)
    return _inputs(spec["X"], Z), y, _weights(spec["weights"], n, rng)


def make_inputs(spec: Spec, d: int) -> Any:
    """Return X alone, of nine rows."""
    return _inputs(spec, np.random.default_rng(3).normal(size=(9, d)))


def hostile(spec: Spec) -> set[str]:
    """Return what of X, y and sample_weight may be refused."""
    found = set()
    if spec["X"] != PLAIN_X:
        found.add("X")
    y = spec["y"]
    plain_numbers = y["kind"] == "numbers" and y.get("scale") == 1.0 and y.get("offset") == 0.0 and y["cells"] == []
    plain_classes = y["kind"] in ("classes", "column") and y.get("labels") in ("int", "text", "bool")
    if not (plain_numbers or plain_classes):
        found.add("y")
    if spec["weights"] not in GOOD_WEIGHTS:
        found.add("sample_weight")
    if spec["n"] < 20:
        found |= {"X", "y"}
    return found


def _inputs(spec: Spec, Z: np.ndarray) -> Any:
    with np.errstate(all="ignore"):
        X = Z.round() if spec["columns"] == "integers" else Z.copy()
        if spec["columns"] == "constant":
            X[:] = 1.0
        elif spec["columns"] == "first constant":
            X[:, 0] = 3.0
        elif spec["columns"] == "equal":
            X[:] = X[:, :1]
        X = X * spec["scale"] + spec["offset"]
        for i, j, value in spec["cells"]:
            X[i % len(X), j % X.shape[1]] = value
        if spec["dtype"] not in ("float64", "object"):
            X = X.astype(spec["dtype"])
    if spec["dtype"] == "object":
        X = X.astype(object)
        X[0, 0] = "a word"
    return _contained(X, spec["container"])


def _contained(X: np.ndarray, container: str) -> Any:
    if container in ("csr", "csc", "coo"):
        if X.dtype.kind in "OUc" or X.dtype == np.float16:
            return X
        return scipy.sparse.coo_array(X).asformat(container)
    if container == "frame":
        return pd.DataFrame(X, columns=[f"x{j}" for j in range(X.shape[1])])
    if container == "strided":
        return np.repeat(X, 2, axis=0)[::2]
    if container == "readonly":
        X.flags.writeable = False
    makers: dict[str, Any] = {
        "list": X.tolist,
        "fortran": lambda: np.asfortranarray(X),
        "1-D": lambda: X[:, 0],
        "3-D": lambda: X[:, :, np.newaxis],
        "empty": lambda: X[:0],
        "no columns": lambda: X[:, :0],
    }
    return makers.get(container, lambda: X)()


def _numbers(spec: Spec, signal: np.ndarray) -> Any:
    kind = spec["kind"]
    y = np.full_like(signal, 2.0) if kind == "constant" else np.exp(signal).round() if kind == "counts" else signal
    with np.errstate(all="ignore"):
        y = y * spec["scale"] + spec["offset"]
        for i, value in spec["cells"]:
            y[i % len(y)] = value
        y = y.astype(spec["dtype"])
    if kind == "two":
        return np.column_stack([y, y[::-1]])
    if kind == "column":
        return y[:, np.newaxis]
    if kind == "classes":
        return y > 0 if y.dtype != object else signal > 0
    if kind == "sparse":
        return scipy.sparse.csr_array(np.asarray(y, float)[:, np.newaxis])
    return np.array(["low", "high"])[(signal > 0).astype(int)] if kind == "text" else y


def _classes(spec: Spec, signal: np.ndarray, rng: np.random.Generator) -> Any:
    kind, n_classes = spec["kind"], spec["n_classes"]
    # all classes are there, if there are rows enough
    codes = (np.argsort(np.argsort(signal)) * n_classes) // len(signal)
    if kind == "numbers":
        return signal
    if kind == "single":
        codes = np.zeros_like(codes)
    elif kind == "subset":
        codes = np.minimum(codes, n_classes - 2)
    elif kind == "rare":
        codes = np.minimum(codes, n_classes - 2) if n_classes > 2 else codes * 0
        codes[rng.integers(len(codes))] = n_classes - 1
    elif "multilabel" in kind:
        Y = (rng.random((len(signal), n_classes)) < 0.5).astype(int)
        Y[:, 0] = signal > 0
        return scipy.sparse.csr_array(Y) if kind.startswith("sparse") else Y
    y = _labelled(codes, spec["labels"])
    return y.reshape(-1, 1) if kind == "column" and isinstance(y, np.ndarray) else y


def _labelled(codes: np.ndarray, labels: str) -> Any:
    words = np.array(["no", "yes", "perhaps", "=cmd|x"])
    makers: dict[str, Any] = {
        "int": lambda: codes,
        "text": lambda: words[codes],
        "object": lambda: words[codes].astype(object),
        "bool": lambda: codes > 0,
        "float": lambda: codes.astype(float),
        "negative": lambda: 1 - codes,
        "categorical": lambda: pd.Series(pd.Categorical(words[codes])),
        "none": lambda: np.array([None, "yes", "perhaps", "no"], object)[codes],
        "nan": lambda: np.array([NAN, 1.0, 2.0, 3.0])[codes],
        "fractions": lambda: codes + 0.5,
        "bytes": lambda: words[codes].astype("S"),
    }
    return makers[labels]()


def _weights(kind: str | None, n: int, rng: np.random.Generator) -> Any:
    if kind is None:
        return None
    w = rng.uniform(0.5, 2.0, n)
    makers: dict[str, Any] = {
        "ones": lambda: np.ones(n),
        "random": lambda: w,
        "with zeros": lambda: rng.integers(0, 3, n),
        "tiny": lambda: w * 1e-300,
        "one row": lambda: np.eye(n)[0],
        "zeros": lambda: np.zeros(n),
        "negative": lambda: -w,
        "nan": lambda: np.where(np.arange(n) == 1, NAN, w),
        "inf": lambda: np.where(np.arange(n) == 1, INF, w),
        "huge": lambda: w * 1e300,
        "short": lambda: w[:-1],
        "2-D": lambda: w[:, np.newaxis],
        "text": lambda: w.astype(str),
    }
    return makers[kind]()
