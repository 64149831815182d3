"""Items of an iterator that are computed ahead, in a thread."""

import itertools
import threading

import pytest

from ridgenet.io._ahead import ahead


def test_items_come_in_order():
    assert list(ahead(iter(range(20)))) == list(range(20))


def test_an_error_comes_after_the_items_before_it():
    def items():
        yield 1
        yield 2
        raise ValueError("no more")

    found = ahead(items())
    assert [next(found), next(found)] == [1, 2]
    with pytest.raises(ValueError, match="no more"):
        next(found)


def test_whoever_stops_early_leaves_no_thread():
    found = ahead(itertools.count())
    assert next(found) == 0
    found.close()
    assert not [thread for thread in threading.enumerate() if thread.name == "ridgenet-ahead"]


def test_items_are_computed_while_the_current_one_is_used():
    computed = threading.Event()

    def items():
        yield 1
        computed.set()
        yield 2

    found = ahead(items())
    assert next(found) == 1
    assert computed.wait(60)
    assert list(found) == [2]
