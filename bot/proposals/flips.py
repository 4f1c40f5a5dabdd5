"""Puts two outcomes of one decision side by side, under the policy of now and under the proposed one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.decisions.model import conclude
from bot.proposals.model import Flip

if TYPE_CHECKING:
    from collections.abc import Collection

    from bot.config.repository import RepositoryConfig
    from bot.decisions.model import Decision, RecordedDecision


@dataclass(frozen=True, slots=True, kw_only=True)
class Untold:
    """A decision that cannot be made again."""

    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Policies:
    """The policy of the default branch (None where it has mistakes), and the proposed one."""

    now: RepositoryConfig | None
    proposed: RepositoryConfig


def flip_between(
    row: RecordedDecision, was: Decision, would_be: Decision, untold: tuple[str, ...]
) -> Flip | None:
    """This function will say how a decision would flip, and return None where its outcome is the same."""
    if was.outcome is would_be.outcome:
        return None
    return Flip(
        kind=row.kind,
        environment=row.environment,
        number=row.number,
        decided_at=row.decided_at,
        decision_id=row.id,
        was=was.outcome,
        would_be=would_be.outcome,
        reason=would_be.reason or was.reason,
        text=would_be.text or was.text,
        untold=untold,
    )


def without(decision: Decision, untold: Collection[str]) -> Decision:
    """This function will conclude again without the conditions that the facts of then say nothing of."""
    kept = tuple(each for each in decision.conditions if each.name not in untold)
    return conclude(decision.kind, kept)
