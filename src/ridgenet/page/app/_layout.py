"""The page as a tree of Dash components; the scripts in `assets` draw everything that changes."""

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
from ridgenet.page._translations import LANGUAGES, N_, SOURCE, Gettext, messages, translations
from ridgenet.page.app._limits import LARGEST_UPLOAD, MEGABYTE
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

HIDDEN = {"display": "none"}
MODES = ("path", "live")
POINTS = ("unseen", "wrong")
# the names in `datasets.DRAWN`
NAMES_OF_DRAWN = (N_("moons"), N_("circles"), N_("xor"), N_("spirals"), N_("blobs"))


@dataclass(frozen=True)
class Shown:
    """How the page is shown: its language, its mode, and which points are drawn besides the training data."""

    language: str = SOURCE
    mode: str = "path"
    points: tuple[str, ...] = ("unseen",)

    @classmethod
    def of(cls, query: Mapping[str, list[str]]) -> Self:
        """Read these settings from an address; unknown values are replaced by the defaults."""
        language, mode = (query.get(name, [""])[-1] for name in ("lang", "mode"))
        points = (
            tuple(name for name in query["show"][-1].split(",") if name in POINTS) if "show" in query else cls.points
        )
        # an empty value hides all points; a value with no known name is a mistake
        if not points and query.get("show", [""])[-1]:
            points = cls.points
        return cls(language if language in LANGUAGES else SOURCE, mode if mode in MODES else "path", points)


def page(problem: Problem, tables: dict[str, str], file: TableFile | None, shown: Shown, message: str) -> list[Any]:
    """Return the page.

    Parameters
    ----------
    problem : Problem
        Initial state of the controls.
    tables : dict of str to str
        Names of the tables that can be chosen, by their keys.
    file : TableFile or None
        The table of the problem.
    shown : Shown
        Language, mode and points.
    message : str
        A message to show at once, or an empty string.
    """
    language = shown.language
    gettext = translations(language).gettext
    options = options_of_data(tables, gettext)
    texts = {
        "messages": messages(language),
        "language": language,
        "options": options,
        "mode": shown.mode,
        "points": shown.points,
        "largest": LARGEST_UPLOAD,
    }
    return [
        html.Div(id="texts", hidden=True, **{"data-texts": json.dumps(texts, ensure_ascii=False)}),
        dcc.Store(id="asked"),
        _header(gettext, shown),
        html.Main(
            [
                html.Section(
                    _controls(problem, options, file, gettext), className="controls", **_named(gettext("Data"))
                ),
                html.Div(
                    [_status(gettext, message), _top(gettext), _mover(gettext), _bottom(gettext)],
                    className="pictures",
                ),
            ]
        ),
        _equations(gettext),
        _code(gettext),
    ]


def options_of_data(tables: dict[str, str], gettext: Gettext) -> list[dict[str, str]]:
    """Return the choices of the data dropdown."""
    drawn = [{"label": gettext(name), "value": name} for name in datasets.DRAWN]
    return drawn + [{"label": name, "value": key} for key, name in tables.items()]


def _header(gettext: Gettext, shown: Shown) -> html.Header:
    languages = [
        html.A(
            name,
            href=f"?lang={key}",
            id=f"language-{key}",
            lang=key,
            **{"aria-current": str(key == shown.language).lower()},
        )
        for key, name in LANGUAGES.items()
    ]
    take = html.Details(
        [
            html.Summary(gettext("Export"), id="take"),
            html.Div(
                [
                    html.Button(gettext("Picture (PNG)"), id="take-png"),
                    html.Button([gettext("Python code"), _of_path(gettext)], id="take-code"),
                    html.A([gettext("Report (HTML)"), _of_path(gettext)], id="take-report", download="report.html"),
                    html.A([gettext("Model file (skops)"), _of_path(gettext)], id="take-model", download="model.skops"),
                    html.A(gettext("Data (CSV)"), id="take-data", download="data.csv"),
                ],
                className="menu",
            ),
        ]
    )
    return html.Header(
        [
            html.H1([html.Span("ridgenet"), " ", gettext("What an L2 penalty does to a network")]),
            html.Div(id="mode", role="radiogroup", **_named(gettext("Mode"))),
            html.Button(gettext("Equations"), id="show-equations"),
            take,
            html.Nav(languages, **_named("English, 中文")),
        ]
    )


def _of_path(gettext: Gettext) -> html.Small:
    """Return a note, shown in live mode, that the path is exported, not the live network."""
    return html.Small(gettext("of the λ path at this λ, not of the live network"), className="of-path")


def _controls(problem: Problem, options: list[dict[str, str]], file: TableFile | None, gettext: Gettext) -> list[Any]:
    columns = list(file.columns) if file is not None else []
    target = problem.target or (file.target if file else None)
    inputs = [name for name in columns if name != target]
    sizes = problem.hidden_layer_sizes
    upload_hint = gettext("{formats}: up to {size} MB; the table stays on this computer")
    return [
        html.H2(gettext("Data")),
        _field(
            gettext("Data"),
            dcc.Dropdown(options, problem.data, id="data", clearable=False, searchable=False),
            shown=False,
        ),
        html.Div(
            [
                _number(gettext("Samples"), "n", problem.n_samples, FEWEST_DRAWN, MOST_DRAWN),
                _number(gettext("Noise"), "noise", problem.noise, 0, LARGEST_NOISE, "any"),
                _number(gettext("Seed"), "seed", problem.seed, 0, LARGEST_SEED),
                html.Button(gettext("Draw new data"), id="new-draw"),
            ],
            id="drawn",
            className="group",
            style={} if problem.is_drawn else HIDDEN,
        ),
        html.Div(
            [
                _field(
                    gettext("Target"),
                    dcc.Dropdown(columns, target, id="target", clearable=False),
                ),
                _field(
                    gettext("Input columns (all if empty)"),
                    dcc.Dropdown(inputs, list(problem.columns), id="columns", multi=True),
                ),
            ],
            id="table",
            className="group",
            style=HIDDEN if problem.is_drawn else {},
        ),
        html.Div(
            id="upload",
            title=upload_hint.format(formats=", ".join(TITLES), size=LARGEST_UPLOAD // MEGABYTE),
            **{"data-accept": ",".join([*BY_SUFFIX, ".txt", *COMPRESSION_SUFFIXES])},
        ),
        html.H2(gettext("Network")),
        html.Div(
            [
                _number(gettext("Hidden layers"), "layers", len(sizes), 0, MOST_LAYERS),
                _number(gettext("Units per layer"), "units", sizes[0] if sizes else 8, 1, MOST_UNITS),
                _field(
                    gettext("Activation"),
                    dcc.Dropdown(
                        list(ACTIVATIONS), problem.activation, id="activation", clearable=False, searchable=False
                    ),
                ),
            ],
            className="group",
        ),
        html.H2(gettext("Show")),
        html.Div(id="show", role="group", **_named(gettext("Show"))),
    ]


def _status(gettext: Gettext, message: str) -> html.Div:
    return html.Div(
        [
            html.Progress(id="progress", max="1", value="0", **_named(gettext("Computing the λ path"))),
            html.Span(message, id="message", role="status", className="error" if message else ""),
            html.Button(gettext("Cancel"), id="cancel", hidden=True),
            html.Button(gettext("Try again"), id="retry", hidden=True),
            html.Button(gettext("Restore the settings shown"), id="back", hidden=True),
            html.Div(
                [
                    html.Button(gettext("Start"), id="run"),
                    html.Button(gettext("Step"), id="step"),
                    html.Button(gettext("Start over"), id="restart"),
                    html.Label(gettext("Epochs per frame"), htmlFor="speed-input"),
                    html.Div(id="speed"),
                ],
                id="live",
                className="live",
                hidden=True,
            ),
        ],
        className="status",
    )


def _top(gettext: Gettext) -> html.Div:
    return html.Div(
        [
            _picture("free", gettext("No penalty: λ = 0"), "free-score"),
            _picture("boundary", gettext("With the penalty"), "boundary-score"),
            html.Section(
                [
                    html.H2(gettext("Interpretation")),
                    html.Div([html.H3(id="finding"), html.P(id="meaning")], role="status"),
                    html.Dl(id="readout"),
                    html.Ul(id="classes", **_named(gettext("Colours of the classes"))),
                    html.P(id="note", className="quiet"),
                ],
                className="seeing",
            ),
        ],
        className="top",
    )


def _mover(gettext: Gettext) -> html.Div:
    return html.Div(
        [
            html.Label(gettext("Regularisation strength λ (alpha)"), htmlFor="strength"),
            html.Div(id="slider", title=gettext("← → change λ, Home and End go to the ends")),
            html.Output(id="strength-value"),
            html.Button(gettext("Chosen λ"), id="to-chosen"),
        ],
        className="mover",
    )


def _bottom(gettext: Gettext) -> html.Div:
    return html.Div(
        [
            _picture("curve", gettext("How λ is chosen (click to select a λ)")),
            html.Div(
                [
                    _picture("objectives", gettext("Parts of the objective")),
                    _picture("search", gettext("Objective during training"), hidden=True),
                ],
                className="pile",
            ),
            html.Figure(
                [
                    html.Figcaption([gettext("The network"), html.Small(gettext("blue +, orange −; numbers: biases"))]),
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


def _equations(gettext: Gettext) -> html.Dialog:
    return html.Dialog(
        [
            html.Button(gettext("Close"), className="close at-top"),
            html.H2(gettext("The objective")),
            html.Div(id="equation"),
            html.H2(gettext("Its gradient")),
            html.Div(id="gradient"),
            html.P(
                gettext(
                    "The data loss moves each weight to where the error is small; the penalty moves it towards zero, "
                    "by (λ/n)·W. Biases are not penalised."
                )
            ),
            html.H2(gettext("Weights and biases (inputs standardised)")),
            html.Div(id="parameters"),
            html.Button(gettext("Close"), className="close"),
        ],
        id="equations",
        **_named(gettext("Equations")),
    )


def _code(gettext: Gettext) -> html.Dialog:
    return html.Dialog(
        [
            html.Button(gettext("Close"), className="close at-top"),
            html.H2(gettext("Python code")),
            html.Pre(id="code", tabIndex="0"),
            html.Button(gettext("Copy"), id="copy-code"),
            html.A(gettext("Download"), id="take-code-file", download="reproduce.py"),
            html.Button(gettext("Close"), className="close"),
        ],
        id="codes",
        **_named(gettext("Python code")),
    )


def _number(label: str, name: str, value: float, low: float, high: float, step: int | str = 1) -> html.Label:
    control = dcc.Input(id=name, type="number", value=value, min=low, max=high, step=step, debounce=0.4)
    return html.Label([html.Span(label), control])


def _field(label: str, control: Any, *, shown: bool = True) -> html.Div:
    text = html.Label(label, htmlFor=control.id, className="" if shown else "unseen")
    return html.Div([text, control], className="field")


def _named(label: str) -> dict[str, str]:
    return {"aria-label": label}
