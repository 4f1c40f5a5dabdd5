"""Reads which environments are held, by what, and how many wait for them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import and_, func, select

from bot.deployments.leases.model import HoldKind
from bot.deployments.model import Stage
from bot.storage.trust_tables import deployments, lease_queue, leases
from bot.web.dashboard.standing.model import Held
from bot.web.deployment_facts import STAGE_WORDS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sqlalchemy import Connection

    from bot.web.dashboard.standing.needs import Mine

_MOST = 500
HOLDS: Mapping[str, tuple[str, str]] = {  # how what holds an environment is coloured and called
    HoldKind.DEPLOY.value: ("wait", "Deploying"),
    HoldKind.KEEP.value: ("calm", "Kept"),
    HoldKind.LOCK.value: ("calm", "Locked"),
    HoldKind.FREEZE.value: ("bad", "Frozen"),
}


def held_environments(connection: Connection, mine: Mine, *, most: int = _MOST) -> tuple[Held, ...]:
    """This function will read the environments that are held, the longest held first."""
    waiting = (
        select(lease_queue.c.repository_id, lease_queue.c.environment, func.count().label("waiting"))
        .where(mine(lease_queue.c.repository_id))
        .group_by(lease_queue.c.repository_id, lease_queue.c.environment)
        .subquery()
    )
    query = (
        select(leases, waiting.c.waiting, deployments.c.stage, deployments.c.deployment_id)
        .outerjoin(
            waiting,
            and_(
                waiting.c.repository_id == leases.c.repository_id,
                waiting.c.environment == leases.c.environment,
            ),
        )
        .outerjoin(deployments, and_(deployments.c.run_id == leases.c.run_id, leases.c.kind == "deploy"))
        .where(mine(leases.c.repository_id), leases.c.run_id != "", leases.c.taken_at.is_not(None))
        .order_by(leases.c.taken_at, leases.c.repository_id, leases.c.environment)
        .limit(most)
    )
    found: dict[tuple[int, str], Held] = {}
    for row in connection.execute(query):
        tone, word = STAGE_WORDS[Stage(row.stage)] if row.stage else HOLDS.get(row.kind, ("calm", row.kind))
        found[row.repository_id, row.environment] = Held(  # a run may have made more than one deployment
            repository_id=row.repository_id,
            environment=row.environment,
            kind=row.kind,
            deployment_id=row.deployment_id or 0,
            number=row.number,
            sha=row.sha,
            person=row.person,
            reason=row.reason,
            taken_at=row.taken_at,
            expires_at=row.expires_at,
            waiting=row.waiting or 0,
            tone=tone,
            word=word,
        )
    return tuple(found.values())
