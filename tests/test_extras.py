"""The core runs without any optional package, and says in one line which extra brings one that is missing."""

import subprocess
import sys
from textwrap import dedent

import pytest

OPTIONAL = (
    "array_api_compat", "charset_normalizer", "dask", "distributed", "jinja2", "matplotlib", "onnx",
    "onnxruntime", "pandas", "pyarrow", "rich", "skl2onnx", "skops", "skrub", "typer",
)  # fmt: skip
HIDING = """
import sys

class Without:
    def __init__(self, finder):
        self.finder = finder

    def __getattr__(self, name):
        return getattr(self.finder, name)

    def find_spec(self, name, *more):
        return None if name.partition(".")[0] in {names} else self.finder.find_spec(name, *more)

sys.meta_path[:] = [Without(finder) for finder in sys.meta_path]
"""
DATA = """
import numpy as np
X = np.random.default_rng(0).normal(size=(60, 2))
y = (X[:, 0] * X[:, 1] > 0).astype(int)
"""


def without_extras(code: str) -> subprocess.CompletedProcess[str]:
    hidden = HIDING.format(names=OPTIONAL)
    return subprocess.run([sys.executable, "-c", hidden + dedent(code)], capture_output=True, text=True, check=False)


def test_the_core_trains_selects_and_compares_without_any_extra() -> None:
    done = without_extras(
        "from ridgenet import RidgeNetClassifier, RidgeNetClassifierCV, check_gradient, compare, ridgenet_path\n"
        + DATA
        + """
RidgeNetClassifier(solver="adam", tol=1.0).fit(X, y).predict(X)
print(RidgeNetClassifierCV(n_alphas=3, n_restarts=1).fit(X, y).alpha_)
print(ridgenet_path(X, y, n_alphas=3, n_restarts=1))
print(compare(X, y, n_epochs=3))
assert check_gradient().passed
"""
    )
    assert done.returncode == 0, done.stderr
    assert "NetworkPath" in done.stdout
    assert "data loss" in done.stdout


@pytest.mark.parametrize(
    ("code", "message"),
    [
        ("from ridgenet import PathDisplay", "a picture needs matplotlib: pip install 'ridgenet[plot]'"),
        ("from ridgenet import load_model", "a model file needs skops: pip install 'ridgenet[table]'"),
        (
            "from ridgenet import train",
            "a table needs charset_normalizer, pandas, pyarrow, skrub: pip install 'ridgenet[table]'",
        ),
        ("import ridgenet.table.onnx", "pip install 'ridgenet["),
        ("from ridgenet.cli import main; main()", "the command line needs rich, typer: pip install 'ridgenet[plot]'"),
        (
            "from ridgenet import RidgeNetClassifier; RidgeNetClassifier().fit_stream('data.csv', 'y')",
            "a stream of files needs charset_normalizer, pyarrow: pip install 'ridgenet[table]'",
        ),
    ],
)
def test_a_missing_package_is_told_with_the_command_that_installs_it(code: str, message: str) -> None:
    done = without_extras(code)
    assert done.returncode == (2 if "cli" in code else 1)
    last = done.stderr.strip().splitlines()[-1]
    assert last.startswith(("ridgenet._errors.MissingExtraError: ", "ridgenet: error: "))
    assert message in last
