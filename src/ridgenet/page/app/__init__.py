"""The interactive page: change λ and watch the network."""

from ridgenet._extras import require_extra

require_extra("table", "a page or report", "jinja2", "plotly")
