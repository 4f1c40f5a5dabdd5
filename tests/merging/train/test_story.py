"""What a train comes to: all good ones merged as they were tested, the culprit named."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.support.train import station

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
