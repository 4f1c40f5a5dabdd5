"""What the stories of wishes are asked for, and what a look at a wish comes to."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from bot.commands.model import ObeyRequest, Receipt  # noqa: TC001 - as above
from bot.config.merging import MergeMethod, UpdateMethod
from bot.engine.model import Queue, Start
from bot.github.models import Actor, RepositoryRef, Sha  # noqa: TC001 - as above
from bot.merging.model import Wish  # noqa: TC001 - as above

ASK = "ask_merge"
NEWS = "merge_news"
LATER = "merge_later"
TELL = "tell_asker"
GROUP = "merge_group"
SWEEP_MERGES = "sweep_merges"
NOW = "now-"  # begins the name of a wish that is merged at once or not at all


class Act(StrEnum):
    """What is to be done after a look at a wish."""

    NOTHING = "nothing"
    MERGE = "merge"
    UPDATE = "update"  # its branch lacks what is new in its base
    ENQUEUE = "enqueue"  # in GitHub's own merge queue
    DEQUEUE = "dequeue"  # before anything else is said
    BOARD = "board"  # a train takes it


class Change(StrEnum):
    """What happened to a pull request, as far as a wish may depend on who did it."""

    LABELED = "labeled"
    UNLABELED = "unlabeled"
    PUSHED = "pushed"
    CLOSED = "closed"
    DEQUEUED = "dequeued"
    OTHER = "other"


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """What a look at a wish came to."""

    before: Wish
    wish: Wish
    act: Act = Act.NOTHING
    method: MergeMethod = MergeMethod.MERGE  # of a merge
    update: UpdateMethod = UpdateMethod.MERGE  # of an update
    wake: timedelta | None = None  # when time alone may change it
    base_sha: Sha | None = None  # as the decision saw it
    is_again: bool = False  # whether a process that died did this look before, and may not have told anybody
    deletes_branch: bool = False  # after a merge
    ready_since: datetime | None = None  # of a merge that only its checks kept waiting
    in_line_since: datetime | None = None  # of a merge by a train or by GitHub's queue


@dataclass(frozen=True, slots=True, kw_only=True)
class AskRequest:
    """Somebody's `/merge`."""

    repository: RepositoryRef
    wish: Wish
    then: ObeyRequest | None = None  # what is left of the comment

    def start(self) -> Start:
        """This function will make the start of the run that takes the wish."""
        return Start(
            flow=ASK,
            run_id=f"{ASK}-{self.repository.id}-{self.wish.wish}",
            request=self,
            partition=line_of(self.repository),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class MergeNews:
    """Something happened to a pull request that may make a wish, or end one."""

    repository: RepositoryRef
    number: int
    cause: str  # tells it from other news
    change: Change
    person: Actor  # who did it
    head_sha: Sha
    label: str = ""
    reason: str = ""  # of GitHub, for putting it out of its queue

    def start(self) -> Start:
        """This function will make the start of the run that takes it in."""
        return Start(
            flow=NEWS,
            run_id=f"{NEWS}-{self.repository.id}-{self.number}-{self.cause}",
            request=self,
            partition=line_of(self.repository),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class LookLater:
    """A look that time alone makes worth it."""

    repository: RepositoryRef
    number: int
    due: datetime

    def start(self) -> Start:
        """This function will make the start of the run that sleeps until then, or to the end of that second.

        Those that are due within a second are one run, so it must not end before any of them is due.
        """
        due = self.due.replace(microsecond=0)
        due = due if due == self.due else due + timedelta(seconds=1)
        at = f"{due:%Y%m%dT%H%M%S}"
        return Start(
            flow=LATER,
            run_id=f"{LATER}-{self.repository.id}-{self.number}-{at}",
            request=replace(self, due=due),
            partition=f"{self.repository.full_name}#{self.number}!later-{at}",
            queue=Queue.DEPLOYMENTS,  # where many may wait: in the other one they would keep events from being heard
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Telling:
    """What whoever asked is to read now."""

    repository: RepositoryRef
    receipt: Receipt
    person: Actor
    cause: str  # tells this word from the ones before

    def start(self) -> Start:
        """This function will make the start of the run that writes it, in order with the others of its thread."""
        number = self.receipt.number
        return Start(
            flow=TELL,
            run_id=f"{TELL}-{self.repository.id}-{number}-{self.cause}",
            request=self,
            partition=f"{self.repository.full_name}#{number}!told",
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupRequest:
    """GitHub's merge queue built a commit and waits for our check run on it."""

    repository: RepositoryRef
    head_sha: Sha
    head_ref: str

    def start(self) -> Start:
        """This function will make the start of the run that answers."""
        return Start(
            flow=GROUP,
            run_id=f"{GROUP}-{self.repository.id}-{self.head_sha}",
            request=self,
            partition=f"{self.repository.full_name}!queue",
        )


def line_of(repository: RepositoryRef) -> str:
    """This function will name the line in which everything that merges in a repository waits its turn."""
    return f"{repository.full_name}!merges"
