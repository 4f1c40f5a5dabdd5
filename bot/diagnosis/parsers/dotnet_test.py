"""Reads the failed tests of .NET: xUnit, NUnit and MSTest, through dotnet test or their own runners."""

from __future__ import annotations

import re

from bot.diagnosis.forms.blocks import Form, reader_of
from bot.diagnosis.forms.counts import Count, counts_of
from bot.diagnosis.model import Cause
from bot.diagnosis.parsing import Rank

_WHERE = re.compile(r" in (?P<path>\S.*?\.(?:cs|fs|vb)):(?:line )?(?P<line>\d+)")

PARSER = reader_of(
    "dotnet test",
    signs=(
        "[FAIL]",
        "Error Message:",
        "Errors and Failures",
        "Errors, Failures and Warnings",
        ") Failed : ",
        ") Test Failure : ",
        ") Test Error : ",
        "] Failed ",
    ),
    landmarks=("[FAIL]", "Error Message:"),
    forms=(
        Form(  # xUnit's own
            head=re.compile(r"^\s*(?:\[xUnit.net [^\]]*\]\s+)?(?P<test>[\w.+<>`]+\.\w+(?:\(.*\))?) \[FAIL\]"),
            cause=Cause.TEST,
            body=re.compile(r"^\s{6,}\S|^\[xUnit.net [^\]]*\]\s{6,}"),
            most=24,
            needs=re.compile(r"\n"),
            says=re.compile(r"\[FAIL\].*\n(?:\[xUnit.net [^\]]*\])?\s+(\S.*)"),
            where=_WHERE,
        ),
        Form(  # dotnet test
            head=re.compile(r"^\s*(?:X|Failed) (?P<test>\w[\w.+<> ]*(?:\(.*\))?)(?: \[[^\]]*\])?$"),
            cause=Cause.TEST,
            body=re.compile(r"\S"),
            blanks=1,
            until=re.compile(
                r"^\s*(?:Passed|Failed|Skipped|X|√|!) \S+.*\[[^\]]*\]$|^Results File|^Test Run|^(?:Failed|Passed)! |^Total tests|"
                r"^\[xUnit|^\s*Standard Output Messages|^Attachments:"
            ),
            needs=re.compile(r"\n\s*(?:Error Message|Stack Trace):"),
            says=re.compile(r"Error Message:\n\s*(\S.*(?:\n\s*(?:Expected|But was|Actual): .*){0,2})"),
            where=_WHERE,
        ),
        Form(  # NUnit's console
            head=re.compile(r"^\s*\d+\) (?:Test )?(?:Failed|Failure|Error|Invalid) : (?P<test>\S.*)$"),
            cause=Cause.TEST,
            body=re.compile(r"\S"),
            blanks=1,
            until=re.compile(
                r"^\s*\d+\) (?:Test )?(?:Failed|Failure|Error|Invalid|Warning|Ignored|Skipped) : |^Run Settings|^Test Run Summary"
            ),
            says=re.compile(r"\n\s*(\S.*(?:\n\s*(?:Expected|But was|Actual): .*){0,2})"),
            where=_WHERE,
        ),
        Form(
            head=re.compile(r"^\s*(?:\[xUnit.net [^\]]*\]\s+)?(?P<test>[\w.+<>`]+\.\w+(?:\(.*\))?) \[FAIL\]"),
            cause=Cause.TEST,
            rank=Rank.CONSEQUENCE,
        ),
        Form(
            head=re.compile(
                r"^(?P<message>The active test run was aborted\. Reason: .*|Test host process crashed.*|The active Test Run was aborted.*)"
            ),
            cause=Cause.TEST,
            body=re.compile(r"\S"),
            most=12,
            rank=Rank.CONSEQUENCE,
        ),
    ),
    suites=counts_of(
        "dotnet test",
        Count(
            sign="- Failed: ",
            line=re.compile(
                r"\s*(?:Failed|Passed)!\s+- Failed:\s+(?P<failed>\d+), Passed:\s+(?P<passed>\d+), Skipped:\s+(?P<skipped>\d+), "
                r"Total:\s+\d+, Duration: (?:(?P<minutes>\d+) m )?(?:< 1 ms|(?:(?P<seconds>[\d.]+) s ?)?(?:(?P<millis>[\d.]+) ms)?)"
                r"(?: - (?P<suite>\S+))?"
            ),
        ),
        Count(
            sign="Total tests: ",
            line=re.compile(
                r"\s*Total tests: (?P<total>\d+)\.?(?:\s+Passed: (?P<passed>\d+)\.?)?(?:\s+Failed: (?P<failed>\d+)\.?)?"
                r"(?:\s+Skipped: (?P<skipped>\d+))?"
            ),
            span=4,
        ),
        Count(
            sign="Errors: ",
            line=re.compile(
                r"\s*(?P<suite>[\w.]+)\s+Total: (?P<total>\d+), Errors: (?P<errors>\d+), Failed: (?P<failed>\d+), "
                r"Skipped: (?P<skipped>\d+), Time: (?P<seconds>[\d.]+)s"
            ),
        ),
        Count(
            sign="Test Count: ",
            line=re.compile(
                r"\s*Test Count: \d+, Passed: (?P<passed>\d+), Failed: (?P<failed>\d+),.* Skipped: (?P<skipped>\d+)"
            ),
        ),
    ),
)
