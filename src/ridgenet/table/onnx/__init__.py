"""Models as ONNX graphs, which run without Python: our converters, for skl2onnx's registry, and the export.

Importing this package registers them, so that ``skl2onnx.to_onnx`` converts any pipeline with our estimators.
"""

from __future__ import annotations

from ridgenet._extras import require_extra

require_extra("onnx", "exporting", "onnx", "onnxruntime", "skl2onnx")

from ridgenet.table.onnx._export import export_model  # noqa: E402
from ridgenet.table.onnx._registry import register  # noqa: E402

register()

__all__ = ["export_model", "register"]
