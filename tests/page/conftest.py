"""The playground in a real browser, opened from a file and without a network."""

import pytest
from browser import opened
from playgrounds import Playground, watched

from ridgenet.page.playground._page import playground


@pytest.fixture(scope="module")
def file(tmp_path_factory):
    path = tmp_path_factory.mktemp("page") / "page.html"
    path.write_text(playground(), encoding="utf-8")
    return path


@pytest.fixture
def open_page(browser, file):
    """Open the page; afterwards, it must not have complained, nor asked for anything."""
    contexts = []

    def open_at(state="", **options):
        context = opened(browser, f"{file.as_uri()}{state}", **{"offline": True, **options})
        contexts.append(context)
        return Playground(context.__enter__())

    yield open_at
    for context in contexts:
        context.__exit__(None, None, None)


@pytest.fixture
def usual_page(open_page):
    yield from watched(open_page())


@pytest.fixture
def page(open_page):
    """A page with fewer points and a smaller network, which are faster."""
    yield from watched(open_page("#n=60&units=2"))
