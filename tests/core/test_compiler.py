"""Libraries as the compiler writes them."""

import os
import platform
import shutil
import subprocess
import sys
from pathlib import Path
from struct import unpack_from

import inner_kernels
import pytest
from kernels import INNER, TESTS, compile_libraries

import ridgenet
from ridgenet.core import _jit
from ridgenet.core._kernels import EntryPoint
from ridgenet.core._mode import MODE
from ridgenet.core._sources import LIBRARIES

pytestmark = pytest.mark.skipif(
    MODE == "python" or sys.platform != "linux", reason="compares files of Linux; nothing is compiled in plain Python"
)
LEVEL = "aarch64" if platform.machine() == "aarch64" else "x86-64-v2"


@pytest.fixture(scope="module")
def two_builds(tmp_path_factory) -> list[Path]:
    """The same library from two copies of the sources, with other hashes of strings."""
    found = []
    for seed in ("1", "2"):
        sources, out = tmp_path_factory.mktemp(f"sources{seed}"), tmp_path_factory.mktemp("out")
        shutil.copytree(
            Path(ridgenet.__file__).parent, sources / "ridgenet", ignore=shutil.ignore_patterns("__pycache__", "*.so")
        )
        compile_libraries(
            "--package", INNER, "--only", LEVEL, "wasm", "--out", str(out), sources=sources, PYTHONHASHSEED=seed
        )
        found.append(out)
    return found


def test_the_same_sources_give_the_same_bytes(two_builds):
    one, other = ({path.name: path.read_bytes() for path in out.iterdir()} for out in two_builds)
    assert set(one) == {f"{LEVEL}.so", "ridgenet.wasm", "sources.txt"}
    assert one == other


def test_no_path_of_the_machine_is_in_them(two_builds):
    for path in two_builds[0].iterdir():
        content = path.read_bytes()
        for folder in (str(TESTS), str(two_builds[0]), "/ridgenet/", "site-packages", ".py"):
            assert folder.encode() not in content


def names_in(library: Path) -> set[str]:
    """Return the names that an ELF library exports or needs: the section .dynstr."""
    content = library.read_bytes()
    (start,) = unpack_from("<Q", content, 40)
    size, count, names = unpack_from("<3H", content, 58)
    sections = [unpack_from("<2I4Q", content, start + size * index) for index in range(count)]
    at = sections[names][4]
    for name, _, _, _, offset, length in sections:
        if content[at + name :].startswith(b".dynstr\0"):
            return {text.decode() for text in content[offset : offset + length].split(b"\0") if text}
    raise AssertionError("there is no section .dynstr")


@pytest.mark.parametrize("own", [True, False], ids=["inner kernels", "built"])
def test_a_library_needs_nothing_but_memset_and_memcpy(own, two_builds):
    libraries = [two_builds[0] / f"{LEVEL}.so"] if own else list(LIBRARIES.glob("*.so"))
    if not libraries:
        pytest.skip("no libraries are built: make kernels")
    entries = [name for name, value in vars(inner_kernels).items() if isinstance(value, EntryPoint)]
    if not own:
        entries = ["evaluate", "pack", "run_lbfgs", "run_updates", "tell", "write_outputs", "column_moments"]
        entries += ["begin_shared_batch", "part_of_batch", "end_shared_batch"]
    exported = {f"{name}_{dtype}" for name in entries for dtype in ("float32", "float64")}
    exported |= {"ridgenet_dgemm", "ridgenet_sgemm"}
    for library in libraries:
        names = names_in(library)
        assert exported <= names
        assert names - exported <= {"processor_features", "memset", "memcpy", "memmove"}


def test_a_kernel_that_does_not_compile_says_why(tmp_path, monkeypatch):
    (tmp_path / "broken_kernels.py").write_text(
        "from ridgenet.core._kernels import entry_point\n"
        "from ridgenet.core._struct import DataVector\n\n\n"
        "@entry_point\n"
        "def broken(x: DataVector) -> None:\n"
        "    x.append(no_such_name)\n"
    )
    monkeypatch.syspath_prepend(tmp_path)
    with pytest.raises(RuntimeError, match=r"(?s)broken_float64 could not be compiled.*no_such_name"):
        _jit.compile_object("broken_float64", "broken_kernels")


def command(*options, **environment):
    clean = {name: value for name, value in os.environ.items() if name != "RIDGENET_KERNELS"}
    return subprocess.run(
        [sys.executable, "-m", "ridgenet.core.compiler", *options],
        env=clean | environment,
        capture_output=True,
        # an object file is no text
        encoding="latin-1",
    )


def test_the_command_needs_its_variable():
    done = command("libraries")
    assert done.returncode == 2
    assert "set RIDGENET_KERNELS=compile" in done.stderr


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (("libraries", "--only", "x86-64-v9"), "there is no 'x86-64-v9'; choose from "),
        (("object", "evaluate_float16"), "there is no 'evaluate_float16'; choose from begin_shared_batch_float64, "),
        (("libraries", "--platform", "dos"), "argument --platform: invalid choice: 'dos'"),
    ],
)
def test_the_command_refuses_what_there_is_not_and_writes_nothing(options, message, tmp_path):
    out = ("--out", str(tmp_path / "out")) if options[0] == "libraries" else ()
    done = command(*options, *out, RIDGENET_KERNELS="compile")
    assert done.returncode == 2
    assert message in done.stderr
    assert "Traceback" not in done.stderr
    assert not (tmp_path / "out").exists()


def test_a_users_settings_of_numba_do_not_reach_it():
    compiled = [
        command("object", "pack_float64", RIDGENET_KERNELS="compile", **settings)
        for settings in ({}, {"NUMBA_DISABLE_JIT": "1", "NUMBA_BOUNDSCHECK": "1", "NUMBA_DUMP_IR": "1"})
    ]
    assert [done.returncode for done in compiled] == [0, 0]
    assert compiled[0].stdout == compiled[1].stdout


def test_kernels_do_not_run_where_they_are_compiled():
    code = "from ridgenet.core._lbfgs import pack; pack(None, 1, None, None)"
    done = subprocess.run(
        [sys.executable, "-c", code],
        env=os.environ | {"RIDGENET_KERNELS": "compile"},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 1
    assert "InputError: RIDGENET_KERNELS=compile is for the compiler" in done.stderr
