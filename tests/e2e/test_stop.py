"""SIGTERM: nothing more is taken, what runs is finished or parked, and the next start goes on with it."""

from __future__ import annotations

import re
import time
from collections import Counter
from typing import TYPE_CHECKING

import psutil

from bot.demo.process import BotProcess
from bot.localhub.faults import Fault
from bot.localhub.state import accounts, git, issues, pulls
from tests.support.waiting import until

if TYPE_CHECKING:
    from pathlib import Path

    from bot.localhub.server import LocalHub

_SECONDS = 20.0


async def test_a_stop_in_the_middle_of_work_is_quick_and_loses_nothing(hub: LocalHub, tmp_path: Path) -> None:
    ada = hub.store.user("ada")
    repository = accounts.create_repository(hub.store, "octo/harbour", files={"README.md": "harbour\n"})
    accounts.set_role(repository, ada, "write")
    accounts.install(hub.store, hub.app, repository)
    for number in range(5):
        git.push(hub.store, repository, f"b{number}", files={"a": str(number)}, message="More", author=ada)
        pulls.open_pull(hub.store, repository, title="More", head=f"b{number}", author=ada)

    def receipts() -> Counter[str]:
        bodies = [
            one.body
            for pull in repository.pulls.values()
            for one in pull.issue.comments
            if one.app is hub.app
        ]
        return Counter(found[1] for body in bodies if (found := re.search(r"receipt (\d+)/0", body)))

    bot = BotProcess(hub, tmp_path)
    await bot.start(seconds=60)
    assert bot.process is not None
    hub.faults.add(Fault(kind="latency", seconds=0.3))
    hub.set_webhook(f"{bot.url}/webhook")
    commanded = {
        str(issues.write_comment(hub.store, repository, number, body="/ping", author=ada).id)
        for _ in range(4)
        for number in sorted(repository.pulls)
    }
    await hub.settle()
    await until(lambda: len(receipts()) > 0)
    family = psutil.Process(bot.process.pid).children(recursive=True)
    began = time.monotonic()
    bot.process.terminate()
    assert await bot.process.wait() == 0, bot.tail()
    assert time.monotonic() - began < _SECONDS
    assert not any(child.is_running() for child in family)
    assert len(receipts()) < len(commanded)

    hub.faults.clear()
    hub.set_webhook(None)
    again = BotProcess(hub, tmp_path)
    await again.start(seconds=60)
    try:
        await until(lambda: set(receipts()) == commanded, within=60)
    finally:
        await again.stop()
    assert set(receipts().values()) == {1}
