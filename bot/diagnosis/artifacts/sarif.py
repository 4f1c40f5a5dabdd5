"""Reads SARIF, the results of compilers, linters and scanners."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Annotated
from urllib.parse import unquote

import msgspec
from msgspec import Meta, Struct, field

from bot.diagnosis.artifacts.model import Damaged, Remark
from bot.diagnosis.model import Cause
from bot.diagnosis.places import location
from bot.forms import decode

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bot.diagnosis.model import Location

MOST_LOCATIONS = 3
_BOM = b"\xef\xbb\xbf"
_FAIL = "fail"
_OLD = frozenset({"unchanged", "absent"})
_COMPILER = re.compile(
    r"(?i)\b(?:gnu c|gcc|g\+\+|clang|msvc|cl\.exe|rustc|javac|roslyn|c# compiler|tsc)\b|^GNU C"
)
_PLACEHOLDER = re.compile(r"\{(\d+)\}")
_SCHEME = re.compile(r"^file:/*(?=/)")
_DRIVE = re.compile(r"^/(?=[A-Za-z]:/)")

Line = Annotated[int, Meta(ge=1, le=10_000_000)]


class _Message(Struct, gc=False):
    text: str = ""
    id: str = ""
    arguments: list[str] = field(default_factory=list)


class _Configuration(Struct, gc=False):
    level: str = "warning"


class _Rule(Struct, rename="camel", gc=False):
    id: str = ""
    default_configuration: _Configuration = field(default_factory=_Configuration)
    message_strings: dict[str, _Message] = field(default_factory=dict)
    short_description: _Message = field(default_factory=_Message)


class _Driver(Struct, gc=False):
    name: str = ""
    rules: list[_Rule] = field(default_factory=list)


class _Tool(Struct, gc=False):
    driver: _Driver = field(default_factory=_Driver)


class _File(Struct, gc=False):
    uri: str = ""


class _Snippet(Struct, gc=False):
    text: str = ""


class _Region(Struct, rename="camel", gc=False):
    start_line: Line | None = None
    start_column: Line | None = None
    snippet: _Snippet = field(default_factory=_Snippet)


class _Physical(Struct, rename="camel", gc=False):
    artifact_location: _File = field(default_factory=_File)
    region: _Region = field(default_factory=_Region)


class _Location(Struct, rename="camel", gc=False):
    physical_location: _Physical = field(default_factory=_Physical)


class _RuleReference(Struct, gc=False):
    id: str = ""
    index: int = -1


class _Suppression(Struct, gc=False):
    status: str = "accepted"


class _Result(Struct, rename="camel", gc=False):
    message: _Message = field(default_factory=_Message)
    rule_id: str = ""
    rule_index: int = -1
    rule: _RuleReference = field(default_factory=_RuleReference)
    kind: str = _FAIL
    level: str = ""
    baseline_state: str = ""
    locations: list[_Location] = field(default_factory=list)
    suppressions: list[_Suppression] | None = None


class _Run(Struct, gc=False):
    tool: _Tool = field(default_factory=_Tool)
    results: list[_Result] | None = None


class _Log(Struct, gc=False):
    runs: list[_Run]
    version: str = ""


def read_sarif(content: bytes | bytearray) -> Iterator[Remark]:
    """This function will yield the errors of a SARIF file that nobody has accepted.

    https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html

    Raises:
        Damaged: it is no SARIF, or cut off.
    """
    try:
        start = len(_BOM) if content.startswith(_BOM) else 0
        log = decode(memoryview(content)[start:], _Log)
    except (msgspec.DecodeError, RecursionError) as error:
        raise Damaged(f"it is no SARIF that can be read: {error}") from error
    for run in log.runs:
        driver = run.tool.driver
        for result in run.results or ():
            rule = _rule(driver, result)
            if _counts(result, rule):
                yield _remark(driver, result, rule)


def _rule(driver: _Driver, result: _Result) -> _Rule:
    index = max(result.rule_index, result.rule.index)
    if 0 <= index < len(driver.rules):
        return driver.rules[index]
    wanted = result.rule_id or result.rule.id
    return next((rule for rule in driver.rules if wanted and rule.id == wanted), _Rule(id=wanted))


def _counts(result: _Result, rule: _Rule) -> bool:
    level = result.level or rule.default_configuration.level
    accepted = any(one.status == "accepted" for one in result.suppressions or ())
    return result.kind == _FAIL and level == "error" and not accepted and result.baseline_state not in _OLD


def _remark(driver: _Driver, result: _Result, rule: _Rule) -> Remark:
    name = result.rule_id or rule.id
    said = _said(result.message, rule)
    snippets = (one.physical_location.region.snippet.text for one in result.locations[:MOST_LOCATIONS])
    return Remark(
        tool=driver.name.strip().lower() or "sarif",
        cause=Cause.COMPILE if _COMPILER.search(driver.name) else Cause.LINT,
        message=f"{said} [{name}]" if name and name not in said else said,
        text="\n".join((said, *(text for text in snippets if text))),
        locations=tuple(_locations(result)),
    )


def _said(message: _Message, rule: _Rule) -> str:
    """The text of a message, which may stand at its rule with places for arguments."""
    text = message.text
    if not text and message.id in rule.message_strings:
        text = rule.message_strings[message.id].text
    text = text or rule.short_description.text or rule.id or "a result without a message"
    arguments = message.arguments

    def argument(found: re.Match[str]) -> str:
        index = int(found[1][:3])
        return arguments[index] if index < len(arguments) else found[0]

    return _PLACEHOLDER.sub(argument, text)


def _locations(result: _Result) -> Iterator[Location]:
    for one in result.locations[:MOST_LOCATIONS]:
        physical = one.physical_location
        path = _DRIVE.sub("", _SCHEME.sub("", unquote(physical.artifact_location.uri)))
        if path and physical.region.start_line is not None:
            yield location(path, physical.region.start_line, physical.region.start_column)
