"""What the page learns, says and hands out, without a browser."""

import gzip
import io
import json
import re
import runpy
import threading
import tracemalloc

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.feather
import pyarrow.parquet
import pytest
from tables_of_tests import diabetes, passengers, written

from ridgenet import about_model, load_model
from ridgenet._errors import InputError
from ridgenet.equations import forward
from ridgenet.formats._reading import read_table
from ridgenet.page._translations import ENGLISH
from ridgenet.page.app import _live as live
from ridgenet.page.app._code import code_of
from ridgenet.page.app._findings import is_straight
from ridgenet.page.app._learning import MOST_KEPT, Cancelled, PathCache, learn
from ridgenet.page.app._limits import LARGEST_UNPACKED, LARGEST_UPLOAD, MOST_CELLS, require_small
from ridgenet.page.app._problem import Problem
from ridgenet.page.app._server import warm_up
from ridgenet.page.app._tables import MOST_UPLOADS, TableFile, Tables, as_csv, draw
from ridgenet.page.app._view import content_of, scores_in_short
from ridgenet.page.interactive._stops import in_short

# findings


def test_a_path_goes_from_over_fitted_to_nothing(moons):
    found = [stop["finding"] for stop in content_of(moons, ENGLISH.gettext)["stops"]]
    order = ["overfitted", "balanced", "stiff", "line", "nothing"]
    assert list(dict.fromkeys(found)) == order
    assert found == sorted(found, key=order.index)
    assert found[content_of(moons, ENGLISH.gettext)["start"]] == "balanced"


def test_a_network_without_hidden_units_is_straight_but_not_called_collapsed(paths):
    learned = paths.learned(Problem(hidden_layer_sizes=()))
    assert all(is_straight(learned.scene, look) for look in learned.scene.looks)
    found = {stop["finding"] for stop in content_of(learned, ENGLISH.gettext)["stops"]}
    assert found == {"balanced", "stiff", "nothing"}


def test_what_a_search_leaves_of_zero_is_said_to_be_zero(moons):
    strongest = content_of(moons, ENGLISH.gettext)["stops"][-1]
    assert 0 < moons.scene.path.squared_norms[0] < 1e-5
    assert strongest["readout"]["L2 penalty"] == "0"
    assert in_short(1.23456e-6) == "1.235e-06"


def test_the_network_without_a_penalty_follows_its_points_closest(moons):
    scene = moons.scene
    assert scene.alphas[-1] == 0
    assert scene.path.data_losses[-1, 0] < scene.path.data_losses[scene.chosen, 0] / 2
    assert scene.looks[-1].unseen.score > scene.looks[scene.chosen].unseen.score


def test_equations_and_pictures_have_the_same_numbers(moons):
    content = content_of(moons, ENGLISH.gettext)
    scene, n = moons.scene, len(moons.model.rows)
    for stop, index in zip(content["stops"], scene.shown, strict=True):
        equation = stop["equation"]
        assert equation["n"] == n == 200
        assert equation["l2"] == pytest.approx(
            equation["alpha"] / (2 * n) * equation["squared_norm"], rel=1e-4, abs=1e-7
        )
        # what is drawn predicts what is painted
        W, b = stop["network"]["weights"], stop["network"]["biases"]
        x = (
            np.array([scene.plane.x[3], scene.plane.y[50]]) - scene.path.standardizer.mean
        ) / scene.path.standardizer.scale
        _, a = forward([np.array(w) for w in W], [np.array(v) for v in b], x[:, np.newaxis])
        assert stop["surface"][50][3] == pytest.approx(1000 * a[-1][0, 0], abs=3)
        assert index == scene.path.index_of(stop["alpha"])


# tables


def test_drawn_data_are_read_as_they_were_drawn(moons):
    drawn = draw(Problem())
    np.testing.assert_array_equal(moons.model.rows.X.to_numpy(), drawn.X)
    np.testing.assert_array_equal(moons.model.rows.y, drawn.y)
    assert as_csv(drawn.X[:1], drawn.y[:1]).startswith("x₁,x₂,class\n")


def test_tables_can_be_of_numbers_and_use_some_columns_only(paths, tmp_path):
    content = written(diabetes(), tmp_path / "d.csv").read_bytes()
    key = paths.tables.add(content, "../../d.csv")
    assert paths.tables.file_of(key).name == "d.csv"
    learned = paths.learned(Problem(data=key, target="target", columns=("bmi", "s5")))
    assert learned.scene.input_names == ("bmi", "s5")
    assert learned.scene.classes is None
    stops = content_of(learned, ENGLISH.gettext)["stops"]
    assert all(np.min(stop["surface"]) >= 0 and np.max(stop["surface"]) <= 1000 for stop in stops)
    assert {"overfitted", "balanced", "nothing"} <= {stop["finding"] for stop in stops}


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", r"evil\.csv: the file is empty"),
        (b"a\n1\n2\n", "one column only"),
        (b"a,b\n1,2\n3\n", "row"),
        (b"\x00\x01\x02\x03" * 50, r"evil\.csv"),
        (b"a,b\n" + b"1" * (LARGEST_UPLOAD + 1), "more than 20 MB"),
    ],
)
def test_a_bad_upload_is_refused_by_its_own_name(paths, content, message):
    with pytest.raises(InputError, match=message) as refused:
        paths.tables.add(content, "/tmp/evil.csv")
    assert "ridgenet-app-" not in str(refused.value)


def packed_often(name, row, n_rows):
    """Return the content of a file that is small until it is unpacked."""
    if name.endswith(".gz"):
        return gzip.compress(b"a,b,c\n" + row * n_rows, compresslevel=1)
    content = io.BytesIO()
    columns = {"a": pa.nulls(n_rows) if row == b"" else pa.repeat("x" * 1000, n_rows), "b": pa.nulls(n_rows, pa.int8())}
    table = pa.table(columns)
    if name.endswith(".parquet"):
        pyarrow.parquet.write_table(table, content, compression="zstd")
    else:
        pyarrow.feather.write_feather(table, content, compression="zstd", chunksize=100_000)
    return content.getvalue()


@pytest.mark.parametrize(
    ("name", "row", "n_rows", "message"),
    [
        ("bytes.csv.gz", b"1,2,0" + b" " * 100 + b"\n", 1_200_000, "unpacked, it has more than 100 MB"),
        ("cells.csv.gz", b"1,2,0\n", 2_000_000, "rows times columns may be 5,000,000"),
        ("cells.parquet", b"", MOST_CELLS + 1, "rows times columns may be 5,000,000"),
        ("text.parquet", b"a", 120_000, "unpacked, it has more than 100 MB"),
        ("cells.feather", b"", MOST_CELLS + 1, "rows times columns may be 5,000,000"),
        ("text.feather", b"a", 120_000, "unpacked, it has more than 100 MB"),
    ],
)
def test_a_small_file_that_unpacks_to_a_large_table_is_refused_before_it_is_read(
    paths, monkeypatch, name, row, n_rows, message
):
    content = packed_often(name, row, n_rows)
    assert len(content) < LARGEST_UPLOAD / 4
    monkeypatch.setattr(TableFile, "looked_at", None)
    with pytest.raises(InputError, match=f"^{re.escape(name)}: {message}"):
        paths.tables.add(content, name)


def test_no_more_of_a_packed_file_is_unpacked_than_is_allowed(tmp_path):
    path = tmp_path / "zeros.csv.gz"
    with gzip.open(path, "wb", compresslevel=1) as file:
        for _ in range(400):
            file.write(bytes(2**20))
    tracemalloc.start()
    before = pa.total_allocated_bytes()
    with pytest.raises(InputError, match="unpacked"):
        require_small(path, path.name)
    assert tracemalloc.get_traced_memory()[1] < LARGEST_UNPACKED / 10
    assert pa.total_allocated_bytes() - before < LARGEST_UNPACKED / 10
    tracemalloc.stop()


def test_what_is_as_large_as_allowed_is_taken_in_every_format(tmp_path):
    tables, frame = Tables(), passengers(60)
    for name in ("t.csv", "t.csv.gz", "t.parquet", "t.feather", "t.parquet.gz"):
        path = tmp_path / name.removesuffix(".gz")
        {"c": frame.to_csv, "p": frame.to_parquet, "f": frame.to_feather}[name[2]](
            path, **({"index": False} if name[2] == "c" else {})
        )
        content = gzip.compress(path.read_bytes()) if name.endswith(".gz") else path.read_bytes()
        assert tables.file_of(tables.add(content, name)).n_rows == 60
    wide = ",".join(f"c{k}" for k in range(2001)) + "\n" + ",".join("1" * 2001) + "\n"
    with pytest.raises(InputError, match="has 2,001 columns; an upload may have 2,000"):
        tables.add(wide.encode(), "wide.csv")
    tables.close()


def test_only_some_uploads_are_kept(tmp_path):
    tables = Tables()
    keys = [tables.add(f"a,b\n{k},1\n".encode(), "t.csv") for k in range(MOST_UPLOADS + 2)]
    assert tables.file_of(keys[-1]).n_rows == 1
    with pytest.raises(InputError, match="upload it again"):
        tables.file_of(keys[0])
    folder = tables.file_of(keys[-1]).path.parent
    assert len(list(folder.iterdir())) == MOST_UPLOADS
    tables.close()
    assert not folder.exists()


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        ("1,0\n2,1\n", "has 2 rows with a 'b'; the page needs 10 or more"),
        ("1,0\n2,1\n" + "3,\n" * 20, "has 2 rows with a 'b'; the page needs 10 or more"),
        ("1,0\n1,1\n" * 20, "no column but 'b' has more than one value"),
        ("1,x\n2,y\n3,z\n" * 4, "the most frequent value of 'b' stands in 4 rows only"),
    ],
)
def test_a_table_that_is_too_small_is_told_what_it_lacks(paths, rows, message):
    key = paths.tables.add(f"a,b\n{rows}".encode(), "small.csv")
    with pytest.raises(InputError, match=f"^small.csv: {message}"):
        paths.learned(Problem(data=key, hidden_layer_sizes=(1,)))


ROWS = "Größe;Preis;Stadt\n" + "1,5;2,25;Köln\n2,5;1.000;Jülich\n3,5;3,75;Bonn\n" * 8
CHINESE_ROWS = "年龄,城市\n" + "30,北京\n41,上海\n" * 10


@pytest.mark.parametrize(
    ("text", "encoding", "decimal", "found"),
    [
        (ROWS, "utf-8", ",", None),
        (ROWS, "cp1252", ",", "cp1252"),
        (ROWS.replace(",", "."), "latin-1", ".", "cp1252"),
        (CHINESE_ROWS, "gb18030", ".", "gb18030"),
        (CHINESE_ROWS, "utf-8", ".", None),
        (CHINESE_ROWS, "utf-16", ".", None),
        ("a;b\n1,5;2.5\n1.5;2.5\n", "utf-8", ".", None),
    ],
)
def test_how_a_table_is_written_is_found_out(tmp_path, text, encoding, decimal, found):
    path = tmp_path / "t.csv"
    path.write_bytes(text.encode(encoding))
    file = TableFile.looked_at(path, "t.csv", None)
    assert (file.reading.encoding, file.reading.decimal) == (found, decimal)
    assert file.columns == tuple(re.split("[;,]", text.splitlines()[0]))
    if "Preis" in file.columns and decimal == ",":
        assert read_table(path, file.reading).kinds["Größe"] == "number"


def test_a_column_that_is_not_there_is_named(paths):
    with pytest.raises(InputError, match="has no column 'shoe'"):
        paths.learned(Problem(data="file", columns=("shoe",)))
    with pytest.raises(InputError, match="cannot be predicted from itself"):
        paths.learned(Problem(data="file", target="age", columns=("age",)))
    without = Tables()
    with pytest.raises(InputError, match="started without a file"):
        without.file_of("file")
    without.close()


# learning


def test_a_problem_is_learned_once_and_few_are_kept(paths, moons):
    assert paths.learned(Problem(target="not of drawn data")) is moons
    other = PathCache(Tables())
    for seed in range(MOST_KEPT + 2):
        other._learned[Problem(seed=seed)] = moons
    other.learned(Problem(n_samples=20, hidden_layer_sizes=()))
    assert len(other._learned) == MOST_KEPT
    other.close()


def test_what_nobody_waits_for_is_given_up(paths):
    with pytest.raises(Cancelled):
        paths.learned(Problem(seed=1), lambda stage, progress: True)
    assert paths.known(Problem(seed=1)) is None
    # and whoever waits for a turn is told so, and may leave
    stages = []
    with paths._turn, pytest.raises(Cancelled):
        paths.learned(Problem(seed=1), lambda stage, progress: stages.append(stage) or len(stages) > 2)
    assert stages == ["waiting"] * 3


def test_a_search_that_takes_long_is_given_up_within_it(paths):
    looks = []

    def watch(stage, progress):
        looks.append(progress.n_fits)
        return len(looks) == 3

    with pytest.raises(Cancelled):
        paths.learned(Problem("spirals", n_samples=2000, hidden_layer_sizes=(64, 64, 64)), watch)
    # no search was done by then: one looks between, not only after
    assert looks[:3] == [0, 0, 0]


def test_two_who_ask_at_once_get_the_same(paths):
    found = []
    threads = [threading.Thread(target=lambda: found.append(paths.learned(Problem(seed=2)))) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 3
    assert all(learned is found[0] for learned in found)


def test_warming_up_learns_something_and_keeps_nothing(monkeypatch):
    page, done = PathCache(Tables()), []

    def noted(problem, tables, watch):
        learned = learn(problem, tables, watch)
        if tables is page.tables:
            done.append(learned)
        return learned

    monkeypatch.setattr("ridgenet.page.app._server.learn", noted)
    warm_up(page)
    assert len(done) == 1
    assert page.known(done[0].problem) is None
    page.close()
    # and the page may have ended before
    warm_up(page)
    assert len(done) == 1


# training live


def test_training_goes_on_where_it_was_whatever_lies_between(moons):
    through = live.advanced(moons, live.State.at_start(moons), 0.5, 40)
    state = live.State.at_start(moons)
    for n_epochs in (10, 1, 29):
        text = live.advanced(moons, state, 0.5, n_epochs).as_text(with_memory=True)
        state = live.State.of_text(text, moons)
    assert state.epoch == through.epoch == 40
    np.testing.assert_allclose(state.parameters, through.parameters, rtol=2e-5, atol=1e-6)


def test_live_training_reaches_the_minimum_of_the_path(moons):
    index = moons.scene.chosen
    alpha = float(moons.scene.alphas[index])
    state = live.State.at_start(moons)
    for _ in range(20):
        state = live.advanced(moons, state, alpha, 500)
    shown = live.frame(moons, state, alpha, ENGLISH.gettext)
    assert sum(shown["objectives"]) == pytest.approx(moons.scene.path.objectives[index, 0], rel=0.1)
    assert shown["finding"] == "balanced"
    assert shown["objectives"][1] == pytest.approx(shown["equation"]["l2"])
    # beyond λ_max it collapses before one's eyes
    for _ in range(4):
        state = live.advanced(moons, state, 200.0, 500)
    assert live.frame(moons, state, 200.0, ENGLISH.gettext)["finding"] == "nothing"


def test_an_address_holds_the_network_in_training(moons):
    state = live.advanced(moons, live.State.at_start(moons), 0.1, 50)
    shown = live.frame(moons, state, 0.1, ENGLISH.gettext)
    again = live.frame(moons, live.State.of_text(shown["address"], moons), 0.1, ENGLISH.gettext)
    assert again["surface"] == shown["surface"]
    assert again["epoch"] == 50


@pytest.mark.parametrize("text", ["", "1", "1.AAAA", "x." + "A" * 176, "-1." + "A" * 176, "1." + "f39_fw" * 29 + "f3"])
def test_no_other_state_is_taken(moons, text):
    with pytest.raises(InputError, match="start it again"):
        live.State.of_text(text, moons)


def test_impossible_training_is_refused(moons):
    state = live.State.at_start(moons)
    for alpha, n_epochs in ((-1.0, 1), (np.inf, 1), (1.0, 10**6), (1.0, -1)):
        with pytest.raises(InputError):
            live.advanced(moons, state, alpha, n_epochs)


# what one takes along


def test_the_program_gives_the_numbers_of_the_page(moons, tmp_path, monkeypatch, capsys):
    scene, index = moons.scene, moons.scene.chosen + 8
    alpha = float(scene.alphas[index])
    monkeypatch.chdir(tmp_path)
    (tmp_path / "reproduce.py").write_text(code_of(Problem(), alpha, None), encoding="utf-8")
    names = runpy.run_path("reproduce.py")
    assert names["path"].alpha_ == pytest.approx(moons.model.alpha, rel=1e-6)
    assert names["net"].alpha_ == pytest.approx(alpha, rel=1e-6)
    W = scene.path.network.weights(scene.path.parameters[index, 0])[0]
    np.testing.assert_allclose(names["net"].coefs_[0].T, W, rtol=1e-4)
    said = capsys.readouterr().out
    assert f"error {scene.looks[index].training.score:.1%} in training" in said
    assert f"{scene.looks[index].unseen.score:.1%} on unseen points" in said
    assert (tmp_path / "boundary.png").stat().st_size > 10_000


@pytest.mark.parametrize(("target", "picture"), [("survived", "boundary.png"), ("fare", "shrinkage.png")])
def test_the_program_of_a_table_gives_the_numbers_of_the_page(tmp_path, monkeypatch, capsys, target, picture):
    path = written(passengers(150), tmp_path / "ship.csv")
    file = TableFile.looked_at(path, "ship.csv", "survived")
    page = PathCache(Tables(file))
    learned = page.learned(Problem("file", target=target, columns=("age", "sex", "class"), hidden_layer_sizes=(2,)))
    scene, index = learned.scene, 12
    alpha = float(scene.alphas[index])
    monkeypatch.chdir(tmp_path)
    code = code_of(learned.problem, alpha, file, is_classes=scene.classes is not None)
    (tmp_path / "reproduce.py").write_text(code, encoding="utf-8")
    runpy.run_path("reproduce.py")
    said = " ".join(capsys.readouterr().out.split())
    assert scores_in_short(scene, scene.looks[index], ENGLISH.gettext).split(",")[0] + " in training" in said
    look, form = scene.looks[index], "{:.1%}" if scene.classes is not None else "{:.3f}"
    assert f"{form.format(look.unseen.score)} on unseen rows" in said
    assert f"data loss {scene.path.data_losses[index, 0]:.4g}" in said
    for name in ("path.png", picture):
        assert (tmp_path / name).stat().st_size > 10_000
    page.close()


def test_the_program_of_a_table_cannot_be_made_to_do_something_else(tmp_path, monkeypatch):
    evil = 'a"""\nraise SystemExit("evil")\n#'
    frame = passengers().rename(columns={"age": evil})
    path = tmp_path / "ship.csv"
    frame.to_csv(path, index=False)
    file = TableFile.looked_at(path, "ship.csv", "survived")
    tables = PathCache(Tables(file))
    learned = tables.learned(Problem(data="file", hidden_layer_sizes=(2,), columns=(evil, "sex")))
    code = code_of(learned.problem, learned.model.alpha, file)
    monkeypatch.chdir(tmp_path)
    (tmp_path / "reproduce.py").write_text(code, encoding="utf-8")
    names = runpy.run_path(str(tmp_path / "reproduce.py"))
    assert names["net"].alpha_ == pytest.approx(learned.model.alpha)
    compile(code_of(Problem(data="file", target=evil), 1.0, file), "x", "exec")
    tables.close()


def test_the_model_file_is_the_network_under_the_hand(paths, moons, tmp_path):
    from ridgenet.page.app._routes import _model_file

    scene, index = moons.scene, moons.scene.chosen + 8
    path = tmp_path / "model.skops"
    path.write_bytes(_model_file(paths, moons, float(scene.alphas[index])))
    rows = pd.DataFrame(moons.model.test.rows.X)
    wrong = np.mean(load_model(path).predict(rows) != moons.model.test.rows.y)
    assert wrong == pytest.approx(scene.looks[index].unseen.score)
    about = about_model(path)
    assert json.loads(json.dumps(about))["alpha"] == pytest.approx(float(scene.alphas[index]))
    assert about["settings"]["data"] == "moons.csv"
    # no folder of the page's is told to others, and what was taken by hand is not said to be chosen
    assert about["chosen"]["selection"] == "hand"
    assert about["test"]["how"] == "10,000 further points, drawn alike"
    assert "ridgenet-app" not in json.dumps(about)
    path.write_bytes(_model_file(paths, moons, moons.model.alpha))
    assert about_model(path)["chosen"]["selection"] == "min"
