"""The same training in scikit-learn, PyTorch and JAX, each written for speed as its users would."""

import warnings
from itertools import pairwise

import numpy as np
from sklearn.exceptions import ConvergenceWarning
from sklearn.neural_network import MLPClassifier

FOREVER = 10**9


def by_sklearn(X, y, hidden, batch_size, n_epochs, solver, step, activation):
    """Return a function that trains for `n_epochs`."""
    net = MLPClassifier(
        hidden, activation, solver=solver, batch_size=batch_size, learning_rate_init=step, max_iter=n_epochs,
        alpha=1e-4, momentum=0, nesterovs_momentum=False, tol=0, n_iter_no_change=FOREVER, random_state=0,
    )  # fmt: skip

    def train():
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", ConvergenceWarning)
            net.fit(X, y)

    return train


def by_torch(X, y, hidden, batch_size, n_epochs, solver, step, activation):
    """Train in eager mode, batches by index, with the fused optimiser."""
    import torch

    torch.manual_seed(0)
    sizes, n_classes = (X.shape[1], *hidden), len(np.unique(y))
    n_outputs = 1 if n_classes == 2 else n_classes
    X = torch.from_numpy(X)
    y = torch.from_numpy(y.astype(X.numpy().dtype)[:, None] if n_outputs == 1 else y)
    unit = {"relu": torch.nn.ReLU, "tanh": torch.nn.Tanh}[activation]
    layers = []
    for n_in, n_out in pairwise(sizes):
        layers += [torch.nn.Linear(n_in, n_out, dtype=X.dtype), unit()]
    model = torch.nn.Sequential(*layers, torch.nn.Linear(sizes[-1], n_outputs, dtype=X.dtype))
    loss = torch.nn.BCEWithLogitsLoss() if n_outputs == 1 else torch.nn.CrossEntropyLoss()
    make = torch.optim.Adam if solver == "adam" else torch.optim.SGD
    optimizer = make(model.parameters(), lr=step, weight_decay=1e-4, fused=True)

    def train():
        for _ in range(n_epochs):
            order = torch.randperm(len(X))
            for batch in order.split(batch_size):
                optimizer.zero_grad()
                loss(model(X[batch]), y[batch]).backward()
                optimizer.step()

    return train


def by_jax(X, y, hidden, batch_size, n_epochs, solver, step, activation):
    """Train under one jit, epochs and batches by lax.scan, without the last, smaller batch."""
    import jax
    import jax.numpy as jnp

    jax.config.update("jax_enable_x64", True)
    dtype, n_classes = X.dtype, len(np.unique(y))
    n_outputs = 1 if n_classes == 2 else n_classes
    sizes, rng = (X.shape[1], *hidden, n_outputs), np.random.RandomState(0)
    X, n_batches = jnp.asarray(X), len(X) // batch_size
    Y = jnp.asarray(y[:, None] if n_outputs == 1 else np.eye(n_classes)[y], dtype)
    start = [
        (jnp.asarray(rng.randn(i, o) * np.sqrt(2 / (i + o)), dtype), jnp.zeros(o, dtype)) for i, o in pairwise(sizes)
    ]
    unit = {"relu": jax.nn.relu, "tanh": jnp.tanh}[activation]

    def cost(parameters, x, t):
        a = x
        for W, b in parameters[:-1]:
            a = unit(a @ W + b)
        z = a @ parameters[-1][0] + parameters[-1][1]
        data = (jax.nn.softplus(z) - t * z).sum(1) if n_outputs == 1 else -(t * jax.nn.log_softmax(z)).sum(1)
        return data.mean() + 1e-4 / 2 / len(x) * sum((W**2).sum() for W, _ in parameters)

    def update(state, batch):
        parameters, mean, square, k = state
        gradient = jax.grad(cost)(parameters, X[batch], Y[batch])
        if solver == "sgd":
            return (jax.tree.map(lambda p, g: p - step * g, parameters, gradient), mean, square, k), None
        mean = jax.tree.map(lambda m, g: 0.9 * m + 0.1 * g, mean, gradient)
        square = jax.tree.map(lambda s, g: 0.999 * s + 0.001 * g * g, square, gradient)
        size = (step * jnp.sqrt(1 - 0.999**k) / (1 - 0.9**k)).astype(dtype)
        parameters = jax.tree.map(lambda p, m, s: p - size * m / (jnp.sqrt(s) + 1e-8), parameters, mean, square)
        return (parameters, mean, square, k + 1), None

    def epoch(state, key):
        order = jax.random.permutation(key, len(X))[: n_batches * batch_size].reshape(n_batches, batch_size)
        return jax.lax.scan(update, state, order)

    @jax.jit
    def whole(parameters, keys):
        zeros = jax.tree.map(jnp.zeros_like, parameters)
        return jax.lax.scan(epoch, (parameters, zeros, zeros, jnp.asarray(1.0)), keys)[0]

    keys = jax.random.split(jax.random.key(0), n_epochs)
    return lambda: jax.block_until_ready(whole(start, keys))


PEERS = {"scikit-learn": by_sklearn, "PyTorch": by_torch, "JAX": by_jax}
