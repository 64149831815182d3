"""Compare the networks of a path in one batch on a GPU with the compiled core and with PyTorch and JAX under vmap.

First evaluations of objective and gradient for many networks, in networks per second, then a whole cross-validated
path. Without a GPU, `--cpu` runs the same code on CPU arrays of PyTorch and JAX, to test that it works.
"""

from __future__ import annotations

import argparse
import os
import statistics
import time
from concurrent.futures import ThreadPoolExecutor

import numpy as np
from outcome import Column, Outcome, key, speed

from ridgenet import RidgeNetClassifierCV
from ridgenet._network import Network
from ridgenet._preprocessing import Standardizer
from ridgenet.backends._batched_networks import BatchedNetworks, Device, device_of
from ridgenet.core._examples import make_examples
from ridgenet.core._objective import evaluate, make_objective, make_workspace

N_COLUMNS, ROUNDS = 20, 5


def data(n_rows, dtype):
    random = np.random.default_rng(0)
    X = random.standard_normal((n_rows, N_COLUMNS)).astype(dtype)
    y = (X[:, 0] * X[:, 1] + X[:, 2] + 0.5 * random.standard_normal(n_rows) > 0).astype(int)
    return X, y


def by_core(network, X, y, parameters):
    examples = make_examples(X, y[:, None].astype(X.dtype), X.dtype)
    objective = make_objective(network)

    def one(theta):
        work = make_workspace(network, 1024, X.dtype)
        return evaluate(objective, theta, examples, float(len(X)), True, work)[0]

    pool = ThreadPoolExecutor(os.cpu_count())
    return lambda: list(pool.map(one, parameters))


def by_device(place, network, X, y, parameters):
    units = [Standardizer.identity(X.shape[1], 1)]
    batch = BatchedNetworks(place, network, X, y[:, None], np.ones((1, len(X))), units, X.dtype)
    return lambda: batch.evaluate([0] * len(parameters), parameters)


def _layers(network, theta):
    layers, start = [], 0
    for n_in, n_out in zip(network.layer_sizes[:-1], network.layer_sizes[1:], strict=True):
        end = start + n_in * n_out
        layers.append((theta[start:end].reshape(n_out, n_in), theta[end : end + n_out]))
        start = end + n_out
    return layers


def by_torch(device, network, X, y, parameters):
    import torch

    X, y = torch.tensor(X, device=device), torch.tensor(y.astype(X.dtype), device=device)

    def cost(theta):
        a = X
        *hidden, (W, b) = _layers(network, theta)
        for V, c in hidden:
            a = torch.tanh(a @ V.T + c)
        return torch.nn.functional.binary_cross_entropy_with_logits((a @ W.T + b)[:, 0], y)

    gradient = torch.func.vmap(torch.func.grad_and_value(cost), chunk_size=max(1, 2**24 // len(X)))

    def run():
        return [each.cpu().numpy() for each in gradient(torch.tensor(parameters, device=device))]

    return run


def by_jax(network, X, y, parameters):
    import jax
    import jax.numpy as jnp

    jax.config.update("jax_enable_x64", X.dtype == np.float64)
    X, y = jnp.asarray(X), jnp.asarray(y.astype(X.dtype))

    def cost(theta):
        a = X
        *hidden, (W, b) = _layers(network, theta)
        for V, c in hidden:
            a = jnp.tanh(a @ V.T + c)
        z = (a @ W.T + b)[:, 0]
        return (jnp.logaddexp(0.0, z) - y * z).mean()

    gradient = jax.jit(jax.vmap(jax.value_and_grad(cost)))
    return lambda: [np.asarray(each) for each in gradient(jnp.asarray(parameters))]


def networks_a_second(run, n):
    run()
    times = []
    for _ in range(ROUNDS):
        began = time.perf_counter()
        run()
        times.append(time.perf_counter() - began)
    return n / statistics.median(times)


def evaluations(outcome, place, torch_device, sizes, dtype):
    names = (f"core, {os.cpu_count()} threads", "ridgenet, device", "PyTorch vmap", "JAX vmap")
    table = outcome.table(
        f"evaluations_{dtype.name}",
        f"Objective and gradient, {N_COLUMNS}-8-1, {dtype.name}",
        [
            key("rows"),
            key("networks", format="d"),
            *(Column(name, "networks/s", ",.0f") for name in names),
            speed("device / core", "the compiled core on all cores"),
            speed("device / fastest other", "the faster of PyTorch and JAX under vmap"),
        ],
    )
    network = Network((N_COLUMNS, 8, 1))
    for n_rows in sizes:
        X, y = data(n_rows, dtype)
        for n in (30, 300):
            random = np.random.default_rng(1)
            parameters = np.stack([network.initial_parameters("glorot", random, dtype) for _ in range(n)])
            ways = [
                by_core(network, X, y, parameters),
                by_device(place, network, X, y, parameters),
                by_torch(torch_device, network, X, y, parameters),
            ]
            speeds = [networks_a_second(run, n) for run in ways]
            try:
                # one batch of all networks may not fit into memory
                speeds.append(networks_a_second(by_jax(network, X, y, parameters), n))
            except (ImportError, RuntimeError):
                speeds.append(float("nan"))
            core, ours, *others = speeds
            table.add(f"{n_rows:,}", n, *speeds, ours / core, ours / np.nanmax(others))


def paths(outcome, sizes):
    table = outcome.table(
        "paths",
        "A path: 50 λ, 5 folds, 5 restarts, float64",
        [
            key("rows"),
            Column("core", "s", ".3g"),
            Column("device", "s", ".3g"),
            speed("times as fast on the device", "the compiled core"),
        ],
    )
    for n_rows in sizes:
        X, y = data(n_rows, np.dtype(np.float64))
        seconds = []
        for device in ("cpu", "cuda"):
            net = RidgeNetClassifierCV((8,), path="full", random_state=0, device=device)
            RidgeNetClassifierCV(random_state=0, device=device, n_alphas=3).fit(X[:200], y[:200])
            began = time.perf_counter()
            net.fit(X, y)
            seconds.append(time.perf_counter() - began)
        table.add(f"{n_rows:,}", *seconds, seconds[0] / seconds[1])


def gpu_name():
    import torch

    return torch.cuda.get_device_name()


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cpu", action="store_true", help="without a GPU: the same code on CPU arrays, small sizes")
    options = parser.parse_args()
    if options.cpu:
        import array_api_compat.torch as xp

        place, torch_device, sizes = Device(xp, None, lambda array: array.numpy(), 2**22), "cpu", (1_000, 10_000)
    else:
        place, torch_device, sizes = device_of("cuda"), "cuda", (1_000, 10_000, 100_000, 1_000_000)
    outcome = Outcome.begin("gpu_on_cpu" if options.cpu else "gpu", "torch", "jax", "cupy")
    if not options.cpu:
        outcome.provenance["machine"]["gpu"] = gpu_name()
    for dtype in (np.float64, np.float32):
        evaluations(outcome, place, torch_device, sizes, np.dtype(dtype))
    if not options.cpu:
        paths(outcome, sizes[:3])
    outcome.save()


if __name__ == "__main__":
    main()
