"""What starts the stories of gates: news of a pull request, a pressed button, the clock."""

from __future__ import annotations

from dataclasses import dataclass

from bot.engine.model import Start
from bot.gates.changes import CommentChange  # noqa: TC001 - msgspec reads the annotations at run time
from bot.gates.speech import Speech  # noqa: TC001 - as above
from bot.github.models import RepositoryRef  # noqa: TC001 - as above

GATES_OF_PULL = "gates_of_pull"
PRESS = "press_gate"
SWEEP_GATES = "sweep_gates"


@dataclass(frozen=True, slots=True, kw_only=True)
class PullNews:
    """Something happened on a pull request that its gates may depend on."""

    repository: RepositoryRef
    number: int
    cause: str  # tells it from other news: push-1a2b3c4, closed-<guid>, …
    comment: CommentChange | None = None

    def start(self) -> Start:
        """This function will make the start of the run that looks for the pull request's gates."""
        return Start(
            flow=GATES_OF_PULL,
            run_id=f"{GATES_OF_PULL}-{self.repository.id}-{self.number}-{self.cause}",
            request=self,
            partition=f"{self.repository.full_name}#{self.number}",
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class PressRequest:
    """A button of a gate outside of any pull request was pressed, where no comment can answer."""

    repository: RepositoryRef
    speech: Speech

    def start(self) -> Start:
        """This function will make the start of the run that takes the word."""
        return Start(
            flow=PRESS,
            run_id=f"{PRESS}-{self.speech.source}",
            request=self,
            partition=f"{self.repository.full_name}:{self.speech.gate_id}",
        )
