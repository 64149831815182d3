"""Functions that workers run on one partition: validate it, summarise it, and evaluate networks on it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import numpy as np

from ridgenet._errors import InputError
from ridgenet._fitted import FittedNetwork
from ridgenet._network import Network
from ridgenet._preprocessing import Standardizer, TargetEncoder
from ridgenet.core._arrays import for_kernels
from ridgenet.core._examples import Examples, make_examples, mean_and_variance
from ridgenet.core._objective import Workspace, evaluate, gradient_of, make_objective, make_workspace
from ridgenet.path._selection import losses

# number of samples in a workspace
CAPACITY = 1024
# number of rows predicted at once
PREDICTED_AT_ONCE = 65_536


@dataclass(frozen=True)
class HashedFolds:
    """Folds assigned by hashing row numbers, so that they do not depend on the partitioning.

    Attributes
    ----------
    n_folds : int
        Number of folds.
    seed : int
        Seed of the hash.
    """

    n_folds: int
    seed: int

    def of_rows(self, first: int, n_rows: int) -> np.ndarray:
        """Return the fold of each of `n_rows` consecutive rows, starting at row number `first`.

        Uses SplitMix64 (Steele, Lea and Flood, OOPSLA 2014), whose outputs depend on their index only.

        Examples
        --------
        >>> HashedFolds(3, seed=0).of_rows(100, 5).tolist() == HashedFolds(3, seed=0).of_rows(0, 105)[100:].tolist()
        True
        """
        numbers = np.arange(first + 1, first + n_rows + 1, dtype=np.uint64)
        mixed = numbers * np.uint64(0x9E3779B97F4A7C15) + np.uint64(self.seed)
        mixed = (mixed ^ (mixed >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        mixed = (mixed ^ (mixed >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
        mixed ^= mixed >> np.uint64(31)
        return (mixed % np.uint64(self.n_folds)).astype(np.int64)


@dataclass(frozen=True)
class Partition:
    """Inputs, targets and sample weights of one partition, as arrays."""

    X: np.ndarray
    y: np.ndarray
    weights: np.ndarray | None


@dataclass(frozen=True)
class Summary:
    """Summary of one partition.

    Attributes
    ----------
    n_rows, n_columns, n_outputs : int
        Size of the partition.
    classes, counts : ndarray
        Distinct class labels and their counts; empty in regression.
    smallest_target : float
        Smallest target in regression.
    dtype : str
        Type code of the inputs.
    """

    n_rows: int
    n_columns: int
    n_outputs: int
    classes: np.ndarray
    counts: np.ndarray
    smallest_target: float
    dtype: str


@dataclass(frozen=True)
class Moments:
    """Moments of the rows of one fold in one partition.

    Attributes
    ----------
    n_rows : int
        Number of rows.
    weight, scoring_weight : float
        Total weight in training, and in scoring.
    mean, variance : ndarray of shape (n_features,)
        Moments of the inputs, weighted as in training.
    target_mean, target_variance : ndarray of shape (n_outputs,)
        Moments of the targets, weighted as in training.
    """

    n_rows: int
    weight: float
    scoring_weight: float
    mean: np.ndarray
    variance: np.ndarray
    target_mean: np.ndarray
    target_variance: np.ndarray


@dataclass(frozen=True)
class Piece:
    """The rows of one fold in a partition, or all of its rows if there are no folds.

    Attributes
    ----------
    X, Y : ndarray of shape (n_rows, n_features), (n_rows, n_outputs)
        Inputs and encoded targets in the units of the data.
    weights : ndarray of shape (n_rows,) or None
        Weights in training: sample weights times class weights.
    scoring_weights : ndarray of shape (n_rows,) or None
        Weights in scoring: sample weights.
    """

    X: np.ndarray
    Y: np.ndarray
    weights: np.ndarray | None
    scoring_weights: np.ndarray | None

    @property
    def weight(self) -> float:
        """Total weight in training."""
        return float(len(self.X) if self.weights is None else self.weights.sum())


class TrainingPartition:
    """A partition prepared for training; kernel arrays and workspaces are cached between evaluations.

    Parameters
    ----------
    pieces : tuple of Piece
        The rows of each fold; a single piece if there are no folds.
    standardizers : tuple of Standardizer
        Standardiser of all rows, then of the training rows of each fold.
    """

    def __init__(self, pieces: tuple[Piece, ...], standardizers: tuple[Standardizer, ...]) -> None:
        self.pieces, self.standardizers = pieces, standardizers
        self._examples: dict[tuple[int, str], list[tuple[Examples, float]]] = {}
        self._workspaces: dict[tuple[Network, str], list[Workspace]] = {}

    def __reduce__(self) -> tuple[Any, ...]:
        return TrainingPartition, (self.pieces, self.standardizers)

    def examples(self, part: int, dtype: np.dtype) -> list[tuple[Examples, float]]:
        """Return the pieces to train on (all, or all but fold ``part - 1``) in kernel layout, each with its weight."""
        key = part, dtype.char
        if key not in self._examples:
            chosen = [piece for k, piece in enumerate(self.pieces) if k != part - 1 and piece.weight > 0]
            standardizer = self.standardizers[part]
            self._examples[key] = [(_examples(piece, standardizer, dtype), piece.weight) for piece in chosen]
        return self._examples[key]

    @contextmanager
    def workspace(self, network: Network, dtype: np.dtype) -> Iterator[Workspace]:
        """Context manager that lends a workspace; each thread needs its own."""
        free = self._workspaces.setdefault((network, dtype.char), [])
        largest = max(len(piece.X) for piece in self.pieces)
        try:
            work = free.pop()
        except IndexError:
            work = make_workspace(network, max(1, min(CAPACITY, largest)), dtype)
        try:
            yield work
        finally:
            free.append(work)


def checked(arrays: tuple[Any, Any, Any], index: int, *, numeric: bool) -> Partition:
    """Validate the inputs, targets and weights (or None) of a partition, and convert them to arrays.

    Raises
    ------
    InputError
        If a value is missing or infinite, a weight is negative, or lengths differ.
    """
    X, y, weights = arrays
    inputs = np.asarray(X)
    inputs = for_kernels(inputs, np.float32 if inputs.dtype == np.float32 else np.float64)
    targets = np.asarray(y, np.float64) if numeric else np.asarray(y)
    if len(targets) != len(inputs):
        raise InputError(f"partition {index}: X has {len(inputs)} rows, y has {len(targets)}")
    invalid = np.argwhere(~np.isfinite(inputs))
    if len(invalid):
        row, column = invalid[0]
        name = X.columns[column] if hasattr(X, "columns") else column
        raise InputError(f"partition {index}: column {name}, row {row}: the value is missing or infinite")
    missing = ~np.isfinite(targets) if targets.dtype.kind == "f" else targets != targets
    if np.any(missing):
        raise InputError(
            f"partition {index}: the target is missing or infinite in row {int(np.argwhere(missing)[0][0])}"
        )
    if weights is None:
        return Partition(inputs, targets, None)
    sample_weight = np.asarray(weights, np.float64)
    if len(sample_weight) != len(inputs) or not (np.isfinite(sample_weight) & (sample_weight >= 0)).all():
        raise InputError(f"partition {index}: sample_weight must be a number of 0 or more for each row")
    return Partition(inputs, targets, sample_weight)


def summary_of(partition: Partition, numeric: bool) -> Summary:
    """Summarise a partition."""
    n, d = partition.X.shape
    n_outputs = partition.y.shape[1] if partition.y.ndim == 2 else 1
    empty = np.zeros(0)
    classes, counts = (empty, empty) if numeric else np.unique(partition.y, return_counts=True)
    smallest = float(partition.y.min()) if numeric and n else 0.0
    return Summary(n, d, n_outputs, classes, counts, smallest, partition.X.dtype.char)


def pieces_of(
    partition: Partition,
    classes: np.ndarray | None,
    class_weights: Mapping[Any, float] | None,
    folds: HashedFolds | None,
    first_row: int,
) -> tuple[Piece, ...]:
    """Encode the targets, multiply sample weights by class weights, and divide a partition into folds."""
    weights = partition.weights
    Y = TargetEncoder(classes).transform(partition.y)
    if classes is not None and class_weights is not None:
        by_class = np.array([class_weights.get(label, 1.0) for label in classes.tolist()])
        weights = by_class[np.searchsorted(classes, partition.y)] * (1.0 if weights is None else weights)
    if folds is None:
        return (Piece(partition.X, Y, weights, partition.weights),)
    fold_of_row = folds.of_rows(first_row, len(partition.X))
    both_weights = weights, partition.weights
    return tuple(
        Piece(partition.X[rows], Y[rows], *(None if each is None else each[rows] for each in both_weights))
        for rows in (np.flatnonzero(fold_of_row == k) for k in range(folds.n_folds))
    )


def moments_of(pieces: Sequence[Piece]) -> list[Moments]:
    """Return the moments of each piece."""
    return [_moments(piece) for piece in pieces]


def _moments(piece: Piece) -> Moments:
    scoring_weight = float(len(piece.X) if piece.scoring_weights is None else piece.scoring_weights.sum())
    if piece.weight > 0:
        inputs, targets = mean_and_variance(piece.X, piece.weights), mean_and_variance(piece.Y, piece.weights)
        return Moments(len(piece.X), piece.weight, scoring_weight, *inputs, *targets)
    input_zeros, target_zeros = np.zeros(piece.X.shape[1]), np.zeros(piece.Y.shape[1])
    return Moments(len(piece.X), 0.0, scoring_weight, input_zeros, input_zeros, target_zeros, target_zeros)


def losses_and_gradients(
    partition: TrainingPartition, network: Network, parts: Sequence[int], parameters: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Return the data loss and gradient of each network, both as weighted sums over the rows of the partition.

    Parameters
    ----------
    partition : TrainingPartition
        The partition.
    network : Network
        Shape of the networks.
    parts : sequence of int
        The part that each network is trained on: 0 for all rows, k + 1 for all rows except fold k.
    parameters : ndarray of shape (n_networks, n_parameters)
        Weights and biases of each.

    Returns
    -------
    losses, gradients : ndarray of shape (n_networks,), (n_networks, n_parameters)
        In float64.
    """
    losses, gradients = np.zeros(len(parts)), np.zeros(parameters.shape)
    objective = make_objective(network)
    dtype = parameters.dtype
    with partition.workspace(network, dtype) as work:
        for k, part in enumerate(parts):
            one = for_kernels(parameters[k], dtype)
            for examples, weight in partition.examples(part, dtype):
                loss: float = evaluate(objective, one, examples, weight, True, work)[0]
                losses[k] += loss * weight
                gradients[k] += gradient_of(work, network.n_parameters).astype(np.float64) * weight
    return losses, gradients


def _examples(piece: Piece, standardizer: Standardizer, dtype: np.dtype) -> Examples:
    return make_examples(
        piece.X,
        standardizer.transform_targets(piece.Y),
        dtype,
        weights=piece.weights,
        mean=standardizer.mean,
        scale=standardizer.scale,
    )


def null_sums(partition: TrainingPartition, mean: np.ndarray) -> tuple[np.ndarray, np.ndarray, float]:
    """Return ``Xᵀ R``, the sum of R, and its sum of squares, for ``R = D (Y - mean)`` with sample weights D."""
    n_features, n_outputs = partition.pieces[0].X.shape[1], partition.pieces[0].Y.shape[1]
    product, total, squares = np.zeros((n_features, n_outputs)), np.zeros(n_outputs), 0.0
    for piece in partition.pieces:
        residual = piece.Y - mean
        if piece.weights is not None:
            residual = residual * piece.weights[:, np.newaxis]
        product += piece.X.T @ residual
        total += residual.sum(axis=0)
        squares += float((residual**2).sum())
    return product, total, squares


def losses_of(
    partition: TrainingPartition, network: Network, fold: int, parameters: np.ndarray, order: np.ndarray | None
) -> tuple[np.ndarray, np.ndarray]:
    """Return the test losses of networks on the rows of their fold in a partition.

    Parameters
    ----------
    partition : TrainingPartition
        The partition.
    network : Network
        Shape of the networks.
    fold : int
        Index of the fold.
    parameters : ndarray of shape (n_alphas, n_restarts, n_parameters)
        Weights and biases of the networks trained without the fold.
    order : ndarray of int of shape (n_alphas,) or None
        Index of the restart that predicts at each λ; None averages all restarts.

    Returns
    -------
    sums, by_restart : ndarray of shape (n_alphas,), (n_restarts, n_alphas)
        Sums of the losses of the predictions, and of each restart, with the scoring weights.
    """
    n_alphas, n_restarts, _ = parameters.shape
    sums, by_restart = np.zeros(n_alphas), np.zeros((n_restarts, n_alphas))
    piece = partition.pieces[fold]
    if len(piece.X) == 0:
        return sums, by_restart
    weights = np.ones(len(piece.X)) if piece.scoring_weights is None else piece.scoring_weights
    fitted = FittedNetwork(network, parameters[0, 0], partition.standardizers[fold + 1])
    for start in range(0, len(piece.X), PREDICTED_AT_ONCE):
        rows = slice(start, start + PREDICTED_AT_ONCE)
        for index in range(n_alphas):
            outputs = fitted.outputs_of_all(parameters[index], piece.X[rows]).astype(np.float64, copy=False)
            predictions = outputs.mean(axis=0) if order is None else outputs[order[index]]
            sums[index] += losses(network.loss, predictions, piece.Y[rows], network.loss_parameter) @ weights[rows]
            by_restart[:, index] += losses(network.loss, outputs, piece.Y[rows], network.loss_parameter) @ weights[rows]
    return sums, by_restart
