"""Looks again right before a try begins: it may have waited in line while things changed."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING

from msgspec import structs

from bot.commands.reasons import Reason
from bot.config.supervising import Conduct
from bot.github.branches import get_branch
from bot.markdown import code
from bot.supervision.fixing.judging.gathering import Gatherer, earlier_fixes, may_use_agent, spent
from bot.supervision.fixing.model import Fix, FixState
from bot.supervision.fixing.states import AT_WORK
from bot.supervision.fixing.store import change_fix, fix_of
from bot.supervision.keeping.store import supervision_of
from bot.supervision.model import Supervision  # noqa: TC001 - msgspec reads the annotations at run time

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import Connection

    from bot.costs.services import CostServices
    from bot.github.client import RepositoryClient
    from bot.supervision.model import FixFailure


@dataclass(frozen=True, slots=True, kw_only=True)
class Begun:
    """A try that begins, or why it does not any more."""

    fix: Fix
    supervision: Supervision  # without an agent where the day's budget lets none be asked
    without: frozenset[str] = frozenset()  # tools whose change was proposed in vain
    reason: str = ""
    text: str = ""  # safe Markdown


async def begin(
    services: CostServices, repo: RepositoryClient, request: FixFailure, *, now: datetime
) -> Begun | None:
    """This function will note that the try begins and read what it goes by; None where there is nothing to begin."""
    database = services.services.database
    found = await database.read(partial(_found, request))
    if found is None:
        return None
    fix, supervision = found
    if not await may_use_agent(database, repo.ref, now=now):
        supervision = _without_agent(supervision)
    gatherer = Gatherer(services=services, supervision=supervision)
    earlier = await database.read(
        lambda connection: earlier_fixes(connection, fix.repository_id, fix.trouble, now=now)
    )
    means = gatherer.means(fix.trouble, earlier)
    begun = Begun(fix=fix, supervision=supervision, without=spent(earlier))
    if gatherer.config.conduct is Conduct.OBSERVE:
        return replace(begun, reason=Reason.ONLY_OBSERVED, text="The policy lets it only look by now.")
    if means.host_problem:
        return replace(begun, reason=Reason.HOST_NOT_ALLOWED, text=f"{means.host_problem}.")
    if not means.tools and not means.agent:
        text = "Only the agent could mend it, and the day's budget lets none be started."
        return replace(begun, reason=Reason.BUDGET_FROZEN, text=text)
    branch = await get_branch(repo, fix.trouble.branch)
    if branch is None or branch.sha != fix.trouble.base_sha:
        text = f"{code(fix.trouble.branch)} has a newer commit by now, whose build decides."
        return replace(begun, reason=Reason.BUILD_OLD, text=text)
    await database.write(
        lambda connection: change_fix(
            connection, fix.id, lambda known: replace(known, state=FixState.FIXING, updated_at=now)
        )
    )
    return begun


def _found(request: FixFailure, connection: Connection) -> tuple[Fix, Supervision] | None:
    fix, supervision = fix_of(connection, request.fix_id), supervision_of(connection, request.repository.id)
    if fix is None or fix.state not in AT_WORK or supervision is None:
        return None
    return fix, supervision


def _without_agent(supervision: Supervision) -> Supervision:
    supervised = supervision.supervised
    fix = structs.replace(supervised.config.fix, agent=None)
    config = structs.replace(supervised.config, fix=fix)
    return replace(supervision, supervised=replace(supervised, config=config))
