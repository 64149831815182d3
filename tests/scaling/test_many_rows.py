"""Arrays and data frames of Dask: the minimum of one machine, whatever the partitions."""

import os
import pickle
import signal

import numpy as np
import pandas as pd
import pytest
from sklearn.datasets import load_diabetes, load_iris, make_moons

from ridgenet import RidgeNetClassifier, RidgeNetClassifierCV, RidgeNetRegressor, RidgeNetRegressorCV, ridgenet_path
from ridgenet._network import Network
from ridgenet._preprocessing import Standardizer
from ridgenet.backends import _dask_parts as parts
from ridgenet.backends._dask_parts import HashedFolds
from ridgenet.core._examples import make_examples
from ridgenet.core._objective import make_workspace

da = pytest.importorskip("dask.array")
dd = pytest.importorskip("dask.dataframe")

X, y = make_moons(300, noise=0.3, random_state=0)
SETTINGS = {"hidden_layer_sizes": (6,), "random_state": 0, "tol": 1e-8}
PARTITIONS = [(300,), (100, 200), (1, 149, 150), (0, 300), (50,) * 6]


def in_parts(array, sizes):
    chunks = (sizes,) if array.ndim == 1 else (sizes, array.shape[1:])
    return da.from_array(array, chunks=chunks)


@pytest.mark.parametrize("sizes", PARTITIONS, ids=str)
def test_the_minimum_is_that_of_one_machine(sizes):
    here = RidgeNetClassifier(**SETTINGS).fit(X, y)
    there = RidgeNetClassifier(**SETTINGS).fit(in_parts(X, sizes), in_parts(y, sizes))
    assert there.loss_ == pytest.approx(here.loss_, rel=1e-8)
    np.testing.assert_allclose(there.predict_proba(X), here.predict_proba(X), atol=1e-4)
    assert there.classes_.tolist() == [0, 1]
    assert there.converged_
    assert there.t_ == here.t_ // here.n_iter_ * there.n_iter_


def test_weights_and_classes_count_as_on_one_machine():
    weights = np.random.RandomState(0).uniform(0, 3, 300)
    labels = np.array(["no", "yes"])[y]
    settings = SETTINGS | {"class_weight": "balanced"}
    keep = np.flatnonzero(np.arange(300) % 3 | y)
    here = RidgeNetClassifier(**settings).fit(X[keep], labels[keep], weights[keep])
    sizes = (50, len(keep) - 50)
    collections = [in_parts(array[keep], sizes) for array in (X, labels, weights)]
    there = RidgeNetClassifier(**settings).fit(*collections)
    assert there.loss_ == pytest.approx(here.loss_, rel=1e-8)
    assert there.classes_.tolist() == ["no", "yes"]
    by_label = RidgeNetClassifier(**SETTINGS, class_weight={"no": 2.0, "yes": 0.5})
    whole = by_label.fit(X[keep], labels[keep], weights[keep]).loss_
    assert by_label.fit(*collections).loss_ == pytest.approx(whole, rel=1e-8)


def test_data_frames_several_classes_and_single_precision():
    iris = load_iris(as_frame=True)
    frame, target = iris.data.astype(np.float32), iris.target
    here = RidgeNetClassifier(hidden_layer_sizes=(5,), random_state=0).fit(frame, target)
    collection = dd.from_pandas(frame, npartitions=3), dd.from_pandas(target, npartitions=3)
    there = RidgeNetClassifier(hidden_layer_sizes=(5,), random_state=0).fit(*collection)
    assert there.loss_ == pytest.approx(here.loss_, rel=1e-3)
    assert there.coefs_[0].dtype == np.float32
    assert there.feature_names_in_.tolist() == frame.columns.tolist()
    probabilities = there.predict_proba(collection[0])
    assert isinstance(probabilities, da.Array)
    np.testing.assert_allclose(probabilities.compute(), there.predict_proba(frame), rtol=1e-6)
    predicted = there.predict(collection[0]).compute()
    np.testing.assert_array_equal(predicted, there.predict(frame))


# of Dask's own reading
@pytest.mark.filterwarnings("ignore:The inplace keyword")
def test_columns_of_one_file_belong_together(tmp_path):
    """Dask reads few columns of Parquet in fewer partitions than many."""
    frame = pd.DataFrame(X, columns=["a", "b"]).assign(c=np.arange(300.0), weight=np.arange(300) % 3, moon=y)
    dd.from_pandas(frame, npartitions=6).to_parquet(tmp_path / "rows")
    rows = dd.read_parquet(tmp_path / "rows")
    inputs = ["a", "b", "c"]
    here = RidgeNetClassifier(**SETTINGS).fit(frame[inputs], frame.moon, frame.weight)
    there = RidgeNetClassifier(**SETTINGS).fit(rows[inputs], rows.moon, rows.weight)
    assert there.loss_ == pytest.approx(here.loss_, rel=1e-8)
    assert there.feature_names_in_.tolist() == inputs
    np.testing.assert_array_equal(there.predict(rows[inputs]).compute(), there.predict(frame[inputs]))
    score = here.score(frame[inputs], frame.moon, frame.weight)
    assert there.score(rows[inputs], rows.moon, rows.weight) == pytest.approx(score, abs=0.02)
    two = RidgeNetRegressor(hidden_layer_sizes=(), alpha=3.0)
    whole = two.fit(frame[["a", "b"]], frame[["c", "moon"]]).loss_
    expected = two.score(frame[["a", "b"]], frame[["c", "moon"]])
    assert two.fit(rows[["a", "b"]], rows[["c", "moon"]]).loss_ == pytest.approx(whole, rel=1e-6)
    assert two.score(rows[["a", "b"]], rows[["c", "moon"]]) == pytest.approx(expected, rel=1e-4)
    with pytest.raises(ValueError, match=r"column 'moon' holds .*str"):
        RidgeNetClassifier().fit(rows.assign(moon=rows.moon.astype(str)), rows.moon)


@pytest.mark.parametrize("loss", ["squared_error", "poisson"])
def test_numbers(loss):
    inputs, target = load_diabetes(return_X_y=True)
    settings = {"hidden_layer_sizes": (4,), "alpha": 100.0, "loss": loss, "random_state": 0, "tol": 1e-8}
    here = RidgeNetRegressor(**settings).fit(inputs, target)
    sizes = (42, 0, 200, 200)
    there = RidgeNetRegressor(**settings).fit(in_parts(inputs, sizes), in_parts(target, sizes))
    assert there.loss_ == pytest.approx(here.loss_, rel=1e-8)
    lazily = there.predict(in_parts(inputs, (400, 42)))
    assert lazily.chunks == ((400, 42),)
    np.testing.assert_allclose(lazily.compute(), there.predict(inputs))


@pytest.mark.parametrize("weighted", [False, True])
def test_scores_are_those_of_scikit_learn(weighted):
    inputs, target = load_diabetes(return_X_y=True)
    weights = np.random.RandomState(0).uniform(0, 2, 442) if weighted else None
    sizes = (42, 0, 400)
    for net, wanted in (
        (RidgeNetRegressor(hidden_layer_sizes=(3,), random_state=0), target),
        (RidgeNetClassifier(hidden_layer_sizes=(3,), random_state=0), np.array(["low", "high"])[(target > 150) * 1]),
    ):
        net.fit(inputs, wanted)
        parts = [None if array is None else in_parts(array, sizes) for array in (inputs, wanted, weights)]
        assert net.score(*parts) == pytest.approx(net.score(inputs, wanted, weights), rel=1e-9)


def test_columns_in_several_chunks_are_joined():
    here = RidgeNetClassifier(**SETTINGS).fit(X, y)
    there = RidgeNetClassifier(**SETTINGS).fit(da.from_array(X, chunks=(150, 1)), da.from_array(y, chunks=150))
    assert there.loss_ == pytest.approx(here.loss_, rel=1e-8)


def test_predictions_are_of_partitions_and_not_before_they_are_asked_for():
    net = RidgeNetClassifier(**SETTINGS).fit(X, y)
    loaded = []

    def block(info):
        loaded.append(info)
        return X[:100]

    lazy = da.concatenate([da.from_delayed(__import__("dask").delayed(block)(k), (100, 2), float) for k in range(3)])
    for method in ("predict", "predict_proba", "decision_function", "predict_log_proba"):
        outcome = getattr(net, method)(lazy)
        assert loaded == []
        assert outcome.numblocks[0] == 3
    np.testing.assert_array_equal(net.predict(lazy)[100:200].compute(), net.predict(X[:100]))
    assert loaded == [1]


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda X, y: (X, y.rechunk(300)), "X has 2 partitions, y has 1"),
        (lambda X, y: (X, np.arange(300)), "y must be a Dask collection"),
        (lambda X, y: (da.where(X > 1.5, np.nan, X), y), r"partition \d: column 0, row .*: the value is missing"),
        (lambda X, y: (X, da.zeros_like(y)), "only one class: 0"),
        (lambda X, y: (X[:0], y[:0]), "X has no rows"),
    ],
)
def test_what_cannot_be_is_said(change, message):
    sizes = (100, 200)
    with pytest.raises(ValueError, match=message):
        RidgeNetClassifier(**SETTINGS).fit(*change(in_parts(X, sizes), in_parts(y, sizes)))


@pytest.mark.parametrize(
    "parameters", [{"solver": "adam"}, {"early_stopping": True}, {"dropout": 0.2}, {"warm_start": True}]
)
def test_parameters_without_a_meaning_are_refused(parameters):
    with pytest.raises(ValueError, match="Dask"):
        RidgeNetClassifier(**parameters).fit(in_parts(X, (300,)), in_parts(y, (300,)))


def test_what_an_evaluation_needs_is_made_once_for_each_partition(monkeypatch):
    made = []
    monkeypatch.setattr(
        parts, "make_examples", lambda *args, **options: made.append(0) or make_examples(*args, **options)
    )
    monkeypatch.setattr(parts, "make_workspace", lambda *args: made.append(1) or make_workspace(*args))
    net = RidgeNetClassifier(**SETTINGS).fit(in_parts(X, (100, 200)), in_parts(y, (100, 200)))
    assert net.n_iter_ > 5
    assert sorted(made) == [0, 0, 1, 1]


def test_a_partition_travels_without_what_is_made_of_it():
    pieces = parts.pieces_of(parts.Partition(X, y, None), np.array([0, 1]), None, None, 0)
    partition = parts.TrainingPartition(pieces, (Standardizer.identity(2, 1),))
    before = len(pickle.dumps(partition))
    network = Network((2, 3, 1))
    parts.losses_and_gradients(partition, network, [0], np.zeros((1, network.n_parameters)))
    assert len(pickle.dumps(partition)) == before


# on a cluster


def test_nothing_is_gathered_and_a_cluster_gives_the_same(client):
    here = RidgeNetClassifier(**SETTINGS).fit(X, y)
    sizes = (50,) * 6
    there = RidgeNetClassifier(**SETTINGS).fit(in_parts(X, sizes), in_parts(y, sizes))
    assert there.loss_ == pytest.approx(here.loss_, rel=1e-8)
    predicted = there.predict(dd.from_pandas(pd.DataFrame(X), npartitions=2)).compute()
    assert client.nthreads()
    np.testing.assert_array_equal(predicted, here.predict(X))


def test_a_worker_that_dies_in_the_middle_changes_nothing(client):
    # weaker ones, as a grid has them, take thousands of evaluations
    settings = PATH | {"alphas": [30.0, 10.0, 3.0], "n_restarts": 1}
    here = RidgeNetClassifierCV(**settings | {"cv": folds_by_hand(300, 3)}).fit(X, y)
    killed = []

    def kill_one(progress):
        if not killed:
            killed.append(next(iter(client.run(os.getpid).values())))
            os.kill(killed[0], signal.SIGKILL)

    sizes = (100,) * 3
    there = RidgeNetClassifierCV(**settings, callbacks=kill_one).fit(in_parts(X, sizes), in_parts(y, sizes))
    assert killed
    is_the_same_choice(there, here)
    client.wait_for_workers(2)


# λ chosen by cross-validation

PATH = {"hidden_layer_sizes": (4,), "n_alphas": 10, "n_restarts": 2, "cv": 3, "random_state": 0, "tol": 1e-7}


def folds_by_hand(n_rows, n_folds):
    """The folds that rows in partitions are divided into, for an estimator on one machine."""
    seed = int(np.random.RandomState(PATH["random_state"]).randint(2**31))
    fold = HashedFolds(n_folds, seed).of_rows(0, n_rows)
    return [(np.flatnonzero(fold != k), np.flatnonzero(fold == k)) for k in range(n_folds)]


def is_the_same_choice(there, here):
    np.testing.assert_allclose(there.alphas_, here.alphas_)
    np.testing.assert_allclose(there.path_.objectives, here.path_.objectives, rtol=1e-6)
    for name in ("mean_test_score", "standard_error"):
        # folds in memory are computed in single precision
        np.testing.assert_allclose(there.cv_results_[name], here.cv_results_[name], rtol=1e-3, atol=1e-4)
    assert (there.alpha_, there.alpha_1se_) == pytest.approx((here.alpha_, here.alpha_1se_))


@pytest.mark.parametrize("sizes", [(300,), (1, 149, 0, 150)], ids=str)
@pytest.mark.parametrize("average", [True, False])
def test_the_choice_is_that_of_one_machine_on_the_same_folds(sizes, average):
    settings = PATH | {"average": average}
    here = RidgeNetClassifierCV(**settings | {"cv": folds_by_hand(300, 3)}).fit(X, y)
    seen = []
    there = RidgeNetClassifierCV(**settings, callbacks=seen.append).fit(in_parts(X, sizes), in_parts(y, sizes))
    is_the_same_choice(there, here)
    np.testing.assert_allclose(there.predict_proba(X), here.predict_proba(X), atol=1e-3)
    assert seen[-1].n_fits == seen[-1].n_total > 4 * 2


def test_the_choice_with_weights_classes_and_sizes():
    iris = load_iris()
    weights = np.random.RandomState(1).uniform(0, 2, 150)
    settings = PATH | {"hidden_layer_sizes": [(), (3,)], "selection": "1se", "class_weight": {0: 2.0, 2: 0.5}}
    here = RidgeNetClassifierCV(**settings | {"cv": folds_by_hand(150, 3)}).fit(iris.data, iris.target, weights)
    parts = [in_parts(array, (50, 100)) for array in (iris.data, iris.target, weights)]
    there = RidgeNetClassifierCV(**settings).fit(*parts)
    is_the_same_choice(there, here)
    assert there.hidden_layer_sizes_ == here.hidden_layer_sizes_


@pytest.mark.parametrize("loss", ["squared_error", "poisson"])
def test_the_choice_for_numbers(loss):
    inputs, target = load_diabetes(return_X_y=True)
    settings = PATH | {"hidden_layer_sizes": (), "loss": loss}
    here = RidgeNetRegressorCV(**settings | {"cv": folds_by_hand(442, 3)}).fit(inputs, target)
    there = RidgeNetRegressorCV(**settings).fit(in_parts(inputs, (42, 400)), in_parts(target, (42, 400)))
    np.testing.assert_allclose(there.alphas_, here.alphas_)
    np.testing.assert_allclose(there.path_.objectives, here.path_.objectives, rtol=1e-6)
    np.testing.assert_allclose(there.cv_results_["mean_test_score"], here.cv_results_["mean_test_score"], rtol=1e-4)


def test_a_path_alone_is_that_of_one_machine():
    settings = {"hidden_layer_sizes": (3,), "n_alphas": 6, "n_restarts": 2, "random_state": 0, "tol": 1e-7}
    here = ridgenet_path(X, y, **settings)
    there = ridgenet_path(in_parts(X, (100, 200)), in_parts(y, (100, 200)), **settings)
    np.testing.assert_allclose(there.objectives, here.objectives, rtol=1e-6)
    assert there.n_samples == 300
    with pytest.raises(ValueError, match="needs all rows"):
        ridgenet_path(in_parts(X, (300,)), in_parts(y, (300,)), evidence=True)


def test_a_callback_stops_a_choice():
    with pytest.raises(KeyboardInterrupt, match="stopped before"):
        RidgeNetClassifierCV(**PATH, callbacks=lambda progress: True).fit(in_parts(X, (300,)), in_parts(y, (300,)))


@pytest.mark.parametrize(
    ("parameters", "message"),
    [
        ({"cv": folds_by_hand(300, 2)}, "cv must be the number of folds; got list"),
        ({"cv": 301}, "between 2 and the number of rows, 300; got 301"),
        ({"scoring": "accuracy"}, "scoring must be None"),
        ({"selection": "evidence"}, "'min' or '1se'; got 'evidence'"),
        ({"keep": True}, "keep must be False"),
    ],
)
def test_choices_that_need_all_rows_are_refused(parameters, message):
    with pytest.raises(ValueError, match=message):
        RidgeNetClassifierCV(**PATH | parameters).fit(in_parts(X, (300,)), in_parts(y, (300,)))


# what is kept with a partition
