"""The public names are typed, for autocompletion and for users who check their programs with mypy or pyright."""

import inspect
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
from needed import need

import ridgenet
from ridgenet import RidgeNetClassifier, RidgeNetClassifierCV
from ridgenet.estimators._parameters import FITTED
from ridgenet.estimators._parameters_cv import FITTED as FITTED_CV

HERE = Path(__file__).parent / "typing"
SOURCES = Path(ridgenet.__file__).parent.parent
# checked by type checkers, not run
PROGRAM = (HERE / "program.py").read_text()


def checked(*command: str) -> str:
    """Run a type checker on the program, and return what it says."""
    done = subprocess.run(
        command, cwd=HERE, env=os.environ | {"MYPYPATH": str(SOURCES)}, capture_output=True, text=True, check=False
    )
    return done.stdout + done.stderr


def test_mypy_knows_the_types(tmp_path):
    # as a user who has no settings and no stubs of what ridgenet imports
    (tmp_path / "mypy.ini").write_text("[mypy]\nstrict = True\nfollow_imports = silent\n")
    cache = HERE.parent.parent / ".mypy_cache" / "of_users"
    options = ["--config-file", str(tmp_path / "mypy.ini"), "--cache-dir", str(cache)]
    assert checked(sys.executable, "-m", "mypy", *options, "program.py").startswith("Success: no issues found")


def test_pyright_knows_the_types(tmp_path):
    command = shutil.which("basedpyright") or shutil.which("basedpyright", path=str(Path(sys.executable).parent))
    need("basedpyright", command)
    settings = (HERE / "pyrightconfig.json").read_text().replace("program.py", str(HERE / "program.py"))
    paths = f', "extraPaths": ["{SOURCES}"] }}'
    (tmp_path / "pyrightconfig.json").write_text(re.sub(r" \}\s*$", paths, settings))
    said = checked(command, "--project", str(tmp_path), "--pythonpath", sys.executable)
    assert "0 errors" in said, said


def test_the_program_uses_public_names_that_are_there():
    names = re.search(r"from ridgenet import \((.*?)\)", PROGRAM, re.DOTALL)[1].replace(",", " ").split()
    assert len(names) > 25
    for name in names:
        assert hasattr(ridgenet, name)


def test_all_documented_fitted_attributes_are_declared_with_types():
    for cls, text in ((RidgeNetClassifier, FITTED), (RidgeNetClassifierCV, FITTED_CV)):
        documented = {
            name for line in re.findall(r"^(\w.*?) : ", text, re.MULTILINE) for name in line.replace(",", " ").split()
        }
        declared = {name for base in cls.__mro__ for name in [*inspect.get_annotations(base), *vars(base)]}
        assert len(documented) > 15
        assert documented <= declared


def test_fitted_attributes_have_the_declared_types():
    X = np.random.default_rng(0).normal(size=(40, 2))
    net = RidgeNetClassifierCV((), n_alphas=5, random_state=0).fit(X, X[:, 0] > 0)
    for name, kind in re.findall(r"assert_type\(cv\.(\w+_), (\w+)", PROGRAM):
        assert type(getattr(net, name)).__name__ in (kind, "ndarray"), name
        assert (type(getattr(net, name)).__name__ == "ndarray") == (kind == "np"), name
