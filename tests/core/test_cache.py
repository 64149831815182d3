"""The disk cache of the kernels, in processes of their own."""

import ast
import errno
import importlib
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import numba
import pytest

import ridgenet
from ridgenet.core import _compile
from ridgenet.core._kernel_cache import KernelCache, first_writable

pytestmark = pytest.mark.skipif(bool(numba.config.DISABLE_JIT), reason="nothing is compiled")

# the smallest entry point that calls kernels of other files
RUN = """
import json, numpy as np
from ridgenet.core._compile import cache_folder
from ridgenet.core._examples import make_examples
from ridgenet.core._lbfgs import pack
from ridgenet.core._objective import make_workspace
from ridgenet._network import Network
packed = np.empty(4 * (2 + 1 + 1))
examples = make_examples(np.ones((4, 2)), np.ones((4, 1)), np.float64)
pack(examples, 4, packed, make_workspace(Network((2, 3, 1)), 4, np.float64))
print(json.dumps({
    "hits": sum(pack.stats.cache_hits.values()), "misses": sum(pack.stats.cache_misses.values()),
    "result": packed.tolist(), "folder": str(cache_folder()),
}))
"""


@pytest.fixture
def package(tmp_path) -> Path:
    """A copy of the package, to edit."""
    source = Path(ridgenet.__file__).parent
    shutil.copytree(source, tmp_path / "ridgenet", ignore=shutil.ignore_patterns("__pycache__"))
    return tmp_path / "ridgenet"


def run(package: Path, **environment: str) -> dict:
    clean = {name: value for name, value in os.environ.items() if name != "NUMBA_CACHE_DIR"}
    clean |= {"PYTHONPATH": str(package.parent), "PYTHONDONTWRITEBYTECODE": "1"} | environment
    done = subprocess.run([sys.executable, "-c", RUN], env=clean, capture_output=True, text=True, check=True)
    return json.loads(done.stdout)


def test_a_second_process_hits_and_an_edit_of_another_file_misses(package):
    first, second = run(package), run(package)
    assert (first["hits"], first["misses"]) == (0, 1)
    assert (second["hits"], second["misses"]) == (1, 0)
    assert second["result"] == first["result"]
    assert Path(first["folder"]).parent.parent == package

    examples = package / "core" / "_examples.py"
    text = examples.read_text()
    assert "y[output, i] = examples.Y" in text
    examples.write_text(text.replace("y[output, i] = examples.Y", "y[output, i] = 1.0 + examples.Y"))
    edited = run(package)
    assert (edited["hits"], edited["misses"]) == (0, 1)
    assert edited["result"] != first["result"]


def test_numbers_of_kernels_come_from_files_that_the_hash_covers():
    package = Path(ridgenet.__file__).parent
    for source in (package / "core").glob("*.py"):
        for node in ast.walk(ast.parse(source.read_text())):
            if not isinstance(node, ast.ImportFrom) or not (node.module or "").startswith("ridgenet."):
                continue
            module = importlib.import_module(node.module)
            numbers = [name.name for name in node.names if isinstance(getattr(module, name.name), int | float)]
            hashed = Path(module.__file__).parent in [package / name for name in _compile.SOURCES]
            assert not numbers or hashed, (source, numbers)


def test_numbas_own_variable_names_the_place(package, tmp_path):
    result = run(package, NUMBA_CACHE_DIR=str(tmp_path / "elsewhere"))
    assert Path(result["folder"]).parent == tmp_path / "elsewhere"
    assert list((tmp_path / "elsewhere").rglob("*.nbi"))


def test_where_nothing_can_be_written_beside_the_package_the_users_cache_is_used(package, tmp_path):
    (package / "__pycache__").write_text("a file where the folder would be: not even root can write into it")
    home = {"HOME": str(tmp_path), "XDG_CACHE_HOME": str(tmp_path / "cache")}
    first, second = run(package, **home), run(package, **home)
    assert not Path(first["folder"]).is_relative_to(package)
    assert Path(first["folder"]).is_relative_to(tmp_path)
    assert (second["hits"], second["misses"]) == (1, 0)


# what can go wrong with it; a small kernel stands for the others


def doubled(x):
    return 2 * x


def kernel_with(folders, **options):
    kernel = numba.njit(doubled)
    kernel._cache = KernelCache(doubled, tuple(folders), **({"is_kept": True} | options))
    return kernel


def hits(kernel):
    assert kernel(21) == 42
    return sum(kernel.stats.cache_hits.values())


@pytest.fixture
def warm(tmp_path):
    assert hits(kernel_with([tmp_path / "kept"])) == 0
    return tmp_path / "kept"


@pytest.mark.parametrize("ending", ["nbi", "nbc"])
@pytest.mark.parametrize(
    "damage",
    [
        lambda content: b"",
        lambda content: content[: len(content) // 2],
        lambda content: content[:-40] + bytes([content[-40] ^ 1]) + content[-39:],
        lambda content: b"no pickle" * 100,
    ],
    ids=["empty", "half", "one bit", "other"],
)
def test_a_damaged_file_is_compiled_anew(warm, ending, damage):
    assert hits(kernel_with([warm])) == 1
    (file,) = warm.rglob(f"*.{ending}")
    file.write_bytes(damage(file.read_bytes()))
    assert hits(kernel_with([warm])) == 0
    assert hits(kernel_with([warm])) == 1


def test_code_of_another_signature_is_not_run(warm):
    """As two processes may leave it that write at once, each with an index that knows its own signature only."""
    kernel = kernel_with([warm])
    assert kernel(0.5) == 1.0
    first, second = sorted(warm.rglob("*.nbc"))
    second.write_bytes(first.read_bytes())
    again = kernel_with([warm])
    assert again(0.5) == 1.0
    assert sum(again.stats.cache_hits.values()) == 0


def test_kernels_that_came_with_a_container_are_read_where_nothing_can_be_written(warm, tmp_path):
    assert hits(kernel_with([warm], is_kept=False)) == 1
    assert hits(kernel_with([tmp_path / "empty", warm])) == 1


def test_a_full_disk_is_said_once(tmp_path, monkeypatch):
    def full(*_):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr("ridgenet.core._kernel_cache._SealedFiles._write", full)
    kernel = kernel_with([tmp_path / "full"])
    with pytest.warns(UserWarning, match=r"full.*compiled code cannot be saved there \(No space left on device\)"):
        assert kernel(21) == 42
    assert kernel(0.5) == 1.0


def test_where_nothing_can_be_kept_it_is_said_once(tmp_path):
    kernel = kernel_with([], is_kept=False, trouble=f"nothing in {tmp_path} can be written to")
    with pytest.warns(UserWarning, match="can be written to"):
        assert kernel(21) == 42
    assert kernel(0.5) == 1.0
    assert kernel.stats.cache_path is None


def test_a_folder_is_tried_before_it_is_used(tmp_path, monkeypatch):
    (tmp_path / "file").write_text("not even root can make a folder in it")
    blocked, free = tmp_path / "file" / "kernels", tmp_path / "free"
    assert first_writable((blocked, free)) == free
    assert first_writable((blocked,)) is None
    monkeypatch.setattr("ridgenet.core._compile._places", lambda: (blocked,))
    for function in (_compile.cache_folder, _compile.cache_folders, _compile._trouble_with_folders):
        monkeypatch.setattr(_compile, function.__name__, function.__wrapped__)
    assert _compile.cache_folder() is None
    assert _compile.cache_folders() == ()
    assert "set NUMBA_CACHE_DIR" in _compile._trouble_with_folders()
    monkeypatch.setattr("ridgenet.core._compile._places", lambda: (blocked, free))
    monkeypatch.setattr(numba.config, "CACHE_DIR", str(blocked))
    assert f"cached in {free} instead" in _compile._trouble_with_folders()


def test_every_layout_and_type_of_input_compiles_one_version_for_each_float_type():
    import numpy as np

    from ridgenet._network import Network
    from ridgenet.core._examples import make_examples
    from ridgenet.core._lbfgs import LBFGS, pack, run_lbfgs
    from ridgenet.core._lbfgs_search import LBFGSSettings
    from ridgenet.core._objective import cost_and_gradient, evaluate
    from ridgenet.core._penalties import L2Penalty
    from ridgenet.core._sgd import SGD, SGDSettings
    from ridgenet.core._updates import run_updates

    network = Network((2, 3, 1))
    X, Y = np.ones((6, 2)), np.ones((6, 1))
    read_only = X.copy()
    read_only.flags.writeable = False
    for inputs in (X, np.asfortranarray(X), X.astype(np.int32), X.astype(">f4"), np.ones((6, 4))[:, ::2], read_only):
        for dtype in (np.float64, np.float32):
            cost_and_gradient(network, np.zeros(13, dtype), inputs, Y.astype(bool), alpha=np.float32(1))
            examples = make_examples(inputs, Y.astype(np.int8), dtype)
            settings = SGDSettings(batch_size=np.int32(4), learning_rate_init=1, n_epochs=np.int64(2), dropout=0)
            SGD(network, np.zeros(13, dtype), examples, L2Penalty(1), settings).run(np.int64(1))
            settings = LBFGSSettings(max_iter=np.int32(2))
            LBFGS(network, np.zeros(13, dtype), examples, L2Penalty(np.float32(1)), settings).run(3)
    # the whole suite runs in this process: whatever else it passed shows here, too
    for entry in (evaluate, run_updates, run_lbfgs, pack):
        assert len(entry.signatures) == 2
