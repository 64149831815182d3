"""Display classes for results, in the style of scikit-learn."""

from ridgenet._extras import require_extra

require_extra("plot", "a picture", "matplotlib")
