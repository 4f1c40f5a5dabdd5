"""Commands about agents, written on the pull request of a bot, and what it answers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.localhub.state import git, issues

if TYPE_CHECKING:
    from tests.support.bot import Bot


async def ask(bot: Bot, line: str, *, by: str = "ada") -> str:
    """This function will write a command and return its receipt."""
    number = bot.pull.number
    author = bot.hub.store.user(by)
    issues.write_comment(bot.hub.store, bot.repository, number, body=line, author=author)
    await bot.settle()
    return receipts(bot)[-1]


def receipts(bot: Bot) -> list[str]:
    """This function will list the bot's answers in their order."""
    comments = bot.repository.issues[bot.pull.number].comments
    return [one.body for one in comments if one.app is bot.hub.app and "pilothouse:receipt" in one.body]


def configure(bot: Bot, text: str) -> None:
    """This function will push a configuration."""
    files = {".github/pilothouse.yml": text}
    git.push(bot.hub.store, bot.repository, "main", files=files, message="Agents", author=bot.ada)
