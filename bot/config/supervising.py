"""What a repository may say about supervision: what is watched, what may be done about it, within which limits."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

from msgspec import Meta, field

from bot.config.agents import Folder, Name, Program, Text  # noqa: TC001 - msgspec reads the annotations at run time
from bot.config.terms import Duration, Strict, WorkflowFile
from bot.github.models import Permission


class Conduct(StrEnum):
    """How far a part of supervision goes."""

    OBSERVE = "observe"  # it looks, and shows what it saw on its page
    SUGGEST = "suggest"  # it says what it would do
    ACT = "act"


class WatchConfig(Strict, frozen=True, kw_only=True):
    """The watchdog: sessions that died are started again."""

    conduct: Annotated[Conduct, Meta(description="Whether sessions are started again.")] = Conduct.ACT
    push: Annotated[Conduct, Meta(description="Whether commits that only the work tree has are pushed.")] = (
        Conduct.ACT
    )
    files: Annotated[
        Conduct, Meta(description="Whether forgotten files are committed to the session's branch.")
    ] = Conduct.SUGGEST
    prove: Annotated[
        Duration, Meta(description="Within which time a session that was started must get on.")
    ] = "2m"
    starts: Annotated[
        int, Meta(description="How often it is started within `window` before it is left alone.", ge=1, le=20)
    ] = 4
    window: Annotated[Duration, Meta(description="The time that starts are counted in.")] = "30m"
    quiet_files: Annotated[
        Duration, Meta(description="How long a file must have been still to count as forgotten.")
    ] = "10m"


class RunsConfig(Strict, frozen=True, kw_only=True):
    """Workflow runs that hang: cancelled and run again."""

    conduct: Annotated[Conduct, Meta(description="Whether they are cancelled and run again.")] = (
        Conduct.SUGGEST
    )
    times: Annotated[
        float,
        Meta(
            description="How many times its usual time a run may take before it counts as hung.",
            ge=1.5,
            le=100,
        ),
    ] = 3.0
    at_least: Annotated[Duration, Meta(description="Sooner than this no run counts as hung.")] = "30m"
    queued: Annotated[Duration, Meta(description="How long a job may wait for a runner.")] = "30m"
    again: Annotated[
        int, Meta(description="How often one run is begun again because it hung.", ge=0, le=3)
    ] = 1
    a_day: Annotated[
        int, Meta(description="How many runs of the repository are begun again in a day.", ge=0, le=100)
    ] = 10
    never: Annotated[
        tuple[WorkflowFile, ...],
        Meta(
            description="Workflows that are never cancelled, beside those that deploy, release or tear down.",
            max_length=50,
        ),
    ] = ()


class FixerAgentConfig(Strict, frozen=True, kw_only=True):
    """The agent that is asked where no tool can fix it."""

    command: Annotated[
        tuple[Program, ...],
        Meta(
            description="The program with its arguments; it finds its task in the file that FIXER_TASK names. "
            "By default OpenCode.",
            min_length=1,
            max_length=50,
        ),
    ] = ("opencode", "run")
    model: Annotated[Text | None, Meta(description="The model it works with: provider/model.")] = None
    environment: Annotated[
        Folder | None,
        Meta(
            description="A file on the host with what only the agent gets in its environment: NAME=value lines."
        ),
    ] = None


class FixConfig(Strict, frozen=True, kw_only=True):
    """The supervisor: builds of watched branches that broke are fixed by a pull request."""

    conduct: Annotated[Conduct, Meta(description="Whether it proposes pull requests.")] = Conduct.SUGGEST
    branches: Annotated[
        tuple[str, ...],
        Meta(
            description="Branches whose newest builds are looked at; by default the default branch.",
            max_length=20,
        ),
    ] = ()
    host: Annotated[
        Name | None, Meta(description="One of `hosts` where fixers run; by default the bot's own machine.")
    ] = None
    folder: Annotated[
        Folder | None,
        Meta(description="Where its clone and work trees are kept; without it nothing is fixed."),
    ] = None
    remote: Annotated[
        Text | None,
        Meta(
            description="What the host clones from as its own user; by default the repository's https address."
        ),
    ] = None
    checks: Annotated[
        dict[Name, Program],
        Meta(
            description="The command that shows a tool's failure on that host, by tool: rustc, clippy, pytest, …; "
            "by default the tool's usual one.",
            max_length=50,
        ),
    ] = field(default_factory=dict)
    tools: Annotated[
        bool, Meta(description="Whether formatters and linters may fix what they complain of.")
    ] = True
    agent: Annotated[FixerAgentConfig | None, Meta(description="The agent; without it only tools fix.")] = (
        None
    )
    time: Annotated[Duration, Meta(description="How long one try may take.")] = "20m"
    dollars: Annotated[
        float, Meta(description="US dollars that one try of the agent may cost.", gt=0, le=100)
    ] = 2.0
    tries: Annotated[int, Meta(description="How often one failure is tried.", ge=1, le=2)] = 2
    a_day: Annotated[int, Meta(description="How many tries are begun in a day.", ge=1, le=50)] = 6
    files: Annotated[int, Meta(description="How many files a fix may change.", ge=1, le=200)] = 20
    lines: Annotated[int, Meta(description="How many lines a fix may add and remove.", ge=1, le=5000)] = 400
    keep_out: Annotated[
        tuple[str, ...],
        Meta(
            description="Patterns of paths that no fix may touch, beside workflows, the policy and code owners.",
            max_length=50,
        ),
    ] = ()
    label: Annotated[
        str,
        Meta(
            description="The label of its pull requests: a person has to review them.",
            max_length=50,
        ),
    ] = "needs review"


class AliveConfig(Strict, frozen=True, kw_only=True):
    """The bot's own sign of life."""

    issue: Annotated[
        bool, Meta(description="Whether an issue tells when each part looked last; the alarm reads it.")
    ] = True
    label: Annotated[
        str, Meta(description="The label by which the alarm finds it.", min_length=1, max_length=50)
    ] = "pilothouse-heartbeat"


class SupervisionConfig(Strict, frozen=True, kw_only=True):
    """What is watched while people sleep."""

    watch: WatchConfig = WatchConfig()
    runs: RunsConfig = RunsConfig()
    fix: FixConfig = FixConfig()
    alive: AliveConfig = AliveConfig()
    permission: Annotated[
        Permission, Meta(description="Who may pause, resume and restart agents and read their logs.")
    ] = Permission.WRITE
