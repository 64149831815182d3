"""
How do the weights shrink along the path?
=========================================

The Lasso switches weights off one after another. What does an L2 penalty do to the weights of a
network as λ (``alpha``) grows: do they all shrink alike, or does the network become smaller?
"""

from matplotlib import pyplot as plt
from sklearn.datasets import make_friedman1

from ridgenet import ShrinkageDisplay, ridgenet_path

BLUE, ORANGE = "#0072B2", "#E69F00"

# %%
# Friedman's first problem has ten columns, of which five determine the target.
# :func:`~ridgenet.ridgenet_path` trains a network with eight hidden units at every λ, and its
# result has the norms of the layers and of the weights of each hidden unit.

X, y = make_friedman1(200, noise=1.0, random_state=0)
path = ridgenet_path(X, y, hidden_layer_sizes=(8,), n_alphas=40, random_state=0)
print(path)

# %%
# The effective rank of a weight matrix is the number of directions that it uses: 1 if all units are
# copies of one another, 8 if all are different.

figure, (left, right) = plt.subplots(
    1, 2, figsize=(12, 5), width_ratios=(1.3, 1), layout="constrained"
)
ShrinkageDisplay.from_path(path).plot(left)
alive = path.layer_norms[:, 0] > 1e-3
for layer, (color, style) in enumerate(((BLUE, "-"), (ORANGE, "--"))):
    of_layer = path.effective_ranks[alive, layer]
    right.plot(
        path.alphas[alive],
        of_layer,
        color=color,
        linestyle=style,
        linewidth=2,
        label=f"layer {layer + 1}",
    )
right.set(
    xscale="log",
    xlabel="λ (alpha), simpler networks to the right",
    ylabel="effective rank",
    xlim=left.get_xlim(),
)
right.set_title("Fewer and fewer directions are used", fontsize=12)
right.set_ylim(bottom=0)
right.grid(alpha=0.25)
_ = right.legend(frameon=False)

# %%
# The same as a table, at a few λ. A unit counts as used if its weights have at least a twentieth of
# the norm of the largest.

print("        λ  ‖W₁‖  ‖W₂‖  units used  effective rank of W₁")
for index in range(0, len(path), 4):
    units = path.unit_norms[0][index]
    used = int((units > 0.05 * units.max()).sum()) if units.max() > 1e-3 else 0
    norms, rank = path.layer_norms[index], path.effective_ranks[index, 0]
    print(f"{path.alphas[index]:9.3g}  {norms[0]:4.2f}  {norms[1]:4.2f}  {used:10d}  {rank:.2f}")
plt.show()

# %%
# **Answer.** All norms shrink, but the network becomes simpler as well. From weak to strong
# penalties the effective rank of the first layer falls to one: the grey lines merge, since the
# units have become copies of one another, and eight of them do what one could do. At λ_max, on the
# right, nothing is left.
