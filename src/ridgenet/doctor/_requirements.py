"""The packages that ridgenet and its extras require, as pyproject.toml declares them."""

from __future__ import annotations

from functools import cache
from importlib.metadata import PackageNotFoundError, metadata, requires, version

from packaging.requirements import Requirement

# the packages without which nothing works, in the place of an extra
CORE = ""
# extras for users, and those that only bring others
FOR_DEVELOPERS = ("test", "dev", "bench", "docs")
COMBINED = ("all",)
# names under which packages are imported, where they differ
IMPORTED_AS = {"scikit-learn": "sklearn", "dask": "dask.dataframe"}


@cache
def extras() -> tuple[str, ...]:
    """Return the extras that users install."""
    try:
        names = metadata("ridgenet").get_all("Provides-Extra") or []
    except PackageNotFoundError:
        return ()
    return tuple(name for name in names if name not in FOR_DEVELOPERS + COMBINED)


@cache
def requirements(extra: str) -> tuple[Requirement, ...]:
    """Return what an extra requires, with the packages of the extras that it includes first."""
    try:
        declared = [Requirement(text) for text in requires("ridgenet") or []]
    except PackageNotFoundError:
        return ()
    found: list[Requirement] = []
    for each in declared:
        if extra == CORE:
            wanted = each.marker is None or each.marker.evaluate({"extra": ""})
        else:
            wanted = each.marker is not None and each.marker.evaluate({"extra": extra}) and "extra" in str(each.marker)
        if wanted and each.name == "ridgenet":
            found[:0] = [one for included in sorted(each.extras) for one in requirements(included)]
        elif wanted:
            found.append(each)
    return tuple(found)


def unmet(extra: str) -> list[str]:
    """Return what an extra requires and is not installed, or in another version, for people."""
    missing = []
    for each in requirements(extra):
        try:
            found = version(each.name)
        except PackageNotFoundError:
            missing.append(each.name)
            continue
        if not each.specifier.contains(found, prereleases=True):
            missing.append(f"{each.name}{each.specifier} ({found} is installed)")
    return missing


def module_of(requirement: Requirement) -> str:
    """Return the name under which a package is imported."""
    return IMPORTED_AS.get(requirement.name, requirement.name.replace("-", "_"))
