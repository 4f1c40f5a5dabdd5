"""A span's name and attributes by OpenTelemetry's conventions, without secrets and without what people wrote."""

from __future__ import annotations

from typing import TYPE_CHECKING, assert_never

from bot.engine.spans import SpanKind
from bot.redaction import redact

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bot.engine.spans import Span

    Attributes = Mapping[str, str | int | float]

# https://opentelemetry.io/docs/specs/semconv/: those of vcs and messaging are in development there.
_RENAMED: Mapping[str, str] = {
    "method": "http.request.method",
    "path": "url.template",
    "route": "http.route",
    "scheme": "url.scheme",
    "host": "server.address",
    "status": "http.response.status_code",
    "number": "vcs.change.id",
    "head_sha": "vcs.ref.head.revision",
}


def named(span: Span) -> str:
    """This function will name a span so that many have the same name: what differs is in its attributes."""
    match span.kind:
        case SpanKind.DELIVERY | SpanKind.CALL:
            return span.name
        case SpanKind.DISPATCH:
            return f"process {span.name}"
        case SpanKind.RUN:
            return f"run {span.name}"
        case SpanKind.STEP:  # steps that are done for each of many have what differs behind the first word
            return f"step {span.name.partition(' ')[0]}"
        case _:
            assert_never(span.kind)


def attributes_of(span: Span) -> Attributes:
    """This function will give a span's attributes."""
    found: dict[str, str | int | float] = {}
    for name, value in span.attributes.items():
        found |= _attribute(name, value)
    if span.kind is SpanKind.STEP:
        found["pilothouse.step"] = span.name
    if span.kind is SpanKind.DISPATCH:
        found |= {
            "messaging.system": "pilothouse",
            "messaging.operation.name": "process",
            "messaging.operation.type": "process",
            "messaging.destination.name": span.name,
            "messaging.message.id": str(span.attributes.get("delivery", "")),
        }
    if span.error:
        found["error.type"] = span.error
    return {name: redact(value) if isinstance(value, str) else value for name, value in found.items()}


def _attribute(name: str, value: str | float) -> Attributes:
    if name == "repository":
        owner, _, repository = str(value).partition("/")
        return {"vcs.owner.name": owner, "vcs.repository.name": repository}
    if name == "status" and not value:  # nothing answered
        return {}
    if name == "number":
        return {_RENAMED[name]: str(value)}
    return {_RENAMED.get(name, f"pilothouse.{name}"): value}
