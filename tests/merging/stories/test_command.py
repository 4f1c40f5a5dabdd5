"""What `/merge` comes to."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.support.merging import Harbour


async def test_what_is_green_and_quiet_is_merged_at_once(here: Harbour) -> None:
    here.green()
    await here.later()
    answer = await here.say("/merge")
    assert "**succeeded** · `merged`" in answer
    assert here.pull.merged
    assert here.merges() == 1
    check = here.check()
    assert (check.status, check.conclusion, check.title) == ("completed", "success", "Merged")


async def test_what_is_red_is_refused_with_every_condition(here: Harbour) -> None:
    here.end(here.begin(), red=True)
    await here.later()
    answer = await here.say("/merge")
    assert "**refused** · `checks_failed`" in answer
    assert "`test` is not green" in answer
    assert "/merge --when-green" in answer
    assert not here.pull.merged


async def test_a_wish_waits_until_its_checks_are_green_and_quiet(here: Harbour) -> None:
    run = here.begin()
    answer = await here.say("/merge --when-green")
    assert "**waiting** · `checks_running`" in answer
    assert (here.check().status, here.check().title) == ("in_progress", "Waits: checks running")
    here.end(run)
    await here.bot.settle()
    assert await here.standing() == "waiting quiet_time"
    await here.later()
    assert here.pull.merged
    assert "**succeeded** · `merged`" in here.answers()[-1]
    assert len(here.shown()) == 1


async def test_a_wish_is_taken_back(here: Harbour) -> None:
    here.begin()
    await here.say("/merge --when-green")
    answer = await here.say("/merge --cancel", by="bob")
    assert "**succeeded**" in answer
    assert "**refused** · `withdrawn`" in here.answers()[0]
    assert await here.standing() == "withdrawn withdrawn"
    assert here.check().conclusion == "cancelled"
