"""Everything that decides whether a failure is tried to be fixed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime  # noqa: TC003 - msgspec reads the annotations at run time

from bot.budget.model import BudgetStanding  # noqa: TC001 - as above
from bot.config.supervising import Conduct  # noqa: TC001 - as above
from bot.diagnosis.model import Verdict  # noqa: TC001 - as above
from bot.supervision.fixing.builds.model import Age  # noqa: TC001 - as above
from bot.supervision.fixing.model import FixState, Trouble  # noqa: TC001 - as above

KIND = "fix"


@dataclass(frozen=True, slots=True, kw_only=True)
class EarlierFix:
    """One try of the same repository, as far as it matters to another."""

    id: str
    fingerprint: str
    tool: str
    branch: str
    round: int
    state: FixState
    reason: str
    begun_at: datetime
    fixer: str = ""
    number: int | None = None
    is_same: bool = False  # it was at this very failure, whose job has not passed on that branch since


@dataclass(frozen=True, slots=True, kw_only=True)
class Means:
    """What could fix it."""

    check: str = ""  # the command that shows the failure on the host; empty where none is known
    tools: tuple[str, ...] = ()  # fixers of the failure's tool
    agent: str = ""  # empty where none is configured
    host_problem: str = ""  # why the host is not reached, in safe Markdown
    is_placed: bool = True  # whether there is a folder for work trees


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """How much may be tried."""

    conduct: Conduct
    tries: int
    a_day: int


@dataclass(frozen=True, slots=True, kw_only=True)
class FixFacts:
    """One failure of a newest build, and how things stand."""

    now: datetime
    trouble: Trouble
    age: Age
    verdict: Verdict
    why: str  # of the verdict; foreign text
    evidence: tuple[str, ...]  # addresses
    means: Means
    limits: Limits
    earlier: tuple[EarlierFix, ...] = ()  # of the repository, the newest first
    budget: BudgetStanding | None = None
