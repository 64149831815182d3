"""A real browser that notes everything a page does."""

from contextlib import contextmanager

from needed import chromium
from playwright.sync_api import sync_playwright
from waiting import LONGEST

MILLISECONDS = 1000 * LONGEST
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"]


class Watched:
    """A page, and what its console, its errors and its requests said."""

    def __init__(self, page):
        self.page, self.complaints, self.requests = page, [], []
        page.on("console", lambda message: self.complaints.append(f"{message.type}: {message.text}"))
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("request", lambda request: self.requests.append(request.url))


@contextmanager
def chromium_running():
    """Start a browser; pages are opened by `opened`."""
    path = chromium()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=ARGUMENTS, timeout=MILLISECONDS)
        yield browser
        browser.close()


@contextmanager
def opened(browser, address, **options):
    """Open an address in a new page."""
    watched = Watched(browser.new_page(**{"viewport": {"width": 1200, "height": 900}, **options}))
    watched.page.set_default_timeout(MILLISECONDS)
    watched.page.goto(address)
    yield watched
    watched.page.close()
