"""Train on a table, test on unseen rows, predict and export."""

from ridgenet._extras import require_extra

require_extra("table", "a table", "charset_normalizer", "pandas", "pyarrow", "skrub")
