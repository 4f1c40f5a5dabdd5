"""The nouns of a release: what is released, how far that has come, and what happened on the way."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime  # noqa: TC003 - msgspec reads the annotations at run time
from enum import StrEnum

from bot.commands.model import ObeyRequest, Status
from bot.commands.reasons import Reason
from bot.engine.model import Queue, Start
from bot.github.models import Actor, RepositoryRef, Sha  # noqa: TC001 - as above

FLOW = "release"
RELAY_BUILD = "relay_build"  # the flow that tells a release of its workflow run
KIND = "release"  # of its decisions


class Stage(StrEnum):
    """How far a release has come; its truth is GitHub's tag, release and assets, this is where the story stands."""

    CHECKING = "checking"
    GATED = "gated"
    TAGGING = "tagging"
    DRAFTING = "drafting"
    BUILDING = "building"
    VERIFYING = "verifying"
    PUBLISHING = "publishing"
    ANNOUNCING = "announcing"
    DONE = "done"
    STOPPED = "stopped"  # a draft or less is left; `/release resume` goes on
    ABORTED = "aborted"  # by a person, before it was published

    @property
    def is_over(self) -> bool:
        """Whether only a command can change it."""
        return self in {Stage.DONE, Stage.STOPPED, Stage.ABORTED}


@dataclass(frozen=True, slots=True, kw_only=True)
class ReleaseRequest:
    """A version that somebody asks to release, or to go on with."""

    repository: RepositoryRef
    version: str  # semantic, without the tag's prefix
    component: str  # "" for the repository itself
    tag: str
    branch: str
    sha: Sha  # the branch's newest commit when it was asked for: everything is about this one
    author: Actor
    asked_at: datetime
    number: int  # of the issue or pull request on which it was asked for
    receipt: str  # the key of the command's receipt
    line: str
    attempt: int = 1
    is_prerelease: bool = False  # asked to be shown as one, whatever its version says
    is_draft: bool = False  # asked to stop before it is published
    is_resumed: bool = False
    then: ObeyRequest | None = None  # what is left to obey of the comment

    @property
    def run_id(self) -> str:
        """The id of the run that makes it: one version is released by one run at a time."""
        return run_id_of(self.repository.id, self.tag, self.attempt)

    def start(self) -> Start:
        """This function will make the start of the run that releases it."""
        return Start(
            flow=FLOW,
            run_id=self.run_id,
            request=self,
            partition=f"{self.repository.full_name}!{self.tag}",
            queue=Queue.DEPLOYMENTS,
        )


def run_id_of(repository_id: int, tag: str, attempt: int) -> str:
    """This function will make the id of the run that makes the release, at this attempt."""
    return f"release-{repository_id}-{tag}-{attempt}"


@dataclass(frozen=True, slots=True, kw_only=True)
class ReleaseRow:
    """A release as its row remembers it."""

    repository_id: int
    tag: str
    component: str
    version: str
    previous_tag: str  # "" for the first
    branch: str
    sha: Sha
    is_prerelease: bool
    stage: Stage
    reason: Reason
    text: str  # safe Markdown
    author: Actor
    number: int
    receipt: str
    line: str
    attempt: int
    run_id: str
    release_id: int  # 0 before the draft
    workflow_run_id: int  # 0 before it began
    gate_id: str
    decision_id: str
    url: str
    created_at: datetime
    published_at: datetime | None
    updated_at: datetime


def begun(request: ReleaseRequest, now: datetime) -> ReleaseRow:
    """This function will make the row of a release that has just been asked for."""
    return ReleaseRow(
        repository_id=request.repository.id,
        tag=request.tag,
        component=request.component,
        version=request.version,
        previous_tag="",
        branch=request.branch,
        sha=request.sha,
        is_prerelease=request.is_prerelease,
        stage=Stage.CHECKING,
        reason=Reason.IN_TURN,
        text="",
        author=request.author,
        number=request.number,
        receipt=request.receipt,
        line=request.line,
        attempt=request.attempt,
        run_id=request.run_id,
        release_id=0,
        workflow_run_id=0,
        gate_id="",
        decision_id="",
        url="",
        created_at=now,
        published_at=None,
        updated_at=now,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class BuildNews:
    """News of a workflow run for a tag, which a release may wait for."""

    repository: RepositoryRef
    tag: str
    workflow_run_id: int
    attempt: int
    action: str

    def start(self) -> Start:
        """This function will make the start of the run that tells the release."""
        return Start(
            flow=RELAY_BUILD,
            run_id=f"{RELAY_BUILD}-{self.workflow_run_id}-{self.attempt}-{self.action}",
            request=self,
            partition=f"{self.repository.full_name}!{self.tag}",
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class ReleaseEvent:
    """One thing that happened to a release."""

    repository_id: int
    tag: str
    key: str
    at: datetime
    stage: Stage
    text: str  # safe Markdown
    url: str = ""


class Document(StrEnum):
    """What is kept of a release beside its timeline, for its page."""

    NOTES = "notes"
    FILES = "files"


@dataclass(frozen=True, slots=True, kw_only=True)
class End:
    """How a release's run ended."""

    stage: Stage  # DONE, STOPPED or ABORTED
    status: Status
    reason: Reason
    text: str  # safe Markdown


def stopped(reason: Reason, text: str) -> End:
    """This function will make the end of a release that did not come through; `/release resume` goes on."""
    return End(stage=Stage.STOPPED, status=Status.FAILED, reason=reason, text=text)


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One pull request, or a commit without one, that a release holds."""

    sha: Sha
    title: str  # hostile text
    body: str
    login: str  # of its author; "" where GitHub knows none
    number: int | None = None  # of its pull request
    node_id: str = ""  # of that
    closes: tuple[int, ...] = ()  # issues, by number
    labels: tuple[str, ...] = ()
    files: tuple[str, ...] | None = None  # None where nobody asked
