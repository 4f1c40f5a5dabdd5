"""The whole product on PostgreSQL: two bots on one database share the work, and one may die."""

from __future__ import annotations

import re
import sys
from collections import Counter
from contextlib import suppress
from typing import TYPE_CHECKING

import psutil
import pytest

from bot.demo.process import BotProcess
from bot.localhub.state import accounts, git, issues, pulls
from tests.support.waiting import until

if TYPE_CHECKING:
    from pathlib import Path

    from bot.localhub.server import LocalHub

pytest_plugins = ["tests.support.postgres"]
pytestmark = pytest.mark.postgres

PULLS = 6
ROUNDS = 4


async def test_two_bots_answer_every_command_once_although_one_is_killed(
    hub: LocalHub, postgres_url: str, tmp_path: Path
) -> None:
    command = ("env", f"PILOTHOUSE_DATABASE_URL={postgres_url}", sys.executable, "-m", "bot", "serve")
    bots = []
    for name in ("first", "second"):
        (tmp_path / name).mkdir()
        bots.append(BotProcess(hub, tmp_path / name, command=command))
    first, second = bots
    ada = hub.store.user("ada")
    repository = accounts.create_repository(hub.store, "octo/harbour", files={"README.md": "harbour\n"})
    accounts.set_role(repository, ada, "write")
    accounts.install(hub.store, hub.app, repository)
    for number in range(PULLS):
        git.push(hub.store, repository, f"b{number}", files={"a": str(number)}, message="More", author=ada)
        pulls.open_pull(hub.store, repository, title="More", head=f"b{number}", author=ada)

    def receipts() -> Counter[str]:
        bodies = [
            comment.body
            for pull in repository.pulls.values()
            for comment in pull.issue.comments
            if comment.app is hub.app
        ]
        return Counter(found[1] for body in bodies if (found := re.search(r"receipt (\d+)/0", body)))

    def command_everywhere() -> set[str]:
        written = [
            issues.write_comment(hub.store, repository, number, body="/ping", author=ada)
            for _ in range(ROUNDS)
            for number in sorted(repository.pulls)
        ]
        return {str(comment.id) for comment in written}

    try:
        for bot in bots:
            await bot.start(seconds=60)
        hub.set_webhook(f"{first.url}/webhook")
        commanded = command_everywhere()
        await hub.settle()  # acknowledged by the one that will die, so it is durable
        hub.set_webhook(f"{second.url}/webhook")
        commanded |= command_everywhere()
        kill(first)
        try:
            await until(lambda: set(receipts()) == commanded, within=90)
        except TimeoutError:
            pytest.fail(f"unanswered: {commanded - set(receipts())}{second.tail()}")
        await hub.settle()
    finally:
        for bot in bots:
            await bot.stop()
    assert set(receipts().values()) == {1}


def kill(bot: BotProcess) -> None:
    """Kill the web process and its worker as the kernel does."""
    assert bot.process is not None
    parent = psutil.Process(bot.process.pid)
    for each in (parent, *parent.children(recursive=True)):
        with suppress(psutil.NoSuchProcess):
            each.kill()
