"""Sends spans in the background, many at once, by OTLP over HTTP."""

from __future__ import annotations

import hashlib
import os
import uuid
from importlib.metadata import version
from threading import Thread
from typing import TYPE_CHECKING

from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import ReadableSpan
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from opentelemetry.sdk.trace.sampling import Decision, TraceIdRatioBased
from opentelemetry.sdk.util.instrumentation import InstrumentationScope
from opentelemetry.trace import SpanContext, SpanKind, Status, StatusCode, TraceFlags

from bot.app.traces.words import attributes_of, named
from bot.engine import spans

if TYPE_CHECKING:
    from datetime import datetime

_TIMEOUT = 10.0  # seconds for one export; what cannot be sent is dropped, and nothing waits for it
_CLOSE_SECONDS = 3.0
_TRACE_BYTES, _SPAN_BYTES = 16, 8
_KINDS = {
    spans.SpanKind.DELIVERY: SpanKind.SERVER,
    spans.SpanKind.DISPATCH: SpanKind.CONSUMER,
    spans.SpanKind.CALL: SpanKind.CLIENT,
}


class Sender:
    """Takes spans, and sends them.

    Args:
        url: of the collector, such as https://otel.example.org/v1/traces. The library itself reads what else it may
            need from OpenTelemetry's own variables, such as credentials from OTEL_EXPORTER_OTLP_HEADERS.
        process: which of ours this is.
        share: of the traces, from 0 to 1, that are sent.
    """

    def __init__(self, url: str, *, process: str, share: float) -> None:
        self._sampler = TraceIdRatioBased(share)
        release = version("pilothouse")
        self._scope = InstrumentationScope("pilothouse", release)
        self._resource = Resource.create(
            {
                "service.name": "pilothouse",
                "service.version": release,
                "service.instance.id": str(uuid.uuid4()),
                "process.pid": os.getpid(),
                "pilothouse.process": process,
            }
        )
        self._exporter = OTLPSpanExporter(endpoint=url, timeout=_TIMEOUT)
        self._batches = BatchSpanProcessor(self._exporter)

    def send(self, span: spans.Span) -> None:
        """This function will send a span with the next batch, where its trace is one of those that are sent."""
        if not self._is_sampled(span.trace):
            return
        self._batches.on_end(
            ReadableSpan(
                name=named(span),
                context=_context(span.trace, span.id),
                parent=_context(span.trace, span.parent) if span.parent else None,
                resource=self._resource,
                attributes=attributes_of(span),
                kind=_KINDS.get(span.kind, SpanKind.INTERNAL),
                status=Status(StatusCode.ERROR, span.error) if span.error else Status(),
                start_time=_nanoseconds(span.began),
                end_time=_nanoseconds(span.ended),
                instrumentation_scope=self._scope,
            )
        )

    def _is_sampled(self, trace: str) -> bool:
        """What is decided about the root of a trace, whichever process has that.

        A child follows its root. It is decided by the trace's number alone, which every process makes alike, so none
        has to be told what another one decided days ago.
        """
        number = _number(trace, _TRACE_BYTES)
        return self._sampler.should_sample(None, number, "root").decision is Decision.RECORD_AND_SAMPLE

    def close(self) -> None:
        """This function will send what is left, as far as the collector takes it within a few seconds."""
        # By itself the library tries for half a minute, which is longer than a stop may take.
        closing = Thread(target=self._batches.shutdown, name="traces", daemon=True)
        closing.start()
        closing.join(_CLOSE_SECONDS)
        self._exporter.shutdown()  # type: ignore[no-untyped-call]  # the library gives no type


def _context(trace: str, span: str) -> SpanContext:
    return SpanContext(
        trace_id=_number(trace, _TRACE_BYTES),
        span_id=_number(f"{trace}/{span}", _SPAN_BYTES),
        is_remote=False,
        trace_flags=TraceFlags(TraceFlags.SAMPLED),
    )


def _number(name: str, size: int) -> int:
    """The same number for the same name in every process, so that they agree without telling each other."""
    return int.from_bytes(hashlib.sha256(name.encode()).digest()[:size]) or 1


def _nanoseconds(at: datetime) -> int:
    return int(at.timestamp() * 1_000_000) * 1_000
