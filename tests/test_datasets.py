import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.datasets import make_circles, make_moons

from ridgenet._datasets import DRAWN, N_TEST_DRAWS, NAMES, REAL, from_arrays, load
from ridgenet._errors import InputError


@given(st.integers(4, 60), st.integers(0, 1000))
def test_moons_and_circles_are_scikit_learns(n_samples, seed):
    for name, oracle in (
        ("moons", make_moons(n_samples, noise=0.3, random_state=seed)),
        ("circles", make_circles(n_samples, noise=0.3, factor=0.5, random_state=seed)),
    ):
        data = load(name, n_samples=n_samples, noise=0.3, random_state=seed)
        np.testing.assert_array_equal(data.X, oracle[0])
        np.testing.assert_array_equal(data.y, oracle[1])


@pytest.mark.parametrize("name", DRAWN)
def test_drawn_data_has_fresh_test_draws_of_all_classes(name):
    data = load(name, n_samples=50, random_state=1)
    assert data.X.shape == (50, 2)
    assert data.X_test.shape == (N_TEST_DRAWS, 2)
    assert set(np.unique(data.y)) == set(np.unique(data.y_test))
    assert not data.standardize
    # no test point is a training point
    assert not set(map(tuple, data.X)) & set(map(tuple, data.X_test))
    again, other = load(name, n_samples=50, random_state=1), load(name, n_samples=50, random_state=2)
    np.testing.assert_array_equal(data.X, again.X)
    assert not np.array_equal(data.X, other.X)


@pytest.mark.parametrize("name", DRAWN)
def test_without_noise_the_classes_are_apart(name):
    data = load(name, n_samples=200, noise=0.0)
    distances = [np.linalg.norm(data.X[data.y == a][:, None] - data.X[data.y == b], axis=2).min() for a, b in ((0, 1),)]
    assert min(distances) > 0.1


@pytest.mark.parametrize(
    ("name", "shape", "n_classes"), [("breast_cancer", (569, 30), 2), ("iris", (150, 4), 3), ("wine", (178, 13), 3)]
)
def test_real_data_has_names_and_is_to_be_standardised(name, shape, n_classes):
    data = load(name)
    assert data.X.shape == shape
    assert len(data.feature_names) == shape[1]
    assert len(np.unique(data.y)) == n_classes
    assert data.standardize
    assert data.X_test is None
    assert set(NAMES) == set(DRAWN) | set(REAL)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"name": "mooons"}, "unknown data set 'mooons'; use one of moons, .*wine, or a CSV file"),
        ({"name": "iris", "noise": 0.1}, "iris is real data"),
        ({"name": "iris", "n_samples": 100}, "iris is real data"),
        ({"name": "moons", "noise": -1.0}, "noise must be 0 or more; got -1"),
        ({"name": "moons", "noise": float("nan")}, "noise must be 0 or more; got nan"),
        ({"name": "moons", "n_samples": 3}, "samples must be 4 or more; got 3"),
    ],
)
def test_what_cannot_be_drawn_is_refused(arguments, message):
    with pytest.raises(InputError, match=message):
        load(**arguments)


X, Y = np.arange(8.0).reshape(4, 2), np.array([0, 1, 0, 1])


@pytest.mark.parametrize(
    ("X", "y", "message"),
    [
        ([[1.0, np.nan], [2.0, 1.0]], [0, 1], r"column 'x₂', row 1: the value is missing \(NaN\); fill or drop"),
        ([[1.0, 2.0], [np.inf, np.nan]], [0, 1], "column 'x₁', row 2: the value is infinite, as are 1 more"),
        ([[1.0, "a"], [2.0, 1.0]], [0, 1], "X must contain only numbers: could not convert"),
        ([1.0, 2.0], [0, 1], r"X must be a non-empty array .* got shape \(2,\)"),
        (np.empty((0, 2)), [], r"X must be a non-empty array"),
        (X, [0, 1], "y must have one label for each of the 4 samples"),
        (X, [1, 1, 1, 1], r"the target has only one class \(1\)"),
        (X, [0.0, np.nan, 1.0, 1.0], "the target is missing in row 2"),
        (X, np.array(["a", None, "b", "a"], object), "the target is missing in row 2"),
        (X, [0.5, 1.5, 0.1, 0.7], "4 distinct numbers with decimals, which is regression"),
    ],
)
def test_arrays_that_cannot_be_learned_from_are_refused(X, y, message):
    with pytest.raises(InputError, match=message):
        from_arrays(X, y)


@pytest.mark.parametrize(
    ("X_test", "y_test", "message"),
    [
        (X, None, "X_test and y_test go together"),
        (X[:, :1], Y, "X has 2 columns, X_test has 1"),
        (X, [0, 1, 2, 1], "y_test has a class that is not in y: 2"),
        (X * np.nan, Y, "row 1: the value is missing"),
    ],
)
def test_test_data_that_does_not_fit_is_refused(X_test, y_test, message):
    with pytest.raises(InputError, match=message):
        from_arrays(X, Y, X_test, y_test)


def test_a_data_frame_brings_its_names():
    import pandas as pd

    frame = pd.DataFrame({"height": [1.0, 2.0], "weight": [3, 4]})
    data = from_arrays(frame, pd.Series(["yes", "no"]))
    assert data.feature_names == ("height", "weight")
    assert set(data.y) == {"yes", "no"}
