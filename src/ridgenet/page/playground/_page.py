"""Put the playground together: `playground`."""

from __future__ import annotations

from pathlib import Path

from ridgenet import __version__
from ridgenet.core.browser import joined
from ridgenet.page import components
from ridgenet.page._policy import embeddable, policy
from ridgenet.page.script import script

HERE = Path(__file__).parent
SCRIPTS = (
    "messages.js", "sources.js", "state.js", "embedding.js", "table.js", "findings.js", "resampling.js",
    "projection.js", "pictures.js", "charts.js", "view.js", "guessing.js", "resampled.js", "live_view.js",
    "table_form.js", "tour.js", "page.js",
)  # fmt: skip


def playground() -> str:
    """Return the playground as one HTML file, which needs no network and no server.

    Raises
    ------
    InputError
        If the WebAssembly module was not built.

    Examples
    --------
    >>> from ridgenet.page.playground._page import playground
    >>> playground().startswith("<!doctype html>")
    True
    """
    engine = embeddable(script())
    own = embeddable(components.script() + joined(HERE, SCRIPTS, RIDGENET_PAGE={"version": __version__}))
    style = components.style() + (HERE / "page.css").read_text(encoding="utf-8")
    content = {"policy": policy([engine, own], style), "style": style, "engine": engine, "page": own}
    page = (HERE / "page.html").read_text(encoding="utf-8")
    for name, text in content.items():
        page = page.replace("{{" + name + "}}", text)
    return page
