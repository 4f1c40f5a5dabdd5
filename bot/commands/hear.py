"""Turns a text that someone wrote into the start of the flow that obeys its commands."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from bot.commands.parse import parse

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.commands.grammar import Grammar
    from bot.commands.model import ObeyRequest
    from bot.engine.model import Start


def hear(request: ObeyRequest, text: str, grammars: Sequence[Grammar]) -> tuple[Start, ...]:
    """This function will start the obeying of the commands in a newly written text, if it has any.

    Call it for texts as they were created, never for edits or deletions.
    """
    commands = parse(text, grammars)
    return (replace(request, commands=commands).start(),) if commands else ()
