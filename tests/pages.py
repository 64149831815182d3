"""Wait for a page in a browser."""

import waiting
from playwright.sync_api import Error


def until(page, condition):
    """Wait; Playwright's own way to do so would need eval, which the page's policy forbids."""

    def is_so():
        try:
            return page.evaluate(condition)
        except Error:
            # between two documents there is nothing to ask
            return False

    waiting.until(is_so, condition)
