"""Reads what Make and Ninja say themselves: missing rules, broken makefiles, and which recipe failed."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from bot.diagnosis.forms.blocks import Form, read_forms
from bot.diagnosis.model import Cause
from bot.diagnosis.parsing import Finding, LogParser, Rank

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bot.diagnosis.log.logs import Log

_MAKE = r"(?:\S*/)?(?:g|mingw32-|n)?make(?:\[\d+\])?(?:\.exe)?"

_FORMS = (
    Form(  # make knows no way to go on
        head=re.compile(
            rf"^{_MAKE}: \*\*\* (?P<message>No rule to make target .*, needed by .*|.* Circular .*|virtual memory exhausted.*)"
        ),
        cause=Cause.COMPILE,
        places=0,
    ),
    Form(  # what was asked for is not there, often because what makes the makefile failed before
        head=re.compile(rf"^{_MAKE}: \*\*\* (?P<message>No rule to make target .*|No targets .*)"),
        cause=Cause.COMPILE,
        rank=Rank.GUESS,
        places=0,
    ),
    Form(  # `Makefile:2: *** missing separator.  Stop.` and what $(error …) says
        head=re.compile(r"^(?P<path>[^\s:]+):(?P<line>\d+): \*\*\* (?P<message>(?!\[).+)"),
        cause=Cause.COMPILE,
    ),
    Form(
        head=re.compile(
            rf"^{_MAKE}: (?P<message>\S+: (?:No such file or directory|Permission denied|Command not found))$"
        ),
        cause=Cause.CONFIGURATION,
        rank=Rank.CONSEQUENCE,
        places=0,
    ),
    Form(
        head=re.compile(r"^ninja: (?:fatal|error): (?P<message>.+)"),
        cause=Cause.COMPILE,
        rank=Rank.CONSEQUENCE,
        places=0,
    ),
    Form(  # which recipe failed: true, and no news
        head=re.compile(rf"^(?P<message>{_MAKE}: \*\*\* \[.*\] (?:Error \d+|\w.*)|ninja: build stopped: .+)"),
        cause=Cause.COMPILE,
        body=re.compile(rf"^{_MAKE}: (?:\*\*\*|Leaving|Target) "),
        rank=Rank.WRAPPER,
        places=0,
    ),
)
_FAILED = re.compile(r"^FAILED: (?:\[code=\d+\] )?(?P<target>\S.*?)\s*$")
_NEXT = re.compile(r"^\[\d+/\d+\]|^FAILED: |^ninja: |^##")
_TOLD = re.compile(
    r": (?:fatal )?error: |: (?:fatal )?error [A-Z]+\d+: |undefined reference to|^error(?:\[E\d+\])?: "
)
_WIDEST = 1_000  # characters of a line; a command's line is longer
_MOST = 20


def read(log: Log) -> Iterator[Finding]:
    """This function will find what Make and Ninja refuse, and what the failed commands of Ninja printed."""
    yield from read_forms(log, _FORMS)
    for index, line in enumerate(log.lines):
        failed = _FAILED.match(line.text) if line.text.startswith("FAILED: ") else None
        if failed is None:
            continue
        said: list[int] = []
        for place in log.downward(index, _MOST):
            if _NEXT.match(log.lines[place].text) or log.lines[place].command:
                break
            said.append(place)
        output = [place for place in said[1:] if log.lines[place].text.strip()]
        output = [place for place in output if len(log.lines[place].text) < _WIDEST]
        if any(_TOLD.search(log.lines[place].text) for place in output):
            continue  # the compiler's or the linker's parser tells of it
        yield Finding(
            cause=Cause.COMPILE,
            message=log.lines[output[0]].text.strip() if output else f"{failed['target']} could not be built",
            places=(index, *output),
            rank=Rank.CONSEQUENCE,
        )


PARSER = LogParser(
    name="make",
    signs=("*** ", "make: ", "ninja: ", "FAILED: "),
    read=read,
    landmarks=("*** No rule to make target", "ninja: error: "),
)
