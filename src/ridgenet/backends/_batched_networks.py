"""Objective, gradient and outputs of many networks on the same examples, all in one batch on a device.

The examples are there once, in the standard units of all of them. A network that learns from a part of them, in units
of its own, ``x' = r x + s``, sees them as ``W x' + b = (W r) x + (b + W s)``; the gradient takes the same way back.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from ridgenet._errors import InputError
from ridgenet._network import Network
from ridgenet._preprocessing import Standardizer
from ridgenet.formulas import ACTIVATIONS, LOSSES, OUTPUTS

TO_INSTALL = "pip install 'ridgenet[gpu]' cupy-cuda12x (or cupy-cuda13x, or torch)"


@dataclass(frozen=True)
class Device:
    """A library of arrays, and the device it keeps them on.

    Attributes
    ----------
    xp : module
        Namespace of the array API, such as array_api_compat makes it.
    device : object
        As this library names it; None is its usual one.
    to_host : callable
        Returns an array of it as one of NumPy.
    bytes_at_once : int
        About how much memory one evaluation may take; examples go through it in pieces.
    """

    xp: Any
    device: Any
    to_host: Callable[[Any], np.ndarray]
    bytes_at_once: int = 2**30

    def put(self, values: Any, dtype: np.dtype | None = None) -> Any:
        """Return values of NumPy as an array there."""
        array = np.ascontiguousarray(values, dtype)
        return self.xp.asarray(array, device=self.device)


def is_cpu(device: str) -> bool:
    """Tell whether a device is the CPU, for which there is the compiled core."""
    return device == "cpu"


def device_of(device: str) -> Device:
    """Return the place that a name stands for.

    Parameters
    ----------
    device : str
        "cuda", or "cuda:1" for the second GPU.

    Raises
    ------
    InputError
        If there is no such device, or no library for it.
    """
    kind, _, number = device.partition(":")
    if kind != "cuda" or not (number.isdigit() or not number):
        raise InputError(f"device must be 'cpu', 'cuda' or 'cuda:' and a number; got {device!r}")
    try:
        import array_api_compat  # noqa: F401
    except ImportError:
        raise InputError(f"device={device!r} needs packages that are not installed: {TO_INSTALL}") from None
    for library in (_cupy, _torch):
        found = library(int(number or 0))
        if found is not None:
            return found
    raise InputError(
        f"device={device!r}: neither CuPy nor PyTorch finds such a GPU here. If there is one: {TO_INSTALL}; "
        "else device='cpu'"
    )


def _cupy(number: int) -> Device | None:
    try:
        import array_api_compat.cupy as xp
        import cupy
    except ImportError:
        return None
    try:
        if number >= cupy.cuda.runtime.getDeviceCount():
            return None
    except cupy.cuda.runtime.CUDARuntimeError:
        return None
    return Device(xp, cupy.cuda.Device(number), cupy.asnumpy)


def _torch(number: int) -> Device | None:
    try:
        import array_api_compat.torch as xp
        import torch
    except ImportError:
        return None
    if number >= torch.cuda.device_count():
        return None
    return Device(xp, torch.device("cuda", number), lambda array: array.cpu().numpy())


Array = Any
# arrays of one number for each unit and example that exist at the same time: z, a, delta, and what they are made from
ARRAYS_AT_ONCE = 6


class BatchedNetworks:
    """Networks of one shape on a device, each learning from a part of the same examples.

    Parameters
    ----------
    place : Device
        The device.
    network : Network
        Shape of all.
    X : ndarray of shape (n_samples, n_features)
        Inputs in the units of the data; dense.
    Y : ndarray of shape (n_samples, n_outputs)
        Targets in the units of the data, as the output units give them.
    weights : ndarray of shape (n_parts, n_samples)
        What each example counts in each part; 0 leaves it out.
    standardizer : sequence of Standardizer
        What each part is standardised by; the first that of all examples.
    dtype : numpy.dtype
        Type of the arithmetic there.
    """

    def __init__(
        self,
        place: Device,
        network: Network,
        X: np.ndarray,
        Y: np.ndarray,
        weights: np.ndarray,
        standardizer: Sequence[Standardizer],
        dtype: np.dtype,
    ) -> None:
        self.network = network
        self._place, self._xp, self._dtype = place, place.xp, dtype
        self._standardizer = standardizer
        first = standardizer[0]
        self._X = place.put((X - first.mean) / first.scale, dtype)
        self._Y = place.put(((Y - first.target_mean) / first.target_scale).T, dtype)
        self._shares = place.put(weights / weights.sum(axis=1, keepdims=True), dtype)
        self._slope = self._by_part([first.scale / part.scale for part in standardizer])
        self._shift = self._by_part([(first.mean - part.mean) / part.scale for part in standardizer])
        self._target_slope = self._by_part([first.target_scale / part.target_scale for part in standardizer])
        self._target_shift = self._by_part(
            [(first.target_mean - part.target_mean) / part.target_scale for part in standardizer]
        )

    def evaluate(self, parts: Sequence[int], parameters: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Return the mean loss of each network over its part, and its gradient; of shape and type of `Evaluate`."""
        xp = self._xp
        loss, parameter = LOSSES[self.network.loss], self.network.loss_parameter
        of = self._place.put(parts, np.dtype(np.int64))
        weights, biases = self._layers(of, self._place.put(parameters, self._dtype))
        costs = None
        gradients: list[Array] = []
        for rows in self._pieces(len(parts), self._X.shape[0]):
            x, y = self._X[rows, :], self._targets(of, rows)
            z, a = self._forward(weights, biases, x)
            shares = xp.take(self._shares[:, rows], of, axis=0)
            cost = xp.sum(loss.value(xp, z[-1], y, parameter) * shares, axis=1)
            residual = loss.residual(xp, a[-1], y, parameter) * shares[:, None, :]
            gradient = self._backward(weights, z, a, x, residual)
            costs = cost if costs is None else costs + cost
            gradients = [one + more for one, more in zip(gradients, gradient, strict=True)] if gradients else gradient
        flat = xp.concat(self._in_own_units(of, gradients), axis=1)
        return self._host(costs), self._host(flat)

    def outputs(self, part: int, parameters: np.ndarray, rows: np.ndarray) -> np.ndarray:
        """Return the outputs of networks of one part for some examples, (n_networks, n_rows, n_outputs)."""
        xp, n = self._xp, len(parameters)
        of = self._place.put(np.full(n, part), np.dtype(np.int64))
        weights, biases = self._layers(of, self._place.put(parameters, self._dtype))
        chosen = xp.take(self._X, self._place.put(rows, np.dtype(np.int64)), axis=0)
        found = []
        for piece in self._pieces(n, len(rows)):
            outputs_of_layers = self._forward(weights, biases, chosen[piece, :])[1]
            found.append(self._place.to_host(xp.permute_dims(outputs_of_layers[-1], (0, 2, 1))))
        outputs = np.concatenate(found, axis=1)
        return self._standardizer[part].inverse_transform_targets(outputs)

    def _forward(self, weights: list[Array], biases: list[Array], x: Array) -> tuple[list[Array], list[Array]]:
        """z_l = W_l a_(l-1) + b_l, a_l = phi(z_l)"""
        xp = self._xp
        activation = ACTIVATIONS[self.network.activation]
        z: list[Array] = []
        a: list[Array] = []
        for layer, (W, b) in enumerate(zip(weights, biases, strict=True)):
            if layer == 0:
                # all networks see the same inputs: one product for all of them
                flat = xp.matmul(xp.reshape(W, (W.shape[0] * W.shape[1], W.shape[2])), xp.matrix_transpose(x))
                product = xp.reshape(flat, (W.shape[0], W.shape[1], x.shape[0]))
            else:
                product = xp.matmul(W, a[-1])
            z.append(product + b)
            is_output = layer == len(weights) - 1
            a.append(OUTPUTS[self.network.output].value(xp, z[-1]) if is_output else activation.value(xp, z[-1]))
        return z, a

    def _backward(self, weights: list[Array], z: list[Array], a: list[Array], x: Array, delta: Array) -> list[Array]:
        """delta_l = (W_(l+1)^T delta_(l+1)) phi'(z_l); grad W_l = delta_l a_(l-1)^T, grad b_l = sum of delta_l"""
        xp = self._xp
        derivative = ACTIVATIONS[self.network.activation].derivative
        gradients: list[Array] = []
        for layer in range(len(weights) - 1, -1, -1):
            n, n_units, n_rows = delta.shape
            if layer == 0:
                dW = xp.reshape(xp.matmul(xp.reshape(delta, (n * n_units, n_rows)), x), weights[0].shape)
            else:
                dW = xp.matmul(delta, xp.matrix_transpose(a[layer - 1]))
            gradients[:0] = [dW, xp.sum(delta, axis=2)]
            if layer > 0:
                back = xp.matmul(xp.matrix_transpose(weights[layer]), delta)
                delta = back * derivative(xp, z[layer - 1], a[layer - 1])
        return gradients

    def _layers(self, of: Array, parameters: Array) -> tuple[list[Array], list[Array]]:
        """Return weights and biases of each layer for examples in the units of all."""
        xp, n = self._xp, parameters.shape[0]
        weights: list[Array] = []
        biases: list[Array] = []
        start = 0
        for n_in, n_out in zip(self.network.layer_sizes[:-1], self.network.layer_sizes[1:], strict=True):
            middle, end = start + n_in * n_out, start + (n_in + 1) * n_out
            weights.append(xp.reshape(parameters[:, start:middle], (n, n_out, n_in)))
            biases.append(parameters[:, middle:end])
            start = end
        first = weights[0]
        weights[0] = first * xp.take(self._slope, of, axis=0)[:, None, :]
        biases[0] = biases[0] + xp.sum(first * xp.take(self._shift, of, axis=0)[:, None, :], axis=2)
        return weights, [b[:, :, None] for b in biases]

    def _in_own_units(self, of: Array, gradients: list[Array]) -> list[Array]:
        """Return gradients with respect to the parameters as they are, flat."""
        xp = self._xp
        slope, shift = (xp.take(each, of, axis=0)[:, None, :] for each in (self._slope, self._shift))
        first = gradients[0] * slope + gradients[1][:, :, None] * shift
        return [xp.reshape(each, (each.shape[0], -1)) for each in (first, *gradients[1:])]

    def _targets(self, of: Array, rows: slice) -> Array:
        """Return the targets in the units of each network, (networks, outputs, examples)."""
        slope, shift = (self._xp.take(each, of, axis=0) for each in (self._target_slope, self._target_shift))
        return self._Y[None, :, rows] * slope[:, :, None] + shift[:, :, None]

    def _pieces(self, n_networks: int, n_rows: int) -> Iterator[slice]:
        each = ARRAYS_AT_ONCE * n_networks * sum(self.network.layer_sizes[1:]) * self._dtype.itemsize
        size = max(1, self._place.bytes_at_once // each)
        for start in range(0, n_rows, size):
            yield slice(start, min(start + size, n_rows))

    def _by_part(self, values: Sequence[np.ndarray]) -> Array:
        return self._place.put(np.stack(values), self._dtype)

    def _host(self, array: Array) -> np.ndarray:
        return np.asarray(self._place.to_host(array), np.float64)
