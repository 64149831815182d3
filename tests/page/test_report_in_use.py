"""What readers do with a report: type in values, train again, write one from Python, see one in a notebook."""

import re

import numpy as np
import pytest
from browser import opened
from reports import OpenReport
from sklearn.datasets import make_moons
from tables_of_tests import diabetes, passengers, written

from ridgenet import RidgeNetClassifierCV, RidgeNetRegressorCV
from ridgenet._errors import InputError
from ridgenet._table_settings import TableSettings
from ridgenet.page.report._content import content_of_model
from ridgenet.page.report._saving import render
from ridgenet.table._training import train

# without hidden layers, paths are the same numbers here and there
LINEAR = {"hidden_layer_sizes": [], "n_alphas": 15, "cv": 4, "path": "full"}
TRAINED = "() => document.getElementById('training-status').textContent.startsWith('Trained')"


def trained(frame, target, folder, **settings):
    path = written(frame, folder / "data.csv")
    parameters = {"hidden_layer_sizes": [4], "n_alphas": 10, "n_restarts": 3, "cv": 3}
    given = {"test": "none", "parameters": parameters, **settings}
    return train(TableSettings(data=str(path), target=target, **given))


@pytest.fixture(scope="module")
def on_ship(browser, tmp_path_factory):
    """Return a model with numbers, categories, missing values and dates, and its open report."""
    folder = tmp_path_factory.mktemp("ship")
    model = trained(passengers().drop(columns="name"), "survived", folder)
    path = folder / "report.html"
    path.write_text(render(content_of_model(model)), encoding="utf-8")
    with opened(browser, path.as_uri()) as watched:
        yield model, OpenReport(watched)


@pytest.fixture(scope="module")
def with_data(browser, tmp_path_factory):
    """Return the table, and the open report that holds it."""
    folder = tmp_path_factory.mktemp("data")
    model = trained(diabetes(), "target", folder, parameters=LINEAR)
    path = folder / "report.html"
    path.write_text(render(content_of_model(model, with_data=True)), encoding="utf-8")
    with opened(browser, path.as_uri()) as watched:
        yield model, OpenReport(watched)


def percents(text):
    return [float(number) for number in re.findall(r": (\d+\.\d)%", text)]


@pytest.mark.parametrize("row", [0, 1, 2, 3, 50, 120])
def test_typed_values_are_predicted_as_python_predicts_them(on_ship, row):
    model, report = on_ship
    given = model.rows.X.iloc[[row]]
    form = {field["name"]: field for field in content_of_model(model).form}
    for k, (name, field) in enumerate(form.items()):
        value = given[name].iloc[0]
        is_missing = value != value or value is None
        if field["kind"] == "choice":
            report.page.select_option(f"#field-{k}", label="(missing)" if is_missing else str(value))
        elif field["kind"] == "date":
            report.page.fill(f"#field-{k}", str(value)[:10])
        else:
            report.page.fill(f"#field-{k}", "" if is_missing else str(float(value)))
    expected = 100 * np.sort(model.pipeline.predict_proba(given)[0])[::-1]
    assert percents(report.text("predicted-typed")) == pytest.approx(expected, abs=0.051)


def test_the_form_starts_with_typical_values_and_returns_to_them(on_ship):
    _, report = on_ship
    report.page.click("#typical")
    before = report.text("predicted-typed")
    report.page.fill("#field-0", "3")
    assert report.text("predicted-typed") != before
    report.page.wait_for_url("**value.class=3*")
    report.page.go_back()
    report.settle()
    assert report.text("predicted-typed") == before


def test_no_row_of_the_table_is_in_a_report_without_data(on_ship):
    model, _ = on_ship
    content = content_of_model(model)
    assert content.rows is None
    data = content.data
    assert "X" not in data["path"]["training"]
    # of the rows, points in the plane and their classes are drawn
    assert set(data["path"]["training"]) == {"scores", "n", "points", "y", "wrong"}


def test_it_trains_again_without_rows_and_a_column_as_python_does(with_data):
    model, report = with_data
    assert "whoever has it has the 442 rows" in report.text("holds-data")
    page = report.page
    page.fill("#without-rows", "3, 17-20")
    page.select_option("#without-column", "bmi")
    page.click("#train")
    page.wait_for_function(TRAINED)
    frame = diabetes()
    kept = np.setdiff1d(np.arange(len(frame)), [2, 16, 17, 18, 19])
    reduced = frame.iloc[kept].drop(columns="bmi")
    settings = {**LINEAR, "hidden_layer_sizes": (), "random_state": model.settings.random_state, "max_iter": 10_000}
    for part, data in (("All rows", frame), ("Without 5 of 442 rows and bmi", reduced)):
        X, y = data.drop(columns="target").to_numpy(float), data["target"].to_numpy(float)
        net = RidgeNetRegressorCV(**settings).fit(X, y)
        best = int(np.argmax(net.cv_results_["mean_test_score"]))
        found = re.search(rf"{part}: λ = ([\d.]+), loss ([\d.]+) ± ([\d.]+)", report.text("trained-found"))
        expected = (net.alpha_, -net.cv_results_["mean_test_score"][best], net.cv_results_["standard_error"][best])
        assert [float(number) for number in found.groups()] == pytest.approx(expected, rel=0.06)
        assert float(found[1]) == pytest.approx(net.alpha_, rel=6e-3)
        assert float(found[2]) == pytest.approx(expected[1], rel=6e-4)
    assert "clearly" in report.text("trained-found")
    assert page.query_selector("#trained-curve path") is not None


def test_what_cannot_be_left_out_is_said(with_data):
    _, report = with_data
    for text, said in (
        ("9999", "No training row has the number 9999."),
        ("x", "is not a row number"),
        ("1-440", "too few"),
    ):
        report.page.fill("#without-rows", text)
        report.page.click("#train")
        report.page.wait_for_function(
            "said => document.getElementById('training-status').textContent.includes(said)", arg=said
        )
    report.page.fill("#without-rows", "")


def test_training_can_be_stopped(with_data):
    _, report = with_data
    report.page.fill("#seed", "77")
    report.page.evaluate("() => ['train', 'stop'].forEach(id => document.getElementById(id).click())")
    assert report.text("training-status") == "Stopped."
    assert report.page.is_enabled("#train")


def test_a_report_says_why_it_cannot_train_again(tmp_path):
    frame = diabetes().assign(weight=1.0)
    model = trained(frame, "target", tmp_path, sample_weight="weight")
    content = content_of_model(model, with_data=True)
    assert content.rows is None
    assert "cannot train again: rows have weights" in render(content)


@pytest.fixture(scope="module")
def net():
    X, y = make_moons(150, noise=0.3, random_state=3)
    return RidgeNetClassifierCV(n_alphas=10, n_restarts=2, random_state=0).fit(X, y), X, y


@pytest.mark.parametrize("given", ["nothing", "samples", "data"])
def test_an_estimator_writes_its_report(net, browser, tmp_path, given):
    estimator, X, y = net
    samples = () if given == "nothing" else (X, y)
    path = estimator.report(tmp_path / "report.html", *samples, with_data=given == "data")
    with opened(browser, path.as_uri()) as watched:
        report = OpenReport(watched)
        assert watched.complaints == []
        assert f"{estimator.alpha_:.3g} (chosen)" in report.text("alpha-shown")
        assert ("training error" in report.text("readout")) == (given != "nothing")
        assert (watched.page.query_selector("#again") is not None) == (given == "data")
        report.page.fill("#field-0", "1.5")
        report.page.fill("#field-1", "-0.25")
        expected = 100 * np.sort(estimator.predict_proba([[1.5, -0.25]])[0])[::-1]
        assert percents(report.text("predicted-typed")) == pytest.approx(expected, abs=0.051)


def test_what_does_not_fit_an_estimator_is_said(net, tmp_path):
    estimator, X, y = net
    path = tmp_path / "report.html"
    with pytest.raises(InputError, match="both X and y"):
        estimator.report(path, X)
    with pytest.raises(InputError, match="does not keep its data"):
        estimator.report(path, with_data=True)
    with pytest.raises(InputError, match="class 'other'"):
        estimator.report(path, X, np.array(["other"] * len(X)))
    with pytest.raises(InputError, match="150 samples"):
        estimator.report(path, X, y[:-1])
    assert not path.exists()


def test_a_notebook_shows_the_report_in_a_frame_that_reaches_nothing(net, browser, tmp_path):
    estimator, _, _ = net
    html = estimator._repr_mimebundle_()["text/html"]
    assert 'sandbox="allow-scripts"' in html
    path = tmp_path / "notebook.html"
    path.write_text(f"<!doctype html><meta charset=utf-8><title>notebook</title>{html}", encoding="utf-8")
    with opened(browser, path.as_uri()) as watched:
        frame = watched.page.frame_locator("iframe")
        frame.locator("main[aria-busy=false]").wait_for()
        assert f"{estimator.alpha_:.3g}" in frame.locator("#alpha-shown").inner_text()
        frame.locator("#alpha").press("Home")
        frame.locator("#alpha-shown", has_not_text="chosen").wait_for()
        assert watched.complaints == []


def test_an_estimator_that_is_not_fitted_shows_its_diagram():
    assert "iframe" not in RidgeNetClassifierCV()._repr_mimebundle_()["text/html"]
