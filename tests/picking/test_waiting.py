"""Backports that are asked for before the merge, through the whole bot."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from bot.localhub.faults import DeliveryFault, Fault
from bot.localhub.state import accounts
from tests.support.picking import LINES, RELEASE, Yard, picking

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from bot.localhub.state.nouns import Pull


@pytest.fixture
async def yard(tmp_path: Path) -> AsyncIterator[Yard]:
    async with picking(tmp_path) as opened:
        yield opened


def opened(yard: Yard) -> Pull:
    """A pull request that deepens line five, not merged yet."""
    yard.push("deepen", "Deepen five", by="eve", app=LINES.replace("five", "FIVE"))
    return yard.open("deepen", "Deepen five", by="eve")


def answers(yard: Yard, pull: Pull) -> list[str]:
    """What the bot's receipts on a pull request say now."""
    comments = [one.body for one in pull.issue.comments if one.app is yard.bot.hub.app]
    return [body for body in comments if "pilothouse:receipt" in body]


async def test_what_is_asked_for_before_the_merge_is_made_after_it(yard: Yard) -> None:
    pull = opened(yard)
    yard.push("v2", "Fix the release", app=LINES.replace("one", "ONE"))
    answer = await yard.say(pull, f"/backport {RELEASE}")
    assert f"Once it is, a pull request with it is opened for `{RELEASE}`" in answer
    await yard.say(pull, "/backport v2")
    assert yard.ours() == []
    yard.merge(pull)
    await yard.bot.settle()
    first, second = yard.ours()
    assert (first.base_ref, second.base_ref) == (RELEASE, "v2")
    receipts = answers(yard, pull)
    assert len(receipts) == 2, "the answers are edited"
    assert f"[#{first.number}](" in receipts[0]
    assert f"[#{second.number}](" in receipts[1]


async def test_a_description_may_ask_for_it_from_the_beginning(yard: Yard) -> None:
    yard.push("deepen", "Deepen five", app=LINES.replace("five", "FIVE"))
    pull = yard.open("deepen", "Deepen five", body=f"It was too shallow.\n\n/backport {RELEASE}\n")
    await yard.bot.settle()
    yard.merge(pull)
    await yard.bot.settle()
    (made,) = yard.ours()
    assert made.base_ref == RELEASE
    assert f"[#{made.number}](" in answers(yard, pull)[0]


async def test_what_is_closed_without_a_merge_is_carried_nowhere(yard: Yard) -> None:
    pull = opened(yard)
    await yard.say(pull, f"/backport {RELEASE}")
    yard.close(pull)
    await yard.bot.settle()
    assert yard.ours() == []
    assert "not_merged" in await yard.say(pull, f"/backport {RELEASE}")


async def test_who_may_not_write_any_more_by_then_carries_nothing(yard: Yard) -> None:
    pull = opened(yard)
    await yard.say(pull, f"/backport {RELEASE}")
    accounts.set_role(yard.bot.repository, yard.bot.ada, "read")
    yard.merge(pull)
    await yard.bot.settle()
    assert yard.ours() == []
    assert "not_permitted" in answers(yard, pull)[0]


async def test_a_role_that_cannot_be_read_denies(yard: Yard) -> None:
    pull = opened(yard)
    await yard.say(pull, f"/backport {RELEASE}")
    yard.bot.hub.faults.add(Fault(kind="status", path="/permission$", status=500))
    yard.merge(pull)
    await yard.bot.settle()
    assert yard.ours() == []
    assert "github_unavailable" in answers(yard, pull)[0]


async def test_a_branch_that_is_missing_is_told_when_asked(yard: Yard) -> None:
    pull = opened(yard)
    answer = await yard.say(pull, f"/backport gone {RELEASE}")
    assert "`gone`: there is no such branch" in answer
    yard.merge(pull)
    await yard.bot.settle()
    assert yard.ours() == []


async def test_a_dry_run_says_that_it_would_wait(yard: Yard) -> None:
    assert "It would wait" in await yard.say(opened(yard), f"/plan /backport {RELEASE}")


async def test_a_merge_that_is_told_twice_is_carried_over_once(yard: Yard) -> None:
    pull = opened(yard)
    await yard.say(pull, f"/backport {RELEASE}")
    yard.bot.hub.faults.add(DeliveryFault(kind="duplicate", event="pull_request"))
    yard.merge(pull)
    await yard.bot.settle()
    assert len(yard.ours()) == 1


@pytest.mark.parametrize("step", ["remember 0", "waiting", f"pick 0 {RELEASE}", f"open 0 {RELEASE}"])
async def test_a_crash_after_any_step_loses_nothing(yard: Yard, step: str) -> None:
    pull = opened(yard)
    yard.bot.engine.crash_in(step)
    await yard.say(pull, f"/backport {RELEASE}")
    yard.merge(pull)
    await yard.bot.settle()
    assert len(yard.ours()) == 1
