"""Callbacks of scikit-learn: the tasks they see, the estimators they get, and that they change no result."""

import pickle
import subprocess
import sys

import numpy as np
import pytest
from sklearn.base import clone
from sklearn.datasets import make_moons, make_regression
from sklearn.metrics import log_loss
from sklearn.model_selection import GridSearchCV
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from ridgenet import InputError, RidgeNetClassifier, RidgeNetClassifierCV, RidgeNetRegressor, load_model, save_model

sklearn_callback = pytest.importorskip("sklearn.callback")
pytestmark = pytest.mark.filterwarnings("ignore:Stochastic Optimizer")
X, y = make_moons(120, noise=0.3, random_state=0)


class Recorder:
    """Records the tasks, with the predictions of the estimators; stops after some."""

    def __init__(self, stop_after=None, stop_at="iteration"):
        self.stop_after, self.stop_at = stop_after, stop_at
        self.begun, self.ended, self.events = [], [], []
        self.estimators = []

    def setup(self, estimator, context):
        self.events.append("setup")

    def teardown(self, estimator, context):
        self.events.append("teardown")

    def on_fit_task_begin(self, estimator, context):
        self.begun.append((context.task_name, context.task_id))

    def on_fit_task_end(self, estimator, context, *, X, y, metadata, fitted_estimator):
        self.ended.append((context.task_name, context.task_id))
        self.estimators.append(fitted_estimator)
        self.data = X, y, metadata
        return self.stop_after is not None and len(self.names(self.stop_at)) >= self.stop_after

    def names(self, name):
        return [each for each in self.ended if each[0] == name]


@pytest.mark.parametrize(
    ("solver", "name", "options"),
    [
        ("lbfgs", "iteration", {}),
        ("adam", "epoch", {"max_iter": 20}),
        ("sgd", "epoch", {"max_iter": 20, "early_stopping": True}),
    ],
)
def test_each_iteration_is_a_task_with_an_estimator_that_predicts(solver, name, options):
    plain = RidgeNetClassifier((4,), solver=solver, random_state=0, **options).fit(X, y)
    recorder = Recorder()
    net = clone(plain).set_callbacks(recorder).fit(X, y)
    np.testing.assert_array_equal(net.coefs_[0], plain.coefs_[0])
    assert net.n_iter_ == plain.n_iter_
    assert recorder.events == ["setup", "teardown"]
    assert recorder.begun[0] == ("fit", 0)
    assert recorder.ended[-1] == ("fit", 0)
    assert recorder.names(name) == [(name, index) for index in range(net.n_iter_)]
    assert sorted(recorder.begun) == sorted(recorder.ended)
    if solver == "lbfgs":
        # the objective that is minimised, by scikit-learn's loss
        losses = [log_loss(y, each.predict_proba(X)) for each in recorder.estimators]
        np.testing.assert_allclose(losses[:-1], net.data_loss_curve_[1:], rtol=1e-9)


def test_callbacks_get_the_data_as_passed():
    pandas = pytest.importorskip("pandas")
    frame, weights, recorder = pandas.DataFrame(X, columns=["a", "b"]), np.ones(len(y)), Recorder()
    RidgeNetClassifier((4,)).set_callbacks(recorder).fit(frame, y, weights)
    assert recorder.data[0] is frame
    assert recorder.data[2] == {"sample_weight": weights}
    # no warning that X has no names
    assert recorder.estimators[0].predict(frame).shape == y.shape


@pytest.mark.parametrize(("solver", "name"), [("lbfgs", "iteration"), ("adam", "epoch")])
def test_a_true_return_value_stops_training_without_a_warning(solver, name):
    recorder = Recorder(stop_after=3, stop_at=name)
    net = RidgeNetClassifier((4,), solver=solver, random_state=0).set_callbacks(recorder).fit(X, y)
    assert net.n_iter_ == 3
    assert len(recorder.names(name)) == 3
    assert sorted(recorder.begun) == sorted(recorder.ended)
    assert net.predict(X).shape == y.shape


def test_our_own_callbacks_are_called_too():
    seen = []
    net = RidgeNetClassifier((4,), callbacks=seen.append, random_state=0).set_callbacks(Recorder()).fit(X, y)
    assert [state.n_iter for state in seen] == [*range(net.n_iter_ + 1)]
    stopped = RidgeNetClassifier((4,), callbacks=lambda state: state.n_iter == 2).set_callbacks(Recorder()).fit(X, y)
    assert stopped.n_iter_ == 2


@pytest.mark.parametrize("options", [{}, {"path": "full", "n_alphas": 10}, {"selection": "evidence", "n_alphas": 10}])
def test_each_candidate_is_a_task_with_its_fits(options):
    options = {"hidden_layer_sizes": [(), (4,)], "n_restarts": 2, "random_state": 0, **options}
    plain = RidgeNetClassifierCV(**options).fit(X, y)
    recorder = Recorder()
    net = RidgeNetClassifierCV(**options).set_callbacks(recorder).fit(X, y)
    assert net.alpha_ == plain.alpha_
    np.testing.assert_array_equal(net.predict_proba(X), plain.predict_proba(X))
    assert recorder.names("candidate") == [("candidate", 0), ("candidate", 1)]
    assert sorted(recorder.begun) == sorted(recorder.ended)
    fits, (linear, small) = (
        recorder.names("fit-of-path"),
        [each for (name, _), each in zip(recorder.ended, recorder.estimators, strict=True) if name == "candidate"],
    )
    assert len(fits) >= len(net.path_)
    assert linear._fitted.network.layer_sizes == (2, 1)
    assert log_loss(y, small.predict_proba(X)) < log_loss(y, linear.predict_proba(X))
    np.testing.assert_array_equal(recorder.estimators[-1].predict_proba(X), net.predict_proba(X))


def test_the_number_of_fits_of_a_full_path_is_known():
    sizes = {}

    class Sizes(Recorder):
        def on_fit_task_begin(self, estimator, context):
            sizes[context.task_name] = context.max_subtasks

    recorder = Sizes()
    options = {"hidden_layer_sizes": (), "alphas": np.logspace(1, -2, 7), "cv": 3, "random_state": 0}
    RidgeNetClassifierCV(**options).set_callbacks(recorder).fit(X, y)
    # 7 λ on all rows and in the folds of each of the divisions, of which a linear network has one
    assert sizes["candidate"] == len(recorder.names("fit-of-path"))
    assert sizes["candidate"] % 7 == 0
    assert sizes["fit"] == 1


def test_a_stopped_path_is_interrupted():
    recorder = Recorder(stop_after=1, stop_at="fit-of-path")
    net = RidgeNetClassifierCV(random_state=0).set_callbacks(recorder)
    with pytest.raises(KeyboardInterrupt, match="stopped before λ was selected"):
        net.fit(X, y)
    assert recorder.events == ["setup", "teardown"]


def test_a_callback_can_end_the_trying_of_candidates():
    net = RidgeNetClassifierCV([(), (4,)], random_state=0).set_callbacks(Recorder(1, "candidate")).fit(X, y)
    assert net.hidden_layer_sizes_ == ()
    assert net.predict(X).shape == y.shape


def test_the_monitor_scores_every_iteration():
    monitor = sklearn_callback.ScoringMonitor(scoring="r2")
    X, y = make_regression(80, 3, noise=1.0, random_state=0)
    net = RidgeNetRegressor((4,), random_state=0).set_callbacks(monitor).fit(X, y)
    scores = [row["r2"] for row in monitor.get_logs().data if row["task_name"] == "iteration"]
    assert len(scores) == net.n_iter_
    assert scores[-1] == pytest.approx(net.score(X, y), abs=1e-4)
    assert scores[0] < scores[-1]


def test_the_progress_bar_is_shown_and_propagated(capsys):
    pytest.importorskip("rich")
    bar = sklearn_callback.ProgressBar(max_propagation_depth=None)
    for model in (
        make_pipeline(StandardScaler(), RidgeNetClassifierCV(n_restarts=1, random_state=0)),
        GridSearchCV(RidgeNetClassifier((2,), random_state=0), {"alpha": [0.1, 1.0]}, cv=2, n_jobs=2),
    ):
        model.set_callbacks(bar).fit(X, y)
    shown = capsys.readouterr().out
    for text in ("RidgeNetClassifierCV - candidate #0", "RidgeNetClassifier - fit", "100%"):
        assert text in shown


def test_a_failing_fit_ends_the_callbacks():
    recorder = Recorder()
    with pytest.raises(ValueError, match="need mini-batches"):
        RidgeNetClassifier(solver="lbfgs", dropout=0.5).set_callbacks(recorder).fit(X, y)
    assert recorder.events == ["setup", "teardown"]


def test_partial_fit_and_other_fits_have_no_tasks():
    recorder = Recorder()
    RidgeNetClassifier((2,), solver="adam").set_callbacks(recorder).partial_fit(X, y, [0, 1])
    assert recorder.events == []


def test_copies_keep_them_and_model_files_refuse_them(tmp_path):
    net = RidgeNetClassifier((2,), random_state=0).set_callbacks(sklearn_callback.ScoringMonitor(scoring="accuracy"))
    net.fit(X, y)
    np.testing.assert_array_equal(pickle.loads(pickle.dumps(net)).predict(X), net.predict(X))
    with pytest.raises(InputError, match="remove this before saving"):
        save_model(net, tmp_path / "model.skops")
    save_model(net.set_callbacks(), tmp_path / "model.skops")
    np.testing.assert_array_equal(load_model(tmp_path / "model.skops").predict(X), net.predict(X))


def test_estimators_work_with_a_scikit_learn_without_callbacks():
    code = """
import sys
sys.modules["sklearn.callback"] = None
import sklearn.base, contextlib
from ridgenet.estimators._sklearn_callbacks import CallbackSupportMixin
assert not hasattr(CallbackSupportMixin, "set_callbacks")
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
