"""Which commands are tried: their options, the files they are given, and where their output goes."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from fuzz import seeds, tables
from fuzz.mutations import byte_mutations

Case = dict[str, Any]

# an option with a number takes the name of that column
TRAINING = [
    ["--hidden", "none"], ["--hidden", "3"], ["--hidden", "0"], ["--hidden", "a"], ["--alpha", "0.1"], ["--alpha", "0"],
    ["--alpha", "-1"], ["--alpha", "nan"], ["--task", "classification"], ["--task", "regression"], ["--drop", 0],
    ["--drop", 1], ["--drop", "nothing"], ["--categorical", 0], ["--categorical", -1], ["--weight", 0], ["--groups", 1],
    ["--test", "0.3"], ["--test", "nested"], ["--test", "missing.csv"], ["--class-weight", "balanced"],
    ["--class-weight", "{yes=1,no=-3}"], ["--class-weight", "{"], ["--delimiter", ";"], ["--delimiter", ""],
    ["--encoding", "latin-1"], ["--encoding", "utf-16"], ["--encoding", "klingon"], ["--decimal", ","],
    ["--decimal", "x"],
    ["--seed", "-1"], ["--json"], ["--set", "tol=1e-3"], ["--set", "tol=-1"], ["--set", "nothing=1"],
    ["--set", "max_iter=0"],
    ["--activation", "step"], ["--activation", "relu"],
]  # fmt: skip
FIT = [
    ["--solver", "adam"],
    ["--solver", "sgd"],
    ["--solver", "newton"],
    ["--set", "early_stopping=true"],
    ["--epochs", "1"],
]
PATH = [
    ["--alphas", "1,0.1"], ["--alphas", "-1"], ["--alphas", "a"], ["--folds", "99"], ["--folds", "1"],
    ["--scoring", "f1"],
    ["--scoring", "roc_auc"], ["--scoring", "neg_log_loss"], ["--scoring", "luck"], ["--selection", "1se"],
    ["--selection", "evidence"], ["--hidden", "2"], ["--set", "alpha_min_ratio=0.99999"], ["--jobs", "2"],
]  # fmt: skip
STREAM = [
    ["--weight", 0],
    ["--drop", 0],
    ["--hidden", "none"],
    ["--task", "classification"],
    ["--seed", "3"],
    ["--alpha", "0"],
]
PREDICT = [
    ["--unseen", "ignore"], ["--unseen", "what"], ["--delimiter", ";"], ["--encoding", "latin-1"],
    ["--encoding", "utf-16"],
    ["--decimal", ","], ["--quiet"],
]  # fmt: skip
GRADIENT = [
    ["--hidden", "none"], ["--hidden", "3,2"], ["--hidden", "-3"], ["--features", "0"], ["--features", "5"],
    ["--outputs", "0"], ["--outputs", "3"], ["--activation", "relu"], ["--activation", "step"],
    ["--loss", "multinomial_log_loss"],
    ["--loss", "poisson"], ["--loss", "luck"], ["--alpha", "-1"], ["--alpha", "nan"], ["--alpha", "1e300"],
    ["--samples", "0"], ["--samples", "1"], ["--seed", "-1"], ["--seed", "99999999999"],
]  # fmt: skip
COMPARE = [
    ["--noise", "-1"], ["--samples", "1"], ["--samples", "20"], ["--alphas", "0,a"], ["--alphas", "1"],
    ["--hidden", "none"],
    ["--step", "1e300"], ["--step", "nan"], ["--batch-size", "0"], ["--test-size", "2"], ["--target", "y"],
    ["--seed", "-1"],
]  # fmt: skip
OUTPUTS = [
    "-", "p.csv", "p.tsv", "p.csv.gz", "p.csv.zst", "p.parquet", "p.feather", "p.xlsx", "link.csv", "pipe.csv",
    "existing.csv",
    "folder", "no/where.csv",
]  # fmt: skip
CONFIGS = [
    "result.json", "{}", "", "[", "target = 'y'", "alpha = 'a'", '{"target": ["y"]}', '{"settings": 1}', "drop = 3",
    "parameters = 1", "random_state = -1", "target = 1e999", "deep list", "deep table", "\x00", "test = {a=1}",
]  # fmt: skip
CHECKPOINTS = ["none yet", "", "damaged", "a folder", "of another run", "cut"]
# of a network without hidden layers, whose fit must not depend on the units of a column
AFFINE = [
    [3.0, 1.7e9], [1e3, 1.7e12], [1e-7, 47.37], [1e-40, 0.0], [1e-50, 0.0], [1e-200, 0.0], [1e30, 0.0], [1e39, 0.0],
    [1e100, 0.0],
    [1.0, 1e9], [-1.0, 0.0],
]  # fmt: skip


def _options(known: list[list[Any]], most: int = 2) -> st.SearchStrategy[list[list[Any]]]:
    return st.lists(st.sampled_from(known), max_size=most)


def cases() -> st.SearchStrategy[Case]:
    """Draw a command and the files that it is given."""
    table = tables.tables()
    model = st.sampled_from(list(seeds.MODELS))
    target = st.sampled_from([-1, -1, -1, -1, -1, -1, 0, 1, "nothing"])
    disk = st.sampled_from([None, None, None, None, 1000, 20_000])
    fit = st.fixed_dictionaries(
        {"command": st.just("fit"), "table": table, "target": target, "options": _options(TRAINING + FIT), "disk": disk}
    )
    stream = st.fixed_dictionaries(
        {
            "command": st.just("stream"),
            "table": table,
            "target": target,
            "options": _options(STREAM),
            "checkpoint": st.sampled_from([None, None, None, *CHECKPOINTS]),
        }
    )
    path = st.fixed_dictionaries(
        {
            "command": st.just("path"),
            "table": table,
            "target": target,
            "options": _options(TRAINING + PATH),
            "disk": disk,
        }
    )
    predict = st.fixed_dictionaries(
        {
            "command": st.just("predict"),
            "table": table,
            "model": model,
            "options": _options(PREDICT),
            "out": st.sampled_from(OUTPUTS),
            "stdin": st.sampled_from([False, False, True]),
            "disk": disk,
        }
    )
    config = st.fixed_dictionaries(
        {"command": st.just("config"), "config": st.sampled_from(CONFIGS), "bytes": byte_mutations(2)}
    )
    other = st.fixed_dictionaries({"command": st.sampled_from(["inspect", "export"]), "table": table, "model": model})
    affine = st.fixed_dictionaries(
        {
            "command": st.just("affine"),
            "column": st.just(0),
            "units": st.sampled_from(AFFINE),
            "format": st.sampled_from(["csv", "parquet"]),
            "stream": st.booleans(),
        }
    )
    gradient = st.fixed_dictionaries({"command": st.just("check-gradient"), "options": _options(GRADIENT, 3)})
    compare = st.fixed_dictionaries({"command": st.just("compare"), "options": _options(COMPARE)})
    return st.one_of(fit, fit, predict, predict, predict, stream, path, config, other, affine, gradient, compare)
