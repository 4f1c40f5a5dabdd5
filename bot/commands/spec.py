"""What one file of handlers/commands exports: a command's grammar with its body, and what a body may use."""

from __future__ import annotations

from collections.abc import Awaitable, Callable  # noqa: TC003 - part of the public signatures
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.github.limits import Priority

if TYPE_CHECKING:
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Services:
    """What the bodies of commands may use of the world."""

    github: GitHub
    effects: Effects
    database: Database
    specs: Callable[[], tuple[CommandSpec, ...]]  # loads them: the bodies of commands need nearly everything
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
        return tuple(spec.grammar for spec in self.specs())


@dataclass(frozen=True, slots=True, kw_only=True)
class CommandSpec:
    """One slash command."""

    grammar: Grammar
    body: Callable[[Run, Call, Services], Awaitable[Outcome]]
    # What would be decided now, for `/plan`; None where there is nothing to decide beyond the role.
    foresee: Callable[[Run, Call, Services], Awaitable[Decision]] | None = None

    @property
    def name(self) -> str:
        """The verb, unique among all commands."""
        return self.grammar.verb
