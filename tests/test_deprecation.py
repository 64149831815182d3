"""Deprecated names warn and still work, and go away in the version that they name; tried with toys."""

import re
import warnings

import numpy as np
import pytest
from sklearn.base import BaseEstimator, RegressorMixin, clone
from sklearn.linear_model import Ridge
from sklearn.model_selection import GridSearchCV
from sklearn.utils.estimator_checks import check_estimator
from sklearn.utils.validation import check_is_fitted, validate_data

import ridgenet
from ridgenet import _deprecation
from ridgenet._deprecation import DEPRECATIONS, Deprecation, current_value, deprecated, renamed_attribute

TOYS = {
    "Toy(strength=...)": Deprecation("9.2", "alpha"),
    "Toy.weights_": Deprecation("9.2", "coef_"),
    "total": Deprecation("9.2", "sum"),
    "OldToy": Deprecation("9.2", "Toy"),
}
X, y = np.arange(12.0).reshape(6, 2), np.arange(6.0)


@pytest.fixture(autouse=True)
def toys(monkeypatch):
    monkeypatch.setattr(_deprecation, "DEPRECATIONS", TOYS)


class Toy(RegressorMixin, BaseEstimator):
    def __init__(self, alpha=1.0, strength="deprecated"):
        self.alpha = alpha
        self.strength = strength

    def fit(self, X, y):
        X, y = validate_data(self, X, y, y_numeric=True)
        alpha = current_value("Toy(strength=...)", self.strength, self.alpha)
        self.ridge_ = Ridge(alpha).fit(X, y)
        self.coef_ = self.ridge_.coef_
        return self

    def predict(self, X):
        check_is_fitted(self)
        return self.ridge_.predict(validate_data(self, X, reset=False))

    weights_ = renamed_attribute("Toy.weights_", "coef_")


@deprecated("OldToy")
class OldToy(Toy):
    def __init__(self, alpha=1.0, strength="deprecated"):
        super().__init__(alpha, strength)


@deprecated("total")
def total(values, start=0):
    """Return the sum."""
    return sum(values, start)


def warned(name):
    message = f"{name} is deprecated, and removed in ridgenet 9.2; use {TOYS[name].instead}"
    return pytest.warns(FutureWarning, match=f"^{re.escape(message)}$")


def overdue(deprecations, version):
    """Return the names that are not to be there any more."""

    def parts(text):
        return tuple(map(int, text.split(".")[:2]))

    return [name for name, found in deprecations.items() if parts(version) >= parts(found.removed_in)]


def test_nothing_stays_beyond_the_version_that_it_names():
    assert overdue(DEPRECATIONS, ridgenet.__version__) == []
    assert overdue(TOYS, "9.1.7") == []
    assert overdue(TOYS, "9.2.0") == overdue(TOYS, "10.0") == list(TOYS)


def test_a_renamed_parameter_of_an_estimator():
    with warned("Toy(strength=...)") as seen:
        old = Toy(strength=5.0).fit(X, y)
    # the warning is shown at the line of fit that reads the parameter
    assert seen[0].filename == __file__
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        new = Toy(alpha=5.0).fit(X, y)
    np.testing.assert_array_equal(old.predict(X), new.predict(X))
    assert old.get_params() == {"alpha": 1.0, "strength": 5.0}
    assert clone(old).get_params() == old.get_params()
    with warned("Toy(strength=...)"):
        assert Toy().set_params(strength=5.0).fit(X, y).coef_ == pytest.approx(new.coef_)
    with warned("Toy(strength=...)"):
        search = GridSearchCV(Toy(), {"strength": [0.1, 5.0]}, cv=2).fit(X, y)
    assert search.best_params_["strength"] in (0.1, 5.0)


def test_a_class_with_a_renamed_parameter_passes_the_checks_of_scikit_learn():
    with warnings.catch_warnings():
        warnings.simplefilter("error", FutureWarning)
        check_estimator(Toy(), on_skip=None)


def test_a_renamed_attribute():
    toy = Toy().fit(X, y)
    with warned("Toy.weights_") as seen:
        assert toy.weights_ is toy.coef_
    assert seen[0].filename == __file__


def test_a_deprecated_function_and_a_deprecated_class():
    with warned("total") as seen:
        assert total([1, 2], start=3) == 6
    assert seen[0].filename == __file__
    assert total.__doc__ == "Return the sum."
    with warned("OldToy"):
        toy = OldToy(alpha=2.0)
    assert isinstance(toy, OldToy)
    # scikit-learn reads the parameters from the signature
    assert toy.get_params() == {"alpha": 2.0, "strength": "deprecated"}
    with warned("OldToy"):
        assert clone(toy).alpha == 2.0
