"""Makes wishes: of a command, of the merge label, of the policy that merges by itself."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.commands.reasons import Reason
from bot.config.repository import ConfigurationErrors, read_configuration
from bot.github.pulls import get_described_pull
from bot.merging.judging.automatic import concerns, why_not_automatic
from bot.merging.judging.fact_change import read_change
from bot.merging.keeping.priorities import priority_of
from bot.merging.model import MergeState, Source, Wish

if TYPE_CHECKING:
    from datetime import datetime

    from bot.config.merging import MergeConfig, MergeMethod
    from bot.github.client import RepositoryClient
    from bot.github.models import Actor, PullRequest

_DIGITS = 12
_TEXT = "It is looked at."


@dataclass(frozen=True, slots=True, kw_only=True)
class Asking:
    """Who or what asks for a merge, and how."""

    wish: str  # tells this asking from every other one for the pull request
    source: Source
    person: Actor
    receipt: str = ""
    line: str = ""
    method: MergeMethod | None = None
    priority: int = 0


def new_wish(repository_id: int, pull: PullRequest, asking: Asking, *, now: datetime) -> Wish:
    """This function will make a wish for the pull request as it is."""
    return Wish(
        repository_id=repository_id,
        number=pull.number,
        wish=asking.wish,
        source=asking.source,
        person=asking.person,
        receipt=asking.receipt,
        line=asking.line,
        method=asking.method,
        priority=asking.priority,
        asked_sha=pull.head_sha,
        head_sha=pull.head_sha,
        base_ref=pull.base_ref,
        state=MergeState.WAITING,
        reason=Reason.WAITING_TO_MERGE,
        text=_TEXT,
        merge_sha="",
        batch_id="",
        check_run_id=None,
        check_digest="",
        decision_id="",
        asked_at=now,
        ready_at=None,
        ended_at=None,
        updated_at=now,
    )


async def read_policy(repo: RepositoryClient) -> MergeConfig | None:
    """This function will read what the repository says about merging; None where that has mistakes.

    Raises:
        GitHubError: it could not be read.
    """
    configuration = await read_configuration(repo)
    return None if isinstance(configuration, ConfigurationErrors) else configuration.merge


async def wish_of_policy(
    repo: RepositoryClient, number: int, policy: MergeConfig, *, now: datetime
) -> Wish | None:
    """This function will make the policy's own wish for a pull request; None where no rule wants it.

    Raises:
        GitHubError: it could not be read.
    """
    if not policy.automatic:
        return None
    pull, body = await get_described_pull(repo, number)
    if not pull.is_open or not concerns(policy.automatic, pull.author.login):
        return None
    change = await read_change(repo, pull, body, policy=policy)
    if why_not_automatic(policy.automatic, change):
        return None
    asking = Asking(
        wish=f"policy-{pull.head_sha[:_DIGITS]}",
        source=Source.POLICY,
        person=pull.author,
        priority=priority_of(policy, pull.labels),
    )
    return new_wish(repo.ref.id, pull, asking, now=now)
