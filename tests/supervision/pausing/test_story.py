"""The limit is reached: a real agent's work is pushed, it stands still, and goes on with the new day."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest

from bot.budget.model import PauseAgents
from bot.config.cost_settings import CostSettings
from bot.costs.model import ActionKind, ActionState
from tests.support.bot import REPOSITORY
from tests.support.costs import MONDAY, Costing, Teller, costing
from tests.support.sessions import Repository, Sessions, need_tmux

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

LISTED = CostSettings(local_repositories=frozenset({REPOSITORY.lower()}))
CONFIG = """\
costs:
  limit: 10
  actions: false
  report: {{issue: false}}
hosts:
  orchestrator: {{instance: i-0123456789abcdef0, account: "123456789012"}}
agents:
  A1: {{socket: {socket}, work_tree: {tree}}}
  A2: {{host: orchestrator}}
"""


@pytest.fixture
def sessions(tmp_path: Path) -> Iterator[Sessions]:
    """A tmux server in which A1 works."""
    need_tmux()
    made = Sessions(folder=tmp_path)
    made.work("A1")
    yield made
    made.end()


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    """A1's work tree, one commit ahead of its remote."""
    folder = tmp_path / "git"
    folder.mkdir()
    made = Repository(folder=folder, full_name=REPOSITORY).make()
    made.commit("one.txt", "1\n")
    return made


def config_of(sessions: Sessions, repository: Repository) -> str:
    """This function will name the agents to the bot."""
    return CONFIG.format(socket=sessions.socket, tree=repository.tree)


async def ask(costs: Costing, *, is_resume: bool = False) -> None:
    """This function will have all agents paused or resumed, and nobody wait for the answer."""
    request = PauseAgents(repository=costs.bot.ref, cause=f"test-{is_resume}", is_resume=is_resume)
    await costs.bot.engine.submit([request.start()])
    await costs.bot.settle()


@pytest.mark.parametrize("repeat", [False, True])
async def test_the_limit_pauses_an_agent_whose_work_is_safe_and_the_new_day_lets_it_go_on(
    tmp_path: Path, sessions: Sessions, repository: Repository, *, repeat: bool
) -> None:
    spends = Teller(hourly={"machine": Decimal(6)})
    config = config_of(sessions, repository)
    async with costing(tmp_path, spends, config=config, settings=LISTED, repeat_every_step=repeat) as costs:
        await costs.tick()
        await costs.enforce()
        await sessions.goes_on()
        await costs.tick_until(MONDAY + timedelta(hours=2))
        before = sessions.lines()
        paused = {one.target: one for one in await costs.actions() if one.kind == ActionKind.PAUSE_AGENTS}
        assert paused["A1"].state == ActionState.DONE, paused["A1"].text
        # Where each step happens twice, the second finds the work pushed.
        assert ("1 commit of `a1` was pushed." in paused["A1"].text) is not repeat
        assert repository.has("a1") != ""
        assert paused["A2"].state == ActionState.FAILED
        assert "`PILOTHOUSE_AWS_REPOSITORIES`" in paused["A2"].text
        assert sessions.lines() == before
        await costs.tick(timedelta(hours=22, minutes=15))
        assert [
            one.state
            for one in await costs.actions()
            if (one.kind, one.target) == (ActionKind.RESUME_AGENTS, "A1")
        ] == [ActionState.DONE]
        await sessions.goes_on()


async def test_a_repository_that_the_operator_has_not_listed_reaches_no_session_of_the_machine(
    tmp_path: Path, sessions: Sessions, repository: Repository
) -> None:
    """A configuration file is not enough to have the bot push from its own machine, or stop what runs there."""
    async with costing(tmp_path, config=config_of(sessions, repository)) as costs:
        await ask(costs)
        await sessions.goes_on()
        assert repository.has("a1") == ""
    async with costing(tmp_path, config=config_of(sessions, repository), settings=LISTED) as costs:
        await ask(costs)
        before = sessions.lines()
        assert repository.has("a1") != ""
        assert sessions.lines() == before
        await ask(costs, is_resume=True)
        await sessions.goes_on()
