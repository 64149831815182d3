"""The command line in processes of its own that need not import anything: forks of one that has imported it all.

Starting the installed command takes seconds, most of them imports. A fork has them done; all else is as in a new
process: standard streams, folder, environment, exit code. What depends on how a process starts (interrupts, the
environment, the terminal) is tested with the installed command itself.
"""

import atexit
import json
import os
import subprocess
import sys
import tempfile
from functools import cache
from pathlib import Path

COMMAND = str(Path(sys.executable).parent / "ridgenet")
IMPORTED = (
    "ridgenet.cli._commands", "ridgenet._compare", "ridgenet._gradient_check", "ridgenet.table._prediction",
    "ridgenet.page.report._saving", "ridgenet.table.streaming._training",
    "ridgenet.table._training", "ridgenet.table.onnx", "ridgenet.cli._show_training", "matplotlib.pyplot",
    "onnxruntime", "skl2onnx", "skrub",
)  # fmt: skip


class ForkedCommands:
    """Run the command line in forks of one process, as `subprocess.run` would run it."""

    def __init__(self) -> None:
        self._parent = subprocess.Popen(
            [sys.executable, __file__], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )

    def run(self, arguments, folder, given=""):
        """Return the completed process of a command with these arguments, text given as its standard input."""
        with tempfile.TemporaryDirectory() as streams:
            files = [Path(streams, name) for name in ("stdin", "stdout", "stderr")]
            files[0].write_text(given)
            job = {"arguments": arguments, "folder": str(folder), "files": [str(file) for file in files]}
            print(json.dumps(job), file=self._parent.stdin, flush=True)
            code = int(self._parent.stdout.readline())
            return subprocess.CompletedProcess(arguments, code, *(file.read_text() for file in files[1:]))

    def close(self) -> None:
        """End the process."""
        self._parent.stdin.close()
        self._parent.wait()
        self._parent.stdout.close()


@cache
def _forked() -> ForkedCommands:
    commands = ForkedCommands()
    atexit.register(commands.close)
    return commands


def ridgenet(*arguments, folder, input=""):
    """Run a command in a fork, where there are forks."""
    if not hasattr(os, "fork"):
        return installed(*arguments, folder=folder, input=input)
    return _forked().run([str(argument) for argument in arguments], folder, input)


def installed(*arguments, folder, **options):
    """Run the installed command."""
    return subprocess.run(
        [COMMAND, *map(str, arguments)], cwd=folder, capture_output=True, text=True, timeout=120, **options
    )


def _serve() -> None:
    for name in IMPORTED:
        __import__(name)
    answers = os.dup(1)
    for line in sys.stdin:
        job = json.loads(line)
        child = os.fork()
        if child == 0:
            _become(job)
        code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        os.write(answers, f"{code}\n".encode())


def _become(job) -> None:
    """Run one command, and end."""
    from ridgenet.cli import main

    for number, (file, mode) in enumerate(zip(job["files"], ("r", "w", "w"), strict=True)):
        with Path(file).open(mode) as stream:
            os.dup2(stream.fileno(), number)
    sys.stdin, sys.stdout, sys.stderr = (os.fdopen(number, mode) for number, mode in enumerate(("r", "w", "w")))
    os.chdir(job["folder"])
    sys.argv = ["ridgenet", *job["arguments"]]
    code = 0
    try:
        main()
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else int(end.code is not None)
    except BaseException:
        import traceback

        traceback.print_exc()
        code = 1
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)


if __name__ == "__main__":
    _serve()
