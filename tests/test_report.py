"""The report: one file, opened from disk in a real browser."""

import json
import re

import numpy as np
import pytest
from browser import opened
from pages import until
from tables_of_tests import diabetes, passengers, wine, written

from ridgenet._table_settings import TableSettings
from ridgenet.page.report import _saving as saving
from ridgenet.page.report._saving import render
from ridgenet.table._rerun import rerun
from ridgenet.table._training import train

QUICK = {"n_alphas": 12, "n_restarts": 2, "cv": 3, "hidden_layer_sizes": [4]}
EVIL = "</script><script>alert(1)</script>"


def hostile():
    classes = np.where(wine().alcohol > 13, EVIL, "<b>b</b>")
    return wine().rename(columns={"alcohol": EVIL}).assign(cultivar=classes)


TABLES = {
    "ship": (passengers(), "survived", {}),
    "diabetes": (diabetes(), "target", {}),
    "evidence": (wine(), "cultivar", {"parameters": {**QUICK, "selection": "evidence"}}),
    "two columns": (wine()[["alcohol", "hue", "cultivar"]], "cultivar", {"test": "none"}),
    "given": (wine(), "cultivar", {"alpha": 1.0, "parameters": {}}),
    "hostile": (hostile(), "cultivar", {}),
}
# wine is separable
pytestmark = pytest.mark.filterwarnings("ignore:selection='evidence' is not reliable")


@pytest.fixture(scope="module", params=TABLES)
def report(request, tmp_path_factory):
    frame, target, settings = TABLES[request.param]
    folder = tmp_path_factory.mktemp("report")
    path = written(frame, folder / "data.csv")
    model = train(TableSettings(**{"data": str(path), "target": target, "parameters": QUICK, **settings}))
    page = folder / "report.html"
    page.write_text(render(model, rerun=rerun(model.settings, folder)), encoding="utf-8")
    return request.param, model, page


@pytest.fixture(scope="module")
def seen(report, browser):
    name, model, path = report
    with opened(browser, path.as_uri()) as watched:
        watched.page.wait_for_selector("body[data-ready=yes]")
        yield name, model, watched


def test_the_report_opens_from_disk_without_a_complaint_or_a_request(seen):
    _, _, watched = seen
    assert watched.complaints == []
    assert [address for address in watched.requests if not address.startswith(("file:", "data:", "blob:"))] == []


def test_it_says_what_was_found(seen):
    name, model, watched = seen
    text = watched.page.inner_text("body")
    assert f"Predicting {model.target.name}" in text
    assert f"λ = {model.alpha:.3g}" in text
    for column in model.columns:
        assert re.sub(r"\s+", " ", column.name) in re.sub(r"\s+", " ", text)
    if model.test is not None:
        assert f"{model.test.scores[0].value:.4g}" in text
    assert watched.page.query_selector("#confusion") is not None or not model.target.is_classes or not model.test
    assert (watched.page.query_selector("#residuals") is not None) == (name == "diabetes")


def test_every_figure_is_drawn_and_has_words_for_those_who_cannot_see_it(seen):
    _, _, watched = seen
    plots = watched.page.query_selector_all(".plot")
    assert len(plots) >= 1
    for plot in plots:
        assert plot.query_selector("svg.main-svg") is not None
        words = plot.get_attribute("aria-label")
        assert len(words) > 30
        assert re.search(r"\d", words) or plot.get_attribute("id") == "boundary"
        assert "e+" not in words


def test_nothing_is_written_with_an_exponent_that_can_do_without(seen):
    _, _, watched = seen
    assert re.search(r"\de\+\d", watched.page.inner_text("main")) is None


def test_without_scripts_it_names_the_pictures_that_are_there(report, browser):
    name, model, path = report
    with opened(browser, path.as_uri(), java_script_enabled=False) as watched:
        text = watched.page.inner_text("body")
    named = [picture for picture in ("path.png", "shrinkage.png", "boundary.png") if picture in text]
    assert named == list(saving._pictures(model))
    assert len(named) == {"given": 0, "diabetes": 2}.get(name, 3)


def test_the_slider_moves_the_boundary_by_keyboard(seen):
    name, model, watched = seen
    slider = watched.page.query_selector("#strength")
    if name == "given":
        assert slider is None
        return
    figure = watched.page.locator("#boundary")
    before, words = figure.screenshot(), watched.page.inner_text("#readout")
    assert f"{model.alpha:.3g} (chosen)" in words
    slider.focus()
    watched.page.keyboard.press("End")
    until(watched.page, f"document.getElementById('readout').innerText.includes('{model.path.alphas[0]:.3g}')")
    assert f"λ = {model.path.alphas[0]:.3g}" in slider.get_attribute("aria-valuetext")
    assert figure.screenshot() != before
    watched.page.click("#back")
    until(watched.page, f"document.getElementById('readout').innerText === {json.dumps(words)}")
    assert figure.screenshot() == before


def test_the_mark_on_the_curves_follows_the_slider(seen):
    name, model, watched = seen
    if name == "given":
        return
    watched.page.focus("#strength")
    watched.page.keyboard.press("Home")
    until(watched.page, f"document.getElementById('readout').innerText.includes('{model.path.alphas[-1]:.3g}')")
    for figure in ("curve", "shrinkage", "objectives"):
        place = watched.page.evaluate(f"document.getElementById('{figure}').layout.shapes[0].x0")
        assert place == pytest.approx(model.path.alphas[-1])
    watched.page.click("#back")


def test_it_is_accessible(report, browser):
    from axe_playwright_python.sync_playwright import Axe

    _, _, path = report
    # the check puts a script of its own into the page
    with opened(browser, path.as_uri(), bypass_csp=True) as watched:
        watched.page.wait_for_selector("body[data-ready=yes]")
        found = Axe().run(watched.page)
    violations = found.response["violations"]
    assert [(v["id"], [node["target"] for node in v["nodes"]]) for v in violations] == []


def test_it_prints_and_fits_a_small_screen(seen, tmp_path):
    _, _, watched = seen
    assert watched.page.pdf(path=tmp_path / "report.pdf", format="A4").startswith(b"%PDF")
    as_printed = watched.page.evaluate("""() => {
        const before = [...document.querySelectorAll('.plot')].map(plot => plot._fullLayout.width);
        dispatchEvent(new Event('beforeprint'));
        const widths = [...document.querySelectorAll('.plot')].map(plot => plot._fullLayout.width);
        const settings = document.querySelector('details').open;
        dispatchEvent(new Event('afterprint'));
        const after = [...document.querySelectorAll('.plot')].map(plot => plot._fullLayout.width);
        return {before, widths, settings, after, closed: !document.querySelector('details').open};
    }""")
    # A4 leaves 688 pixels between its margins
    assert max(as_printed["widths"]) <= 688 < max(as_printed["before"])
    assert as_printed["after"] == as_printed["before"]
    assert as_printed["settings"]
    assert as_printed["closed"]
    watched.page.emulate_media(media="print")
    assert "Move the slider" not in watched.page.inner_text("body")
    assert not watched.page.is_visible(".mover")
    watched.page.emulate_media(media="screen")
    watched.page.set_viewport_size({"width": 390, "height": 800})
    until(watched.page, "document.documentElement.scrollWidth <= 390")
    watched.page.set_viewport_size({"width": 1200, "height": 900})


def test_data_cannot_end_the_script(report):
    name, _, path = report
    page = path.read_text(encoding="utf-8")
    data = re.search(r'<script type="application/json" id="content">(.*?)</script>', page, re.DOTALL)
    content = json.loads(data[1])
    assert (content["slider"] is None) == (name == "given")
    assert EVIL not in page
