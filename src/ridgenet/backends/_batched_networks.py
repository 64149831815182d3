"""Loss, gradient and outputs of many networks on the same samples, in one batch on a device such as a GPU.

The device holds the samples once, standardised by the mean and scale of all of them. A network that is trained on a
part of the samples standardises them differently, ``x' = r x + s``. Its first layer is therefore rewritten as
``W x' + b = (W r) x + (b + W s)``, and the gradient is transformed back in the same way.
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
    """An array library and the device that holds its arrays.

    Attributes
    ----------
    xp : module
        Array API namespace of the library, for example from array_api_compat.
    device : object
        Device object of the library; None is its default device.
    to_host : callable
        Converts an array of the library to NumPy.
    bytes_at_once : int
        Approximate memory for one evaluation; more samples than fit are processed in chunks.
    """

    xp: Any
    device: Any
    to_host: Callable[[Any], np.ndarray]
    bytes_at_once: int = 2**30

    def put(self, values: Any, dtype: np.dtype | None = None) -> Any:
        """Copy a NumPy array to the device."""
        array = np.ascontiguousarray(values, dtype)
        return self.xp.asarray(array, device=self.device)


def is_cpu(device: str) -> bool:
    """Return whether a device is the CPU, where the compiled core is used."""
    return device == "cpu"


def device_of(device: str) -> Device:
    """Return the device with a given name.

    Parameters
    ----------
    device : str
        "cuda", or "cuda:1" for the second GPU.

    Raises
    ------
    InputError
        If the device or an array library for it is missing.
    """
    kind, _, number = device.partition(":")
    if kind != "cuda" or not (number.isdigit() or not number):
        raise InputError(f"device must be 'cpu', 'cuda' or 'cuda:' followed by a number; got {device!r}")
    try:
        import array_api_compat  # noqa: F401
    except ImportError:
        raise InputError(f"device={device!r} needs packages that are not installed: {TO_INSTALL}") from None
    for library in (_cupy, _torch):
        gpu = library(int(number or 0))
        if gpu is not None:
            return gpu
    raise InputError(
        f"device={device!r}: neither CuPy nor PyTorch finds this GPU; use device='cpu', or install one of them: "
        f"{TO_INSTALL}"
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
# number of arrays of shape (units, samples) that exist at the same time: z, a, delta and temporary results
ARRAYS_AT_ONCE = 6


class BatchedNetworks:
    """Networks of the same shape on a device, each trained on a part of the same samples.

    Parameters
    ----------
    device : Device
        Where to compute.
    network : Network
        Shape of the networks.
    X : ndarray of shape (n_samples, n_features)
        Inputs in the units of the data; dense.
    Y : ndarray of shape (n_samples, n_outputs)
        Encoded targets in the units of the data.
    weights : ndarray of shape (n_parts, n_samples)
        Sample weights in each part; 0 excludes a sample.
    standardizers : sequence of Standardizer
        Standardiser of each part; the first is that of all samples.
    dtype : numpy.dtype
        Floating-point type of the computation.
    """

    def __init__(
        self,
        device: Device,
        network: Network,
        X: np.ndarray,
        Y: np.ndarray,
        weights: np.ndarray,
        standardizers: Sequence[Standardizer],
        dtype: np.dtype,
    ) -> None:
        self.network = network
        self._device, self._xp, self._dtype = device, device.xp, dtype
        self._standardizers = standardizers
        first = standardizers[0]
        self._X = device.put((X - first.mean) / first.scale, dtype)
        self._Y = device.put(((Y - first.target_mean) / first.target_scale).T, dtype)
        self._normalised_weights = device.put(weights / weights.sum(axis=1, keepdims=True), dtype)
        self._factor = self._by_part([first.scale / part.scale for part in standardizers])
        self._shift = self._by_part([(first.mean - part.mean) / part.scale for part in standardizers])
        self._target_factor = self._by_part([first.target_scale / part.target_scale for part in standardizers])
        self._target_shift = self._by_part(
            [(first.target_mean - part.target_mean) / part.target_scale for part in standardizers]
        )

    def evaluate(self, parts: Sequence[int], parameters: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Return the mean loss of each network over its part, and its gradient; see `Evaluate`."""
        xp = self._xp
        loss, parameter = LOSSES[self.network.loss], self.network.loss_parameter
        part = self._device.put(parts, np.dtype(np.int64))
        weights, biases = self._layers(part, self._device.put(parameters, self._dtype))
        losses = None
        gradients: list[Array] = []
        for rows in self._chunks(len(parts), self._X.shape[0]):
            x, y = self._X[rows, :], self._targets(part, rows)
            z, a = self._forward(weights, biases, x)
            sample_weights = xp.take(self._normalised_weights[:, rows], part, axis=0)
            chunk_losses = xp.sum(loss.value(xp, z[-1], y, parameter) * sample_weights, axis=1)
            residual = loss.residual(xp, a[-1], y, parameter) * sample_weights[:, None, :]
            gradient = self._backward(weights, z, a, x, residual)
            losses = chunk_losses if losses is None else losses + chunk_losses
            gradients = [one + more for one, more in zip(gradients, gradient, strict=True)] if gradients else gradient
        flat = xp.concat(self._with_respect_to_parameters(part, gradients), axis=1)
        return self._host(losses), self._host(flat)

    def outputs(self, part: int, parameters: np.ndarray, rows: np.ndarray) -> np.ndarray:
        """Return the outputs of networks of one part for some of the samples, (n_networks, n_rows, n_outputs)."""
        xp, n = self._xp, len(parameters)
        parts = self._device.put(np.full(n, part), np.dtype(np.int64))
        weights, biases = self._layers(parts, self._device.put(parameters, self._dtype))
        inputs = xp.take(self._X, self._device.put(rows, np.dtype(np.int64)), axis=0)
        by_chunk = []
        for chunk in self._chunks(n, len(rows)):
            a = self._forward(weights, biases, inputs[chunk, :])[1]
            by_chunk.append(self._device.to_host(xp.permute_dims(a[-1], (0, 2, 1))))
        outputs = np.concatenate(by_chunk, axis=1)
        return self._standardizers[part].inverse_transform_targets(outputs)

    def _forward(self, weights: list[Array], biases: list[Array], x: Array) -> tuple[list[Array], list[Array]]:
        """z_l = W_l a_(l-1) + b_l, a_l = phi(z_l)"""
        xp = self._xp
        activation = ACTIVATIONS[self.network.activation]
        z: list[Array] = []
        a: list[Array] = []
        for layer, (W, b) in enumerate(zip(weights, biases, strict=True)):
            if layer == 0:
                # all networks share the inputs, so a single matrix product suffices
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

    def _layers(self, part: Array, parameters: Array) -> tuple[list[Array], list[Array]]:
        """Return weights and biases of each layer, the first rewritten for the inputs on the device."""
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
        weights[0] = first * xp.take(self._factor, part, axis=0)[:, None, :]
        biases[0] = biases[0] + xp.sum(first * xp.take(self._shift, part, axis=0)[:, None, :], axis=2)
        return weights, [b[:, :, None] for b in biases]

    def _with_respect_to_parameters(self, part: Array, gradients: list[Array]) -> list[Array]:
        """Transform the gradient of the rewritten first layer back, and flatten the gradient of each layer."""
        xp = self._xp
        factor, shift = (xp.take(each, part, axis=0)[:, None, :] for each in (self._factor, self._shift))
        first = gradients[0] * factor + gradients[1][:, :, None] * shift
        return [xp.reshape(each, (each.shape[0], -1)) for each in (first, *gradients[1:])]

    def _targets(self, part: Array, rows: slice) -> Array:
        """Return the targets as each network's part standardises them, (networks, outputs, samples)."""
        factor, shift = (self._xp.take(each, part, axis=0) for each in (self._target_factor, self._target_shift))
        return self._Y[None, :, rows] * factor[:, :, None] + shift[:, :, None]

    def _chunks(self, n_networks: int, n_rows: int) -> Iterator[slice]:
        bytes_per_row = ARRAYS_AT_ONCE * n_networks * sum(self.network.layer_sizes[1:]) * self._dtype.itemsize
        size = max(1, self._device.bytes_at_once // bytes_per_row)
        for start in range(0, n_rows, size):
            yield slice(start, min(start + size, n_rows))

    def _by_part(self, values: Sequence[np.ndarray]) -> Array:
        return self._device.put(np.stack(values), self._dtype)

    def _host(self, array: Array) -> np.ndarray:
        return np.asarray(self._device.to_host(array), np.float64)
