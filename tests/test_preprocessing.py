import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.sparse import csr_matrix
from sklearn.preprocessing import StandardScaler

from ridgenet._errors import InputError
from ridgenet._preprocessing import mean_and_scale


def random_table(seed, n, d):
    rng = np.random.RandomState(seed)
    X = rng.standard_normal((n, d)) * 10.0 ** rng.randint(-3, 4, d) + 10.0 ** rng.randint(-2, 3, d)
    X[rng.uniform(size=X.shape) < 0.3] = 0.0
    return X, rng.randint(1, 4, n).astype(float)


@given(st.integers(0, 2**31), st.integers(1, 40), st.integers(1, 9), st.booleans(), st.booleans())
def test_they_are_those_of_scikit_learns_standard_scaler(seed, n, d, weighted, sparse):
    X, weights = random_table(seed, n, d)
    weights = weights if weighted else None
    mean, scale = mean_and_scale(csr_matrix(X) if sparse else X, weights)
    scaler = StandardScaler().fit(X, sample_weight=weights)
    np.testing.assert_allclose(mean, scaler.mean_, rtol=1e-9, atol=1e-12)
    np.testing.assert_allclose(scale, scaler.scale_, rtol=1e-7)


@pytest.mark.parametrize("value", [0.0, 1.0, 0.1, 1e8 / 3])
def test_a_constant_column_is_left_at_its_scale(value):
    mean, scale = mean_and_scale(np.full((1000, 1), value))
    assert scale == 1.0
    np.testing.assert_allclose(mean, value, rtol=1e-12)


@pytest.mark.parametrize("weighted", [False, True])
@pytest.mark.parametrize("sparse", [False, True])
@pytest.mark.parametrize("unit", [2.0**-600, 2.0**-1000])
def test_columns_so_small_that_their_squares_vanish_are_scaled_as_others(unit, sparse, weighted):
    X, weights = random_table(0, 30, 3)
    expected = mean_and_scale(X, weights if weighted else None)
    X[:, 1] *= unit
    mean, scale = mean_and_scale(csr_matrix(X) if sparse else X, weights if weighted else None)
    np.testing.assert_allclose(mean, expected[0] * [1, unit, 1], rtol=1e-12)
    np.testing.assert_allclose(scale, expected[1] * [1, unit, 1], rtol=1e-12)


@pytest.mark.parametrize("value", [0.0, 1e-200, 1e-320])
def test_a_constant_column_of_tiny_numbers_is_left_at_its_scale(value):
    assert mean_and_scale(np.full((50, 1), value))[1] == 1.0


def test_float32_is_added_up_in_float64():
    X = np.full((100_000, 1), 0.1, np.float32)
    X[::2] = 1000.0
    mean, scale = mean_and_scale(X)
    np.testing.assert_allclose(mean, X.astype(float).mean(axis=0), rtol=1e-10)
    np.testing.assert_allclose(scale, X.astype(float).std(axis=0), rtol=1e-10)


@pytest.mark.parametrize("make", [np.asarray, csr_matrix], ids=["dense", "sparse"])
@pytest.mark.filterwarnings("ignore::RuntimeWarning")
def test_numbers_whose_squares_are_not_finite_are_refused(make):
    X = np.column_stack([np.arange(5.0), np.arange(5) * 1e200])
    with pytest.raises(InputError, match=r"X\[4, 1\] = 4e\+200 is too large to standardise"):
        mean_and_scale(make(X))
