"""The λ path that a page computes itself: the numbers of Python."""

import json

import numpy as np
import pytest
from pages_with_kernels import page_with_kernels
from sklearn.datasets import load_diabetes, load_iris, make_moons
from sklearn.model_selection import KFold, StratifiedKFold

from ridgenet import RidgeNetClassifierCV, RidgeNetRegressorCV
from ridgenet.page.script import embedded, script

FIT = """
const { problem } = given, runHere = task => ridgenetPath.run(kernels, problem, task);
const path = await ridgenetPath.fit(problem, runHere, { kernels });
const { alphas, order, chains, curve } = path;
const objective = (restart, k) => chains[restart].dataLosses[k] + chains[restart].penalties[k];
return {
  alphas,
  objectives: alphas.map((_, k) => order[k].map(restart => objective(restart, k))),
  parameters: alphas.map((_, k) => path.networks(k).map(parameters => Array.from(parameters))),
  converged: alphas.map((_, k) => order[k].map(restart => chains[restart].converged[k])),
  mean: curve.mean, standardError: curve.standardError, byFold: curve.byFold,
  best: curve.best, simpler: curve.withinOneStandardError, interval: curve.notClearlyWorse,
};
"""


@pytest.fixture(scope="module")
def page(browser, tmp_path_factory):
    with page_with_kernels(browser, tmp_path_factory.mktemp("page"), script) as opened:
        yield opened
        assert opened.watched.complaints == []
        assert all(address.startswith(("file:", "blob:", "data:")) for address in opened.watched.requests)


@pytest.mark.parametrize("seeds", [[0], [5, 0, 3], [2**31 - 5, 1, 2, 3, 4, 9]])
def test_random_numbers_are_those_of_numpy(page, seeds):
    code = "const g = new ridgenetRandom.Generator(given.seeds); return [0, 1, 2, 3].map(() => g.uniform(-2, 3));"
    assert page.run(code, seeds=seeds) == np.random.default_rng(seeds).uniform(-2, 3, 4).tolist()


@pytest.mark.parametrize("seed", [0, 7, 2**32 - 1])
def test_whole_numbers_and_orders_are_those_of_numpy(page, seed):
    code = """
    const random = new RandomState(given.seed), items = Array.from({ length: 30 }, (_, k) => k);
    return [random.wholeNumber(2 ** 31 - 1), random.shuffle(items), random.wholeNumber(0), random.wholeNumber(9)];
    """
    random = np.random.RandomState(seed)
    number, items = random.randint(2**31), np.arange(30)
    random.shuffle(items)
    assert page.run(code, seed=seed) == [number, items.tolist(), 0, random.randint(10)]


@pytest.mark.parametrize("labels", [None, [2, 0, 0, 1, 2, 2, 1, 0, 0, 2, 2, 1, 0, 1, 2, 0, 2], [1, 0] * 20 + [1] * 7])
def test_folds_are_those_of_scikit_learn(page, labels):
    n = 23 if labels is None else len(labels)
    found = page.run("return ridgenetFolds.divided(given.n, given.labels, 4, 3, 11);", n=n, labels=labels)
    splitter = KFold if labels is None else StratifiedKFold
    expected = [
        {"train": train.tolist(), "test": test.tolist(), "division": division}
        for division in range(3)
        for train, test in splitter(4, shuffle=True, random_state=11 + division).split(np.zeros(n), labels)
    ]
    assert found == expected


def problem_of(X, y, loss, hidden, **settings):
    is_numbers = loss in ("squared_error", "poisson")
    n_classes = len(np.unique(y))
    Y = y[:, np.newaxis].astype(float) if is_numbers or n_classes == 2 else np.eye(n_classes)[y]
    network = {"layer_sizes": [X.shape[1], *hidden, Y.shape[1]], "activation": "tanh", "loss": loss}
    labels = None if is_numbers else y.tolist()
    return {"network": network, "X": X.tolist(), "Y": Y.tolist(), "labels": labels, "settings": settings}


def estimator_of(X, y, loss, hidden, **settings):
    Estimator = RidgeNetRegressorCV if loss in ("squared_error", "poisson") else RidgeNetClassifierCV
    given = {"loss": loss} if loss == "poisson" else {}
    return Estimator(hidden_layer_sizes=hidden, path="full", n_jobs=1, **given, **settings).fit(X, y)


def counts(seed=0):
    random = np.random.RandomState(seed)
    X = random.normal(size=(90, 3))
    return X, random.poisson(np.exp(0.5 * X[:, 0] + np.sin(X[:, 1])))


MOONS, IRIS = make_moons(120, noise=0.3, random_state=0), load_iris(return_X_y=True)
DIABETES = tuple(values[:150] for values in load_diabetes(return_X_y=True))
# the shorter a chain of searches, the less do differences in the last digits grow
SHORT = {"n_alphas": 5, "max_iter": 8, "alpha_min_ratio": 0.01}
CASES = {
    "no hidden layer": (*MOONS, "log_loss", (), {"tol": 1e-9}),
    "numbers, no hidden layer": (*DIABETES, "squared_error", (), {"n_restarts": 3, "tol": 1e-10}),
    "moons": (*MOONS, "log_loss", (8,), SHORT),
    "another seed, other folds": (*MOONS, "log_loss", (4,), {**SHORT, "random_state": 3, "cv": 3, "n_restarts": 2}),
    "three classes": (*IRIS, "multinomial_log_loss", (5,), SHORT),
    "numbers": (*DIABETES, "squared_error", (6,), SHORT),
    "counts": (*counts(), "poisson", (4,), SHORT),
    "two hidden layers": (*DIABETES, "squared_error", (5, 3), {**SHORT, "n_restarts": 3}),
    "as they are": (*MOONS, "log_loss", (3,), {**SHORT, "standardize": False}),
}


@pytest.mark.filterwarnings("ignore:lbfgs failed to converge")
@pytest.mark.parametrize("case", CASES)
def test_a_path_is_that_of_python(page, case):
    X, y, loss, hidden, settings = CASES[case]
    settings = {"random_state": 0, **settings}
    found = page.run(FIT, problem=problem_of(X, y, loss, hidden, **settings))
    net = estimator_of(X, y, loss, hidden, **settings)
    path, results = net.path_, net.cv_results_
    np.testing.assert_allclose(found["alphas"], path.alphas, rtol=1e-9)
    size = np.abs(results["mean_test_score"]).max()
    np.testing.assert_allclose(found["objectives"], path.objectives, rtol=1e-9)
    np.testing.assert_allclose(found["mean"], results["mean_test_score"], atol=1e-9 * size)
    np.testing.assert_allclose(found["standardError"], results["standard_error"], atol=1e-9 * size)
    assert found["alphas"][found["best"]] == pytest.approx(net.alpha_min_, rel=1e-12)
    assert found["alphas"][found["simpler"]] == pytest.approx(net.alpha_1se_, rel=1e-12)
    interval = [found["alphas"][index] for index in found["interval"]]
    assert interval == pytest.approx(net.alpha_interval_[::-1], rel=1e-12)


def test_a_long_path_chooses_the_lambda_of_python(page):
    found = page.run(FIT, problem=problem_of(*MOONS, "log_loss", (8,), random_state=0))
    net = estimator_of(*MOONS, "log_loss", (8,), random_state=0)
    np.testing.assert_allclose(found["alphas"], net.path_.alphas, rtol=1e-9)
    curve, error = net.cv_results_["mean_test_score"], net.cv_results_["standard_error"]
    index = int(np.argmax(curve))
    # hundreds of iterations at weak λ make rounding errors large, also between processors; not so at the chosen λ
    assert abs(found["mean"][index] - curve[index]) < 0.1 * error[index]
    assert abs(found["best"] - index) <= 1
    assert np.mean(found["converged"]) > 0.95


def test_workers_compute_the_same_path_and_can_be_stopped(page):
    problem = problem_of(*MOONS, "log_loss", (4,), random_state=0, **SHORT)
    alone = page.run(FIT, problem=problem)
    code = """
    const pool = new ridgenetWorkers.Pool(self.source, 2), told = [];
    const cancelled = ridgenetPath.fit(given.problem, task => pool.run(given.problem, task), { kernels });
    pool.cancel();
    const watch = (nDone, nTasks) => told.push([nDone, nTasks]);
    const again = await ridgenetPath.fit(given.problem, task => pool.run(given.problem, task), { kernels, watch });
    return { mean: again.curve.mean, told };
    """
    found = page.run("self.source ??= given.source;" + code, problem=problem, source=script())
    assert found["mean"] == alone["mean"]
    n_tasks = found["told"][0][1]
    assert found["told"][:n_tasks] == [[k + 1, n_tasks] for k in range(n_tasks)]


def test_a_task_that_fails_says_why(page):
    problem = problem_of(*MOONS, "log_loss", (4,), random_state=0, **SHORT)
    problem["network"]["activation"] = "sine"
    code = """
    const pool = new ridgenetWorkers.Pool(given.source, 1);
    const task = { rows: null, test: null, alphas: [1], seed: [0] };
    return pool.run(given.problem, task).then(() => "no error", error => error.message);
    """
    assert "activation must be one of" in page.run(code, problem=problem, source=script())


def test_constants_are_json_and_defaults_are_those_of_the_estimators():
    constants = json.loads(json.dumps(embedded()))
    assert constants == embedded()
    parameters = RidgeNetClassifierCV().get_params()
    for name, value in constants["defaults"].items():
        expected = parameters[name]
        assert value == (expected if expected is not None else {"cv": 5, "random_state": 0}[name])
