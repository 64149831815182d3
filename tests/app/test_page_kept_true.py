"""What is said, linked and offered is that of what is seen: after mistakes, while training, and when given up."""

import contextlib
import json
from urllib.parse import parse_qs, urlsplit

import pytest
import waiting
from pages import (
    A_WHILE,
    ENDLESS,
    QUICK,
    address,
    epoch_in,
    epoch_shown,
    frame_after,
    message,
    picture,
    strength,
    until,
    until_found,
    until_in,
    until_learned,
    until_settled,
)
from playwright.sync_api import Error

CANCELLED = "Cancelled; the pictures still show the previous settings"


def is_behind(page):
    """Whether the controls are marked as saying something else than the pictures show."""
    return page.evaluate("document.body.classList.contains('behind')")


# numbers


def test_a_number_beyond_the_limits_is_refused_by_its_name(open_page):
    page = open_page(QUICK)
    before, where = picture(page, "boundary"), address(page)
    for control, values, limits in (
        ("n", ("5", "", "50.5"), "Samples must be a whole number from 20 to 2000"),
        ("noise", ("3",), "Noise must be a number from 0 to 2"),
        ("layers", ("7",), "Hidden layers must be a whole number from 0 to 3"),
    ):
        good = page.input_value(f"#{control}")
        for value in values:
            page.fill(f"#{control}", value)
            page.wait_for_selector("#message.error")
            assert message(page).startswith(limits)
            assert page.get_attribute(f"#{control}", "aria-invalid") == "true"
            assert is_behind(page)
            assert (picture(page, "boundary"), address(page)) == (before, where)
            page.fill(f"#{control}", good)
            until(page, "!document.getElementById('message').classList.contains('error')")
            assert message(page).startswith("50 λ")
            assert not is_behind(page)
            assert page.get_attribute(f"#{control}", "aria-invalid") is None


# giving up


def test_after_cancelling_one_can_go_on_or_back(open_page, endless):
    page = open_page(QUICK)
    before = picture(page, "boundary")
    begin_again = {
        "by another number": lambda: page.fill("#n", str(ENDLESS)),
        "by the button": lambda: page.click("#retry"),
        "by the keyboard": lambda: page.press("#n", "Enter"),
    }
    for n_begun, begin in enumerate(begin_again.values(), start=1):
        begin()
        waiting.until(lambda n_begun=n_begun: endless["begun"] == n_begun, "a path is begun")
        until(page, "(progress => !progress.hidden && progress.value > 0)(document.getElementById('progress'))")
        assert page.locator("#retry").is_hidden()
        assert not is_behind(page)
        page.click("#cancel")
        until(page, f"document.getElementById('message').textContent === {json.dumps(CANCELLED)}")
        assert is_behind(page)
        assert picture(page, "boundary") == before
        waiting.until(lambda n_begun=n_begun: endless["given up"] == n_begun, "the path is given up")
    with page.expect_navigation():
        page.click("#back")
    until_learned(page, "n=60")
    assert page.input_value("#n") == "60"
    assert picture(page, "boundary") == before
    assert page.locator("#back").is_hidden()
    assert message(page) == "50 λ values, computed earlier"


def test_after_cancelling_one_can_choose_something_else(open_page, endless):
    page = open_page(QUICK)
    page.fill("#n", str(ENDLESS))
    page.click("#cancel")
    page.fill("#n", "70")
    until_learned(page, "n=70")
    assert page.locator("#progress").is_hidden()
    assert message(page).startswith("50 λ")


# links


def test_links_and_address_follow_while_it_trains(open_page):
    page = open_page(QUICK + "&mode=live")
    until_found(page, "start")
    page.click("#run")
    page.locator("#strength").fill("40")
    frame_after(page)
    moved = pytest.approx(strength(page), rel=0.01)
    waiting.until(lambda: float(address(page).get("lambda", 0)) == moved, "the address has λ")
    waiting.until(lambda: epoch_in(page) > 0, "the address has the network")
    page.locator("#strength").fill("10")
    frame_after(page)
    page.focus("#take")
    href = parse_qs(urlsplit(page.get_attribute("#take-model", "href")).query)
    assert float(href["lambda"][0]) == pytest.approx(strength(page), rel=0.01)
    epoch = epoch_shown(page)
    page.click("#language-zh")
    until_in(page, "zh-Hans")
    assert epoch_shown(page) >= epoch
    assert strength(page) == pytest.approx(float(href["lambda"][0]), rel=0.01)


def test_a_picture_of_training_that_comes_late_is_not_drawn_over_the_path(open_page):
    page = open_page(QUICK)
    of_path = picture(page, "boundary"), page.inner_text("#readout")
    held = []

    def hold(route):
        held.append(route)

    def back_to_path():
        page.click("#mode-path")
        until_settled(page, "document.getElementById('live').hidden")
        for route in held:
            # one that was given up is no longer there to be answered
            with contextlib.suppress(Error):
                route.continue_()
        held.clear()
        page.wait_for_timeout(A_WHILE)
        assert (picture(page, "boundary"), page.inner_text("#readout")) == of_path

    page.route("**/live?*", hold)
    # the first picture is on its way
    page.click("#mode-live")
    waiting.until(lambda: strength(page) and held, "a picture is asked for")
    back_to_path()
    page.unroute("**/live?*")
    # or a later one
    page.click("#mode-live")
    until_found(page, "start")
    page.route("**/live?*", hold)
    page.click("#run")
    waiting.until(lambda: strength(page) and held, "a picture is asked for")
    back_to_path()


def test_the_last_move_of_lambda_is_the_one_that_is_seen(open_page):
    page = open_page(QUICK + "&mode=live")
    until_found(page, "start")
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
    until_settled(page)
    page.click("#show-equations")
    shown = page.inner_text("#gradient").replace("\n", "")
    assert f"{strength(page):.3g}"[:3] in shown


def test_what_the_server_has_forgotten_is_learned_again(open_page, server):
    page = open_page(QUICK + "&seed=21")
    server._paths._learned.clear()
    page.click("#take")
    with page.expect_download() as download:
        page.click("#take-data")
    assert download.value.suggested_filename == "data.csv"
    page.click("#take")
    with page.expect_download() as download:
        page.click("#take-model")
    assert download.value.suggested_filename == "model.skops"
    server._paths._learned.clear()
    page.click("#mode-live")
    until_found(page, "start")


def test_a_network_that_an_address_is_wrong_about_begins_anew(open_page):
    page = open_page(QUICK + "&mode=live&live=7.AAAA")
    page.wait_for_selector("#message.error")
    assert "start it again" in message(page)
    until_found(page, "start")
    page.click("#run")
    until(page, "document.getElementById('finding').dataset.finding !== 'start'")
    assert "start it again" not in message(page)
    page.click("#run")
    until_settled(page)
    assert epoch_in(page) > 0


# keyboard


def test_the_focus_stays_where_one_is(open_page):
    page = open_page(QUICK)
    page.locator("#strength").fill("3")
    frame_after(page)
    page.press("#to-chosen", "Enter")
    until_settled(page, "document.getElementById('to-chosen').disabled")
    assert page.evaluate("document.activeElement.id") == "strength"
    page.focus("#take")
    page.keyboard.press("Enter")
    page.wait_for_selector("#take-png", state="visible")
    page.keyboard.press("Tab")
    page.keyboard.press("Escape")
    page.wait_for_selector("#take-png", state="hidden")
    assert page.evaluate("[document.activeElement.id, document.querySelector('details').open]") == ["take", False]
