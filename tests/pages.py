"""What is done with the page in a browser, and what is read off it."""

import json
import re
from urllib.parse import parse_qs

import waiting
from playwright.sync_api import Error

LAPTOP = {"width": 1366, "height": 650}
QUICK = "?data=moons&n=60&hidden=4"
# a number of points whose path, with the fixture `endless`, is never done
ENDLESS = 1500
# for what must not happen, and would happen soon
A_WHILE = 300


def until(page, condition):
    """Wait; Playwright's own way to do so would need eval, which the page's policy forbids."""

    def is_so():
        try:
            return page.evaluate(condition)
        except Error:
            # between two documents there is nothing to ask
            return False

    waiting.until(is_so, condition)


def until_settled(page, *others):
    """Wait until all that was asked for is drawn, and the address says it."""
    until(page, " && ".join(["document.body.dataset.pending === ''", *others]))


def until_learned(page, what="="):
    """Wait until the path is drawn of a problem whose address has `what` in it."""
    until_settled(page, f"(document.body.dataset.problem || '').includes({json.dumps(what)})")


def until_found(page, finding):
    """Wait until the picture is said to mean `finding`."""
    until(page, f"document.getElementById('finding').dataset.finding === '{finding}'")


def until_in(page, language):
    """Wait until the page is there again in another language."""
    until_settled(page, f"document.documentElement.lang === '{language}'", "document.body.dataset.problem")


def frame_after(page):
    """Wait until the next frame, with what was asked for until now, has been drawn."""
    page.evaluate("new Promise(requestAnimationFrame)")


def address(page):
    """Return what the address says; the page itself is asked, as `page.url` is told of a change only later."""
    query = page.evaluate("location.search.slice(1)")
    return {name: values[-1] for name, values in parse_qs(query, keep_blank_values=True).items()}


def epoch_in(page):
    """Return the epoch that the address holds a network of."""
    return int(address(page).get("live", "0").split(".")[0])


def epoch_shown(page):
    return int(re.sub(r"\D", "", page.inner_text("#readout dd >> nth=0")))


def strength(page):
    return float(page.inner_text("#strength-value").removeprefix("λ = "))


def message(page):
    return page.inner_text("#message")


def picture(page, name):
    """What a canvas shows."""
    return page.evaluate(f"document.getElementById('{name}').parentElement.querySelector('canvas').toDataURL()")


def choose(page, control, option):
    page.click(f"#{control}")
    page.get_by_role("option", name=option, exact=True).click()


def offered(page, control):
    """Return what a dropdown offers."""
    page.click(f"#{control}")
    options = page.get_by_role("option")
    options.first.wait_for()
    found = set(options.all_inner_texts())
    page.keyboard.press("Escape")
    options.first.wait_for(state="hidden")
    return found
