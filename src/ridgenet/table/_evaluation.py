"""Test on unseen rows: each is predicted by a model that was trained, and whose λ was chosen, without it.

Also permutation importances of the columns on these rows.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from sklearn.model_selection import (
    GroupKFold,
    GroupShuffleSplit,
    KFold,
    ShuffleSplit,
    StratifiedKFold,
    StratifiedShuffleSplit,
)
from sklearn.pipeline import Pipeline

from ridgenet._errors import InputError
from ridgenet.io import _interrupts as interrupts
from ridgenet.table._pipeline import network_inputs, owners_of_inputs, quiet_columns
from ridgenet.table._rows import Rows
from ridgenet.table._scores import RobustLoss, Score, losses_of, scores_of, with_all_classes

N_PARTS = 5
# with more rows, testing on a part of them is enough, and computing the path five more times takes long
LARGEST_FOR_NESTED = 5_000
USUAL_SHARE = 0.2
# of the permutation importances
N_REPEATS = 5
MOST_ROWS = 5_000

# indices of the rows to train on, and of those to test on
Part = tuple[np.ndarray, np.ndarray]
FitOne = Callable[[Rows, str], Pipeline]


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
    """

    __test__ = False  # not a class of tests, for pytest

    how: str
    rows: Rows
    outputs: np.ndarray
    classes: np.ndarray | None
    scores: tuple[Score, ...]
    importances: tuple[Importance, ...]
    n_missing: int = 0

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
    outputs = predict(pipeline, rows, classes)
    importances = mean_importances([(increases(pipeline, rows, classes, random_state), len(rows))])
    scores = scores_of(rows.y, outputs, classes, rows.weights, RobustLoss.of(pipeline[-1].network_))
    return TestEstimate(how, rows, outputs, classes, scores, importances)


def by_parts(
    fit_one: FitOne, rows: Rows, parts: Sequence[Part], classes: np.ndarray | None, chosen: str, seed: int
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
        Seed of the permutation importances.

    Returns
    -------
    TestEstimate or None
        After Ctrl-C, that of the finished parts; None if no part was finished.
    """
    outputs = np.full((len(rows),) if classes is None else (len(rows), len(classes)), np.nan)
    tested, importances = [], []
    try:
        for k, (train, test) in enumerate(parts):
            pipeline = fit_one(rows.at(train), f"test, part {k + 1} of {N_PARTS}")
            part = rows.at(test)
            outputs[test] = predict(pipeline, part, classes)
            importances.append((increases(pipeline, part, classes, seed), len(test)))
            tested.append(test)
    except KeyboardInterrupt:
        interrupts.taken("interrupted: the test ends here; the model is complete and will be saved")
        if not tested:
            return None
    indices = np.sort(np.concatenate(tested))
    done = rows.at(indices)
    how = f"{chosen} repeated {N_PARTS} times on four fifths of the rows, each tested on the other fifth"
    if len(tested) < N_PARTS:
        how += f"; interrupted after {len(tested)}"
    scores = scores_of(done.y, outputs[indices], classes, done.weights, RobustLoss.of(pipeline[-1].network_))
    missing = N_PARTS - len(tested)
    return TestEstimate(how, done, outputs[indices], classes, scores, mean_importances(importances), missing)


def parts_of(rows: Rows, classes: np.ndarray | None, seed: int) -> list[Part]:
    """Split rows for `by_parts`: for each part, return the indices of the training rows and of the test rows.

    Raises
    ------
    InputError
        If there are too few rows, or too few of more than one class.
    """
    parts = list(_parts(rows, classes, seed))
    if classes is not None:
        _require_two_classes(rows.y[train] for train, _ in parts)
    return parts


def split(rows: Rows, classes: np.ndarray | None, share: float, seed: int) -> Part:
    """Return the indices of the training rows and of the test rows.

    Raises
    ------
    InputError
        If either would be empty.
    """
    if not 1 <= round(share * len(rows)) < len(rows):
        raise InputError(
            f"--test {share:g} of {len(rows)} rows leaves no rows to train or to test on; use another fraction"
        )
    if rows.groups is not None:
        splitter = GroupShuffleSplit(1, test_size=share, random_state=seed)
    elif classes is not None and _smallest_class(rows) >= 2 and share * len(rows) >= len(classes):
        splitter = StratifiedShuffleSplit(1, test_size=share, random_state=seed)
    else:
        splitter = ShuffleSplit(1, test_size=share, random_state=seed)
    train, test = next(splitter.split(rows.X, rows.y, rows.groups))
    return np.sort(train), np.sort(test)


def predict(pipeline: Pipeline, rows: Rows, classes: np.ndarray | None) -> np.ndarray:
    """Return predicted numbers, or probabilities with a column for each of `classes`, including unseen ones."""
    with quiet_columns():
        if classes is None:
            numbers: np.ndarray = pipeline.predict(rows.X)
            return numbers
        return with_all_classes(pipeline.predict_proba(rows.X), pipeline.classes_, classes)


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


def _require_two_classes(targets: Iterable[np.ndarray]) -> None:
    for y in targets:
        if len(np.unique(y)) < 2:
            raise InputError(
                f"there are too few rows of classes other than {y[0]!s} for a nested test: one part would leave none "
                "to train on; add such rows, or use --test none"
            )


def _smallest_class(rows: Rows) -> int:
    return int(np.unique(rows.y, return_counts=True)[1].min())


def increases(pipeline: Pipeline, rows: Rows, classes: np.ndarray | None, random_state: int) -> dict[str, np.ndarray]:
    """Return the increase of the mean loss for each column and shuffle (Breiman, Random forests, 2001).

    `classes` are all class labels, including those unseen in training. All inputs of the network that come from one
    column are shuffled together after preprocessing. Since preprocessing treats rows independently, this is equivalent
    to shuffling the column, but much faster.
    """
    rng = np.random.RandomState(random_state)
    if len(rows) > MOST_ROWS:
        rows = rows.at(rng.permutation(len(rows))[:MOST_ROWS])
    inputs, network = network_inputs(pipeline, rows.X), pipeline[-1]
    robust = RobustLoss.of(network.network_)

    def loss(inputs: np.ndarray) -> float:
        if classes is None:
            outputs = network.predict(inputs)
        else:
            outputs = with_all_classes(network.predict_proba(inputs), network.classes_, classes)
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
