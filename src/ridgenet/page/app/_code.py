"""A Python program that reproduces what the page shows."""

from __future__ import annotations

from ridgenet.page.app._learning import BEYOND
from ridgenet.page.app._problem import Problem
from ridgenet.page.app._tables import USUAL_SHARE, TableFile

DRAWN = """# The λ path of a {shape} network on {data}, and the network at λ = {alpha:.3g}.

import numpy as np

from ridgenet import RidgeNetClassifierCV
from ridgenet._datasets import load
from ridgenet import BoundaryPathDisplay, PathDisplay
from ridgenet._preprocessing import standardized_in_place

data = load({data!r}, n_samples={n_samples}, noise={noise:g}, random_state={seed})
# the page trains in single precision, on standardised inputs
X = data.X.copy()
mean, scale = standardized_in_place(X)
X, X_test = X.astype(np.float32), (data.X_test - mean) / scale

path = RidgeNetClassifierCV(
    hidden_layer_sizes={hidden!r},
    activation={activation!r},
    alpha_max_ratio={beyond:g},
    average=False,
    path="full",
    random_state=0,
).fit(X, data.y)
print(f"cross-validation chooses λ = {{path.alpha_:.4g}}")

net = path.with_alpha({alpha!r})
print(f"at λ = {{net.alpha_:.4g}}: error {{1 - net.score(X, data.y):.1%}} in training, "
      f"{{1 - net.score(X_test, data.y_test):.1%}} on unseen points; "
      f"data loss {{net.data_loss_curve_[-1]:.4g}}, L2 penalty {{net.l2_penalty_curve_[-1]:.4g}}")

PathDisplay.from_estimator(path).plot().figure_.savefig("path.png")
BoundaryPathDisplay.from_estimator(path, X, data.y).plot().figure_.savefig("boundary.png")
"""

TABLE = """# The λ path of a network that predicts {target!r} from {name!r}, and the network at λ = {alpha:.3g}.

from sklearn.pipeline import Pipeline

from ridgenet._table_settings import TableSettings
from ridgenet.table._training import train
from ridgenet import {displays}

model = train(
    TableSettings(
        data={path!r},
        target={target!r},
        drop={drop!r},
        test={share!r},{reading}
        parameters={{
            "hidden_layer_sizes": {hidden!r},
            "activation": {activation!r},
            "alpha_max_ratio": {beyond:g},
            "average": False,
            "path": "full",
        }},
    )
)
path, seen, unseen = model.network, model.rows, model.test.rows
print(f"cross-validation chooses λ = {{path.alpha_:.4g}}")

net = path.with_alpha({alpha!r})
whole = Pipeline([*model.pipeline.steps[:-1], ("network", net)])
print(f"at λ = {{net.alpha_:.4g}}: {score} in training, "
      f"{score_unseen} on unseen rows; "
      f"data loss {{net.data_loss_curve_[-1]:.4g}}, L2 penalty {{net.l2_penalty_curve_[-1]:.4g}}")

PathDisplay.from_estimator(path).plot().figure_.savefig("path.png")
{picture}
"""
# the parts of the program that depend on the task
OF_CLASSES = {
    "displays": "BoundaryPathDisplay, PathDisplay",
    "score": "error {1 - whole.score(seen.X, seen.y):.1%}",
    "score_unseen": "{1 - whole.score(unseen.X, unseen.y):.1%}",
    "picture": "inputs = model.pipeline[:-1].transform(seen.X)\n"
    'BoundaryPathDisplay.from_estimator(path, inputs, seen.y).plot().figure_.savefig("boundary.png")',
}
OF_NUMBERS = {
    "displays": "PathDisplay, ShrinkageDisplay",
    "score": "R² {whole.score(seen.X, seen.y):.3f}",
    "score_unseen": "{whole.score(unseen.X, unseen.y):.3f}",
    "picture": 'ShrinkageDisplay.from_estimator(path).plot().figure_.savefig("shrinkage.png")',
}


def code_of(problem: Problem, alpha: float, file: TableFile | None, *, is_classes: bool = True) -> str:
    """Return a program that computes the same path and λ, and prints and draws what the page shows."""
    hidden = problem.hidden_layer_sizes
    network = {"activation": problem.activation, "alpha": alpha, "beyond": BEYOND}
    if file is None:
        drawn = {"n_samples": problem.n_samples, "noise": problem.noise, "seed": problem.seed}
        shape = "-".join(map(str, (2, *hidden, *((1,) if problem.data != "blobs" else (3,)))))
        return DRAWN.format(data=problem.data, shape=shape, hidden=hidden, **drawn, **network)
    target = problem.target or file.target
    drop = [name for name in file.columns if problem.columns and name not in (target, *problem.columns)]
    reading = {name: getattr(file.reading, name) for name in ("delimiter", "encoding", "thousands")}
    lines = [f"\n        {name}={value!r}," for name, value in reading.items() if value is not None]
    if file.reading.decimal != ".":
        lines.append(f"\n        decimal={file.reading.decimal!r},")
    if file.reading.na is not None:
        lines.append(f"\n        na={list(file.reading.na)!r},")
    path = str(file.path) if problem.data == "file" else file.name
    return TABLE.format(
        path=path,
        name=file.name,
        target=target,
        drop=tuple(drop),
        share=USUAL_SHARE,
        reading="".join(lines),
        hidden=list(hidden),
        **network,
        **(OF_CLASSES if is_classes else OF_NUMBERS),
    )
