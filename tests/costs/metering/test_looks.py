"""A look at the costs of a repository, from the clock's tick to its reading."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest

from bot.costs.model import Gap, GapKind
from bot.costs.store.readings import curve_of
from bot.localhub.faults import Fault
from tests.support.costs import MONDAY, PLAIN, TICK, Teller, costing, tick_of

if TYPE_CHECKING:
    from pathlib import Path

    from bot.costs.look import Look
    from bot.costs.model import Reading, SourceReading

HOUR = timedelta(hours=1)
CONTENTS = "/contents/"


def ec2(**hourly: str) -> Teller:
    """Machines of so many dollars an hour."""
    return Teller(hourly={name: Decimal(price) for name, price in hourly.items()})


async def test_a_push_finds_a_budget(tmp_path: Path) -> None:
    """A configuration with costs gives the repository a budget, whose costs are looked at before any tick."""
    async with costing(tmp_path, ec2(one="2"), begin=MONDAY + 3 * HOUR) as costs:
        reading, budget = await costs.reading(), await costs.budget()
        assert budget is not None
        assert (budget.reading_id, budget.spent, budget.read_at) == (
            reading.id,
            Decimal(6),
            MONDAY + 3 * HOUR,
        )
        costs.configure(PLAIN.replace("100", "40"))
        await costs.bot.settle()
        assert (await costs.reading()).id == reading.id  # a budget that is known waits for its tick
        assert (await costs.tick()).limit == 40


async def test_a_budget_ends_with_its_configuration(tmp_path: Path) -> None:
    """Where costs are taken out of the configuration, the repository has no budget and is not looked at."""
    teller = ec2(one="2")
    async with costing(tmp_path, teller) as costs:
        await costs.tick()
        costs.configure("merge: {}\n")
        await costs.bot.settle()
        assert await costs.budget() is None
        asked = len(teller.asked)
        await costs.bot.engine.submit([tick_of(costs.now + HOUR)])
        await costs.bot.settle()
        assert len(teller.asked) == asked


async def test_a_push_elsewhere_reads_nothing(tmp_path: Path) -> None:
    """Only the default branch has the configuration."""
    async with costing(tmp_path, ec2(one="2")) as costs:
        before = [run for run in costs.bot.engine.runs if run.startswith("find_budget")]
        costs.bot.push("feature")
        await costs.bot.settle()
        assert [run for run in costs.bot.engine.runs if run.startswith("find_budget")] == before


async def test_the_same_tick_acts_once(tmp_path: Path) -> None:
    """A tick that comes from two workers is one look."""
    teller = ec2(one="2")
    async with costing(tmp_path, teller) as costs:
        await costs.tick()
        asked = len(teller.asked)
        await costs.bot.engine.submit([tick_of(costs.now)])
        await costs.bot.settle()
        assert len(teller.asked) == asked


async def test_a_machine_that_is_gone_stays_counted(tmp_path: Path) -> None:
    """What AWS tells no more an hour after its end has cost what it had cost."""
    teller = ec2(one="2", two="4")
    async with costing(tmp_path, teller) as costs:
        await costs.tick(2 * HOUR)
        del teller.hourly["two"]
        reading = await costs.tick(HOUR)
        assert reading.sums.total == 3 * 2 + 2 * 4
        assert sorted(one.item for one in teller.asked[-1].known) == ["one", "two"]


async def test_a_source_that_fails_or_hangs_stops_no_other(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What it told before counts, the gap is named, the look is not sure; when it answers again, all is well."""
    monkeypatch.setattr("bot.costs.metering.asking._PATIENCE", 0.01)

    async def hang(_: Look) -> SourceReading:
        await asyncio.Event().wait()
        raise AssertionError

    async def fail(_: Look) -> SourceReading:
        raise RuntimeError("<b>@octocat</b>")

    broken, sound = ec2(one="2"), Teller(name="bedrock", hourly={"haiku": Decimal(1)})
    async with costing(tmp_path, broken, sound) as costs:
        await costs.tick(HOUR)
        broken.instead = fail
        failed = await costs.tick()
        broken.instead = hang
        hung = await costs.tick()
        broken.instead = None
        well = await costs.tick()
    assert (failed.sums.total, failed.is_sure) == (Decimal(2) + Decimal("1.25"), False)
    (gap,) = failed.gaps
    assert (gap.source, gap.kind) == ("ec2", GapKind.UNAVAILABLE)
    assert "octocat" not in gap.text
    assert "did not answer in time" in hung.gaps[0].text
    assert (well.sums.total, well.is_sure, well.gaps) == (Decimal("5.25"), True, ())


async def test_what_was_not_told_is_named_with_the_reading(tmp_path: Path) -> None:
    """Each gap is told once, by whichever sources it was told; how fresh each source is stands beside it."""
    gap = Gap(source="aws", kind=GapKind.NOT_ALLOWED, text="AWS is not read.")
    first, second = ec2(one="2"), Teller(name="bedrock", lag=None, gaps=(gap,))
    first.gaps, first.lag = (gap,), timedelta(minutes=10)
    async with costing(tmp_path, first, second) as costs:
        reading = await costs.tick()
    assert reading.gaps == (gap,)
    told = {state.source: state for state in reading.sources}
    assert told["ec2"].data_until == MONDAY + timedelta(minutes=5)
    assert (told["bedrock"].data_until, told["bedrock"].amount) == (None, Decimal(0))


async def test_the_limit_holds_while_github_is_away(tmp_path: Path) -> None:
    """The newest configuration that could be read goes on to hold, and the reading says so."""
    async with costing(tmp_path, ec2(one="2")) as costs:
        costs.bot.hub.faults.add(Fault(kind="status", path=CONTENTS, status=500))
        reading = await costs.tick()
        costs.bot.hub.faults.clear()
    assert (reading.sums.total, reading.limit) == (Decimal("0.5"), Decimal(100))
    assert [(gap.source, gap.kind) for gap in reading.gaps] == [("configuration", GapKind.UNAVAILABLE)]


async def test_a_configuration_with_mistakes_changes_nothing(tmp_path: Path) -> None:
    """A budget outlives a mistake in the file; the mistake is named."""
    async with costing(tmp_path, ec2(one="2")) as costs:
        costs.configure("costs:\n  limit: plenty\n")
        await costs.bot.settle()
        reading = await costs.tick(HOUR)
    assert reading.limit == 100
    assert "has mistakes" in reading.gaps[0].text


async def test_a_ladder_that_breaks_keeps_no_figures_from_being_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The run fails, so that it is seen; what was read is in the report all the same."""
    told: list[Reading] = []

    async def climb(*_: object) -> None:
        raise RuntimeError("surprise")

    async def keep_report(_: object, reading: Reading, *__: object) -> None:
        told.append(reading)

    async with costing(tmp_path, ec2(one="2"), begin=MONDAY - HOUR) as costs:
        monkeypatch.setattr("bot.costs.metering.story.climb", climb)
        monkeypatch.setattr("bot.costs.metering.story.keep_report", keep_report)
        for after in (HOUR + TICK, TICK):
            with pytest.raises(RuntimeError, match="surprise"):
                await costs.tick(after)
        looks = await costs.bot.database.read(lambda rows: curve_of(rows, costs.bot.ref.id, MONDAY.date()))
    assert [reading.sums.total for reading in told] == [48, Decimal("0.5"), 48, Decimal(1)]
    assert [look.spent for look in looks] == [Decimal("0.5"), Decimal(1)]
