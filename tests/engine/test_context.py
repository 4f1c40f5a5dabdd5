"""What log lines, child runs and whoever is told know of a run."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
import structlog
from structlog.contextvars import merge_contextvars
from structlog.testing import capture_logs

from bot.engine.context import (
    Teller,
    came_of_delivery,
    came_of_present,
    origin_of,
    present_work,
    subject_of,
    with_origin,
)
from bot.engine.durable import Engine
from bot.engine.model import Flow, Origin, Run, Signal, Start
from bot.engine.recording import restored, stored
from bot.engine.spans import Span, SpanKind, dispatch_id, run_span_id
from bot.github.models import InstallationId, RepositoryRef
from tests.support.stories import LIMITS
from tests.support.waiting import until

if TYPE_CHECKING:
    from pathlib import Path

AT = datetime(2026, 3, 1, 12, tzinfo=UTC)
REPOSITORY = RepositoryRef(installation_id=InstallationId(9), id=1, full_name="o/harbour")
log = structlog.get_logger()


@dataclass(frozen=True, slots=True, kw_only=True)
class About:
    """A request that names what it is about."""

    repository: RepositoryRef
    number: int
    head_sha: str = "abc"
    again: bool = False


def _start(run_id: str, *, again: bool = False) -> Start:
    request = About(repository=REPOSITORY, number=7, again=again)
    return Start(flow="about", run_id=run_id, request=request, partition=run_id)


async def test_a_run_and_what_it_starts_know_their_delivery(tmp_path: Path) -> None:
    told: list[Span] = []

    async def story(run: Run, request: About) -> None:
        async def act() -> None:
            log.warning("acting")

        await run.step("act", act, type(None))
        if request.again:
            await run.send(_start("child"))

    flows = [Flow(name="about", request=About, story=story)]
    engine = Engine(
        f"sqlite:///{tmp_path}/bot.db",
        flows,
        clock=lambda: datetime.now(UTC),
        limits=LIMITS,
        tell=told.append,
    )
    (first,) = came_of_delivery((_start("first", again=True),), "guid-1", at=AT)
    with capture_logs(processors=[merge_contextvars]) as lines:
        async with engine:
            await engine.submit_batch([(1, [first])])
            await until(lambda: sum(span.kind is SpanKind.RUN for span in told) == 2)

    acting = [line for line in lines if line["event"] == "acting"]
    expected = {"delivery": "guid-1", "installation": 9, "repository": "o/harbour", "number": 7}
    expected |= {"head_sha": "abc", "flow": "about"}
    assert [line["run"] for line in acting] == ["first", "child"]
    assert all(expected.items() <= line.items() for line in acting)
    by_id = {span.id: span for span in told}
    run, child = by_id[run_span_id("first")], by_id[run_span_id("child")]
    assert {span.trace for span in told} == {"guid-1"}
    assert (run.parent, run.began, run.error) == (dispatch_id("guid-1"), AT, "")
    sent = by_id[child.parent]
    assert (sent.kind, sent.name, sent.parent) == (SpanKind.STEP, "send", run.id)
    assert present_work() is None


async def test_what_fails_is_told_by_its_class_alone() -> None:
    told: list[Span] = []
    teller = Teller(tell=told.append, clock=lambda: AT)

    with pytest.raises(ValueError, match="a secret"), teller.run("f", "r", {}), teller.step("s"):
        raise ValueError("a secret")

    assert [(span.kind, span.error) for span in told] == [
        (SpanKind.STEP, "ValueError"),
        (SpanKind.RUN, "ValueError"),
    ]
    assert "secret" not in repr(told)


async def test_what_is_cut_short_by_a_stop_is_told_when_it_is_done_again() -> None:
    told: list[Span] = []
    teller = Teller(tell=told.append, clock=lambda: AT)

    with pytest.raises(KeyboardInterrupt), teller.run("f", "r", {}):
        raise KeyboardInterrupt

    assert told == []
    assert present_work() is None


def test_a_start_of_the_clock_is_its_own_origin() -> None:
    start = came_of_present(_start("r"), at=AT)
    signal = Signal(run_id="r", topic="t", message=1, key="k")

    assert isinstance(start, Start)
    assert start.origin == Origin(root="r", at=AT)
    assert came_of_present(start, at=AT + timedelta(days=1)) is start
    assert came_of_present(signal, at=AT) is signal
    assert came_of_delivery((signal,), "g", at=AT) == (signal,)


def test_what_a_run_came_of_is_kept_beside_its_request() -> None:
    """An older worker reads the request and passes over what it does not know."""
    origin = Origin(root="g", delivery="g", parent="dispatch g", at=AT)
    request = About(repository=REPOSITORY, number=7)
    kept = with_origin(stored(request), origin)

    assert origin_of(kept, "r") == origin
    assert restored(kept, About) == request
    assert with_origin(stored(request), None) == stored(request)
    assert with_origin([1], origin) == [1]
    assert origin_of(with_origin({}, Origin(root="r")), "x") == Origin(root="r")


@pytest.mark.parametrize("request_", [{}, {"_origin": "text"}, None, [1]])
def test_a_run_of_an_older_release_came_of_itself(request_: object) -> None:
    assert origin_of(request_, "r") == Origin(root="r")


@pytest.mark.parametrize(
    ("request_", "about"),
    [
        ({"installation_id": 3, "names": []}, {"installation": 3}),
        (
            {"repository": {"installation_id": 3, "full_name": "o/n"}},
            {"installation": 3, "repository": "o/n"},
        ),
        ({"wish": {"number": 4, "head_sha": "a"}}, {"number": 4, "head_sha": "a"}),
        ({"run": {"head_sha": "b"}}, {"head_sha": "b"}),
        ({"head": {"sha": "c"}, "number": None}, {"head_sha": "c"}),
        ({"number": {"not": "a number"}, "run": "r"}, {}),
        (None, {}),
    ],
)
def test_what_a_run_is_about_is_read_from_its_request(request_: Any, about: dict[str, Any]) -> None:
    assert subject_of(request_) == about
