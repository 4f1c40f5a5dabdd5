"""What a train comes to: all good ones merged as they were tested, the culprit named."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.support.train import API, NEEDS_OLD, NEW, station

if TYPE_CHECKING:
    from pathlib import Path


async def test_what_is_green_together_is_merged_after_one_run_of_ci(tmp_path: Path) -> None:
    async with station(tmp_path) as here:
        numbers = [here.open(f"topic-{n}", {f"{n}.txt": "1"}).number for n in range(4)]
        await here.tick()
        await here.ask(numbers)
        await here.arrive()
        assert [here.repository.pulls[number].merged for number in numbers] == [True] * 4
        assert len(here.batches) <= 2
        assert not here.leftovers()


async def test_the_culprit_is_named_with_its_check_and_the_others_are_merged(tmp_path: Path) -> None:
    async with station(tmp_path) as here:
        good = [here.open(f"topic-{n}", {f"{n}.txt": "1"}).number for n in range(3)]
        culprit = here.open("culprit", {"c.txt": NEEDS_OLD}).number
        more = [here.open(f"later-{n}", {f"later-{n}.txt": "1"}).number for n in range(2)]
        here.push_base({API: NEW})
        await here.tick()
        await here.ask([*good, culprit, *more])
        await here.arrive()
        assert {number for number in here.repository.pulls if here.repository.pulls[number].merged} == {
            *good,
            *more,
        }
        assert await here.harbour.standing(culprit) == "stopped train_red"
        wish = await here.harbour.wish(culprit)
        assert wish is not None
        assert "`test`" in wish.text
        assert "`main` is green without it" in wish.text
        assert "the crane needs api 1" in wish.text
        assert here.harbour.check(culprit).conclusion == "action_required"
        assert "**failed** · `train_red`" in here.harbour.answers(culprit)[-1]
        assert not here.base_was_red
        assert not here.leftovers()
