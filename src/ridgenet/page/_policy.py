"""Let a page run its own scripts only, and hold data that no browser takes for markup."""

from __future__ import annotations

import json
from base64 import b64encode
from collections.abc import Sequence
from hashlib import sha256
from typing import Any


def policy(scripts: Sequence[str], style: str) -> str:
    """Return a Content-Security-Policy under which only these scripts run, and nothing is loaded or sent."""
    return (
        f"default-src 'none'; script-src {' '.join(map(_hashed, scripts))} blob: 'wasm-unsafe-eval'; worker-src blob:; "
        f"style-src {_hashed(style)}; img-src data:; base-uri 'none'; form-action 'none'"
    )


def _hashed(text: str) -> str:
    return f"'sha256-{b64encode(sha256(text.encode()).digest()).decode()}'"


def embeddable(script: str) -> str:
    """Return a script in which no browser can find its own end."""
    if "</script" in script.lower() or "<!--" in script:
        raise ValueError("a script of the page holds the end of a script element")
    return script


def as_data(value: Any) -> str:
    """Return JSON in which no browser can find markup or the end of a script element."""
    text = json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    return text.replace("<", "\\u003c").replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")
