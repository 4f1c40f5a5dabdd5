"""The nouns of a proposed policy: what a pull request would make of it, and what that would change."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime  # noqa: TC003 - msgspec reads the annotations at run time

from bot.decisions.model import Outcome  # noqa: TC001 - as above
from bot.engine.model import Start
from bot.github.models import RepositoryRef, Sha  # noqa: TC001 - as above

FLOW = "propose"
CHECK = "pilothouse / configuration"


@dataclass(frozen=True, slots=True, kw_only=True)
class ProposeRequest:
    """A pull request whose head may propose another policy."""

    repository: RepositoryRef
    number: int
    head_sha: Sha
    cause: str  # tells this look at the head from others: opened, a base that was changed, a button that was pressed

    def start(self) -> Start:
        """This function will make the start of the run that looks at it."""
        return Start(
            flow=FLOW,
            run_id=f"{FLOW}-{self.repository.id}-{self.number}-{self.head_sha}-{self.cause}",
            request=self,
            partition=f"{self.repository.full_name}#{self.number}:{FLOW}",
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Texts:
    """The policy's file at the head and on the default branch; None where there is no file."""

    is_proposed: bool  # whether the pull request changes it
    head: bytes | None = None
    now: bytes | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Flip:
    """A decision that would be another one under the proposed policy, made from the facts of then."""

    kind: str
    environment: str
    number: int | None
    decided_at: datetime
    decision_id: str
    was: Outcome
    would_be: Outcome
    reason: str = ""  # of what it would be
    text: str = ""  # safe Markdown: why
    untold: tuple[str, ...] = ()  # conditions that the facts of then say nothing of, left out on both sides
    times: int = 1  # how many such decisions there were


@dataclass(frozen=True, slots=True, kw_only=True)
class Impact:
    """What the proposed policy would change."""

    gates: tuple[Flip, ...] = ()  # of those that wait
    decisions: tuple[Flip, ...] = ()
    weighed: int = 0  # how many decisions were made again
    untold: int = 0  # how many could not be
    is_cut: bool = False  # whether there were more than are looked at


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One key of the policy that would have another value."""

    key: str
    now: str  # JSON; empty where it is not set
    proposed: str
    is_weaker: bool  # whether less would be asked of a deployment
