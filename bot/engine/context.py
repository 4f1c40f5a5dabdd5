"""What is being done right now: bound to every log line, handed on to whatever comes of it, told when it is over."""

from __future__ import annotations

import secrets
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING, Any

from structlog.contextvars import bound_contextvars

from bot.engine.model import Origin, Start
from bot.engine.spans import Span, SpanKind, dispatch_id, run_span_id

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from bot.engine.model import Intent
    from bot.engine.spans import Tell

_STORED = "_origin"  # beside the fields of a stored request: whoever does not know it passes over it

# Where requests name what they are about, as they are stored.
_WAYS: Mapping[str, tuple[tuple[str, ...], ...]] = {
    "installation": (("repository", "installation_id"), ("installation_id",)),
    "repository": (("repository", "full_name"),),
    "number": (("number",), ("wish", "number")),
    "head_sha": (("head_sha",), ("sha",), ("run", "head_sha"), ("head", "sha"), ("wish", "head_sha")),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """What is being done."""

    trace: str
    id: str
    delivery: str = ""  # that it came of


_present: ContextVar[Work | None] = ContextVar("work", default=None)


def present_work() -> Work | None:
    """This function will say what is being done where it is called."""
    return _present.get()


def came_of_delivery(intents: tuple[Intent, ...], guid: str, *, at: datetime) -> tuple[Intent, ...]:
    """This function will say of each start that it came of this delivery."""
    origin = Origin(root=guid, delivery=guid, parent=dispatch_id(guid), at=at)
    return tuple(replace(each, origin=origin) if isinstance(each, Start) else each for each in intents)


def came_of_present(intent: Intent, *, at: datetime) -> Intent:
    """This function will say of a start of which nothing is said that it came of what is being done now."""
    if not isinstance(intent, Start) or intent.origin is not None:
        return intent
    work = _present.get()
    if work is None:
        return replace(intent, origin=Origin(root=intent.run_id, at=at))
    origin = Origin(root=work.trace, delivery=work.delivery, parent=work.id, at=at)
    return replace(intent, origin=origin)


def with_origin(request: Any, origin: Origin | None) -> Any:
    """This function will put what a run came of beside its stored request."""
    if origin is None or not isinstance(request, dict):
        return request
    told = {"root": origin.root, "delivery": origin.delivery, "parent": origin.parent}
    if origin.at is not None:
        told["at"] = origin.at.isoformat()
    return {**request, _STORED: {name: value for name, value in told.items() if value}}


def origin_of(request: Any, run_id: str) -> Origin:
    """This function will read what a run came of; one of which nothing is known came of itself."""
    told = request.get(_STORED) if isinstance(request, dict) else None
    if not isinstance(told, dict):
        return Origin(root=run_id)
    return Origin(
        root=told.get("root", run_id),
        delivery=told.get("delivery", ""),
        parent=told.get("parent", ""),
        at=datetime.fromisoformat(told["at"]) if "at" in told else None,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Teller:
    """Tells of work that one process does."""

    tell: Tell
    clock: Callable[[], datetime]

    @contextmanager
    def run(self, flow: str, run_id: str, request: Any) -> Iterator[None]:
        """This function will mark its block as a run: in the log, and, once it has ended, to whoever is told."""
        origin, begun = origin_of(request, run_id), self.clock()
        known: dict[str, str | int | float] = {"flow": flow, "run": run_id, **subject_of(request)}
        if origin.delivery:
            known["delivery"] = origin.delivery
        work = Work(trace=origin.root, id=run_span_id(run_id), delivery=origin.delivery)
        waited = 0.0 if origin.at is None else max(0.0, (begun - origin.at).total_seconds())
        span = Span(
            kind=SpanKind.RUN,
            name=flow,
            trace=work.trace,
            id=work.id,
            parent=origin.parent,
            began=origin.at or begun,
            ended=begun,
            attributes={**known, "waited": waited},
        )
        with bound_contextvars(**known), self._doing(work, span):
            yield

    @contextmanager
    def step(self, name: str) -> Iterator[None]:
        """This function will mark its block as a step of the present run."""
        begun, within = self.clock(), _present.get() or Work(trace=name, id="")
        work = replace(within, id=f"step {secrets.token_hex(8)}")
        span = Span(
            kind=SpanKind.STEP,
            name=name,
            trace=work.trace,
            id=work.id,
            parent=within.id,
            began=begun,
            ended=begun,
        )
        with self._doing(work, span):
            yield

    @contextmanager
    def _doing(self, work: Work, span: Span) -> Iterator[None]:
        """What is cut short by a stop is not told: it is done again, and told then."""
        token, error, is_over = _present.set(work), "", True
        try:
            yield
        except Exception as failure:
            error = type(failure).__name__
            raise
        except BaseException:
            is_over = False
            raise
        finally:
            _present.reset(token)
            if is_over:
                self.tell(replace(span, ended=self.clock(), error=error))


def subject_of(request: Any) -> dict[str, str | int]:
    """This function will say what a run is about, as far as its stored request names it."""
    found = {
        name: next((v for way in each if (v := _at(request, way))), None) for name, each in _WAYS.items()
    }
    return {name: value for name, value in found.items() if value}


def _at(value: Any, way: tuple[str, ...]) -> str | int | None:
    for name in way:
        value = value.get(name) if isinstance(value, dict) else None
    return value if isinstance(value, str | int) else None
