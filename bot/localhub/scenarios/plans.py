"""The workflow runs that can be played, as tables of jobs, steps and the logs they leave."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

CI_PATH = ".github/workflows/ci.yml"
DEPLOY_PATH = ".github/workflows/deploy.yml"
PRODUCTION_PATH = ".github/workflows/production.yml"
PLAN_PATH = ".github/workflows/plan.yml"
APPLY_PATH = ".github/workflows/apply.yml"
TEARDOWN_PATH = ".github/workflows/teardown.yml"
RELEASE_PATH = ".github/workflows/release.yml"

_SET_UP = "Set up job"
_CHECKOUT = "Run actions/checkout@v6"
UPLOAD = "Run actions/upload-artifact@v6"
_TEAR_DOWN = ("Post Run actions/checkout@v6", "Complete job")


class Leaves(StrEnum):
    """What a job leaves behind when it was green."""

    NOTHING = "nothing"
    PLAN = "plan"  # the plan and its summary, as an artifact
    SERVICE = "service"  # the commit runs in the environment
    BINARIES = "binaries"  # the same, and an artifact names what was pushed
    EMPTINESS = "emptiness"  # nothing runs in the environment any more
    FILE = "file"  # of one architecture, uploaded to the release of the tag
    SUMS = "sums"  # the checksums of all of them
    FILES = "files"  # all files and their checksums
    FIGURES = "figures"  # what the run took, and how many tests it ran


@dataclass(frozen=True, slots=True, kw_only=True)
class JobPlan:
    """A job to play: its steps in order, which of them fails, and the log that it leaves."""

    name: str
    steps: tuple[str, ...]
    failing_step: str | None = None
    log: str | None = None  # a file of logs/, without .log.gz; None: a short log is written
    needs: tuple[str, ...] = ()  # jobs that must be green before this one starts
    report: str | None = None  # a file of artifacts/, without .gz, that it uploads …
    artifact: str = ""  # … under this name
    has_environment: bool = False  # it runs in the environment of the inputs, and waits for its protection
    environment: str = ""  # in which it runs, where that is no input
    leaves: Leaves = Leaves.NOTHING
    architecture: str = ""  # that it builds
    condition: Callable[[Mapping[str, str | None]], bool] | None = None  # by how jobs have ended, by name

    def begins(self, done: Mapping[str, str | None]) -> bool:
        """This function will say whether it begins once all it needs has ended; by default where that was green."""
        if self.condition is not None:
            return self.condition(done)
        return all(done.get(name) == "success" for name in self.needs)


@dataclass(frozen=True, slots=True, kw_only=True)
class RunPlan:
    """A workflow run to play: the workflow file and its jobs."""

    path: str
    name: str
    jobs: tuple[JobPlan, ...]

    def stages(self) -> tuple[tuple[JobPlan, ...], ...]:
        """This function will order the jobs: each after all that it needs."""
        stages: list[tuple[JobPlan, ...]] = []
        done: set[str] = set()
        while left := [job for job in self.jobs if job.name not in done]:
            stages.append(tuple(job for job in left if done.issuperset(job.needs)))
            done.update(job.name for job in stages[-1])
        return tuple(stages)


def _job(name: str, command: str, *, log: str | None = None, needs: tuple[str, ...] = ()) -> JobPlan:
    steps = (_SET_UP, _CHECKOUT, f"Run {command}", *_TEAR_DOWN)
    return JobPlan(
        name=name, steps=steps, failing_step=f"Run {command}" if log else None, log=log, needs=needs
    )


def _reporting(job: JobPlan, report: str | None, artifact: str) -> JobPlan:
    """The same job with a step that uploads its report, whatever became of it."""
    *before, after, last = job.steps
    return replace(job, steps=(*before, UPLOAD, after, last), report=report, artifact=artifact)


_PYTEST = "python -m pytest tests/test_number.py --color=yes -p no:cacheprovider"
_RUFF = "ruff check --isolated --select E,F src"
_RUST_GREEN = (
    _job("rust / test", "cargo test --test unionfind --test graph"),
    _job("rust / clippy", "cargo clippy --all-targets -- -D warnings"),
    _job("rust / fmt", "cargo fmt --all -- --check"),
    _job("rust / audit", "cargo audit --db /home/runner/advisory-db --no-fetch"),
)
_PYTHON_GREEN = (
    _reporting(_job("python / test", _PYTEST), "pytest-green.xml", "python-test-results"),
    _reporting(_job("python / ruff", _RUFF), None, "python-ruff-sarif"),
)
_RUST_RED = (
    _job("rust / test", "cargo test --test unionfind --test graph", log="pr-rust-test-petgraph-uf"),
    _job("rust / clippy", "cargo clippy --all-targets -- -D warnings", log="pr-rust-clippy-heck"),
    _job("rust / fmt", "cargo fmt --all -- --check", log="pr-rust-fmt-heck"),
    _job("rust / audit", "cargo audit --db /home/runner/advisory-db --no-fetch", log="pr-rust-audit-time"),
)
_PYTHON_RED = (
    _reporting(
        _job("python / test", _PYTEST, log="pr-py-humanize-apnumber"), "pytest-red.xml", "python-test-results"
    ),
    _reporting(_job("python / ruff", _RUFF, log="pr-py-ruff"), "ruff-red.sarif", "python-ruff-sarif"),
)

_FETCH = _job("rust / audit", "cargo audit", log="pr-rust-audit-fetch-net")

GREEN_CI = RunPlan(path=CI_PATH, name="CI", jobs=(*_RUST_GREEN, *_PYTHON_GREEN))
RUST_RED_CI = RunPlan(path=CI_PATH, name="CI", jobs=(*_RUST_RED, *_PYTHON_GREEN))
PYTHON_RED_CI = RunPlan(path=CI_PATH, name="CI", jobs=(*_RUST_GREEN, *_PYTHON_RED))
TEST_RED_CI = RunPlan(path=CI_PATH, name="CI", jobs=(*_RUST_GREEN, _PYTHON_RED[0], _PYTHON_GREEN[1]))
NETWORK_DOWN_CI = RunPlan(path=CI_PATH, name="CI", jobs=(*_RUST_GREEN[:-1], _FETCH, *_PYTHON_GREEN))
_GREEN = {job.name: job for job in GREEN_CI.jobs}
_RED = {job.name: job for job in (*_RUST_RED, *_PYTHON_RED)}


def passing(plan: RunPlan) -> RunPlan:
    """This function will give the same run with every job passing."""
    return replace(plan, jobs=tuple(_GREEN.get(job.name) or _passing(job) for job in plan.jobs))


def _passing(job: JobPlan) -> JobPlan:
    return replace(job, failing_step=None, log=None)


def failing(plan: RunPlan) -> RunPlan:
    """This function will give the same run with every job failing."""
    return replace(plan, jobs=tuple(_RED.get(job.name) or _failing_last(job) for job in plan.jobs))


def _failing_last(job: JobPlan) -> JobPlan:
    last = next(step for step in reversed(job.steps) if step.startswith("Run "))
    return replace(job, failing_step=last)


def deploy_plan(*, fails: bool) -> RunPlan:
    """This function will describe a run of deploy.yml: build, then roll out."""
    roll_out = ("Set up job", "Run ./scripts/roll-out", "Run ./scripts/smoke-test", "Complete job")
    jobs = (
        _job("build", "make image"),
        JobPlan(
            name="roll out",
            steps=roll_out,
            failing_step="Run ./scripts/smoke-test" if fails else None,
            needs=("build",),
            leaves=Leaves.SERVICE,
            has_environment=True,
        ),
    )
    return RunPlan(path=DEPLOY_PATH, name="Deploy", jobs=jobs)


def production_plan(*, fails: bool) -> RunPlan:
    """This function will describe a run of production.yml: validate, build, plan, wait, apply, push, verify."""
    verify = _job("verify-deployment", "./scripts/smoke-test", needs=("deploy-binaries",))
    jobs = (
        _job("validate-configuration", "./scripts/validate"),
        _job("build-and-test", "make image", needs=("validate-configuration",)),
        replace(
            _job("terraform-plan", "terraform plan -out=plan.bin", needs=("build-and-test",)),
            leaves=Leaves.PLAN,
        ),
        replace(
            _job("terraform-apply", "terraform apply plan.bin", needs=("terraform-plan",)),
            has_environment=True,
        ),
        replace(
            _job("deploy-binaries", "./scripts/roll-out", needs=("terraform-apply",)),
            leaves=Leaves.BINARIES,
        ),
        replace(verify, failing_step="Run ./scripts/smoke-test") if fails else verify,
    )
    return RunPlan(path=PRODUCTION_PATH, name="Production", jobs=jobs)


PLAN = RunPlan(
    path=PLAN_PATH,
    name="Plan",
    jobs=(replace(_job("terraform-plan", "terraform plan -out=plan.bin"), leaves=Leaves.PLAN),),
)
APPLY = RunPlan(
    path=APPLY_PATH,
    name="Apply",
    jobs=(replace(_job("terraform-apply", "terraform apply plan.bin"), leaves=Leaves.SERVICE),),
)
TEARDOWN = RunPlan(
    path=TEARDOWN_PATH,
    name="Tear down",
    jobs=(replace(_job("tear down", "./scripts/tear-down"), leaves=Leaves.EMPTINESS),),
)


def release_plan(architectures: tuple[str, ...], *, fails: bool) -> RunPlan:
    """This function will describe a run of release.yml: a build for each architecture, then the checksums."""
    builds = tuple(_build_job(one, fails=fails and one == architectures[-1]) for one in architectures)
    checksums = JobPlan(
        name="checksums",
        steps=(_SET_UP, "Run sha256sum *.tar.gz > SHA256SUMS", "Run gh release upload", "Complete job"),
        needs=tuple(job.name for job in builds),
        leaves=Leaves.SUMS,
    )
    return RunPlan(path=RELEASE_PATH, name="Release", jobs=(*builds, checksums))


def _build_job(architecture: str, *, fails: bool) -> JobPlan:
    make = f"Run make dist ARCHITECTURE={architecture}"
    return JobPlan(
        name=f"build ({architecture})",
        steps=(
            _SET_UP,
            _CHECKOUT,
            make,
            "Run actions/attest@v3",
            "Upload to the draft that Pilothouse makes",
            *_TEAR_DOWN,
        ),
        failing_step=make if fails else None,
        leaves=Leaves.FILE,
        architecture=architecture,
    )
