"""The page and the report: pictures that one can move in, in a browser."""

from ridgenet._extras import require_extra

require_extra("table", "a page or report", "jinja2", "plotly")
