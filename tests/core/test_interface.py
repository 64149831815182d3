"""Entry points reject arrays that are too short, of another shape or of another type."""

import inspect
import re
from importlib import import_module
from pkgutil import iter_modules

import numpy as np
import pytest
from scipy.sparse import csr_matrix

import ridgenet.core
from ridgenet._errors import InputError
from ridgenet._network import Network
from ridgenet.core._examples import make_examples, mean_and_variance
from ridgenet.core._lbfgs import LBFGS, run_lbfgs
from ridgenet.core._lbfgs_search import LBFGSSettings
from ridgenet.core._mode import MODE
from ridgenet.core._objective import cost_and_gradient, make_objective
from ridgenet.core._penalties import L2Penalty
from ridgenet.core._prediction import predict
from ridgenet.core._sgd import SGD, SGDSettings
from ridgenet.core._shared_updates import Halves

NETWORK = Network((3, 4, 2), loss="multinomial_log_loss")
RNG = np.random.RandomState(0)
X = RNG.normal(size=(20, 3))
Y = np.eye(2)[RNG.randint(2, size=20)]
WEIGHTS = RNG.uniform(0.5, 2, 20)
PARAMETERS = NETWORK.initial_parameters("glorot", RNG)

MODULES = [import_module(f"ridgenet.core.{found.name}") for found in iter_modules(ridgenet.core.__path__)]
ENTRY_POINTS = {
    name: module for module in MODULES for name in re.findall(r"@entry_point\ndef (\w+)", inspect.getsource(module))
}


def names_of(entry) -> list[str]:
    return list(inspect.signature(entry).parameters)


def sgd(**settings) -> SGD:
    examples = make_examples(X, Y, np.float64, weights=WEIGHTS)
    return SGD(NETWORK, PARAMETERS, examples, L2Penalty(1.0), SGDSettings(8, 0.01, 5, with_objectives=True, **settings))


def use_all_entry_points() -> None:
    dense = make_examples(X, Y, np.float64, weights=WEIGHTS)
    sparse = make_examples(csr_matrix(X), Y, np.float64, weights=WEIGHTS)
    mean_and_variance(X, WEIGHTS)
    cost_and_gradient(NETWORK, PARAMETERS, X, Y, alpha=1.0, sample_weight=WEIGHTS)
    for examples in (dense, sparse):
        search = LBFGS(NETWORK, PARAMETERS, examples, L2Penalty(1.0), LBFGSSettings())
        search.run(3)
    search.tell(1.0, 0.5, PARAMETERS)
    sgd(rule="adam", dropout=0.5).run(2)
    learner = sgd(rule="momentum")
    halves = Halves(NETWORK, learner._batches, np.dtype(np.float64))
    training = learner._objective, learner.parameters, learner._examples, learner.rule, learner._schedule
    halves.run(*training, learner._batches, learner._progress, 2)
    for examples in (dense, sparse):
        predict(NETWORK, make_objective(NETWORK), PARAMETERS, examples, 20)


@pytest.fixture(scope="module")
def calls():
    """Every entry point with arguments that fit."""
    found = []

    def recording(name, entry):
        def call(*arguments):
            found.append((name, entry, dict(zip(names_of(entry), arguments, strict=True))))
            return entry(*arguments)

        return call

    with pytest.MonkeyPatch.context() as patch:
        for name, module in ENTRY_POINTS.items():
            original = getattr(module, name)
            for user in MODULES:
                if getattr(user, name, None) is original:
                    patch.setattr(user, name, recording(name, original))
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
    new = {place[0]: array if len(place) == 1 else arguments[place[0]]._replace(**{place[1]: array})}
    return (arguments | new).values()


# what an entry point does not read
UNUSED = {
    "write_outputs": {"Y", "weights"},
    "end_shared_batch": {"X", "weights", "mean", "factor"},
}
# what may also be left out
OPTIONAL = {("examples", "weights"), ("weights",), ("packed",)}
# has room for epochs to come
SPACIOUS = {("progress", "data_losses"), ("progress", "l2_penalties")}


def test_each_entry_point_is_called(calls):
    assert len(ENTRY_POINTS) == 10
    assert {name for name, _, _ in calls} == set(ENTRY_POINTS)


@pytest.mark.parametrize("share", [0.0, 0.5])
def test_an_array_with_too_few_numbers_is_refused(calls, share):
    for name, entry, arguments in calls:
        for place, array in arrays_of(arguments):
            # memory ends at a full cache line, so that one number less may still be enough
            shorter = array[: int(len(array) * share)].copy()
            if len(array) == 0 or place[-1] in UNUSED.get(name, ()) or place in (SPACIOUS if share else OPTIONAL):
                continue
            with pytest.raises(InputError):
                entry(*replaced(arguments, place, shorter))


def test_an_array_that_should_be_empty_is_refused(calls):
    for _, entry, arguments in calls:
        for place, array in arrays_of(arguments):
            if len(array) == 0 and place[-1] in ("weights", "first", "second", "packed"):
                with pytest.raises(InputError, match=place[-1]):
                    entry(*replaced(arguments, place, np.zeros(3, array.dtype)))


@pytest.mark.parametrize(
    "spoil",
    [
        lambda array: np.zeros(array.shape, np.int32),
        lambda array: np.zeros(array.shape, np.float32),
        lambda array: np.zeros((*array.shape, 2), array.dtype)[..., 0],
        lambda array: np.frombuffer(array.tobytes() or bytes(8), array.dtype)[: array.size].reshape(array.shape),
    ],
    ids=["int32", "float32", "strided", "read-only"],
)
@pytest.mark.skipif(MODE == "python", reason="plain Python takes any type")
def test_an_array_of_another_type_is_refused(calls, spoil):
    for _, entry, arguments in calls:
        for place, array in arrays_of(arguments):
            spoiled = spoil(array)
            if place in (("parameters",), ("X",)) and spoiled.dtype == np.float32:
                continue  # the type of all else follows from theirs
            if spoiled.dtype == array.dtype and (spoiled.flags.carray or spoiled.size == 0):
                continue  # without or with one number, nothing is strided; without one, nothing is written
            with pytest.raises(InputError, match="must be a contiguous, writable array"):
                entry(*replaced(arguments, place, spoiled))


def test_the_array_is_named():
    with pytest.raises(InputError, match="parameters must hold as many numbers as the network"):
        cost_and_gradient(NETWORK, PARAMETERS[:-1], X, Y, alpha=1.0)
    with pytest.raises(InputError, match=r"examples\.X must have a row for each sample and a column for each input"):
        cost_and_gradient(NETWORK, PARAMETERS, X[:5], Y, alpha=1.0)
    with pytest.raises(InputError, match=r"examples\.mean"):
        cost_and_gradient(NETWORK, PARAMETERS, X[:, :2], Y, alpha=1.0)
    with pytest.raises(InputError, match=r"examples\.weights must have a number for each sample"):
        cost_and_gradient(NETWORK, PARAMETERS, X, Y, alpha=1.0, sample_weight=WEIGHTS[:5])


def test_memory_of_another_network_is_refused():
    wider = Network((3, 9, 2), loss="multinomial_log_loss")
    search = LBFGS(NETWORK, PARAMETERS, make_examples(X, Y, np.float64), L2Penalty(1.0), LBFGSSettings())
    larger = np.zeros(wider.n_parameters)
    with pytest.raises(InputError, match="room for the units of the network"):
        run_lbfgs(
            make_objective(wider, L2Penalty(1.0)),
            larger,
            search._examples,
            search._packed,
            search._search,
            1,
            search._work,
        )
    old = sgd(rule="adam")
    with pytest.raises(InputError, match=r"rule\.first"):
        SGD(wider, larger, old._examples, L2Penalty(1.0), old.settings, rule=old.rule).run(1)


def test_no_entry_point_goes_beyond_its_arrays():
    with pytest.raises(InputError, match="room for every epoch"):
        sgd().run(18 + 1)
    without_room, dropping = sgd(), sgd(dropout=0.5)
    dropping._work = without_room._work
    with pytest.raises(InputError, match="dropout"):
        dropping.run(1)
    with pytest.raises(InputError, match=r"examples\.X"):
        predict(NETWORK, make_objective(NETWORK), PARAMETERS, make_examples(X, Y, np.float64), 21)


@pytest.mark.parametrize(("part", "value"), [("indices", 3), ("indices", -1), ("indptr", 1000)])
def test_an_index_of_a_sparse_table_that_points_outside_it_is_refused(part, value):
    table = csr_matrix(X)
    getattr(table, part)[-1] = value
    with pytest.raises(InputError, match="indices of sparse X point outside"):
        make_examples(table, Y, np.float64)
