"""Data frames of pandas, polars and pyarrow: the same results as arrays, names of columns, and messages."""

from datetime import datetime

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from sklearn.datasets import make_moons
from sklearn.model_selection import GroupKFold
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from ridgenet import (
    InputError,
    RidgeNetClassifier,
    RidgeNetClassifierCV,
    RidgeNetRegressor,
    RidgeNetRegressorCV,
    TableSettings,
    compare,
    ridgenet_path,
    train,
)

X, y = make_moons(80, noise=0.3, random_state=0)
LABELS = np.array(["no", "yes"])[y]


class Pandas:
    frame, series = staticmethod(pd.DataFrame), staticmethod(pd.Series)
    categories = staticmethod(pd.Categorical)


class Polars:
    frame, series = staticmethod(pl.DataFrame), staticmethod(lambda values: pl.Series("y", values))
    categories = staticmethod(lambda values: pl.Series(values, dtype=pl.Categorical))


class Arrow:
    frame, series = staticmethod(pa.table), staticmethod(lambda values: pa.chunked_array([pa.array(values)]))
    categories = staticmethod(lambda values: pa.array(values).dictionary_encode())


@pytest.fixture(params=[Pandas, Polars, Arrow])
def library(request):
    return request.param


@pytest.fixture
def frame(library):
    return library.frame({"a": X[:, 0], "b": X[:, 1]})


@pytest.mark.parametrize(
    ("net", "y", "method"),
    [
        (RidgeNetClassifier((4,), random_state=0), LABELS, "predict_proba"),
        (RidgeNetClassifier((4,), solver="adam", max_iter=5, tol=1.0, random_state=0), y, "predict"),
        (RidgeNetRegressor((4,), random_state=0), X[:, 0] * X[:, 1], "predict"),
        (RidgeNetClassifierCV((2,), n_alphas=8, n_restarts=1, random_state=0), LABELS, "predict_set"),
        (RidgeNetRegressorCV((), n_alphas=8, random_state=0), X[:, 0], "predict_interval"),
    ],
)
@pytest.mark.filterwarnings("ignore:Stochastic Optimizer")
def test_frames_and_series_give_the_results_of_arrays(library, frame, net, y, method):
    weights = np.linspace(1, 2, len(y))
    expected = getattr(net.fit(X, y, weights), method)(X)
    assert not hasattr(net, "feature_names_in_")
    found = getattr(net.fit(frame, library.series(y), library.series(weights)), method)(frame)
    np.testing.assert_array_equal(found, expected)
    assert net.feature_names_in_.tolist() == ["a", "b"]
    assert net.score(frame, library.series(y)) == pytest.approx(net.score(frame, y))


def test_labels_keep_their_type(library, frame):
    for labels in (y, y.astype(np.int8), y.astype(bool), LABELS):
        net = RidgeNetClassifier((), random_state=0).fit(frame, library.series(labels))
        assert net.classes_.tolist() == np.unique(labels).tolist()
        assert net.classes_.dtype.kind in (labels.dtype.kind, "O")
    net.fit(frame, library.series(library.categories(LABELS)))
    assert net.classes_.tolist() == ["no", "yes"]


def test_single_precision_is_kept(library):
    single = {name: values.astype(np.float32) for name, values in zip("ab", X.T, strict=True)}
    assert RidgeNetClassifier((2,)).fit(library.frame(single), y).coefs_[0].dtype == np.float32
    mixed = single | {"b": X[:, 1]}
    assert RidgeNetClassifier((2,)).fit(library.frame(mixed), y).coefs_[0].dtype == np.float64


@pytest.mark.parametrize("names", [["b", "a"], ["a", "c"], ["a"]])
def test_other_columns_are_told_as_scikit_learn_does(library, frame, names):
    net = RidgeNetClassifier((), random_state=0).fit(frame, y)
    other = library.frame(dict.fromkeys(names, X[:, 0]))
    with pytest.raises(ValueError, match="feature names should match those that were passed during fit"):
        net.predict(other)
    with pytest.warns(UserWarning, match="does not have valid feature names"):
        net.predict(X)


@pytest.mark.parametrize(
    ("values", "words"),
    [(lambda library: LABELS.tolist(), "text"), (lambda library: library.categories(LABELS), "categories"),
     (lambda library: [datetime(2020, 1, 1 + k % 28) for k in range(len(y))], "dates")],
)  # fmt: skip
def test_columns_that_hold_no_numbers_are_named(library, frame, values, words):
    other = library.frame({"a": X[:, 0], "b": values(library)})
    with pytest.raises(InputError, match=f"column 'b' of X holds {words}; encode it as numbers first"):
        RidgeNetClassifier().fit(other, y)
    with pytest.raises(InputError, match=f"column 'b' of X holds {words}"):
        RidgeNetClassifier(()).fit(frame, y).predict(other)
    with pytest.raises(InputError, match=f"column 'b' of X holds {words}"):
        compare(other, y)


@pytest.mark.parametrize("gap", [None, float("nan"), float("inf")])
def test_missing_and_infinite_values_are_located(library, frame, gap):
    values = [*X[:3, 1].tolist(), gap, *X[4:, 1].tolist()]
    other = library.frame({"a": X[:, 0], "b": values})
    what = "infinity" if gap == float("inf") else "NaN"
    with pytest.raises(InputError, match=rf"Input X contains {what}: column 'b', row 3; fill in such values"):
        RidgeNetClassifier().fit(other, y)
    with pytest.raises(InputError, match=rf"Input X contains {what}: column 'b', row 3"):
        RidgeNetClassifier(()).fit(frame, y).predict(other)


def test_nullable_whole_numbers_are_numbers(library, frame):
    whole = [*range(len(y))]
    net = RidgeNetRegressor((), random_state=0).fit(library.frame({"a": whole, "b": X[:, 1]}), library.series(whole))
    array = RidgeNetRegressor((), random_state=0).fit(np.column_stack([whole, X[:, 1]]), np.array(whole))
    np.testing.assert_array_equal(net.coefs_[0], array.coefs_[0])
    with pytest.raises(InputError, match=r"Input X contains NaN: column 'a', row 1, and 1 more in this column"):
        net.fit(library.frame({"a": [0, None, None, *whole[3:]], "b": X[:, 1]}), y)
    for estimator in (net, RidgeNetClassifier()):
        with pytest.raises(InputError, match=r"y\[1\] is missing; drop such samples"):
            estimator.fit(frame, library.series([0, None, *y[2:].tolist()]))


def test_pandas_extension_types():
    frame = pd.DataFrame({"a": pd.array(range(80), dtype="Int64"), "b": X[:, 1]})
    net = RidgeNetClassifier(()).fit(frame, pd.Series(y, dtype="Int64"))
    assert net.classes_.dtype.kind == "i"
    arrow = frame.convert_dtypes(dtype_backend="pyarrow")
    np.testing.assert_array_equal(net.predict(arrow), net.predict(frame))


def test_duplicate_names_are_refused():
    with pytest.raises(InputError, match=r"the columns of X must have different names: .*'a' 2 times"):
        RidgeNetClassifier().fit(pd.DataFrame(X, columns=["a", "a"]), y)


def test_a_lazy_frame_says_what_to_do():
    lazy = pl.DataFrame({"a": X[:, 0]}).lazy()
    with pytest.raises(InputError, match=r"X is a lazy frame, whose values are not in memory; call .* collect\(\)"):
        RidgeNetClassifier().fit(lazy, y)


def test_paths_and_comparisons_take_frames(library, frame):
    options = {"hidden_layer_sizes": (2,), "n_alphas": 4, "n_restarts": 1, "random_state": 0}
    for target in (y, X[:, 0]):
        path = ridgenet_path(frame, library.series(target), **options)
        np.testing.assert_array_equal(path.data_losses, ridgenet_path(X, target, **options).data_losses)
    result = compare(frame, library.series(LABELS), X_test=frame, y_test=library.series(LABELS), n_epochs=2)
    assert result.dataset.feature_names == ("a", "b")
    expected = compare(X, LABELS, X_test=X, y_test=LABELS, n_epochs=2)
    assert [fit.data_loss for fit in result.fits] == [fit.data_loss for fit in expected.fits]
    swapped = library.frame({"b": X[:, 1], "a": X[:, 0]})
    with pytest.raises(InputError, match="X_test must have the columns of X in the same order: a, b; got b, a"):
        compare(frame, y, X_test=swapped, y_test=y)


def test_validation_sets_groups_and_several_targets(library, frame):
    net = RidgeNetClassifier((2,), solver="adam", max_iter=3, random_state=0, n_iter_no_change=1, tol=10.0)
    net.fit(frame, library.series(LABELS), X_val=frame, y_val=library.series(LABELS))
    assert len(net.validation_scores_) >= 1
    cv = RidgeNetClassifierCV((), n_alphas=5, cv=GroupKFold(4), random_state=0)
    groups = np.arange(len(y)) // 4
    alpha = cv.fit(X, y, groups=groups).alpha_
    assert cv.fit(frame, library.series(y), groups=library.series(groups)).alpha_ == alpha
    targets = library.frame({"u": X[:, 0], "v": X[:, 1]})
    assert RidgeNetRegressor(()).fit(frame, targets).predict(frame).shape == X.shape


def test_a_report_takes_frames(library, frame, tmp_path):
    net = RidgeNetClassifierCV((), n_alphas=5, random_state=0).fit(frame, library.series(LABELS))
    assert net.report(tmp_path / "report.html", frame, library.series(LABELS)).exists()


@pytest.mark.parametrize("output", ["pandas", "polars"])
def test_the_last_step_of_a_pipeline_gets_names(library, frame, output):
    pipeline = make_pipeline(StandardScaler(), RidgeNetClassifier((), random_state=0)).set_output(transform=output)
    pipeline.fit(frame, library.series(LABELS))
    assert pipeline[-1].feature_names_in_.tolist() == ["a", "b"]
    plain = make_pipeline(StandardScaler(), RidgeNetClassifier((), random_state=0)).fit(X, LABELS)
    np.testing.assert_array_equal(pipeline.predict(frame), plain.predict(X))


def test_a_model_of_a_table_predicts_frames_of_all_libraries(library, tmp_path):
    data = pd.DataFrame({"x": X[:, 0], "kind": np.where(X[:, 1] > 0, "up", "down"), "day": pd.Timestamp(2024, 1, 5)})
    data["day"] += pd.to_timedelta(np.arange(len(data)), "D")
    data.assign(y=LABELS).to_csv(tmp_path / "table.csv", index=False)
    model = train(TableSettings(str(tmp_path / "table.csv"), "y", alpha=0.1, test="none", baselines=False))
    columns = {name: data[name].to_list() for name in data}
    np.testing.assert_array_equal(
        model.pipeline.predict_proba(library.frame(columns)), model.pipeline.predict_proba(data)
    )


def test_functions_for_files_refuse_frames(frame):
    with pytest.raises(InputError, match="for a data frame in memory, call fit"):
        RidgeNetClassifier().fit_stream(frame, "b")
    with pytest.raises(InputError, match="data must be the name of a file; write the data frame to one"):
        TableSettings(frame, "b")
