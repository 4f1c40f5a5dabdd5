"""What people say about failures: recorded, attributed, used, and said."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from bot.localhub.state import accounts, issues
from tests.support.bot import Bot, serving

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

RUST, CLIPPY = "pr-rust-test-petgraph-uf", "pr-rust-clippy-heck"


@pytest.fixture
async def bot(tmp_path: Path) -> AsyncIterator[Bot]:
    async with serving(tmp_path) as opened:
        yield opened


async def say(bot: Bot, text: str, *, by: str = "ada") -> str:
    """The receipt of a command."""
    author = bot.hub.store.user(by)
    comment = issues.write_comment(bot.hub.store, bot.repository, bot.pull.number, body=text, author=author)
    await bot.settle()
    marker = f"<!-- pilothouse:receipt {comment.id}/0 -->"
    found = [one.body for one in bot.repository.issues[bot.pull.number].comments if marker in one.body]
    assert len(found) == 1
    return found[0]


async def identifier(bot: Bot) -> str:
    """The ID of the one failure, as a refusal lists it."""
    refusal = await say(bot, "/verdict ffffffffffff flaky")
    return refusal.rpartition("- `")[2][:8]


def summary(bot: Bot) -> str:
    (standing,) = bot.summaries()
    return standing


async def test_a_persons_word_goes_before_the_bots_and_is_said_at_once(bot: Bot) -> None:
    bot.ci({"test": None}, branch="main")
    await bot.settle()
    bot.ci({"test": RUST})
    await bot.settle()
    assert "1 new" in summary(bot)
    name = await identifier(bot)
    receipt = await say(bot, f"/verdict {name} flaky")
    assert "**succeeded**" in receipt
    assert "flaky, says ada" in summary(bot)
    comment = bot.repository.issues[bot.pull.number].comments[-2]
    assert f"#issuecomment-{comment.id}" in summary(bot)


async def test_a_word_can_be_taken_back(bot: Bot) -> None:
    bot.ci({"test": None}, branch="main")
    bot.ci({"test": RUST})
    await bot.settle()
    name = await identifier(bot)
    await say(bot, f"/verdict {name[:4]} infra")
    assert "infrastructure, says ada" in summary(bot)
    await say(bot, f"/verdict {name} REAL")
    assert "real, says ada" in summary(bot)
    assert "1 new" in summary(bot)


async def test_a_word_counts_on_other_pull_requests_too(bot: Bot) -> None:
    bot.ci({"test": RUST})
    await bot.settle()
    await say(bot, f"/verdict {await identifier(bot)} flaky")
    other = bot.open_pull("other", by="bob")
    bot.ci({"test": RUST}, branch="other")
    await bot.settle()
    (standing,) = bot.summaries(other.number)
    assert "flaky, says ada" in standing


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("/verdict 0123456789 flaky", "unknown_failure"),
        ("/verdict abc flaky", "ambiguous_failure"),
        ("/verdict {name} maybe", "unknown_judgement"),
        ("/verdict {name}", "missing_argument"),
    ],
)
async def test_what_cannot_be_understood_is_refused_with_what_there_is(
    bot: Bot, text: str, reason: str
) -> None:
    bot.ci({"test": RUST})
    await bot.settle()
    receipt = await say(bot, text.format(name=await identifier(bot)))
    assert f"`{reason}`" in receipt
    if "failure" in reason:
        assert "uf_test_with_equiv" in receipt or "u.equiv" in receipt


async def test_without_a_failure_there_is_nothing_to_say(bot: Bot) -> None:
    bot.ci({"test": None})
    await bot.settle()
    assert "`no_failure`" in await say(bot, "/verdict 01234567 flaky")


async def test_a_message_that_anything_may_say_is_not_excused_by_a_word(bot: Bot) -> None:
    bot.ci({"test": b"##[error]Process completed with exit code 1.\n"})
    await bot.settle()
    receipt = await say(bot, f"/verdict {await identifier(bot)} flaky")
    assert "`too_general`" in receipt


async def test_a_reader_may_not_judge(bot: Bot) -> None:
    accounts.set_role(bot.repository, bot.hub.store.user("rae"), "read")
    bot.ci({"test": RUST})
    await bot.settle()
    assert "`not_permitted`" in await say(bot, "/verdict 0123 flaky", by="rae")


@pytest.mark.parametrize("step", ["failures 0", "judge 0"])
async def test_a_crash_half_way_loses_no_word(bot: Bot, step: str) -> None:
    bot.ci({"test": RUST})
    await bot.settle()
    name = await identifier(bot)
    bot.engine.crash_in(step)
    assert "**succeeded**" in await say(bot, f"/verdict {name} flaky")
    assert "flaky, says ada" in summary(bot)
