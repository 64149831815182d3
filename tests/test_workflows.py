"""The workflows of the public host run what .ci/run and the Makefile define, with the Pythons of pyproject.toml."""

import re
import tomllib
from importlib.util import find_spec
from pathlib import Path

import pytest
import yaml
from needed import need

ROOT = Path(__file__).parent.parent
FOLDER = ROOT / ".github" / "workflows"
if not FOLDER.is_dir():
    # they are in no archive of the sources
    pytest.skip("this is not a checkout of the repository", allow_module_level=True)

WORKFLOWS = {path.stem: yaml.safe_load(path.read_text(encoding="utf-8")) for path in sorted(FOLDER.glob("*.yml"))}
JOBS = {
    (workflow, job): WORKFLOWS[workflow]["jobs"][job] for workflow in WORKFLOWS for job in WORKFLOWS[workflow]["jobs"]
}
STEPS = [(*name, step) for name, job in JOBS.items() for step in job.get("steps", [])]
MAKEFILE = (ROOT / "Makefile").read_text(encoding="utf-8")
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
PINNED = re.compile(r"[\w./-]+@[0-9a-f]{40}")


def targets_of(command):
    """Return the targets of a call of make."""
    return {word for word in command.split()[1:] if re.fullmatch(r"[a-z][a-z-]*", word)}


def calls_of_make():
    """Return the calls of make in workflows, those in a matrix one by one."""
    for workflow, job, step in STEPS:
        run = step.get("run", "")
        if run == "make $MAKE_TARGET":
            yield from (f"make {target}" for target in JOBS[workflow, job]["strategy"]["matrix"]["make"])
        elif run.startswith("make "):
            yield run


CALLED = set().union(*map(targets_of, calls_of_make()))
OF_CI = [line for line in (ROOT / ".ci" / "run").read_text().splitlines() if line.startswith("make ")]


def test_every_target_that_a_workflow_calls_exists():
    defined = set(re.findall(r"^([a-z][a-z-]*):", MAKEFILE, flags=re.MULTILINE))
    assert len(CALLED) > 5
    assert defined >= CALLED


def test_every_target_of_ci_is_called_by_a_workflow():
    assert OF_CI
    assert set().union(*map(targets_of, OF_CI)) <= CALLED


def test_workflows_have_no_logic_of_their_own():
    """A step calls make once, or is one command of the host."""
    runs = [step["run"] for _, _, step in STEPS if "run" in step]
    assert runs
    assert [run for run in runs if not re.match(r"make |gh ", run) or "\n" in run] == []


def test_actions_are_pinned_to_commits():
    actions = yaml.safe_load((ROOT / ".github" / "actions" / "setup" / "action.yml").read_text())
    used = [step["uses"] for step in [*(step for *_, step in STEPS), *actions["runs"]["steps"]] if "uses" in step]
    outside = [name for name in used if not name.startswith("./")]
    assert len(outside) > 5
    assert [name for name in outside if not PINNED.fullmatch(name)] == []
    # one action, one version
    assert len(set(outside)) == len({name.partition("@")[0] for name in outside})


@pytest.mark.parametrize("name", JOBS, ids="-".join)
def test_jobs_end_and_may_do_little(name):
    job = JOBS[name]
    assert WORKFLOWS[name[0]]["permissions"] == {}
    assert "concurrency" in WORKFLOWS[name[0]]
    # a job that calls a workflow cannot have a limit of its own
    assert "uses" in job or job["timeout-minutes"] <= 90
    written = {scope for scope, access in job["permissions"].items() if access == "write"}
    assert written == {
        ("nightly", "report"): {"issues"},
        ("docs", "publish"): {"pages", "id-token"},
        ("release", "pypi"): {"id-token"},
        ("release", "github"): {"contents"},
    }.get(name, set())


def test_the_oldest_and_the_newest_python_are_tested():
    listed = [name.rpartition(" ")[2] for name in PROJECT["classifiers"] if re.search(r":: 3\.\d+$", name)]
    assert PROJECT["requires-python"] == f">={listed[0]}"
    matrices = [job["strategy"]["matrix"] for job in JOBS.values() if "strategy" in job]
    pythons = [matrix["python"] for matrix in matrices if "python" in matrix]
    assert len(pythons) == 3
    assert all(tested == [listed[0], listed[-1]] for tested in pythons)
    single = {step["with"]["python"] for *_, step in STEPS if "python" in step.get("with", {})}
    assert single <= {listed[0], listed[-1], "${{ matrix.python }}"}


def test_a_wheel_is_built_for_each_platform_and_tried_on_each():
    platforms = re.search(r"^PLATFORMS := (.*)$", MAKEFILE, flags=re.MULTILINE)[1].split()
    tags = dict(
        re.findall(r'^    "(\w+-\w+)": "([\w.]+)",$', (ROOT / "hatch_build.py").read_text(), flags=re.MULTILINE)
    )
    assert sorted(platforms) == sorted(tags)
    tried = [Path(of["dist"]) for of in JOBS["wheels", "try"]["strategy"]["matrix"]["of"]]
    for tag in tags.values():
        wheel = Path(f"dist/ridgenet-0.2.0-py3-none-{tag}.whl")
        assert sum(wheel.match(str(pattern)) for pattern in tried) == 1


def test_hooks_run_the_tools_of_make_lint():
    recipe = re.search(r"^lint:.*\n((?:\t.*\n)+)", MAKEFILE, flags=re.MULTILINE)[1]
    lint = [
        line.removeprefix("\t$(BIN)/").replace("\t@$(MAKE) --no-print-directory", "make").split()
        for line in recipe.splitlines()
    ]
    hooks = yaml.safe_load((ROOT / ".pre-commit-config.yaml").read_text(encoding="utf-8"))["repos"][0]["hooks"]
    assert all(hook["language"] == "system" for hook in hooks)

    def what(words):
        """Return the tool, and which of its checks."""
        places = {"ruff": 1, "make": 1, "check-jsonschema": 2}
        return words[0], words[places[words[0]]] if words[0] in places else ""

    assert {what(hook["entry"].split()) for hook in hooks} == {what(words) for words in lint}


def test_the_configuration_of_hooks_is_valid():
    need("pre-commit", find_spec("pre_commit"))
    from pre_commit.clientlib import load_config

    assert load_config(ROOT / ".pre-commit-config.yaml")["repos"]
