"""A running page, and a browser in which to open it."""

import threading
import time
from urllib.parse import urlsplit

import pytest
from browser import opened
from pages import ENDLESS, LAPTOP, until_learned
from tables_of_tests import passengers, written

from ridgenet.page.app import _learning as learning
from ridgenet.page.app._learning import PathCache
from ridgenet.page.app._problem import Problem
from ridgenet.page.app._server import Server
from ridgenet.page.app._tables import TableFile, Tables
from ridgenet.path._watch import PathProgress


@pytest.fixture(scope="session")
def paths(tmp_path_factory):
    folder = tmp_path_factory.mktemp("tables")
    path = written(passengers(), folder / "ship.csv")
    paths = PathCache(Tables(TableFile.looked_at(path, "ship.csv", "survived")))
    yield paths
    paths.close()


@pytest.fixture(scope="session")
def moons(paths):
    return paths.learned(Problem())


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
def endless(monkeypatch):
    """Make the path of `ENDLESS` points go on until it is given up; return how often it was begun and given up."""
    learn, counts = learning.learn, {"begun": 0, "given up": 0}

    def learn_endlessly(problem, tables, watch):
        if problem.n_samples != ENDLESS:
            return learn(problem, tables, watch)
        counts["begun"] += 1
        while not watch("the path", PathProgress(n_fits=1, n_total=100, seconds=1.0)):
            time.sleep(0.02)
        counts["given up"] += 1
        raise KeyboardInterrupt

    monkeypatch.setattr(learning, "learn", learn_endlessly)
    return counts


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
