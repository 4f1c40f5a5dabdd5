"""The nouns of the pack: its workflows, what a repository holds, what is made for it."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from bot.config.pipeline import GroupConfig, Kind, ProjectConfig

FOLDER = ".github/workflows"
METRICS = "pilothouse-metrics"  # the artifact in which a run tells its times, cache hits and test counts
RECORD = ".github/pilothouse.lock.json"  # what `init` wrote, by path: what differs from it was edited


class Workflow(StrEnum):
    """The workflows of the pack, by their file names."""

    BUILD = "ci-build.yml"
    TESTS = "tests-all.yml"
    INTEGRATION = "integration-tests.yml"
    RELEASE = "release.yml"
    DEPLOY = "deploy-prod.yml"
    TEARDOWN = "teardown.yml"
    CLUSTER = "cluster.yml"
    AUTOFIX = "autofix.yml"
    ALARM = "pilothouse-alarm.yml"

    @property
    def path(self) -> str:
        """Where it lies in a repository."""
        return f"{FOLDER}/{self}"


# The job of each workflow that is green only if all its others are: the check that merges wait for.
CHECKS = {Workflow.BUILD: "ci-build", Workflow.TESTS: "tests-all", Workflow.INTEGRATION: "integration-tests"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """What a repository holds: every path, and the text of the files that say how it is built."""

    paths: frozenset[str]
    manifests: Mapping[str, bytes]  # by path


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """A part of a project that can be tested by itself: a crate, a package, a module."""

    name: str  # as the tool names it
    folder: str  # from the repository's root; "." for the root itself


@dataclass(frozen=True, slots=True, kw_only=True)
class Suite:
    """Tests that go beyond one member, as they were found."""

    name: str  # of the job
    run: str  # in bash, in the project's folder
    category: str = "integration"


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A project that was found in a repository."""

    name: str
    kind: Kind
    folder: str
    members: tuple[Member, ...] = ()
    manager: str = ""
    version: str | None = None
    system: tuple[str, ...] = ()  # Debian packages it is known to need
    binaries: tuple[str, ...] = ()  # programs it builds
    suites: tuple[Suite, ...] = ()
    commands: Mapping[str, str | None] = field(default_factory=dict)  # in place of the usual ones, by job


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """A job of a workflow as an ecosystem describes it; the templates make YAML of it."""

    job: str  # its id: build, fmt, clippy, security-audit, docs, …
    title: str  # what people read: `rustfmt`
    run: str  # bash, in the project's folder, stopped by the first command that fails
    minutes: int = 30
    category: str = ""  # as what its tests are counted; empty where it runs none
    junit: str = ""  # where its test results lie, from the project's folder; empty for none
    variants: tuple[str, ...] = ()  # one job each, given to `run` as $VARIANT: debug, release
    tools: tuple[str, ...] = ()  # of taiki-e/install-action, with their versions: nextest@0.9.115


@dataclass(frozen=True, slots=True, kw_only=True)
class Ecosystem:
    """How projects of one kind are found, built and tested."""

    kind: Kind
    find: Callable[[Layout], tuple[Found, ...]]
    prepares: Callable[
        [ProjectConfig], str
    ]  # bash that installs what a project rests on, before each job; or ""
    builds: Callable[[ProjectConfig], tuple[Task, ...]]  # jobs of ci-build.yml
    tests: Callable[[ProjectConfig], Task]  # the whole project, in tests-all.yml
    group: Callable[[ProjectConfig, GroupConfig], Task]  # a part of it
    ships: (
        Callable[[ProjectConfig, tuple[str, ...]], str] | None
    )  # bash that builds programs for $TARGET into $OUT
    manifests: tuple[str, ...] = field(
        default=()
    )  # names of the files it has to read: Cargo.toml, rust-toolchain.toml


@dataclass(frozen=True, slots=True, kw_only=True)
class PackFile:
    """A file that the pack brings."""

    path: str
    content: bytes
    is_program: bool = False
