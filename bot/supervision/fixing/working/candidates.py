"""Says which fixers a failure is given to, in order: the tool that complained, then the agent."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING

from bot.supervision.fixing.working.commands import fixer_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from bot.config.supervising import FixConfig
    from bot.supervision.fixing.model import Trouble
    from bot.supervision.fixing.working.fixer import Command
    from bot.supervision.fixing.working.running import Pricing


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """One fixer as it is asked about one failure."""

    name: str
    commands: tuple[Command, ...]  # run one after the other
    files: Mapping[str, bytes] = field(
        default_factory=dict
    )  # that it finds in its home, by their paths there
    environment: Mapping[str, str] = field(default_factory=dict)
    secrets: str = ""  # the file on the host with what only it gets in its environment
    pricing: Pricing | None = None  # None where it costs nothing
    dollars: Decimal = Decimal(0)  # that it may cost


def candidates_of(trouble: Trouble, config: FixConfig, without: frozenset[str]) -> Iterator[Candidate]:
    """This function will name the fixers, except those that an earlier try asked already."""
    fixer = fixer_of(trouble.failure.tool)
    if config.tools and fixer is not None and fixer.fix and fixer.tool not in without:
        yield Candidate(name=fixer.tool, commands=fixer.fix)
