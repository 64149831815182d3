"""The report: one file, opened from disk in a real browser."""

import json
import re

import numpy as np
import pytest
from browser import opened
from reports import EVIL, QUICK, TABLES, OpenReport
from tables_of_tests import written

from ridgenet._table_settings import TableSettings
from ridgenet.page.report._content import content_of_model
from ridgenet.page.report._saving import _pictures, render
from ridgenet.table._pipeline import network_inputs
from ridgenet.table._rerun import rerun
from ridgenet.table._training import train

MOST_BYTES = 1_500_000
# wine is separable
pytestmark = pytest.mark.filterwarnings("ignore:selection='evidence' is not reliable")


@pytest.fixture(scope="module", params=TABLES)
def report(request, tmp_path_factory):
    frame, target, settings = TABLES[request.param]
    folder = tmp_path_factory.mktemp("report")
    path = written(frame, folder / "data.csv")
    model = train(TableSettings(**{"data": str(path), "target": target, "parameters": QUICK, **settings}))
    page = folder / "report.html"
    text = render(content_of_model(model), rerun(model.settings, folder), list(_pictures(model)))
    page.write_text(text, encoding="utf-8")
    return request.param, model, page


@pytest.fixture(scope="module")
def seen(report, browser):
    name, model, path = report
    with opened(browser, path.as_uri()) as watched:
        yield name, model, OpenReport(watched)


def test_the_report_opens_from_disk_without_a_complaint_or_a_request(seen):
    _, _, open_report = seen
    assert open_report.watched.complaints == []
    requests = open_report.watched.requests
    assert [address for address in requests if not address.startswith(("file:", "data:", "blob:"))] == []


def test_it_is_small(report):
    _, _, path = report
    assert path.stat().st_size < MOST_BYTES


def test_it_says_what_was_found(seen):
    name, model, open_report = seen
    text = open_report.page.inner_text("body")
    assert f"Predicting {model.target.name}" in text
    assert f"λ = {model.alpha:.3g}" in text
    for column in model.columns:
        assert re.sub(r"\s+", " ", column.name) in re.sub(r"\s+", " ", text)
    if model.test is not None:
        assert f"{model.test.scores[0].value:.4g}" in text
    has_confusion = open_report.page.query_selector("table.confusion") is not None
    assert has_confusion == (model.target.is_classes and model.test is not None)
    assert (open_report.page.query_selector("#residuals") is not None) == (name == "diabetes")


def test_every_figure_is_drawn_and_has_words_for_those_who_cannot_see_it(seen):
    _, _, open_report = seen
    charts = open_report.page.query_selector_all("svg[role=img]")
    assert len(charts) >= 2
    for chart in charts:
        assert chart.query_selector("path, rect:not(clipPath rect), circle, line") is not None
        words = chart.get_attribute("aria-label")
        assert len(words) > 15
        assert re.search(r"\d", words)
        assert "e+" not in words
        assert "NaN" not in chart.inner_html()


def test_nothing_is_written_with_an_exponent_that_can_do_without(seen):
    _, _, open_report = seen
    assert re.search(r"\de\+\d", open_report.page.inner_text("main")) is None


def test_without_scripts_it_names_the_pictures_that_are_there(report, browser):
    name, model, path = report
    with opened(browser, path.as_uri(), java_script_enabled=False) as watched:
        text = watched.page.inner_text("body")
    named = [picture for picture in ("path.png", "shrinkage.png", "boundary.png") if picture in text]
    assert named == list(_pictures(model))
    assert len(named) == {"given": 0, "diabetes": 2}.get(name, 3)


def test_the_networks_of_the_page_predict_what_those_of_python_do(seen):
    name, model, open_report = seen
    inputs = network_inputs(model.pipeline, model.rows.X.head(40))
    network = model.network
    path = _content(open_report)["path"]
    for stop, described in enumerate(path["stops"]):
        if name == "given":
            expected, error = network.predict_proba(inputs), 1e-9
        else:
            given = network._with(network._network_at(described["place"]))
            expected = given.predict_proba(inputs) if model.target.is_classes else given.predict(inputs)[:, np.newaxis]
            # elsewhere, weights have six digits
            error = 1e-9 if described["isExact"] else 1e-3
        mean, spread = open_report.outputs(stop, inputs)
        if mean.shape[1] == 1 and model.target.is_classes:
            mean = np.column_stack([1 - mean, mean])
        np.testing.assert_allclose(mean, expected, rtol=error, atol=error)
        assert (spread >= 0).all()


def test_the_plane_shows_predictions_at_its_places(seen):
    name, _, open_report = seen
    if name == "given":
        return
    path = _content(open_report)["path"]
    plane = path["plane"]
    places = np.random.RandomState(0).uniform(plane["low"], plane["high"], (30, 2))
    inputs = np.array(plane["origin"]) + places @ np.array(plane["axes"])
    on_plane, _ = open_report.outputs(path["chosen"], places, is_on_plane=True)
    expected, _ = open_report.outputs(path["chosen"], inputs)
    np.testing.assert_allclose(on_plane, expected, rtol=1e-8, atol=1e-8)


def test_the_slider_moves_the_boundary_by_keyboard(seen):
    name, model, open_report = seen
    page = open_report.page
    if name == "given":
        assert page.query_selector("#alpha") is None
        return
    figure = page.locator("#plane")
    before, words = figure.screenshot(), open_report.text("readout")
    assert f"{model.alpha:.3g} (chosen)" in open_report.text("alpha-shown")
    open_report.press("End")
    strongest = model.path.alphas[0]
    assert float(open_report.text("alpha-shown")) == pytest.approx(strongest, rel=0.01)
    assert open_report.text("alpha-shown") in page.get_attribute("#alpha", "aria-valuetext")
    assert figure.screenshot() != before
    page.click("#back")
    open_report.settle()
    assert open_report.text("readout") == words
    assert figure.screenshot() == before


def test_the_mark_on_the_curves_follows_the_slider(seen):
    name, _, open_report = seen
    if name == "given":
        return
    open_report.press("Home")
    places = [
        float(open_report.page.get_attribute(f"#{chart} .current", "x1"))
        for chart in ("curve", "shrinkage", "objectives")
    ]
    assert places == pytest.approx([places[0]] * 3)
    open_report.press("End")
    assert float(open_report.page.get_attribute("#curve .current", "x1")) > places[0]
    open_report.page.click("#back")
    open_report.settle()


def test_the_sentence_at_each_λ_follows_from_the_curve(seen):
    name, model, open_report = seen
    if name in ("given", "evidence"):
        return
    network, path = model.network, _content(open_report)["path"]
    low, high = network.alpha_interval_
    open_report.press("End")
    for stop in path["stops"]:
        alpha = path["alphas"][stop["place"]]
        sentence = open_report.text("verdict")
        if high >= path["alphas"][0]:
            expected = "Nothing to learn"
        elif alpha == network.alpha_min_:
            expected = "The best"
        else:
            expected = "Over-fitted" if alpha < low else "Under-fitted" if alpha > high else "Balanced"
        assert sentence.startswith(expected)
        value = path["curve"]["values"][stop["place"]]
        said = [float(number) for number in re.findall(r"\d+\.?\d*", sentence)]
        assert any(number == pytest.approx(value, rel=0.01) for number in said)
        open_report.press("ArrowLeft")
    open_report.page.click("#back")


def test_the_address_holds_what_is_shown(report, browser):
    name, model, path = report
    if name == "given":
        return
    strongest = model.path.alphas[0]
    with opened(browser, f"{path.as_uri()}#alpha={strongest:.6g}") as watched:
        open_report = OpenReport(watched)
        shown = open_report.text("alpha-shown")
        assert float(shown.split()[0]) == pytest.approx(strongest, rel=0.01)
        open_report.press("Home")
        watched.page.wait_for_url("**alpha=*")
        watched.page.wait_for_function("start => !location.hash.includes(start)", arg=f"{strongest:.6g}")
        watched.page.go_back()
        watched.page.wait_for_function("start => location.hash.includes(start)", arg=f"{strongest:.6g}")
        open_report.settle()
        assert open_report.text("alpha-shown") == shown


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_it_is_accessible(report, browser, scheme):
    from axe_playwright_python.sync_playwright import Axe

    _, _, path = report
    # the check puts a script of its own into the page
    with opened(browser, path.as_uri(), bypass_csp=True, color_scheme=scheme) as watched:
        OpenReport(watched)
        found = Axe().run(watched.page)
    violations = found.response["violations"]
    assert [(v["id"], [node["target"] for node in v["nodes"]]) for v in violations] == []


def test_it_prints_and_fits_a_small_screen(seen, tmp_path):
    _, _, open_report = seen
    page = open_report.page
    assert page.pdf(path=tmp_path / "report.pdf", format="A4").startswith(b"%PDF")
    settings = page.evaluate("""() => {
        dispatchEvent(new Event('beforeprint'));
        const opened = document.querySelector('details').open;
        dispatchEvent(new Event('afterprint'));
        return [opened, document.querySelector('details').open];
    }""")
    assert settings == [True, False]
    page.emulate_media(media="print")
    assert "Move the slider" not in page.inner_text("body")
    for control in (".mover input", "#form", "#theme"):
        assert not page.is_visible(control)
    page.emulate_media(media="screen")
    # a phone, and a screen of 1,200 pixels at 200% zoom
    for width in (390, 600):
        page.set_viewport_size({"width": width, "height": 800})
        open_report.settle()
        assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.set_viewport_size({"width": 1200, "height": 900})


def test_data_cannot_end_the_script(report):
    name, _, path = report
    page = path.read_text(encoding="utf-8")
    data = re.search(r'<script type="application/json" id="content">(.*?)</script>', page, re.DOTALL)
    content = json.loads(data[1])
    assert content["hasPath"] == (name != "given")
    assert content["rows"] is None
    assert EVIL not in page


def _content(open_report):
    return open_report.page.evaluate("() => JSON.parse(document.getElementById('content').textContent)")
