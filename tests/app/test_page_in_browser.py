"""The page in a real browser: every control, the address, two languages, a small screen."""

import json
import re
from urllib.parse import urljoin

import pytest
import waiting
from browser import opened
from pages import (
    A_WHILE,
    LAPTOP,
    QUICK,
    address,
    choose,
    epoch_shown,
    picture,
    strength,
    until,
    until_found,
    until_in,
    until_learned,
    until_settled,
)

from ridgenet.page._translations import translations
from ridgenet.page.app._findings import MEANINGS

in_chinese = translations("zh").gettext
POINTED = "document.getElementById('curve')._hoverdata"

# relu has kinks, at which a search may end with a gradient: the server says so in its terminal
with_kinks = pytest.mark.filterwarnings(
    "ignore:lbfgs failed to converge at the selected λ:sklearn.exceptions.ConvergenceWarning"
)


# one screen


def test_all_is_on_one_screen_of_a_laptop(open_page):
    page = open_page(QUICK)
    height, width = page.evaluate("[document.documentElement.scrollHeight, document.documentElement.scrollWidth]")
    assert (height, width) == (LAPTOP["height"], LAPTOP["width"])
    for name in ("free", "boundary", "curve", "objectives", "network", "strength", "finding", "readout"):
        box = page.locator(f"#{name}").bounding_box()
        assert box["y"] >= 0
        assert box["y"] + box["height"] <= LAPTOP["height"] + 1
        assert box["height"] > 15
    page.click("#mode-live")
    until_found(page, "start")
    until_settled(page)
    assert page.evaluate("document.documentElement.scrollHeight") == LAPTOP["height"]


def test_a_small_screen_scrolls_down_only_and_keeps_the_slider_in_sight(open_page):
    page = open_page(QUICK, viewport={"width": 390, "height": 800})
    assert page.evaluate("document.documentElement.scrollWidth") == 390
    page.locator("#boundary").scroll_into_view_if_needed()
    box = page.locator("#strength").bounding_box()
    assert 0 < box["y"] < 800
    before = picture(page, "boundary")
    page.locator("#strength").fill("0")
    until_settled(page)
    assert picture(page, "boundary") != before


# λ


def test_the_slider_moves_the_right_picture_and_leaves_the_left_one(open_page):
    page = open_page(QUICK)
    before = {name: picture(page, name) for name in ("free", "boundary")}
    weights = page.inner_html("#network")
    assert page.locator("#to-chosen").is_disabled()
    page.focus("#strength")
    page.keyboard.press("End")
    until_found(page, "nothing")
    assert picture(page, "free") == before["free"]
    assert picture(page, "boundary") != before["boundary"]
    assert page.inner_html("#network") != weights
    assert page.inner_text("#finding") == MEANINGS["nothing"][0]
    widths = [float(width) for width in re.findall(r'stroke-width="([\d.]+)"', page.inner_html("#network g"))]
    assert max(widths) < 0.2
    page.keyboard.press("Home")
    until_found(page, "overfitted")
    until_settled(page)
    assert page.inner_text("#finding") == MEANINGS["overfitted"][0]
    mark = page.evaluate("document.getElementById('curve').layout.shapes[0].x0")
    assert mark == pytest.approx(strength(page), rel=0.01)
    page.click("#to-chosen")
    until_settled(page, "document.getElementById('to-chosen').disabled")
    assert picture(page, "boundary") == before["boundary"]
    assert "chosen by cross-validation" in page.get_attribute("#strength", "aria-valuetext")


def test_a_click_on_the_curve_goes_there(open_page):
    page = open_page(QUICK)
    box = page.locator("#curve .nsewdrag").bounding_box()
    chosen = page.inner_text("#strength-value")
    strengths, pointed = [], None
    # the second click comes as soon as the first is drawn, sooner than a hand could
    for share in (0.1, 0.9):
        before = page.inner_text("#strength-value")
        page.mouse.move(box["x"] + share * box["width"], box["y"] + 0.5 * box["height"])
        # Plotly notes what is pointed at a moment after the mouse has come
        until(page, f"(points => points && points[0].x !== {json.dumps(pointed)})({POINTED})")
        pointed = page.evaluate(f"{POINTED}[0].x")
        page.mouse.down()
        page.mouse.up()
        moved = f"document.getElementById('strength-value').textContent !== {json.dumps(before)}"
        until(page, f"{moved} && !/stop|marks/.test(document.body.dataset.pending)")
        strengths.append(strength(page))
    assert strengths[0] < float(chosen.removeprefix("λ = ")) < strengths[1]
    assert strengths[1] > 100 * strengths[0]


# data and network


@with_kinks
def test_every_control_changes_what_is_learned(open_page):
    page = open_page(QUICK)
    seen = {picture(page, "boundary")}

    def changed(what):
        until_learned(page, what)
        assert picture(page, "boundary") not in seen
        seen.add(picture(page, "boundary"))
        assert page.locator("#message.error").count() == 0

    # numbers between the steps of an arrow key, too
    page.fill("#n", "45")
    changed("n=45")
    page.fill("#noise", "0.33")
    changed("noise=0.33")
    page.fill("#seed", "3")
    changed("seed=3")
    page.click("#new-draw")
    changed("seed=4")
    page.fill("#units", "3")
    changed("hidden=3")
    choose(page, "activation", "relu")
    changed("activation=relu")
    page.fill("#layers", "2")
    changed("hidden=3%2C3")
    choose(page, "data", "circles")
    changed("data=circles")
    assert page.input_value("#noise") == "0.2"
    page.fill("#layers", "0")
    changed("hidden=none")


def test_points_that_one_does_not_want_to_see_go(open_page):
    page = open_page(QUICK)
    figure, canvas = page.locator("#boundary").screenshot(), picture(page, "boundary")
    page.click("#show-unseen")
    until_settled(page, "!document.getElementById('show-unseen').checked")
    assert page.locator("#boundary").screenshot() != figure
    assert picture(page, "boundary") == canvas
    page.click("#show-wrong")
    until_settled(page, "document.getElementById('show-wrong').checked")
    assert picture(page, "boundary") != canvas
    assert address(page)["show"] == "wrong"


# live


def test_training_on_screen_over_fits_and_is_calmed(open_page):
    page = open_page("?data=moons&mode=live")
    assert page.inner_text("#finding") == MEANINGS["start"][0]
    page.click("#step")
    waiting.until(lambda: epoch_shown(page) == 1, "the first epoch")
    page.locator("#speed-input").fill("8")
    page.locator("#strength").fill("0")
    page.click("#run")
    until_found(page, "overfitted")
    wild = picture(page, "boundary")
    page.locator("#strength").fill("20")
    until_found(page, "balanced")
    assert picture(page, "boundary") != wild
    page.click("#run")
    until_settled(page, "document.getElementById('run').textContent === 'Continue'")
    paused = page.inner_text("#readout")
    for part in ("data loss", "L2 penalty", "epoch"):
        assert part in paused
    page.wait_for_timeout(A_WHILE)
    assert page.inner_text("#readout") == paused
    # the address holds it
    there = picture(page, "boundary")
    page.reload()
    until_learned(page)
    assert page.inner_text("#readout") == paused
    assert picture(page, "boundary") == there
    page.click("#restart")
    until_found(page, "start")
    page.click("#mode-path")
    until_settled(page, "document.getElementById('live').hidden")
    assert "Parts of the objective" in page.inner_text("#objectives-caption")


# the address, and languages


@with_kinks
def test_the_address_brings_the_same_picture_back(open_page):
    page = open_page("?data=circles&n=45&noise=0.3&seed=3&hidden=5&activation=relu")
    page.locator("#strength").fill("9")
    page.click("#show-wrong")
    until_settled(page, "document.getElementById('show-wrong').checked")
    other = open_page(page.evaluate("location.search"))
    assert {name: picture(other, name) for name in ("free", "boundary")} == {
        name: picture(page, name) for name in ("free", "boundary")
    }
    assert strength(other) == strength(page)
    assert other.input_value("#units") == "5"
    assert other.is_checked("#show-wrong")


def test_an_impossible_address_says_so_and_shows_what_is_usual(open_page):
    page = open_page("?data=moons&noise=77")
    assert "noise must be between 0 and 2" in page.inner_text("#message")
    page.goto(urljoin(page.url, "?data=upload-00000000000000000000"))
    until_learned(page)
    assert "upload it again" in page.inner_text("#message")


def test_the_language_can_be_switched_and_nothing_else_changes(open_page):
    page = open_page(QUICK)
    page.locator("#strength").fill("49")
    until_settled(page)
    before = picture(page, "boundary")
    page.click("#language-zh")
    until_in(page, "zh-Hans")
    assert page.inner_text("#finding") == in_chinese(MEANINGS["nothing"][0])
    assert picture(page, "boundary") == before
    assert page.inner_text("#objectives-caption") == in_chinese("Parts of the objective")
    # of our own words none is left in English
    left = set(re.findall(r"[A-Za-z]{4,}", page.inner_text("body"))) - {"ridgenet", "English", "alpha", "tanh", "moons"}
    assert left == set()
    page.fill("#n", "5")
    page.locator("#message.error", has_text="样本数：须为 20 到 2000 之间的整数").wait_for()
    page.click("#language-en")
    until_in(page, "en")


# all at once


def test_the_page_can_be_used_without_a_mouse(open_page):
    page = open_page(QUICK)
    reached = []
    for _ in range(20):
        page.keyboard.press("Tab")
        reached.append(page.evaluate("document.activeElement.id"))
    wanted = (
        "mode-path show-equations take language-zh data n noise seed new-draw file layers units activation strength"
    )
    assert set(wanted.split()) <= set(reached)
    page.press("#data", "Enter")
    for option, key in (("moons", "ArrowDown"), ("circles", "Enter")):
        until(page, f"document.activeElement.value === '{option}'")
        page.keyboard.press(key)
    until_learned(page, "data=circles")
    page.focus("#mode-path")
    page.keyboard.press("ArrowRight")
    until_found(page, "start")
    page.focus("#run")
    page.keyboard.press("Enter")
    until(page, "document.getElementById('finding').dataset.finding !== 'start'")


def test_tabs_do_not_disturb_each_other(open_page):
    first, second = open_page(QUICK), open_page(QUICK + "&seed=9")
    pictures = picture(first, "boundary")
    second.locator("#strength").fill("0")
    second.fill("#seed", "10")
    until_learned(second, "seed=10")
    assert picture(first, "boundary") == pictures
    first.reload()
    until_learned(first, "seed=6")
    assert picture(first, "boundary") == pictures


def test_it_is_accessible(browser, server):
    from axe_playwright_python.sync_playwright import Axe

    # the check puts a script of its own into the page
    with opened(browser, server.address + QUICK, viewport=LAPTOP, bypass_csp=True) as watched:
        until_learned(watched.page)
        found = Axe().run(watched.page).response["violations"]
        watched.page.click("#show-equations")
        found += Axe().run(watched.page).response["violations"]
    # Dash puts an input that takes the focus, and is hidden, into each of its dropdowns
    of_dash = "dash-dropdown-focus-target"
    violations = [(v["id"], node["target"]) for v in found for node in v["nodes"] if of_dash not in str(node["target"])]
    assert violations == []
