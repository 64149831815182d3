"""What the page exports: programs and model files with the numbers that it shows."""

import json
import runpy

import numpy as np
import pandas as pd
import pytest
from tables_of_tests import passengers, written

from ridgenet import about_model, load_model
from ridgenet.page._translations import ENGLISH
from ridgenet.page.app._code import code_of
from ridgenet.page.app._learning import PathCache
from ridgenet.page.app._problem import Problem
from ridgenet.page.app._tables import TableFile, Tables
from ridgenet.page.app._view import scores_in_short


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
