"""Reads the compiler's errors off `cargo --message-format=json`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
from msgspec import Struct, field

from bot.diagnosis.artifacts.jsonlines import lines
from bot.diagnosis.artifacts.model import Remark
from bot.diagnosis.model import Cause
from bot.diagnosis.places import location

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_ENDS = ("aborting due to", "could not compile")  # sum up what was said above


class _Code(Struct):
    code: str = ""


class _Span(Struct):
    file_name: str
    line_start: int
    column_start: int
    is_primary: bool = False


class _Diagnostic(Struct):
    message: str
    level: str = ""
    code: _Code | None = None
    rendered: str | None = None
    spans: list[_Span] = field(default_factory=list)


class _Line(Struct):
    reason: str = ""
    message: _Diagnostic | None = None


# https://doc.rust-lang.org/cargo/reference/external-tools.html#json-messages
_DECODER = msgspec.json.Decoder(_Line)


def read_cargo(chunks: Iterable[bytes]) -> Iterator[Remark]:
    """This function will yield the errors in a stream of cargo's messages; lines that are none are passed over."""
    for line in lines(chunks):
        if b'"compiler-message"' not in line:
            continue
        try:
            said = _DECODER.decode(line)
        except (msgspec.DecodeError, RecursionError):
            continue
        diagnostic = said.message
        if diagnostic is None or not diagnostic.level.startswith("error"):
            continue
        if not diagnostic.message.startswith(_ENDS):
            yield _remark(diagnostic)


def _remark(diagnostic: _Diagnostic) -> Remark:
    code = diagnostic.code.code if diagnostic.code else ""
    spans = sorted(diagnostic.spans, key=lambda span: not span.is_primary)
    # A code in words is a lint's, clippy::needless_return or unused_variables; an error's is E0308.
    is_lint = bool(code) and not code.startswith("E0")
    return Remark(
        tool="clippy" if code.startswith("clippy::") else "rustc",
        cause=Cause.LINT if is_lint else Cause.COMPILE,
        message=f"{diagnostic.message} [{code}]" if code else diagnostic.message,
        text=diagnostic.rendered or "",
        locations=tuple(
            location(span.file_name, span.line_start, span.column_start)
            for span in spans[:1]
            if span.line_start > 0
        ),
    )
