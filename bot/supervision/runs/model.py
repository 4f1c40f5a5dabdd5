"""The nouns of workflow runs that hang: what is seen of one, how it stands, the request to mend it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta  # noqa: TC003 - msgspec reads the annotations at run time
from enum import StrEnum

from bot.config.supervising import RunsConfig  # noqa: TC001 - as above
from bot.engine.model import Queue, Start
from bot.github.models import RepositoryRef  # noqa: TC001 - as above

KIND = "hung run"  # of its decisions
MEND = "mend_run"


class RunKind(StrEnum):
    """In which way a workflow run hangs."""

    QUEUED = "queued"  # no runner takes its job, or GitHub makes no job of it
    RUNNING = "running"  # it takes far longer than is usual
    LOST = "lost"  # it counts as running, and none of its steps is at work


class RunState(StrEnum):
    """How a workflow run that hangs stands."""

    OBSERVED = "observed"  # it is on the page, and nothing else is done
    SUGGESTED = "suggested"  # it was said what would be done
    LEFT = "left"  # it is never cancelled, or would gain nothing by it: a person has to look
    CANCELLING = "cancelling"  # GitHub was asked to cancel it, or is about to be
    FORCING = "forcing"  # it did not end for that, so GitHub was asked to end it by force
    CANCELLED = "cancelled"  # it ended, and was not begun again, for a newer run builds the same
    DROPPED = "dropped"  # it ended, and may not or could not be begun again: a person has to look
    AGAIN = "again"  # it ended, and was begun again
    ENDED = "ended"  # it ended by itself, or somebody else ended it or began it again
    IMMOVABLE = "immovable"  # GitHub does not end it: only its support can


class Protection(StrEnum):
    """Why a workflow run is never cancelled."""

    NAMED = "named"  # by the configuration
    DEPLOYS = "deploys"  # it is the workflow of an environment, or holds a deployment
    RELEASES = "releases"
    CLUSTER = "cluster"  # it makes or ends the cluster
    QUEUE = "queue"  # it decides about a batch of the train or of GitHub's merge queue
    WAITS = "waits"  # a job of it waits for a person, or for another run of its concurrency group
    OURS = "ours"  # this bot dispatched it, and waits for it
    GITHUB = "github"  # GitHub itself began it, from no file of the repository
    SOUNDS = "sounds"  # its name says that it deploys, releases or tears down


@dataclass(frozen=True, slots=True, kw_only=True)
class JobFacts:
    """What is known of one job of a run."""

    name: str
    status: str  # as GitHub words it
    waited: timedelta | None = None  # for a runner, while it waits
    ran: timedelta | None = None  # since it began, while it runs
    step: str = ""  # that is at work
    at_step: timedelta | None = None  # since that one began
    still: timedelta | None = None  # since its last step ended, where none is at work
    usual: timedelta | None = None  # that it takes when it passes; None where too little is known
    longest: timedelta | None = None  # that it took lately when it passed
    usual_wait: timedelta | None = None  # for a runner
    labels: tuple[str, ...] = ()  # of the runner it asks for


@dataclass(frozen=True, slots=True, kw_only=True)
class RunFacts:
    """What decides about one workflow run."""

    run_id: int
    attempt: int
    workflow: str  # its file: ci.yml
    name: str
    url: str
    status: str
    event: str
    branch: str
    ran: timedelta  # since this attempt began
    terms: RunsConfig
    jobs: tuple[JobFacts, ...] = ()
    usual: timedelta | None = None  # of its runs that passed; None where too little is known
    longest: timedelta | None = None
    protections: tuple[Protection, ...] | None = ()  # None where they could not be read
    is_overtaken: bool = False  # a later run of its workflow got its runners and ended
    is_superseded: bool = False  # a newer run of its workflow builds the same branch
    again: int = 0  # how often it was begun again because it hung
    today: int = 0  # how many runs of the repository were begun again in a day


@dataclass(frozen=True, slots=True, kw_only=True)
class HungRun:
    """The row of a workflow run that hangs."""

    repository_id: int
    run_id: int
    attempt: int
    workflow: str
    state: RunState
    kind: RunKind
    text: str  # safe Markdown: what shows it, what was done
    url: str
    found_at: datetime
    updated_at: datetime
    decision_id: str = ""
    acted_at: datetime | None = None
    issue: int | None = None  # that tells of it


@dataclass(frozen=True, slots=True, kw_only=True)
class MendRun:
    """The request of `mend_run`: cancel a run that hangs, and begin it again; its row was written before."""

    repository: RepositoryRef
    run_id: int
    attempt: int

    def start(self) -> Start:
        """This function will name the run that does it; each has its own turn, for it may take half an hour."""
        return Start(
            flow=MEND,
            run_id=f"{MEND}-{self.repository.id}-{self.run_id}-{self.attempt}",
            request=self,
            partition=f"{self.repository.full_name}!run-{self.run_id}",
            queue=Queue.DEPLOYMENTS,
        )
