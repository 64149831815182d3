"""An honest test: every row that counts is predicted by a model that chose its λ without it."""

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
from ridgenet.table._importance import Importance, increases, mean_importances
from ridgenet.table._pipeline import quiet_columns
from ridgenet.table._rows import Rows
from ridgenet.table._scores import RobustLoss, Score, scores_of, with_all_classes

N_PARTS = 5
# beyond this, a part of the rows says enough about the whole, and running the path five times more takes long
LARGEST_FOR_NESTED = 5_000
USUAL_SHARE = 0.2

# places of the rows to learn from, and of those to test on
Part = tuple[np.ndarray, np.ndarray]
FitOne = Callable[[Rows, str], Pipeline]


@dataclass(frozen=True)
class TestEstimate:
    """What the model is worth on rows it has not seen.

    Attributes
    ----------
    how : str
        Which rows were predicted by whom.
    rows : Rows
        The rows tested.
    outputs : ndarray of shape (n_rows,) or (n_rows, n_classes)
        Numbers or probabilities predicted.
    classes : ndarray or None
        Labels of the columns of `outputs`.
    scores : tuple of Score
        What they are worth.
    importances : tuple of Importance
        What each column contributes, the most important first.
    n_missing : int
        Parts that were not tested, because Ctrl-C came.
    """

    __test__ = False  # not a class of tests

    how: str
    rows: Rows
    outputs: np.ndarray
    classes: np.ndarray | None
    scores: tuple[Score, ...]
    importances: tuple[Importance, ...]
    n_missing: int = 0

    @property
    def y(self) -> np.ndarray:
        """The truth of the rows tested."""
        return self.rows.y

    @property
    def is_no_better_than_constant(self) -> bool:
        """Whether its first score, that of its own loss, is no better than the same for every row."""
        return not self.scores[0].value < self.scores[0].null

    @property
    def predicted(self) -> np.ndarray:
        """Predicted labels or numbers."""
        if self.classes is None:
            return self.outputs
        labels: np.ndarray = self.classes[self.outputs.argmax(axis=1)]
        return labels


def of_model(pipeline: Pipeline, rows: Rows, classes: np.ndarray | None, how: str, random_state: int) -> TestEstimate:
    """Test one model on rows that it has not seen."""
    outputs = predict(pipeline, rows, classes)
    importances = mean_importances([(increases(pipeline, rows, classes, random_state), len(rows))])
    scores = scores_of(rows.y, outputs, classes, rows.weights, RobustLoss.of(pipeline[-1].network_))
    return TestEstimate(how, rows, outputs, classes, scores, importances)


def by_parts(
    fit_one: FitOne, rows: Rows, parts: Sequence[Part], classes: np.ndarray | None, chosen: str, seed: int
) -> TestEstimate | None:
    """Leave each of several parts of the rows out, fit on the others, and predict it.

    Parameters
    ----------
    fit_one : callable
        Fits rows; its second argument says what for.
    rows : Rows
        All rows.
    parts : sequence of tuple
        From `parts_of`.
    classes : ndarray or None
        All labels.
    chosen : str
        What each of the fits does, for the description.
    seed : int
        Of the shuffles that say what matters.

    Returns
    -------
    TestEstimate or None
        Of the parts that were done, if Ctrl-C came; None if it came before the first was.
    """
    outputs = np.full((len(rows),) if classes is None else (len(rows), len(classes)), np.nan)
    tested, found = [], []
    try:
        for k, (train, test) in enumerate(parts):
            pipeline = fit_one(rows.at(train), f"test, part {k + 1} of {N_PARTS}")
            part = rows.at(test)
            outputs[test] = predict(pipeline, part, classes)
            found.append((increases(pipeline, part, classes, seed), len(test)))
            tested.append(test)
    except KeyboardInterrupt:
        interrupts.taken("interrupted: the test ends here; the model is complete, and is written")
        if not tested:
            return None
    places = np.sort(np.concatenate(tested))
    done = rows.at(places)
    how = f"{chosen} repeated {N_PARTS} times on four fifths of the rows, each tested on the other fifth"
    if len(tested) < N_PARTS:
        how += f"; interrupted after {len(tested)}"
    scores = scores_of(done.y, outputs[places], classes, done.weights, RobustLoss.of(pipeline[-1].network_))
    missing = N_PARTS - len(tested)
    return TestEstimate(how, done, outputs[places], classes, scores, mean_importances(found), missing)


def parts_of(rows: Rows, classes: np.ndarray | None, seed: int) -> list[Part]:
    """Return the parts for `by_parts`: places of the rows to learn from, and of those to test on.

    Raises
    ------
    InputError
        If there are too few rows, or too few of all classes but one.
    """
    parts = list(_parts(rows, classes, seed))
    if classes is not None:
        _require_two_classes(rows.y[train] for train, _ in parts)
    return parts


def split(rows: Rows, classes: np.ndarray | None, share: float, seed: int) -> Part:
    """Return the places of the rows to learn from, and of those to test on.

    Raises
    ------
    InputError
        If one of the two would be empty.
    """
    if not 1 <= round(share * len(rows)) < len(rows):
        raise InputError(f"a test share of {share:g} of {len(rows)} rows leaves nothing on one side")
    if rows.groups is not None:
        splitter = GroupShuffleSplit(1, test_size=share, random_state=seed)
    elif classes is not None and _smallest_class(rows) >= 2 and share * len(rows) >= len(classes):
        splitter = StratifiedShuffleSplit(1, test_size=share, random_state=seed)
    else:
        splitter = ShuffleSplit(1, test_size=share, random_state=seed)
    train, test = next(splitter.split(rows.X, rows.y, rows.groups))
    return np.sort(train), np.sort(test)


def predict(pipeline: Pipeline, rows: Rows, classes: np.ndarray | None) -> np.ndarray:
    """Return numbers, or probabilities with a column for each of `classes`, also those that the model has not seen."""
    with quiet_columns():
        if classes is None:
            numbers: np.ndarray = pipeline.predict(rows.X)
            return numbers
        return with_all_classes(pipeline.predict_proba(rows.X), pipeline.classes_, classes)


def _parts(rows: Rows, classes: np.ndarray | None, seed: int) -> Iterator[Part]:
    if len(rows) < 2 * N_PARTS:
        raise InputError(f"{len(rows)} rows are too few for a test by parts; use --test none, or give more rows")
    if rows.groups is not None:
        if len(np.unique(rows.groups)) < N_PARTS:
            raise InputError(f"a test by parts needs {N_PARTS} groups or more; use --test none")
        return iter(GroupKFold(N_PARTS).split(rows.X, rows.y, rows.groups))
    if classes is not None and _smallest_class(rows) >= N_PARTS:
        return iter(StratifiedKFold(N_PARTS, shuffle=True, random_state=seed).split(rows.X, rows.y))
    return iter(KFold(N_PARTS, shuffle=True, random_state=seed).split(rows.X))


def _require_two_classes(learned_from: Iterable[np.ndarray]) -> None:
    for y in learned_from:
        if len(np.unique(y)) < 2:
            raise InputError(
                f"there are so few rows of a class other than {y[0]!s} that a part of the test would leave none to "
                "learn from; give more of them, or use --test none"
            )


def _smallest_class(rows: Rows) -> int:
    return int(np.unique(rows.y, return_counts=True)[1].min())
