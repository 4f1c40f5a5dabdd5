"""What one look at a merge costs."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from bot.decisions.replay import Replayed, replay
from bot.decisions.store import since
from bot.github.graph_operations import READ_STANDING
from bot.proposals.deciders import DECIDERS
from tests.merging.judging.test_facts import read
from tests.merging.judging.test_head_checks import workflow
from tests.support.merging import harbour

if TYPE_CHECKING:
    from pathlib import Path

    from tests.support.story import Story

MOST = 14
NOT_MODIFIED = 304


async def test_a_look_costs_few_calls_and_a_second_one_almost_none(story: Story) -> None:
    """Most of what is read has not changed since, and GitHub does not count what it need not send again."""
    workflow(story, test="success")
    await read(story)
    await read(story)
    story.calls.clear()
    await read(story)
    assert len(story.calls) <= MOST, [call.operation for call in story.calls]
    counted = {call.operation for call in story.calls if call.status != NOT_MODIFIED}
    assert counted == {READ_STANDING.id, "repos/get-content"}  # GraphQL knows no such answer, nor does a 404


async def test_what_the_whole_bot_decided_is_decided_again_byte_by_byte(tmp_path: Path) -> None:
    async with harbour(tmp_path) as here:
        run = here.begin()
        await here.say("/merge --when-green")
        here.end(run)
        await here.later()
        assert here.pull.merged
        began = here.bot.clock() - timedelta(days=1)
        rows = await here.bot.database.read(
            lambda connection: since(connection, here.bot.ref.id, began, most=50)
        )
        merges = [replay(row, DECIDERS) for row in rows if row.kind == "merge"]
        assert len(merges) >= len(("waits for its checks", "waits for quiet", "goes ahead"))
        for one in merges:
            assert isinstance(one, Replayed), one
            assert one.is_same
