"""The grammar of every slash command in handlers/commands, loaded once."""

from __future__ import annotations

from bot.commands.spec import CommandSpec
from bot.plugins import load

SPECS = load("handlers.commands", "COMMAND", CommandSpec)
GRAMMARS = tuple(spec.grammar for spec in SPECS)
