"""How training goes on, is watched, and ends."""

import pickle
import signal
import subprocess
import sys

import numpy as np
import pytest
from moons import X, X_new, y, y_new
from sklearn.datasets import load_diabetes
from sklearn.exceptions import ConvergenceWarning

from ridgenet import InputError, RidgeNetClassifier, RidgeNetRegressor, TrainingState
from ridgenet.core._objective import cost_and_gradient


def cost(net, X, y):
    fitted = net._fitted
    inputs = (X - fitted.standardizer.mean) / fitted.standardizer.scale
    Y = np.eye(3)[y] if net.n_outputs_ > 1 else y[:, np.newaxis]
    return cost_and_gradient(fitted.network, fitted.parameters, inputs, Y, alpha=net.alpha)


def test_lbfgs_says_where_it_ended():
    net = RidgeNetClassifier((8,), alpha=1.0, random_state=0).fit(X, y)
    data_loss, l2_penalty, gradient = cost(net, X, y)
    assert net.solver_ == "lbfgs"
    assert net.converged_
    assert net.data_loss_curve_[-1] == pytest.approx(data_loss, rel=1e-12)
    assert net.l2_penalty_curve_[-1] == pytest.approx(l2_penalty, rel=1e-12)
    assert net.loss_ == net.loss_curve_[-1] == pytest.approx(data_loss + l2_penalty, rel=1e-12)
    assert net.gradient_norm_ == pytest.approx(np.abs(gradient).max(), rel=1e-6)
    assert net.gradient_norm_ <= net.tol
    assert len(net.loss_curve_) == net.n_iter_ + 1


def test_lbfgs_says_that_it_did_not_converge_and_what_to_do():
    with pytest.warns(ConvergenceWarning, match=r"after 5 iterations \(max_iter=5\).*gradient.*Increase max_iter"):
        net = RidgeNetClassifier((8,), alpha=0.01, max_iter=5, random_state=0).fit(X, y)
    assert not net.converged_
    assert net.n_iter_ == 5


@pytest.mark.parametrize("solver", ["sgd", "adam"])
def test_mini_batches_end_when_the_cost_no_longer_falls(solver):
    net = RidgeNetClassifier((8,), solver=solver, alpha=1.0, learning_rate_init=0.05, tol=1e-3, random_state=0)
    net.fit(X, y)
    assert net.converged_
    assert net.n_iter_ < net.max_iter
    assert len(net.loss_curve_) == len(net.data_loss_curve_) == net.n_iter_
    best = np.minimum.accumulate(net.loss_curve_)
    assert best[-12] - best[-1] < 11 * 1e-3
    assert net.best_loss_ == net.loss_curve_.min()
    assert net.t_ == 200 * net.n_iter_


def test_mini_batches_say_that_they_did_not_converge():
    with pytest.warns(ConvergenceWarning, match=r"Maximum iterations \(3\) reached"):
        net = RidgeNetClassifier(solver="adam", max_iter=3).fit(X, y)
    assert not net.converged_


@pytest.mark.parametrize("early_stopping", [False, True])
def test_without_patience_all_epochs_are_trained(early_stopping):
    net = RidgeNetClassifier(
        solver="adam", max_iter=3, tol=1e9, n_iter_no_change=np.inf, early_stopping=early_stopping, random_state=0
    )
    with pytest.warns(ConvergenceWarning, match="Maximum iterations"):
        net.fit(X, y)
    assert net.n_iter_ == 3
    assert not net.converged_


@pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")
@pytest.mark.parametrize("learning_rate", ["constant", "invscaling", "adaptive", "cosine"])
def test_every_schedule_trains(learning_rate):
    net = RidgeNetClassifier(
        (8,), solver="sgd", alpha=1.0, learning_rate=learning_rate, learning_rate_init=0.1, max_iter=300,
        batch_size=20, random_state=0,
    )  # fmt: skip
    assert net.fit(X, y).score(X_new, y_new) > 0.8


def test_an_adaptive_step_goes_on_longer_and_ends_lower():
    settings = {"solver": "sgd", "learning_rate_init": 0.5, "batch_size": 20, "tol": 1e-4, "random_state": 0}
    constant = RidgeNetClassifier((8,), **settings).fit(X, y)
    adaptive = RidgeNetClassifier((8,), learning_rate="adaptive", **settings).fit(X, y)
    assert adaptive.n_iter_ > constant.n_iter_
    assert adaptive.loss_ < constant.loss_


@pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")
@pytest.mark.parametrize("solver", ["lbfgs", "adam"])
def test_callbacks_see_the_state_and_can_end_training(solver):
    seen = []

    def stop_at_third(state):
        seen.append(state)
        return len(seen) == 3

    net = RidgeNetClassifier((8,), solver=solver, alpha=1e-4, tol=0.0, max_iter=100_000, callbacks=stop_at_third)
    net.fit(np.tile(X, (20, 1)), np.tile(y, 20))
    assert len(seen) == 3
    assert isinstance(seen[0], TrainingState)
    assert net.n_iter_ == seen[-1].n_iter < 100_000
    assert seen[-1].data_loss == pytest.approx(net.data_loss_curve_[-1])
    assert [state.n_iter for state in seen] == sorted(state.n_iter for state in seen)


@pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")
def test_verbose_prints_the_two_parts_of_the_cost(capsys):
    RidgeNetClassifier((8,), max_iter=20, verbose=True, random_state=0).fit(X, y)
    assert "Iteration 20, loss = 0." in (printed := capsys.readouterr().out)
    assert "(data 0." in printed
    assert ", L2 0." in printed


@pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")
@pytest.mark.parametrize("solver", ["lbfgs", "adam"])
def test_a_warm_start_goes_on_where_the_last_fit_ended(solver):
    net = RidgeNetClassifier((8,), solver=solver, alpha=1.0, max_iter=10, warm_start=True, random_state=0)
    first = net.fit(X, y).loss_
    assert net.fit(X, y).loss_ < first
    # on other data, in other units, the same function to begin with
    before = net.predict_proba(X_new)
    net.set_params(max_iter=1, learning_rate_init=1e-12, solver="adam").fit(X_new * 3 + 5, y_new)
    np.testing.assert_allclose(net.predict_proba(X_new), before, atol=1e-6)


@pytest.mark.parametrize("labels", [y + 1, y * 0, np.array(["a", "b"])[y], np.array([None, "b"], object)[y]])
def test_a_warm_start_needs_the_same_classes(labels):
    net = RidgeNetClassifier((3,), warm_start=True).fit(X, y)
    with pytest.raises(ValueError, match=r"classes as in the previous call to fit. Previously got \[0 1\]|is None"):
        net.fit(X, labels)
    np.testing.assert_array_equal(net.classes_, [0, 1])
    assert net.score(X, y) > 0.8


CHANGES = [
    ({"hidden_layer_sizes": (3,)}, r"hidden_layer_sizes=\(3,\) was \(5,\) in the previous fit"),
    ({"hidden_layer_sizes": (8,)}, "hidden_layer_sizes"),
    ({"hidden_layer_sizes": (5, 5)}, "hidden_layer_sizes"),
    ({"hidden_layer_sizes": ()}, "hidden_layer_sizes"),
    ({"activation": "relu"}, "activation='relu' was 'tanh' in the previous fit"),
]


@pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")
@pytest.mark.parametrize("solver", ["lbfgs", "adam", "sgd"])
@pytest.mark.parametrize(("change", "message"), CHANGES)
def test_a_network_of_another_shape_is_not_gone_on_with(solver, change, message):
    """With the parameters of the last fit it would read and write memory that is not its own."""
    net = RidgeNetClassifier((5,), solver=solver, max_iter=20, learning_rate_init=0.05, warm_start=True, random_state=0)
    net.fit(X, y).set_params(**change)
    with pytest.raises(InputError, match=message + ".*warm_start=False"):
        net.fit(X, y)
    if solver != "lbfgs":
        with pytest.raises(InputError, match=message):
            net.partial_fit(X, y)
    assert net.set_params(warm_start=False).fit(X, y).score(X, y) > 0.5


@pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")
def test_targets_of_another_kind_are_not_gone_on_with():
    inputs, target = load_diabetes(return_X_y=True)
    both = np.column_stack([target, -target])
    net = RidgeNetRegressor((5,), solver="adam", max_iter=20, warm_start=True, random_state=0).fit(inputs, both)
    for go_on in (net.fit, net.partial_fit):
        with pytest.raises(InputError, match="y has 1 outputs, but had 2 in the previous fit"):
            go_on(inputs, target)
    net = RidgeNetRegressor((5,), warm_start=True, random_state=0).fit(inputs, target)
    with pytest.raises(InputError, match="the loss 'poisson' was 'squared_error' in the previous fit"):
        net.set_params(loss="poisson").fit(inputs, target)


@pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")
@pytest.mark.parametrize("solver", ["lbfgs", "adam", "sgd"])
def test_the_type_may_change_from_fit_to_fit(solver):
    net = RidgeNetClassifier((5,), solver=solver, max_iter=20, learning_rate_init=0.05, warm_start=True, random_state=0)
    for dtype in (np.float32, np.float64, np.float32):
        first = net.fit(X.astype(dtype), y).loss_
        assert net.coefs_[0].dtype == dtype
        if solver != "lbfgs":
            assert net.partial_fit(X.astype(dtype), y).loss_ < first + 0.05
    assert net.score(X, y) > 0.5


@pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")
def test_another_rule_begins_with_empty_memory():
    net = RidgeNetClassifier((5,), solver="adam", random_state=0).partial_fit(X, y, classes=[0, 1])
    assert net._rule.second.any()
    assert net.set_params(solver="sgd", momentum=0.0).partial_fit(X, y)._rule.first.size == 0
    assert net.set_params(solver="adam", beta_1=0.5).partial_fit(X, y)._rule.powers[0] == 0.5


@pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")
@pytest.mark.parametrize("how", ["warm start", "partial_fit"])
def test_the_schedule_and_the_curves_go_on(how):
    """Epochs one at a time are those of one fit: their steps follow from all examples seen."""
    settings = {
        "solver": "sgd", "learning_rate": "invscaling", "learning_rate_init": 0.5, "momentum": 0.0, "shuffle": False,
        "standardize": False, "tol": 0.0, "n_iter_no_change": np.inf, "random_state": 0,
    }  # fmt: skip
    whole = RidgeNetClassifier((3,), max_iter=4, **settings).fit(X, y)
    parts = RidgeNetClassifier((3,), max_iter=1, warm_start=True, **settings)
    for k in range(4):
        _ = parts.fit(X, y) if how == "warm start" else parts.partial_fit(X, y, classes=[0, 1])
        assert parts.t_ == 200 * (k + 1)
    np.testing.assert_allclose(parts.coefs_[0], whole.coefs_[0], rtol=1e-10)
    np.testing.assert_allclose(parts.loss_curve_, whole.loss_curve_, rtol=1e-10)
    assert parts.n_iter_ == (1 if how == "warm start" else 4)


@pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")
def test_fitting_again_without_a_warm_start_begins_anew():
    net = RidgeNetClassifier((4,), random_state=0).fit(X, y + 3)
    again = net.fit(X, np.array(["a", "b", "c"])[y + (X[:, 0] > 1)])
    np.testing.assert_array_equal(again.classes_, ["a", "b", "c"])
    assert again.n_outputs_ == 3


@pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")
def test_strength_by_layer():
    only_first = RidgeNetClassifier((8,), alpha=[10.0, 0.0], random_state=0).fit(X, y)
    only_last = RidgeNetClassifier((8,), alpha=[0.0, 10.0], random_state=0).fit(X, y)
    for layer, (penalised, free) in enumerate([(only_first, only_last), (only_last, only_first)]):
        assert np.linalg.norm(penalised.coefs_[layer]) < np.linalg.norm(free.coefs_[layer])


@pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")
def test_weight_decay_shrinks_weights_apart_from_the_gradient():
    settings = {"hidden_layer_sizes": (8,), "alpha": 0.0, "max_iter": 200, "learning_rate_init": 0.02}
    decayed = RidgeNetClassifier(weight_decay=0.5, random_state=0, **settings).fit(X, y)
    free = RidgeNetClassifier(random_state=0, solver="adam", **settings).fit(X, y)
    assert decayed.solver_ == "adam"
    assert sum(np.sum(W**2) for W in decayed.coefs_) < 0.7 * sum(np.sum(W**2) for W in free.coefs_)
    assert (decayed.l2_penalty_curve_ == 0).all()


@pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")
def test_dropout_trains_a_network_whose_predictions_are_certain():
    net = RidgeNetClassifier((30,), alpha=0.0, dropout=0.3, max_iter=300, learning_rate_init=0.01, random_state=0)
    assert net.fit(X, y).score(X_new, y_new) > 0.8
    np.testing.assert_array_equal(net.predict_proba(X_new), net.predict_proba(X_new))


def test_auto_takes_mini_batches_for_many_examples_and_lbfgs_for_few(monkeypatch):
    monkeypatch.setattr("ridgenet._defaults.LARGEST_FOR_LBFGS", 150)
    with pytest.warns(ConvergenceWarning):
        assert RidgeNetClassifier((2,), max_iter=2).fit(X, y).solver_ == "adam"
    assert RidgeNetClassifier((2,)).fit(X[:150], y[:150]).solver_ == "lbfgs"


def test_a_fitted_network_survives_pickling():
    net = RidgeNetClassifier((5,), random_state=0).fit(X, y)
    net.predict(X)
    copy = pickle.loads(pickle.dumps(net))
    np.testing.assert_array_equal(copy.predict_proba(X_new), net.predict_proba(X_new))
    np.testing.assert_array_equal(copy.coefs_[0], net.coefs_[0])


def test_reported_weights_are_in_the_units_of_the_data():
    rng = np.random.RandomState(0)
    inputs = X * [100, 0.01] + [1000, -3]
    for net, target in (
        (RidgeNetClassifier((6,), random_state=0), y),
        (RidgeNetRegressor((6,), random_state=0), 1e4 * rng.standard_normal(200) + 1e5),
    ):
        net.fit(inputs, target)
        (W1, W2), (b1, b2) = net.coefs_, net.intercepts_
        z = np.tanh(inputs @ W1 + b1) @ W2 + b2
        expected = net._outputs(inputs, before_output_unit=True)
        np.testing.assert_allclose(z, expected, rtol=1e-9, atol=1e-9 * np.abs(expected).max())


SLOW = """
import numpy as np, sys, warnings
from ridgenet import RidgeNetClassifier
rng = np.random.RandomState(0)
X = rng.standard_normal(({rows}, 20)); y = rng.randint(2, size={rows})
net = RidgeNetClassifier((50,), solver="{solver}", max_iter=10**6, max_fun=10**9, tol=0.0, alpha=1e-6,
                         n_iter_no_change=10**9,
                         callbacks=lambda state: state.n_iter > 0 and print("training", flush=True))
net.fit(X, y)
print("kept", net.n_iter_, np.isfinite(net.predict_proba(X[:5])).all(), flush=True)
"""


@pytest.mark.parametrize("solver", ["lbfgs", "adam"])
@pytest.mark.parametrize("rows", [2000, 200_000])
def test_ctrl_c_ends_it_and_keeps_what_was_reached(solver, rows):
    process = subprocess.Popen(
        [sys.executable, "-c", SLOW.format(solver=solver, rows=rows)], stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        text=True,
    )  # fmt: skip
    assert process.stdout.readline() == "training\n"
    process.send_signal(signal.SIGINT)
    written, _ = process.communicate()
    kept, n_iter, finite = written.splitlines()[-1].split()
    assert (kept, finite) == ("kept", "True")
    assert 0 < int(n_iter) < 10**6
