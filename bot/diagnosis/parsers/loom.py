"""Reads the executions that loom's model checker refuses: causality violations, deadlocks, leaks, exhausted branches."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from bot.diagnosis.forms.panics import LOOM, WORDS, down_to_next, own_place, panics_in
from bot.diagnosis.model import Cause
from bot.diagnosis.parsing import Finding, LogParser
from bot.diagnosis.places import location

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bot.diagnosis.forms.panics import Panic
    from bot.diagnosis.log.logs import Log
    from bot.diagnosis.model import Location

_SECTION = re.compile(r"^---- (?P<test>.+) (?:stdout|stderr) ----$")
# `created: tests/cell.rs:12:9`, `read: thread #1 @ src/cell.rs:30:17`
_ACCESS = re.compile(
    r"^\s*(?:created|read|write|with|load|store|mut)\w*: (?:thread #\d+ @ )?(?P<path>[^\s:]+):(?P<line>\d+):(?P<column>\d+)"
)
_ITERATION = re.compile(r"^\s*=+ Iteration (\d+) =+$")
_LONGEST = 120


def read(log: Log) -> Iterator[Finding]:
    """This function will find every panic that loom raised, with the places of the accesses in the own code."""
    for index, line in enumerate(log.lines):
        if WORDS not in line.text:
            continue
        below = down_to_next(log, index)
        for panic in panics_in(log, below):
            if LOOM.match(panic.message):
                yield _finding(log, below, panic)


def _finding(log: Log, below: list[int], panic: Panic) -> Finding:
    test, above = _test(log, below[0])
    return Finding(
        cause=Cause.TEST,
        message=panic.message,
        places=(*above, *panic.places),
        tests=(test or panic.thread,) if test or panic.thread != "main" else (),
        locations=_accesses(log, below, panic),
    )


def _test(log: Log, index: int) -> tuple[str, tuple[int, ...]]:
    """The test of the section the panic stands in, and the line that names it with the last iteration."""
    iteration: tuple[int, ...] = ()
    for place in log.upward(index, _LONGEST):
        text = log.lines[place].text
        if not iteration and _ITERATION.match(text):
            iteration = (place,)
        if (section := _SECTION.match(text)) is not None:
            return section["test"], (place, *iteration)
    return "", iteration


def _accesses(log: Log, below: list[int], panic: Panic) -> tuple[Location, ...]:
    found = [one for place in panic.places if (one := _ACCESS.match(log.lines[place].text))]
    named = [location(one["path"], one["line"], one["column"]) for one in found]
    return tuple(dict.fromkeys(named)) or own_place(log, panic, below)


PARSER = LogParser(
    name="loom",
    signs=(
        "Causality violation: ",
        "deadlock; threads = ",
        "Model exceeded maximum",
        " leaked",
        "loom internal bug",
    ),
    read=read,
    landmarks=("Causality violation: ", "deadlock; threads = "),
)
