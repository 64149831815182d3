"""A λ for each input column, found by the evidence."""

import pickle

import numpy as np
import pandas as pd
import pytest
from sklearn.base import clone
from sklearn.datasets import make_friedman1, make_moons
from sklearn.linear_model import ARDRegression
from sklearn.preprocessing import StandardScaler

from ridgenet import (
    InputError,
    RelevanceDisplay,
    RidgeNetClassifier,
    RidgeNetClassifierCV,
    RidgeNetRegressor,
    load_model,
    save_model,
)


@pytest.fixture(scope="module")
def friedman():
    X, y = make_friedman1(200, noise=1.0, random_state=3)
    return X, y, RidgeNetRegressor((6,), alpha="per_column", random_state=0).fit(X, y)


def linear_table(n=80):
    rng = np.random.default_rng(0)
    X = StandardScaler().fit_transform(rng.normal(size=(n, 6)))
    y = X @ [3.0, -1.0, 0.5, 0.0, 0.0, 0.0] + rng.normal(size=n)
    return X, y


def test_a_linear_model_has_the_lambdas_of_scikit_learns_ard_regression():
    """Its fixed point has (nearly) flat hyperpriors; λ here is its λ divided by its precision of the noise."""
    X, y = linear_table()
    net = RidgeNetRegressor((), alpha="per_column", tol=1e-9).fit(X, y)
    ard = ARDRegression(threshold_lambda=1e12, max_iter=3000, tol=1e-9).fit(X, y)
    supported = [0, 1, 2]
    np.testing.assert_allclose(net.alphas_by_column_[supported], (ard.lambda_ / ard.alpha_)[supported], rtol=0.1)
    np.testing.assert_allclose(net.coefs_[0][supported, 0], ard.coef_[supported], rtol=0.01)
    np.testing.assert_allclose(net.relevance_ * y.std(), np.abs(net.coefs_[0][:, 0]), rtol=1e-6)
    assert net.relevance_[3:].max() < net.relevance_[:3].min() / 3


def test_noise_columns_are_switched_off(friedman):
    _, _, net = friedman
    assert net.relevance_[5:].max() < 0.5 * net.relevance_[:5].min()
    assert net.alphas_by_column_[5:].min() > 10 * net.alphas_by_column_[:3].max()
    assert net.alphas_by_column_.shape == (10,)
    assert net.alphas_by_layer_.shape == (1,)
    assert net.converged_


def test_they_predict_better_without_noise_columns(friedman):
    X, y, net = friedman
    X_test, y_test = make_friedman1(2000, noise=0.0, random_state=99)
    errors = [((each.predict(X_test) - y_test) ** 2).mean() for each in (net, RidgeNetRegressor((6,)).fit(X, y))]
    assert errors[0] < 0.5 * errors[1]


def test_classes_have_it_too():
    X, y = make_moons(150, noise=0.25, random_state=0)
    X = np.column_stack([X, np.random.default_rng(0).normal(size=(150, 3))])
    net = RidgeNetClassifier((4,), alpha="per_column", random_state=0).fit(X, y)
    assert net.relevance_[2:].max() < 0.5 * net.relevance_[:2].min()
    three = np.digitize(X[:, 0], [0.0, 1.0])
    assert RidgeNetClassifier((3,), alpha="per_column", random_state=0).fit(X, three).relevance_.argmax() == 0


def test_fits_are_reproducible_and_can_be_copied_and_saved(friedman, tmp_path):
    X, y, net = friedman
    again = clone(net).fit(X, y)
    np.testing.assert_array_equal(again.predict(X), net.predict(X))
    np.testing.assert_array_equal(pickle.loads(pickle.dumps(net)).predict(X), net.predict(X))
    save_model(net, tmp_path / "model.skops")
    loaded = load_model(tmp_path / "model.skops")
    np.testing.assert_array_equal(loaded.predict(X), net.predict(X))
    np.testing.assert_array_equal(loaded.relevance_, net.relevance_)
    other = again.set_params(alpha=1.0).fit(X, y)
    assert not hasattr(other, "relevance_")


@pytest.mark.parametrize(
    ("parameters", "message"),
    [
        ({"solver": "adam"}, "solver='auto' or 'lbfgs'; got 'adam'"),
        ({"penalty_factor": [1.0, 2.0]}, "penalty_factor=None"),
        ({"warm_start": True}, "warm_start=False; got True"),
        ({"early_stopping": True}, "early_stopping=False"),
        ({"dropout": 0.1}, "dropout=0"),
        ({"loss": "huber"}, "loss='huber' does not have"),
        ({"alpha": "per_row"}, "alpha"),
    ],
)
def test_what_it_does_not_go_with_is_refused(parameters, message):
    X, y = np.random.default_rng(0).normal(size=(20, 2)), np.arange(20.0)
    with pytest.raises(ValueError, match=message):
        RidgeNetRegressor((2,), **{"alpha": "per_column"} | parameters).fit(X, y)


def test_it_needs_all_rows_in_one_call():
    X, y = np.random.default_rng(0).normal(size=(20, 2)), np.arange(20.0)
    net = RidgeNetRegressor((2,), alpha="per_column")
    with pytest.raises(InputError, match="all rows in one call of fit"):
        net.partial_fit(X, y)
    with pytest.raises(InputError, match="all rows in one call of fit"):
        net.fit(X, y, X_val=X, y_val=y)


def test_the_picture_has_the_most_relevant_column_on_top(friedman):
    _, _, net = friedman
    display = RelevanceDisplay.from_estimator(net).plot()
    labels = [label.get_text() for label in display.ax_.get_yticklabels()]
    assert labels == [f"x{column}" for column in np.argsort(-net.relevance_)]
    widths = [bar.get_width() for bar in display.ax_.patches]
    np.testing.assert_allclose(widths, np.sort(net.relevance_)[::-1])
    assert display.ax_.texts[0].get_text() == f"λ = {net.alphas_by_column_[net.relevance_.argmax()]:.3g}"
    assert display.ax_.get_title().startswith(f"{(net.relevance_ >= net.relevance_.max() / 10).sum()} of 10 columns")


def test_the_picture_names_columns_and_needs_a_lambda_for_each():
    X, y = linear_table(40)
    table = pd.DataFrame(X, columns=list("abcdef"))
    net = RidgeNetRegressor((), alpha="per_column").fit(table, y)
    assert RelevanceDisplay.from_estimator(net).plot().ax_.get_yticklabels()[0].get_text() == "a"
    with pytest.raises(InputError, match="alpha='per_column'"):
        RelevanceDisplay.from_estimator(RidgeNetRegressor((2,)).fit(X, y))
    with pytest.raises(InputError, match="alpha='per_column'"):
        RelevanceDisplay.from_estimator(RidgeNetClassifierCV((2,), n_alphas=3, n_restarts=1).fit(X, y > 0))
