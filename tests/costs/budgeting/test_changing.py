"""`/budget` on the whole bot: two people, the ceiling, its time, and what the journal keeps."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

from bot.budget.model import Mode, Stage
from bot.localhub.faults import Fault
from bot.localhub.state import accounts
from tests.support.budgeting import desk

if TYPE_CHECKING:
    from pathlib import Path

EXTEND = "/budget extend 25 until 18:00 because the demo runs late"


async def test_an_extension_by_two_people_that_ends_by_itself(tmp_path: Path) -> None:
    """One asks, another says it too, it holds until its time, and then the file's limit holds again."""
    async with desk(tmp_path) as place:
        asked = await place.says("ada", EXTEND)
        assert "`second_person`" in asked
        assert "$125.00 until 18:00 UTC, then $100.00 again (the demo runs late)" in asked
        assert await place.limit() == 100
        (change,) = await place.waiting()
        assert f"/budget second {change.id}" in asked
        made = await place.says("bo", f"/budget second {change.id}")
        assert "`ada` asked for it and `bo` said it too." in made
        assert await place.limit() == 125
        await place.costs.tick_until(place.costs.now.replace(hour=18, minute=0))
        assert await place.limit() == 100
        budget = await place.costs.budget()
        assert budget is not None
        assert budget.extended_to is None
        assert await place.states() == ["ended"]
        assert await place.noted() == [
            ("ada", "budget extend asked"),
            ("bo", "budget extend made"),
            ("pilothouse", "budget extend ended"),
        ]


async def test_the_same_command_is_a_second_word(tmp_path: Path) -> None:
    """Who writes the same, whatever the reason, says it too; another amount is another change."""
    async with desk(tmp_path) as place:
        await place.says("ada", EXTEND)
        await place.says("bo", "/budget extend 20 until 18:00 because less is enough")
        assert len(await place.waiting()) == 2
        assert "`bo` said it too" in await place.says(
            "bo", "/budget extend $25.00 until 18:00 utc because yes"
        )
        assert await place.limit() == 125


async def test_nobody_seconds_themselves(tmp_path: Path) -> None:
    """The first person's second word counts for nothing, by id or by the same command."""
    async with desk(tmp_path) as place:
        await place.says("ada", EXTEND)
        (change,) = await place.waiting()
        assert "You asked for it yourself" in await place.says("ada", f"/budget second {change.id}")
        await place.says("ada", EXTEND)
        assert await place.limit() == 100


async def test_enforcing_takes_two_and_a_dry_run_one(tmp_path: Path) -> None:
    """What ends machines is said by two people; one may stop it at once."""
    async with desk(tmp_path) as place:
        assert "`second_person`" in await place.says("ada", "/budget enforce")
        assert "The limit acts" in await place.says("bo", "/budget enforce")
        budget = await place.costs.budget()
        assert budget is not None
        assert budget.mode is Mode.ENFORCE
        assert "already" in await place.says("ada", "/budget enforce")
        await place.says("ada", "/budget dry-run because it ends the wrong ones")
        budget = await place.costs.budget()
        assert budget is not None
        assert budget.mode is Mode.DRY_RUN


async def test_a_limit_that_people_set_stays(tmp_path: Path) -> None:
    """A set limit holds over days, and setting it to the file's lets the file say it again."""
    async with desk(tmp_path) as place:
        await place.says("ada", "/budget set 120")
        await place.says("bo", "/budget set 120")
        await place.costs.tick(timedelta(days=1))
        assert await place.limit() == 120
        await place.says("bo", "/budget set 100")
        await place.says("ada", "/budget set 100")
        budget = await place.costs.budget()
        assert budget is not None
        assert (budget.set_to, await place.limit()) == (None, Decimal(100))


async def test_a_frozen_day_is_lifted_with_the_look_that_follows(tmp_path: Path) -> None:
    """A change has costs read at once, so that what it frees goes on within the minute."""
    async with desk(tmp_path) as place:
        await place.costs.enforce()
        await place.spend("96")
        assert (await place.costs.reading()).stage is Stage.FROZEN
        await place.says("ada", EXTEND)
        made = await place.says("bo", EXTEND)
        assert "The stage `frozen` ends with the look that begins now." in made
        assert (await place.costs.reading()).stage is Stage.NOTICED
        assert "`noticed`" in await place.says("wren", "/budget")


async def test_why(tmp_path: Path) -> None:
    """Everybody may see the proof: each mark with its figures, and who could change it."""
    async with desk(tmp_path) as place:
        await place.costs.enforce()
        await place.spend("96")
        told = await place.says("wren", "/budget why")
        assert "❌ **`freeze`** — $95.00 (95 %) are reached" in told
        assert "`budget_frozen`" in told
        recorded = await place.says("wren", "/why budget")
        assert "What was decided (`budget`) about the repository" in recorded


async def test_a_command_obeyed_twice_changes_once(tmp_path: Path) -> None:
    """Each step may happen twice; the limit goes up once, and the journal has it once."""
    async with desk(tmp_path, repeat_every_step=True) as place:
        await place.says("ada", EXTEND)
        assert "said it too" in await place.says("bo", EXTEND)
        assert await place.limit() == 125
        assert await place.states() == ["made"]
        assert len(await place.noted()) == 2


async def test_a_dry_run_of_the_command(tmp_path: Path) -> None:
    """`/plan` says what would come of it, and changes nothing."""
    async with desk(tmp_path) as place:
        assert "A second person" in await place.says("ada", f"/plan {EXTEND}")
        assert not await place.waiting()
        assert "ceiling" in await place.says("ada", "/plan /budget extend 60 until 18:00 because more")


async def test_who_asked_lost_the_role_since(tmp_path: Path) -> None:
    """A first word whose author may not change the budget any more counts for nothing."""
    async with desk(tmp_path) as place:
        await place.says("ada", EXTEND)
        bot = place.costs.bot
        accounts.set_role(bot.repository, bot.hub.store.user("ada"), "read")
        assert "may not change the budget any more" in await place.says("bo", EXTEND)
        assert await place.limit() == 100


async def test_what_cannot_be_answered_says_why(tmp_path: Path) -> None:
    """No budget, no reading, an unknown word, GitHub that does not say who may: each is named."""
    async with desk(tmp_path) as place:
        assert "`/budget lift` is not known" in await place.says("ada", "/budget lift")
        assert "Write by how much" in await place.says("ada", "/budget extend")
        assert "`not_permitted`" in await place.says("wren", EXTEND)
        assert "It changes nothing." in await place.says("wren", "/plan /budget")
        assert "Write by how much" in await place.says("wren", "/plan /budget extend")
        place.costs.configure("merge: {}\n")
        assert "has no budget" in await place.says("ada", "/budget")
        assert "has no budget" in await place.says("ada", "/plan /budget dry-run")
        place.costs.configure("costs: {limit: nothing}\n")
        assert "`budget_unreadable`" in await place.says("ada", "/budget")


async def test_nobody_may_where_github_does_not_say_who(tmp_path: Path) -> None:
    """Where GitHub does not say whether the first person still may, the second person's word makes nothing."""
    async with desk(tmp_path) as place:
        await place.says("ada", EXTEND)
        silent = Fault(kind="status", method="GET", path="/collaborators/ada/permission", status=502)
        place.costs.bot.hub.faults.add(silent)
        assert "`could_not_verify`" in await place.says("bo", EXTEND)
        assert "could not say" in await place.says("bo", f"/plan {EXTEND}")
        assert await place.limit() == 100
