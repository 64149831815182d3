"""Estimators: a documented error that names the culprit, or finite weights, loss and predictions."""

from __future__ import annotations

import copy
import json
import re
import traceback
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import pairwise
from typing import Any

import numpy as np
import pandas as pd
import scipy.sparse
from sklearn.base import clone
from sklearn.exceptions import NotFittedError

import ridgenet
from fuzz import data
from fuzz.estimator_cases import PARAMETERS, Case
from fuzz.faults import OURS, Fault, line_of_ours, require, unexpected
from fuzz.oracles import check_objective

# what a message may call the data; each stands for one culprit
WORDS = {
    "X": r"\bX\b|\bcolumns?\b|\bfeatures?\b|\binputs?\b|\bsamples?\b|\barray\b|\bdtype\b|\bdata\b",
    "y": r"\by\b|\btargets?\b|\blabels?\b|\bclass(es)?\b|\boutputs?\b|\bsamples?\b|\bmembers\b",
    "sample_weight": r"weights?\b",
    "classes": r"\bclasses\b",
    "cv": r"\bcv\b|\bfolds?\b|\bn_splits\b|\bsplits?\b|\bgroups\b",
    "scoring": r"\bscor(ing|er|es?)\b",
    "class_weight": r"\bclass.weights?\b",
}
# for words in X; whoever knows scikit-learn knows it
SCIKIT_LEARNS_OWN = "could not convert string to float: 'a word'"
# words of NumPy and of scikit-learn's metrics, which do not know what the user has given
OF_A_LIBRARY = re.compile(r"ufunc|y_true|y_prob|y_score|pos_label|multi_class")
IN_A_SECOND_FIT = ("warm_start", "hidden_layer_sizes", "solver", "early_stopping", "class_weight")


def check(case: Case) -> None:
    """Raise a fault unless each step is refused in words, or leaves finite numbers, the same for the same seed."""
    first, second = _Run(case), _Run(case)
    for step in case["steps"]:
        done = [run.do(step) for run in (first, second)]
        require(done[0] == done[1], "the same seed, another outcome", f"{done}")
        states = [run.state() for run in (first, second)]
        require(states[0] == states[1], "the same seed, another result", f"{states}")
        if not done[0]:
            first.check_result(step)


class _Run:
    """An estimator on which the steps of a case are done."""

    def __init__(self, case: Case) -> None:
        self.name = case["estimator"]
        self.parameters: dict[str, Any] = {
            **{name: values[0][0] for name, values in PARAMETERS[self.name].items()},
            **case["parameters"],
        }
        self.estimator = getattr(ridgenet, self.name)()
        self.last: tuple[Any, Any, Any] | None = None
        self.by_parts = False

    def do(self, step: dict[str, Any]) -> str:
        """Do a step; return the message of a documented error, or nothing."""
        if step["do"] == "set":
            self.parameters.update(step["parameters"])
            return ""
        X, y, w = data.make(step["data"]) if "data" in step else (None, None, None)
        self.estimator.set_params(**{name: self._made(name, X) for name in self.parameters})
        given = [X, y, w, self.estimator.get_params()]
        before = copy.deepcopy(given)
        with _warnings_are_faults():
            try:
                self._call(step, X, y, w)
                message = ""
            except (Fault, NotFittedError) as error:
                if isinstance(error, Fault):
                    raise
                message = str(error)
            except Exception as error:
                message = self._documented(error, step)
        require(_equal(before, given), "an input was changed", self.name)
        return message

    def _call(self, step: dict[str, Any], X: Any, y: Any, w: Any) -> None:
        fitted = self.estimator
        if step["do"] == "predict":
            _require_finite("predict", fitted.predict(data.make_inputs(step["X"], step["d"])))
        elif step["do"] == "with_alpha":
            alpha = step["alpha"]
            other = fitted.with_alpha(alpha)
            require(0 < alpha < np.inf, "with_alpha takes an impossible λ", f"{alpha}: gives λ = {other.alpha_}")
        elif step["do"] == "fit" or not hasattr(fitted, "partial_fit"):
            seen = getattr(fitted, "t_", 0) if self._continues() else 0
            own = {"X_val": X, "y_val": y} if step.get("own validation") else {}
            self.last = None
            fitted.fit(X, y, w, **own)
            self.last, self.by_parts = (X, y, w), False
            if fitted.solver_ != "lbfgs":
                require(fitted.t_ >= seen, "t_ goes back in a warm start", f"{seen} to {fitted.t_}")
        else:
            classes = [np.arange(4)] if "Classifier" in self.name and _is_int(y) else []
            self.last = None
            fitted.partial_fit(X, y, *classes, sample_weight=w)
            self.last, self.by_parts = (X, y, w), True

    def _continues(self) -> bool:
        return bool(self.parameters.get("warm_start") is True)

    def _made(self, name: str, X: Any) -> Any:
        value = self.parameters[name]
        if name == "class_weight" and isinstance(value, dict):
            return {int(label): weight for label, weight in value.items()}
        if name == "cv" and isinstance(value, str) and hasattr(X, "shape"):
            rows = np.arange(X.shape[0])
            makers = {
                "pairs": [(rows[::2], rows[1::2]), (rows[1::2], rows[::2])],
                "some rows": [(rows[2:], rows[:2])],
                "one row": [(rows[1:], rows[:1]), (rows[:-1], rows[-1:])],
                "out of range": [(rows, rows + 1)],
                "no rows": [(rows, rows[:0])],
                "negative": [(rows, rows - 5)],
            }
            return makers.get(value, value)
        return value

    # what is right

    def _documented(self, error: Exception, step: dict[str, Any]) -> str:
        """Return the message of an error that is documented, and names one of those who may be to blame."""
        message = str(error)
        if not isinstance(error, ValueError | TypeError) or isinstance(error, np.linalg.LinAlgError | UnicodeError):
            raise unexpected(error) from error
        culprits = self._culprits(step)
        named = OF_A_LIBRARY.search(message) is None and any(
            re.search(WORDS.get(name, rf"\b{name}\b"), message) for name in culprits
        )
        if named or SCIKIT_LEARNS_OWN in message:
            return message
        shown = re.sub(r"\[.*?\]|'.*?'|[-+]?\d[\d.,e+-]*", "…", message.partition("\n")[0])[:70]
        place = line_of_ours(error.__traceback__)
        raise Fault(
            f"the message of {type(error).__name__} from {place} names no culprit: {shown}",
            f"may be to blame: {', '.join(sorted(culprits))}\n{message}",
        )

    def _culprits(self, step: dict[str, Any]) -> set[str]:
        """Return what an error may blame: whatever is odd, or anything where nothing is."""
        usual = {name: values[0][0] for name, values in PARAMETERS[self.name].items()}
        odd = {name for name, value in self.parameters.items() if json.dumps(value) != json.dumps(usual[name])}
        if "data" in step:
            odd |= data.hostile(step["data"])
            if step.get("own validation"):
                odd.add("X_val")
            if self.last is not None or step["do"] == "partial_fit" or self._continues():
                odd |= {"X", "y", "classes", *(name for name in IN_A_SECOND_FIT if name in usual)}
        elif step["do"] == "predict":
            odd |= {"X"}
        else:
            odd |= {"alpha"}
        return odd or {*usual, "X", "y"}

    def check_result(self, step: dict[str, Any]) -> None:
        """Raise a fault unless what was fitted is finite, of the right shape, and what the equations say."""
        if self.last is None or "data" not in step:
            return
        (X, y, w), fitted = self.last, self.estimator
        sizes = fitted.network_.layer_sizes
        shapes = [coefs.shape for coefs in fitted.coefs_]
        require(shapes == list(pairwise(sizes)), "coefs_ of another shape", f"{shapes}, {sizes}")
        hidden = getattr(fitted, "hidden_layer_sizes_", fitted.hidden_layer_sizes)
        hidden = tuple(hidden) if np.iterable(hidden) else (hidden,)
        require(sizes[1:-1] == hidden, "a network of another size", f"{sizes}, not {hidden}")
        for layer in (*fitted.coefs_, *fitted.intercepts_):
            _require_finite("coefs_ and intercepts_", layer)
        _require_finite("loss_", fitted.loss_)
        require(fitted.loss_ >= -1e-9, "loss_ is negative", fitted.loss_)
        self._check_scores()
        self._check_predictions(X, y)
        is_plain = not data.hostile(step["data"]) and step["data"]["weights"] in data.GOOD_WEIGHTS
        by_class = getattr(fitted, "class_weight", None)
        if is_plain and step["do"] == "fit" and fitted.solver_ == "lbfgs" and by_class is None:
            self._check_plain(X, y, w)

    def _check_scores(self) -> None:
        fitted = self.estimator
        if fitted.validation_scores_:
            _require_finite("validation_scores_", np.asarray(fitted.validation_scores_))
        if hasattr(fitted, "alphas_"):
            given = fitted.alphas
            if given is not None:
                n_alphas = len(fitted.alphas_)
                require(n_alphas <= len(given), "more λ than alphas", f"{n_alphas}; {len(given)} at most")
            require((np.diff(fitted.alphas_) < 0).all(), "alphas_ do not decrease", fitted.alphas_)
            require(fitted.alpha_ in fitted.alphas_, "alpha_ is none of alphas_", fitted.alpha_)

    def _check_predictions(self, X: Any, y: Any) -> None:
        predictions = self.estimator.predict(X)
        n = X.shape[0] if hasattr(X, "shape") else len(X)
        require(len(predictions) == n, "another number of predictions than rows", f"{len(predictions)}, {n}")
        if not hasattr(self.estimator, "classes_"):
            _require_finite("predict", predictions)
            return
        probabilities = self.estimator.predict_proba(X)
        _require_finite("predict_proba", probabilities)
        require(((probabilities >= 0) & (probabilities <= 1)).all(), "probabilities outside 0 and 1", probabilities)
        if predictions.ndim == 1:
            require(
                np.allclose(probabilities.sum(axis=1), 1, atol=1e-5), "probabilities do not add up to 1", probabilities
            )
        if predictions.ndim == 1 and self._continues():
            labels = set(np.unique(np.asarray(y)).tolist())
            classes = set(self.estimator.classes_.tolist())
            # partial_fit is told of all classes there will be
            known = labels <= classes if self.by_parts else labels == classes
            require(known, "classes_ are not the classes of y", f"{labels}")

    def _check_plain(self, X: Any, y: Any, w: Any) -> None:
        averaged = len(getattr(self.estimator._fitted, "members", ())) > 1
        if not averaged and not self._continues():
            check_objective(self.estimator, X, y, w)
        self._check_convex(X, y, w)

    def _check_convex(self, X: Any, y: Any, w: Any) -> None:
        """Raise a fault unless ridge and logistic regression are the same for any start, and any origin of X."""
        fitted = self.estimator
        is_convex = fitted.n_layers_ == 2 and fitted.converged_ and fitted.tol <= 1e-5
        # a path draws its folds, too
        if not is_convex or hasattr(fitted, "alphas_") or np.min(fitted.alpha) < 1e-2 or self._continues():
            return
        expected = _outputs(fitted, X)
        spread = max(1.0, float(np.abs(expected).max()))
        for kind, inputs in (("start", X), ("origin and unit of X", 1.7e9 + 3 * X if fitted.standardize else X)):
            other = clone(fitted).set_params(random_state=7).fit(inputs, y, w)
            off = np.abs(_outputs(other, inputs) - expected).max()
            require(off <= 1e-2 * spread, f"ridge has another solution for another {kind}", f"off by {off:.3g}")
            if kind == "start":
                off = np.abs(other.intercepts_[0] - fitted.intercepts_[0]).max()
                require(off <= 1e-2 * spread, "ridge has other intercepts_ for another start", f"off by {off:.3g}")

    def state(self) -> str:
        """Return what was fitted, to the last bit."""
        fitted = self.estimator
        if not hasattr(fitted, "coefs_"):
            return ""
        layers = [array.tobytes() for array in (*fitted.coefs_, *fitted.intercepts_)]
        return f"{layers} {getattr(fitted, 'loss_', None)!r}"


@contextmanager
def _warnings_are_faults() -> Iterator[None]:
    """Raise a fault afterwards if there was a warning that nobody documents."""
    seen: list[Fault] = []

    def note(message: Warning | str, category: type[Warning], *_: Any, **__: Any) -> None:
        if issubclass(category, RuntimeWarning | FutureWarning | DeprecationWarning):
            lines = [frame for frame in traceback.extract_stack() if frame.filename.startswith(OURS)]
            place = f"{lines[-1].filename.removeprefix(OURS)}:{lines[-1].name}" if lines else "outside"
            seen.append(Fault(f"{category.__name__} from {place}: {str(message)[:60]}"))

    with warnings.catch_warnings():
        warnings.simplefilter("always")
        warnings.showwarning = note
        yield
    if seen:
        raise seen[0]


def _outputs(estimator: Any, X: Any) -> np.ndarray:
    return estimator.predict_proba(X) if hasattr(estimator, "classes_") else estimator.predict(X)


def _is_int(y: Any) -> bool:
    return isinstance(y, np.ndarray) and y.dtype.kind == "i" and y.ndim == 1


def _require_finite(name: str, values: Any) -> None:
    values = np.asarray(values)
    if values.dtype.kind == "f":
        require(np.isfinite(values).all(), f"{name} is not finite", values)


def _equal(one: Any, other: Any) -> bool:
    if type(one) is not type(other):
        return False
    if isinstance(one, list | tuple):
        return len(one) == len(other) and all(map(_equal, one, other))
    if isinstance(one, dict):
        return one.keys() == other.keys() and all(_equal(one[key], other[key]) for key in one)
    if scipy.sparse.issparse(one):
        return _equal([one.data, *_indices(one)], [other.data, *_indices(other)])
    if isinstance(one, np.ndarray):
        return (
            one.dtype == other.dtype
            and one.shape == other.shape
            and one.tolist().__repr__() == other.tolist().__repr__()
        )
    if isinstance(one, pd.DataFrame | pd.Series):
        return bool(one.equals(other))
    return repr(one) == repr(other)


def _indices(matrix: Any) -> list[np.ndarray]:
    return list(matrix.coords) if matrix.format == "coo" else [matrix.indices, matrix.indptr]
