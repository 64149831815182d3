"""What is said, linked and offered is that of what is seen: after mistakes, while training, and when given up."""

import json
import re
from urllib.parse import parse_qs, urlsplit

import pytest
from pages import QUICK, SLOW, address, frame_after, picture, strength, until, until_learned

from ridgenet.app.words import WORDS


def message(page):
    return page.inner_text("#message")


# numbers


def test_any_number_within_the_limits_is_taken(open_page):
    page = open_page(QUICK)
    for control, value, part in (("n", 65, "n=65"), ("noise", 0.33, "noise=0.33"), ("units", 3, "hidden=3")):
        page.fill(f"#{control}", str(value))
        until_learned(page, part)
        assert page.locator("#message.error").count() == 0


def test_a_number_beyond_the_limits_is_refused_by_its_name(open_page):
    page = open_page(QUICK)
    before, where = picture(page, "boundary"), address(page)
    for control, values, limits in (
        ("n", ("5", "", "50.5"), "Points: a whole number from 20 to 2000"),
        ("noise", ("3",), "Noise: a number from 0 to 2"),
        ("units", ("0",), "Units in each: a whole number from 1 to 64"),
        ("layers", ("7",), "Hidden layers: a whole number from 0 to 3"),
    ):
        good = page.input_value(f"#{control}")
        for value in values:
            page.fill(f"#{control}", value)
            page.wait_for_selector("#message.error")
            assert message(page).startswith(limits)
            assert page.get_attribute(f"#{control}", "aria-invalid") == "true"
            assert "behind" in page.get_attribute("body", "class")
            assert (picture(page, "boundary"), address(page)) == (before, where)
            page.fill(f"#{control}", good)
            until(page, "!document.getElementById('message').classList.contains('error')")
            assert message(page).startswith("50 λ")
            assert "behind" not in page.get_attribute("body", "class")
            assert page.get_attribute(f"#{control}", "aria-invalid") is None


def test_limits_are_said_in_chinese_too(open_page):
    page = open_page(QUICK + "&lang=zh")
    page.fill("#n", "5")
    page.wait_for_selector("#message.error")
    assert message(page).startswith("样本数：须为 20 到 2000 之间的整数")


# giving up


def test_after_cancelling_one_can_go_on_or_back(open_page):
    page = open_page(QUICK)
    before = picture(page, "boundary")

    def begin_and_cancel():
        for control, value in SLOW.items():
            page.fill(f"#{control}", value)
        until(page, "document.getElementById('progress').value > 0")
        page.click("#cancel")
        assert message(page) == WORDS["cancelled"]["en"]

    begin_and_cancel()
    assert "behind" in page.get_attribute("body", "class")
    page.click("#retry")
    until(page, "document.getElementById('progress').value > 0")
    assert page.locator("#retry").is_hidden()
    assert "behind" not in page.get_attribute("body", "class")
    page.click("#cancel")
    page.focus("#n")
    page.keyboard.press("Enter")
    until(page, "document.getElementById('progress').value > 0")
    page.click("#cancel")
    with page.expect_navigation():
        page.click("#back")
    until_learned(page, "n=60")
    assert page.input_value("#n") == "60"
    assert picture(page, "boundary") == before
    assert page.locator("#back").is_hidden()
    assert WORDS["done before"]["en"].replace("{n}", "50") == message(page)


# links


def test_links_and_address_follow_while_it_trains(open_page):
    page = open_page(QUICK + "&mode=live")
    until(page, "document.getElementById('finding').dataset.finding === 'start'")
    page.click("#run")
    page.locator("#strength").fill("40")
    frame_after(page)
    moved = strength(page)
    page.wait_for_timeout(1500)
    assert float(address(page)["lambda"]) == pytest.approx(moved, rel=0.01)
    assert int(address(page)["live"].split(".")[0]) > 0
    page.locator("#strength").fill("10")
    frame_after(page)
    page.focus("#take")
    href = parse_qs(urlsplit(page.get_attribute("#take-model", "href")).query)
    assert float(href["lambda"][0]) == pytest.approx(strength(page), rel=0.01)
    epoch = int(re.sub(r"\D", "", page.inner_text("#readout dd >> nth=0")))
    page.click("#language-zh")
    until(page, "document.documentElement.lang === 'zh-Hans' && document.body.dataset.problem")
    page.wait_for_timeout(400)
    assert int(re.sub(r"\D", "", page.inner_text("#readout dd >> nth=0"))) >= epoch
    assert strength(page) == pytest.approx(float(href["lambda"][0]), rel=0.01)


def test_a_picture_of_training_that_comes_late_is_not_drawn_over_the_path(open_page):
    page = open_page(QUICK)
    of_path, said = picture(page, "boundary"), page.inner_text("#readout")
    for pause in (0, 60, 300):
        page.click("#mode-live")
        until(page, "document.getElementById('readout').innerText.includes('epoch')")
        page.click("#run")
        page.wait_for_timeout(400 + pause)
        page.click("#mode-path")
        page.wait_for_timeout(400)
        assert (picture(page, "boundary"), page.inner_text("#readout")) == (of_path, said)


def test_the_last_move_of_lambda_is_the_one_that_is_seen(open_page):
    page = open_page(QUICK + "&mode=live")
    until(page, "document.getElementById('finding').dataset.finding === 'start'")
    page.click("#step")
    page.evaluate(
        """(async () => {
          const slider = document.getElementById("strength");
          for (const value of [3, 9, 15, 21, 27, 33, 39, 45]) {
            slider.value = value;
            slider.dispatchEvent(new Event("input"));
            await new Promise(requestAnimationFrame);
          }
        })()"""
    )
    page.wait_for_timeout(800)
    page.click("#show-equations")
    shown = page.inner_text("#gradient").replace("\n", "")
    assert f"{strength(page):.3g}"[:3] in shown


def test_what_the_server_has_forgotten_is_learned_again(open_page, server):
    page = open_page(QUICK + "&seed=21")
    server._library._learned.clear()
    page.click("#take")
    with page.expect_download() as download:
        page.click("#take-data")
    assert download.value.suggested_filename == "data.csv"
    page.click("#take")
    with page.expect_download() as download:
        page.click("#take-model")
    assert download.value.suggested_filename == "model.skops"
    server._library._learned.clear()
    page.click("#mode-live")
    until(page, "document.getElementById('finding').dataset.finding === 'start'")


def test_a_network_that_an_address_is_wrong_about_begins_anew(open_page):
    page = open_page(QUICK + "&mode=live&live=7.AAAA")
    page.wait_for_selector("#message.error")
    assert "start it again" in message(page)
    until(page, "document.getElementById('finding').dataset.finding === 'start'")
    page.click("#run")
    until(page, "document.getElementById('finding').dataset.finding !== 'start'")
    assert "start it again" not in message(page)
    page.click("#run")
    page.wait_for_timeout(600)
    assert int(address(page)["live"].split(".")[0]) > 0


# keyboard


def test_the_focus_stays_where_one_is(open_page):
    page = open_page(QUICK)
    page.locator("#strength").fill("3")
    frame_after(page)
    page.focus("#to-chosen")
    page.keyboard.press("Enter")
    frame_after(page)
    assert page.evaluate("document.activeElement.id") == "strength"
    page.focus("#take")
    page.keyboard.press("Enter")
    page.wait_for_selector("#take-png", state="visible")
    page.keyboard.press("Tab")
    page.keyboard.press("Escape")
    assert page.locator("#take-png").is_hidden()
    assert page.evaluate("document.activeElement.id") == "take"
    assert json.loads(page.evaluate("JSON.stringify(document.querySelector('details').open)")) is False
