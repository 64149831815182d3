"""Model files, which are written atomically and checked when loaded, without running code from them."""

from ridgenet._extras import require_extra

require_extra("table", "a model file", "skops")
