"""How many calls of GitHub's API a release takes."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from bot.localhub.scenarios.history import grow
from bot.localhub.state import git
from bot.releases.model import Stage

if TYPE_CHECKING:
    from tests.support.releasing import Shipyard

COMMITS = 300
MOST = 40
# The checks of files, and what is asked once an hour whatever happens
BESIDE = {
    "repos/list-release-assets",
    "repos/get-release-asset",
    "apps/create-installation-access-token",
    "apps/get-authenticated",
}
UNCHANGED = 304  # an answer that GitHub counts against no limit


async def test_a_long_history_takes_few_calls(yard: Shipyard) -> None:
    """A release of 300 commits, with all its pull requests and issues told, takes at most forty calls.

    https://github.com/semantic-release/cli/issues/143 took as many as there were commits.
    """
    store, repository = yard.bot.hub.store, yard.bot.repository
    there = len(list(git.history(store, repository.branches["main"])))
    history = grow(store, repository, changes=COMMITS - there, tag="v0.9.0")
    yard.green()
    await yard.bot.settle()
    yard.bot.calls.clear()
    await yard.say("/release v1.0.0")
    await yard.build()
    await yard.pass_time(60, times=20)
    assert (await yard.row()).stage is Stage.DONE
    told = [*(pull.number for pull in history.pulls), *(issue.number for issue in history.issues)]
    assert all(len(yard.comments(number)) == 1 for number in told)
    assert len(told) > 290
    calls = [call for call in yard.bot.calls if call.operation not in BESIDE]
    counted = Counter(call.operation for call in calls if call.status != UNCHANGED)
    assert counted.total() <= MOST, counted
