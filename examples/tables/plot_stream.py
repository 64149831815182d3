"""
How do I train on files larger than memory?
===========================================

The rows are in a folder of Parquet files, more than fit into memory. Can a network be trained on
them, and how many passes does it take to get what training in memory would give?
"""

import tempfile
from pathlib import Path

import pandas as pd
from matplotlib import pyplot as plt
from sklearn.datasets import make_moons
from sklearn.metrics import log_loss

from ridgenet import RidgeNetClassifier

BLUE, ORANGE = "#0072B2", "#D55E00"


def table(n, seed):
    X, y = make_moons(n, noise=0.3, random_state=seed)
    return pd.DataFrame(X, columns=["x1", "x2"]).assign(moon=y)


# %%
# Ten files of 4,000 rows stand for ten of 40 million. ``fit_stream`` reads one file after another,
# shuffles the rows in a buffer of fixed size, and trains with adam. The number of passes is
# ``n_epochs``; a ``checkpoint`` file would let a killed run go on.

new = table(5000, seed=100)
X_new, y_new = new[["x1", "x2"]], new["moon"]
passes = [1, 2, 3, 5, 8, 12, 20, 30]
losses = []
with tempfile.TemporaryDirectory() as folder:
    for k in range(10):
        table(4000, seed=k).to_parquet(Path(folder) / f"rows-{k}.parquet")
    for n_epochs in passes:
        net = RidgeNetClassifier((16,), alpha=1.0, learning_rate_init=0.01, random_state=0)
        net.fit_stream(folder, "moon", n_epochs=n_epochs)
        losses.append(log_loss(y_new, net.predict_proba(X_new)))

# %%
# The same rows in memory, by L-BFGS, which converges to the minimum.

rows = pd.concat([table(4000, seed=k) for k in range(10)])
in_memory = RidgeNetClassifier((16,), alpha=1.0, solver="lbfgs", tol=1e-4, random_state=0)
in_memory.fit(rows[["x1", "x2"]], rows["moon"])
reference = log_loss(y_new, in_memory.predict_proba(X_new))
print(f"in memory, {in_memory.n_iter_} iterations of L-BFGS: test log loss {reference:.4f}")
for n_epochs, loss in zip(passes, losses, strict=True):
    print(f"streamed, {n_epochs:2d} passes: test log loss {loss:.4f}")

figure, ax = plt.subplots(figsize=(7.5, 4.4), layout="constrained")
ax.plot(passes, losses, color=BLUE, marker="o", label="fit_stream")
ax.axhline(reference, color=ORANGE, linestyle="--", label="fit, all rows in memory")
ax.set(xscale="log", xlabel="passes over the files (n_epochs)", ylabel="test log loss")
ax.set_xticks(passes, passes)
ax.minorticks_off()
ax.grid(alpha=0.25)
ax.set_title("Each pass comes closer to the result in memory")
_ = ax.legend()
plt.show()

# %%
# **Answer.** Name the folder and the target: ``net.fit_stream(folder, "moon")``. The memory needed
# does not grow with the number of rows, and λ (``alpha``) means the same as in ``fit``. The more
# passes, the closer is the loss to that of the network trained in memory; a file with more rows
# needs fewer of them, since each has more updates.
