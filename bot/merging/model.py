"""The nouns of merging: who wants a pull request merged, how that stands, and what a train tests together."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime  # noqa: TC003 - msgspec reads the annotations at run time
from enum import StrEnum

from bot.commands.reasons import Reason  # noqa: TC001 - as above
from bot.config.merging import MergeMethod  # noqa: TC001 - as above
from bot.engine.model import Start
from bot.github.models import Actor, RepositoryRef, Sha  # noqa: TC001 - as above

CHECK = "pilothouse / merge"
EVALUATE = (
    "evaluate_merges"  # the flow that looks again at what waits in a repository, and merges what may be
)
KIND = "merge"  # of its decisions


class Source(StrEnum):
    """What wants a pull request merged."""

    COMMAND = "command"
    LABEL = "label"
    POLICY = "policy"


class MergeState(StrEnum):
    """How far a wish has come."""

    WAITING = "waiting"  # something stands against it that may pass by itself, or that people can mend
    READY = "ready"  # nothing stands against it: it is merged next, or waits for its train
    TESTING = "testing"  # in a train's batch
    QUEUED = "queued"  # in GitHub's own merge queue
    MERGING = "merging"  # the merge was called for; how it went is read back
    MERGED = "merged"
    STOPPED = "stopped"  # a person must look: uncertain twice, red in its train, refused by GitHub
    WITHDRAWN = "withdrawn"  # taken back, pushed over by somebody who may not merge, or closed

    @property
    def is_over(self) -> bool:
        """Whether only asking anew can change it."""
        return self in {MergeState.MERGED, MergeState.STOPPED, MergeState.WITHDRAWN}


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """Somebody's, a label's or the policy's wish that a pull request be merged, and how that stands."""

    repository_id: int
    number: int
    wish: str  # tells it from earlier wishes for the same pull request
    source: Source
    person: Actor
    receipt: str  # of the command; "" where there is none
    line: str  # as it was typed; "" as above
    method: MergeMethod | None  # None for the repository's own
    priority: int  # larger goes first
    asked_sha: Sha  # the head that it is for
    head_sha: Sha  # as it was seen last
    base_ref: str
    state: MergeState
    reason: Reason
    text: str  # safe Markdown: why it waits, or how it ended
    merge_sha: str
    batch_id: str
    check_run_id: int | None
    check_digest: str
    decision_id: str
    asked_at: datetime
    ready_at: datetime | None
    ended_at: datetime | None
    updated_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Hold:
    """A person's word that a pull request is not to be merged."""

    number: int
    person: Actor
    reason: str  # as it was typed
    held_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class EvaluateMerges:
    """Something happened that what waits to be merged may depend on."""

    repository: RepositoryRef
    cause: str  # tells this look from others: check-17, push-1a2b3c4, sweep-…
    number: int | None = None  # of the one pull request that it is about
    sha: Sha | None = None  # of the one commit that it is about
    base_ref: str | None = None  # of the one base that it is about; with none of them, everything that waits

    def start(self) -> Start:
        """This function will make the start of the run that looks; a repository's looks come one after another."""
        place = self.repository.full_name
        return Start(
            flow=EVALUATE,
            run_id=f"merges-{self.repository.id}-{self.cause}",
            request=self,
            partition=f"{place}!merges",
        )


class BatchState(StrEnum):
    """How far a batch has come."""

    BUILDING = "building"
    TESTING = "testing"
    GREEN = "green"
    RED = "red"
    MERGED = "merged"
    DROPPED = "dropped"  # something moved: its base, a head, a hold


@dataclass(frozen=True, slots=True, kw_only=True)
class Car:
    """One pull request in a batch."""

    number: int
    head_sha: Sha
    method: MergeMethod
    tree: str = ""  # SHA of the tree with it and everything before it; "" while it is not built


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """Pull requests tested on top of each other."""

    id: str
    repository_id: int
    base_ref: str
    base_sha: Sha
    head_sha: str  # "" while it is built
    branch: str
    cars: tuple[Car, ...]
    state: BatchState
    attempts: int  # how often its checks ran
    text: str  # safe Markdown
    run_id: str
    began_at: datetime
    ended_at: datetime | None
    updated_at: datetime
