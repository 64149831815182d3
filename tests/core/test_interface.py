"""The door of the kernels: no array of another count, shape or type gets past it."""

from importlib import import_module
from inspect import signature
from pkgutil import iter_modules

import numpy as np
import pytest
from scipy.sparse import csr_matrix

import ridgenet.core
from ridgenet.core import _interface
from ridgenet.core.examples import make_examples
from ridgenet.core.lbfgs import LBFGS, run_lbfgs
from ridgenet.core.lbfgs_search import LBFGSSettings
from ridgenet.core.moments import column_moments, mean_and_variance
from ridgenet.core.objective import cost_and_gradient, make_objective
from ridgenet.core.prediction import predict
from ridgenet.core.sgd import SGD, SGDSettings
from ridgenet.core.shared_updates import Halves
from ridgenet.errors import InputError
from ridgenet.network import Network

NETWORK = Network((3, 4, 2), output="softmax")
RNG = np.random.RandomState(0)
X = RNG.normal(size=(20, 3))
Y = np.eye(2)[RNG.randint(2, size=20)]
WEIGHTS = RNG.uniform(0.5, 2, 20)
PARAMETERS = NETWORK.initial_parameters("glorot", RNG)


def sgd(**settings) -> SGD:
    examples = make_examples(X, Y, np.float64, weights=WEIGHTS)
    return SGD(NETWORK, PARAMETERS, examples, 1.0, SGDSettings(8, 0.01, 5, with_costs=True, **settings))


def use_all_entry_points() -> None:
    examples = make_examples(csr_matrix(X), Y, np.float64, weights=WEIGHTS)
    mean_and_variance(X, WEIGHTS)
    cost_and_gradient(NETWORK, PARAMETERS, X, Y, alpha=1.0, sample_weight=WEIGHTS)
    for inputs in (make_examples(X, Y, np.float64, weights=WEIGHTS), examples):
        search = LBFGS(NETWORK, PARAMETERS, inputs, 1.0, LBFGSSettings())
        search.run(3)
    search.tell(1.0, 0.5, PARAMETERS)
    sgd(rule="adam", dropout=0.5).run(2)
    learner = sgd(rule="momentum")
    halves = Halves(NETWORK, learner._batches, np.dtype(np.float64))
    training = learner._objective, learner.parameters, learner._examples, learner.rule, learner._schedule
    halves.run(*training, learner._batches, learner._progress, 2)
    predict(NETWORK, make_objective(NETWORK, 0.0), PARAMETERS, examples, 20)


@pytest.fixture(scope="module")
def calls():
    """Arguments of every entry point, by their names."""
    found = []
    check = _interface.check

    def record(arguments):
        check(arguments)
        found.append(arguments)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(_interface, "check", record)
        use_all_entry_points()
    return found


def arrays_of(arguments):
    """Yield where each array among the arguments stands, and the array."""
    for name, value in arguments.items():
        if isinstance(value, np.ndarray):
            yield (name,), value
        elif isinstance(value, tuple):
            for part, array in value._asdict().items():
                if isinstance(array, np.ndarray):
                    yield (name, part), array


def replaced(arguments, place, array):
    if len(place) == 1:
        return arguments | {place[0]: array}
    return arguments | {place[0]: arguments[place[0]]._replace(**{place[1]: array})}


def shorter(array):
    # memory ends at a full cache line, so that one number less may still be enough
    return array[: len(array) // 2].copy() if len(array) else np.empty(3, array.dtype)


def test_each_entry_point_is_called(calls):
    modules = [import_module(f"ridgenet.core.{found.name}") for found in iter_modules(ridgenet.core.__path__)]
    entry_points = {value for module in modules for value in vars(module).values() if hasattr(value, "compiled")}
    assert {tuple(arguments) for arguments in calls} == {tuple(signature(entry).parameters) for entry in entry_points}


@pytest.mark.parametrize(
    "spoil",
    [
        shorter,
        lambda array: np.zeros((*array.shape, 2), array.dtype),
        lambda array: np.zeros(array.shape, np.int32),
        lambda array: array.astype(array.dtype.newbyteorder()),
        lambda array: np.zeros((*array.shape[:-1], 2 * array.shape[-1]), array.dtype)[..., ::2],
    ],
    ids=["shorter", "more dimensions", "integers", "byte order", "strided"],
)
def test_what_does_not_fit_is_refused(calls, spoil):
    for arguments in calls:
        for place, array in arrays_of(arguments):
            spoiled = spoil(array)
            if spoiled.flags.carray and spoiled.dtype == array.dtype and spoiled.shape == array.shape:
                continue  # an empty array has no stride
            with pytest.raises(InputError):
                _interface.check(replaced(arguments, place, spoiled))


def test_what_cannot_be_written_is_refused(calls):
    for arguments in calls:
        for place, array in arrays_of(arguments):
            locked = array.copy()
            locked.flags.writeable = False
            with pytest.raises(InputError, match=place[-1]):
                _interface.check(replaced(arguments, place, locked))


def test_the_array_is_named():
    with pytest.raises(InputError, match=r"parameters must be .* with shape \(26,\); got float64 with shape \(25,\)"):
        cost_and_gradient(NETWORK, PARAMETERS[:-1], X, Y, alpha=1.0)
    with pytest.raises(InputError, match=r"examples.X must be .* with shape \(20, 3\)"):
        cost_and_gradient(NETWORK, PARAMETERS, X[:, :2], Y, alpha=1.0)
    with pytest.raises(InputError, match=r"examples.weights must be .* with shape \(20,\)"):
        cost_and_gradient(NETWORK, PARAMETERS, X, Y, alpha=1.0, sample_weight=WEIGHTS[:5])


def test_memory_of_another_network_is_refused():
    wider = Network((3, 9, 2), output="softmax")
    search = LBFGS(NETWORK, PARAMETERS, make_examples(X, Y, np.float64), 1.0, LBFGSSettings())
    larger = np.zeros(wider.n_parameters)
    with pytest.raises(InputError, match=r"search\.vectors"):
        run_lbfgs(make_objective(wider, 1.0), larger, search._examples, search._packed, search._search, 1, search._work)
    old = sgd(rule="adam")
    with pytest.raises(InputError, match=r"rule\.first"):
        SGD(wider, larger, old._examples, 1.0, old.settings, rule=old.rule).run(1)


def test_no_entry_point_goes_beyond_its_arrays():
    with pytest.raises(InputError, match="epochs must be between 0 and 5"):
        sgd().run(18 + 1)
    without_room, dropping = sgd(), sgd(dropout=0.5)
    dropping._work = without_room._work
    with pytest.raises(InputError, match="dropout"):
        dropping.run(1)
    with pytest.raises(InputError, match="last"):
        predict(NETWORK, make_objective(NETWORK, 0.0), PARAMETERS, make_examples(X, Y, np.float64), 21)
    with pytest.raises(InputError, match="float16"):
        column_moments(X.astype(np.float16), WEIGHTS, np.empty(3), np.empty(3))


@pytest.mark.parametrize(("part", "value"), [("indices", 3), ("indices", -1), ("indptr", 1000)])
def test_an_index_of_a_sparse_table_that_points_outside_it_is_refused(part, value):
    table = csr_matrix(X)
    getattr(table, part)[-1] = value
    with pytest.raises(InputError, match="index of sparse X points outside"):
        make_examples(table, Y, np.float64)
