import json
from importlib.util import find_spec

import numpy as np
import pytest
from needed import need
from pages_with_kernels import PageError, page_with_kernels
from problems import make_problem

from ridgenet import compare, equations
from ridgenet._network import Network
from ridgenet._preprocessing import mean_and_scale
from ridgenet.core._examples import make_examples, mean_and_variance
from ridgenet.core._lbfgs import LBFGS
from ridgenet.core._lbfgs_search import CONVERGED, LBFGSSettings
from ridgenet.core._penalties import L2Penalty
from ridgenet.core._sgd import SGD, SGDSettings
from ridgenet.core._sources import LIBRARIES
from ridgenet.core.browser import embedded, script

MODULE = LIBRARIES / "ridgenet.wasm"
LARGEST_MODULE = 200_000

NETWORK = """
const { network, X, Y, alpha, settings, seed, dtype } = given;
const inputs = standardizer(kernels, X), samples = makeExamples(kernels, X, Y, inputs, dtype);
const random = new RandomState(seed), start = initialParameters(network, "glorot", random);
"""
CASES = [
    ((2, 8, 1), "tanh", "log_loss"),
    ((3, 5, 2), "tanh", "squared_error"),
    ((4, 6, 3), "tanh", "multinomial_log_loss"),
]
# parameters move by the gradient divided by the curvature, which is small in some directions
SETTINGS = LBFGSSettings(tol=1e-13, relative_tol=0.0, max_iter=5000)


@pytest.fixture(scope="module")
def page(browser, tmp_path_factory):
    with page_with_kernels(browser, tmp_path_factory.mktemp("page")) as opened:
        yield opened
        assert opened.watched.complaints == []
        assert all(address.startswith(("file:", "blob:", "data:")) for address in opened.watched.requests)


def samples_for(network, n=120, seed=1):
    """Return inputs, and targets that a network of the same shape gives them, so that minima are well defined."""
    rng = np.random.RandomState(seed)
    X = rng.standard_normal((n, network.layer_sizes[0]))
    outputs = network.predict(2 * rng.standard_normal(network.n_parameters), X)
    if network.loss == "multinomial_log_loss":
        return X, np.eye(outputs.shape[1])[outputs.argmax(axis=1)]
    return X, outputs.round() if network.loss == "log_loss" else outputs


def described(network):
    return {"layer_sizes": network.layer_sizes, "activation": network.activation, "loss": network.loss}


def test_the_module_is_small_needs_nothing_and_uses_simd():
    need("wasmtime", find_spec("wasmtime"))
    import wasmtime

    code = MODULE.read_bytes()
    assert len(code) < LARGEST_MODULE
    assert list(wasmtime.Module(wasmtime.Engine(), code).imports) == []
    without_simd = wasmtime.Config()
    without_simd.wasm_simd = without_simd.wasm_relaxed_simd = False
    with pytest.raises(wasmtime.WasmtimeError, match="SIMD"):
        wasmtime.Module(wasmtime.Engine(without_simd), code)


def test_what_is_embedded_is_json():
    assert json.loads(json.dumps(embedded())) == embedded()


def test_the_tutorials_run_is_that_of_the_equations(page, golden):
    found = page.run(
        """
        const samples = makeExamples(kernels, given.X, given.Y);
        const sgd = new SGD(kernels, given.network, given.start, samples, given.alpha, given.settings);
        const after = [];
        for (const order of given.orders) {
          sgd.order = order;
          sgd.runEpochs(1);
          after.push(Array.from(sgd.parameters));
        }
        return after;
        """,
        network=described(golden.network),
        X=golden.X.tolist(),
        Y=golden.y[:, np.newaxis].tolist(),
        start=golden.start.tolist(),
        alpha=golden.alpha,
        orders=[order.tolist() for order in golden.orders],
        settings={
            "batch_size": golden.batch_size,
            "learning_rate_init": golden.learning_rate,
            "n_epochs": len(golden.orders),
            "penalty_scaling": "batch",
            "shuffle_seed": None,
        },
    )
    assert len(found) == 30
    for parameters, expected in zip(found, by_equations(golden), strict=True):
        np.testing.assert_allclose(parameters, expected, rtol=1e-9)
    for epoch, expected in golden.after_epoch.items():
        if epoch > 0:
            np.testing.assert_allclose(found[epoch - 1], expected, rtol=golden.tolerance(epoch))


def by_equations(golden):
    """Yield the parameters after each epoch, in plain NumPy."""
    network, parameters = golden.network, golden.start.copy()
    weights, biases = network.weights(parameters), network.biases(parameters)
    for order in golden.orders:
        for start in range(0, len(order), golden.batch_size):
            rows = order[start : start + golden.batch_size]
            x, y = golden.X[rows].T, golden.y[rows][np.newaxis]
            z, a = equations.forward(weights, biases, x, network.activation, network.loss)
            dW, db = equations.backward(weights, z, a, y, network.activation, network.loss, golden.alpha, len(rows))
            parameters -= golden.learning_rate * network.flatten(dW, db)
        yield parameters.copy()


@pytest.mark.parametrize(("sizes", "activation", "loss"), CASES)
def test_the_same_seed_gives_the_minimum_that_python_finds(page, sizes, activation, loss):
    network = Network(sizes, activation, loss)
    X, Y = samples_for(network)
    found = page.run(
        NETWORK
        + """
        const search = new LBFGS(kernels, network, start, samples, alpha, settings);
        while (search.status === "running") search.run(7);
        const outputs = new Predictor(kernels, network, X, inputs).outputs(search.parameters);
        return {
          start: Array.from(start), parameters: Array.from(search.parameters), status: search.status,
          losses: Array.from(search.dataLosses), penalties: Array.from(search.penalties),
          outputs: Array.from(outputs),
        };
        """,
        network=described(network),
        X=X.tolist(),
        Y=Y.tolist(),
        alpha=0.1,
        seed=5,
        settings={"tol": SETTINGS.tol, "relative_tol": SETTINGS.relative_tol, "max_iter": SETTINGS.max_iter},
    )
    start = network.initial_parameters("glorot", np.random.RandomState(5))
    np.testing.assert_allclose(found["start"], start, rtol=1e-15)
    mean, scale = mean_and_scale(X)
    search = LBFGS(network, start, make_examples(X, Y, np.float64, mean=mean, scale=scale), L2Penalty(0.1), SETTINGS)
    search.run_to_the_end()
    assert search.status == CONVERGED
    assert found["status"] == "converged"
    np.testing.assert_allclose(found["parameters"], search.point, rtol=1e-9, atol=1e-9)
    outputs = network.predict(search.point, (X - mean) / scale)
    np.testing.assert_allclose(found["outputs"], outputs.ravel(), rtol=1e-9, atol=1e-9)
    assert found["losses"][-1] == pytest.approx(search.data_losses[-1], rel=1e-9)
    assert found["penalties"][-1] == pytest.approx(search.l2_penalties[-1], rel=1e-9)


def test_a_restart_at_another_strength_is_a_new_search_from_the_minimum(page):
    network = Network((2, 8, 1))
    X, Y = samples_for(network)
    found = page.run(
        NETWORK
        + """
        const search = new LBFGS(kernels, network, start, samples, 1, settings);
        search.runToTheEnd();
        const minimum = search.parameters;
        search.restart(0.1);
        search.runToTheEnd();
        const other = new LBFGS(kernels, network, minimum, samples, 0.1, settings);
        other.runToTheEnd();
        return [search, other].map(({ status, parameters }) => [status, ...parameters]);
        """,
        network=described(network),
        X=X.tolist(),
        Y=Y.tolist(),
        seed=5,
        settings={},
    )
    assert found[0] == found[1]
    assert found[0][0] == "converged"


@pytest.mark.parametrize("rule", ["gradient", "momentum", "nesterov", "adam"])
def test_every_update_rule_with_shuffling_and_dropout_is_pythons(page, rule):
    problem = make_problem(Network((3, 6, 2), "relu", "squared_error"), 50, seed=2)
    settings = {
        "batch_size": 8, "learning_rate_init": 0.01, "n_epochs": 5, "rule": rule, "learning_rate": "cosine",
        "dropout": 0.2, "shuffle_seed": 123, "dropout_seed": 4, "with_objectives": True,
    }  # fmt: skip
    found = page.run(
        """
        const samples = makeExamples(kernels, given.X, given.Y);
        const sgd = new SGD(kernels, given.network, given.start, samples, given.alpha, given.settings);
        sgd.runEpochs(5);
        return { parameters: Array.from(sgd.parameters), ...sgd.objectives(), diverged: sgd.hasDiverged };
        """,
        network=described(problem.network),
        X=problem.X.tolist(),
        Y=problem.Y.tolist(),
        start=problem.parameters.tolist(),
        alpha=problem.alpha,
        settings=settings,
    )
    examples = make_examples(problem.X, problem.Y, np.float64)
    sgd = SGD(problem.network, problem.parameters, examples, L2Penalty(problem.alpha), SGDSettings(**settings))
    sgd.run(5 * sgd.updates_per_epoch)
    np.testing.assert_allclose(found["parameters"], sgd.parameters, rtol=1e-9, atol=1e-9)
    assert (found["dataLoss"], found["penalty"]) == pytest.approx(sgd.objectives(), rel=1e-9)
    assert not found["diverged"]


@pytest.mark.parametrize(("sizes", "activation", "loss"), [*CASES, ((3, 5, 4, 2), "silu", "squared_error")])
def test_predictions_are_those_of_the_equations(page, sizes, activation, loss):
    problem = make_problem(Network(sizes, activation, loss), 300, seed=3)
    mean, scale = mean_and_scale(problem.X)
    code = """
        const columns = standardizer(kernels, given.X);
        const predictor = new Predictor(kernels, given.network, given.X, columns);
        return [false, true].map(before => Array.from(predictor.outputs(given.parameters, before)));
    """
    found = page.run(
        code, network=described(problem.network), X=problem.X.tolist(), parameters=problem.parameters.tolist()
    )
    X = ((problem.X - mean) / scale).T
    z, a = equations.forward(problem.weights, problem.biases, X, activation, loss)
    np.testing.assert_allclose(np.reshape(found[0], (300, -1)), a[-1].T, rtol=1e-12, atol=1e-13)
    np.testing.assert_allclose(np.reshape(found[1], (300, -1)), z[-1].T, rtol=1e-12, atol=1e-12)


def test_moments_are_those_of_numpy(page):
    X = np.random.RandomState(0).standard_normal((1000, 3)) * [1, 100, 1e-3] + [5, 0, 1]
    X = np.column_stack([X, np.full(1000, 0.1)])
    found = page.run("return { ...columnMoments(kernels, given.X), ...standardizer(kernels, given.X) }", X=X.tolist())
    mean, _ = mean_and_variance(X, None)
    np.testing.assert_allclose(found["mean"], X.mean(0), rtol=1e-12, atol=1e-12)
    np.testing.assert_allclose(found["variance"][:3], X.var(0)[:3], rtol=1e-12)
    np.testing.assert_allclose(found["mean"], mean, rtol=1e-14)
    np.testing.assert_allclose(found["scale"], mean_and_scale(X)[1], rtol=1e-14)


def test_random_numbers_are_those_of_numpy(page):
    found = page.run(
        """
        const random = new RandomState(given.seed);
        return Array.from({ length: 1000 }, () => [random.bits(), random.random(), random.normal()]);
        """,
        seed=2**32 - 1,
    )
    rng = np.random.RandomState(2**32 - 1)
    expected = [
        [int(rng.randint(2**32, dtype=np.uint64)), rng.random_sample(), rng.standard_normal()] for _ in range(1000)
    ]
    np.testing.assert_allclose(found, expected, rtol=1e-14)


@pytest.mark.parametrize("init", ["glorot", "he", "small_normal"])
@pytest.mark.parametrize("activation", ["tanh", "logistic"])
def test_initial_parameters_are_those_of_python(page, init, activation):
    network = Network((3, 5, 2), activation, "squared_error")
    found = page.run(
        "return Array.from(initialParameters(given.network, given.init, new RandomState(7)))",
        network=described(network),
        init=init,
    )
    np.testing.assert_allclose(found, network.initial_parameters(init, np.random.RandomState(7)), rtol=1e-14)


def test_float32(page):
    network = Network((2, 8, 1))
    X, Y = samples_for(network)
    given = {"network": described(network), "X": X.tolist(), "Y": Y.tolist(), "alpha": 1.0, "seed": 5, "settings": {}}
    code = (
        NETWORK
        + """
        const search = new LBFGS(kernels, network, start, samples, alpha, settings);
        search.runToTheEnd();
        const predictor = new Predictor(kernels, network, X, inputs, dtype);
        const { parameters } = search, outputs = predictor.outputs(parameters);
        return [parameters.constructor.name, search.dataLosses.at(-1), ...outputs.slice(0, 20)];
        """
    )
    double, single = (page.run(code, dtype=dtype, **given) for dtype in ("float64", "float32"))
    assert (double[0], single[0]) == ("Float64Array", "Float32Array")
    assert single[1] == pytest.approx(double[1], rel=0.02)
    np.testing.assert_allclose(single[2:], double[2:], atol=0.05)


@pytest.mark.parametrize(
    ("code", "message"),
    [
        ("new SGD(kernels, network, [1, 2], samples, 1, { batch_size: 8, learning_rate_init: 1, n_epochs: 1 }).run(1)",
         "parameters must hold as many numbers as the network has weights and biases"),
        ("new LBFGS(kernels, network, start, makeExamples(kernels, [[1, 2]], [[1, 0]]), 1).run(1)",
         "examples.Y must have a row for each sample and a column for each output of the network"),
        ("new LBFGS(kernels, { ...network, activation: 'sine' }, start, samples, 1)", "activation must be one of"),
        ("kernels.call('evaluate', {})", "evaluate needs objective.layer_sizes"),
        ("makeExamples(kernels, [[1, 2], [3]], [[1], [0]])", "row 1 has 1 numbers, not 2"),
        ("kernels.call('column_moments', { X: [[1, 2]] })", "column_moments needs X as an array of the kernels"),
        ("kernels.array('float64', [3]).set([1, 2])", "expected 3 numbers, got 2"),
    ],
)  # fmt: skip
def test_errors_of_kernels_and_of_scripts_arrive_as_errors(page, code, message):
    network = Network((2, 8, 1))
    X, Y = samples_for(network)
    with pytest.raises(PageError, match=message) as caught:
        page.run(NETWORK + code, network=described(network), X=X.tolist(), Y=Y.tolist(), seed=0)
    assert caught.value.is_error


def test_memory_grows_under_arrays_that_are_in_use(page):
    assert page.run(
        """
        const first = kernels.vector("float64", [1, 2, 3]), before = first.values;
        kernels.array("float64", [10_000_000]);
        return [before.length, ...first.values];
        """
    ) == [0, 1, 2, 3]


def test_a_page_without_a_worker_can_run_them_too(page):
    assert "</" not in script()
    document = page.watched.page
    document.add_script_tag(content=script())
    assert document.evaluate(
        "ridgenetKernels.load().then(kernels => ridgenetTraining.columnMoments(kernels, [[1, 5], [3, 5]]))"
    ) == {"mean": [2, 5], "variance": [1, 0]}


def test_the_same_seed_is_the_same_run_as_in_a_comparison(page):
    X = np.random.RandomState(0).standard_normal((60, 2))
    y = (X[:, 0] * X[:, 1] > 0).astype(int)
    result = compare(X, y, alphas=[0.01], X_test=X, y_test=y, n_epochs=20, random_state=9)
    settings = result.settings
    found = page.run(
        """
        const samples = makeExamples(kernels, given.X, given.Y), random = new RandomState(given.seed);
        const start = initialParameters(given.network, given.init, random);
        const settings = { ...given.settings, shuffle_seed: random.bits() };
        const sgd = new SGD(kernels, given.network, start, samples, 0.01, settings);
        sgd.runEpochs(20);
        return { parameters: Array.from(sgd.parameters), ...sgd.objectives() };
        """,
        network=described(result.fits[0].network),
        X=X.tolist(),
        Y=y[:, np.newaxis].tolist(),
        init=settings.init,
        seed=settings.random_state,
        settings={
            "batch_size": settings.batch_size,
            "learning_rate_init": settings.learning_rate_init,
            "n_epochs": settings.n_epochs,
            "penalty_scaling": settings.penalty_scaling,
        },
    )
    fit = result.fits[0]
    np.testing.assert_allclose(found["parameters"], fit.solution.parameters, rtol=1e-9)
    assert (found["dataLoss"], found["penalty"]) == pytest.approx((fit.data_loss, fit.l2_penalty), rel=1e-9)
