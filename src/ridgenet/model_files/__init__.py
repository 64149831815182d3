"""Model files: written whole, checked when read, and no code of theirs is run."""

from ridgenet._extras import require_extra

require_extra("table", "a model file", "skops")
