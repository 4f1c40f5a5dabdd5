"""What merging costs of GitHub's limits."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.support.merging import Harbour

AT_ONCE = 36  # with eight of the tokens that an hour's calls share
A_LOOK = 16


async def test_a_merge_at_once_takes_few_calls(here: Harbour) -> None:
    here.green()
    await here.later()
    before = len(here.bot.calls)
    await here.say("/merge")
    made = here.bot.calls[before:]
    assert len(made) <= AT_ONCE, Counter(call.operation for call in made)


async def test_a_look_that_changes_nothing_reads_little_and_writes_nothing(here: Harbour) -> None:
    """And what it reads is answered from GitHub's cache, which costs nothing of the hour's calls."""
    here.begin()
    await here.say("/merge --when-green")
    await here.later(timedelta(minutes=11))
    await here.sweep()
    await here.later(timedelta(minutes=5))
    before = len(here.bot.calls)
    await here.sweep()
    made = here.bot.calls[before:]
    assert len(made) <= A_LOOK, Counter(call.operation for call in made)
    reads = [call for call in made if call.operation.startswith(("pulls/", "repos/", "checks/", "issues/"))]
    assert {call.status for call in reads} == {304}, Counter((call.operation, call.status) for call in reads)


async def test_an_event_where_nothing_waits_asks_nothing(here: Harbour) -> None:
    before = len(here.bot.calls)
    here.green()
    await here.bot.settle()
    made = Counter(call.operation for call in here.bot.calls[before:])
    assert not {"pulls/get", "checks/create", "repos/get-branch", "repos/get-branch-rules"} & made.keys(), (
        made
    )
