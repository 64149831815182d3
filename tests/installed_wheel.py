"""Try an installed wheel: compiled kernels, no numba, and a first fit without waiting; `make wheel` runs this."""

import re
import sys
from importlib.metadata import metadata
from importlib.util import find_spec
from pathlib import Path
from time import perf_counter

from sklearn.datasets import make_moons

import ridgenet
from ridgenet.core import _targets, browser


def main() -> None:
    assert find_spec("numba") is None, "numba is installed, but must not be needed"
    assert Path(ridgenet.__file__).is_relative_to(sys.prefix), f"{ridgenet.__file__} is not the installed wheel"
    X, y = make_moons(200, noise=0.3, random_state=0)
    began = perf_counter()
    net = ridgenet.RidgeNetClassifierCV(random_state=0).fit(X, y)
    seconds = perf_counter() - began
    assert isinstance(_targets.current_target(), _targets.Library), "no compiled kernels in the wheel"
    assert net.score(X, y) > 0.85
    # the module for browsers is in the wheel, too
    assert browser.script()
    # the description on PyPI, where relative links lead nowhere
    description = metadata("ridgenet").get_payload()
    links = re.findall(r"\]\(([^)]*)\)|\b(?:src|srcset|href)=\"([^\"]*)", description)
    assert len(links) > 5
    relative = [link for link in map("".join, links) if not link.startswith(("https://", "#"))]
    assert relative == [], f"relative links in the description: {relative}"
    ridgenet.show_versions()
    print(f"first fit of RidgeNetClassifierCV on {len(X)} rows: {seconds:.2f} s")


if __name__ == "__main__":
    main()
