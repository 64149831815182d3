"""Other models on the same rows: a linear model and boosted trees of scikit-learn, with the inputs of the network."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from sklearn.exceptions import ConvergenceWarning
from sklearn.utils.class_weight import compute_sample_weight

from ridgenet._network import Network
from ridgenet._wording import said_by
from ridgenet.formulas import LOSSES
from ridgenet.path._selection import CLEARLY_WORSE
from ridgenet.table._scores import RobustLoss, losses_of

BASELINES = LINEAR, TREES = "linear model", "boosted trees"
# the search for a linear quantile takes long for more rows
MOST_FOR_QUANTILE = 5_000
# differences of more than this fraction of the score are clear, if they are of enough standard errors
SMALLEST_SHARE = 0.01
RIDGE_ALPHAS = np.logspace(-2, 4, 13)


@dataclass(frozen=True)
class Baseline:
    """The test of another model on the same rows.

    Attributes
    ----------
    name : str
        What the model is.
    value : float
        Its score, named as the first score of the network; lower is better.
    difference : float
        That score less the network's: positive where the network is better.
    standard_error : float
        Standard error of the difference, of pairs of losses of the same rows.
    """

    name: str
    value: float
    difference: float
    standard_error: float

    @property
    def is_clearly_better(self) -> bool:
        """Whether the model is better than the network by more than two standard errors and one per cent."""
        return self.difference < -max(CLEARLY_WORSE * self.standard_error, SMALLEST_SHARE * self.value)

    @property
    def is_clearly_worse(self) -> bool:
        """Whether the model is worse than the network by more than two standard errors and one per cent."""
        return self.difference > max(CLEARLY_WORSE * self.standard_error, SMALLEST_SHARE * self.value)


def fitted_baselines(
    network: Any,
    inputs: np.ndarray,
    y: np.ndarray,
    weights: np.ndarray | None,
    random_state: int,
    done: Callable[[], object] = lambda: None,
) -> dict[str, Any]:
    """Return a linear model and boosted trees, fitted to the training rows of a network.

    Parameters
    ----------
    network : estimator
        The fitted network, which gives the loss and the class weights.
    inputs : ndarray of shape (n_rows, n_inputs)
        Standardised inputs.
    y : ndarray of shape (n_rows,)
        Labels or numbers.
    weights : ndarray of shape (n_rows,) or None
        Sample weights.
    random_state : int
        Seed of the trees.
    done : callable, optional
        Called after each model.
    """
    class_weight = getattr(network, "class_weight", None)
    if class_weight is not None:
        of_classes = compute_sample_weight(class_weight, y)
        weights = of_classes if weights is None else weights * of_classes
    models = {}
    for name, make in _models_for(network.network_, len(y)).items():
        model = make()
        parameters = model.get_params()
        if "random_state" in parameters:
            model.set_params(random_state=random_state)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", ConvergenceWarning)
            try:
                models[name] = model.fit(inputs, y, sample_weight=weights)
            except ValueError as error:
                # the run need not end for it
                left_out = f"{name} could not be fitted for comparison ({said_by(error)[:150]})"
                warnings.warn(left_out, UserWarning, stacklevel=2)
        done()
    return models


def compared(
    name: str,
    y: np.ndarray,
    theirs: np.ndarray,
    ours: np.ndarray,
    classes: np.ndarray | None,
    weights: np.ndarray | None,
    robust: RobustLoss | None,
) -> Baseline:
    """Compare the predictions of another model with those of the network on the same rows."""
    w = np.ones(len(y)) if weights is None else weights
    their_losses, our_losses = (losses_of(y, outputs, classes, robust) for outputs in (theirs, ours))
    value, own = (float(np.average(each, weights=w)) for each in (their_losses, our_losses))
    pairs = their_losses - our_losses
    difference = value - own
    error = float(np.sqrt(np.sum((w * (pairs - difference)) ** 2)) / w.sum())
    if classes is None and robust is None:
        # of roots: √a - √b = (a - b) / (√a + √b)
        unit = float(np.sqrt(value) + np.sqrt(own)) or 1.0
        return Baseline(name, float(np.sqrt(value)), difference / unit, error / unit)
    return Baseline(name, value, difference, error)


def verdict(baselines: tuple[Baseline, ...]) -> str | None:
    """Return a sentence that says whether the network is worth more than the other models; None without any."""
    better = [each for each in baselines if each.is_clearly_better]
    if better:
        best = min(better, key=lambda each: each.value)
        return (
            f"The network is not worth it here: on the same rows, {_with_article(best.name)} "
            f"{'do' if best.name == TREES else 'does'} clearly better."
        )
    linear = next((each for each in baselines if each.name == LINEAR), None)
    if linear is not None and not linear.is_clearly_worse:
        return (
            "The network is hardly worth it here: on the same rows it is not clearly better than a linear model, which "
            "is easier to explain."
        )
    worse = [_with_article(each.name) for each in baselines if each.is_clearly_worse]
    return f"On the same rows it is clearly better than {' and '.join(worse)}." if worse else None


def _with_article(name: str) -> str:
    return name if name == TREES else f"a {name}"


def _models_for(network: Network, n_rows: int) -> dict[str, Callable[[], Any]]:
    """Return how to make each model; without those that scikit-learn lacks for the loss."""
    # imported here, since they take long
    from sklearn import linear_model
    from sklearn.ensemble import HistGradientBoostingClassifier, HistGradientBoostingRegressor

    def trees(**parameters: Any) -> Callable[[], Any]:
        return lambda: HistGradientBoostingRegressor(**parameters)

    if LOSSES[network.loss].targets == "classes":
        return {LINEAR: lambda: linear_model.LogisticRegression(max_iter=300), TREES: HistGradientBoostingClassifier}
    tau = network.loss_parameter
    models: dict[str, dict[str, Callable[[], Any]]] = {
        "squared_error": {LINEAR: lambda: linear_model.RidgeCV(RIDGE_ALPHAS), TREES: trees()},
        "poisson": {
            LINEAR: lambda: linear_model.PoissonRegressor(alpha=1e-4, max_iter=300),
            TREES: trees(loss="poisson"),
        },
        "huber": {LINEAR: lambda: linear_model.HuberRegressor(max_iter=1000), TREES: trees(loss="absolute_error")},
        "quantile": {
            LINEAR: lambda: linear_model.QuantileRegressor(quantile=tau, alpha=0.0),
            TREES: trees(loss="quantile", quantile=tau),
        },
    }
    found = models.get(network.loss, {})
    too_slow = network.loss == "quantile" and n_rows > MOST_FOR_QUANTILE
    return {name: make for name, make in found.items() if not (too_slow and name == LINEAR)}
