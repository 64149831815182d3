"""Second derivatives of the summed data loss: the Gauss-Newton matrix, and the exact Hessian for any depth.

With J_i the Jacobian of the logits of sample i, H_i the Hessian of its loss in the logits and r_i its residual,

    Hessian = sum_i w_i (J_iᵀ H_i J_i + sum_k r_ik ∇² z_ik).

The first term is the Gauss-Newton matrix. The second is the Hessian of ``r · z`` at fixed r. With δ_l its derivative in
z_l, and δ_l of the residual as in backpropagation, its second differential is

    sum_l  2 δ_lᵀ dW_l da_(l-1)  +  (W_(l+1)ᵀ δ_(l+1)) · φ''(z_l) dz_l²,

where the second term is for hidden layers only. A hidden unit contributes to the rows and columns of the parameters
that it depends on, and of the weights that lead out of it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from ridgenet import equations
from ridgenet._network import Network
from ridgenet.formulas import ACTIVATIONS, LOSSES

JACOBIAN_BYTES = 2**26


def exact_hessian(
    network: Network, parameters: np.ndarray, inputs: np.ndarray, targets: np.ndarray, weights: np.ndarray
) -> np.ndarray:
    """Return the Hessian of ``sum_i w_i loss_i``, (n_parameters, n_parameters).

    Parameters
    ----------
    network : Network
        Shape of the network.
    parameters : ndarray of shape (n_parameters,)
        Where to compute it.
    inputs, targets : ndarray of shape (n_samples, n_features), (n_samples, n_outputs)
        Samples in standardised units.
    weights : ndarray of shape (n_samples,)
        Sample weights.
    """
    hessian = gauss_newton(network, parameters, inputs, targets, weights)
    for rows in row_blocks(network, len(inputs)):
        _add_curvature_of_network(hessian, network, parameters, inputs[rows], targets[rows], weights[rows])
    return hessian


def gauss_newton(
    network: Network, parameters: np.ndarray, inputs: np.ndarray, targets: np.ndarray, weights: np.ndarray
) -> np.ndarray:
    """Return ``sum_i w_i J_iᵀ H_i J_i``; see `exact_hessian` for the arguments."""
    hessian = np.zeros((network.n_parameters, network.n_parameters))
    for rows in row_blocks(network, len(inputs)):
        z, a = _forward(network, parameters, inputs[rows])
        roots = LOSSES[network.loss].curvature_root(np, a[-1], targets[rows].T, network.loss_parameter)
        delta = np.sqrt(weights[rows])[:, np.newaxis, np.newaxis] * roots.transpose(2, 1, 0)
        jacobian = _backpropagated(network, parameters, z, a, delta).reshape(-1, network.n_parameters)
        hessian += jacobian.T @ jacobian
    return hessian


def logit_jacobian(network: Network, parameters: np.ndarray, inputs: np.ndarray) -> np.ndarray:
    """Return the Jacobian of the logits of each sample, (n_samples, n_outputs, n_parameters)."""
    z, a = _forward(network, parameters, inputs)
    k = network.layer_sizes[-1]
    return _backpropagated(network, parameters, z, a, np.broadcast_to(np.eye(k), (len(inputs), k, k)))


def weights_mask(network: Network) -> np.ndarray:
    """Return a mask of the parameters that are weights rather than biases."""
    mask = np.ones(network.n_parameters, bool)
    for b in network.biases(mask):
        b[:] = False
    return mask


def _forward(
    network: Network, parameters: np.ndarray, inputs: np.ndarray
) -> tuple[Sequence[np.ndarray], Sequence[np.ndarray]]:
    W, b = network.weights(parameters), network.biases(parameters)
    return equations.forward(W, b, inputs.T, network.activation, network.loss)


def row_blocks(network: Network, n: int) -> Iterator[slice]:
    """Return slices of so many samples that their Jacobian fits into memory."""
    size = max(1, JACOBIAN_BYTES // (8 * network.n_parameters * network.layer_sizes[-1]))
    return (slice(start, min(start + size, n)) for start in range(0, n, size))


def _backpropagated(
    network: Network,
    parameters: np.ndarray,
    z: Sequence[np.ndarray],
    a: Sequence[np.ndarray],
    delta: np.ndarray,
) -> np.ndarray:
    """Return ``delta_i J_i`` for each sample, (n_samples, n_rows, n_parameters).

    Backpropagation with the rows of delta, (n_samples, n_rows, n_outputs), in place of the residual.
    """
    W = network.weights(parameters)
    n, n_rows = delta.shape[:2]
    jacobian = np.empty((n, n_rows, network.n_parameters))
    end = network.n_parameters
    for layer in range(network.n_layers - 1, -1, -1):
        n_out, n_in = W[layer].shape
        jacobian[:, :, end - n_out : end] = delta
        start = end - n_out * (n_in + 1)
        products = delta[:, :, :, np.newaxis] * a[layer].T[:, np.newaxis, np.newaxis, :]
        jacobian[:, :, start : end - n_out] = products.reshape(n, n_rows, -1)
        end = start
        if layer > 0:
            derivative = ACTIVATIONS[network.activation].derivative(np, z[layer], a[layer]).T
            delta = (delta @ W[layer]) * derivative[:, np.newaxis, :]
    return jacobian


def _add_curvature_of_network(
    hessian: np.ndarray,
    network: Network,
    parameters: np.ndarray,
    inputs: np.ndarray,
    targets: np.ndarray,
    weights: np.ndarray,
) -> None:
    """Add ``sum_i w_i sum_k r_ik ∇² z_ik`` to a matrix."""
    W, indices, phi = network.weights(parameters), np.arange(network.n_parameters), ACTIVATIONS[network.activation]
    z, a = _forward(network, parameters, inputs)
    index_of_weight, index_of_bias = network.weights(indices), network.biases(indices)
    upstream = _derivatives_in_outputs(network, parameters, z, a, targets, weights)
    # derivative of each unit of the layer below in all parameters; the first layer's inputs have none
    below = None
    for layer in range(network.n_layers - 1):
        first, second = (
            phi.derivative(np, z[layer + 1], a[layer + 1]),
            phi.second_derivative(np, z[layer + 1], a[layer + 1]),
        )
        delta = upstream[layer + 1]
        bend = (W[layer + 1].T @ delta) * second
        inputs_and_one = np.column_stack([a[layer].T, np.ones(len(inputs))])
        is_last = layer == network.n_layers - 2
        above = None if is_last else np.zeros((len(first), len(inputs), network.n_parameters))
        for unit in range(len(first)):
            own = np.append(index_of_weight[layer][unit], index_of_bias[layer][unit])
            if below is None:
                columns, dz = own, inputs_and_one
            else:
                columns = np.append(np.arange(index_of_weight[layer][0, 0]), own)
                before = np.tensordot(W[layer][unit], below[:, :, : index_of_weight[layer][0, 0]], 1)
                dz = np.hstack([before, inputs_and_one])
            hessian[np.ix_(columns, columns)] += dz.T @ (bend[unit][:, np.newaxis] * dz)
            da = first[unit][:, np.newaxis] * dz
            cross, outgoing = delta @ da, index_of_weight[layer + 1][:, unit]
            hessian[np.ix_(outgoing, columns)] += cross
            hessian[np.ix_(columns, outgoing)] += cross.T
            if above is not None:
                above[unit][:, columns] = da
        below = above


def _derivatives_in_outputs(
    network: Network,
    parameters: np.ndarray,
    z: Sequence[np.ndarray],
    a: Sequence[np.ndarray],
    targets: np.ndarray,
    weights: np.ndarray,
) -> list[np.ndarray]:
    """Return the derivative of the weighted loss of each sample in the z of each layer, (units, samples)."""
    W, phi = network.weights(parameters), ACTIVATIONS[network.activation]
    deltas = [weights * LOSSES[network.loss].residual(np, a[-1], targets.T, network.loss_parameter)]
    for layer in range(network.n_layers - 1, 0, -1):
        deltas.insert(0, (W[layer].T @ deltas[0]) * phi.derivative(np, z[layer], a[layer]))
    return deltas
