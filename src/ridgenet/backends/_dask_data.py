"""Training data in Dask collections, validated and used partition by partition on their workers."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from ridgenet import _defaults as defaults
from ridgenet._errors import InputError
from ridgenet._preprocessing import TargetEncoder
from ridgenet.backends import _dask_parts as parts
from ridgenet.backends._dask_collections import column_names, require_numbers, side_by_side
from ridgenet.backends._dask_parts import HashedFolds, Summary
from ridgenet.backends._dask_rows import PartitionedRows, Pooled
from ridgenet.backends._dask_tasks import PersistedPartitions, on_each, persisted, persisted_from_each
from ridgenet.formulas import LOSSES

ON = "on Dask collections"
NOT_SUPPORTED = "is not supported"
# parameter -> condition on its value, and the message if it is not met
ALLOWED: Mapping[str, tuple[Callable[[Any], bool], str]] = {
    "solver": (lambda value: value in ("auto", "lbfgs"), "must be 'auto' or 'lbfgs'; got {!r}"),
    "early_stopping": (lambda value: not value, NOT_SUPPORTED),
    "warm_start": (lambda value: not value, NOT_SUPPORTED),
    "dropout": (lambda value: value == 0, "must be 0 because the solver is L-BFGS"),
    "weight_decay": (lambda value: value == 0, "must be 0 because the solver is L-BFGS"),
    "X_val": (lambda value: value is None, NOT_SUPPORTED),
    "y_val": (lambda value: value is None, NOT_SUPPORTED),
    "sample_weight_val": (lambda value: value is None, NOT_SUPPORTED),
    "groups": (lambda value: value is None, "is not supported: rows are assigned to folds individually"),
    "cv": (
        lambda value: value is None or isinstance(value, int | np.integer),
        "must be the number of folds; got {0.__class__.__name__}",
    ),
    "scoring": (lambda value: value is None, "must be None because folds are scored by the loss; got {!r}"),
    "selection": (lambda value: value in ("min", "1se"), "must be 'min' or '1se'; got {!r}"),
    "evidence": (lambda value: not value, "must be False because it needs all rows in memory"),
    "device": (lambda value: value == "cpu", "must be 'cpu' because the workers compute; got {!r}"),
    "keep": (lambda value: not value, "must be False because predictions stay on the workers"),
}


def require_possible(parameters: Mapping[str, Any]) -> None:
    """Check that the parameters are supported on Dask collections.

    Raises
    ------
    InputError
        Naming the first that is not.
    """
    for name, (is_allowed, message) in ALLOWED.items():
        if name in parameters and not is_allowed(parameters[name]):
            raise InputError(f"{ON}, {name} {message.format(parameters[name])}")


class PartitionedData:
    """Training data that stay in the partitions of Dask collections.

    Parameters
    ----------
    X, y, sample_weight : Dask collections
        Inputs, targets and sample weights, partitioned alike; `sample_weight` may be None.
    loss : str or None
        Name of the loss in regression; None in classification.
    class_weight : dict, "balanced" or None
        Class weights.

    Raises
    ------
    InputError
        If the data are invalid.
    """

    def __init__(self, X: Any, y: Any, sample_weight: Any, *, loss: str | None, class_weight: Any = None) -> None:
        import dask

        require_numbers(X)
        delayed = [
            dask.delayed(parts.checked, pure=False)(arrays, index, numeric=loss is not None)
            for index, arrays in enumerate(side_by_side(X, y, sample_weight))
        ]
        self._parts = persisted(delayed)
        summaries = on_each(parts.summary_of, self._parts, loss is not None)
        self._lengths = [summary.n_rows for summary in summaries]
        self._summaries: list[Summary] = [summary for summary in summaries if summary.n_rows]
        if not self._summaries:
            raise InputError("X has no rows")
        if len({summary.n_columns for summary in self._summaries}) > 1:
            raise InputError("the partitions of X have different numbers of columns")
        if loss is not None:
            self._require_targets(loss)
        self.column_names = column_names(X)
        self.classes = None if loss is not None else self._all_classes()
        self._class_weight = class_weight

    def _require_targets(self, loss: str) -> None:
        lowest = LOSSES[loss].lowest_target
        if any(summary.smallest_target < lowest for summary in self._summaries):
            raise InputError(f"Some value(s) of y are out of the valid range of the loss {loss!r}: {lowest:g} or more")

    def _all_classes(self) -> np.ndarray:
        return np.unique(np.concatenate([summary.classes for summary in self._summaries]))

    @property
    def n_samples(self) -> int:
        """Number of rows."""
        return sum(summary.n_rows for summary in self._summaries)

    @property
    def n_features(self) -> int:
        """Number of columns of X."""
        return self._summaries[0].n_columns

    @property
    def n_outputs(self) -> int:
        """Number of network outputs."""
        return self._summaries[0].n_outputs if self.classes is None else TargetEncoder(self.classes).n_outputs

    @property
    def dtype(self) -> np.dtype:
        """Floating-point type of the computation: float32 if all inputs are."""
        return np.dtype(np.float32 if {summary.dtype for summary in self._summaries} == {"f"} else np.float64)

    def folds(self, cv: int | None, groups: Any, seed: int, n_divisions: int = 1) -> HashedFolds:  # noqa: ARG002
        """Return folds assigned by hashing row numbers, always in one division.

        Raises
        ------
        InputError
            If there are fewer than two folds, or more folds than rows.
        """
        n_folds = defaults.N_FOLDS if cv is None else int(cv)
        if n_folds < 2 or self.n_samples < n_folds:
            raise InputError(f"cv must be between 2 and the number of rows, {self.n_samples}; got {n_folds}")
        return HashedFolds(n_folds, seed)

    def rows(
        self,
        *,
        centering: str | None,
        standardize: bool,
        folds: HashedFolds | None = None,
        single_precision: bool = False,  # noqa: ARG002
    ) -> PartitionedRows:
        """Prepare the partitions for training, on their workers; the data as passed by the user are then released.

        Parameters
        ----------
        centering : {"mean"} or None
            How targets are standardised; None leaves them unchanged.
        standardize : bool
            Whether to standardise the inputs, and the targets according to `centering`.
        folds : HashedFolds, optional
            Folds for cross-validation.
        single_precision : bool
            Ignored: the type is that of the inputs.
        """
        first_rows = np.cumsum([0, *self._lengths[:-1]]).tolist()
        pieces = persisted_from_each(
            parts.pieces_of,
            self._parts,
            self.classes,
            self._class_weights(),
            folds,
            each=[(first,) for first in first_rows],
        )
        self._parts = PersistedPartitions([])
        moments = on_each(parts.moments_of, pieces)
        pooled = [Pooled.from_moments(moments, part) for part in range(1 if folds is None else folds.n_folds + 1)]
        standardizers = tuple(each.standardizer(standardize=standardize, centering=centering) for each in pooled)
        weights = [] if folds is None else [sum(of[k].scoring_weight for of in moments) for k in range(folds.n_folds)]
        partitions = persisted_from_each(parts.TrainingPartition, pieces, standardizers)
        return PartitionedRows(partitions, pooled, standardizers, np.array(weights), self.dtype)

    def _class_weights(self) -> Mapping[Any, float] | None:
        if not isinstance(self._class_weight, str):
            weights: Mapping[Any, float] | None = self._class_weight
            return weights
        counts: dict[Any, int] = {}
        for summary in self._summaries:
            for label, count in zip(summary.classes.tolist(), summary.counts.tolist(), strict=True):
                counts[label] = counts.get(label, 0) + count
        return {label: self.n_samples / (len(counts) * count) for label, count in counts.items()}
