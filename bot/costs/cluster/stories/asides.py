"""Says what the clock does with the cluster: in a comment where it was asked for, and by the channels of notices."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import structlog

from bot.config.costing import CostConfig
from bot.costs.notices.model import Gravity, Notice
from bot.costs.notices.notifying import notify
from bot.costs.store.budgets import budget_of
from bot.github.comments import create_comment, find_comment
from bot.github.errors import GitHubError
from bot.markdown import marker

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from bot.commands.spec import Services
    from bot.engine.model import Run
    from bot.github.models import RepositoryRef

_log = structlog.get_logger()


@dataclass(frozen=True, slots=True, kw_only=True)
class Aside:
    """What is said without anybody having asked at this moment."""

    repository: RepositoryRef
    number: int  # of the issue or pull request
    key: str  # the same is said once
    text: str  # safe Markdown


async def say_aside(run: Run, aside: Aside, *, services: Services) -> None:
    """This function will write the comment once; one that GitHub does not take is not worth stopping for."""
    repo, hidden = services.repository(aside.repository), marker("cluster", aside.key)

    async def create() -> int:
        return (await create_comment(repo, aside.number, f"{hidden}\n{aside.text}")).id

    async def find() -> int | None:
        found = await find_comment(repo, aside.number, marker=hidden)
        return found.id if found else None

    async def act() -> int:
        key = f"comment/{repo.ref.id}/cluster-{aside.key}"
        return await services.effects.once(key, create, read_back=find, returns=int)

    try:
        await run.step(f"say {aside.key}", act, returns=int)
    except GitHubError as error:
        _log.warning("cluster_not_said", number=aside.number, error=str(error))


async def tell(run: Run, aside: Aside, *, gravity: Gravity, title: str, services: Services) -> None:
    """This function will send a notice about the cluster by the channels of the repository's configuration."""
    now = await run.now()
    repository_id = aside.repository.id

    def read(connection: Connection) -> CostConfig | None:
        budget = budget_of(connection, repository_id)
        return None if budget is None else budget.config

    config = await run.step(
        f"channels {aside.key}", lambda: services.database.read(read), returns=CostConfig | None
    )
    if config is None:
        return
    notice = Notice(
        repository=aside.repository,
        key=f"cluster-{aside.key}",
        gravity=gravity,
        title=title,
        text=f"Answered on #{aside.number} of {aside.repository.full_name}.",
        at=now,
    )
    await notify(run, notice, config=config)
