import numpy as np
import pytest
from kernels import over_rows
from scipy.special import expit

ORACLES = {
    "exp": np.exp,
    "expm1": np.expm1,
    "tanh": np.tanh,
    "logistic": expit,
    "softplus": lambda x: np.logaddexp(0.0, x),
    "log1p_unit": np.log1p,
    "log": np.log,
}
RNG = np.random.RandomState(0)
EVERYWHERE = np.concatenate([RNG.uniform(-80, 80, 500), RNG.normal(0, 1, 500), 1e-6 * RNG.normal(0, 1, 100), [0.0]])
DOMAIN = {"log1p_unit": np.append(RNG.uniform(0, 1, 500), [0.0, 1e-12, 1.0]), "log": np.exp(RNG.uniform(-80, 80, 500))}


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
@pytest.mark.parametrize("name", ORACLES)
def test_functions_are_right_to_a_few_units_in_the_last_place(name, dtype):
    x = DOMAIN.get(name, EVERYWHERE).astype(dtype)
    expected = ORACLES[name](x.astype(np.float64))
    result = over_rows(name)(x)
    assert result.dtype == dtype
    np.testing.assert_allclose(result, expected, rtol=5 * np.finfo(dtype).eps, atol=np.finfo(dtype).tiny)


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
@pytest.mark.parametrize(("name", "far_left", "far_right"), [("tanh", -1, 1), ("logistic", 0, 1)])
def test_far_out_they_reach_their_limits(name, far_left, far_right, dtype):
    x = np.array([-1e30, -1e3, 1e3, 1e30, -np.inf, np.inf], dtype)
    expected = [far_left, far_left, far_right, far_right, far_left, far_right]
    np.testing.assert_allclose(over_rows(name)(x), expected, atol=1e-37)


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
@pytest.mark.parametrize("name", ["exp", "expm1", "tanh", "logistic", "softplus"])
def test_nan_stays_nan(name, dtype):
    assert np.isnan(over_rows(name)(np.array([np.nan], dtype)))[0]


def test_tanh_is_exactly_odd():
    x = EVERYWHERE
    tanh = over_rows("tanh")
    np.testing.assert_array_equal(tanh(-x), -tanh(x))


def test_the_cosine_is_right_on_its_whole_range():
    t = np.append(np.linspace(0, 1, 1001), [1e-300, 0.5, np.nextafter(0.5, 1)])
    np.testing.assert_allclose(over_rows("cosine_of_half_turns")(t), np.cos(np.pi * t), rtol=1e-14, atol=1e-15)
