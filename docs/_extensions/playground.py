"""Embed the playground: it is written into the site, and ``{playground}`` shows parts of it in a page."""

from __future__ import annotations

from html import escape
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from docutils import nodes
from docutils.parsers.rst import directives
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective

FILE = "page.html"


class Playground(SphinxDirective):
    """Show the playground with the given parts and settings; the title is read by screen readers."""

    required_arguments = 1
    final_argument_whitespace = True
    option_spec = {
        "parts": directives.unchanged_required,
        "settings": directives.unchanged,
        "height": directives.positive_int,
    }

    def run(self) -> list[nodes.Node]:
        """Return the frame, and a link to the whole page with the same settings."""
        language = "zh" if self.env.docname.startswith("zh/") else "en"
        settings = dict(pair.split("=", 1) for pair in self.options.get("settings", "").split())
        page = "../" * self.env.docname.count("/") + FILE
        shown = urlencode(
            {**settings, "language": language, "parts": self.options["parts"].replace(" ", ",")}, safe=","
        )
        whole = urlencode({**settings, "language": language})
        link = "打开完整页面" if language == "zh" else "Open the whole page"
        html = (
            f'<div class="playground"><iframe src="{escape(page)}#{escape(shown)}" title="{escape(self.arguments[0])}" '
            f'loading="lazy" height="{self.options.get("height", 640)}"></iframe>'
            f'<p><a href="{escape(page)}#{escape(whole)}">{link}</a></p></div>'
        )
        return [nodes.raw("", html, format="html")]


def write_page(app: Sphinx, error: Exception | None) -> None:
    """Write the playground beside the pages."""
    if error is None and app.builder.format == "html":
        from ridgenet.page.playground._page import playground

        (Path(app.outdir) / FILE).write_text(playground(), encoding="utf-8")


def setup(app: Sphinx) -> dict[str, Any]:
    """Register the directive."""
    app.add_directive("playground", Playground)
    app.connect("build-finished", write_page)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
