"""What in a repository needs somebody, and what is under way there, with the words of it."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from enum import StrEnum
from itertools import groupby
from typing import TYPE_CHECKING

from bot.web.dashboard.standing.rows import digest_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime


class NeedKind(StrEnum):
    """Why somebody should look; what is worst comes first."""

    RED = "red"  # the default branch
    FROZEN = "frozen"  # an environment, by an automatic rollback
    AGENT = "agent"  # dead, stuck, quarantined or not known
    BUDGET = "budget"  # close to its limit or at it
    GATE = "gate"  # people are waited for
    STOPPED = "stopped"  # a merge that goes no further by itself


TITLES: Mapping[NeedKind, str] = {
    NeedKind.RED: "Red branches",
    NeedKind.FROZEN: "Frozen environments",
    NeedKind.AGENT: "Agents in trouble",
    NeedKind.BUDGET: "Budgets near the limit",
    NeedKind.GATE: "Waiting approvals",
    NeedKind.STOPPED: "Stopped merges",
}
WORDS: Mapping[NeedKind, tuple[str, str]] = {  # how it is coloured and called
    NeedKind.RED: ("bad", "Red"),
    NeedKind.FROZEN: ("bad", "Frozen"),
    NeedKind.AGENT: ("bad", "Agent"),
    NeedKind.BUDGET: ("wait", "Budget"),
    NeedKind.GATE: ("wait", "Approval"),
    NeedKind.STOPPED: ("wait", "Merge"),
}
_ORDER = tuple(NeedKind)


@dataclass(frozen=True, slots=True, kw_only=True)
class Need:
    """One thing that somebody should look at."""

    kind: NeedKind
    repository_id: int
    text: str  # plain, of a few words
    since: datetime
    subject: str = ""  # what its page is found by: run and attempt, a gate, an agent, a pull request
    url: str = ""  # on GitHub, where that is the place to look

    @property
    def tone(self) -> str:
        """How it is coloured."""
        return WORDS[self.kind][0]

    @property
    def word(self) -> str:
        """What it is called."""
        return WORDS[self.kind][1]


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """An environment that somebody or something holds."""

    repository_id: int
    environment: str
    kind: str  # deploy, keep, lock or freeze
    deployment_id: int  # that holds it; 0 for a hold
    number: int | None
    sha: str
    person: str
    reason: str
    taken_at: datetime
    expires_at: datetime | None
    waiting: int  # how many want it after
    tone: str  # how it is coloured
    word: str  # what is done with it


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """A repository in a list, with what needs somebody in it."""

    repository_id: int
    full_name: str
    is_private: bool
    needs: tuple[Need, ...]

    @property
    def is_bad(self) -> bool:
        """Whether something in it went wrong, rather than waits."""
        return any(need.tone == "bad" for need in self.needs)

    @property
    def since(self) -> datetime | None:
        """Since when the worst of it stands; None where nothing needs anybody."""
        return self.needs[0].since if self.needs else None


def by_repository(needs: Iterable[Need]) -> dict[int, tuple[Need, ...]]:
    """This function will put the needs of each repository together, the worst and newest first."""
    ordered = sorted(needs, key=lambda need: (need.repository_id, *_worst(need)))
    return {key: tuple(group) for key, group in groupby(ordered, key=lambda need: need.repository_id)}


def most_needing(rows: Iterable[Listed]) -> tuple[Listed, ...]:
    """This function will put the repositories first whose needs are worst; among equals, what is newest."""
    return tuple(
        sorted((row for row in rows if row.needs), key=lambda row: (*_worst(row.needs[0]), row.full_name))
    )


def counts_of(needs: Iterable[Need]) -> tuple[tuple[NeedKind, int], ...]:
    """This function will count the repositories in which each kind of need stands."""
    found = Counter(kind for kind, _ in {(need.kind, need.repository_id) for need in needs})
    return tuple((kind, found[kind]) for kind in NeedKind)


def version_of(needs: Iterable[Need], held: Iterable[Held]) -> str:
    """This function will tell this state of things from another, in a few characters."""
    parts = [f"{need.kind}{need.repository_id}{need.subject}{need.text}" for need in needs]
    parts += [
        f"{one.repository_id}{one.environment}{one.kind}{one.word}{one.taken_at}{one.waiting}" for one in held
    ]
    return digest_of(sorted(parts))


def _worst(need: Need) -> tuple[int, float]:
    return _ORDER.index(need.kind), -need.since.timestamp()
