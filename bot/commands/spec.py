"""What one file of handlers/commands exports: a command's grammar with the name of its body; what a body may use."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from pkgutil import resolve_name
from typing import TYPE_CHECKING, TypeVar

from bot.github.limits import Priority

T = TypeVar("T")

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from bot.commands.grammar import Grammar
    from bot.commands.model import Call, Outcome
    from bot.decisions.model import Decision
    from bot.engine.model import Run
    from bot.github.app import GitHub
    from bot.github.client import RepositoryClient
    from bot.github.models import RepositoryRef
    from bot.levels.noting import Levels
    from bot.page_links import PageLinks
    from bot.storage.database import Database
    from bot.storage.effects import Effects

    Body = Callable[[Run, Call, "Services"], Awaitable[T]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Services:
    """What the bodies of commands may use of the world."""

    github: GitHub
    effects: Effects
    database: Database
    specs: tuple[CommandSpec, ...]
    links: PageLinks | None = (
        None  # makes the addresses of the bot's pages; None where it has no public address
    )
    levels: Levels | None = None  # notes how long people waited; None where nobody wants to know

    def repository(self, ref: RepositoryRef) -> RepositoryClient:
        """This function will return the client for the repository, at the priority of an answer to a person."""
        return self.github.repository(ref, priority=Priority.ACKNOWLEDGEMENT)

    @property
    def grammars(self) -> tuple[Grammar, ...]:
        """The grammar of every command."""
        return tuple(spec.grammar for spec in self.specs)


@dataclass(frozen=True, slots=True, kw_only=True)
class CommandSpec:
    """One slash command.

    What it does is named ("module:function"), not imported: every comment is read by the grammars, and a body has
    nearly all of the product behind it. It is read with the first command of its kind.
    """

    grammar: Grammar
    body: str
    # What would be decided now, for `/plan`; empty where there is nothing to decide beyond the role.
    foresee: str = ""

    @property
    def name(self) -> str:
        """The verb, unique among all commands."""
        return self.grammar.verb

    async def obey(self, run: Run, call: Call, services: Services) -> Outcome:
        """This function will do what the command is for."""
        body: Body[Outcome] = await asyncio.to_thread(resolve_name, self.body)
        return await body(run, call, services)

    async def foreseen(self, run: Run, call: Call, services: Services) -> Decision | None:
        """This function will say what would be decided now, where there is something to decide."""
        if not self.foresee:
            return None
        foresee: Body[Decision] = await asyncio.to_thread(resolve_name, self.foresee)
        return await foresee(run, call, services)
