"""Data larger than memory: any file, any order that can be made again, and a run that is killed goes on."""

import gzip
import json
import signal
import subprocess
import sys

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.csv
import pyarrow.dataset as ds
import pyarrow.feather
import pyarrow.parquet as pq
import pytest
from forked_commands import ridgenet
from sklearn.datasets import make_moons

from ridgenet import RidgeNetClassifier, RidgeNetRegressor
from ridgenet._errors import InputError
from ridgenet.backends import _stream_training as fitting
from ridgenet.backends._stream import Stream

N = 4000
X, y = make_moons(N, noise=0.3, random_state=0)
FRAME = pd.DataFrame({"a": X[:, 0], "b": X[:, 1].astype(np.float32), "c": np.arange(N) % 7, "moon": y})
SETTINGS = {"hidden_layer_sizes": (6,), "solver": "adam", "learning_rate_init": 0.01, "random_state": 0}


@pytest.fixture(autouse=True)
def small_buffers(monkeypatch):
    monkeypatch.setattr(fitting, "rows_of_a_buffer", lambda n_columns: 700)


@pytest.fixture
def parquet(tmp_path):
    path = tmp_path / "moons.parquet"
    pq.write_table(pa.Table.from_pandas(FRAME), path, row_group_size=450)
    return path


def rows_seen(stream, n_rows, **options):
    return [buffer.X[:, 2].tolist() for buffer in stream.buffers(n_rows, **options)]


# reading


def as_file(kind, folder):
    table = pa.Table.from_pandas(FRAME)
    if kind == "csv":
        pa.csv.write_csv(table, folder / "moons.csv")
        return folder / "moons.csv"
    if kind == "feather":
        pa.feather.write_feather(table, folder / "moons.feather")
        return str(folder / "moons.feather")
    parts = [folder / "parts" / f"{k}.parquet" for k in range(4)]
    parts[0].parent.mkdir()
    for k, part in enumerate(parts):
        pq.write_table(table.slice(k * 1000, 1000), part, row_group_size=300)
    if kind == "folder":
        return folder / "parts"
    if kind == "dataset":
        return ds.dataset(folder / "parts", format="parquet")
    if kind == "address":
        return f"file://{folder}/parts"
    return parts


@pytest.mark.parametrize("kind", ["csv", "feather", "folder", "files", "dataset", "address"])
def test_every_kind_of_data_gives_the_same_rows(kind, tmp_path):
    stream = Stream(as_file(kind, tmp_path), "moon")
    assert stream.columns == ("a", "b", "c")
    buffers = list(stream.buffers(700))
    assert [len(buffer.X) for buffer in buffers] == [700] * 5 + [500]
    X = np.concatenate([b.X for b in buffers])
    np.testing.assert_array_equal(X.astype(np.float32), FRAME[["a", "b", "c"]].to_numpy(np.float32))
    np.testing.assert_array_equal(np.concatenate([b.y for b in buffers]), y)


def test_an_order_can_be_made_again_and_entered_in_the_middle(parquet):
    stream = Stream(parquet, "moon")
    whole = rows_seen(stream, 300, order=np.random.default_rng(3))
    assert whole == rows_seen(stream, 300, order=np.random.default_rng(3))
    assert whole != rows_seen(stream, 300, order=np.random.default_rng(4))
    assert sorted(np.concatenate(whole)) == sorted(np.arange(N) % 7)
    for skip in (1, 5, 13):
        assert rows_seen(stream, 300, order=np.random.default_rng(3), skip=skip) == whole[skip:]


def test_blocks_that_are_left_out_are_not_read(parquet, monkeypatch):
    stream = Stream(parquet, "moon")
    read = []
    usual = Stream._read
    monkeypatch.setattr(Stream, "_read", lambda self, block: read.append(block.row_group) or usual(self, block))
    rows_seen(stream, 300, skip=12)
    assert read == [8]


@pytest.mark.parametrize(
    ("change", "options", "message"),
    [
        (lambda f: f, {"target": "sun"}, "no column 'sun'"),
        (lambda f: f.assign(name="x"), {}, "column 'name' holds .*string"),
        (lambda f: f.assign(a=f.a.where(f.index != 2500)), {}, "column 'a', row 2,501: a value is missing"),
        (
            lambda f: f.assign(a=f.a.where(f.index != 2500, np.inf)),
            {},
            "column 'a', row 2,501: a value is missing, inf",
        ),
        (lambda f: f.assign(moon=f.moon.where(f.index != 5)), {}, "the target is missing"),
        (lambda f: f.assign(moon=1), {}, "only one class: 1"),
        (lambda f: f.assign(w=-1.0), {"sample_weight": "w"}, "weights in column 'w'"),
        (lambda f: f.assign(w=0.0), {"sample_weight": "w"}, "are zero"),
        (lambda f: f[:0], {}, "there are no rows"),
    ],
)
def test_what_cannot_be_learned_from_is_named(change, options, message, tmp_path):
    path = tmp_path / "bad.parquet"
    change(FRAME).to_parquet(path)
    with pytest.raises(ValueError, match=message):
        RidgeNetClassifier(**SETTINGS).fit_stream(path, **{"target": "moon", **options})


@pytest.mark.parametrize("what", ["none.parquet", "damaged.parquet", "", "nonsense://host/x"])
def test_data_that_are_not_there_are_said(what, tmp_path):
    (tmp_path / "damaged.parquet").write_bytes(b"PAR1 and nothing else")
    address = what if "://" in what else tmp_path / what
    with pytest.raises(ValueError, match=r"cannot be opened|there are no files|Protocol not known"):
        RidgeNetClassifier(**SETTINGS).fit_stream(address, "moon")


# learning


def test_it_learns_what_one_learns_in_memory(parquet):
    net = RidgeNetClassifier(**SETTINGS, alpha=5.0).fit_stream(parquet, "moon", n_epochs=60)
    minimum = RidgeNetClassifier(hidden_layer_sizes=(6,), alpha=5.0, solver="lbfgs", random_state=0)
    minimum.fit(FRAME[["a", "b", "c"]], y)
    assert net.loss_ == pytest.approx(minimum.loss_, rel=0.02)
    assert net.score(FRAME[["a", "b", "c"]], y) > 0.9
    assert net.feature_names_in_.tolist() == ["a", "b", "c"]
    assert len(net.loss_curve_) == net.n_iter_ == 60
    np.testing.assert_allclose(net._fitted.standardizer.mean, FRAME[["a", "b", "c"]].mean(), rtol=1e-6)
    np.testing.assert_allclose(net._fitted.standardizer.scale, FRAME[["a", "b", "c"]].std(ddof=0), rtol=1e-6)


def test_the_penalty_is_that_of_all_rows(parquet):
    strong = RidgeNetClassifier(**SETTINGS, alpha=1e5).fit_stream(parquet, "moon", n_epochs=30)
    weak = RidgeNetClassifier(**SETTINGS, alpha=1.0).fit_stream(parquet, "moon", n_epochs=30)
    assert sum((W**2).sum() for W in strong.coefs_) < 0.01 < 1 < sum((W**2).sum() for W in weak.coefs_)
    squared_norm = sum((W**2).sum() for W in weak._fitted.network.weights(weak._fitted.parameters))
    assert weak.l2_penalty_curve_[-1] == pytest.approx(1.0 / (2 * N) * squared_norm, rel=1e-5)


def test_numbers_labels_weights_and_some_columns(tmp_path):
    frame = FRAME.assign(word=np.array(["no", "yes"])[y], w=np.where(y == 1, 3.0, 1.0), height=3 * X[:, 0] + 5)
    path = tmp_path / "m.parquet"
    frame.to_parquet(path, row_group_size=900)
    settings = {"columns": ["a", "b"], "n_epochs": 30}
    words = RidgeNetClassifier(**SETTINGS).fit_stream(path, "word", **settings)
    assert words.classes_.tolist() == ["no", "yes"]
    weighted = RidgeNetClassifier(**SETTINGS).fit_stream(path, "word", sample_weight="w", **settings)
    inputs = frame[["a", "b"]]
    assert (weighted.predict(inputs) == "yes").mean() > (words.predict(inputs) == "yes").mean()
    heights = RidgeNetRegressor(**SETTINGS).fit_stream(path, "height", **settings)
    assert heights.score(inputs, frame["height"]) > 0.99


def test_parameters_without_a_meaning_are_refused(parquet):
    for parameters in ({"solver": "lbfgs"}, {"early_stopping": True}, {"learning_rate": "cosine", "solver": "sgd"}):
        with pytest.raises(ValueError, match="stream"):
            RidgeNetClassifier(**parameters).fit_stream(parquet, "moon")
    with pytest.raises(ValueError, match="n_epochs must be 1 or more"):
        RidgeNetClassifier().fit_stream(parquet, "moon", n_epochs=0)


# interruptions


def test_a_run_goes_on_from_any_buffer_to_the_same_network(parquet, tmp_path):
    whole = RidgeNetClassifier(**SETTINGS).fit_stream(parquet, "moon", n_epochs=3)
    checkpoint = tmp_path / "run.npz"
    settings = {"n_epochs": 3, "checkpoint": checkpoint, "seconds_between_checkpoints": 0.0}
    n_stops = 0
    for stop_after in (2, 5, 3, 100):
        told = []

        def stop(progress, told=told, stop_after=stop_after):
            told.append(progress.n_passes)
            return progress.n_passes > 0 and sum(n > 0 for n in told) >= stop_after

        net = RidgeNetClassifier(**SETTINGS, callbacks=stop)
        try:
            net.fit_stream(parquet, "moon", **settings)
        except KeyboardInterrupt:
            n_stops += 1
            assert checkpoint.exists()
    assert n_stops == 3
    np.testing.assert_array_equal(net._fitted.parameters, whole._fitted.parameters)
    np.testing.assert_array_equal(net.loss_curve_, whole.loss_curve_)


def test_a_checkpoint_is_for_its_own_run_only(parquet, tmp_path):
    checkpoint = tmp_path / "run.npz"
    RidgeNetClassifier(**SETTINGS).fit_stream(parquet, "moon", n_epochs=1, checkpoint=checkpoint)
    with pytest.raises(ValueError, match="from a run with a different alpha"):
        RidgeNetClassifier(**SETTINGS, alpha=7.0).fit_stream(parquet, "moon", checkpoint=checkpoint)
    checkpoint.write_bytes(b"PK nothing")
    with pytest.raises(ValueError, match="not a checkpoint, or damaged"):
        RidgeNetClassifier(**SETTINGS).fit_stream(parquet, "moon", checkpoint=checkpoint)
    with pytest.raises(ValueError, match=r"cannot be read \(Is a directory\)"):
        RidgeNetClassifier(**SETTINGS).fit_stream(parquet, "moon", checkpoint=tmp_path)


def test_a_run_that_was_killed_goes_on_to_the_same_network(tmp_path):
    path, checkpoint = tmp_path / "large.parquet", tmp_path / "run.npz"
    rng = np.random.RandomState(0)
    large = pd.DataFrame(rng.normal(size=(200_000, 8)), columns=list("abcdefgh"))
    large["y"] = (large.a * large.b + large.c > 0).astype(int)
    large.to_parquet(path, row_group_size=20_000)
    script = tmp_path / "train.py"
    script.write_text(
        "import os, signal, sys\n"
        "from ridgenet import RidgeNetClassifier\n"
        "from ridgenet.backends import _stream_training as fitting\n"
        "fitting.rows_of_a_buffer = lambda n_columns: 15_000\n"
        "data, out, checkpoint, dies = *sys.argv[1:3], sys.argv[3] if len(sys.argv) > 3 else None, len(sys.argv) > 4\n"
        "def die(progress):\n"
        "    if dies and progress.n_passes == 4 and progress.n_rows > 100_000:\n"
        "        os.kill(os.getpid(), signal.SIGKILL)\n"
        "net = RidgeNetClassifier((16,), solver='adam', random_state=0, callbacks=die)\n"
        "net.fit_stream(data, 'y', n_epochs=6, checkpoint=checkpoint, seconds_between_checkpoints=0)\n"
        "net._fitted.parameters.tofile(out)\n"
    )
    command = [sys.executable, str(script), str(path)]
    subprocess.run([*command, str(tmp_path / "whole")], check=True)
    killed = subprocess.run([*command, str(tmp_path / "resumed"), str(checkpoint), "dies"])
    assert killed.returncode == -signal.SIGKILL
    assert not (tmp_path / "resumed").exists()
    about = json.loads(np.load(checkpoint)["about"].tobytes())
    assert (about["epoch"], about["buffer"] > 0) == (3, True)
    subprocess.run([*command, str(tmp_path / "resumed"), str(checkpoint)], check=True)
    assert (tmp_path / "resumed").read_bytes() == (tmp_path / "whole").read_bytes()


# the command line


def test_the_command_line_learns_from_a_stream_and_predicts_with_it(parquet, tmp_path):
    options = ["--epochs", 4, "--drop", "c", "--set", "learning_rate_init=0.01", "--checkpoint", tmp_path / "run.npz"]
    out = tmp_path / "out"
    done = ridgenet("fit", parquet, "-t", "moon", "--stream", *options, "-o", out, folder=tmp_path)
    assert done.returncode == 0, done.stderr
    assert "4,000 rows, 2 input columns" in done.stdout
    assert sorted(path.name for path in out.iterdir()) == ["model.skops", "result.json"]
    assert (tmp_path / "run.npz").exists()
    again = ["--config", out / "result.json", "-q", "-o", tmp_path / "again"]
    assert ridgenet("fit", "--stream", *again, folder=tmp_path).returncode == 0
    first, second = (json.loads((tmp_path / name / "result.json").read_text()) for name in ("out", "again"))
    assert first["settings"]["n_epochs"] == 4
    assert second["settings"] == first["settings"]
    assert second["network"] == first["network"]
    about = ridgenet("inspect", out / "model.skops", folder=tmp_path).stdout
    assert "as a stream" in about
    assert "after 4 epochs" in about
    done = ridgenet("predict", out / "model.skops", parquet, "-o", tmp_path / "predicted.parquet", folder=tmp_path)
    assert done.returncode == 0, done.stderr
    assert (pd.read_parquet(tmp_path / "predicted.parquet")["predicted_moon"] == y).mean() > 0.8


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--stream", "--drop", "sun"], "no column is called 'sun'"),
        (["--stream", "--test", "0.2"], "a model trained on a stream is not tested"),
        (["--epochs", "3"], "--epochs and --checkpoint are for --stream"),
        (["--stream", "--solver", "lbfgs"], "in mini-batches"),
    ],
)
def test_what_a_stream_cannot_do_is_said_in_one_line(parquet, tmp_path, arguments, message):
    done = ridgenet("fit", parquet, "-t", "moon", "-o", tmp_path, *arguments, folder=tmp_path)
    assert done.returncode == 2
    assert message in done.stderr
    assert done.stderr.count("\n") == 1


# files that are not what their names say


def test_a_packed_file_is_read_where_its_name_says_so(tmp_path):
    content = gzip.compress(FRAME[:50].to_csv(index=False).encode())
    (tmp_path / "a.csv.gz").write_bytes(content)
    assert len(next(Stream(tmp_path / "a.csv.gz", "moon").buffers(100)).X) == 50
    (tmp_path / "a.csv").write_bytes(content)
    with pytest.raises(InputError, match=r"a.csv: this file is compressed with gzip; decompress it, or rename it"):
        Stream(tmp_path / "a.csv", "moon")


def test_a_format_is_told_by_how_a_file_begins(tmp_path):
    FRAME[:50].to_csv(tmp_path / "a.parquet", index=False)
    assert len(next(Stream(tmp_path / "a.parquet", "moon").buffers(100)).X) == 50
    (tmp_path / "a.csv").write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(512))
    with pytest.raises(InputError, match=r"a.csv: the workbook is damaged"):
        Stream(tmp_path / "a.csv", "moon")


def test_offsets_that_lead_out_of_a_file_are_not_followed(tmp_path):
    path = tmp_path / "a.feather"
    table = pa.table({"a": [1.0, 2.0, 3.0], "y": ["red", "blue", "ink"]})
    pa.feather.write_feather(table, path, compression="uncompressed")
    content = path.read_bytes()
    place = content.index(np.array([0, 3, 7, 10], np.int32).tobytes()) + 8
    path.write_bytes(content[:place] + np.int32(2_000_000_000).tobytes() + content[place + 4 :])
    with pytest.raises(InputError, match=r"a.feather: cannot be read \("):
        next(Stream(path, "y").buffers(100))


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"a,b,y", "the file has a header, but no rows"),
        (
            b"sep=;\na;b;y\n1;2;3\n",
            "a line before the header names the delimiter, which a stream cannot use; store it as Parquet",
        ),
        (b"a;b;y\n1;2;3\n", "the delimiter is ';', which a stream cannot use; store it as Parquet"),
        ("a,b,y\n1,2,3\n".encode("utf-16"), "this is UTF-16 text, which cannot be read as a stream"),
        ("a,b,y\n1,2,3\n".encode("utf-16-le"), "unrecognised file format"),
        (b"a,b,y\n1,\0,3\n", "row 1, column 'b': there is a NUL byte"),
        ("a,b,y\n1,€,3\n".encode("cp1252"), "row 1, column 'b': this is not UTF-8 text"),
    ],
)
def test_text_that_a_stream_cannot_be_read_from_is_refused_for_what_it_is(tmp_path, content, message):
    (tmp_path / "data.csv").write_bytes(content)
    with pytest.raises(InputError, match=message):
        Stream(str(tmp_path / "data.csv"), "y")


def test_a_byte_order_mark_is_no_part_of_a_name(tmp_path):
    (tmp_path / "data.csv").write_bytes(b"\xef\xbb\xbfa,y\n1,2\n")
    assert Stream(str(tmp_path / "data.csv"), "y").columns == ("a",)
