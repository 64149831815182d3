"""Put the playground together: `playground`."""

from __future__ import annotations

from base64 import b64encode
from hashlib import sha256
from pathlib import Path

from ridgenet import __version__
from ridgenet.core.browser import joined
from ridgenet.page.script import script

HERE = Path(__file__).parent
SCRIPTS = (
    "messages.js", "sources.js", "state.js", "table.js", "chart.js", "plane.js", "findings.js", "resampling.js",
    "pictures.js", "charts.js", "view.js", "guessing.js", "resampled.js", "live_view.js", "table_form.js", "tour.js",
    "page.js",
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
    scripts = joined(HERE, SCRIPTS, RIDGENET_PAGE={"version": __version__})
    content = {
        "style": (HERE / "page.css").read_text(encoding="utf-8"),
        "engine": _embeddable(script()),
        "page": _embeddable(joined(HERE.parent / "interactive", ["network.js"]) + scripts),
    }
    page = (HERE / "page.html").read_text(encoding="utf-8")
    for name, text in {"policy": _policy(content), **content}.items():
        page = page.replace("{{" + name + "}}", text)
    return page


def _policy(content: dict[str, str]) -> str:
    """Return a Content-Security-Policy under which only these scripts run, and nothing is loaded or sent."""
    hashes = {name: f"'sha256-{b64encode(sha256(text.encode()).digest()).decode()}'" for name, text in content.items()}
    scripts = f"{hashes['engine']} {hashes['page']}"
    return (
        f"default-src 'none'; script-src {scripts} blob: 'wasm-unsafe-eval'; worker-src blob:; "
        f"style-src {hashes['style']}; img-src data:; base-uri 'none'; form-action 'none'"
    )


def _embeddable(text: str) -> str:
    """Return a script in which no browser can find its own end."""
    if "</script" in text.lower() or "<!--" in text:
        raise ValueError("a script of the page holds the end of a script element")
    return text
