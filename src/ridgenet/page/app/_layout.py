"""The page as a tree of components; what moves on it is drawn by the scripts in `assets`."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

from dash import dcc, html

from ridgenet import _datasets as datasets
from ridgenet.formats._registry import BY_SUFFIX, TITLES
from ridgenet.formats._sources import COMPRESSION_SUFFIXES
from ridgenet.formulas import ACTIVATIONS
from ridgenet.page.app._limits import LARGEST_UPLOAD
from ridgenet.page.app._meanings import findings_in
from ridgenet.page.app._problem import (
    FEWEST_DRAWN,
    LARGEST_NOISE,
    LARGEST_SEED,
    MOST_DRAWN,
    MOST_LAYERS,
    MOST_UNITS,
    Problem,
)
from ridgenet.page.app._tables import TableFile
from ridgenet.page.app._words import NAMES, USUAL, words_in

HIDDEN = {"display": "none"}
MODES = ("path", "live")
POINTS = ("unseen", "wrong")


@dataclass(frozen=True)
class Shown:
    """How the page is looked at: its language, its mode, and which points are drawn besides those learned from."""

    language: str = USUAL
    mode: str = "path"
    points: tuple[str, ...] = ("unseen",)

    @classmethod
    def of(cls, query: Mapping[str, list[str]]) -> Self:
        """Read the part of an address that says so; what is not known is as usual."""
        language, mode = (query.get(name, [""])[-1] for name in ("lang", "mode"))
        points = (
            tuple(name for name in query["show"][-1].split(",") if name in POINTS) if "show" in query else cls.points
        )
        # nothing is what one may want to see, but not what a slip means
        if not points and query.get("show", [""])[-1]:
            points = cls.points
        return cls(language if language in NAMES else USUAL, mode if mode in MODES else "path", points)


def page(problem: Problem, tables: dict[str, str], file: TableFile | None, shown: Shown, message: str) -> list[Any]:
    """Return the page.

    Parameters
    ----------
    problem : Problem
        What the controls show at first.
    tables : dict of str to str
        Names of the tables that can be chosen, by what they are known by.
    file : TableFile or None
        The table of the problem.
    shown : Shown
        How it is looked at.
    message : str
        What to tell the person at once; empty if nothing.
    """
    language = shown.language
    say = words_in(language)
    options = options_of_data(tables, say)
    texts = {
        "words": say,
        "findings": findings_in(language),
        "language": language,
        "options": options,
        "mode": shown.mode,
        "points": shown.points,
        "largest": LARGEST_UPLOAD,
    }
    return [
        html.Div(id="texts", hidden=True, **{"data-texts": json.dumps(texts, ensure_ascii=False)}),
        dcc.Store(id="asked"),
        _header(say, shown),
        html.Main(
            [
                html.Section(_controls(problem, options, file, say), className="controls", **_named(say["data"])),
                html.Div(
                    [_status(say, message), _top(say), _mover(say), _bottom(say)],
                    className="pictures",
                ),
            ]
        ),
        _equations(say),
        _code(say),
    ]


def options_of_data(tables: dict[str, str], say: dict[str, str]) -> list[dict[str, str]]:
    """Return what data can be chosen."""
    drawn = [{"label": say[name], "value": name} for name in datasets.DRAWN]
    return drawn + [{"label": name, "value": key} for key, name in tables.items()]


def _header(say: dict[str, str], shown: Shown) -> html.Header:
    languages = [
        html.A(
            name,
            href=f"?lang={key}",
            id=f"language-{key}",
            lang=key,
            **{"aria-current": str(key == shown.language).lower()},
        )
        for key, name in NAMES.items()
    ]
    take = html.Details(
        [
            html.Summary(say["take"], id="take"),
            html.Div(
                [
                    html.Button(say["picture"], id="take-png"),
                    html.Button([say["code"], _of_path(say)], id="take-code"),
                    html.A([say["report"], _of_path(say)], id="take-report", download="report.html"),
                    html.A([say["model"], _of_path(say)], id="take-model", download="model.skops"),
                    html.A(say["table"], id="take-data", download="data.csv"),
                ],
                className="menu",
            ),
        ]
    )
    return html.Header(
        [
            html.H1([html.Span("ridgenet"), " ", say["title"]]),
            html.Div(id="mode", role="radiogroup", **_named(say["mode"])),
            html.Button(say["equations"], id="show-equations"),
            take,
            html.Nav(languages, **_named("English, 中文")),
        ]
    )


def _of_path(say: dict[str, str]) -> html.Small:
    """Say, in live mode, that it is the path that is taken along."""
    return html.Small(say["of the path"], className="of-path")


def _controls(
    problem: Problem, options: list[dict[str, str]], file: TableFile | None, say: dict[str, str]
) -> list[Any]:
    columns = list(file.columns) if file is not None else []
    target = problem.target or (file.target if file else None)
    inputs = [name for name in columns if name != target]
    sizes = problem.hidden_layer_sizes
    return [
        html.H2(say["data"]),
        _field(
            say["data"],
            dcc.Dropdown(options, problem.data, id="data", clearable=False, searchable=False),
            shown=False,
        ),
        html.Div(
            [
                _number(say["n"], "n", problem.n_samples, FEWEST_DRAWN, MOST_DRAWN),
                _number(say["noise"], "noise", problem.noise, 0, LARGEST_NOISE, "any"),
                _number(say["seed"], "seed", problem.seed, 0, LARGEST_SEED),
                html.Button(say["new draw"], id="new-draw"),
            ],
            id="drawn",
            className="group",
            style={} if problem.is_drawn else HIDDEN,
        ),
        html.Div(
            [
                _field(
                    say["target"],
                    dcc.Dropdown(columns, target, id="target", clearable=False),
                ),
                _field(say["columns"], dcc.Dropdown(inputs, list(problem.columns), id="columns", multi=True)),
            ],
            id="table",
            className="group",
            style=HIDDEN if problem.is_drawn else {},
        ),
        html.Div(
            id="upload",
            title=f"{', '.join(TITLES)}: {say['upload hint']}",
            **{"data-accept": ",".join([*BY_SUFFIX, ".txt", *COMPRESSION_SUFFIXES])},
        ),
        html.H2(say["network"]),
        html.Div(
            [
                _number(say["layers"], "layers", len(sizes), 0, MOST_LAYERS),
                _number(say["units"], "units", sizes[0] if sizes else 8, 1, MOST_UNITS),
                _field(
                    say["activation"],
                    dcc.Dropdown(
                        list(ACTIVATIONS), problem.activation, id="activation", clearable=False, searchable=False
                    ),
                ),
            ],
            className="group",
        ),
        html.H2(say["show"]),
        html.Div(id="show", role="group", **_named(say["show"])),
    ]


def _status(say: dict[str, str], message: str) -> html.Div:
    return html.Div(
        [
            html.Progress(id="progress", max="1", value="0", **_named(say["the path"])),
            html.Span(message, id="message", role="status", className="error" if message else ""),
            html.Button(say["cancel"], id="cancel", hidden=True),
            html.Button(say["try again"], id="retry", hidden=True),
            html.Button(say["back"], id="back", hidden=True),
            html.Div(
                [
                    html.Button(say["start"], id="run"),
                    html.Button(say["step"], id="step"),
                    html.Button(say["again"], id="restart"),
                    html.Label(say["speed"], htmlFor="speed-input"),
                    html.Div(id="speed"),
                ],
                id="live",
                className="live",
                hidden=True,
            ),
        ],
        className="status",
    )


def _top(say: dict[str, str]) -> html.Div:
    return html.Div(
        [
            _picture("free", say["free"], "free-score"),
            _picture("boundary", say["with"], "boundary-score"),
            html.Section(
                [
                    html.H2(say["seeing"]),
                    html.Div([html.H3(id="finding"), html.P(id="meaning")], role="status"),
                    html.Dl(id="readout"),
                    html.Ul(id="classes", **_named(say["classes"])),
                    html.P(id="note", className="quiet"),
                ],
                className="seeing",
            ),
        ],
        className="top",
    )


def _mover(say: dict[str, str]) -> html.Div:
    return html.Div(
        [
            html.Label(say["strength"], htmlFor="strength"),
            html.Div(id="slider", title=say["keys"]),
            html.Output(id="strength-value"),
            html.Button(say["chosen"], id="to-chosen"),
        ],
        className="mover",
    )


def _bottom(say: dict[str, str]) -> html.Div:
    return html.Div(
        [
            _picture("curve", say["curve"]),
            html.Div(
                [_picture("objectives", say["objectives"]), _picture("search", say["search"], hidden=True)],
                className="pile",
            ),
            html.Figure(
                [
                    html.Figcaption([say["drawing"], html.Small(say["drawing hint"])]),
                    html.Div(id="network"),
                ],
            ),
        ],
        className="bottom",
    )


def _picture(name: str, caption: str, score: str | None = None, *, hidden: bool = False) -> html.Figure:
    scores = [html.Output(id=score)] if score else []
    return html.Figure(
        [
            html.Figcaption([caption, *scores], id=f"{name}-caption"),
            html.Div(html.Div(id=name, className="plot", role="img", **_named(caption)), className="stack"),
        ],
        id=f"{name}-figure",
        hidden=hidden,
    )


def _equations(say: dict[str, str]) -> html.Dialog:
    return html.Dialog(
        [
            html.Button(say["close"], className="close at-top"),
            html.H2(say["minimised"]),
            html.Div(id="equation"),
            html.H2(say["gradient"]),
            html.Div(id="gradient"),
            html.P(say["gradient text"]),
            html.H2(say["parameters"]),
            html.Div(id="parameters"),
            html.Button(say["close"], className="close"),
        ],
        id="equations",
        **_named(say["equations"]),
    )


def _code(say: dict[str, str]) -> html.Dialog:
    return html.Dialog(
        [
            html.Button(say["close"], className="close at-top"),
            html.H2(say["code"]),
            html.Pre(id="code", tabIndex="0"),
            html.Button(say["copy"], id="copy-code"),
            html.A(say["download"], id="take-code-file", download="reproduce.py"),
            html.Button(say["close"], className="close"),
        ],
        id="codes",
        **_named(say["code"]),
    )


def _number(label: str, name: str, value: float, low: float, high: float, step: int | str = 1) -> html.Label:
    control = dcc.Input(id=name, type="number", value=value, min=low, max=high, step=step, debounce=0.4)
    return html.Label([html.Span(label), control])


def _field(label: str, control: Any, *, shown: bool = True) -> html.Div:
    text = html.Label(label, htmlFor=control.id, className="" if shown else "unseen")
    return html.Div([text, control], className="field")


def _named(label: str) -> dict[str, str]:
    return {"aria-label": label}
