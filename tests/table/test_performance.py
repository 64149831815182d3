"""What is said of a model that has learned nothing, and of one that has."""

import numpy as np
import pandas as pd
import pytest
from sklearn.metrics import mean_pinball_loss
from tables_of_tests import wine, written

from ridgenet import BoundaryPathDisplay
from ridgenet._table_settings import TableSettings
from ridgenet.cli._show_training import print_about, print_model
from ridgenet.page.report._content import content_of_model, summary_of
from ridgenet.table._error_messages import in_plain_words
from ridgenet.table._records import record_of
from ridgenet.table._training import train

QUICK = {"n_alphas": 12, "n_restarts": 1, "cv": 3, "hidden_layer_sizes": [3]}


def trained(frame, folder, **settings):
    return train(TableSettings(str(written(frame, folder / "data.csv")), "y", **{"parameters": QUICK, **settings}))


def noise(n=90):
    rng = np.random.default_rng(3)
    return pd.DataFrame(rng.normal(size=(n, 4)), columns=list("abcd")).assign(y=rng.normal(size=n).round(4))


def printed(model, folder, capsys):
    print_model(model, [folder / "report.html"])
    return capsys.readouterr().out


@pytest.mark.parametrize("task", ["classification", "regression"])
def test_a_model_of_noise_is_called_worthless(tmp_path, capsys, task):
    frame = noise()
    if task == "classification":
        frame["y"] = np.random.default_rng(3).choice(["up", "down"], len(frame))
    model = trained(frame, tmp_path)
    assert "Nothing about y that generalises to other rows could be learned" in model.why_worthless
    outputs = (
        model.pipeline.predict(model.rows.X) if task == "regression" else model.pipeline.predict_proba(model.rows.X)
    )
    assert np.ptp(outputs, axis=0).max() < 0.05
    for said in (" ".join(summary_of(model)), printed(model, tmp_path, capsys)):
        assert model.why_worthless in said
        assert "rests" not in said
    assert record_of(model)["why_worthless"] == model.why_worthless
    assert "importance" not in content_of_model(model).charts


def test_one_that_only_follows_its_own_rows_is_called_worthless(tmp_path, capsys):
    model = trained(noise(), tmp_path, alpha=0.1, parameters={"hidden_layer_sizes": [4], "tol": 1e-2})
    assert model.test.scores[-1].value < 0
    assert "no better than a constant prediction" in model.why_worthless
    assert model.why_worthless in printed(model, tmp_path, capsys)


def test_one_that_has_learned_something_is_not(tmp_path, capsys):
    model = trained(wine().rename(columns={"cultivar": "y"}), tmp_path)
    assert model.why_worthless is None
    assert record_of(model)["why_worthless"] is None
    assert "Most important columns" in " ".join(summary_of(model))
    shown = printed(model, tmp_path, capsys)
    assert "most important columns" in shown
    assert "target 'y': classification, as it holds text; classes first (59), second (71), third (48)" in shown
    caption = content_of_model(model).caption_of_plane
    plane = BoundaryPathDisplay.from_estimator(model.network, *model.pictured, n_panels=1).plane
    assert plane.note.replace("\n", " ")[3:] in caption
    inputs, _ = model.pictured
    on_plane = model.network.predict(plane.inputs_at(plane.projected(inputs)))
    share = np.mean(on_plane == model.network.predict(inputs))
    assert share > 0.9
    assert f"the class predicted for {share:.0%} of the rows" in caption
    assert "importance" in content_of_model(model).charts
    assert "The weaker a shade, the less sure" in caption
    assert "Rings mark misclassified rows" in caption


@pytest.mark.parametrize(
    ("loss", "parameter", "first"), [("quantile", 0.9, "mean pinball loss"), ("huber", None, "mean absolute error")]
)
def test_a_model_is_judged_by_the_loss_that_it_learned_with(tmp_path, capsys, loss, parameter, first):
    frame = noise(200)
    frame["y"] = (3 * frame["a"] + frame["b"] + frame["y"]).round(4)
    model = trained(frame, tmp_path, parameters=QUICK | {"loss": loss, "loss_parameter": parameter})
    assert model.why_worthless is None
    scores = {score.name: score for score in model.test.scores}
    assert next(iter(scores)) == first
    own, y, predicted = scores[first], model.test.y, model.test.predicted
    level = parameter or 0.5
    factor = 1 if parameter else 2  # half the absolute error is the pinball loss of the median
    assert own.value == pytest.approx(factor * mean_pinball_loss(y, predicted, alpha=level))
    best = np.full(len(y), np.quantile(y, level))
    assert own.baseline == pytest.approx(factor * mean_pinball_loss(y, best, alpha=level), rel=1e-3)
    assert model.test.importances[0].column == "a"
    assert first in printed(model, tmp_path, capsys)


def test_many_classes_are_listed_with_a_sign_that_there_are_more(tmp_path, capsys):
    rng = np.random.default_rng(0)
    frame = pd.DataFrame({"x": rng.normal(size=60), "y": [f"class {k % 12:02}" for k in range(60)]})
    model = trained(frame, tmp_path, test="none", alpha=1.0, parameters={})
    assert "class 09 (5), … (2 more)" in printed(model, tmp_path, capsys)
    about = {"model": "Pipeline", "created": "2026-01-01", "made_with": {}, **record_of(model)}
    print_about(about)
    assert "class 09, … (2 more))" in capsys.readouterr().out


def test_a_range_without_ends_is_told_in_words():
    message = "The 'loss_parameter' parameter of X must be None or a float in the range (-inf, inf). Got nan instead."
    assert in_plain_words(message) == "loss_parameter must be a finite number; got nan"
