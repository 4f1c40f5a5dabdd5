"""A cluster ends by itself when its time is over, after a warning; what cannot be ended is an alarm every hour."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from bot.costs.cluster.model import ClusterState
from bot.costs.notices.model import SEND_NOTICE
from bot.localhub.faults import Fault
from tests.support.clusters import yard

if TYPE_CHECKING:
    from pathlib import Path

    from tests.support.clusters import Yard

NOTICES = "  notices: {chat: ops}\n"


def asides(site: Yard) -> list[str]:
    """This function will list what the bot said without being asked."""
    return [one for one in site.said() if "pilothouse:cluster" in one]


def notices(site: Yard) -> list[str]:
    """This function will list the titles of the notices that were sent."""
    runs = site.bot.engine.runs.values()
    return [run.start.request.notice.title for run in runs if run.start.flow == SEND_NOTICE]


async def test_it_is_warned_of_once_and_ended_in_time(tmp_path: Path) -> None:
    async with yard(tmp_path) as site:
        site.configure(site.by_fleet.replace("  cluster:\n", f"{NOTICES}  cluster:\n"))
        await site.say("/cluster up 1")  # until 13:00
        await site.sweep(timedelta(hours=3, minutes=40))
        assert asides(site) == []
        for _ in range(2):
            await site.sweep(timedelta(minutes=5))
        (warning,) = asides(site)
        assert "ends by itself in 15 min" in warning
        assert "@" not in warning
        assert notices(site) == ["The cluster ends by itself at 13:00 UTC"]
        await site.sweep(timedelta(minutes=10))
        assert "The time of the cluster is over. The cluster `harbour-test` is down." in asides(site)[-1]
        assert site.running() == []
        await site.sweep(timedelta(minutes=5))
        assert len(asides(site)) == 2


async def test_who_keeps_it_is_warned_again_of_its_new_end(tmp_path: Path) -> None:
    async with yard(tmp_path) as site:
        site.configure(site.by_fleet)
        await site.say("/cluster up 1")
        await site.sweep(timedelta(hours=3, minutes=50))
        await site.say("/cluster keep 1h")
        await site.sweep(timedelta(minutes=30))
        assert len(site.running()) == 3
        await site.sweep(timedelta(minutes=25))
        assert len(asides(site)) == 2


async def test_what_cannot_be_ended_is_an_alarm_and_tried_every_hour(tmp_path: Path) -> None:
    """Each attempt is one: whatever the clock does in between, it is not asked again."""
    async with yard(tmp_path) as site:
        site.configure(site.by_fleet.replace("  cluster:\n", f"{NOTICES}  cluster:\n"))
        await site.say("/cluster up 1")
        fault = site.world.faults.deny("ec2:TerminateInstances")
        await site.sweep(timedelta(hours=4))
        await site.sweep(timedelta(minutes=20))
        assert site.world.count()["ec2:TerminateInstances"] == 3
        assert "could not be ended" in notices(site)[-1]
        assert (await site.cluster()).state is ClusterState.UNCLEAR
        site.world.faults.end(fault)
        await site.sweep(timedelta(hours=1))
        assert site.running() == []
        assert (await site.cluster()).state is ClusterState.DOWN


async def test_a_crash_in_the_sweep_warns_once(tmp_path: Path) -> None:
    async with yard(tmp_path, repeat_every_step=True) as site:
        site.configure(site.by_fleet)
        await site.say("/cluster up 1")
        await site.sweep(timedelta(hours=3, minutes=50))
        await site.sweep(timedelta(minutes=5))
        assert len(asides(site)) == 1


async def test_a_conversation_that_is_locked_keeps_nothing_from_ending(tmp_path: Path) -> None:
    async with yard(tmp_path) as site:
        site.configure(site.by_fleet)
        await site.say("/cluster up 1")
        site.bot.hub.faults.add(Fault(kind="status", method="POST", path="/comments$", status=403))
        await site.sweep(timedelta(hours=3, minutes=50))
        await site.sweep(timedelta(minutes=15))
        assert site.running() == []
