"""The interactive page and the report: figures for a web browser."""

from ridgenet._extras import require_extra

require_extra("table", "a page or report", "jinja2", "plotly")
