"""What is done with one partition, where it lies: checked once, summed up, and evaluated at every step."""

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

CAPACITY = 1024
PREDICTED_AT_ONCE = 65_536


@dataclass(frozen=True)
class HashedFolds:
    """Folds assigned by hashing row numbers: the same for any partitions.

    Attributes
    ----------
    n_folds : int
        How many.
    seed : int
        Where random numbers begin.
    """

    n_folds: int
    seed: int

    def of_rows(self, first: int, n_rows: int) -> np.ndarray:
        """Return the fold of each of some rows, given the number of the first among all rows.

        By SplitMix64 (Steele, Lea and Flood, OOPSLA 2014), whose every output depends on its index alone.

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
class Part:
    """Rows as arrays: inputs, targets as they are, and weights."""

    X: np.ndarray
    y: np.ndarray
    weights: np.ndarray | None


@dataclass(frozen=True)
class Summary:
    """What the whole needs to know of a part, to begin with.

    Attributes
    ----------
    n_rows, n_columns, n_outputs : int
        Its size.
    classes, counts : ndarray
        Different targets, if they are classes, and how often each occurs.
    smallest_target : float
        Of targets that are numbers.
    dtype : str
        Type of its inputs.
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
    """What units and weights of the whole are pooled from.

    Attributes
    ----------
    n_rows : int
        Rows.
    weight, in_scoring : float
        Sums of their weights in training, and in scoring.
    mean, variance : ndarray of shape (n_features,)
        Of the columns, by the weights in training.
    target_mean, target_variance : ndarray of shape (n_outputs,)
        Of the targets.
    """

    n_rows: int
    weight: float
    in_scoring: float
    mean: np.ndarray
    variance: np.ndarray
    target_mean: np.ndarray
    target_variance: np.ndarray


@dataclass(frozen=True)
class Piece:
    """Rows of a part as the network learns them, all or those of one fold, in the units of the data.

    Attributes
    ----------
    X, Y : ndarray of shape (n_rows, n_features), (n_rows, n_outputs)
        Inputs and targets; classes as numbers of 0 and 1.
    weights : ndarray of shape (n_rows,) or None
        Weights in training: the user's times those of the classes.
    in_scoring : ndarray of shape (n_rows,) or None
        The user's alone.
    """

    X: np.ndarray
    Y: np.ndarray
    weights: np.ndarray | None
    in_scoring: np.ndarray | None

    @property
    def weight(self) -> float:
        """What the rows count in training."""
        return float(len(self.X) if self.weights is None else self.weights.sum())


class Learned:
    """A partition, ready to be evaluated: what every evaluation needs is made once and kept.

    Parameters
    ----------
    pieces : tuple of Piece
        The rows of each fold; one piece, if there are no folds.
    standardizers : tuple of Standardizer
        What is standardised by: for learning from all rows, then for learning without each fold.
    """

    def __init__(self, pieces: tuple[Piece, ...], standardizers: tuple[Standardizer, ...]) -> None:
        self.pieces, self.standardizers = pieces, standardizers
        self._examples: dict[tuple[int, str], list[tuple[Examples, float]]] = {}
        self._workspaces: dict[tuple[Network, str], list[Workspace]] = {}

    def __reduce__(self) -> tuple[Any, ...]:
        return Learned, (self.pieces, self.standardizers)

    def examples(self, part: int, dtype: np.dtype) -> list[tuple[Examples, float]]:
        """Return the pieces that a network learns from, all or all but fold ``part - 1``, and the weight of each."""
        key = part, dtype.char
        if key not in self._examples:
            chosen = [piece for k, piece in enumerate(self.pieces) if k != part - 1 and piece.weight > 0]
            standardizer = self.standardizers[part]
            self._examples[key] = [(_examples(piece, standardizer, dtype), piece.weight) for piece in chosen]
        return self._examples[key]

    @contextmanager
    def workspace(self, network: Network, dtype: np.dtype) -> Iterator[Workspace]:
        """Lend memory for evaluations, of which each thread needs its own."""
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


def checked(arrays: tuple[Any, Any, Any], index: int, *, numeric: bool) -> Part:
    """Return a partition, its inputs, targets and weights or None, as arrays.

    Raises
    ------
    InputError
        If a number is missing or infinite, a weight is negative, or lengths differ.
    """
    X, y, weights = arrays
    inputs = np.asarray(X)
    inputs = for_kernels(inputs, np.float32 if inputs.dtype == np.float32 else np.float64)
    targets = np.asarray(y, np.float64) if numeric else np.asarray(y)
    if len(targets) != len(inputs):
        raise InputError(f"partition {index}: X has {len(inputs)} rows, y has {len(targets)}")
    wrong = np.argwhere(~np.isfinite(inputs))
    if len(wrong):
        row, column = wrong[0]
        name = X.columns[column] if hasattr(X, "columns") else column
        raise InputError(f"partition {index}: column {name}, row {row}: the value is missing or infinite")
    missing = ~np.isfinite(targets) if targets.dtype.kind == "f" else targets != targets
    if np.any(missing):
        raise InputError(
            f"partition {index}: the target is missing or infinite in row {int(np.argwhere(missing)[0][0])}"
        )
    if weights is None:
        return Part(inputs, targets, None)
    of_rows = np.asarray(weights, np.float64)
    if len(of_rows) != len(inputs) or not (np.isfinite(of_rows) & (of_rows >= 0)).all():
        raise InputError(f"partition {index}: sample_weight must be a number of 0 or more for each of its rows")
    return Part(inputs, targets, of_rows)


def summary_of(part: Part, numeric: bool) -> Summary:
    """Sum a partition up."""
    n, d = part.X.shape
    n_outputs = part.y.shape[1] if part.y.ndim == 2 else 1
    nothing = np.zeros(0)
    classes, counts = (nothing, nothing) if numeric else np.unique(part.y, return_counts=True)
    smallest = float(part.y.min()) if numeric and n else 0.0
    return Summary(n, d, n_outputs, classes, counts, smallest, part.X.dtype.char)


def pieces_of(
    part: Part,
    classes: np.ndarray | None,
    class_weights: Mapping[Any, float] | None,
    folds: HashedFolds | None,
    first_row: int,
) -> tuple[Piece, ...]:
    """Return a partition as the network learns it, the weights of classes multiplied in, and divided into folds."""
    weights = part.weights
    Y = TargetEncoder(classes).transform(part.y)
    if classes is not None and class_weights is not None:
        of_classes = np.array([class_weights.get(label, 1.0) for label in classes.tolist()])
        weights = of_classes[np.searchsorted(classes, part.y)] * (1.0 if weights is None else weights)
    if folds is None:
        return (Piece(part.X, Y, weights, part.weights),)
    fold_of_row = folds.of_rows(first_row, len(part.X))
    return tuple(
        Piece(part.X[rows], Y[rows], *(None if each is None else each[rows] for each in (weights, part.weights)))
        for rows in (np.flatnonzero(fold_of_row == k) for k in range(folds.n_folds))
    )


def moments_of(pieces: Sequence[Piece]) -> list[Moments]:
    """Return what units are pooled from, piece by piece."""
    return [_moments(piece) for piece in pieces]


def _moments(piece: Piece) -> Moments:
    in_scoring = float(len(piece.X) if piece.in_scoring is None else piece.in_scoring.sum())
    if piece.weight > 0:
        of_columns = mean_and_variance(piece.X, piece.weights), mean_and_variance(piece.Y, piece.weights)
        return Moments(len(piece.X), piece.weight, in_scoring, *of_columns[0], *of_columns[1])
    nothing, no_target = np.zeros(piece.X.shape[1]), np.zeros(piece.Y.shape[1])
    return Moments(len(piece.X), 0.0, in_scoring, nothing, nothing, no_target, no_target)


def losses_and_gradients(
    learned: Learned, network: Network, parts: Sequence[int], parameters: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Return the data loss of each network and its gradient, both summed over the partition's rows by weight.

    Parameters
    ----------
    learned : Learned
        The partition.
    network : Network
        Shape of all.
    parts : sequence of int
        What each learns from.
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
    with learned.workspace(network, dtype) as work:
        for k, part in enumerate(parts):
            one = for_kernels(parameters[k], dtype)
            for examples, weight in learned.examples(part, dtype):
                loss: float = evaluate(objective, one, examples, weight, True, work)[0]  # type: ignore[no-untyped-call]
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


def null_sums(learned: Learned, mean: np.ndarray) -> tuple[np.ndarray, np.ndarray, float]:
    """Return ``Xᵀ R``, the sum of R and that of its squares, ``R = D (Y - mean)``, in the units of the data."""
    n_features, n_outputs = learned.pieces[0].X.shape[1], learned.pieces[0].Y.shape[1]
    product, total, squares = np.zeros((n_features, n_outputs)), np.zeros(n_outputs), 0.0
    for piece in learned.pieces:
        residual = piece.Y - mean
        if piece.weights is not None:
            residual = residual * piece.weights[:, np.newaxis]
        product += piece.X.T @ residual
        total += residual.sum(axis=0)
        squares += float((residual**2).sum())
    return product, total, squares


def losses_of(
    learned: Learned, network: Network, fold: int, parameters: np.ndarray, order: np.ndarray | None
) -> tuple[np.ndarray, np.ndarray]:
    """Return the losses of a fold's networks on the rows of this fold in a partition.

    Parameters
    ----------
    learned : Learned
        The partition.
    network : Network
        Shape of all.
    fold : int
        Which.
    parameters : ndarray of shape (n_alphas, n_restarts, n_parameters)
        Weights and biases of its networks.
    order : ndarray of int of shape (n_alphas,) or None
        The restart that predicts at each λ; None averages all.

    Returns
    -------
    sums, by_restart : ndarray of shape (n_alphas,), (n_restarts, n_alphas)
        Losses of the predictions, and of each restart, summed over the rows by the weights of scoring.
    """
    n_alphas, n_restarts, _ = parameters.shape
    sums, by_restart = np.zeros(n_alphas), np.zeros((n_restarts, n_alphas))
    piece = learned.pieces[fold]
    if len(piece.X) == 0:
        return sums, by_restart
    weights = np.ones(len(piece.X)) if piece.in_scoring is None else piece.in_scoring
    fitted = FittedNetwork(network, parameters[0, 0], learned.standardizers[fold + 1])
    for start in range(0, len(piece.X), PREDICTED_AT_ONCE):
        rows = slice(start, start + PREDICTED_AT_ONCE)
        for index in range(n_alphas):
            outputs = fitted.outputs_of_all(parameters[index], piece.X[rows]).astype(np.float64, copy=False)
            one = outputs.mean(axis=0) if order is None else outputs[order[index]]
            sums[index] += losses(network.loss, one, piece.Y[rows], network.loss_parameter) @ weights[rows]
            by_restart[:, index] += losses(network.loss, outputs, piece.Y[rows], network.loss_parameter) @ weights[rows]
    return sums, by_restart
