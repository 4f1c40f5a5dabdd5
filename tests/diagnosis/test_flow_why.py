"""Why a failure has its verdict, asked and answered on the pull request."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from bot.localhub.state import accounts, git, issues, pulls, runs
from tests.support.bot import Bot, serving

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

RUST, CLIPPY = "pr-rust-test-petgraph-uf", "pr-rust-clippy-heck"


@pytest.fixture
async def bot(tmp_path: Path) -> AsyncIterator[Bot]:
    async with serving(tmp_path) as opened:
        yield opened


async def ask(bot: Bot, text: str = "/why failure", *, by: str = "ada") -> str:
    """The receipt of a question."""
    author = bot.hub.store.user(by)
    comment = issues.write_comment(bot.hub.store, bot.repository, bot.pull.number, body=text, author=author)
    await bot.settle()
    marker = f"<!-- pilothouse:receipt {comment.id}/0 -->"
    (found,) = [one.body for one in bot.repository.issues[bot.pull.number].comments if marker in one.body]
    return found


async def test_a_new_failure_is_explained_with_its_evidence(bot: Bot) -> None:
    bot.ci({"test": None}, branch="main")
    await bot.settle()
    bot.ci({"test": RUST})
    await bot.settle()
    text = await ask(bot)
    assert "is **new**: the job passes on main" in text
    assert "uf_test_with_equiv` in this job | passed 1 of 2 times" in text
    assert "| seen | once on 1 branch, #" in text
    name = text.split("`")[7]
    assert len(name) == 8
    assert "is **new**" in await ask(bot, f"/why failure {name[:5]}")
    assert "is **new**" in await ask(bot, "/why")


async def test_anybody_who_can_read_may_ask_and_a_closed_pull_request_answers_too(bot: Bot) -> None:
    accounts.set_role(bot.repository, bot.hub.store.user("rae"), "read")
    bot.ci({"test": RUST})
    await bot.settle()
    pulls.merge(bot.hub.store, bot.repository, bot.pull, message="Merge", sender=bot.ada)
    assert "**unknown**" in await ask(bot, by="rae")


async def test_a_base_that_broke_after_the_branch_left_it_is_told_apart(bot: Bot) -> None:
    bot.ci({"test": None}, branch="main")
    await bot.settle()
    git.push(bot.hub.store, bot.repository, "main", files={"x": "1"}, message="Break", author=bot.ada)
    bot.ci({"test": RUST}, branch="main")
    await bot.settle()
    bot.ci({"test": RUST})
    await bot.settle()
    text = await ask(bot)
    assert "but only after this branch left it, and passed before" in text
    assert "| the branch left it at | `" in text
    assert "1 of 2 passed, [the newest failed]" in text


async def test_a_word_and_an_older_attempt_are_told(bot: Bot) -> None:
    run = bot.ci({"test": RUST, "lint": CLIPPY})
    await bot.settle()
    refusal = await ask(bot, "/why failure 00000000")
    assert "`unknown_failure`" in refusal
    names = [line.split("`")[1] for line in refusal.splitlines() if line.startswith("- `")]
    assert len(names) >= 2
    await ask(bot, f"/verdict {names[0]} real")
    assert "real, [says ada](" in await ask(bot, f"/why failure {names[0]}")
    runs.rerun(bot.hub.store, run, actor=bot.ada, again=lambda job: job.conclusion == "failure")
    bot.finish(run, {"test": None, "lint": None})
    await bot.settle()
    text = await ask(bot, f"/why failure {names[1]}")
    assert "is **flaky (proven)**" in text
    assert "passed in another attempt: [1](" in text


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("/why deploy", "unknown_decision"),
        ("/why tides", "unknown_topic"),
        ("/why failure", "no_failure"),
        ("/why failure a b", "too_many_arguments"),
    ],
)
async def test_what_cannot_be_explained_is_refused(bot: Bot, text: str, reason: str) -> None:
    assert f"`{reason}`" in await ask(bot, text)


async def test_a_run_that_github_no_longer_has_is_said(bot: Bot) -> None:
    run = bot.ci({"test": RUST})
    await bot.settle()
    del bot.repository.runs[run.id]
    assert "GitHub no longer has the workflow run" in await ask(bot)
