"""Show the results of benchmarks: ``evidence``, ``evidence-chart``, ``evidence-losses`` and ``evidence-overview``.

Every number comes from ``benchmarks/results/NAME.json``.
"""

from __future__ import annotations

from typing import Any, ClassVar

from docutils import nodes
from docutils.parsers.rst import directives
from evidence_charts import chart
from evidence_text import all_losses_text, evidence_text, overview_text, results
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective


class _Generated(SphinxDirective):
    """A directive whose content is generated Markdown, which depends on all results."""

    def run(self) -> list[nodes.Node]:
        """Return the generated text as nodes."""
        for file in results():
            self.env.note_dependency(file)
        return self.parse_text_to_nodes(self.text())

    def text(self) -> str:
        """Return the text in Markdown."""
        raise NotImplementedError


class Evidence(_Generated):
    """Show the results of one benchmark, or with ``:table:`` one of its tables; the content explains the losses."""

    required_arguments = 1
    has_content = True
    option_spec: ClassVar[dict[str, Any]] = {"table": directives.unchanged_required}

    def text(self) -> str:
        """Return the results in Markdown."""
        name, only = self.arguments[0], self.options.get("table")
        try:
            text = evidence_text(name, only, "\n".join(self.content))
        except ValueError as error:
            raise self.error(str(error)) from None
        return text if only else f"(evidence-{name})=\n\n{text}"


class EvidenceChart(_Generated):
    """Draw a chart of the results of one benchmark, if it was measured."""

    required_arguments = 1

    def run(self) -> list[nodes.Node]:
        """Return the chart as HTML, which other formats leave out."""
        super().run()
        try:
            drawing = chart(self.arguments[0])
        except ValueError as error:
            raise self.error(str(error)) from None
        return [nodes.raw("", drawing, format="html")] if drawing else []

    def text(self) -> str:
        """Return nothing: a chart has no text."""
        return ""


class EvidenceLosses(_Generated):
    """List what ridgenet loses in all benchmarks."""

    def text(self) -> str:
        """Return the list in Markdown."""
        return all_losses_text()


class EvidenceOverview(_Generated):
    """Show the table of all benchmarks."""

    def text(self) -> str:
        """Return the table in Markdown."""
        return overview_text()


def setup(app: Sphinx) -> dict[str, Any]:
    """Register the directives."""
    app.add_directive("evidence", Evidence)
    app.add_directive("evidence-chart", EvidenceChart)
    app.add_directive("evidence-losses", EvidenceLosses)
    app.add_directive("evidence-overview", EvidenceOverview)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
