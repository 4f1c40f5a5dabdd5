"""Says why a workflow run is never cancelled: the configuration, what it does, and what its name sounds like."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.supervision.runs.model import Protection

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bot.github.run_models import Job, WorkflowRun

_DYNAMIC = "dynamic/"  # before the path of what GitHub itself runs: pages, CodeQL, Dependabot
_DISPATCHES = frozenset({"workflow_dispatch", "repository_dispatch"})
_EVENTS = {
    "deployment": Protection.DEPLOYS,
    "deployment_status": Protection.DEPLOYS,
    "release": Protection.RELEASES,
    "merge_group": Protection.QUEUE,
}
_WAITS = frozenset({"waiting", "pending"})
_SOUNDS = (
    r"deploy\w*|publish\w*|roll-?(?:out|back)s?|destroy\w*|tear-?down|terraform|provision\w*|migrat\w+|promot\w+|"
    r"prod(?:uction)?"
)
_OF_JOBS = re.compile(rf"(?<![a-z])(?:{_SOUNDS})(?![a-z])")
# Jobs are often called after a profile (`test (release)`), workflows after what they do.
_OF_WORKFLOWS = re.compile(rf"(?<![a-z])(?:{_SOUNDS}|releas\w+|cluster)(?![a-z])")


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """What the configuration says of workflows, by their file names."""

    never: frozenset[str] = frozenset()
    deploys: frozenset[str] = frozenset()
    releases: frozenset[str] = frozenset()
    cluster: frozenset[str] = frozenset()
    train: str = ""  # how the branches of the train begin
    login: str = ""  # of this bot


def file_of(run: WorkflowRun) -> str:
    """This function will return the file name of a run's workflow; GitHub adds the ref of a dispatched one."""
    return run.path.partition("@")[0].rpartition("/")[2]


def protections_of(
    run: WorkflowRun, jobs: tuple[Job, ...], policy: Policy, *, has_deployment: bool
) -> tuple[Protection, ...]:
    """This function will say why the run is never cancelled, surest reason first; empty where nothing forbids it."""
    found = (*_by_policy(run, policy), *_by_kind(run, jobs, policy, has_deployment=has_deployment))
    sure = tuple(dict.fromkeys(found))
    return sure or ((Protection.SOUNDS,) if _sounds(run, jobs) else ())


def _by_policy(run: WorkflowRun, policy: Policy) -> Iterator[Protection]:
    file = file_of(run)
    named = (
        (policy.never, Protection.NAMED),
        (policy.deploys, Protection.DEPLOYS),
        (policy.releases, Protection.RELEASES),
        (policy.cluster, Protection.CLUSTER),
    )
    for files, protection in named:
        if file in files:
            yield protection


def _by_kind(
    run: WorkflowRun, jobs: tuple[Job, ...], policy: Policy, *, has_deployment: bool
) -> Iterator[Protection]:
    if run.event in _EVENTS:
        yield _EVENTS[run.event]
    if has_deployment:
        yield Protection.DEPLOYS
    if policy.train and (run.head_branch or "").startswith(policy.train):
        yield Protection.QUEUE
    if any(job.status in _WAITS for job in jobs):
        yield Protection.WAITS
    if run.event in _DISPATCHES and run.actor == policy.login:
        yield Protection.OURS
    if run.path.startswith(_DYNAMIC):
        yield Protection.GITHUB


def _sounds(run: WorkflowRun, jobs: tuple[Job, ...]) -> bool:
    workflow = f"{file_of(run)} {run.name}".lower()
    return bool(_OF_WORKFLOWS.search(workflow) or any(_OF_JOBS.search(job.name.lower()) for job in jobs))
