"""Whose fault a failure is, judged by what else is known."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from bot.localhub.faults import DeliveryFault
from bot.localhub.state import git
from tests.support.bot import Bot, serving

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

RUST = "pr-rust-test-petgraph-uf"


@pytest.fixture
async def bot(tmp_path: Path) -> AsyncIterator[Bot]:
    async with serving(tmp_path) as opened:
        yield opened


def summary(bot: Bot) -> str:
    """The one summary that may stand."""
    (standing,) = bot.summaries()
    return standing


async def test_a_failure_of_the_base_is_not_blamed_on_the_change(bot: Bot) -> None:
    bot.ci({"test": RUST}, branch="main")
    await bot.settle()
    bot.ci({"test": RUST})
    await bot.settle()
    assert "broken base" in summary(bot).lower()
    assert "main" in summary(bot)


async def test_at_the_first_red_run_the_base_is_read_to_tell_what_is_new(bot: Bot) -> None:
    bot.hub.faults.add(DeliveryFault(kind="lose"))  # the App was not installed then
    bot.ci({"test": None}, branch="main")
    await bot.settle()
    bot.hub.faults.clear()
    bot.ci({"test": RUST})
    await bot.settle()
    assert "new" in summary(bot).lower().split("attempt 1")[1].splitlines()[0]


async def test_without_a_run_on_the_base_nothing_is_called_new(bot: Bot) -> None:
    bot.ci({"test": RUST})
    await bot.settle()
    assert "1 unknown" in summary(bot)


async def test_a_job_that_ran_few_of_its_tests_is_judged_incomplete(bot: Bot) -> None:
    for number in range(3):
        bot.open_pull(f"other-{number}")
        bot.ci({"test": RUST}, branch=f"other-{number}")
    bot.ci({"test": RUST}, branch="main")
    await bot.settle()
    few = (
        b"running 1 test\ntest quay::berth ... FAILED\n\nfailures:\n\n---- quay::berth stdout ----\n"
        b"thread 'quay::berth' panicked at src/quay.rs:7:5:\nno berth\n\n"
        b"test result: FAILED. 0 passed; 1 failed; 0 ignored; 0 measured; 0 filtered out\n"
    )
    bot.ci({"test": few})
    await bot.settle()
    assert "incomplete" in summary(bot).lower()
    assert "only 1 of the usual" in summary(bot)


async def test_a_base_that_was_mended_since_excuses_nothing(bot: Bot) -> None:
    bot.ci({"test": RUST}, branch="main")
    await bot.settle()
    git.push(bot.hub.store, bot.repository, "main", files={"fix": "1"}, message="Fix", author=bot.ada)
    bot.ci({"test": None}, branch="main")
    await bot.settle()
    bot.ci({"test": RUST}, event="pull_request")  # which builds the merge with the mended base
    await bot.settle()
    assert "broken base" not in summary(bot).lower()
    assert "the job passes on main" in summary(bot)


async def test_a_branch_that_left_a_broken_base_is_told_to_update(bot: Bot) -> None:
    bot.ci({"test": RUST}, branch="main")
    await bot.settle()
    git.push(bot.hub.store, bot.repository, "main", files={"fix": "1"}, message="Fix", author=bot.ada)
    bot.ci({"test": None}, branch="main")
    await bot.settle()
    bot.ci({"test": RUST})  # of a push: the head alone
    await bot.settle()
    assert "1 broken base" in summary(bot)
    assert "where this branch left it" in summary(bot)
    assert "update the branch" in summary(bot)
