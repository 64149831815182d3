"""What tests need beyond Python: skipped without it on a user's machine, never where everything is checked."""

import os
import shutil

import pytest


def need(what, found):
    """Skip the test if something is not there, or fail where nothing may be skipped."""
    if found:
        return
    if os.environ.get("RIDGENET_NEVER_SKIP"):
        pytest.fail(f"{what} is not installed, and here no test may be skipped")
    pytest.skip(f"{what} is not installed")


def chromium():
    """Return the path of Chromium, or of Chrome."""
    names = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
    path = next((path for path in map(shutil.which, names) if path), None)
    need("Chromium", path)
    return path
