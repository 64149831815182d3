"""From a table to a model: what each column is used for, the path, an honest test, and predictions."""

from ridgenet._extras import require_extra

require_extra("table", "a table", "charset_normalizer", "pandas", "pyarrow", "skrub")
