"""Tables larger than memory: the columns of `ridgenet fit --stream` become inputs as those of all other commands."""

import gzip
import json

import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import pytest
from files_of_tests import write
from forked_commands import ridgenet

from ridgenet._errors import InputError
from ridgenet._table_settings import TableSettings
from ridgenet.formats._reading import Reading, read_table
from ridgenet.model_files._files import load_model
from ridgenet.table.encoding._encoder import TableEncoder
from ridgenet.table.encoding._means import Means
from ridgenet.table.streaming import _sample as samples
from ridgenet.table.streaming._encoding import Encoding
from ridgenet.table.streaming._files import sources_of
from ridgenet.table.streaming._sample import drawn_from
from ridgenet.table.streaming._training import train_on_stream

N = 3000


def mixed(n=N, seed=0):
    """Return columns of every kind, with missing values, and what depends on each."""
    rng = np.random.default_rng(seed)
    size, colour = rng.normal(size=n), rng.choice(["red", "blue", "green, dark"], n)
    days, ok = rng.integers(0, 700, n), rng.random(n) < 0.5
    z = size + 1.5 * (colour == "red") + days / 350 - 1 + ok
    return pd.DataFrame(
        {
            "size": np.where(rng.random(n) < 0.1, np.nan, size.round(6)),
            "colour": np.where(rng.random(n) < 0.1, None, colour),
            "when": (pd.Timestamp("2024-01-01") + pd.to_timedelta(days, "D")).strftime("%Y-%m-%d"),
            "ok": ok,
            "zip": np.char.zfill(rng.integers(1, 9, n).astype(str), 5),
            "likes": np.where(z + rng.logistic(size=n) > 1, "yes", "no"),
        }
    )


def settings_for(path, target="likes", **others):
    return TableSettings(str(path), target, alpha=1.0, **others)


def trained(path, folder, n_epochs=3, **others):
    record, _ = train_on_stream(settings_for(path, **others), n_epochs, None, folder / "out")
    return record, load_model(folder / "out" / "model.skops")


def as_data(kind, frame, folder):
    if kind == "parquet":
        frame.to_parquet(folder / "data.parquet", row_group_size=700)
        return folder / "data.parquet"
    if kind == "semicolons":
        return write(folder, frame.to_csv(index=False, sep=";", decimal=",").encode("utf-16"))
    if kind == "packed":
        return write(folder, gzip.compress(frame.to_csv(index=False).encode()), "data.csv.gz")
    if kind == "lines":
        return write(folder, frame.to_json(orient="records", lines=True), "data.jsonl")
    parts = folder / "parts"
    parts.mkdir()
    for k in range(3):
        frame[k * 1000 : (k + 1) * 1000].to_csv(parts / f"{k}.csv", index=False)
    write(parts, "not a table", "README")
    write(parts, "a,b\n1,2\n", "_hidden.csv")
    return f"file://{parts}" if kind == "address" else parts


KINDS = ["parquet", "semicolons", "packed", "lines", "folder", "address"]


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_of_data_gives_the_same_network(kind, tmp_path):
    frame = mixed()
    _, expected = trained(write(tmp_path, frame.to_csv(index=False)), tmp_path)
    data = as_data(kind, frame, tmp_path)
    record, model = trained(data, tmp_path, decimal="," if kind == "semicolons" else ".")
    np.testing.assert_allclose(model[-1]._fitted.parameters, expected[-1]._fitted.parameters, rtol=1e-6, atol=1e-6)
    assert record["data"]["n_rows"] == N
    assert set(model["columns"].encodings_) == {"size", "colour", "when", "ok", "zip"}


def test_the_columns_become_what_they_become_in_memory(tmp_path):
    path = write(tmp_path, mixed().to_csv(index=False))
    sample = drawn_from(sources_of(str(path)), "data", Reading(), (), 0, lambda *_: None)
    encoding = Encoding(sample, settings_for(path))
    rows = encoding.write(tmp_path / "rows.parquet", sources_of(str(path)), lambda *_: None)
    table = read_table(path)
    in_memory = TableEncoder().fit_transform(table.frame.drop(columns="likes"), table.frame["likes"].to_numpy(str))
    written = pq.read_table(tmp_path / "rows.parquet").to_pandas()
    assert sample.is_whole
    np.testing.assert_array_equal(written[rows.inputs].to_numpy(), in_memory)
    assert written[rows.target].tolist() == table.frame["likes"].tolist()
    # as codes with a leading zero, not as numbers
    assert encoding.encoder.encodings_["zip"].levels[0] == "00001"


def test_a_model_of_a_stream_predicts_files_as_they_are(tmp_path):
    path = write(tmp_path, mixed().to_csv(index=False))
    done = ridgenet("fit", path, "-t", "likes", "--stream", "--epochs", 30, "--set", "learning_rate_init=0.01",
                    "-o", "out", folder=tmp_path)  # fmt: skip
    assert done.returncode == 0, done.stderr
    write(tmp_path, mixed(500, seed=1).to_csv(index=False), "new.csv")
    done = ridgenet("predict", "out/model.skops", "new.csv", "-o", "predicted.csv", folder=tmp_path)
    assert done.returncode == 0, done.stderr
    predicted = pd.read_csv(tmp_path / "predicted.csv")
    assert (predicted["predicted_likes"] == predicted["likes"]).mean() > 0.68
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == ["model.skops", "result.json"]


def test_rows_are_drawn_with_equal_probability_and_the_same_again(tmp_path, monkeypatch):
    monkeypatch.setattr(samples, "MOST_ROWS", 100)
    path = write(tmp_path, pd.DataFrame({"a": np.arange(1000), "b": 1}).to_csv(index=False))

    def drawn(seed):
        sample = drawn_from(sources_of(str(path)), "data", Reading(), (), seed, lambda *_: None)
        np.testing.assert_array_equal(sample.table.frame["a"], sample.indices)
        assert sample.n_rows == 1000
        return sample.indices

    np.testing.assert_array_equal(drawn(0), drawn(0))
    counts = np.bincount(np.concatenate([drawn(seed) for seed in range(200)]), minlength=1000)
    assert counts.sum() == 200 * 100
    # binomial with n = 200 and p = 0.1 in tenths of the table
    assert np.abs(counts.reshape(10, 100).sum(axis=1) - 2000).max() < 5 * np.sqrt(2000 * 0.9)


@pytest.fixture
def small_samples(monkeypatch):
    monkeypatch.setattr(samples, "MOST_ROWS", 300)


@pytest.mark.usefixtures("small_samples")
def test_what_the_rows_drawn_do_not_show_is_ignored_or_named(tmp_path):
    frame = mixed()
    hidden = np.setdiff1d(np.arange(N), trained_indices(frame, tmp_path))
    frame.loc[hidden[:2], "colour"] = "violet"
    frame.loc[hidden[2:4], "likes"] = None
    record, model = trained(write(tmp_path, frame.to_csv(index=False)), tmp_path)
    assert record["data"] | {"columns": None, "file": None, "sha256": None} == {
        "n_rows": N, "n_rows_trained_on": N - 2, "columns": None, "file": None, "sha256": None,
    }  # fmt: skip
    assert "column 'colour': 2 rows have a category that none of these rows has" in " ".join(record["notes"])
    assert f"2 of {N:,} rows have no 'likes'" in " ".join(record["notes"])
    assert "300 rows drawn at random" in " ".join(record["notes"])
    assert "violet" not in model["columns"].encodings_["colour"].levels

    for column, value, message in [
        ("size", "large", f"column 'size', row {hidden[9] + 1}: 'large' is not a number"),
        ("when", "soon", f"column 'when', row {hidden[9] + 1}: 'soon' is not a date"),
        ("size", "inf", f"column 'size', row {hidden[9] + 1}: the value is infinite"),
    ]:
        spoiled = frame.astype({column: object})
        spoiled.loc[hidden[9], column] = value
        path = write(tmp_path, spoiled.to_csv(index=False))
        with pytest.raises(InputError, match=message):
            trained(path, tmp_path)
    assert not list((tmp_path / "out").glob("*.parquet"))


def trained_indices(frame, folder):
    path = write(folder, frame.to_csv(index=False))
    return drawn_from(sources_of(str(path)), "data", Reading(), (), 0, lambda *_: None).indices


@pytest.mark.usefixtures("small_samples")
def test_labels_beyond_the_rows_drawn_are_classes_too_and_numbers_must_be_like_them(tmp_path):
    frame = mixed().assign(likes=lambda table: (table["likes"] == "yes").astype(int))
    hidden = np.setdiff1d(np.arange(N), trained_indices(frame, tmp_path))
    frame.loc[hidden[0], "likes"] = 2
    _, model = trained(write(tmp_path, frame.to_csv(index=False)), tmp_path)
    assert model.classes_.tolist() == [0, 1, 2]
    frame = frame.astype({"likes": float})
    frame.loc[hidden[0], "likes"] = 1.5
    with pytest.raises(InputError, match=f"column 'likes', row {hidden[0] + 1}: 1.5 is not a whole number"):
        trained(write(tmp_path, frame.to_csv(index=False)), tmp_path)


def test_means_of_the_target_in_a_row_are_those_of_other_rows(tmp_path):
    rng = np.random.default_rng(0)
    # noise: with its own target in the mean, a row would seem predictable
    frame = pd.DataFrame({"id": rng.integers(0, 60, 1300).astype(str), "y": rng.normal(size=1300)})
    frame["id"] = "name " + frame["id"]
    path = write(tmp_path, frame.to_csv(index=False))
    sample = drawn_from(sources_of(str(path)), "data", Reading(), (), 0, lambda *_: None)
    encoding = Encoding(sample, settings_for(path, "y"))
    assert isinstance(encoding.encoder.encodings_["id"], Means)
    rows = encoding.write(tmp_path / "rows.parquet", sources_of(str(path)), lambda *_: None)
    written = pq.read_table(tmp_path / "rows.parquet").to_pandas()
    own = encoding.encoder.transform(frame[["id"]])[:, 0]
    assert np.corrcoef(own, frame["y"])[0, 1] > 0.15
    assert np.corrcoef(written[rows.inputs[0]], frame["y"])[0, 1] < 0.05


def test_weights_count_and_are_checked(tmp_path):
    frame = mixed().assign(w=lambda table: np.where(table["likes"] == "yes", 9.0, 1.0))
    path = write(tmp_path, frame.to_csv(index=False))
    _, plain = trained(path, tmp_path, drop=("w",))
    _, weighted = trained(path, tmp_path, sample_weight="w")
    X = read_table(path).frame
    assert (weighted.predict(X) == "yes").mean() > (plain.predict(X) == "yes").mean() + 0.05
    frame.loc[2500, "w"] = -1
    path = write(tmp_path, frame.to_csv(index=False))
    with pytest.raises(InputError, match="column 'w', row 2501: the weight is negative"):
        trained(path, tmp_path, sample_weight="w")


def test_a_run_goes_on_from_its_checkpoint_to_the_same_network(tmp_path):
    path = write(tmp_path, mixed().to_csv(index=False))
    whole, _ = train_on_stream(settings_for(path), 4, None, tmp_path / "whole")
    train_on_stream(settings_for(path), 2, tmp_path / "run.npz", tmp_path / "half")
    resumed, _ = train_on_stream(settings_for(path), 4, tmp_path / "run.npz", tmp_path / "resumed")
    assert resumed["network"] == whole["network"]


@pytest.mark.parametrize("option", [["--groups", "zip"], ["--time", "when"], ["--exposure", "size"], ["--cost", "1:5"]])
def test_settings_without_a_meaning_are_refused(option, tmp_path):
    path = write(tmp_path, mixed(100).to_csv(index=False))
    argv = ["fit", path, "-t", "likes", "--stream", *option, "-o", "out"]
    done = ridgenet(*argv, folder=tmp_path)
    assert (done.returncode, done.stderr.count("\n")) == (2, 1)
    assert "does not apply to a stream" in done.stderr or "No such option" in done.stderr
    assert not (tmp_path / "out").exists()


def test_files_that_are_not_one_table_are_refused(tmp_path):
    folder = tmp_path / "parts"
    folder.mkdir()
    with pytest.raises(InputError, match="there are no files that end in"):
        trained(folder, tmp_path)
    write(folder, "a,y\n1,2\n3,4\n", "1.csv")
    write(folder, "b,y\n1,2\n3,4\n", "2.csv")
    with pytest.raises(InputError, match=r"2.csv: not all files have a column 'a'"):
        trained(folder, tmp_path, target="y")
    mixed(50).to_parquet(folder / "3.parquet")
    with pytest.raises(InputError, match="files of several formats: CSV, Parquet"):
        trained(folder, tmp_path)


def test_names_of_inputs_may_clash_with_those_of_other_columns(tmp_path):
    frame = mixed().rename(columns={"size": "colour_red", "likes": "zip_00001"})
    record, model = trained(write(tmp_path, frame.to_csv(index=False)), tmp_path, target="zip_00001")
    assert model.predict(frame.drop(columns="zip_00001").astype({"when": "datetime64[us]"})[:3]).shape == (3,)
    assert json.dumps(record)


def test_a_quoted_word_is_text_and_no_missing_value(tmp_path):
    content = "where,y\n" + "".join(f"{('NA', chr(34) + 'NA' + chr(34), 'EU')[k % 3]},{k % 2}\n" for k in range(300))
    path = write(tmp_path, content)
    record, model = trained(path, tmp_path, target="y")
    assert model["columns"].encodings_["where"].levels.tolist() == ["EU", "NA"]
    assert record["data"]["columns"][0]["n_missing"] == 100
    assert not any("category" in note for note in record["notes"])


def test_nothing_is_left_in_the_folder_of_temporary_files(tmp_path, monkeypatch):
    folder = tmp_path / "parts"
    folder.mkdir()
    for k in range(3):
        mixed(200, seed=k).to_parquet(folder / f"{k}.parquet")
    monkeypatch.setenv("TMPDIR", str(tmp_path / "temporary"))
    (tmp_path / "temporary").mkdir()
    for data in (f"file://{folder}", f"file://{tmp_path}/none.csv"):
        ridgenet("fit", data, "-t", "likes", "--stream", "-o", "out", folder=tmp_path)
        assert list((tmp_path / "temporary").iterdir()) == []


def test_parts_without_rows_are_part_of_a_table(tmp_path):
    for kind in ("csv", "parquet"):
        folder = tmp_path / kind
        folder.mkdir()
        for name, frame in {"1": mixed(300), "2": mixed(300)[:0], "3": mixed(100, seed=1)}.items():
            frame.to_csv(folder / f"{name}.csv", index=False) if kind == "csv" else frame.to_parquet(
                folder / f"{name}.parquet"
            )
        (folder / f"4.{kind}").touch()
        record, _ = trained(folder, tmp_path)
        assert record["data"]["n_rows"] == 400


@pytest.mark.usefixtures("small_samples")
def test_rows_in_messages_are_those_of_the_files(tmp_path):
    frame = mixed().astype({"size": object})
    drawn = int(trained_indices(frame, tmp_path)[150])
    frame.loc[drawn, "size"] = "n/k"
    record, _ = trained(write(tmp_path, frame.to_csv(index=False)), tmp_path)
    assert f"'n/k' in row {drawn + 1}" in " ".join(record["notes"])
    frame.loc[drawn, "size"] = "-inf"
    folder = tmp_path / "parts"
    folder.mkdir()
    for k in range(3):
        frame[k * 1000 : (k + 1) * 1000].to_csv(folder / f"{k}.csv", index=False)
    with pytest.raises(InputError, match=f"row {drawn % 1000 + 1} of .*{drawn // 1000}.csv: the value is infinite"):
        trained(folder, tmp_path)


@pytest.mark.usefixtures("small_samples")
def test_a_class_so_rare_that_it_is_not_drawn_is_learned_if_the_task_is_given(tmp_path):
    frame = mixed().assign(likes="no", w=0.0)
    hidden = np.setdiff1d(np.arange(N), trained_indices(frame, tmp_path))
    frame.loc[hidden[:5], "likes"] = "yes"
    frame.loc[hidden, "w"] = 1.0
    path = write(tmp_path, frame.to_csv(index=False))
    with pytest.raises(InputError, match="is no in all of them; if it has other values elsewhere, say with --task"):
        trained(path, tmp_path)
    _, model = trained(path, tmp_path, task="classification", sample_weight="w")
    assert model.classes_.tolist() == ["no", "yes"]


@pytest.mark.usefixtures("small_samples")
def test_files_that_differ_in_their_types_are_refused(tmp_path):
    folder = tmp_path / "parts"
    folder.mkdir()
    mixed().to_parquet(folder / "1.parquet")
    mixed().assign(size="large").to_parquet(folder / "2.parquet")
    with pytest.raises(InputError, match="the files have columns of different types"):
        trained(folder, tmp_path)


def test_a_parameter_that_is_not_for_streams_is_refused_before_all_rows_are_encoded(tmp_path, monkeypatch):
    monkeypatch.setattr(Encoding, "write", lambda *_: pytest.fail("the rows were encoded"))
    path = write(tmp_path, mixed(100).to_csv(index=False))
    for parameters in ({"solver": "lbfgs"}, {"early_stopping": True}, {"batch_size": 0}):
        with pytest.raises(InputError):
            trained(path, tmp_path, parameters=parameters)


def test_a_checkpoint_of_other_data_is_refused(tmp_path):
    frame = mixed()
    checkpoint = tmp_path / "run.npz"
    train_on_stream(settings_for(write(tmp_path, frame.to_csv(index=False))), 1, checkpoint, tmp_path / "out")
    frame["size"] = -2 * frame["size"]
    other = settings_for(write(tmp_path, frame.to_csv(index=False)))
    with pytest.raises(InputError, match="from a run with a different data"):
        train_on_stream(other, 2, checkpoint, tmp_path / "out")
