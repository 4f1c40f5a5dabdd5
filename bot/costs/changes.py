"""The nouns of a change that people make to a budget."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal  # noqa: TC003 - as above
from enum import StrEnum
from typing import TYPE_CHECKING

from bot.github.models import Actor  # noqa: TC001 - as above

if TYPE_CHECKING:
    from bot.costs.standing import Budget

WAITS = timedelta(hours=1)  # for the second person


class ChangeKind(StrEnum):
    """What is changed."""

    SET = "set"  # another limit than the file's, until it is set back
    EXTEND = "extend"  # a higher limit until a time of the same day
    ENFORCE = "enforce"  # the limit acts
    DRY_RUN = "dry-run"  # the limit only tells


CHANGES = (*ChangeKind, "second")  # the words that change something
WHY = "why"
FORMS = (*CHANGES, WHY)


class ChangeState(StrEnum):
    """How far a change has come."""

    WAITING = "waiting"  # for the second person
    MADE = "made"
    REFUSED = "refused"
    EXPIRED = "expired"  # nobody said it too
    ENDED = "ended"  # its time is over


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One change, as the first person asked for it."""

    id: str
    repository_id: int
    kind: ChangeKind
    person: Actor
    number: int  # of the issue or pull request where it was asked for
    asked_at: datetime
    amount: Decimal | None = None  # dollars: the new limit, or by how much it is extended
    until: datetime | None = None
    reason: str = ""  # as it was typed
    state: ChangeState = ChangeState.WAITING
    second: Actor | None = None
    ended_at: datetime | None = None

    @property
    def says(self) -> tuple[object, ...]:
        """What a second person has to say too: everything but the reason."""
        return (self.kind, self.amount, self.until)

    def is_waiting_at(self, now: datetime) -> bool:
        """This function will say whether a second person may still say it too."""
        is_late = now >= self.asked_at + WAITS or (self.until is not None and now >= self.until)
        return self.state is ChangeState.WAITING and not is_late


def change_id(repository_id: int, receipt: str) -> str:
    """This function will name the change that a command asks for: 8 hexadecimal digits to write down."""
    return hashlib.sha256(f"{repository_id}/{receipt}".encode()).hexdigest()[:8]


def base_of(budget: Budget) -> Decimal:
    """This function will return the limit without any extension, in dollars a day."""
    return budget.set_to if budget.set_to is not None else budget.config.daily
