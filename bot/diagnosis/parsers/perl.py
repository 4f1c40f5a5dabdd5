"""Reads the failures of Perl's test modules, of prove and of the interpreter."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from bot.diagnosis.forms.blocks import Form, read_forms
from bot.diagnosis.model import Cause, SuiteResult
from bot.diagnosis.parsing import LogParser, Rank

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bot.diagnosis.log.logs import Log

_DIED = r"(?P<message>(?!\s*#).+) at (?P<path>\S+\.(?:pm|pl|t|PL)) line (?P<line>\d+)\.?"
_FORMS = (
    Form(
        head=re.compile(r"^\s*# {3}Failed test(?: '(?P<test>.+)')?(?: at .*)?$"),
        cause=Cause.TEST,
        body=re.compile(r"^\s*#\s"),
        until=re.compile(r"^\s*# {3}Failed test|^\s*# Looks like"),
        says=re.compile(r"^\s*# {4,}(got: .+|'?\S.*)$", re.MULTILINE),
    ),
    Form(
        head=re.compile(r"^(?P<message>syntax error at (?P<path>\S+) line (?P<line>\d+).*)"),
        cause=Cause.COMPILE,
        body=re.compile(r"\S"),
        most=4,
    ),
    Form(
        head=re.compile(r"^(?:# {1,5})?(?P<message>Can't locate \S+ in @INC .*)"),
        cause=Cause.DEPENDENCY,
        body=re.compile(r"^(?:# +)?(?:BEGIN failed|Compilation failed)"),
        places=0,
    ),
    Form(
        head=re.compile(
            r"^(?P<message>(?:Global symbol .* requires explicit package name|Bareword .* not allowed|Undefined subroutine|"
            r"Missing right curly|Unmatched right|Can't find string terminator|Number found where).*) at (?P<path>\S+) line (?P<line>\d+)"
        ),
        cause=Cause.COMPILE,
        body=re.compile(r"^(?:Execution of|BEGIN failed|Compilation failed|\S+ had compilation errors)"),
    ),
    Form(
        head=re.compile(rf"^{_DIED}$"),
        cause=Cause.TEST,
        body=re.compile(r"^\S+\.t \.+|^Dubious|^No subtests|^(?:Compilation|BEGIN) failed|^# Looks like"),
        needs=re.compile(r"\nDubious, test returned"),
    ),
    Form(
        head=re.compile(r"^Test Summary Report$"),
        cause=Cause.TEST,
        body=re.compile(r"\S"),
        until=re.compile(r"^Files=\d+"),
        says=re.compile(r"^(\S+\.t +\(Wstat.*)", re.MULTILINE),
        rank=Rank.CONSEQUENCE,
        places=0,
    ),
    Form(
        head=re.compile(rf"^(?!Use of uninitialized){_DIED}$"),
        cause=Cause.UNKNOWN,
        body=re.compile(r"^\t\S"),
        near=30,
        rank=Rank.LIKELY,
    ),
)
_TOTAL = re.compile(r"^Files=\d+, Tests=(?P<tests>\d+), +(?P<seconds>\d+) wallclock")
_FAILED = re.compile(r"Tests: \d+ Failed: (\d+)\)$")


def suites(log: Log) -> Iterator[SuiteResult]:
    """This function will read prove's totals."""
    failed = 0
    for line in log.lines:
        if (one := _FAILED.search(line.text)) is not None:
            failed += int(one[1])
        elif (total := _TOTAL.match(line.text)) is not None:
            yield SuiteResult(
                name="prove",
                passed=max(0, int(total["tests"]) - failed),
                failed=failed,
                seconds=float(total["seconds"]),
            )
            failed = 0


PARSER = LogParser(
    name="perl",
    signs=("Failed test", "syntax error at ", "Can't locate ", " line ", "Test Summary Report"),
    landmarks=("Test Summary Report",),
    read=lambda log: read_forms(log, _FORMS),
    suites=suites,
)
