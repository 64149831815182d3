"""Charts, bars, planes and drawings of networks, which all pages share."""

from __future__ import annotations

from pathlib import Path

from ridgenet.core.browser import joined

HERE = Path(__file__).parent
SCRIPTS = ("theme.js", "chart.js", "bars.js", "plane.js", "network.js")


def script() -> str:
    """Return the text of a classic script; it needs the script of `ridgenet.page.script` before it."""
    return joined(HERE, SCRIPTS)


def style() -> str:
    """Return the style sheet of all pages."""
    return (HERE / "base.css").read_text(encoding="utf-8")
