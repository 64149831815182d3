"""Register the estimators, and the encoder of tables, with skl2onnx."""

from __future__ import annotations

from skl2onnx import update_registered_converter

from ridgenet.estimators._classifier import RidgeNetClassifier
from ridgenet.estimators._classifier_cv import RidgeNetClassifierCV
from ridgenet.estimators._regressor import RidgeNetRegressor
from ridgenet.estimators._regressor_cv import RidgeNetRegressorCV
from ridgenet.table.encoding._encoder import TableEncoder
from ridgenet.table.onnx import _columns as columns
from ridgenet.table.onnx import _networks as networks


def register() -> None:
    """Register the converters."""
    for classifier in (RidgeNetClassifier, RidgeNetClassifierCV):
        update_registered_converter(
            classifier,
            f"Ridgenet{classifier.__name__}",
            networks.classifier_shapes,
            networks.convert_classifier,
            options={"zipmap": [True, False, "columns"], "nocl": [True, False], "output_class_labels": [False, True]},
        )
    for regressor in (RidgeNetRegressor, RidgeNetRegressorCV):
        update_registered_converter(
            regressor, f"Ridgenet{regressor.__name__}", networks.regressor_shapes, networks.convert_regressor
        )
    update_registered_converter(
        TableEncoder,
        "RidgenetTableEncoder",
        columns.encoder_shapes,
        columns.convert_encoder,
        parser=columns.parse_encoder,
    )
