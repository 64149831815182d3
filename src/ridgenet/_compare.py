"""Train the same network from the same start with several regularisation strengths."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from numpy.typing import ArrayLike

from ridgenet._compare_settings import CompareSettings
from ridgenet._comparison import Comparison, Fit, class_probabilities
from ridgenet._datasets import Dataset, from_arrays
from ridgenet._defaults import PenaltyScaling
from ridgenet._errors import InputError
from ridgenet._fitted import FittedNetwork
from ridgenet._network import Network
from ridgenet._preprocessing import Standardizer, TargetEncoder
from ridgenet.core._examples import Examples, make_examples
from ridgenet.core._penalties import L2Penalty
from ridgenet.core._sgd import SGD, SGDSettings, minimize_sgd
from ridgenet.core._solution import Solution
from ridgenet.formulas import with_names
from ridgenet.io import _interrupts as interrupts

ReportProgress = Callable[[float, int], None]


@with_names
def compare(
    X: ArrayLike,
    y: ArrayLike,
    alphas: Sequence[float] = CompareSettings.alphas,
    *,
    X_test: ArrayLike | None = None,
    y_test: ArrayLike | None = None,
    test_size: float = CompareSettings.test_size,
    hidden_layer_sizes: Sequence[int] = CompareSettings.hidden_layer_sizes,
    activation: str = CompareSettings.activation,
    init: str = CompareSettings.init,
    batch_size: int = CompareSettings.batch_size,
    learning_rate_init: float = CompareSettings.learning_rate_init,
    n_epochs: int = CompareSettings.n_epochs,
    penalty_scaling: PenaltyScaling = CompareSettings.penalty_scaling,
    standardize: bool = False,
    random_state: int = CompareSettings.random_state,
    progress: ReportProgress | None = None,
) -> Comparison:
    """Train the same network from the same start once for each λ, and compare the results.

    Mini-batch gradient descent with a constant learning rate minimises
    ``J = mean loss + λ / (2 n) * sum of squared weights``. Biases are not penalised; `penalty_scaling`
    determines n.

    Parameters
    ----------
    X : array-like of shape (n_samples, n_features)
        Inputs; finite values.
    y : array-like of shape (n_samples,)
        Class labels, with at least two classes.
    alphas : sequence of float, default=(0, 0.01)
        Regularisation strengths λ, each 0 or more.
    X_test, y_test : array-like, optional
        Test set for the test error. If not given, a part of X and y is held out.
    test_size : float, default=0.3
        Fraction of the samples to hold out, stratified by class.
    hidden_layer_sizes : sequence of int, default=(8,)
        Number of units in each hidden layer; ``()`` for no hidden layer.
    activation : {{activations}}, default="tanh"
        Activation of the hidden layers.
    init : {"glorot", "he", "small_normal"}, default="glorot"
        Distribution of the initial weights. ``"small_normal"`` is the tutorial's; it starts so close to
        zero that on some data (circles, or with two hidden layers) training makes no progress.
    batch_size : int, default=32
        Number of samples in a batch. If there are fewer training samples, each batch uses all of
        them, with a warning.
    learning_rate_init : float, default=1.0
        Learning rate.
    n_epochs : int, default=30000
        Number of passes over the training data.
    penalty_scaling : {"batch", "dataset"}, default="batch"
        The number n that λ is divided by. ``"batch"``: the batch size, as in the tutorial and in
        scikit-learn. ``"dataset"``: the number of training samples, so that the minimum does not
        depend on the batch size; with batches of 32 out of 200, the same λ then penalises 200 / 32
        times less.
    standardize : bool, default=False
        Whether to standardise each column to mean 0 and standard deviation 1 on the training data.
    random_state : int, default=6
        Seed of the initial weights, the order of the samples and the train/test split.
    progress : callable, optional
        Called several times a second as ``progress(alpha, epochs_done)``.

    Returns
    -------
    Comparison
        The trained networks, their errors and plots. After Ctrl-C, the results so far, with a warning.

    Raises
    ------
    InputError
        If the data or a parameter is invalid.
    DivergenceError
        If the weights grow without bound.

    Examples
    --------
    >>> from sklearn.datasets import make_moons
    >>> X, y = make_moons(200, noise=0.3, random_state=6)
    >>> result = compare(X, y, alphas=(0, 0.01), n_epochs=300)
    >>> result.fit_at(0.01).squared_norm < result.fit_at(0).squared_norm
    True
    """
    dataset = from_arrays(X, y, X_test, y_test, standardize=standardize)
    settings = CompareSettings(
        alphas=tuple(float(alpha) for alpha in alphas),
        hidden_layer_sizes=tuple(hidden_layer_sizes),
        activation=activation,
        init=init,
        batch_size=batch_size,
        learning_rate_init=learning_rate_init,
        n_epochs=n_epochs,
        penalty_scaling=penalty_scaling,
        test_size=test_size,
        random_state=random_state,
    )
    return run_comparison(dataset, settings, progress)


def run_comparison(dataset: Dataset, settings: CompareSettings, progress: ReportProgress | None = None) -> Comparison:
    """Run the experiment on a `Dataset`; see `compare`."""
    problem = _prepare(dataset, settings)
    fits: list[Fit] = []
    interrupted = False
    for alpha in settings.alphas:
        try:
            solution = _train(problem, settings, alpha, progress)
        except KeyboardInterrupt:
            if not fits:
                raise
            interrupted = True
            break
        train, test = problem.errors(solution.parameters)
        fits.append(Fit(alpha, problem.network, problem.start, solution, train, test))
        if solution.interrupted:
            interrupted = True
            break
    if interrupted:
        interrupts.taken()
        _warn_of_interruption(fits, settings)
    return Comparison(problem.dataset, settings, problem.standardizer, problem.classes, tuple(fits), interrupted)


@dataclass(frozen=True)
class _Problem:
    """The training data, and the initial parameters that all fits share."""

    dataset: Dataset
    classes: np.ndarray
    standardizer: Standardizer
    network: Network
    start: np.ndarray
    shuffle_seed: int

    @cached_property
    def examples(self) -> Examples:
        """The training samples in kernel layout."""
        Y = TargetEncoder(self.classes).transform(self.dataset.y)
        mean, scale = self.standardizer.mean, self.standardizer.scale
        return make_examples(self.dataset.X, Y, np.float64, mean=mean, scale=scale)

    def errors(self, parameters: np.ndarray) -> tuple[float, float]:
        """Return the fraction of misclassified training samples, and of test samples."""
        dataset, fitted = self.dataset, FittedNetwork(self.network, parameters, self.standardizer)
        pairs = ((dataset.X, dataset.y), (np.asarray(dataset.X_test), np.asarray(dataset.y_test)))
        train, test = (np.mean(self.classes[class_probabilities(fitted, X).argmax(axis=1)] != y) for X, y in pairs)
        return float(train), float(test)


def _prepare(dataset: Dataset, settings: CompareSettings) -> _Problem:
    if dataset.X_test is None:
        dataset = _hold_out(dataset, settings)
    if settings.batch_size > len(dataset.X):
        warnings.warn(
            f"batch_size={settings.batch_size} is larger than the {len(dataset.X)} training samples; each batch uses "
            "all of them",
            stacklevel=4,
        )
    classes = np.unique(dataset.y)
    encoder = TargetEncoder(classes)
    n_features = dataset.X.shape[1]
    network = Network((n_features, *settings.hidden_layer_sizes, encoder.n_outputs), settings.activation, encoder.loss)
    standardizer = Standardizer.identity(n_features, encoder.n_outputs)
    if dataset.standardize:
        standardizer = standardizer.with_inputs_of(dataset.X)
    rng = np.random.RandomState(settings.random_state)
    start = network.initial_parameters(settings.init, rng)
    return _Problem(dataset, classes, standardizer, network, start, int(rng.randint(2**32, dtype=np.uint64)))


def _train(problem: _Problem, settings: CompareSettings, alpha: float, progress: ReportProgress | None) -> Solution:
    sgd = SGD(
        problem.network,
        problem.start,
        problem.examples,
        L2Penalty(alpha),
        SGDSettings(
            batch_size=settings.batch_size,
            learning_rate_init=settings.learning_rate_init,
            n_epochs=settings.n_epochs,
            penalty_scaling=settings.penalty_scaling,
            shuffle_seed=problem.shuffle_seed,
        ),
    )
    report = None if progress is None else lambda epoch: progress(alpha, epoch)
    return minimize_sgd(sgd, progress=report)


def _hold_out(dataset: Dataset, settings: CompareSettings) -> Dataset:
    from sklearn.model_selection import train_test_split

    classes, counts = np.unique(dataset.y, return_counts=True)
    if counts.min() < 2:
        raise InputError(
            f"class {classes[counts.argmin()]!s} has only one sample; at least two are needed, one to train on and one "
            "to test on"
        )
    n_test = int(np.ceil(settings.test_size * len(dataset.y)))
    if min(n_test, len(dataset.y) - n_test) < len(classes):
        raise InputError(
            f"{len(dataset.y)} samples of {len(classes)} classes are too few to hold out {settings.test_size:.0%}"
        )
    X, X_test, y, y_test = train_test_split(
        dataset.X, dataset.y, test_size=settings.test_size, stratify=dataset.y, random_state=settings.random_state
    )
    return replace(dataset, X=X, y=y, X_test=X_test, y_test=y_test)


def _warn_of_interruption(fits: Sequence[Fit], settings: CompareSettings) -> None:
    last = fits[-1]
    missing = [f"{alpha:g}" for alpha in settings.alphas[len(fits) :]]
    warnings.warn(
        f"interrupted: λ = {last.alpha:g} stopped after {last.history.epochs[-1]:,.0f} epochs"
        + (f"; not trained: λ = {', '.join(missing)}" if missing else ""),
        stacklevel=4,
    )
