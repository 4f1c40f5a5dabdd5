"""Reads Terraform's and OpenTofu's errors, failed test runs, unformatted files, and the issues of TFLint."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from bot.diagnosis.log.logs import SCRIPT
from bot.diagnosis.model import Cause, SuiteResult
from bot.diagnosis.parsing import Finding, LogParser, Rank
from bot.diagnosis.places import location

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bot.diagnosis.log.logs import Log

_HEAD = re.compile(r"^\s*(?P<box>│ )?Error: (?P<message>.+)")
_ISSUE = re.compile(r"^(?:Error|Warning|Notice): (?P<message>.+ \([a-z][a-z0-9_]+\))$")
_ISSUES = re.compile(r"^\d+ issue\(s\) found:")
_TOOL = re.compile(
    r"(?i)\b(?:terraform|tofu|opentofu|terragrunt)(?:\.exe)? (?:-\S+ )*(?:init|plan|apply|validate|test|fmt|destroy|import|"
    r"refresh|workspace|output|run-all|v\d|used|will|has|encountered)\b|\bon \S+\.tf(?:\.json)? line \d+"
)
_NAMES = ("erraform", "ofu", "erragrunt", ".tf line ", ".tf.json line ")
_PLACE = re.compile(r"^[\s│]*on (?P<path>\S+) line (?P<line>\d+)(?:, in run \"(?P<run>[^\"]+)\")?")
_END = re.compile(
    r"^\s*╵|^[\s│]*(?:Error|Warning): |^\S+\.tf(?:test|mock)\.(?:hcl|json)\.\.\. |^(?:Success|Failure)! |^Releasing state lock|"
    r"^\s+run \"[^\"]*\"\.\.\. "
)
_FILE = re.compile(r"^(?P<path>[\w./@-]+\.(?:tf|tfvars|tftest\.hcl|tfmock\.hcl|hcl))$")
_FORMATS = re.compile(r"\bfmt\b")
_DIFFERENCE = re.compile(r"^(?:[-+ @]|$)")
_RUN_FAILED = re.compile(r"^\S+\.tf(?:test|mock)\.(?:hcl|json)\.\.\. fail$|^Failure! \d+ passed")
_TOTAL = re.compile(r"^(?:Success|Failure)! (\d+) passed, (\d+) failed(?:, (\d+) skipped)?")
_APPLIES = re.compile(r": (?:Creating|Modifying|Destroying|Provisioning with|Still creating)\b.*\.\.\.")

_CAUSES = (
    (Cause.INFRASTRUCTURE, re.compile(
        r"(?i)no such host|timed? ?out|connection (?:refused|reset)|TLS handshake|rate ?limit|Throttl|503 Service|502 Bad|"
        r"error acquiring the state lock|no valid credential|ExpiredToken|AccessDenied|Unauthorized|"
        r"failed to refresh cached credentials|error configuring .* backend")),
    (Cause.DEPENDENCY, re.compile(
        r"^(?:[\s│]*Error: )?(?:Failed to (?:query available provider|install provider|download module)|Inconsistent dependency lock|"
        r"Unsupported (?:Terraform|OpenTofu) Core|Incompatible provider version|Module not installed|"
        r"Required plugins are not installed|Invalid provider registry|Failed to resolve provider)")),
    (Cause.CONFIGURATION, re.compile(
        r"^(?:[\s│]*Error: )?(?:Failed to parse command-line|No configuration files|Backend (?:initialization|configuration)|"
        r"Too many command line|Invalid command-line|Could not load plugin|Failed to load plugin)")),
)  # fmt: skip
_SECOND = re.compile(r"^(?:Terraform|OpenTofu) encountered problems during initiali[sz]ation")
_LONGEST = 60
_MOST = 24


def read(log: Log) -> Iterator[Finding]:
    """This function will find every error, every file that is not formatted, and the verdict on the tests."""
    known = any(_is_named(line.text) or _is_named(line.step) for line in log.lines)
    formats = any("fmt" in line.text and _FORMATS.search(line.text[:300]) for line in log.lines)
    applies = lints = False
    for index, line in enumerate(log.lines):
        if line.command == SCRIPT:
            continue
        applies = applies or _APPLIES.search(line.text[:300]) is not None
        lints = lints or _ISSUES.match(line.text) is not None
        head = _HEAD.match(line.text) if "Error: " in line.text else None
        issue = _ISSUE.match(line.text) if lints else None
        if issue is not None:
            yield _error(log, index, issue["message"], cause=Cause.LINT)
        elif head is not None and (head["box"] or known):
            yield _error(log, index, head["message"], cause=Cause.CONFIGURATION if applies else None)
        elif formats and (file := _FILE.match(line.text)) is not None:
            message = f"{file['path']} is not formatted"
            yield Finding(cause=Cause.FORMAT, message=message, places=(index, *_difference(log, index)))
        elif _RUN_FAILED.match(line.text):
            yield Finding(cause=Cause.TEST, message=line.text, places=(index,), rank=Rank.CONSEQUENCE)


def _is_named(text: str) -> bool:
    return any(name in text for name in _NAMES) and _TOOL.search(text[:300]) is not None


def _error(log: Log, index: int, message: str, *, cause: Cause | None) -> Finding:
    block = _block(log, index)
    text = "\n".join(log.lines[place].text for place in block)
    place = next((found for one in block if (found := _PLACE.match(log.lines[one].text))), None)
    tests: tuple[str, ...] = ()
    if place is not None and place["run"]:
        tests = (f"{place['path']} > {place['run']}",)
    guessed = next((one for one, pattern in _CAUSES if pattern.search(text)), None)
    return Finding(
        cause=Cause.TEST if tests else guessed or cause or Cause.COMPILE,
        message=message,
        places=tuple(block[:_MOST]),
        rank=Rank.CONSEQUENCE if _SECOND.match(message) else Rank.ROOT,
        tests=tests,
        locations=(location(place["path"], place["line"]),) if place else (),
    )


def _block(log: Log, index: int) -> list[int]:
    """The lines of one error: the box, or without one the paragraphs down to the next error."""
    block, blanks = [index], 0
    for place in log.downward(index, _LONGEST):
        text = log.lines[place].text
        if _END.match(text) or log.lines[place].command:
            break
        if not text.strip("│ \t"):
            blanks += 1
            if blanks > 2:  # noqa: PLR2004 - two errors stand this far apart
                break
            continue
        blanks = 0
        block.append(place)
    return block


def _difference(log: Log, index: int) -> Iterator[int]:
    """The changed lines of `fmt -diff` below the file's name."""
    for place in log.downward(index, _LONGEST):
        text = log.lines[place].text
        if log.lines[place].command or _DIFFERENCE.match(text) is None:
            return
        if text.startswith(("+", "-")):
            yield place


def suites(log: Log) -> Iterator[SuiteResult]:
    """This function will read the counts of `terraform test`."""
    for line in log.lines:
        if (total := _TOTAL.match(line.text)) is not None:
            yield SuiteResult(
                name="terraform test", passed=int(total[1]), failed=int(total[2]), skipped=int(total[3] or 0)
            )


PARSER = LogParser(
    name="terraform",
    signs=("Error: ", "╷", ".tf", ".hcl", "issue(s) found:"),
    read=read,
    landmarks=("│ Error: ",),
    suites=suites,
)
