"""The nouns of what people ask of agents: the words after `/agent NAME`, and the request that carries one out."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime  # noqa: TC003 - msgspec reads the annotations at run time
from enum import StrEnum

from bot.commands.model import ObeyRequest, Receipt  # noqa: TC001 - as above
from bot.engine.model import Start
from bot.github.models import Actor, Permission, RepositoryRef  # noqa: TC001 - as above

STEER_AGENT = "steer_agent"


class Act(StrEnum):
    """What is asked of an agent."""

    STATUS = "status"
    PAUSE = "pause"
    RESUME = "resume"
    RESTART = "restart"
    LOG = "log"


@dataclass(frozen=True, slots=True, kw_only=True)
class SteerAgent:
    """The request of `steer_agent`: one thing asked of one agent, for which its host is needed."""

    repository: RepositoryRef
    key: str  # of the receipt
    act: Act
    agent: str
    lines: int  # of its terminal, for `log`
    author: Actor
    permission: Permission  # of the author, as it was when the command was accepted
    asked_at: datetime
    number: int  # of the issue or pull request where it was asked
    receipt: Receipt
    then: ObeyRequest | None = None  # what is left of the comment

    def start(self) -> Start:
        """This function will name the run that does it; it takes turns with the watchdog; reading a log does not."""
        line = f"agent-log-{self.agent}" if self.act is Act.LOG else "agents"
        return Start(
            flow=STEER_AGENT,
            run_id=f"{STEER_AGENT}-{self.repository.id}-{self.key}",
            request=self,
            partition=f"{self.repository.full_name}!{line}",
        )
