"""A collector of OpenTelemetry's traces: takes them by OTLP over HTTP, as the real ones do, and keeps them."""

from __future__ import annotations

import gzip
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from aiohttp import web
from aiohttp.test_utils import TestServer
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import (
    ExportTraceServiceRequest,
    ExportTraceServiceResponse,
)

if TYPE_CHECKING:
    from collections.abc import AsyncIterator


@dataclass(frozen=True)
class Received:
    """One span as a collector sees it."""

    trace: str
    id: str
    parent: str
    name: str
    kind: int  # 1 internal, 2 server, 3 client, 4 producer, 5 consumer
    seconds: float
    error: str
    attributes: dict[str, Any]
    resource: dict[str, Any]


@dataclass
class Collector:
    """What was received."""

    url: str = ""
    spans: list[Received] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)
    raw: list[bytes] = field(default_factory=list)

    async def take(self, request: web.Request) -> web.Response:
        """This function will take a batch of spans."""
        body = await request.read()
        if body[:2] == b"\x1f\x8b":
            body = gzip.decompress(body)
        self.raw.append(body)
        self.headers.append(dict(request.headers))
        told = ExportTraceServiceRequest.FromString(body)
        for each in told.resource_spans:
            resource = _values(each.resource.attributes)
            self.spans += [_received(span, resource) for scope in each.scope_spans for span in scope.spans]
        answer = ExportTraceServiceResponse().SerializeToString()
        return web.Response(body=answer, content_type="application/x-protobuf")

    def named(self, name: str) -> list[Received]:
        """This function will find spans by their name."""
        return [span for span in self.spans if span.name == name]

    def way_up(self, span: Received) -> list[str]:
        """This function will name a span and all those above it, as far as they were received."""
        by_id = {(each.trace, each.id): each for each in self.spans}
        way = [span.name]
        while (above := by_id.get((span.trace, span.parent))) is not None:
            span = above
            way.append(span.name)
        return way


@asynccontextmanager
async def collecting() -> AsyncIterator[Collector]:
    """This function will run a collector inside its block."""
    collector = Collector()
    app = web.Application(client_max_size=64 << 20)
    app.router.add_post("/v1/traces", collector.take)
    async with TestServer(app) as server:
        collector.url = str(server.make_url("/v1/traces"))
        yield collector


def _received(span: Any, resource: dict[str, Any]) -> Received:
    return Received(
        trace=span.trace_id.hex(),
        id=span.span_id.hex(),
        parent=span.parent_span_id.hex(),
        name=span.name,
        kind=span.kind,
        seconds=(span.end_time_unix_nano - span.start_time_unix_nano) / 1e9,
        error=span.status.message,
        attributes=_values(span.attributes),
        resource=resource,
    )


def _values(attributes: Any) -> dict[str, Any]:
    return {each.key: getattr(each.value, each.value.WhichOneof("value")) for each in attributes}
