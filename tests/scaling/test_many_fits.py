"""Paths on a real cluster of separate processes: the same numbers, and a worker that dies changes none."""

import os
import signal

import numpy as np
import pytest
from forked_commands import ridgenet
from joblib import parallel_config
from sklearn.datasets import make_moons
from sklearn.model_selection import GridSearchCV
from tables_of_tests import wine, written

from ridgenet import InputError, RidgeNetClassifierCV, ridgenet_path
from ridgenet.backends._dask_chains import cluster_at

QUICK = {"n_alphas": 8, "n_restarts": 2, "cv": 3, "hidden_layer_sizes": (4,), "random_state": 0}
X, y = make_moons(120, noise=0.3, random_state=0)


def same(a, b):
    for name in ("parameters", "data_losses", "n_iter"):
        np.testing.assert_array_equal(getattr(a.path_, name), getattr(b.path_, name))
    np.testing.assert_array_equal(a.cv_results_["mean_test_score"], b.cv_results_["mean_test_score"])
    assert a.alpha_ == b.alpha_


def test_a_cluster_gives_the_numbers_of_one_machine(client):
    here = RidgeNetClassifierCV(**QUICK).fit(X, y)
    seen = []
    with parallel_config(backend="dask"):
        there = RidgeNetClassifierCV(**QUICK, callbacks=seen.append).fit(X, y)
    same(here, there)
    assert seen[-1].n_fits == seen[-1].n_total > 4 * 2
    assert client.nthreads()


def test_a_worker_that_dies_in_the_middle_changes_nothing(client):
    settings = QUICK | {"n_restarts": 6, "hidden_layer_sizes": (8,)}
    X, y = make_moons(800, noise=0.3, random_state=0)
    here = RidgeNetClassifierCV(**settings).fit(X, y)
    workers = list(client.run(os.getpid).values())
    killed = []

    def kill_one(progress):
        if not killed:
            os.kill(workers[0], signal.SIGKILL)
            killed.append(progress)

    with parallel_config(backend="dask"):
        there = RidgeNetClassifierCV(**settings, callbacks=kill_one).fit(X, y)
    assert killed
    assert killed[0].n_fits < killed[0].n_total
    same(here, there)


def test_a_callback_stops_it(client):
    with parallel_config(backend="dask"), pytest.warns(UserWarning, match="stopped early"):
        path = ridgenet_path(X, y, n_alphas=8, n_restarts=20, random_state=0, callbacks=lambda progress: True)
    assert path.found.any()
    assert np.isnan(path.data_losses).any()
    client.wait_for_workers(2)


def test_a_search_over_the_cluster_may_hold_paths(client):
    grid = {"activation": ["tanh", "silu"]}
    search = GridSearchCV(RidgeNetClassifierCV(**QUICK | {"cv": 2, "n_alphas": 4}), grid, cv=2)
    here = search.fit(X, y).cv_results_["mean_test_score"]
    with parallel_config(backend="dask"):
        there = search.fit(X, y).cv_results_["mean_test_score"]
    np.testing.assert_allclose(here, there)


def test_the_command_line_uses_a_cluster(cluster, tmp_path):
    path = written(wine(), tmp_path / "wine.csv")
    command = ["path", path, "-t", "cultivar", "--test", "none", "-q"]
    quick = ["--n-alphas", 6, "--folds", 2, "--restarts", 2, "--hidden", 3]
    for where, options in (("here", []), ("there", ["--scheduler", cluster.scheduler_address])):
        done = ridgenet(*command, *quick, *options, "-o", where, folder=tmp_path)
        assert done.returncode == 0, done.stderr
    tables = [(tmp_path / where / "path.csv").read_text() for where in ("here", "there")]
    assert tables[0] == tables[1]


@pytest.mark.parametrize("address", ["tcp://127.0.0.1:1", "nonsense"])
def test_a_scheduler_that_is_not_there_is_said(address, monkeypatch):
    monkeypatch.setattr("ridgenet.backends._dask_chains.SECONDS_TO_CONNECT", 1)
    with pytest.raises(InputError, match=f"no scheduler answers at {address}"), cluster_at(address):
        pass
