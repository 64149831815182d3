"""What is done with the page in a browser, and what is read off it."""

import json
import time
from urllib.parse import parse_qs, urlsplit

LAPTOP = {"width": 1366, "height": 650}
QUICK = "?data=moons&n=60&hidden=4"
# a path of some seconds
SLOW = {"layers": "2", "units": "40", "n": "1500"}


def until(page, condition, timeout=30_000):
    """Wait; Playwright's own way to do so would need eval, which the page's policy forbids."""
    ends = time.monotonic() + timeout / 1000
    while not page.evaluate(condition):
        assert time.monotonic() < ends, f"never came true: {condition}"
        page.wait_for_timeout(50)


def until_learned(page, what=""):
    until(page, f"(document.body.dataset.problem || 'none').includes({json.dumps(what or '=')})")
    page.wait_for_timeout(350)  # an address is written a moment after


def address(page):
    return {name: values[-1] for name, values in parse_qs(urlsplit(page.url).query, keep_blank_values=True).items()}


def strength(page):
    return float(page.inner_text("#strength-value").removeprefix("λ = "))


def picture(page, name):
    """What a canvas shows."""
    return page.evaluate(f"document.getElementById('{name}').parentElement.querySelector('canvas').toDataURL()")


def choose(page, control, option):
    page.click(f"#{control}")
    page.get_by_role("option", name=option, exact=True).click()


def frame_after(page):
    page.wait_for_timeout(120)
