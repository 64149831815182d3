"""What a fitted estimator must agree with: the objective and its gradient, by `ridgenet.equations`."""

from __future__ import annotations

from typing import Any

import numpy as np

from fuzz.faults import require
from ridgenet import equations
from ridgenet._preprocessing import median_and_spread
from ridgenet.formulas import ACTIVATIONS, LOSSES


def check_objective(estimator: Any, X: np.ndarray, y: np.ndarray, weights: np.ndarray | None) -> None:
    """Hold the loss and the gradient of a network trained by lbfgs against the equations, on plain data."""
    w = np.ones(len(X)) if weights is None else np.asarray(weights, float)
    W, b, Z, Y = _in_standard_units(estimator, np.asarray(X, float), _encoded(estimator, y), w)
    network = estimator.network_
    row = LOSSES[network.loss]
    z, a = equations.forward(W, b, Z.T, estimator.activation, network.loss)
    outputs = _raw_outputs(estimator, X)
    scale = np.maximum(1.0, np.abs(outputs)).max()
    require(
        np.allclose(_in_units_of_data(a[-1].T, estimator, y, w), outputs, rtol=1e-6, atol=1e-6 * scale),
        "predictions are not those of coefs_ and intercepts_",
    )
    n = w.sum()
    alphas = np.broadcast_to(np.asarray(getattr(estimator, "alpha_", getattr(estimator, "alpha", 0)), float), (len(W),))
    loss = (w * row.value(np, z[-1], Y.T, network.loss_parameter)).sum() / n
    loss += sum(alpha / (2 * n) * (layer**2).sum() for alpha, layer in zip(alphas, W, strict=True))
    require(
        np.isclose(loss, estimator.loss_, rtol=1e-5, atol=1e-8),
        "loss_ is not the objective",
        f"{estimator.loss_!r}, by the equations {loss!r}",
    )
    if estimator.converged_:
        largest = _largest_gradient(
            W, z, a, row.residual(np, a[-1], Y.T, network.loss_parameter) * (w / n), estimator.activation, alphas / n
        )
        require(
            largest <= max(1.1 * estimator.gradient_norm_, 1e-4),
            "the gradient at the end is larger than gradient_norm_ says",
            f"{estimator.gradient_norm_!r}, by the equations {largest!r}",
        )


def _encoded(estimator: Any, y: np.ndarray) -> np.ndarray:
    if not hasattr(estimator, "classes_"):
        return np.asarray(y, float).reshape(len(y), -1)
    y = np.asarray(y).ravel()
    if len(estimator.classes_) == 2:
        return (y == estimator.classes_[1]).astype(float)[:, np.newaxis]
    return (y[:, np.newaxis] == estimator.classes_).astype(float)


def _target_units(estimator: Any, Y: np.ndarray, w: np.ndarray) -> tuple[Any, Any]:
    centering = LOSSES[estimator.network_.loss].centering
    if centering is None or not estimator.standardize:
        return 0.0, 1.0
    return _mean_and_scale(Y, w) if centering == "mean" else median_and_spread(Y, w)


def _mean_and_scale(values: np.ndarray, w: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    mean = np.average(values, axis=0, weights=w)
    scale = np.sqrt(np.average((values - mean) ** 2, axis=0, weights=w))
    return mean, np.where(scale > 1e-12, scale, 1.0)


def _in_standard_units(estimator: Any, X: np.ndarray, Y: np.ndarray, w: np.ndarray) -> tuple[Any, Any, Any, Any]:
    """Return weights, biases, X and Y as training saw them."""
    W, b = [layer.T.astype(float) for layer in estimator.coefs_], [bias.astype(float) for bias in estimator.intercepts_]
    mean, scale = _mean_and_scale(X, w) if estimator.standardize else (np.zeros(X.shape[1]), np.ones(X.shape[1]))
    y_mean, y_scale = _target_units(estimator, Y, w)
    b[0] = b[0] + W[0] @ mean
    W[0] = W[0] * scale
    b[-1] = (b[-1] - y_mean) / y_scale
    W[-1] = W[-1] / np.broadcast_to(y_scale, W[-1].shape[:1])[:, np.newaxis]
    return W, b, (X - mean) / scale, (Y - y_mean) / y_scale


def _in_units_of_data(outputs: np.ndarray, estimator: Any, y: np.ndarray, w: np.ndarray) -> np.ndarray:
    mean, scale = _target_units(estimator, _encoded(estimator, y), w)
    return outputs * scale + mean


def _raw_outputs(estimator: Any, X: np.ndarray) -> np.ndarray:
    if not hasattr(estimator, "classes_"):
        return estimator.predict(X).reshape(len(X), -1)
    probabilities = estimator.predict_proba(X)
    return probabilities[:, 1:] if probabilities.shape[1] == 2 else probabilities


def _largest_gradient(
    W: list[np.ndarray],
    z: list[np.ndarray],
    a: list[np.ndarray],
    delta: np.ndarray,
    activation: str,
    penalties: np.ndarray,
) -> float:
    largest = 0.0
    for layer in range(len(W), 0, -1):
        gradient = delta @ a[layer - 1].T + penalties[layer - 1] * W[layer - 1]
        largest = max(largest, np.abs(gradient).max(initial=0.0), np.abs(delta.sum(axis=1)).max())
        if layer > 1:
            delta = (W[layer - 1].T @ delta) * ACTIVATIONS[activation].derivative(np, z[layer - 1], a[layer - 1])
    return float(largest)
