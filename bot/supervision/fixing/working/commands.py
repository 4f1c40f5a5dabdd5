"""Chooses the commands of a try: what shows the failure, and what may mend it."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from bot.plugins import load
from bot.supervision.fixing.working.fixer import SHELL, Fixer

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bot.config.supervising import FixConfig
    from bot.supervision.fixing.working.fixer import Command


def other_checks(tool: str, config: FixConfig) -> tuple[tuple[str, Command], ...]:
    """This function will return the configured commands that show failures of other tools, by those."""
    return tuple((name, (*SHELL, text)) for name, text in config.checks.items() if _key(name) != _key(tool))


@cache
def load_fixers() -> Mapping[str, Fixer]:
    """This function will return every fixer of the fixers folder by the name of its tool."""
    return {_key(fixer.tool): fixer for fixer in load("bot.supervision.fixers", "FIXER", Fixer)}


def fixer_of(tool: str) -> Fixer | None:
    """This function will return what is known of a tool, as diagnosis names it."""
    return load_fixers().get(_key(tool))


def check_of(tool: str, config: FixConfig) -> Command | None:
    """This function will return the command that shows a tool's failure, the configured one first; None without any."""
    for name, text in config.checks.items():
        if _key(name) == _key(tool):
            return (*SHELL, text)
    fixer = fixer_of(tool)
    return fixer.check if fixer is not None else None


def _key(name: str) -> str:
    """A tool's name as a key of the configuration has it: `ruff format` is ruff-format there."""
    return name.lower().replace(" ", "-").replace("_", "-")
