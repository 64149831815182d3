"""ONNX graphs predict what we predict, on every type of column."""

import numpy as np
import onnxruntime
import pandas as pd
import pytest
from skl2onnx import to_onnx
from sklearn.datasets import load_diabetes, load_iris, make_multilabel_classification
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer, QuantileTransformer, StandardScaler
from tables_of_tests import diabetes, passengers, wine, written

from ridgenet import RidgeNetClassifier, RidgeNetClassifierCV, RidgeNetRegressor, RidgeNetRegressorCV
from ridgenet._errors import InputError
from ridgenet._table_settings import TableSettings
from ridgenet.formulas import ACTIVATIONS
from ridgenet.model_files._files import load_model, save_model
from ridgenet.page.report._saving import save
from ridgenet.table._training import train
from ridgenet.table.onnx import export_model
from ridgenet.table.onnx._export import inputs_of

QUICK = {"n_alphas": 4, "n_restarts": 2, "cv": 2, "hidden_layer_sizes": [3]}
X, y = load_iris(return_X_y=True)
CV = {"n_alphas": 4, "n_restarts": 2, "random_state": 0}
CLASSIFIERS = {
    **{name: RidgeNetClassifier((4, 3), activation=name, tol=0.02, random_state=0) for name in ACTIVATIONS},
    "no hidden layer": RidgeNetClassifier((), random_state=0),
    "average": RidgeNetClassifierCV((4,), **CV),
    "lowest": RidgeNetClassifierCV((4,), average=False, **CV),
    "not standardised": RidgeNetClassifier((4,), standardize=False, random_state=0),
}


def session_of(graph):
    return onnxruntime.InferenceSession(graph.SerializeToString(), providers=["CPUExecutionProvider"])


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
@pytest.mark.parametrize("labels", [y, y > 0, np.array(["a", "b", "c"])[y]], ids=["three", "two", "text"])
@pytest.mark.parametrize("name", CLASSIFIERS)
def test_classifiers_in_any_pipeline(name, labels, dtype):
    model = make_pipeline(StandardScaler(), CLASSIFIERS[name]).fit(X, labels)
    inputs = X.astype(dtype)
    session = session_of(to_onnx(model, inputs[:1], options={"zipmap": False}))
    predicted, probabilities = session.run(None, {"X": inputs})
    np.testing.assert_allclose(probabilities, model.predict_proba(inputs), atol=1e-6)
    if dtype == np.float64:
        np.testing.assert_array_equal(predicted, model.predict(inputs))


@pytest.mark.parametrize(
    "model",
    [
        RidgeNetRegressor((4,), random_state=0),
        RidgeNetRegressor((4,), loss="poisson", random_state=0),
        RidgeNetRegressor((4,), loss="huber", random_state=0),
        RidgeNetRegressor((4,), loss="quantile", loss_parameter=0.8, random_state=0),
        RidgeNetRegressorCV((4,), **CV),
    ],
    ids=["squared", "poisson", "huber", "quantile", "path"],
)
@pytest.mark.parametrize("several", [False, True])
def test_regressors(model, several):
    inputs, target = load_diabetes(return_X_y=True)
    Y = np.column_stack([target, target[::-1]]) if several else target
    model.fit(inputs, Y)
    (predicted,) = session_of(to_onnx(model, inputs[:1])).run(None, {"X": inputs})
    np.testing.assert_allclose(predicted.reshape(Y.shape), model.predict(inputs), rtol=1e-6)


def test_several_labels_at_once():
    inputs, labels = make_multilabel_classification(80, n_features=5, n_classes=3, random_state=0)
    model = RidgeNetClassifier((4,), random_state=0).fit(inputs, labels)
    predicted, probabilities = session_of(to_onnx(model, inputs[:1], options={"zipmap": False})).run(
        None, {"X": inputs}
    )
    np.testing.assert_array_equal(predicted, model.predict(inputs))
    np.testing.assert_allclose(probabilities, model.predict_proba(inputs), atol=1e-6)


TABLES = {
    "mixed": (
        passengers(200, text=False).assign(
            # seconds: the nanoseconds of pandas before 3 end in 2262
            late=np.datetime64("1890-12-31T23:59:59")
            + np.random.default_rng(0).integers(0, 10**10, 200).astype("timedelta64[s]")
        ),
        "survived",
    ),
    "wine": (wine(), "cultivar"),
    "diabetes": (diabetes(), "target"),
}


@pytest.mark.parametrize("name", TABLES)
def test_a_table_with_its_preprocessing_is_one_graph(tmp_path, name):
    frame, target = TABLES[name]
    settings = TableSettings(
        str(written(frame, tmp_path / "data.csv")),
        target,
        categorical=("class",) if name == "mixed" else (),
        test="none",
        parameters=QUICK,
    )
    model = train(settings)
    save(model, tmp_path / "out")
    assert export_model(tmp_path / "out" / "model.skops", tmp_path / "model.onnx") <= 1e-6
    session = onnxruntime.InferenceSession(tmp_path / "model.onnx", providers=["CPUExecutionProvider"])
    given = inputs_of(model.rows.X, model.inputs)
    needed = {node.name for node in session.get_inputs()}
    outputs = session.run(None, {key: values for key, values in given.items() if key in needed})
    again = load_model(tmp_path / "out" / "model.skops")
    if model.target.is_classes:
        np.testing.assert_array_equal(outputs[0], again.predict(model.rows.X))
        np.testing.assert_allclose(outputs[1], again.predict_proba(model.rows.X), atol=1e-6)
    else:
        np.testing.assert_allclose(outputs[0][:, 0], again.predict(model.rows.X), rtol=1e-6)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda f: f, "column 'name' holds free text, which cannot be exported"),
        (
            lambda f: f.drop(columns="name").assign(boarded=pd.to_datetime(f["boarded"]).dt.strftime("%d/%m/%Y")),
            "column 'boarded' holds dates in a format that cannot be exported",
        ),
    ],
)
def test_what_cannot_be_exported_is_refused_by_name(tmp_path, change, message):
    path = written(change(passengers(200)), tmp_path / "ship.csv")
    save(train(TableSettings(str(path), "survived", test="none", parameters=QUICK)), tmp_path / "out")
    with pytest.raises(InputError, match=message):
        export_model(tmp_path / "out" / "model.skops", tmp_path / "model.onnx")
    assert not (tmp_path / "model.onnx").exists()


def test_a_pipeline_that_onnx_does_not_know_is_refused_in_one_line(tmp_path, capfd):
    X, y = load_iris(return_X_y=True, as_frame=True)
    for step, message in (
        (FunctionTransformer(np.tanh), "FunctionTransformer"),
        (QuantileTransformer(n_quantiles=9), ""),
    ):
        save_model(make_pipeline(step, RidgeNetClassifier((2,), random_state=0)).fit(X, y), tmp_path / "m.skops")
        with pytest.raises(InputError, match=rf"m\.skops: its preprocessing cannot be exported.*{message}"):
            export_model(tmp_path / "m.skops", tmp_path / "m.onnx")
    assert capfd.readouterr().err == ""
    assert not (tmp_path / "m.onnx").exists()
