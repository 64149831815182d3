"""The first path is as quick as those after it: compiled code is loaded while the browser opens."""

from __future__ import annotations

import contextlib

from ridgenet._errors import RidgeNetError
from ridgenet.page._translations import ENGLISH, SOURCE
from ridgenet.page.app import _live as live
from ridgenet.page.app._learning import Cancelled, PathCache, learn
from ridgenet.page.app._problem import FEWEST_DRAWN, Problem
from ridgenet.page.app._view import text_of

SMALL = Problem(n_samples=FEWEST_DRAWN, hidden_layer_sizes=(1,))


def warm_up(library: PathCache) -> None:
    """Do once, with little data, what will be asked for; what is learned is thrown away."""
    # the page may end meanwhile, and its folder with it
    with contextlib.suppress(KeyboardInterrupt, Cancelled, RidgeNetError, OSError):
        learned = learn(SMALL, library.tables, lambda *_: library.is_closed)
        text_of(learned, SOURCE)
        state = live.advanced(learned, live.State.at_start(learned), 1.0, 1)
        live.frame(learned, state, 1.0, ENGLISH.gettext)
