"""Models as ONNX graphs, which run without Python: our converters, for skl2onnx's registry, and the export.

Importing this package registers them, so that ``skl2onnx.to_onnx`` converts any pipeline with our estimators.
"""

from __future__ import annotations

from importlib.util import find_spec

from ridgenet._errors import InputError

if any(find_spec(package) is None for package in ("onnx", "onnxruntime", "skl2onnx")):
    raise InputError("exporting needs packages that are not installed: pip install 'ridgenet[onnx]'")

from ridgenet.table.onnx._export import export_model
from ridgenet.table.onnx._registry import register

register()

__all__ = ["export_model", "register"]
