"""The rules on numbers worked out by hand."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ridgenet.path._selection import Curve


def test_mean_and_standard_error_are_glmnets():
    curve = Curve.of(np.array([[1.0, 4.0], [3.0, 4.0]]), np.array([3.0, 1.0]))
    np.testing.assert_allclose(curve.mean, [1.5, 4.0])
    # weighted mean of squares: (3 * 0.25 + 1 * 2.25) / 4 = 0.75; K - 1 = 1
    np.testing.assert_allclose(curve.standard_error, [np.sqrt(0.75), 0.0])


def test_one_standard_error_goes_to_the_strongest_that_is_as_good():
    by_fold = np.array([[-9.0, -3.2, -2.0, -1.5, -1.8], [-9.0, -3.0, -2.2, -2.5, -2.8]])
    curve = Curve.of(by_fold, np.ones(2))
    assert curve.best == 3
    assert curve.standard_error[3] == pytest.approx(0.5)
    assert curve.within_one_standard_error == 2


def test_one_fold_has_no_standard_error_and_both_rules_agree():
    curve = Curve.of(np.array([[0.1, 0.7, 0.4]]), np.ones(1))
    assert np.isnan(curve.standard_error).all()
    assert curve.best == curve.within_one_standard_error == 1


@given(st.lists(st.lists(st.floats(-5, 5), min_size=4, max_size=4), min_size=2, max_size=6))
def test_the_simpler_choice_is_never_weaker_nor_far_worse(scores):
    curve = Curve.of(np.array(scores), np.ones(len(scores)))
    index = curve.within_one_standard_error
    assert index <= curve.best
    assert curve.mean[index] >= curve.mean[curve.best] - curve.standard_error[curve.best] - 1e-12
