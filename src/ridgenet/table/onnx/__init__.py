"""Export models to ONNX, which runs without Python.

Importing this package registers converters, so that ``skl2onnx.to_onnx`` converts pipelines with ridgenet estimators.
"""

from __future__ import annotations

from ridgenet._extras import require_extra

require_extra("onnx", "exporting", "onnx", "onnxruntime", "skl2onnx")

from ridgenet.table.onnx._export import export_model  # noqa: E402
from ridgenet.table.onnx._registry import register  # noqa: E402

register()

__all__ = ["export_model", "register"]
