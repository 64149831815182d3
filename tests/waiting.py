"""Wait for what is to come, never for a time: a busy machine takes longer over everything."""

import time

# a limit only for what would never come
LONGEST = 120


def until(is_so, what):
    """Wait until a function without arguments returns something true, and return it."""
    ends = time.monotonic() + LONGEST
    while not (found := is_so()):
        assert time.monotonic() < ends, f"never came true: {what}"
        time.sleep(0.02)
    return found
