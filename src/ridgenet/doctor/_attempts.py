"""What is tried: the core, and each extra, on data of a few rows."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import Any

# an .ods file of the column x, with the number 2
WORKBOOK = {
    "mimetype": "application/vnd.oasis.opendocument.spreadsheet",
    "META-INF/manifest.xml": '<manifest xmlns="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"/>',
    "content.xml": (
        '<office:document-content xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
        'xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" '
        'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0">'
        '<office:body><office:spreadsheet><table:table table:name="a">'
        '<table:table-row><table:table-cell office:value-type="string"><text:p>x</text:p></table:table-cell>'
        "</table:table-row>"
        '<table:table-row><table:table-cell office:value-type="float" office:value="2"><text:p>2</text:p>'
        "</table:table-cell></table:table-row>"
        "</table:table></office:spreadsheet></office:body></office:document-content>"
    ),
}


def attempt_core() -> str:
    """Fit a small network."""
    from ridgenet.estimators._classifier import RidgeNetClassifier

    X, y = _data()
    began = perf_counter()
    net = RidgeNetClassifier((8,), alpha=0.1, random_state=0).fit(X, y)
    seconds = perf_counter() - began
    score = float(net.score(X, y))
    _require(score > 0.9, f"the accuracy on the training samples is {score:.2f}, but should be above 0.9")
    return f"fitted {type(net).__name__} to {len(X)} samples in {seconds:.3f} s, accuracy {score:.2f}"


def _draw() -> str:
    from matplotlib.figure import Figure

    from ridgenet._compare import compare

    drawn, picture = compare(*_data(), n_epochs=2).plot_weights(Figure()), io.BytesIO()
    drawn.savefig(picture)
    return f"drew a picture of {picture.tell() / 1e3:.0f} kB"


def _read_table() -> str:
    from ridgenet.formats._reading import read_table
    from ridgenet.model_files._files import load_model, save_model

    with TemporaryDirectory() as folder:
        path = Path(folder) / "small.csv"
        path.write_text("x,kind\n1.5,a\n,b\n")
        kinds = read_table(path).kinds
        _require(kinds == {"x": "number", "kind": "text"}, f"read a CSV file with the columns {kinds}")
        net, X = _fitted()
        same = load_model(save_model(net, Path(folder) / "model.skops")).predict(X) == net.predict(X)
        _require(bool(same.all()), "a loaded model predicts otherwise than the saved one")
    return "read a CSV file; saved and loaded a model"


def _read_workbook() -> str:
    from ridgenet.formats._reading import read_table

    with TemporaryDirectory() as folder:
        path = Path(folder) / "small.ods"
        with zipfile.ZipFile(path, "w") as file:
            for name, content in WORKBOOK.items():
                file.writestr(name, content)
        frame = read_table(path).frame
        _require(frame.to_dict("list") == {"x": [2]}, f"read a workbook as {frame.to_dict('list')}")
    return "read an .ods file"


def _compute_with_dask() -> str:
    import dask
    import dask.array as da
    import numpy as np

    from ridgenet.estimators._regressor import RidgeNetRegressor

    X, y = _data()
    net = RidgeNetRegressor((), random_state=0)
    expected = net.fit(X, y).coefs_[0]
    with dask.config.set(scheduler="threads"):
        found = net.fit(da.from_array(X, chunks=(100, 2)), da.from_array(y, chunks=100)).coefs_[0]
    _require(np.allclose(found, expected, rtol=1e-3), "weights fitted on partitions differ from those in memory")
    return "fitted two partitions on this machine"


def _find_gpu() -> str:
    from ridgenet._errors import InputError
    from ridgenet.backends._batched_networks import TO_INSTALL, device_of

    try:
        device = device_of("cuda")
    except InputError:
        found = [name for name in ("cupy", "torch") if find_spec(name)]
        return f"no GPU found by {' or '.join(found)}" if found else f"no GPU: {TO_INSTALL}"
    total = float(device.xp.sum(device.put([1.0, 2.0])))
    _require(total == 3.0, f"1 + 2 on the GPU is {total}")
    return f"{device.xp.__name__.rpartition('.')[2]} computes on {device.device}"


def _export() -> str:
    import numpy as np
    from onnxruntime import InferenceSession
    from skl2onnx import to_onnx

    import ridgenet.table.onnx  # noqa: F401

    net, X = _fitted()
    X = X.astype(np.float32)
    graph = to_onnx(net, X[:1], options={"zipmap": False}).SerializeToString()
    found = InferenceSession(graph, providers=["CPUExecutionProvider"]).run(["probabilities"], {"X": X})[0]
    difference = float(np.abs(found - net.predict_proba(X)).max())
    _require(difference < 1e-4, f"probabilities of the exported graph differ by {difference:.1g}")
    return f"exported a graph of {len(graph) / 1e3:.0f} kB and ran it"


def _compile() -> str:
    from ridgenet.core._jit import compile_object

    began = perf_counter()
    code = compile_object("pack_float64")
    return f"compiled a kernel of {len(code) / 1e3:.0f} kB in {perf_counter() - began:.1f} s"


def _require(condition: bool, text: str) -> None:
    if not condition:
        raise RuntimeError(text)


def _data() -> tuple[Any, Any]:
    from sklearn.datasets import make_moons

    X, y = make_moons(200, noise=0.2, random_state=0)
    return X, y


def _fitted() -> tuple[Any, Any]:
    from ridgenet.estimators._classifier import RidgeNetClassifier

    X, y = _data()
    return RidgeNetClassifier((8,), alpha=0.1, random_state=0).fit(X, y), X


# by extra
ATTEMPTS: dict[str, Callable[[], str]] = {
    "plot": _draw,
    "table": _read_table,
    "excel": _read_workbook,
    "onnx": _export,
    "dask": _compute_with_dask,
    "gpu": _find_gpu,
    "jit": _compile,
}
