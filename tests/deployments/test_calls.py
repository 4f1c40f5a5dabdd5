"""What a deployment costs of GitHub's rate limit."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.support.guarded import Guarded, guarded

if TYPE_CHECKING:
    from pathlib import Path

TOKENS = "apps/create-installation-access-token"  # cached for an hour


def _counted(place: Guarded, since: int) -> int:
    """How many calls GitHub counts: not those that it answers with 304."""
    return sum(one.status != 304 and one.operation != TOKENS for one in place.bot.calls[since:])


async def test_a_deployment_costs_few_calls(tmp_path: Path) -> None:
    async with guarded(tmp_path) as place:
        await place.says("wren", "/deploy staging")

        assert place.deployed("staging") == [place.pull.head_sha]
        # one more where two stories read the policy in the same moment
        assert _counted(place, 0) <= 23


async def test_so_does_one_with_an_approval(tmp_path: Path) -> None:
    """What was read a moment ago is asked for again, and costs nothing where it has not changed."""
    async with guarded(tmp_path) as place:
        await place.says("wren", "/deploy staging")
        before = len(place.bot.calls)
        await place.says("wren", "/deploy production")
        await place.says("amara", "/approve production")

        assert place.deployed() == [place.pull.head_sha]
        assert _counted(place, before) <= 34
        assert len(place.bot.calls) - before <= 80
