"""A trained model, with the data for files, reports and printed results."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from sklearn.pipeline import Pipeline

from ridgenet._table_settings import TableSettings
from ridgenet._wording import units_in_words
from ridgenet.path._result import NetworkPath
from ridgenet.table._baselines import verdict
from ridgenet.table._columns import ColumnUse
from ridgenet.table._evaluation import TestEstimate
from ridgenet.table._explored import Explored, explore
from ridgenet.table._pipeline import network_inputs
from ridgenet.table._rows import Rows
from ridgenet.table._target import Target
from ridgenet.table._threshold import Threshold, cheapest_threshold

# more points would hide one another
MOST_PICTURED = 5_000


def shares_of_sizes(estimator: Any) -> str | None:
    """Return the hidden units of the candidates that predictions average, with their weights; None of a single one."""
    weights = getattr(estimator, "candidate_weights_", None)
    if weights is None or max(weights) == 1:
        return None
    pairs = zip(estimator.paths_, weights, strict=True)
    return ", ".join(f"{units_in_words(p.network.layer_sizes[1:-1])} {weight:.0%}" for p, weight in pairs if weight > 0)


@dataclass(frozen=True)
class TableModel:
    """The result of `ridgenet path` and `ridgenet fit`.

    Attributes
    ----------
    settings : TableSettings
        All settings, including defaults.
    file : str
        Name of the table.
    sha256 : str
        Checksum of the table.
    n_rows : int
        Number of rows of the table.
    columns : tuple of ColumnUse
        How each column is used.
    target : Target
        The target.
    rows : Rows
        The training rows.
    pipeline : Pipeline
        Preprocessing and network.
    test : TestEstimate or None
        Performance on unseen rows.
    notes : tuple of str
        Notes for users.
    seconds : float
        Duration of the run.
    """

    settings: TableSettings
    file: str
    sha256: str
    n_rows: int
    columns: tuple[ColumnUse, ...]
    target: Target
    rows: Rows
    pipeline: Pipeline
    test: TestEstimate | None
    notes: tuple[str, ...]
    seconds: float

    @property
    def network(self) -> Any:
        """The estimator at the end of the pipeline."""
        return self.pipeline[-1]

    @property
    def path(self) -> NetworkPath | None:
        """The λ path; None if λ was given."""
        return getattr(self.network, "path_", None)

    @property
    def alpha(self) -> float:
        """The λ of the model."""
        return float(self.network.alpha_ if self.path is not None else self.network.alpha)

    @property
    def alpha_index(self) -> int:
        """Index of the λ of the model on the path."""
        return self.path.index_of(self.alpha) if self.path is not None else 0

    @property
    def test_was_interrupted(self) -> bool:
        """Whether Ctrl-C ended the test early, or prevented it."""
        return self.settings.test != "none" and (self.test is None or self.test.n_missing > 0)

    @property
    def has_collapsed(self) -> bool:
        """Whether λ is λ_max or more, at which all weights are zero."""
        network = self.network
        if self.path is None or network.alphas is not None or not network.hidden_layer_sizes_:
            return False
        return self.alpha >= network.alphas_[0] / network.alpha_max_ratio * (1 - 1e-9)

    @property
    def why_worthless(self) -> str | None:
        """A sentence that says why predictions are no better than the baseline; None if they are better or untested."""
        name = self.target.name
        if self.has_collapsed:
            return (
                f"Nothing about {name} that generalises to other rows could be learned from this table. "
                f"At λ = {self.alpha:.3g} all weights are zero: the network predicts the same for every row."
            )
        if self.test is not None and self.test.is_no_better_than_constant:
            return (
                f"On unseen rows this model is no better than a constant prediction: it has learned nothing about "
                f"{name} that generalises to other rows."
            )
        return None

    @property
    def verdict(self) -> str | None:
        """A sentence that says whether the network is worth more than other models; None if that is not known."""
        if self.test is None or self.why_worthless is not None:
            return None
        return verdict(self.test.baselines)

    @cached_property
    def explored(self) -> Explored | None:
        """What the model does; None if it was not tested, or has learned nothing."""
        return explore(self)

    @cached_property
    def threshold(self) -> Threshold | None:
        """The threshold with the lowest cost in the test; None without costs."""
        test, costs = self.test, self.settings.costs
        if test is None or costs is None or test.classes is None:
            return None
        return cheapest_threshold(test.y == test.classes[1], test.outputs[:, 1], costs, test.rows.weights)

    @cached_property
    def pictured(self) -> tuple[np.ndarray, np.ndarray]:
        """Inputs of the network and targets for pictures: those of the training rows, or of 5,000 drawn at random."""
        rows = self.rows
        if len(rows) > MOST_PICTURED:
            drawn = np.random.RandomState(self.settings.random_state).permutation(len(rows))[:MOST_PICTURED]
            rows = rows.at(np.sort(drawn))
        return network_inputs(self.pipeline, rows.X), rows.y

    @property
    def title(self) -> str:
        """The target and the table, as a title."""
        return f"{self.target.name} from {self.file}"

    @property
    def inputs(self) -> dict[str, str]:
        """The columns needed for predictions, and their kinds."""
        return {
            column.name: column.kind for column in self.columns if column.name in self.pipeline["columns"].encodings_
        }

    @property
    def squared_norm(self) -> float:
        """Σ‖W‖² of the network in standardised units, as in the L2 penalty."""
        if self.path is not None:
            return float(self.path.squared_norms[self.alpha_index])
        fitted = self.network._fitted
        return float(sum(np.sum(np.square(W)) for W in fitted.network.weights(fitted.parameters)))
