"""Reads the failed tests of Maven's Surefire and Failsafe; tests that passed when run again are no failures."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from bot.diagnosis.forms.blocks import Form, read_forms
from bot.diagnosis.forms.counts import Count, counts_of
from bot.diagnosis.model import Cause
from bot.diagnosis.parsing import Finding, LogParser, Rank

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bot.diagnosis.log.logs import Log

_DETAILS = (
    Form(
        head=re.compile(
            r"^(?:\[ERROR\] )?(?!Tests run:)(?P<test>\S.*?) (?:-- | )?Time elapsed: .* <<< (?:FAILURE|ERROR)!$"
        ),
        cause=Cause.TEST,
        body=re.compile(r"\S"),
        blanks=1,
        until=re.compile(
            r"^\[(?:INFO|ERROR|WARNING)\] |^\[(?:INFO|ERROR)\]$|^Tests run:|<<< (?:FAILURE|ERROR)!|^Running |^Results ?:"
        ),
        says=re.compile(r"<<< (?:FAILURE|ERROR)!\n(\S.*)"),
    ),
)
_LIST = (
    Form(
        head=re.compile(r"^(?:\[ERROR\] )?(?:Failures: ?|Errors: ?|Failed tests:.*|Tests in error:.*)$"),
        cause=Cause.TEST,
        body=re.compile(r"\S"),
        until=re.compile(r"^\[INFO\]|^(?:\[\w+\] )?Tests run:|^\[ERROR\] ?$|^\[WARNING\] Flakes:"),
        names=re.compile(
            r"^(?:\[ERROR\] +| +)(?!Run \d)([\w$]+(?:\.[\w$]+)*?(?:[>.][\w$]+(?:\[[^\]\n]*\])?)+):\d+",
            re.MULTILINE,
        ),
        says=re.compile(r"^(?:\[ERROR\] +| +)(?:Run 1: )?([\w$.>]+:\d+.*)", re.MULTILINE),
        needs=re.compile(
            r"^(?:\[ERROR\] +| {2})(?:Run \d+: )?[\w$.>\[\]]+:\d+|tests: +\S|error: *\n", re.MULTILINE
        ),
        places=0,
        rank=Rank.CONSEQUENCE,
    ),
    Form(
        head=re.compile(
            r"^(?:\[ERROR\] )?(?P<message>(?:The forked VM terminated without|There was a timeout in the fork|"
            r"Crashed tests:|Error occurred in starting fork|ExecutionException The forked VM terminated).*)"
        ),
        cause=Cause.TEST,
        body=re.compile(r"^\[ERROR\] \S"),
        most=8,
        rank=Rank.CONSEQUENCE,
    ),
)
_FLAKES = re.compile(r"^(?:\[WARNING\] )?(?:Flakes|Flaked tests): ?$")
_FLAKY_TEST = re.compile(r"^(?:\[WARNING\] )?(?P<test>[\w$.]+(?:\([\w$.]+\))?)$")
_END = re.compile(r"^(?:\[\w+\] )?Tests run:")
_REACH = 200  # lines that a list of flaky tests may have

RUN = Count(
    sign="Tests run:",
    line=re.compile(
        r"(?:\[\w+\] )?Tests run: (?P<total>\d+), Failures: (?P<failed>\d+), Errors: (?P<errors>\d+), Skipped: (?P<skipped>\d+), "
        r"Time elapsed: (?P<seconds>[\d.,]+) s(?:ec)?(?:.* in (?P<suite>\S+))?"
    ),
)


def read(log: Log) -> Iterator[Finding]:
    """This function will find every failed test and the lists in which the plugin repeats them."""
    flaky = _flaky(log)
    told = False
    for finding in read_forms(log, _DETAILS):
        if not flaky.intersection(_full_name(test) for test in finding.tests):
            told = True
            yield finding
    for finding in read_forms(log, _LIST):
        yield replace(finding, tests=()) if told else finding


def _flaky(log: Log) -> frozenset[str]:
    """The tests that failed and then passed, as the plugin lists them."""
    return frozenset(
        _full_name(found["test"])
        for index, line in enumerate(log.lines)
        if _FLAKES.match(line.text)
        for place in _until_counted(log, index)
        if (found := _FLAKY_TEST.match(log.lines[place].text)) is not None
    )


def _full_name(test: str) -> str:
    """Class and method, where the plugin writes method(class) or class.method(class)."""
    method, _, suite = test.removesuffix(")").partition("(")
    return method if "." in method or not suite else f"{suite}.{method}"


def _until_counted(log: Log, index: int) -> Iterator[int]:
    for place in log.downward(index, _REACH):
        if _END.match(log.lines[place].text):
            return
        yield place


PARSER = LogParser(
    name="surefire",
    signs=(
        "<<< FAILURE!",
        "<<< ERROR!",
        "Failed tests:",
        "Tests in error:",
        "forked VM",
        "Failures:",
        "Errors:",
    ),
    landmarks=("<<< FAILURE!", "<<< ERROR!", "Failed tests:", "Tests in error:"),
    read=read,
    suites=counts_of("surefire", RUN),
)
