"""What readers do with a report: type in values, train again, write one from Python, see one in a notebook."""

import re

import numpy as np
import pytest
from browser import opened
from reports import OpenReport
from sklearn.base import clone
from sklearn.datasets import make_moons
from tables_of_tests import diabetes, passengers, written

from ridgenet import RidgeNetClassifierCV, RidgeNetRegressorCV
from ridgenet._errors import InputError
from ridgenet._table_settings import TableSettings
from ridgenet.page.report._content import content_of_model
from ridgenet.page.report._estimator import content_of_estimator
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
    before, usual = report.text("predicted-typed"), report.page.input_value("#field-0")
    report.page.fill("#field-0", "3")
    assert report.text("predicted-typed") != before
    report.page.wait_for_url("**value.class=3*")
    report.page.go_back()
    report.page.wait_for_function("usual => document.getElementById('field-0').value === usual", arg=usual)
    report.settle()
    assert report.text("predicted-typed") == before


def test_no_row_of_the_table_is_in_a_report_without_data(on_ship):
    model, _ = on_ship
    content = content_of_model(model)
    assert content.rows is None
    data = content.data
    assert "X" not in data["path"]["training"]
    # of the rows, points in the plane and their classes are drawn
    assert set(data["path"]["training"]) == {"label", "scores", "points", "y", "wrong"}
    points = np.array(data["path"]["training"]["points"])
    assert points.shape == (240, 2)


def test_it_trains_again_without_rows_and_a_column_as_python_does(with_data):
    model, report = with_data
    assert "whoever has it has the 442 rows" in report.text("holds-data")
    page = report.page
    page.fill("#without-rows", "3, 17-20")
    page.select_option("#without-column", "bmi")
    page.click("#train")
    page.wait_for_function(TRAINED)
    found = report.text("trained-found")
    assert "on different rows" in found
    frame = diabetes()
    kept = np.setdiff1d(np.arange(len(frame)), [2, 16, 17, 18, 19])
    reduced = frame.iloc[kept].drop(columns="bmi")
    settings = {**LINEAR, "hidden_layer_sizes": (), "random_state": model.settings.random_state, "max_iter": 10_000}
    for part, data in (("All rows", frame), ("Now, without 5 of 442 rows, without bmi", reduced)):
        X, y = data.drop(columns="target").to_numpy(float), data["target"].to_numpy(float)
        net = RidgeNetRegressorCV(**settings).fit(X, y)
        best = int(np.argmax(net.cv_results_["mean_test_score"]))
        loss, error = -net.cv_results_["mean_test_score"][best], net.cv_results_["standard_error"][best]
        said = re.search(rf"{part}: λ = ([\d.]+), loss ([\d.]+) ± ([\d.]+), R² ([\d.]+)", found)
        assert float(said[1]) == pytest.approx(net.alpha_, rel=6e-3)
        assert float(said[2]) == pytest.approx(loss, rel=6e-4)
        assert float(said[3]) == pytest.approx(error, rel=0.06)
        assert float(said[4].rstrip(".")) == pytest.approx(1 - loss / y.var(), abs=2e-3)
    assert page.query_selector("#trained-curve path") is not None


def test_a_column_is_judged_by_the_differences_in_each_fold(with_data):
    _, report = with_data
    judged = {}
    for column in ("bmi", "age"):
        report.page.fill("#without-rows", "")
        report.page.select_option("#without-column", column)
        report.page.click("#train")
        report.page.wait_for_function(
            "name => document.getElementById('trained-found').textContent.includes(`Now, without ${name}:`)", arg=column
        )
        judged[column] = report.text("trained-found")
    # unpaired, the standard errors of both losses hide that
    assert "Without this column the loss is clearly larger" in judged["bmi"]
    assert "do not differ clearly" in judged["age"]
    frame = diabetes()
    y = frame["target"].to_numpy(float)
    settings = {**LINEAR, "hidden_layer_sizes": (), "random_state": 0, "max_iter": 10_000}
    curves = []
    for columns in (["target"], ["target", "bmi"]):
        results = RidgeNetRegressorCV(**settings).fit(frame.drop(columns=columns).to_numpy(float), y).cv_results_
        best = int(np.argmax(results["mean_test_score"]))
        curves.append([-results[name][best] for name in results if name.startswith("split")])
    difference = np.subtract(curves[1], curves[0]).mean()
    said = float(re.search(r"clearly larger \(by ([\d.]+)", judged["bmi"])[1])
    assert said == pytest.approx(difference, rel=0.05)
    report.page.select_option("#without-column", "")


def test_other_folds_are_compared_with_those_of_the_model(with_data):
    _, report = with_data
    report.page.fill("#folds", "8")
    report.page.click("#train")
    report.page.wait_for_function(
        "() => document.getElementById('trained-found').textContent.includes('Now, 8 folds:')"
    )
    assert "The folds are others" in report.text("trained-found")
    report.page.fill("#folds", str(LINEAR["cv"]))


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
    assert "cannot train again: rows have weights or groups" in render(content)


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
        assert ("error on the samples shown" in report.text("readout")) == (given != "nothing")
        assert (watched.page.query_selector("#again") is not None) == (given == "data")
        report.page.fill("#field-0", "1.5")
        report.page.fill("#field-1", "-0.25")
        expected = 100 * np.sort(estimator.predict_proba([[1.5, -0.25]])[0])[::-1]
        assert percents(report.text("predicted-typed")) == pytest.approx(expected, abs=0.051)


@pytest.mark.parametrize("alphas", [[0, 1, 10, 100], [0, 0.001], [0], [5.0]])
def test_no_penalty_has_a_place_on_the_slider(browser, tmp_path, alphas):
    frame = diabetes()
    X, y = frame.drop(columns="target").to_numpy(float), frame["target"].to_numpy(float)
    net = RidgeNetRegressorCV((), alphas=alphas, random_state=0).fit(X, y)
    with opened(browser, net.report(tmp_path / "report.html", X, y).as_uri()) as watched:
        report = OpenReport(watched)
        assert watched.complaints == []
        shown = report.text("alpha-shown")
        assert float(shown.split()[0]) == pytest.approx(net.alpha_, rel=0.01)
        report.press("Home")
        assert float(report.text("alpha-shown").split()[0]) == min(alphas)
        assert "NaN" not in watched.page.inner_html("main")


def test_a_value_in_the_address_that_is_not_possible_is_ignored(browser, on_ship, tmp_path):
    model, report = on_ship
    usual = report.page.input_value("#field-1")
    path = tmp_path / "report.html"
    path.write_text(render(content_of_model(model)), encoding="utf-8")
    with opened(browser, f"{path.as_uri()}#value.sex=nothing&value.constructor=1&alpha=x") as watched:
        OpenReport(watched)
        assert watched.complaints == []
        assert watched.page.input_value("#field-1") == usual


def test_another_lambda_is_not_called_the_chosen_one(net):
    estimator, _, _ = net
    stronger = estimator.with_alpha(10 * estimator.alpha_)
    said = content_of_estimator(stronger, None, None).summary[1]
    assert said.startswith("The regularisation strength was set by hand: λ = ")
    assert f"the best value is {estimator.alpha_min_:.3g}" in said


@pytest.mark.parametrize(
    ("net", "y"),
    [
        (RidgeNetRegressorCV((2,), n_alphas=5, n_restarts=1), np.random.default_rng(0).normal(size=(60, 2))),
        (RidgeNetClassifierCV((2,), n_alphas=5, n_restarts=1), np.random.default_rng(0).integers(0, 2, (60, 2))),
    ],
)
def test_several_targets_are_refused_and_a_notebook_shows_the_diagram(net, y, tmp_path):
    X = np.random.default_rng(1).normal(size=(60, 3))
    net.fit(X, y)
    with pytest.raises(InputError, match="for one target"):
        net.report(tmp_path / "report.html")
    assert "iframe" not in net._repr_mimebundle_()["text/html"]


def test_weights_are_not_forgotten_when_training_again(net):
    estimator, X, y = net
    weighted = clone(estimator).fit(X, y, np.linspace(1, 2, len(X)))
    assert content_of_estimator(weighted, X, y, with_data=True).rows is None
    assert content_of_estimator(estimator, X, y, with_data=True).rows is not None


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
    with pytest.raises(InputError, match="class 'None'"):
        estimator.report(path, X, np.where(y == 1, 1, None))
    with pytest.raises(ValueError, match="NaN"):
        estimator.report(path, np.where(X > 1, np.nan, X), y)
    numbers = RidgeNetRegressorCV((), n_alphas=3).fit(X, X[:, 0])
    with pytest.raises(ValueError, match="NaN"):
        numbers.report(path, X, np.where(y == 1, 1, np.nan))
    with pytest.raises(InputError, match=r"y\[0\] is 'a', not a number"):
        numbers.report(path, X, ["a"] * len(X))
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


def test_noise_has_nothing_to_learn_without_hidden_units_either(browser, tmp_path):
    rng = np.random.default_rng(0)
    X, y = rng.normal(size=(60, 3)), rng.integers(0, 2, 60)
    net = RidgeNetClassifierCV((), random_state=0).fit(X, y)
    assert net.alpha_interval_[1] == net.alphas_[0]
    with opened(browser, net.report(tmp_path / "report.html", X, y).as_uri()) as watched:
        assert OpenReport(watched).text("verdict").startswith("Nothing to learn")
