"""
Several rows of each patient: which folds choose the right λ?
=============================================================

Rows of the same patient resemble each other. If some are used for training and others for testing,
a network is rewarded for recognising patients. Does that change the chosen λ (``alpha``), and the
promised error?
"""

import numpy as np
from matplotlib import pyplot as plt
from sklearn.metrics import mean_squared_error
from sklearn.model_selection import GroupKFold, KFold

from ridgenet import RidgeNetRegressorCV

STYLES = {"random folds": ("#D55E00", "--", "s"), "whole patients": ("#0072B2", "-", "o")}

# %%
# Thirty patients with six visits each. Two columns hardly change from visit to visit, so that they
# identify the patient; the third is measured at the visit. The target has a part that is constant
# for each patient, and that no column explains.


def draw(seed, n_patients, n_visits=6):
    rng = np.random.default_rng(seed)
    patient = np.repeat(np.arange(n_patients), n_visits)
    constitution = rng.normal(size=(n_patients, 2))
    measured = rng.normal(size=n_patients * n_visits)
    X = np.column_stack(
        [constitution[patient] + 0.05 * rng.normal(size=(len(patient), 2)), measured]
    )
    y = (
        np.sin(2 * measured)
        + 0.8 * rng.normal(size=n_patients)[patient]
        + 0.2 * rng.normal(size=len(patient))
    )
    return X, y, patient


X, y, patient = draw(0, 30)
X_new, y_new, _ = draw(1, 500)
folds = {
    "random folds": list(KFold(5, shuffle=True, random_state=0).split(X)),
    "whole patients": list(GroupKFold(5).split(X, groups=patient)),
}
nets = {
    name: RidgeNetRegressorCV(
        (16,),
        path="full",
        alphas=np.geomspace(60, 0.01, 22),
        cv=cv,
        n_restarts=2,
        tol=1e-3,
        random_state=0,
    ).fit(X, y)
    for name, cv in folds.items()
}

# %%
# 500 other patients show the true error at each λ.

alphas = nets["random folds"].alphas_
truth = [
    mean_squared_error(y_new, nets["random folds"].with_alpha(a).predict(X_new)) for a in alphas
]
figure, ax = plt.subplots(figsize=(8, 4.6), layout="constrained")
ax.plot(alphas, truth, color="black", linewidth=2, label="new patients")
for name, net in nets.items():
    color, style, marker = STYLES[name]
    promised = -net.cv_results_["mean_test_score"]
    ax.plot(
        alphas,
        promised,
        color=color,
        linestyle=style,
        marker=marker,
        markersize=4,
        label=f"cross-validation, {name}",
    )
    at_new = truth[int(np.flatnonzero(alphas == net.alpha_)[0])]
    ax.plot(
        net.alpha_, at_new, marker, color=color, markersize=11, markeredgecolor="black", zorder=4
    )
    print(
        f"{name}: λ = {net.alpha_:.3g}, "
        f"promised error {promised.min():.2f}, on new patients {at_new:.2f}"
    )
print(f"best possible: λ = {alphas[np.argmin(truth)]:.3g}, on new patients {min(truth):.2f}")
ax.set(
    xscale="log",
    xlabel="λ (alpha), simpler networks to the right",
    ylabel="mean squared error",
    ylim=(0, 2.5),
)
ax.set_title("Large markers: the chosen λ, and its error on new patients")
ax.grid(alpha=0.25)
_ = ax.legend()
plt.show()

# %%
# **Answer.** Those of whole patients; ``cv=GroupKFold(5)`` with ``fit(X, y, groups=patient)`` does
# the same. Random folds promise an error that no new patient will see, and choose a λ that is too
# small, because remembering patients pays within them. For rows in the order of time there is
# ``TimeSeriesSplit``; the command line has ``--groups`` and ``--time``.
