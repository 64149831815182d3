"""One page that says everything about a model, and needs nothing but a browser to be read."""

from ridgenet._extras import require_extra

require_extra("table", "a page or report", "jinja2")
