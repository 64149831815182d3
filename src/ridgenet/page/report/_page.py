"""The report: figures, tables and sentences put into one file."""

from __future__ import annotations

import json
from dataclasses import replace
from importlib.resources import files
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

from ridgenet import __version__
from ridgenet._wording import readable
from ridgenet.io._results_folder import made_now
from ridgenet.page.report._content import content_of
from ridgenet.table._records import because
from ridgenet.table._rerun import Rerun
from ridgenet.table._result import TableModel

HERE = Path(__file__).parent


def render(model: TableModel, program: str | None = None, rerun: Rerun | None = None) -> str:
    """Return the report as HTML.

    Parameters
    ----------
    model : TableModel
        What it is about.
    program : str, optional
        Python that makes it again, where there is no result.json beside it to do so.
    rerun : Rerun, optional
        The command that makes it again, where there is.
    """
    content = content_of(model)
    if rerun is None:
        # nothing lies beside it
        content = replace(content, pictures=[])
    templates = Environment(
        loader=FileSystemLoader(HERE), autoescape=select_autoescape(), undefined=StrictUndefined, trim_blocks=True
    )
    return templates.get_template("report.html").render(
        content=content,
        because=because,
        readable=readable,
        program=program,
        rerun=rerun,
        version=__version__,
        made=made_now(),
        style=(HERE / "report.css").read_text(encoding="utf-8"),
        drawing="\n".join(
            (files("ridgenet.page.interactive") / name).read_text(encoding="utf-8")
            for name in ("network.js", "surface.js")
        ),
        script=(HERE / "report.js").read_text(encoding="utf-8"),
        plotly=(files("plotly") / "package_data" / "plotly.min.js").read_text(encoding="utf-8"),
        data=_as_script({"figures": content.figures, "slider": content.slider}),
    )


def _as_script(data: Any) -> str:
    """Return JSON that no browser can take for the end of the script, or for markup."""
    text = json.dumps(data, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    return text.replace("<", "\\u003c").replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")
