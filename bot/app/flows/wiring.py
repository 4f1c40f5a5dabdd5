"""What the stories are made with."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from bot.audit.effects import note_effect
from bot.commands.spec import CommandSpec, Services
from bot.costs.aws.accounts import Aws
from bot.costs.services import CostServices
from bot.levels.noting import Levels
from bot.page_links import PageLinks, page_keys
from bot.storage.effects import Effects

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterable
    from datetime import datetime

    from bot.config.settings import Settings
    from bot.engine.model import Intent
    from bot.github.app import GitHub
    from bot.levels.model import Wait
    from bot.storage.database import Database
    from bot.storage.inbox import Inbox


@dataclass(frozen=True, kw_only=True)
class Wiring:
    """What the stories are made with."""

    settings: Settings
    github: GitHub
    database: Database
    inbox: Inbox
    clock: Callable[[], datetime]
    submit: Callable[[Iterable[Intent]], Awaitable[None]]  # to the engine
    waited: Callable[[Wait], None] = lambda _wait: None  # told of how long people waited

    @cached_property
    def services(self) -> Services:
        """What the bodies of commands, and most stories, may use of the world."""
        return Services(
            github=self.github,
            effects=Effects(self.database, self.clock, note=note_effect),
            database=self.database,
            specs=_specs(),
            links=_page_links(self.settings),
            levels=Levels(database=self.database, clock=self.clock, observe=self.waited),
        )

    @cached_property
    def cost_services(self) -> CostServices:
        """The same with what the operator has set about costs."""
        costs = self.settings.costs
        return CostServices(services=self.services, settings=costs, aws=Aws(costs), clock=self.clock)


def _specs() -> tuple[CommandSpec, ...]:
    # Imported here: only with the first story.
    from handlers.grammars import SPECS  # noqa: PLC0415 - see above

    return SPECS


def _page_links(settings: Settings) -> PageLinks | None:
    if not settings.public_url:
        return None
    return PageLinks(root=settings.public_url, key=page_keys(settings.webhook_secrets)[0])
