import numpy as np
import pytest
from sklearn.datasets import load_diabetes, make_classification, make_multilabel_classification
from sklearn.preprocessing import StandardScaler

from ridgenet import RidgeNetClassifier, RidgeNetRegressor

X, y = make_classification(300, 5, n_informative=4, n_redundant=1, n_classes=3, random_state=0)
X = X * [1, 10, 0.1, 1, 1] + [0, 100, 0, -5, 0]
SETTINGS = {"hidden_layer_sizes": (8,), "alpha": 0.1, "learning_rate_init": 0.02, "batch_size": 20, "random_state": 0}


def test_many_calls_learn_as_much_as_a_fit():
    net = RidgeNetClassifier(**SETTINGS)
    for _ in range(20):
        for start in range(0, 300, 100):
            part = slice(start, start + 100)
            net.partial_fit(X[part], y[part], classes=[0, 1, 2])
    assert net.solver_ == "adam"
    assert net.n_iter_ == 60
    assert net.t_ == 6000
    assert len(net.loss_curve_) == 60
    assert net.score(X, y) > 0.88  # a fit to the end, with a third of the penalty, gets 0.97


def test_calls_without_standardisation_are_the_epochs_of_a_fit():
    """One call an epoch, in the given order, is what fit does in as many epochs."""
    settings = SETTINGS | {"standardize": False, "shuffle": False, "tol": 0.0, "n_iter_no_change": np.inf}
    inputs = StandardScaler().fit_transform(X)
    whole = RidgeNetClassifier(solver="adam", max_iter=7, **settings)
    with pytest.warns(UserWarning, match="Maximum iterations"):
        whole.fit(inputs, y)
    calls = RidgeNetClassifier(**settings)
    for _ in range(7):
        calls.partial_fit(inputs, y, classes=[0, 1, 2])
    np.testing.assert_allclose(calls.coefs_[0], whole.coefs_[0], rtol=1e-12)
    np.testing.assert_allclose(calls.loss_curve_, whole.loss_curve_, rtol=1e-12)


def test_means_and_deviations_become_those_of_all_examples_seen():
    net = RidgeNetClassifier(**SETTINGS)
    for part in (slice(0, 50), slice(50, 220), slice(220, 300)):
        net.partial_fit(X[part], y[part], classes=[0, 1, 2])
    np.testing.assert_allclose(net._fitted.standardizer.mean, X.mean(axis=0), rtol=1e-12)
    np.testing.assert_allclose(net._fitted.standardizer.scale, X.std(axis=0), rtol=1e-12)


def test_predictions_do_not_jump_when_the_units_change():
    net = RidgeNetClassifier(**SETTINGS).partial_fit(X[:50], y[:50], classes=[0, 1, 2])
    before = net.predict_proba(X)
    net.set_params(learning_rate_init=1e-12).partial_fit(X[50:] * 3 + 7, y[50:])
    np.testing.assert_allclose(net.predict_proba(X), before, atol=1e-8)


def test_the_first_call_names_the_classes_and_later_ones_keep_to_them():
    with pytest.raises(ValueError, match="classes must be passed on the first call"):
        RidgeNetClassifier().partial_fit(X, y)
    net = RidgeNetClassifier(**SETTINGS).partial_fit(X[y < 2], y[y < 2], classes=[0, 1, 2])
    assert net.predict_proba(X).shape == (300, 3)
    with pytest.raises(ValueError, match=r"has classes not in `self.classes_`"):
        net.partial_fit(X, y + 1)
    with pytest.raises(ValueError, match="5 features"):
        net.partial_fit(X[:, :3], y)


def test_labels_and_weights():
    inputs, labels = make_multilabel_classification(100, n_classes=4, random_state=0)
    net = RidgeNetClassifier(**SETTINGS).partial_fit(inputs, labels, classes=[0, 1, 2, 3])
    assert net.predict(inputs).shape == (100, 4)
    weighted = RidgeNetClassifier(**SETTINGS).partial_fit(
        inputs, labels, classes=[0, 1, 2, 3], sample_weight=np.linspace(0.1, 3, 100)
    )
    assert not np.allclose(weighted.predict_proba(inputs), net.predict_proba(inputs))


def test_a_regressor_standardises_its_target_as_it_goes():
    inputs, target = load_diabetes(return_X_y=True)
    net = RidgeNetRegressor(**SETTINGS)
    for _ in range(30):
        for part in (slice(0, 100), slice(100, 442)):
            net.partial_fit(inputs[part], target[part])
    assert net.score(inputs, target) > 0.5
    np.testing.assert_allclose(net._fitted.standardizer.target_mean, target.mean(), rtol=0.05)


def test_only_with_mini_batches():
    assert not hasattr(RidgeNetClassifier(solver="lbfgs"), "partial_fit")
    assert hasattr(RidgeNetClassifier(), "partial_fit")
    with pytest.raises(ValueError, match="needs all data at once"):
        RidgeNetClassifier(class_weight="balanced").partial_fit(X, y, classes=[0, 1, 2])
