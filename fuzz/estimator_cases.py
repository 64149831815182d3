"""Which estimators are tried: their parameters, their data, and what is done with them."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from fuzz import data
from ridgenet.estimators._parameters import CONSTRAINTS
from ridgenet.estimators._parameters_cv import CV_CONSTRAINTS
from ridgenet.formulas import ACTIVATIONS, REGRESSION_LOSSES

Case = dict[str, Any]

# parameters: what may be, and what is to be refused; the first is what is fast
NETWORK = {
    "hidden_layer_sizes": ([[3], [], [5], [4, 2], 2, [1]], [[0], [-3], [2.5], "x", None, [[2], [3]], [[]]]),
    "activation": (["tanh", *sorted(set(ACTIVATIONS) - {"tanh"})], ["step", None]),
    "standardize": ([True, False], ["yes"]),
    "init": (["glorot", "he", "small_normal"], ["zeros"]),
    "max_iter": ([100, 1, 3, 3000], [0, -1, 2.5, None]),
    "random_state": ([0, 1, 2**32 - 1], [-1, 2**32, "seed", 1.5]),
    "tol": ([1e-5, 0.0, 1e-11, 1.0], [-1.0, data.NAN, None]),
}
ONE_NETWORK = {
    **NETWORK,
    "solver": (["auto", "lbfgs", "sgd", "adam"], ["newton"]),
    "alpha": ([1.0, 0.0, 1e-8, 1e-300, 0.1, 1e4, 1e300], [-1.0, data.NAN, data.INF, [1.0, -1.0], [], "1", None]),
    "penalty_factor": ([None], [[], [-1.0], [data.NAN], [[1.0]], "x"]),
    "penalty_scaling": (["dataset", "batch"], ["rows"]),
    "batch_size": (["auto", 1, 7, 10**9], [0, -1, 2.5]),
    "learning_rate": (["constant", "invscaling", "adaptive", "cosine"], ["linear"]),
    "learning_rate_init": ([0.001, 0.1, 10.0, 1e-300, 1e10], [0.0, -1.0, data.NAN, data.INF]),
    "power_t": ([0.5, 0.0, 300.0], [-1.0]),
    "shuffle": ([True, False], [2.5]),
    "warm_start": ([False, True], ["no"]),
    "momentum": ([0.9, 0.0, 1.0], [1.5, -0.1]),
    "nesterovs_momentum": ([True, False], []),
    "early_stopping": ([False, True], ["no"]),
    "validation_fraction": ([0.1, 0.5, 0.99, 1e-9], [0.0, 1.0, -0.1, data.NAN]),
    "beta_1": ([0.9, 0.0], [1.0, -0.1]),
    "beta_2": ([0.999, 0.0], [1.0]),
    "epsilon": ([1e-8, 1e-300, 1.0], [0.0]),
    "n_iter_no_change": ([10, 1, data.INF], [0, 2.5]),
    "max_fun": ([15000, 1, 2], [0]),
    "dropout": ([0.0, 0.5, 0.999], [1.0, -0.5, data.NAN]),
    "weight_decay": ([0.0, 0.1, 100.0], [-1.0, data.NAN]),
}
CROSS_VALIDATED = {
    **NETWORK,
    "hidden_layer_sizes": ([[3], [], [2], [[], [2]], [[2], [3, 1]], "auto"], [[0], [-3], "x", None, [2.5]]),
    "alphas": ([None, [1.0], [0.1, 10.0], [0.0, 1.0], [1e-300, 1e300]], [[], [-1.0], [data.NAN], "all", [data.INF]]),
    "n_alphas": ([3, 2, 5], [1, 0, 2.5]),
    "alpha_max_ratio": ([1.0, 10.0, 1e300], [0.5, data.NAN]),
    "alpha_min_ratio": ([1e-3, 1e-300, 0.99, 0.9999999], [0.0, 1.0, data.NAN]),
    "penalty_factor": ([None], [[], [-1.0], [data.NAN], [[1.0]], "x"]),
    "cv": ([3, 2, "pairs", "some rows", "one row"], [1, 0, -1, "folds", 2.5, "out of range", "no rows", "negative"]),
    "selection": (["min", "1se", "loo", "evidence"], ["best"]),
    "path": (["adaptive", "full"], ["short"]),
    "n_restarts": ([1, 2], [0, -1]),
    "average": ([True, False], []),
    "n_jobs": ([1, 2, None], ["all"]),
    "device": (["cpu"], ["tpu", "cuda:99"]),
    "keep": ([False, True], []),
}
CLASS_WEIGHTS = (
    [None, "balanced", {"0": 1.0, "1": 3.0}, {"0": 1.0, "1": 0.0}],
    [{"0": 1.0, "1": -3.0}, {"0": data.NAN, "1": 1.0}, {"0": 0.0, "1": 0.0}, {"0": data.INF, "1": 1.0}, "rare", {}],
)
CLASS_SCORERS = (
    [None, "accuracy", "neg_log_loss", "roc_auc", "roc_auc_ovr", "f1", "f1_macro", "neg_brier_score", "precision"],
    ["r2", "luck"],
)
NUMBER_SCORERS = ([None, "r2", "neg_mean_absolute_error", "neg_mean_squared_log_error", "d2_tweedie_score"], ["luck"])
LOSSES = (list(REGRESSION_LOSSES), ["luck"])
LOSS_PARAMETERS = ([None], [data.NAN, -1.0, "luck"])
PARAMETERS: dict[str, dict[str, tuple[list[Any], list[Any]]]] = {
    "RidgeNetClassifier": {**ONE_NETWORK, "class_weight": CLASS_WEIGHTS},
    "RidgeNetRegressor": {**ONE_NETWORK, "loss": LOSSES, "loss_parameter": LOSS_PARAMETERS},
    "RidgeNetClassifierCV": {**CROSS_VALIDATED, "class_weight": CLASS_WEIGHTS, "scoring": CLASS_SCORERS},
    "RidgeNetRegressorCV": {**CROSS_VALIDATED, "loss": LOSSES, "scoring": NUMBER_SCORERS},
}

assert set(ONE_NETWORK) | {"verbose", "callbacks"} == set(CONSTRAINTS)
assert set(CROSS_VALIDATED) | {"verbose", "callbacks", "scoring"} == set(CV_CONSTRAINTS)


def _values(name: str, parameter: str) -> st.SearchStrategy[Any]:
    good, bad = PARAMETERS[name][parameter]
    return st.one_of(st.sampled_from(good), st.sampled_from(good), st.sampled_from([*good, *bad]))


@st.composite
def _parameters(draw: st.DrawFn, name: str, most: int) -> dict[str, Any]:
    names = draw(st.lists(st.sampled_from(sorted(PARAMETERS[name])), max_size=most, unique=True))
    return {parameter: draw(_values(name, parameter)) for parameter in names}


@st.composite
def cases(draw: st.DrawFn) -> Case:
    """Draw an estimator, and what is done with it."""
    name = draw(st.sampled_from(list(PARAMETERS)))
    targets = data.class_targets() if "Classifier" in name else data.number_targets()
    one_network = not name.endswith("CV")
    fit = st.fixed_dictionaries({"do": st.just("fit"), "data": data.data(targets), "own validation": st.just(False)})
    later = [fit, st.fixed_dictionaries({"do": st.just("set"), "parameters": _parameters(name, 2)})]
    later.append(st.fixed_dictionaries({"do": st.just("predict"), "X": data.inputs(), "d": st.integers(1, 4)}))
    if one_network:
        validated = st.fixed_dictionaries(
            {"do": st.just("fit"), "data": data.data(targets), "own validation": st.just(True)}
        )
        by_parts = st.fixed_dictionaries({"do": st.just("partial_fit"), "data": data.data(targets)})
        later += [validated, by_parts, by_parts]
    else:
        alphas = st.sampled_from([1.0, 1e-9, 1e9, 0.0, -1.0, data.NAN, data.INF])
        later.append(st.fixed_dictionaries({"do": st.just("with_alpha"), "alpha": alphas}))
    first = draw(st.one_of(fit, fit, *later[3:]))
    return {
        "estimator": name,
        "parameters": draw(_parameters(name, 4)),
        "steps": [first, *draw(st.lists(st.one_of(*later), max_size=3))],
    }
