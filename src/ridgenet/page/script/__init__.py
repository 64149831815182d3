"""What a page needs to compute λ paths itself, as `RidgeNetClassifierCV` and `RidgeNetRegressorCV` do."""

from ridgenet.page.script._embedding import embedded, script

__all__ = ["embedded", "script"]
