"""The nouns of a decision: conditions with their evidence, and what follows from them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime  # noqa: TC003 - msgspec reads the annotations at run time
from enum import StrEnum


class Standing(StrEnum):
    """How a condition stands."""

    MET = "met"
    PENDING = "pending"  # it may come to be met without anyone's mistake: a running check, a missing approval
    UNMET = "unmet"
    UNKNOWN = "unknown"  # it could not be read, which blocks
    WAIVED = "waived"  # it does not apply here, as order to a rollback


class Outcome(StrEnum):
    """What follows from the conditions."""

    PROCEED = "proceed"
    WAIT = "wait"
    REFUSE = "refuse"


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """Where a condition's standing can be seen."""

    text: str  # safe Markdown
    url: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Condition:
    """One condition of a decision."""

    name: str  # stable: role, head, checks, approvals, order, freeze, lease, …
    standing: Standing
    text: str  # safe Markdown, one sentence
    reason: str = ""  # the stable code of `bot.commands.model.Reason` that it gives where it blocks or waits
    evidence: tuple[Evidence, ...] = ()
    who: str = ""  # safe Markdown: who could satisfy it and how; empty where nobody need
    parts: tuple[Condition, ...] = ()

    @property
    def is_open(self) -> bool:
        """Whether it keeps the decision from going ahead."""
        return self.standing in {Standing.PENDING, Standing.UNMET, Standing.UNKNOWN}


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """What was concluded, with its proof."""

    kind: str  # which pure function concluded it: deploy, gate, rollback, …
    outcome: Outcome
    conditions: tuple[Condition, ...]
    reason: str = ""  # of the condition that decided; empty where it proceeds
    text: str = ""  # of that condition: what is missing, and who can supply it


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordedDecision:
    """A decision as it was stored: the very bytes of its facts and of what was concluded from them."""

    id: str  # 12 hexadecimal digits
    kind: str
    repository_id: int
    repository: str  # owner/name
    number: int | None
    environment: str
    decided_at: datetime
    facts: str  # canonical JSON
    decision: str  # canonical JSON


def conclude(kind: str, conditions: tuple[Condition, ...]) -> Decision:
    """This function will refuse for the first condition that blocks, else wait for the first that is pending."""
    blocking = [each for each in conditions if each.standing in {Standing.UNMET, Standing.UNKNOWN}]
    pending = [each for each in conditions if each.standing is Standing.PENDING]
    if not blocking and not pending:
        return Decision(kind=kind, outcome=Outcome.PROCEED, conditions=conditions)
    first = (blocking or pending)[0]
    joint = "" if first.text.endswith("\n") else " "  # after a list it is a paragraph of its own
    return Decision(
        kind=kind,
        outcome=Outcome.REFUSE if blocking else Outcome.WAIT,
        conditions=conditions,
        reason=first.reason,
        text=f"{first.text}{joint}{first.who}".strip(),
    )
