"""The tutorial's training of 2-8-1 in plain NumPy, one batch at a time: the reference for the compiled core."""

import numpy as np


def train(X, y, parameters, *, alpha, batch_size, learning_rate, n_epochs, seed, with_cost):
    """Return W1, b1, W2, b2 after `n_epochs`; samples are columns, and weights change in place, as in the tutorial."""
    W1, b1, W2, b2 = parameters
    rng = np.random.RandomState(seed)
    m = X.shape[1]
    for _ in range(n_epochs):
        order = rng.permutation(m)
        X_shuffled, y_shuffled = X[:, order], y[:, order]
        for start in range(0, m, batch_size):
            x, t = X_shuffled[:, start : start + batch_size], y_shuffled[:, start : start + batch_size]
            n = x.shape[1]
            a1 = np.tanh(np.dot(W1, x) + b1)
            a2 = 1 / (1 + np.exp(-(np.dot(W2, a1) + b2)))
            if with_cost:
                loss = t * np.log(a2 + 1e-10) + (1 - t) * np.log(1 - a2 + 1e-10)
                _ = -np.sum(loss) / n + alpha * (np.sum(np.square(W1)) + np.sum(np.square(W2))) / n / 2
            dz2 = a2 - t
            dW2 = np.dot(dz2, a1.T) / n + alpha / n * W2
            db2 = np.sum(dz2, axis=1, keepdims=True) / n
            dz1 = np.multiply(np.dot(W2.T, dz2), 1 - np.power(a1, 2))
            dW1 = np.dot(dz1, x.T) / n + alpha / n * W1
            db1 = np.sum(dz1, axis=1, keepdims=True) / n
            W1 -= learning_rate * dW1
            b1 -= learning_rate * db1
            W2 -= learning_rate * dW2
            b2 -= learning_rate * db2
    return W1, b1, W2, b2
