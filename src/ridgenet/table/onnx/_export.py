"""Export a model file to ONNX, after comparing the predictions of the graph with those of the model."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from onnx.helper import set_model_props

from ridgenet._errors import InputError
from ridgenet.formats._kinds import ColumnKind
from ridgenet.io._whole_file import require_writable, write_whole
from ridgenet.model_files._files import blamed_on
from ridgenet.table._pipeline import quiet_columns
from ridgenet.table._prediction import Predictor
from ridgenet.table.encoding._column import ColumnEncoding
from ridgenet.table.encoding._dates import Dates
from ridgenet.table.encoding._encoder import TableEncoder
from ridgenet.table.onnx._kinds import INPUTS

OPSET = 18
OPSET_OF_CLASSIC_LEARNING = 3
TOLERANCE = 1e-6
N_ROWS_CHECKED = 500
ONLY_FATAL = 4


def export_model(model: str | Path, out: str | Path) -> float:
    """Write a model, including its preprocessing, as one ONNX graph.

    The graph has one input for each column of the table, of shape (n, 1) and the type in `INPUTS` for the kind of
    the column; its metadata names the column of each input. Its outputs are ``label`` and ``probabilities``, or
    ``variable`` for a regression.

    Parameters
    ----------
    model : str or Path
        A model file.
    out : str or Path
        The ONNX file, which is complete or absent.

    Returns
    -------
    float
        The largest difference between the predictions of the graph and the model on randomly drawn rows; for a
        regression, relative to the spread or size of the predictions if that is above 1.

    Raises
    ------
    InputError
        If the model cannot be loaded or converted, if the predictions of the graph differ, or if the file cannot be
        written.
    """
    import onnxruntime

    require_writable(Path(out).parent, [Path(out).name])
    predictor = Predictor.of(model)
    with blamed_on(model, "its preprocessing cannot be exported"):
        _reject_dates_in_text(predictor)
        content = graph_of(predictor.model, predictor.kinds).SerializeToString()
        options = onnxruntime.SessionOptions()
        # errors are raised as exceptions
        options.log_severity_level = ONLY_FATAL
        session = onnxruntime.InferenceSession(content, options, providers=["CPUExecutionProvider"])
        difference = _difference(session, predictor)
    if not difference <= TOLERANCE:
        raise InputError(
            f"{out}: not written, because its predictions differ from those of the model by {difference:.1e}"
        )
    write_whole(Path(out), lambda file: file.write(content))
    return difference


def graph_of(model: Any, kinds: Mapping[str, ColumnKind]) -> Any:
    """Return a fitted pipeline as an ONNX graph with one input for each column.

    Parameters
    ----------
    model : Pipeline or estimator
        Fitted.
    kinds : mapping of str to str
        The kind of each column.
    """
    from skl2onnx import to_onnx

    names = input_names(kinds)
    graph = to_onnx(
        model,
        initial_types=[(names[column], INPUTS[kind].tensor([None, 1])) for column, kind in kinds.items()],
        target_opset={"": OPSET, "ai.onnx.ml": OPSET_OF_CLASSIC_LEARNING},
        options={id(model): {"zipmap": False}} if hasattr(model, "predict_proba") else None,
    )
    set_model_props(graph, {"columns": json.dumps({names[column]: column for column in kinds}, ensure_ascii=False)})
    return graph


def input_names(columns: Iterable[str]) -> dict[str, str]:
    """Return the name of each column in the graph: its own name, where ONNX allows it."""
    names: dict[str, str] = {}
    for column in columns:
        name = re.sub(r"\W", "_", column) or "_"
        name = f"_{name}" if name[0].isdigit() else name
        while name in names.values():
            name += "_"
        names[column] = name
    return names


def inputs_of(frame: pd.DataFrame, kinds: Mapping[str, ColumnKind]) -> dict[str, np.ndarray]:
    """Return columns of a table as inputs of the graph."""
    names = input_names(kinds)
    return {names[name]: INPUTS[kind].values(frame[name])[:, np.newaxis] for name, kind in kinds.items()}


def _reject_dates_in_text(predictor: Predictor) -> None:
    for name, encoding in _encodings(predictor).items():
        if isinstance(encoding, Dates) and encoding.format is not None:
            raise InputError(
                f"column {name!r} holds dates in a format that cannot be exported; write them as 2026-11-23"
            )


def _difference(session: Any, predictor: Predictor) -> float:
    frame = _drawn(predictor)
    names = {node.name for node in session.get_inputs()}
    given = {name: values for name, values in inputs_of(frame, predictor.kinds).items() if name in names}
    outputs = session.run(None, given)
    with quiet_columns():
        if hasattr(predictor.model, "predict_proba"):
            return float(np.abs(outputs[1] - predictor.model.predict_proba(frame)).max())
        expected = predictor.model.predict(frame).reshape(len(frame), -1)
    return float(np.abs(outputs[0] - expected).max() / max(1.0, np.ptp(expected), np.abs(expected).max()))


def _drawn(predictor: Predictor) -> pd.DataFrame:
    """Draw rows with values like those in training, some of them missing, for the comparison."""
    rng = np.random.default_rng(0)
    encodings = _encodings(predictor)
    return pd.DataFrame(
        {
            name: INPUTS[kind].drawn(rng, rng.random(N_ROWS_CHECKED) < 0.1, encodings.get(name))
            for name, kind in predictor.kinds.items()
        }
    )


def _encodings(predictor: Predictor) -> dict[str, ColumnEncoding]:
    """Return the encodings of the columns of a table; empty for a model without a table."""
    encoder = getattr(predictor.model, "named_steps", {}).get("columns")
    return encoder.encodings_ if isinstance(encoder, TableEncoder) else {}
