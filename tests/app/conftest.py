"""A running page, and a browser in which to open it."""

import threading
from urllib.parse import urlsplit

import pytest
from browser import chromium_running, opened
from pages import LAPTOP, until_learned
from tables_of_tests import passengers, written

from ridgenet.app.server import Server
from ridgenet.app.tables import TableFile


@pytest.fixture(scope="module")
def browser():
    with chromium_running() as running:
        yield running


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    path = written(passengers(), tmp_path_factory.mktemp("page") / "ship.csv")
    server = Server(TableFile.looked_at(path, "ship.csv", "survived"))
    thread = threading.Thread(target=server.run)
    thread.start()
    yield server
    server.stop()
    thread.join()


@pytest.fixture
def open_page(browser, server):
    """Open the page at an address; at the end nothing may have been complained of, or asked of another host."""
    watched = []
    contexts = []

    def open_at(query="", **options):
        context = opened(browser, server.address + query, **{"viewport": LAPTOP, **options})
        contexts.append(context)
        seen = context.__enter__()
        watched.append(seen)
        until_learned(seen.page)
        return seen.page

    yield open_at
    for context in contexts:
        context.__exit__(None, None, None)
    for seen in watched:
        assert seen.complaints == []
        assert {urlsplit(request).netloc for request in seen.requests} <= {f"127.0.0.1:{server.port}", ""}
