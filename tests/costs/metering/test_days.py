"""Days begin and end, the clock jumps, the process dies: nothing is counted twice and nothing acts on it."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest

from bot.costs.store.readings import curve_of
from tests.support.costs import MONDAY, TICK, Costing, Teller, costing, tick_of

if TYPE_CHECKING:
    from pathlib import Path

HOUR = timedelta(hours=1)
SECOND = timedelta(seconds=1)
TUESDAY = MONDAY + timedelta(days=1)


def two_dollars() -> Teller:
    """A machine of two dollars an hour."""
    return Teller(hourly={"i-1": Decimal(2)})


async def test_the_first_look_of_a_day_completes_the_day_before(tmp_path: Path) -> None:
    """A machine that runs over midnight has cost both days what it cost on each, to the last minute."""
    teller = two_dollars()
    async with costing(tmp_path, teller, begin=TUESDAY - HOUR) as costs:
        await costs.tick(timedelta(minutes=50))
        assert (await costs.reading()).sums.total == Decimal("47.666667")
        today = await costs.tick()
        yesterday = await costs.reading(MONDAY.date())
        assert (today.day, today.sums.total) == (TUESDAY.date(), Decimal("0.166667"))
        assert yesterday.read_at == TUESDAY - timedelta(microseconds=1)
        assert yesterday.sums.total == 48
        asked = len(teller.asked)
        await costs.tick()
        assert len(teller.asked) == asked + 1  # a day is completed once


async def test_a_tick_at_midnight_asks_once_for_both_days(tmp_path: Path) -> None:
    """The day before is complete; of the new one nothing is known yet but how fast it will be spent."""
    teller = two_dollars()
    async with costing(tmp_path, teller, begin=TUESDAY - HOUR) as costs:
        for _ in range(4):
            today = await costs.tick()
        assert today.read_at == TUESDAY
        assert (await costs.reading(MONDAY.date())).sums.total == 48
        assert [look.day for look in teller.asked] == [MONDAY.date()] * 5
        assert (today.day, today.sums.total, today.is_sure) == (TUESDAY.date(), Decimal(0), True)
        assert today.forecast.likely == 48
        assert (await costs.tick()).sums.total == Decimal("0.5")


async def test_days_without_a_look_are_not_made_up(tmp_path: Path) -> None:
    """After three days away the day of the last look is completed, and of the days between nothing is told."""
    async with costing(tmp_path, two_dollars()) as costs:
        await costs.tick(HOUR)
        reading = await costs.tick(timedelta(days=3))
        assert (await costs.reading(MONDAY.date())).sums.total == 48
        assert await costs.lines(TUESDAY.date()) == {}
    assert (reading.sums.total, reading.is_sure) == (Decimal(2), False)


async def test_a_look_after_a_pause_is_not_acted_on_but_the_next_one_is(tmp_path: Path) -> None:
    """The bot was down or the clock jumped ahead: nobody knows which, so one more look is waited for."""
    async with costing(tmp_path, two_dollars()) as costs:
        assert (await costs.tick()).is_sure
        ahead = await costs.tick(2 * HOUR)
        assert not ahead.is_sure
        assert "longer ago than a tick" in ahead.gaps[0].text
        assert (await costs.tick()).is_sure


async def test_a_clock_that_goes_backwards_counts_nothing_twice(tmp_path: Path) -> None:
    """What was counted up to a time that has not come is counted anew, and that look acts on nothing."""
    async with costing(tmp_path, two_dollars()) as costs:
        await costs.tick(6 * HOUR)
        back = await costs.tick(SECOND - 4 * HOUR)
        assert back.read_at == MONDAY + 2 * HOUR + SECOND
        assert (back.sums.total, back.is_sure) == (Decimal("4.000556"), False)
        on = await costs.tick()
        assert (on.sums.total, on.is_sure) == (Decimal("4.500556"), True)


async def test_a_clock_that_visits_another_day_leaves_nothing_there(tmp_path: Path) -> None:
    """What was seen on a day that has not come is forgotten when it comes; the day that was left goes on."""
    teller = two_dollars()
    async with costing(tmp_path, teller, begin=MONDAY + 10 * HOUR) as costs:
        teller.hourly["phantom"] = Decimal(9)
        await costs.tick(timedelta(days=1))
        del teller.hourly["phantom"]
        back = await costs.tick(SECOND - timedelta(days=1))
        assert (back.day, back.is_sure) == (MONDAY.date(), False)
        assert (await costs.lines())["i-1"].amount == Decimal("20.000556")
        await costs.tick(TUESDAY + TICK - costs.now)
        assert (await costs.reading()).sums.total == Decimal("0.5")


STEPS = (
    "plan",
    "ec2 of the day before",
    "conclude of the day before",
    "ec2 now",
    "settled",
    "conclude now",
    "budget facts",
    "stage",
)


@pytest.mark.parametrize("step", STEPS)
async def test_a_crash_at_any_step_changes_no_figure(tmp_path: Path, step: str) -> None:
    """The process dies after a step and begins again an hour later: the look is the one of its tick."""
    async with costing(tmp_path, two_dollars(), begin=TUESDAY - HOUR) as costs:
        await costs.tick(HOUR - timedelta(minutes=5))
        costs.bot.engine.crash_in(step)
        costs.bot.clock.advance(timedelta(minutes=15))
        at = costs.now
        await costs.bot.engine.submit([tick_of(at)])
        await costs.bot.settle()
        costs.bot.clock.advance(HOUR)
        await costs.bot.settle()
        await _as_if_nothing_had_happened(costs)
        reading = await costs.reading()
    assert (reading.read_at, reading.sums.total) == (at, Decimal("0.333333"))


async def test_steps_that_happen_twice_change_no_figure(tmp_path: Path) -> None:
    """Every step is done twice, as after a crash right after each."""
    async with costing(tmp_path, two_dollars(), begin=TUESDAY - HOUR, repeat_every_step=True) as costs:
        await costs.tick(HOUR - timedelta(minutes=5))
        reading = await costs.tick()
        await _as_if_nothing_had_happened(costs)
    assert reading.sums.total == Decimal("0.333333")


async def _as_if_nothing_had_happened(costs: Costing) -> None:
    """Both days have what they cost, and as many looks as there were."""
    bot = costs.bot
    monday = await bot.database.read(lambda rows: curve_of(rows, bot.ref.id, MONDAY.date()))
    tuesday = await bot.database.read(lambda rows: curve_of(rows, bot.ref.id, TUESDAY.date()))
    assert [str(point.spent) for point in monday] == ["46", "47.833333", "48"]
    assert len(tuesday) == 1
