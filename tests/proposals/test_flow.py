"""A pull request that edits the policy gets a check run with its mistakes, or with what it would change."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from bot.decisions.store import Where, record
from bot.deployments.judging.rules import decide_deploy
from bot.localhub.faults import Fault
from bot.localhub.state import checks as hub_checks
from bot.localhub.state import git, pulls
from bot.proposals.model import CHECK
from tests.support.bot import serving
from tests.support.facts import configured

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from bot.localhub.state.nouns import Pull
    from bot.localhub.state.reports import CheckRun
    from tests.support.bot import Bot

PATH = ".github/pilothouse.yml"
NOW = "environments:\n  staging:\n    branches: [release]\n"
WRONG = "environments:\n  staging:\n    reviews: many\n    aprovals: {}\n"
OPEN = "environments:\n  staging: {}\n"


@pytest.fixture
async def bot(tmp_path: Path) -> AsyncIterator[Bot]:
    """A repository with a policy on its default branch."""
    async with serving(tmp_path) as opened:
        push(opened, "main", NOW)
        await opened.settle()
        yield opened


def push(bot: Bot, branch: str, text: str | None) -> None:
    """This function will push a branch with this policy; a new one starts at the default branch."""
    git.push(bot.hub.store, bot.repository, branch, files={PATH: text}, message="Configure", author=bot.ada)


def propose(bot: Bot, text: str | None, branch: str = "policy") -> Pull:
    """This function will open a pull request with this policy."""
    push(bot, branch, text)
    return pulls.open_pull(bot.hub.store, bot.repository, title="Policy", head=branch, author=bot.ada)


def checks(bot: Bot) -> list[CheckRun]:
    """This function will list our check runs about the policy, the oldest first."""
    return [run for run in bot.repository.check_runs.values() if run.name == CHECK]


async def decided(bot: Bot) -> str:
    """This function will record a refusal because of the base branch, of a day ago."""
    facts = replace(configured(branches=["release"]), now=bot.clock())
    where = Where(repository=bot.ref, number=bot.pull.number, environment="staging", at=bot.clock())
    return await record(bot.database, decide_deploy(facts), facts=(facts,), where=where, key="one")


async def test_mistakes_are_shown_at_their_lines(bot: Bot) -> None:
    propose(bot, WRONG)
    await bot.settle()
    (check,) = checks(bot)
    assert (check.conclusion, check.title) == ("failure", "2 mistakes")
    assert [(each["path"], each["start_line"]) for each in check.annotations] == [(PATH, 3), (PATH, 4)]
    assert "did you mean approvals" in check.annotations[1]["message"]


async def test_decisions_that_would_flip_are_named(bot: Bot) -> None:
    decision_id = await decided(bot)
    propose(bot, OPEN)
    await bot.settle()
    (check,) = checks(bot)
    assert check.conclusion == "neutral"
    assert check.title == "Valid, 1 key would change, 1 would ask less, 1 decision would flip"
    assert check.summary is not None
    assert '| `environments.staging.branches` ⚠️ | `["release"]` | `[]` |' in check.summary
    assert "| 🚫 is refused | ✅ goes ahead · `branch_refused` | " in check.summary
    assert f"`{decision_id}`" in check.summary
    assert "None of the gates that wait now would stand otherwise." in check.summary


async def test_a_pull_request_that_leaves_the_policy_alone_gets_no_check_run(bot: Bot) -> None:
    """Not even where the default branch has another policy by now."""
    bot.push()
    await bot.settle()
    push(bot, "main", OPEN)
    bot.push(content="3")
    await bot.settle()
    assert checks(bot) == []


async def test_each_push_is_looked_at_and_the_same_head_has_one_check_run(bot: Bot) -> None:
    pull = propose(bot, WRONG)
    await bot.settle()
    push(bot, "policy", OPEN)
    await bot.settle()
    assert [(check.head_sha == pull.head_sha, check.title) for check in checks(bot)] == [
        (False, "2 mistakes"),
        (True, "Valid, 1 key would change, 1 would ask less, no decisions would flip"),
    ]
    (newest,) = [check for check in checks(bot) if check.head_sha == pull.head_sha]
    await decided(bot)
    hub_checks.rerequest_run(bot.hub.store, bot.repository, newest, user=bot.ada)
    await bot.settle()
    assert len(checks(bot)) == 2
    assert newest.title == "Valid, 1 key would change, 1 would ask less, 1 decision would flip"


async def test_a_policy_that_is_taken_away_means_the_defaults(bot: Bot) -> None:
    propose(bot, None)
    await bot.settle()
    (check,) = checks(bot)
    assert check.summary is not None
    assert "| `environments.staging` | " in check.summary


async def test_a_head_that_is_not_the_head_any_more_is_left_alone(bot: Bot) -> None:
    """Three pushes at once are one check run, of the last."""
    pull = propose(bot, WRONG)
    push(bot, "policy", OPEN)
    await bot.settle()
    assert [check.head_sha for check in checks(bot)] == [pull.head_sha]


async def test_a_pull_request_into_another_branch_proposes_nothing_until_it_is_retargeted(bot: Bot) -> None:
    push(bot, "release", NOW)
    pull = propose(bot, OPEN)
    pulls.retarget(bot.hub.store, bot.repository, pull, "release", sender=bot.ada)
    await bot.settle()
    assert checks(bot) == []
    pulls.retarget(bot.hub.store, bot.repository, pull, "main", sender=bot.ada)
    await bot.settle()
    assert [check.title for check in checks(bot)] == [
        "Valid, 1 key would change, 1 would ask less, no decisions would flip"
    ]


async def test_a_lost_answer_makes_no_second_check_run(bot: Bot) -> None:
    bot.hub.faults.add(
        Fault(kind="status", method="POST", path="/check-runs$", status=502, after=True, count=1)
    )
    bot.engine.crash_in("check")
    propose(bot, OPEN)
    await bot.settle()
    assert len(checks(bot)) == 1


async def test_what_github_does_not_answer_is_left_for_the_next_push(bot: Bot) -> None:
    bot.hub.faults.add(Fault(kind="status", method="POST", path="/check-runs$", status=403))
    propose(bot, OPEN)
    await bot.settle()
    assert checks(bot) == []


async def test_a_broken_policy_that_is_repaired_is_held_against_the_policies_of_then(bot: Bot) -> None:
    await decided(bot)
    push(bot, "main", WRONG)
    propose(bot, OPEN)
    await bot.settle()
    (check,) = checks(bot)
    assert check.title == "Valid, 1 key would change, 1 decision would flip"
