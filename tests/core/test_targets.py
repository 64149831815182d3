"""Which compiled kernels a process uses, in processes of their own."""

import ast
import importlib
import json
import os
import platform
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import ridgenet
from ridgenet.core import _sources, _targets
from ridgenet.core._mode import MODE
from ridgenet.core._processor import BASIC, EXTENDED, LEVELS, LONG_MODE, STATE, instruction_sets

# the smallest entry point that calls kernels of other files
RUN = """
import json, sys
import numpy as np
from ridgenet._errors import RidgeNetError
from ridgenet.core._lbfgs import pack
from ridgenet.core._examples import make_examples
from ridgenet.core._objective import make_workspace
from ridgenet.core._targets import current_target
from ridgenet._network import Network
packed = np.empty(4 * (2 + 1 + 1))
try:
    examples = make_examples(np.ones((4, 2)), np.ones((4, 1)), np.float64)
    pack(examples, 4, packed, make_workspace(Network((2, 3, 1)), 4, np.float64))
    target = current_target()
    found = {"how": target.how, "instructions": target.instructions, "reason": target.reason, "result": packed.tolist()}
except RidgeNetError as error:
    found = {"error": f"{type(error).__name__}: {error}"}
print(json.dumps(found | {"modules": [name for name in ("numba", "llvmlite") if name in sys.modules]}))
"""
needs_libraries = pytest.mark.skipif(
    not _targets.usable_libraries()[0] or MODE == "python", reason="needs libraries: make kernels"
)


@pytest.fixture
def package(tmp_path) -> Path:
    """A copy of the package, to edit."""
    source = Path(ridgenet.__file__).parent
    shutil.copytree(source, tmp_path / "ridgenet", ignore=shutil.ignore_patterns("__pycache__"))
    return tmp_path / "ridgenet"


def run(package: Path, **environment: str) -> dict:
    """Call an entry point, and tell what ran it; the cache is in the folder of the copy."""
    clean = {name: value for name, value in os.environ.items() if name != "RIDGENET_KERNELS"}
    own = {"PYTHONPATH": str(package.parent), "PYTHONDONTWRITEBYTECODE": "1", "XDG_CACHE_HOME": str(package.parent)}
    done = subprocess.run(
        [sys.executable, "-c", RUN], env=clean | own | environment, capture_output=True, text=True, check=True
    )
    return json.loads(done.stdout)


@needs_libraries
def test_the_newest_instructions_that_the_processor_has_are_used_without_a_compiler(package):
    usable, _ = _targets.usable_libraries()
    found = run(package)
    assert found["how"].startswith("ahead of time: ")
    assert found["instructions"] == usable[-1].stem
    assert found["modules"] == []
    assert found["result"][:8] == [1.0] * 8


@needs_libraries
def test_the_variable_names_another_library(package):
    first = _targets.usable_libraries()[0][0].stem
    found = run(package, RIDGENET_KERNELS=first)
    assert (found["instructions"], found["reason"]) == (first, f"RIDGENET_KERNELS={first}")


@needs_libraries
def test_an_unknown_name_is_refused_with_those_there_are(package):
    error = run(package, RIDGENET_KERNELS="avx")["error"]
    assert error.startswith("InputError: RIDGENET_KERNELS must be one of native, jit, wasm, python, ")
    assert error.endswith("or not set; got 'avx'")


@pytest.mark.skipif(MODE == "python", reason="nothing is compiled")
def test_after_an_edit_of_a_kernel_its_library_is_not_used_and_a_second_process_finds_what_was_compiled(package):
    before = run(package)["result"]
    examples = package / "core" / "_examples.py"
    text = examples.read_text()
    assert "y[output, i] = examples.Y" in text
    examples.write_text(text.replace("y[output, i] = examples.Y", "y[output, i] = 1.0 + examples.Y"))
    edited = run(package)
    assert edited["how"].startswith(f"just in time: {package.parent}")
    assert "were compiled from other sources; make kernels" in edited["reason"]
    assert edited["result"] != before
    (kept,) = package.parent.rglob("pack_float64.o")
    written = kept.stat().st_mtime_ns
    assert run(package)["result"] == edited["result"]
    assert kept.stat().st_mtime_ns == written

    # what was damaged since is compiled again
    kept.write_bytes(kept.read_bytes()[:-40])
    assert run(package)["result"] == edited["result"]
    assert kept.stat().st_mtime_ns != written


@pytest.mark.skipif(MODE == "python", reason="nothing is compiled")
def test_without_libraries_and_numba_it_says_what_to_install(package, tmp_path):
    shutil.rmtree(package / "core" / "libraries", ignore_errors=True)
    (tmp_path / "sitecustomize.py").write_text(
        "from importlib import util\n"
        "there = util.find_spec\n"
        "util.find_spec = lambda name, *more: None if name == 'numba' else there(name, *more)\n"
    )
    error = run(package)["error"]
    assert error.startswith("MissingExtraError: compiling kernels just in time (no compiled kernels for ")
    assert error.endswith("needs numba: pip install 'ridgenet[jit]'")


@pytest.mark.skipif(MODE == "python", reason="nothing is compiled")
def test_where_nothing_can_be_kept_kernels_are_compiled_in_every_process(package, tmp_path):
    (tmp_path / "a file").write_text("not even root can make a folder in it")
    found = run(package, RIDGENET_KERNELS="jit", XDG_CACHE_HOME=str(tmp_path / "a file"))
    assert found["result"][:8] == [1.0] * 8


def test_numbers_of_kernels_come_from_files_that_the_hash_covers():
    covered = _sources.sources()
    for source in _sources.modules_with_kernels():
        for node in ast.walk(ast.parse(covered[Path(importlib.import_module(source).__file__)])):
            if not isinstance(node, ast.ImportFrom) or not (node.module or "").startswith("ridgenet."):
                continue
            module = importlib.import_module(node.module)
            numbers = [name.name for name in node.names if isinstance(getattr(module, name.name), int | float)]
            assert not numbers or Path(module.__file__) in covered, (source, numbers)


# the instruction sets of a processor


class Processor:
    """A library that tells made-up features."""

    def __init__(self, features):
        self.features = features

    def processor_features(self, numbers):
        numbers._obj[:] = [self.features.get(place, 0) for place in range(4)]


def features_of(level):
    """The features that a level of x86-64 needs, with those of the levels below."""
    features = dict.fromkeys((BASIC, EXTENDED, LONG_MODE, STATE), 0)
    for name, needs in LEVELS.items():
        for place, bits in needs.items():
            features[place] |= sum(1 << bit for bit in bits)
        if name == level:
            break
    return features


@pytest.mark.parametrize("level", LEVELS)
def test_a_processor_has_the_levels_whose_features_it_has(level):
    names = list(LEVELS)
    features = features_of(level)
    expected = names[: names.index(level) + 1]
    assert instruction_sets(Processor(features), "x86-64") == expected
    for place, bits in LEVELS[level].items():
        for bit in bits:
            lacking = features | {place: features[place] & ~(1 << bit)}
            assert instruction_sets(Processor(lacking), "x86-64") == expected[:-1]


def test_other_processors_have_one_library():
    assert instruction_sets(None, "aarch64") == ["aarch64"]


@needs_libraries
@pytest.mark.skipif(
    not os.path.exists("/proc/cpuinfo") or platform.machine() != "x86_64", reason="x86-64 on Linux only"
)
def test_the_levels_are_those_that_the_system_knows():
    (line,) = {line for line in Path("/proc/cpuinfo").read_text().splitlines() if line.startswith("flags")}
    flags = set(line.split()[2:])
    known = {
        "x86-64-v2": {"cx16", "lahf_lm", "popcnt", "sse4_1", "sse4_2", "ssse3"},
        "x86-64-v3": {"avx", "avx2", "bmi1", "bmi2", "f16c", "fma", "abm", "movbe"},
        "x86-64-v4": {"avx512f", "avx512bw", "avx512cd", "avx512dq", "avx512vl"},
    }
    expected = []
    for level, needs in known.items():
        if not needs <= flags:
            break
        expected.append(level)
    assert [path.stem for path in _targets.usable_libraries()[0]] == expected
