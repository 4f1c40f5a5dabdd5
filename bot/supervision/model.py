"""The nouns of supervision: what is watched, and the requests of its stories."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime  # noqa: TC003 - msgspec reads the annotations at run time

from bot.config.agents import AgentConfig, HostConfig  # noqa: TC001 - as above
from bot.config.costing import AccountConfig  # noqa: TC001 - as above
from bot.config.supervising import SupervisionConfig
from bot.engine.model import Queue, Start
from bot.github.models import InstallationId, RepositoryRef  # noqa: TC001 - as above

WATCHDOG = "watchdog"  # every 2 minutes: begins a look at the sessions of each repository
WATCH = "watch_sessions"
SUPERVISOR = "supervisor"  # every 15 minutes: begins a look at the builds of each repository
SUPERVISE = "supervise_builds"
NOTICE_BUILD = (
    "notice_build"  # has builds looked at soon after one of a watched branch, or of a fix, has ended
)
FIX = "fix_failure"
FIX_PREFIX = "pilothouse/fix-"  # of the branches that fixes are proposed from
FIND_SUPERVISION = "find_supervision"  # reads whether a repository's configuration has something to watch
FIND_SUPERVISIONS = "find_supervisions"  # of repositories that the App was given


@dataclass(frozen=True, slots=True, kw_only=True)
class Supervised:
    """What a repository's configuration has to watch."""

    agents: dict[str, AgentConfig] = field(default_factory=dict)
    hosts: dict[str, HostConfig] = field(default_factory=dict)
    accounts: tuple[AccountConfig, ...] = ()  # of its costs
    config: SupervisionConfig = field(default_factory=SupervisionConfig)
    is_asked_for: bool = (
        True  # whether the configuration has `supervision`; without it agents are only observed
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Supervision:
    """The row of a repository that is watched."""

    repository: RepositoryRef
    supervised: Supervised  # the newest that could be read
    found_at: datetime
    updated_at: datetime
    watched_at: datetime | None = None
    supervised_at: datetime | None = None
    alive_issue: int | None = None
    alive_digest: str = ""

    @property
    def is_over(self) -> bool:
        """Whether there is nothing to watch any more, and only its heartbeat has to be ended."""
        return not self.supervised.agents and not self.supervised.is_asked_for


@dataclass(frozen=True, slots=True, kw_only=True)
class FindSupervision:
    """The request of `find_supervision`: read what the default branch says, and keep or forget it."""

    repository: RepositoryRef
    cause: str  # the same cause reads once

    def start(self) -> Start:
        """This function will name the run that does it."""
        return _start(FIND_SUPERVISION, self.repository, self.cause, self)


@dataclass(frozen=True, slots=True, kw_only=True)
class FindSupervisions:
    """The request of `find_supervisions`: the App was given repositories, whose configuration may be there already."""

    installation_id: InstallationId
    names: tuple[str, ...]  # owner/name
    cause: str

    def start(self) -> Start:
        """This function will name the run that has them read."""
        return Start(
            flow=FIND_SUPERVISIONS,
            run_id=f"{FIND_SUPERVISIONS}-{self.installation_id}-{self.cause}",
            request=self,
            partition=FIND_SUPERVISIONS,
            queue=Queue.CLOCK,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class WatchSessions:
    """The request of `watch_sessions`: look at all sessions of a repository and do what is due."""

    repository: RepositoryRef
    cause: str  # the tick's time: the same tick looks once

    def start(self) -> Start:
        """This function will name the run that does it; it takes turns with the pausing of the same agents."""
        return _start(WATCH, self.repository, self.cause, self, partition="agents")


@dataclass(frozen=True, slots=True, kw_only=True)
class SuperviseBuilds:
    """The request of `supervise_builds`: look at the newest builds and at runs that hang, and do what is due."""

    repository: RepositoryRef
    cause: str  # the tick's time: the same tick looks once

    def start(self) -> Start:
        """This function will name the run that does it."""
        return _start(SUPERVISE, self.repository, self.cause, self, partition="builds")


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeBuild:
    """The request of `notice_build`: a workflow run has ended."""

    repository: RepositoryRef
    branch: str
    cause: str  # the run with its attempt: looked at once

    def start(self) -> Start:
        """This function will name the run that does it, where runs may sleep without keeping others from their turn."""
        queue = Queue.DEPLOYMENTS
        return _start(NOTICE_BUILD, self.repository, self.cause, self, partition=self.cause, queue=queue)


@dataclass(frozen=True, slots=True, kw_only=True)
class FixFailure:
    """The request of `fix_failure`: one try to fix one failure; its row was written before."""

    repository: RepositoryRef
    fix_id: str  # of the row in `fixes`

    def start(self) -> Start:
        """This function will name the run that does it."""
        return _start(FIX, self.repository, self.fix_id, self, partition="fixes", queue=Queue.DEPLOYMENTS)


def _start(  # noqa: PLR0913 - the parts of one name
    flow: str,
    repository: RepositoryRef,
    cause: str,
    request: object,
    *,
    partition: str = "supervision",
    queue: Queue = Queue.EVENTS,
) -> Start:
    return Start(
        flow=flow,
        run_id=f"{flow}-{repository.id}-{cause}",
        request=request,
        partition=f"{repository.full_name}!{partition}",
        queue=queue,
    )
