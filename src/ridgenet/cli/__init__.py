"""The command line."""

from __future__ import annotations

import atexit
import gc
import sys

from ridgenet._errors import MissingExtraError
from ridgenet._extras import require_extra
from ridgenet._wording import one_line
from ridgenet.io import _atomic as atomic
from ridgenet.io import _interrupts as interrupts

INVALID_INPUT = 2


def main() -> None:
    """Run the command line; errors become one line and exit code 2."""
    # skip the garbage collection at exit, which takes a tenth of a second: the system frees all memory at once
    atexit.register(gc.freeze)
    atomic.remove_files_on_sigterm()
    with interrupts.installed():
        try:
            require_extra("plot", "the command line", "rich", "typer")
            # imported here, so that Ctrl-C is handled during the import
            from ridgenet.cli._running import run
        except Exception as error:
            if sys.argv[1:2] == ["doctor"]:
                # it is to say what is missing or broken
                from ridgenet.doctor._report import diagnose

                sys.exit(diagnose(as_json="--json" in sys.argv))
            if isinstance(error, MissingExtraError):
                exit_with_error(str(error))
            raise
        run()


def exit_with_error(text: str) -> None:
    """Print an error message in one line, and exit."""
    print(f"ridgenet: error: {one_line(text)}", file=sys.stderr)
    sys.exit(INVALID_INPUT)
