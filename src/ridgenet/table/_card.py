"""The model card: what a person needs to know about a model, as Markdown."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from ridgenet._wording import readable

MOST_IMPORTANCES = 10


def card_of(record: dict[str, Any], made_with: dict[str, str], command: str) -> str:
    """Return a model card (Mitchell et al., *Model cards for model reporting*, FAT*, 2019).

    Parameters
    ----------
    record : dict
        The record of the model, as in result.json.
    made_with : dict
        Versions of packages.
    command : str
        The command that repeats the run.
    """
    data, network, test = record["data"], record["network"], record["test"]
    shape = "-".join(map(str, network["layer_sizes"] or []))
    parts = [
        f"# Predicting {record['target']}",
        f"A neural network with an L2 penalty ({shape} units, {network['activation']} activation, "
        f"λ = {readable(record['alpha'])}) for {record['task']} from {len(record['columns'])} columns, trained on "
        f"{data['n_rows_trained_on']:,} of {data['n_rows']:,} rows of {_code(data['file'])}.",
        "## Performance on unseen rows",
        *_performance(record, test),
        "## Inputs",
        _table(
            ("column", "holds", "used as", "empty", "values"),
            ([c["name"], c["kind"], c["use"], f"{c['n_missing']:,}", c["values"]] for c in data["columns"]),
        ),
        "## Doubts",
        "\n".join(f"- {note}" for note in record["notes"]) or "None was found.",
        "## How to reproduce it",
        f"    {command}",
        f"SHA-256 of the data: `{data['sha256']}`. Seed: {record['settings']['random_state']}. "
        f"{', '.join(f'{package} {number}' for package, number in made_with.items())}.",
    ]
    return "\n\n".join(parts) + "\n"


def _performance(record: dict[str, Any], test: dict[str, Any] | None) -> list[str]:
    if test is None:
        return ["Not tested."]
    first = test["scores"][0]["name"]
    scores = (
        [s["name"], _number(s["value"]), _number(s["standard_error"]), _number(s["baseline"])] for s in test["scores"]
    )
    parts = [
        f"{test['how'][:1].upper()}{test['how'][1:]}: {test['n_rows']:,} rows.",
        _table(("score", "this model", "standard error", "constant prediction"), scores),
    ]
    if test["baselines"]:
        others = (
            [o["name"], _number(o["value"]), _number(o["difference"]), _number(o["standard_error"])]
            for o in test["baselines"]
        )
        parts.append(_table(("model on the same rows", first, "difference", "standard error"), others))
    parts += [sentence for sentence in (record["verdict"], record["why_worthless"]) if sentence]
    importances = [each for each in test["importances"] if each["value"]][:MOST_IMPORTANCES]
    if importances:
        rows = ([i["column"], _number(i["value"]), _number(i["spread"])] for i in importances)
        parts.append(_table(("column", "growth of the loss if shuffled", "standard deviation"), rows))
    return parts


def _table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [header, ["---"] * len(header), *rows]
    return "\n".join("| " + " | ".join(_cell(cell) for cell in line) + " |" for line in lines)


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|").replace("<", "&lt;")


def _code(text: str) -> str:
    return f"`{text.replace('`', '')}`"


def _number(value: float | None) -> str:
    return "" if value is None else readable(value)
