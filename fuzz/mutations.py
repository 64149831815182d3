"""Mutations of bytes: drawn as plain values, and done."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

Mutation = list[Any]

# places are given in thousandths of the length, so that they mean much the same in a file of another length
PLACE = st.integers(0, 1000)
# what readers of text and of binary formats stumble over
PIECES = [
    "00", "0a", "0d", "0d0a", "22", "27", "2c", "3b", "09", "ff", "80", "1a", "efbbbf", "fffe", "feff", "e282ac", "93",
    "ffffffff", "7fffffff", "00000000", "50415231", "504b0304", "1f8b08", "28b52ffd", "2e", "2d", "31653939393939",
]  # fmt: skip


def byte_mutations(most: int = 3) -> st.SearchStrategy[list[Mutation]]:
    """Draw mutations of bytes."""
    piece = st.sampled_from(PIECES)
    one = st.one_of(
        st.tuples(st.just("flip"), PLACE, st.integers(0, 7)),
        st.tuples(st.just("set"), PLACE, piece),
        st.tuples(st.just("insert"), PLACE, piece),
        st.tuples(st.just("delete"), PLACE, st.sampled_from([1, 2, 8, 100])),
        st.tuples(st.just("repeat"), PLACE, st.sampled_from([1, 8, 1000])),
        st.tuples(st.just("cut"), PLACE),
        st.tuples(st.just("append"), piece),
    )
    return st.lists(one.map(list), max_size=most)


def mutated(content: bytes, mutations: list[Mutation]) -> bytes:
    """Return bytes with mutations done one after the other."""
    for kind, *rest in mutations:
        if kind == "append":
            content += bytes.fromhex(rest[0])
            continue
        place = rest[0] * max(len(content) - 1, 0) // 1000
        before, after = content[:place], content[place:]
        if kind == "flip" and after:
            content = before + bytes([after[0] ^ (1 << rest[1])]) + after[1:]
        elif kind == "set":
            piece = bytes.fromhex(rest[1])
            content = before + piece + after[len(piece) :]
        elif kind == "insert":
            content = before + bytes.fromhex(rest[1]) + after
        elif kind == "delete":
            content = before + after[rest[1] :]
        elif kind == "repeat":
            content = before + after[: rest[1]] + after
        elif kind == "cut":
            content = before
    return content
