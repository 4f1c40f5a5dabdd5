"""Reads Gradle's failed tests, tasks, configurations and dependencies."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from bot.diagnosis.forms.blocks import Form, read_forms
from bot.diagnosis.forms.counts import Count, counts_of
from bot.diagnosis.model import Cause
from bot.diagnosis.parsing import Finding, LogParser, Rank

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bot.diagnosis.log.logs import Log

_BODY = re.compile(r"^(?:> |\s+\S)")
_SAYS = re.compile(r"^> (.+)", re.MULTILINE)
_NETWORK = re.compile(
    r"Received status code (?:429|5\d\d)|Connect(?:ion)? (?:to \S+ .*failed: )?(?:timed out|refused|reset)|Connection reset|"
    r"Read timed out|Network is unreachable|Temporary failure in name resolution|Remote host terminated|PKIX path|"
    r"UnknownHostException|handshake_failure"
)
_UNRESOLVED = re.compile(
    r"Could not (?:resolve|get|GET|download|HEAD) |Could not find \S+:\S+|No matching (?:variant|toolchains)"
)
_TASK = r"^(?:Execution|Task) failed for task '(?P<message>:\S*"

_TESTS = (
    Form(
        head=re.compile(r"^(?P<suite>[\w.$][\w.$ ]*(?: > [^>]+)*?) > (?P<test>.+?) FAILED$"),
        cause=Cause.TEST,
        body=re.compile(r"^\s+\S"),
        blanks=1,
        until=re.compile(r"^\s*FAILURE: "),
        says=re.compile(r"FAILED\n+\s+(\S.*)"),
    ),
    Form(  # of a multiplatform project
        head=re.compile(r"^(?P<test>[\w$]+(?:\.[\w$ ]+)+\[[\w, ]+\]) FAILED$"),
        cause=Cause.TEST,
        body=re.compile(r"^\s+\S"),
        blanks=1,
        says=re.compile(r"FAILED\n+\s+(\S.*)"),
    ),
)
_TASKS = (
    Form(
        head=re.compile(
            r"^(?:Execution failed for task|Could not (?:resolve|determine the dependencies)|A problem occurred)"
        ),
        cause=Cause.INFRASTRUCTURE,
        body=_BODY,
        needs=_NETWORK,
        says=_SAYS,
        places=0,
        rank=Rank.LIKELY,
    ),
    Form(
        head=re.compile(
            r"^(?:Execution failed for task|Could not (?:resolve all|determine the dependencies of)|A problem occurred) .*"
        ),
        cause=Cause.DEPENDENCY,
        body=_BODY,
        needs=_UNRESOLVED,
        says=_SAYS,
    ),
    Form(
        head=re.compile(
            r"^(?P<message>Could not (?:(?:resolve|find|download) \S+:\S+:\S+).*)|^(?P<path>\S+): Could not resolve all"
        ),
        cause=Cause.DEPENDENCY,
        body=_BODY,
    ),
    Form(
        head=re.compile(rf"{_TASK}(?:[Ss]potless|[Kk]tlint|[Ff]ormat|[Kk]tfmt|[Gg]oogleJavaFormat)\S*'\..*)"),
        cause=Cause.FORMAT,
        body=_BODY,
        says=_SAYS,
    ),
    Form(
        head=re.compile(
            rf"{_TASK}(?:[Cc]heckstyle|[Ll]int|[Pp]md|[Dd]etekt|[Ss]potbugs|[Ff]indbugs|[Aa]piCheck|[Ll]icense|[Aa]nimalsniffer)\S*'\..*)"
        ),
        cause=Cause.LINT,
        body=_BODY,
        says=_SAYS,
        most=12,
    ),
    Form(
        head=re.compile(rf"{_TASK}(?:[Jj]avadoc|[Dd]okka)\S*'\..*)"), cause=Cause.DOCS, body=_BODY, says=_SAYS
    ),
    Form(
        head=re.compile(r"^Execution failed for task '(?P<message>:.*)"),
        cause=Cause.TEST,
        body=_BODY,
        needs=re.compile(r"> There were failing tests"),
        rank=Rank.WRAPPER,
    ),
    Form(
        head=re.compile(r"^Execution failed for task '(?P<message>:.*)"),
        cause=Cause.COMPILE,
        body=_BODY,
        needs=re.compile(r"> (?:Compilation (?:failed|error)|.*[Cc]ompil\w+ (?:error|failed))"),
        rank=Rank.WRAPPER,
        says=_SAYS,
    ),
    Form(
        head=re.compile(r"^(?:Execution|Task) failed for task '(?P<message>:.*)"),
        cause=Cause.UNKNOWN,
        body=_BODY,
        says=_SAYS,
        most=8,
        rank=Rank.CONSEQUENCE,
    ),
    Form(
        head=re.compile(
            r"^(?:A problem occurred (?:evaluating|configuring|starting) |Could not compile (?:build|settings) file|Plugin \[id: |"
            r"(?:Cannot locate tasks|Task '\S+' not found|Project '\S+' not found|Could not open \w+ (?:generic|remapped) class cache)|"
            r"Could not (?:determine java version|create service)).*"
        ),
        cause=Cause.CONFIGURATION,
        body=_BODY,
        says=_SAYS,
    ),
    Form(
        head=re.compile(
            r"^(?P<message>(?:Gradle build daemon disappeared unexpectedly|The message received from the daemon indicates that "
            r"the daemon has disappeared|Gradle could not start your build|Timeout waiting to lock|Unable to start the daemon).*)"
        ),
        cause=Cause.INFRASTRUCTURE,
        body=_BODY,
        rank=Rank.LIKELY,
    ),
)


def read(log: Log) -> Iterator[Finding]:
    """This function will find the failed tests, but not those that passed when run again, and what went wrong else."""
    passed = {line.text.removesuffix(" PASSED") for line in log.lines if line.text.endswith(" PASSED")}
    for finding in read_forms(log, _TESTS):
        if not passed.intersection(finding.tests):
            yield finding
    yield from read_forms(log, _TASKS)


PARSER = LogParser(
    name="gradle",
    signs=(" FAILED", "* What went wrong:", "Gradle build daemon", "daemon has disappeared"),
    landmarks=("* What went wrong:",),
    read=read,
    suites=counts_of(
        "gradle test",
        Count(
            sign=" completed, ",
            line=re.compile(
                r"(?P<total>\d+) tests? completed, (?P<failed>\d+) failed(?:, (?P<skipped>\d+) skipped)?$"
            ),
        ),
    ),
)
