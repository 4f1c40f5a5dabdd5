"""The facts that the decision about a merge rests on."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime  # noqa: TC003 - msgspec reads the annotations at run time
from enum import StrEnum
from typing import TYPE_CHECKING

from bot.budget.model import BudgetStanding  # noqa: TC001 - as above
from bot.config.merging import MergeConfig, MergeMethod
from bot.deployments.judging.fact_model import CheckFact, ReviewFact  # noqa: TC001 - as above
from bot.github.models import Actor, Permission, Sha  # noqa: TC001 - as above
from bot.merging.model import Hold, Source  # noqa: TC001 - as above

if TYPE_CHECKING:
    from bot.merging.model import Wish


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What somebody, a label or the policy wants, as far as the decision rests on it."""

    number: int
    source: Source
    person: Actor  # who wrote the command or put the label; of a policy's wish the author
    sha: Sha  # the head that it is for
    asked_at: datetime
    method: MergeMethod | None = None  # None for the repository's own


@dataclass(frozen=True, slots=True, kw_only=True)
class PullFacts:
    """The pull request as it stands."""

    title: str
    author: Actor
    head_sha: Sha
    head_ref: str
    base_ref: str
    is_open: bool = True
    is_merged: bool = False
    is_draft: bool = False
    is_fork: bool = False
    may_push: bool = True  # whether we may push to its branch: the owner of a fork allows it or not
    labels: tuple[str, ...] = ()
    mergeable: bool | None = True  # None while GitHub does not know
    mergeable_state: str = ""  # GitHub's word on it: clean, blocked, behind, …
    behind: int | None = None  # how many commits of its base it lacks; None where nobody asks
    html_url: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class RequiredCheck:
    """A check that GitHub wants green before it lets anything into the base."""

    name: str
    app_id: int | None = None  # the one App whose word counts; None for anybody's
    source: str = "branch protection"  # or the ruleset


@dataclass(frozen=True, slots=True, kw_only=True)
class BaseRules:
    """What GitHub's branch protection and rulesets ask of whatever comes into the base, as far as it can be read."""

    checks: tuple[RequiredCheck, ...] = ()
    is_protected: bool = False
    up_to_date: bool = False
    reviews: int = 0
    dismisses_stale: bool = False  # whether only approvals of the head count
    conversations: bool = False  # whether every conversation must be resolved
    linear: bool = False
    signatures: bool = False
    methods: tuple[MergeMethod, ...] | None = None  # None for any
    queue: bool = False  # whether what is merged goes through GitHub's merge queue
    queue_method: MergeMethod | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class BaseFacts:
    """The base as it stands."""

    sha: Sha
    rules: BaseRules = BaseRules()
    methods: tuple[MergeMethod, ...] = tuple(MergeMethod)  # that the repository's settings allow
    checks: tuple[CheckFact, ...] = ()  # of its newest commit; empty where nobody asks


class DependencyState(StrEnum):
    """How something stands on which a pull request depends."""

    MERGED = "merged"  # or done, where it is an issue
    OPEN = "open"
    CLOSED = "closed"  # without a merge
    UNREADABLE = "unreadable"


@dataclass(frozen=True, slots=True, kw_only=True)
class DependencyFact:
    """Something that its description says it depends on."""

    name: str  # #12, or owner/name#12
    state: DependencyState
    title: str = ""
    url: str = ""
    way_back: tuple[
        str, ...
    ] = ()  # the names on the way from it back to this pull request, where there is one


@dataclass(frozen=True, slots=True, kw_only=True)
class StackFact:
    """An open pull request whose branch is this one's base."""

    number: int
    title: str
    url: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeFacts:
    """What a pull request changes and who wrote it: what the policy's `automatic` asks for."""

    author: str  # login
    base_ref: str
    title: str = ""
    labels: tuple[str, ...] = ()
    body_steps: tuple[str, ...] = ()  # steps of versions that the description tells: 1.2.3 → 1.3.0
    files: tuple[str, ...] | None = None  # None where nobody asks, or not all could be read
    writers: tuple[
        str, ...
    ] = ()  # logins of everybody who wrote a commit of it; "" for nobody that GitHub knows


@dataclass(frozen=True, slots=True, kw_only=True)
class MergeFacts:
    """Everything the decision rests on, read right before it; it can be stored and decided again."""

    asked: Asked
    now: datetime
    permission: Permission  # of the asker, as it is now
    pull: PullFacts
    base: BaseFacts
    web_url: str  # of the repository
    default_branch: str = "main"
    problem: str = ""  # why GitHub would not show what decides; then nothing else is known
    configuration_mistakes: tuple[str, ...] = ()
    policy: MergeConfig = MergeConfig()  # noqa: RUF009 - frozen
    checks: tuple[CheckFact, ...] = ()  # of the head, without our own for merging
    still_since: datetime | None = None  # when the last of the expected checks of the head ended
    is_busy: bool = False  # whether anything still runs for the head
    head_at: datetime | None = None  # when the head was committed, where a check says nothing for long
    held_runs: int = 0  # workflow runs of the head that wait until a maintainer lets them begin
    reviews: tuple[ReviewFact, ...] = ()
    review_decision: str = ""  # GitHub's own word: APPROVED, REVIEW_REQUIRED, …; empty where none is required
    conversations: int | None = None  # how many are not resolved; None where it is not known
    depends: tuple[DependencyFact, ...] = ()
    rests_on: StackFact | None = None
    hold: Hold | None = None
    change: ChangeFacts | None = None  # only of a policy's wish
    teams: tuple[str, ...] = ()  # those of `freeze.allow` in which the asker is
    budget: BudgetStanding | None = None  # of the repository; only of a policy's wish
    is_own_check_required: bool = False  # whether GitHub itself waits for our check on merging


def asked_of(wish: Wish) -> Asked:
    """This function will take from a wish what the decision rests on."""
    return Asked(
        number=wish.number,
        source=wish.source,
        person=wish.person,
        sha=wish.head_sha,
        asked_at=wish.asked_at,
        method=wish.method,
    )
