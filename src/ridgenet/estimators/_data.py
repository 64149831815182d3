"""What users pass, checked and encoded: in memory here, in partitions in `backends._dask_data`."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
from sklearn.model_selection import train_test_split

from ridgenet._errors import InputError
from ridgenet._preprocessing import Standardizer
from ridgenet.estimators._folds import folds_of, require_weight
from ridgenet.estimators._inputs import require_float32, require_squares, require_total
from ridgenet.path._rows import ArrayRows, Fold, Rows

# R² of one row is undefined
SMALLEST_VALIDATION = 2


class Data(Protocol):
    """What estimators ask of data, wherever they are."""

    @property
    def solvers(self) -> Sequence[str]:
        """Solvers that can train on them."""

    @property
    def n_samples(self) -> int:
        """Number of rows."""

    @property
    def n_features(self) -> int:
        """Number of inputs."""

    @property
    def n_outputs(self) -> int:
        """Number of outputs of a network."""

    @property
    def dtype(self) -> np.dtype:
        """Type of all arithmetic."""

    def folds(self, cv: Any, groups: Any, seed: int) -> Any:
        """Return the folds, made once for all λ, sizes and restarts."""

    def rows(self, *, centering: str | None, standardize: bool, folds: Any = None) -> Rows:
        """Return the rows as networks learn them."""


@dataclass(frozen=True)
class ArrayData:
    """Data in memory.

    Attributes
    ----------
    X : ndarray or CSR matrix of shape (n_samples, n_features)
        Inputs, finite.
    y : ndarray
        Targets as they were passed.
    Y : ndarray of shape (n_samples, n_outputs)
        Targets as the network learns them.
    weights : ndarray of shape (n_samples,) or None
        Sample weights times those of the classes.
    in_scoring : ndarray of shape (n_samples,) or None
        Sample weights alone.
    labels : ndarray or None
        What stratified folds keep the shares of.
    """

    X: Any
    y: np.ndarray
    Y: np.ndarray
    weights: np.ndarray | None
    in_scoring: np.ndarray | None = None
    labels: np.ndarray | None = None

    solvers = ("lbfgs", "sgd", "adam")

    @property
    def n_samples(self) -> int:
        """Number of rows."""
        return int(self.X.shape[0])

    @property
    def n_features(self) -> int:
        """Number of inputs."""
        return int(self.X.shape[1])

    @property
    def n_outputs(self) -> int:
        """Number of outputs of a network."""
        return int(self.Y.shape[1])

    @property
    def dtype(self) -> np.dtype:
        """Type of all arithmetic."""
        dtype: np.dtype = self.X.dtype
        return dtype

    @property
    def total_weight(self) -> float:
        """The number of samples, or the sum of their weights."""
        return float(self.n_samples if self.weights is None else self.weights.sum())

    def folds(self, cv: Any, groups: Any, seed: int) -> list[Fold]:
        """Return the folds of a splitter, a number of folds, or pairs of rows; stratified by `labels`.

        Raises
        ------
        InputError
            If they cannot be used.
        """
        folds = folds_of(cv, self.X, self.y, groups, labels=self.labels, seed=seed)
        require_weight(folds, self.weights, self.in_scoring)
        return folds

    def standardizer(self, *, centering: str | None, standardize: bool) -> Standardizer:
        """Return what the rows are standardised by: nothing, unless they are to be.

        Raises
        ------
        InputError
            If numbers are too large or too small for it.
        """
        if standardize:
            standardizer = Standardizer.fitted_to(self.X, self.Y, self.weights, centering=centering)
        else:
            standardizer = Standardizer.identity(self.n_features, self.n_outputs)
        require_squares(standardizer)
        if self.dtype == np.float32:
            require_float32(self.Y, standardizer)
        return standardizer

    def rows(
        self,
        *,
        centering: str | None,
        standardize: bool,
        folds: Iterable[Fold] | None = None,
        standardizer: Standardizer | None = None,
    ) -> ArrayRows:
        """Return the rows as networks learn them.

        Parameters
        ----------
        centering : {"mean", "median"} or None
            How targets are centred and scaled.
        standardize : bool
            Whether inputs, and targets as `centering` says, are standardised.
        folds : sequence of Fold, optional
            None holds nothing out.
        standardizer : Standardizer, optional
            What all rows are standardised by, if it is not to be fitted to them.
        """
        return ArrayRows(
            self.X,
            self.Y,
            self.weights,
            standardizer=standardizer or self.standardizer(centering=centering, standardize=standardize),
            folds=list(folds or ()),
            centering=centering,
            standardize=standardize,
            in_scoring=self.in_scoring,
        )

    def at(self, rows: np.ndarray) -> ArrayData:
        """Return some of the rows."""
        weights, in_scoring, labels = (
            None if each is None else each[rows] for each in (self.weights, self.in_scoring, self.labels)
        )
        return ArrayData(self.X[rows], self.y[rows], self.Y[rows], weights, in_scoring, labels)

    def held_out(self, fraction: float, seed: int) -> tuple[ArrayData, ArrayData]:
        """Return the rows to train on, and those set aside for early stopping, stratified by `labels`.

        Raises
        ------
        InputError
            If too few are left for either, or all of either have weight zero.
        """
        try:
            kept, left_out = train_test_split(
                np.arange(self.n_samples), test_size=fraction, random_state=seed, stratify=self.labels
            )
        except ValueError as error:
            raise InputError(f"early_stopping with validation_fraction={fraction:g}: {error}") from None
        if len(left_out) < SMALLEST_VALIDATION:
            raise InputError(
                f"The validation set is too small: validation_fraction={fraction:g} leaves {len(left_out)} row for it; "
                "increase it, or give more samples"
            )
        if self.weights is not None:
            for rows, name in ((kept, "training"), (left_out, "validation")):
                require_total(self.weights[rows], f"sample_weight, over the {name} rows of early_stopping,")
        return self.at(kept), self.at(left_out)
