"""What people read about who holds an environment."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from bot.commands.model import Reason, Refused
from bot.deployments.keeping.render import (
    Ended,
    Seen,
    render_not_taken_down,
    render_put_off,
    render_taking_down,
)
from bot.deployments.leases.model import EVERYWHERE, HoldKind, Line, Place, Queued, Ticket
from bot.deployments.leases.render import (
    refuse_cancelled,
    refuse_closed,
    refuse_late,
    refuse_unreadable,
    render_duration,
    render_forced,
    render_lease,
    render_lines,
    render_locked,
    render_opened,
    render_queued,
    render_taken,
)
from bot.github.models import Actor, Conclusion
from tests.support.leases import ADA, GRACE, NOW, PLACE, after, holder, lease, lock

if TYPE_CHECKING:
    from syrupy.assertion import SnapshotAssertion

WEB = "https://github.com/octo/harbour"
HOSTILE = "</details> <img src=x> @octo/all [x](http://evil.example)\n\n# big"
EVERYWHERE_PLACE = Place(repository_id=22, environment=EVERYWHERE)
KEPT = holder("kept", kind=HoldKind.KEEP)


def tickets(count: int) -> tuple[Ticket, ...]:
    return tuple(
        Ticket(place=PLACE, holder=holder(f"t{n}", number=n), sequence=n, asked_at=NOW, seen_at=NOW)
        for n in range(1, count + 1)
    )


def test_leases(snapshot: SnapshotAssertion) -> None:
    said = [
        render_lease(lease(holder("a")), now=NOW, web_url=WEB),
        render_lease(lease(holder("a", number=None)), now=after(16)),
        render_lease(lease(holder("a"), workflow_run_id=41), now=after(16)),
        render_lease(lease(KEPT, minutes=240), now=NOW, web_url=WEB),
        render_lease(lease(KEPT, minutes=240), now=after(241)),
        render_lease(lease(lock(), minutes=None), now=NOW),
        render_lease(lease(lock(), token=0, minutes=60), now=NOW),
        render_lease(lease(lock(kind=HoldKind.FREEZE), minutes=None), now=NOW),
        render_lease(lease(holder("l", kind=HoldKind.LOCK), minutes=None), now=NOW),
        render_lease(replace(lease(lock(), token=0, minutes=None), place=EVERYWHERE_PLACE), now=NOW),
    ]
    assert "\n".join(said) == snapshot


def test_the_queue(snapshot: SnapshotAssertion) -> None:
    first = Queued(position=1, lease=None, ahead=())
    long = Queued(position=13, lease=lease(holder("a")), ahead=tickets(12))
    said = [render_queued(PLACE, first, now=NOW), render_queued(PLACE, long, now=NOW, web_url=WEB)]
    assert "\n\n".join(said) == snapshot


def test_refusals(snapshot: SnapshotAssertion) -> None:
    refused = [
        refuse_closed(lease(lock(), minutes=None), now=NOW),
        refuse_closed(lease(lock(kind=HoldKind.FREEZE), minutes=None), now=NOW),
        refuse_unreadable("'mystery' is no kind of lease", PLACE),
        refuse_unreadable("'mystery' is no kind of lease"),
        refuse_cancelled(PLACE, "grace", "not today"),
        refuse_cancelled(PLACE, "", ""),
        refuse_late(PLACE, timedelta(hours=24)),
    ]
    assert "\n".join(f"{each.reason}: {each.text}" for each in refused) == snapshot


def test_locking_and_opening(snapshot: SnapshotAssertion) -> None:
    frozen = lease(lock(kind=HoldKind.FREEZE), minutes=None)
    said = [
        render_locked(lease(lock(), minutes=None), now=NOW),
        render_locked(lease(lock(number=None), minutes=480), now=NOW),
        render_opened([lease(lock()), frozen, lease(KEPT)], [], now=NOW),
        render_opened([lease(lock())], [frozen], now=NOW),
        render_taken(lease(holder("a")), is_over=True),
        render_taken(lease(holder("a")), is_over=False),
        render_forced(lease(lock()), by=ADA, why="on leave"),
        render_forced(lease(holder("a")), by=GRACE, why=""),
        render_forced(replace(lease(lock()), place=EVERYWHERE_PLACE), by=ADA, why=""),
        render_forced(lease(KEPT), by=GRACE, why="needed"),
        render_forced(frozen, by=ADA, why="fixed"),
        render_forced(lease(holder("b", person=Actor(id=9, login="renovate[bot]"))), by=ADA, why=""),
    ]
    assert "\n\n".join(said) == snapshot


def test_everything_that_is_held(snapshot: SnapshotAssertion) -> None:
    waiting_lock = Ticket(place=PLACE, holder=lock(), sequence=0, asked_at=NOW, seen_at=NOW)
    lines = [
        Line(place=PLACE, lease=lease(holder("a")), tickets=(waiting_lock, *tickets(2))),
        Line(place=PLACE, lease=None, tickets=tickets(1)),
        Line(place=PLACE, lease=lease(lock(), minutes=None), tickets=()),
    ]
    assert f"{render_lines(lines, now=NOW)}\n\n{render_lines([], now=NOW)}" == snapshot


@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        (-5, "0 s"),
        (0, "0 s"),
        (59, "59 s"),
        (3600, "1 h"),
        (3720, "1 h 2 min"),
        (90061, "1 d 1 h"),
        (86400, "1 d"),
    ],
)
def test_a_length_of_time(seconds: int, said: str) -> None:
    assert render_duration(timedelta(seconds=seconds)) == said


def test_taking_down(snapshot: SnapshotAssertion) -> None:
    kept, run = lease(KEPT, minutes=240), f"{WEB}/actions/runs/7"
    over = Ended()
    said = [
        render_taking_down(kept, over, Seen(url=run)),
        render_taking_down(kept, over, Seen(url=run, is_over=True, conclusion=Conclusion.SUCCESS)),
        render_taking_down(kept, over, Seen(url=run, is_over=True, conclusion=Conclusion.FAILURE)),
        render_taking_down(kept, over, Seen(url=run, is_over=True)),
        render_taking_down(kept, Ended(by="grace"), Seen(url=run)),
        render_taking_down(kept, Ended(by="grace", why="needed"), Seen(url=run)),
        render_put_off(kept, over, Refused(reason=Reason.ENVIRONMENT_FROZEN, text="It is frozen.")),
        render_not_taken_down(kept, Ended(why="The pull request #5 was closed"), "nothing is known."),
    ]
    assert "\n\n".join(said) == snapshot


def test_hostile_reasons_render_as_text() -> None:
    hostile = holder("l", kind=HoldKind.LOCK, reason=HOSTILE)
    held = lease(hostile, minutes=None)
    texts = [
        render_lease(held, now=NOW),
        render_locked(held, now=NOW),
        refuse_closed(held, now=NOW).text,
        render_forced(held, by=ADA, why=HOSTILE),
        render_taking_down(lease(KEPT), Ended(why=HOSTILE), Seen()),
        refuse_unreadable(HOSTILE, PLACE).text,
    ]
    for text in texts:
        assert "<img" not in text
        assert "@octo/all" not in text.replace("`", "")
        assert "](http://evil" not in text
        assert "\n#" not in text
