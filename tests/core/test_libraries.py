"""Shared libraries for all platforms, linked from what all of them have."""

from time import sleep

import pytest

pytest.importorskip("ziglang")
pytest.importorskip("numba")

from ridgenet.core._sources import CORE
from ridgenet.core.compiler import _libraries as libraries
from ridgenet.core.compiler._machine_code import object_file
from ridgenet.core.compiler._memory_functions import MEMORY_FUNCTIONS
from ridgenet.core.compiler._program import support

FORMATS = {"linux": b"\x7fELF", "macos": b"\xcf\xfa\xed\xfe", "windows": b"MZ"}


@pytest.mark.parametrize("platform", libraries.PLATFORMS)
def test_a_library_for_any_platform_links_here_and_does_not_tell_when_and_where(platform, tmp_path, monkeypatch):
    monkeypatch.setattr(libraries, "exported_names", lambda *_: [])
    chosen = libraries.PLATFORMS[platform]
    name, target = next(iter(chosen.targets.items()))
    parts = [support(target.triple)]
    if target.is_windows:
        parts += [(program, [name]) for name, program in MEMORY_FUNCTIONS.items()]
    linked = []
    for folder in (tmp_path / "here", tmp_path / "there"):
        folder.mkdir()
        objects = [folder / f"{number}.o" for number in range(len(parts))]
        for path, part in zip(objects, parts, strict=True):
            path.write_bytes(object_file(*part, target))
        (folder / "out").mkdir()
        libraries._link(chosen, name, objects, folder / "out", CORE)
        (library,) = (folder / "out").iterdir()
        linked.append(library.read_bytes())
        if target.is_windows:
            sleep(1)  # a time stamp counts seconds
    assert linked[0].startswith(FORMATS[platform.split("-")[0]])
    assert all(exported.encode() in linked[0] for exported in support(target.triple)[1])
    assert linked[0] == linked[1]
    assert str(tmp_path).encode() not in linked[0]
