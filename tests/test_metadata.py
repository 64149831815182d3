"""The conda recipe, CITATION.cff and the changelog have the version and the requirements of the package."""

import re
import tomllib
from pathlib import Path

import pytest
import yaml

import ridgenet

ROOT = Path(__file__).parent.parent
PYPROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
PROJECT = PYPROJECT["project"]
RECIPE = yaml.safe_load((ROOT / "recipe" / "recipe.yaml").read_text(encoding="utf-8"))
NAMES_ON_CONDA = {"matplotlib": "matplotlib-base"}
# installed by all who want the commands; the compiler would rule out other versions of numba in the same environment
RUN, NO_CONSTRAINTS = "table", ("jit", "test", "dev", "docs", "bench")


def conda(requirement):
    """Return a requirement as conda writes it, without the extras of the package."""
    name, bounds = re.fullmatch(r"([\w.-]+)(?:\[\w+\])?(.*)", requirement).groups()
    name = name.lower().replace("_", "-")
    return f"{NAMES_ON_CONDA.get(name, name)} {bounds}".strip()


def of_extra(extra):
    """Return the requirements of an extra, and of those that it names."""
    found = set()
    for requirement in PROJECT["optional-dependencies"][extra]:
        own = re.fullmatch(r"ridgenet\[(.*)\]", requirement)
        found |= set().union(*map(of_extra, own[1].split(","))) if own else {conda(requirement)}
    return found


RUN_REQUIREMENTS = {
    f"python {PROJECT['requires-python']}",
    *map(conda, PROJECT["dependencies"]),
    *of_extra(RUN),
}
EXTRAS = set().union(*(of_extra(extra) for extra in PROJECT["optional-dependencies"] if extra not in NO_CONSTRAINTS))


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        ("host", {"pip", "python", *map(conda, PYPROJECT["build-system"]["requires"])}),
        ("run", RUN_REQUIREMENTS),
        ("run_constraints", EXTRAS - RUN_REQUIREMENTS),
    ],
)
def test_requirements_are_those_of_pyproject(kind, expected):
    assert RECIPE["requirements"][kind] == sorted(expected)


def test_version_and_description_are_those_of_pyproject():
    assert RECIPE["context"]["version"] == ridgenet.__version__
    about = RECIPE["about"]
    assert about["summary"] == PROJECT["description"]
    assert about["license"] == PROJECT["license"]
    assert about["repository"] == PROJECT["urls"]["Source"]
    assert about["documentation"] == PROJECT["urls"]["Documentation"]


def test_citation_and_changelog_have_this_version():
    citation = yaml.safe_load((ROOT / "CITATION.cff").read_text(encoding="utf-8"))
    assert citation["version"] == ridgenet.__version__
    assert citation["repository-code"] == PROJECT["urls"]["Source"]
    changelog = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    newest = re.search(r"^## (.*)$", changelog, flags=re.MULTILINE)[1]
    if newest != "Unreleased":
        assert newest == f"{ridgenet.__version__} ({citation['date-released']})"
