"""Reads what the exit code of the failed step tells by itself: killed, stopped by a time limit, died of a signal."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from bot.diagnosis.model import Cause
from bot.diagnosis.parsing import Finding, LogParser, Rank

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bot.diagnosis.log.logs import Log

_CODE = re.compile(
    r"(?:completed with exit code|failed with exit code|exited with) (12[47]|126|13[0-9]|14[13])\b"
)
# 128 and the signal's number (https://www.gnu.org/software/bash/manual/html_node/Exit-Status.html); 124 is timeout(1)'s.
_MEANING = {
    "124": (Cause.INFRASTRUCTURE, "stopped by a time limit"),
    "126": (Cause.CONFIGURATION, "not executable"),
    "127": (Cause.CONFIGURATION, "not found"),
    "132": (Cause.UNKNOWN, "stopped at an illegal instruction (SIGILL)"),
    "134": (Cause.UNKNOWN, "aborted (SIGABRT)"),
    "135": (Cause.UNKNOWN, "stopped at a bus error (SIGBUS)"),
    "136": (Cause.UNKNOWN, "stopped at an arithmetic error (SIGFPE)"),
    "137": (Cause.INFRASTRUCTURE, "killed, as for lack of memory"),
    "139": (Cause.UNKNOWN, "stopped at a segmentation fault (SIGSEGV)"),
    "143": (Cause.INFRASTRUCTURE, "terminated"),
}


def read(log: Log) -> Iterator[Finding]:
    """This function will say what the exit code means, a guess beside anything that a tool said."""
    if log.exit >= len(log.lines):
        return
    found = _CODE.search(log.lines[log.exit].text)
    if found is not None and found[1] in _MEANING:
        cause, how = _MEANING[found[1]]
        yield Finding(
            cause=cause,
            message=f"the step's process was {how} (exit code {found[1]})",
            places=(log.exit,),
            rank=Rank.LIKELY if cause is Cause.INFRASTRUCTURE else Rank.GUESS,
        )


PARSER = LogParser(name="exit code", signs=("exit code 1", "exited with 1"), read=read)
