"""Makes logs of plain text, as the parsers get them."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from bot.diagnosis.log.logs import assemble
from bot.diagnosis.log.regions import Region

if TYPE_CHECKING:
    from bot.diagnosis.log.logs import Log


def log_of(text: str) -> Log:
    """This function will make a log of a text."""
    return assemble((Region(1, text.encode()),), text.count("\n") + 1)


def cut_off(log: Log, lines: int) -> Log:
    """This function will return a log as it is when it ends after so many lines."""
    return replace(log, lines=log.lines[:lines], exit=min(log.exit, lines), begin=min(log.begin, lines))
