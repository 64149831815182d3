"""Pictures of results, as scikit-learn's displays: computed once, drawn anywhere."""

from ridgenet._extras import require_extra

require_extra("plot", "a picture", "matplotlib")
