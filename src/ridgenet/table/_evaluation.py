"""Test on unseen rows: each is predicted by a model that was trained, and whose λ was chosen, without it.

Also permutation importances of the columns on these rows.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from sklearn.model_selection import (
    GroupKFold,
    GroupShuffleSplit,
    KFold,
    ShuffleSplit,
    StratifiedKFold,
    StratifiedShuffleSplit,
    TimeSeriesSplit,
)
from sklearn.pipeline import Pipeline

from ridgenet._errors import InputError
from ridgenet.io import _interrupts as interrupts
from ridgenet.table._baselines import Baseline, compared, fitted_baselines
from ridgenet.table._pipeline import Trained, network_inputs, owners_of_inputs
from ridgenet.table._rows import Rows
from ridgenet.table._scores import RobustLoss, Score, losses_of, outputs_of, scores_of
from ridgenet.table._stages import Stage

INTERRUPTED = "interrupted: the test ends here; the model is complete and will be saved"
N_PARTS = 5
# the first part of a nested test in the order of time is trained on a sixth of the rows
FEWEST_IN_ORDER = 60
# with more rows, testing on a part of them is enough, and computing the path five more times takes long
LARGEST_FOR_NESTED = 5_000
USUAL_SHARE = 0.2
# of the permutation importances
N_REPEATS = 5
MOST_ROWS = 5_000

# indices of the rows to train on, and of those to test on
Part = tuple[np.ndarray, np.ndarray]
FitOne = Callable[[Rows, str], Trained]


@dataclass(frozen=True)
class Importance:
    """How much the mean loss on unseen rows grows if one column is shuffled.

    Attributes
    ----------
    column : str
        Name of the column.
    value : float
        Increase of the log loss, squared error or robust loss.
    spread : float
        Standard deviation over the shuffles.
    """

    column: str
    value: float
    spread: float


@dataclass(frozen=True)
class TestEstimate:
    """Performance on unseen rows.

    Attributes
    ----------
    how : str
        How predictions were made.
    rows : Rows
        The rows tested on.
    outputs : ndarray of shape (n_rows,) or (n_rows, n_classes)
        Predicted numbers or probabilities.
    classes : ndarray or None
        Class labels of the columns of `outputs`.
    scores : tuple of Score
        Scores of the predictions.
    importances : tuple of Importance
        Importance of each column, the most important first.
    n_missing : int
        Number of parts not tested, because of Ctrl-C.
    baselines : tuple of Baseline
        Other models tested on the same rows; empty if there are none.
    """

    __test__ = False  # not a class of tests, for pytest

    how: str
    rows: Rows
    outputs: np.ndarray
    classes: np.ndarray | None
    scores: tuple[Score, ...]
    importances: tuple[Importance, ...]
    n_missing: int = 0
    baselines: tuple[Baseline, ...] = ()

    @property
    def y(self) -> np.ndarray:
        """True targets of the rows tested."""
        return self.rows.y

    @property
    def is_no_better_than_constant(self) -> bool:
        """Whether the first score, the loss minimised in training, is no better than that of the baseline."""
        return not self.scores[0].value < self.scores[0].baseline

    @property
    def predicted(self) -> np.ndarray:
        """Predicted labels or numbers."""
        if self.classes is None:
            return self.outputs
        labels: np.ndarray = self.classes[self.outputs.argmax(axis=1)]
        return labels


def of_model(pipeline: Pipeline, rows: Rows, classes: np.ndarray | None, how: str, random_state: int) -> TestEstimate:
    """Test one model on unseen rows."""
    tested = _tested(pipeline, rows, classes, random_state)
    return _estimate(how, rows, classes, pipeline[-1], [tested], [len(rows)], tested.outputs, {})


def of_trained(
    trained: Trained,
    training: Rows,
    rows: Rows,
    classes: np.ndarray | None,
    how: str,
    seed: int,
    stage: Stage,
    *,
    baselines: bool,
) -> TestEstimate:
    """Test one model, and other models trained on the same rows, on unseen rows."""
    tested = _tested(trained.pipeline, rows, classes, seed)
    stage.step()
    others = {}
    if baselines:
        others = _outputs_of_baselines(trained, training, tested.inputs, classes, seed, stage.step)
    # not every loss has all other models
    stage.end()
    return _estimate(how, rows, classes, trained.pipeline[-1], [tested], [len(rows)], tested.outputs, others)


def by_parts(
    fit_one: FitOne,
    rows: Rows,
    parts: Sequence[Part],
    classes: np.ndarray | None,
    chosen: str,
    seed: int,
    stage: Stage,
    *,
    baselines: bool,
) -> TestEstimate | None:
    """Predict each part of the rows by a model fitted on the others.

    Parameters
    ----------
    fit_one : callable
        Fits a pipeline to rows; its second argument names the stage, for progress.
    rows : Rows
        All rows.
    parts : sequence of tuple
        From `parts_of`.
    classes : ndarray or None
        All class labels.
    chosen : str
        What each fit does, for `how`.
    seed : int
        Seed of the permutation importances, and of the boosted trees.
    stage : Stage
        Told after each part.
    baselines : bool
        Whether to test other models, too.

    Returns
    -------
    TestEstimate or None
        After Ctrl-C, that of the finished parts; None if no part was finished.
    """
    shape = (len(rows),) if classes is None else (len(rows), len(classes))
    outputs, others = np.full(shape, np.nan), dict[str, np.ndarray]()
    indices: list[np.ndarray] = []
    tests: list[_Tested] = []
    try:
        for k, (train, test) in enumerate(parts):
            training = rows.at(train)
            trained = fit_one(training, f"test, part {k + 1} of {N_PARTS}")
            tested = _tested(trained.pipeline, rows.at(test), classes, seed)
            of_part = _outputs_of_baselines(trained, training, tested.inputs, classes, seed) if baselines else {}
            outputs[test] = tested.outputs
            for name, values in of_part.items():
                others.setdefault(name, np.full(shape, np.nan))[test] = values
            tests.append(tested)
            indices.append(test)
            stage.step()
    except KeyboardInterrupt:
        interrupts.taken(INTERRUPTED)
        if not tests:
            return None
    done = np.sort(np.concatenate(indices))
    where = "four fifths of the rows, each tested on the other fifth"
    if rows.times is not None:
        where = "the first rows in time, each tested on the sixth of the rows that follows"
    how = f"{chosen} repeated {N_PARTS} times on {where}"
    if len(tests) < N_PARTS:
        how += f"; interrupted after {len(tests)}"
    network = trained.pipeline[-1]
    of_done = {name: values[done] for name, values in others.items()}
    estimate = _estimate(how, rows.at(done), classes, network, tests, list(map(len, indices)), outputs[done], of_done)
    return replace(estimate, n_missing=N_PARTS - len(tests))


@dataclass(frozen=True)
class _Tested:
    """Predictions of one model for unseen rows, the inputs of its network, and its permutation importances."""

    inputs: np.ndarray
    outputs: np.ndarray
    increases: dict[str, np.ndarray]


def _tested(pipeline: Pipeline, rows: Rows, classes: np.ndarray | None, seed: int) -> _Tested:
    inputs = network_inputs(pipeline, rows.X)
    outputs = outputs_of(pipeline[-1], inputs, classes)
    return _Tested(inputs, outputs, increases(pipeline, inputs, rows, classes, seed))


def _outputs_of_baselines(
    trained: Trained,
    training: Rows,
    inputs: np.ndarray,
    classes: np.ndarray | None,
    seed: int,
    done: Callable[[], object] = lambda: None,
) -> dict[str, np.ndarray]:
    models = fitted_baselines(trained.pipeline[-1], trained.inputs, training.y, training.weights, seed, done)
    inputs = trained.standardized(inputs)
    return {name: outputs_of(model, inputs, classes) for name, model in models.items()}


def _estimate(
    how: str,
    rows: Rows,
    classes: np.ndarray | None,
    network: Any,
    tests: Sequence[_Tested],
    sizes: Sequence[int],
    outputs: np.ndarray,
    others: Mapping[str, np.ndarray],
) -> TestEstimate:
    robust = RobustLoss.of(network.network_)
    return TestEstimate(
        how,
        rows,
        outputs,
        classes,
        scores_of(rows.y, outputs, classes, rows.weights, robust),
        mean_importances([(each.increases, n) for each, n in zip(tests, sizes, strict=True)]),
        baselines=tuple(
            compared(name, rows.y, theirs, outputs, classes, rows.weights, robust) for name, theirs in others.items()
        ),
    )


def parts_of(rows: Rows, classes: np.ndarray | None, seed: int) -> list[Part]:
    """Split rows for `by_parts`: for each part, return the indices of the training rows and of the test rows.

    If the rows are in the order of time, each part follows its training rows.

    Raises
    ------
    InputError
        If there are too few rows, or too few of more than one class.
    """
    parts = list(_parts(rows, classes, seed) if rows.times is None else _parts_in_order(rows, rows.times))
    if classes is not None:
        _require_two_classes(rows.y[train] for train, _ in parts)
    return parts


def split(rows: Rows, classes: np.ndarray | None, share: float, seed: int) -> Part:
    """Return the indices of the training rows and of the test rows: the last ones, if rows are in the order of time.

    Raises
    ------
    InputError
        If either would be empty.
    """
    if not 1 <= round(share * len(rows)) < len(rows):
        raise InputError(
            f"--test {share:g} of {len(rows)} rows leaves no rows to train or to test on; use another fraction"
        )
    if rows.times is not None:
        first = rows.times[len(rows) - round(share * len(rows))]
        if first == rows.times[0]:
            raise InputError("all rows that a test would leave for training have the same time as those tested")
        return np.flatnonzero(rows.times < first), np.flatnonzero(rows.times >= first)
    if rows.groups is not None:
        splitter = GroupShuffleSplit(1, test_size=share, random_state=seed)
    elif classes is not None and _smallest_class(rows) >= 2 and share * len(rows) >= len(classes):
        splitter = StratifiedShuffleSplit(1, test_size=share, random_state=seed)
    else:
        splitter = ShuffleSplit(1, test_size=share, random_state=seed)
    train, test = next(splitter.split(rows.X, rows.y, rows.groups))
    return np.sort(train), np.sort(test)


def _parts(rows: Rows, classes: np.ndarray | None, seed: int) -> Iterator[Part]:
    if len(rows) < 2 * N_PARTS:
        raise InputError(f"{len(rows)} rows are too few for a nested test; use --test none, or add rows")
    if rows.groups is not None:
        if len(np.unique(rows.groups)) < N_PARTS:
            raise InputError(f"a nested test needs {N_PARTS} groups or more; use --test none")
        return iter(GroupKFold(N_PARTS).split(rows.X, rows.y, rows.groups))
    if classes is not None and _smallest_class(rows) >= N_PARTS:
        return iter(StratifiedKFold(N_PARTS, shuffle=True, random_state=seed).split(rows.X, rows.y))
    return iter(KFold(N_PARTS, shuffle=True, random_state=seed).split(rows.X))


def _parts_in_order(rows: Rows, times: np.ndarray) -> Iterator[Part]:
    if len(rows) < FEWEST_IN_ORDER:
        raise InputError(
            f"{len(rows)} rows are too few for a nested test in the order of time; use --test none or a fraction, or "
            "add rows"
        )
    for train, test in TimeSeriesSplit(N_PARTS).split(rows.X):
        # rows at the time of the first test row are on neither side
        earlier = train[times[train] < times[test[0]]]
        if len(earlier) < len(rows) // FEWEST_IN_ORDER + N_PARTS:
            raise InputError("too many rows have the same time for a nested test; use --test none or a fraction")
        yield earlier, test


def _require_two_classes(targets: Iterable[np.ndarray]) -> None:
    for y in targets:
        if len(np.unique(y)) < 2:
            raise InputError(
                f"there are too few rows of classes other than {y[0]!s} for a nested test: one part would leave none "
                "to train on; add such rows, or use --test none"
            )


def _smallest_class(rows: Rows) -> int:
    return int(np.unique(rows.y, return_counts=True)[1].min())


def increases(
    pipeline: Pipeline, inputs: np.ndarray, rows: Rows, classes: np.ndarray | None, random_state: int
) -> dict[str, np.ndarray]:
    """Return the increase of the mean loss for each column and shuffle (Breiman, Random forests, 2001).

    `classes` are all class labels, including those unseen in training. All inputs of the network that come from one
    column are shuffled together after preprocessing. Since preprocessing treats rows independently, this is equivalent
    to shuffling the column, but much faster.
    """
    rng, network = np.random.RandomState(random_state), pipeline[-1]
    if len(inputs) > MOST_ROWS:
        drawn = rng.permutation(len(inputs))[:MOST_ROWS]
        inputs, rows = inputs[drawn], rows.at(drawn)
    robust = RobustLoss.of(network.network_)

    def loss(inputs: np.ndarray) -> float:
        outputs = outputs_of(network, inputs, classes)
        return float(np.average(losses_of(rows.y, outputs, classes, robust), weights=rows.weights))

    owners = np.array(owners_of_inputs(pipeline))
    unshuffled, result = loss(inputs), {}
    for column in dict.fromkeys(owners):
        indices = np.flatnonzero(owners == column)
        result[str(column)] = np.array([loss(_shuffled(inputs, indices, rng)) - unshuffled for _ in range(N_REPEATS)])
    return result


def mean_importances(parts: list[tuple[dict[str, np.ndarray], int]]) -> tuple[Importance, ...]:
    """Average the importances of models tested on different rows, weighted by the number of rows; the largest first."""
    columns = dict.fromkeys(column for part, _ in parts for column in part)
    importances = []
    for column in columns:
        # a model does not use a column that is constant in its training rows
        values = np.stack([part.get(column, np.zeros(N_REPEATS)) for part, _ in parts])
        mean = np.average(values, axis=0, weights=[n for _, n in parts])
        importances.append(Importance(column, float(mean.mean()), float(mean.std(ddof=1))))
    return tuple(sorted(importances, key=lambda importance: -importance.value))


def _shuffled(inputs: np.ndarray, indices: np.ndarray, rng: np.random.RandomState) -> np.ndarray:
    shuffled = inputs.copy()
    shuffled[:, indices] = inputs[rng.permutation(len(inputs))][:, indices]
    return shuffled
