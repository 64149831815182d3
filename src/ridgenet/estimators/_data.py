"""Validated and encoded training data in memory; `backends._dask_data` has the counterpart for Dask collections."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
from sklearn.model_selection import train_test_split

from ridgenet._errors import InputError
from ridgenet._preprocessing import Standardizer
from ridgenet.estimators._folds import folds_of, require_weight
from ridgenet.estimators._inputs import require_float32, require_squares, require_total
from ridgenet.path._rows import ArrayRows, Fold, Rows

# more samples are divided into folds only once
MOST_DIVIDED_AGAIN = 10_000
# R² is undefined for a single sample
SMALLEST_VALIDATION = 2


class Data(Protocol):
    """Training data, in memory or on a cluster."""

    @property
    def n_samples(self) -> int:
        """Number of samples."""

    @property
    def n_features(self) -> int:
        """Number of inputs."""

    @property
    def n_outputs(self) -> int:
        """Number of network outputs."""

    def folds(self, cv: Any, groups: Any, seed: int, n_divisions: int = 1) -> Any:
        """Return the folds, which all λ and candidates share."""

    def rows(
        self, *, centering: str | None, standardize: bool, folds: Any = None, single_precision: bool = False
    ) -> Rows:
        """Return the training samples as `Rows`."""


@dataclass(frozen=True)
class ArrayData:
    """Data in memory.

    Attributes
    ----------
    X : ndarray or CSR matrix of shape (n_samples, n_features)
        Inputs; finite values.
    y : ndarray
        Targets as passed by the user.
    Y : ndarray of shape (n_samples, n_outputs)
        Encoded targets.
    weights : ndarray of shape (n_samples,) or None
        Weights in training: sample weights times class weights.
    scoring_weights : ndarray of shape (n_samples,) or None
        Weights in scoring: sample weights.
    labels : ndarray or None
        Labels for stratified splits.
    """

    X: Any
    y: np.ndarray
    Y: np.ndarray
    weights: np.ndarray | None
    scoring_weights: np.ndarray | None = None
    labels: np.ndarray | None = None

    @property
    def n_samples(self) -> int:
        """Number of samples."""
        return int(self.X.shape[0])

    @property
    def n_features(self) -> int:
        """Number of inputs."""
        return int(self.X.shape[1])

    @property
    def n_outputs(self) -> int:
        """Number of network outputs."""
        return int(self.Y.shape[1])

    @property
    def total_weight(self) -> float:
        """Number of samples, or the sum of their weights."""
        return float(self.n_samples if self.weights is None else self.weights.sum())

    def folds(self, cv: Any, groups: Any, seed: int, n_divisions: int = 1) -> list[Fold]:
        """Return the folds; see `folds_of`.

        Many samples are divided once: chance in the folds hardly matters, and each division needs memory.

        Raises
        ------
        InputError
            If the folds are invalid.
        """
        n_divisions = n_divisions if self.n_samples <= MOST_DIVIDED_AGAIN else 1
        folds = folds_of(cv, self.X, self.y, groups, labels=self.labels, seed=seed, n_divisions=n_divisions)
        try:
            require_weight(folds, self.weights, self.scoring_weights)
        except ValueError:
            if n_divisions == 1:
                raise
            # with few samples of positive weight, some division has a fold without any
            return self.folds(cv, groups, seed)
        return folds

    def standardizer(self, *, centering: str | None, standardize: bool) -> Standardizer:
        """Return the standardiser of the data, or the identity if not `standardize`.

        Raises
        ------
        InputError
            If values are too large or too small to standardise.
        """
        if standardize:
            standardizer = Standardizer.fitted_to(self.X, self.Y, self.weights, centering=centering)
        else:
            standardizer = Standardizer.identity(self.n_features, self.n_outputs)
        require_squares(standardizer)
        if self.X.dtype == np.float32:
            require_float32(self.Y, standardizer)
        return standardizer

    def rows(
        self,
        *,
        centering: str | None,
        standardize: bool,
        folds: Iterable[Fold] | None = None,
        standardizer: Standardizer | None = None,
        single_precision: bool = False,
    ) -> ArrayRows:
        """Return the training samples as `ArrayRows`.

        Parameters
        ----------
        centering : {"mean", "median"} or None
            How targets are standardised; None leaves them unchanged.
        standardize : bool
            Whether to standardise the inputs, and the targets according to `centering`.
        folds : sequence of Fold, optional
            Folds for cross-validation.
        standardizer : Standardizer, optional
            Standardiser of all rows; None fits one.
        single_precision : bool, default=False
            Whether to compute in float32 in the folds; see `ArrayRows`.
        """
        return ArrayRows(
            self.X,
            self.Y,
            self.weights,
            standardizer=standardizer or self.standardizer(centering=centering, standardize=standardize),
            folds=list(folds or ()),
            centering=centering,
            standardize=standardize,
            scoring_weights=self.scoring_weights,
            single_precision=single_precision,
        )

    def at(self, rows: np.ndarray) -> ArrayData:
        """Return the samples with these indices."""
        weights, scoring_weights, labels = (
            None if each is None else each[rows] for each in (self.weights, self.scoring_weights, self.labels)
        )
        return ArrayData(self.X[rows], self.y[rows], self.Y[rows], weights, scoring_weights, labels)

    def held_out(self, fraction: float, seed: int) -> tuple[ArrayData, ArrayData]:
        """Split into training and validation set, stratified by `labels`.

        Raises
        ------
        InputError
            If one of them is too small, or all of its weights are zero.
        """
        try:
            training, validation = train_test_split(
                np.arange(self.n_samples), test_size=fraction, random_state=seed, stratify=self.labels
            )
        except ValueError as error:
            raise InputError(f"early_stopping with validation_fraction={fraction:g}: {error}") from None
        if len(validation) < SMALLEST_VALIDATION:
            raise InputError(
                f"The validation set is too small: validation_fraction={fraction:g} gives {len(validation)} sample; "
                "increase validation_fraction, or pass more samples"
            )
        if self.weights is not None:
            for rows, name in ((training, "training"), (validation, "validation")):
                require_total(self.weights[rows], f"sample_weight, in the {name} set of early_stopping,")
        return self.at(training), self.at(validation)

    def require_comparable(self, Y_val: np.ndarray) -> None:
        """Check that a validation set has as many outputs as these data, and enough samples for a score."""
        if Y_val.shape[1] != self.n_outputs:
            raise InputError(f"y_val must have as many outputs as y, {self.n_outputs}; got {Y_val.shape[1]}")
        if len(Y_val) < SMALLEST_VALIDATION:
            raise InputError(f"The validation set is too small: X_val needs at least {SMALLEST_VALIDATION} samples")


def require_both(X_val: Any, y_val: Any, sample_weight_val: Any) -> bool:
    """Return whether there is a validation set.

    Raises
    ------
    InputError
        If only its inputs or only its targets are given.
    """
    if X_val is None and y_val is None and sample_weight_val is None:
        return False
    if X_val is None or y_val is None:
        raise InputError("X_val and y_val must be given together, and sample_weight_val only with them")
    return True
