"""`/test` fits the workflows that the pack brings, as the local GitHub plays their files."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.config.mistakes import ConfigurationErrors
from bot.config.repository import configuration_from_yaml
from bot.localhub.scenarios.player import Player
from bot.localhub.state import git, runs
from bot.pack.model import CHECKS, Workflow
from bot.pack.rendering.pack import About, pack_files
from tests.support.bot import serving
from tests.support.pipeline_runs import POLICY, Site

if TYPE_CHECKING:
    from pathlib import Path

ABOUT = About(full_name="octo/harbour", default_branch="main", bot_login="pilothouse[bot]")


def _files() -> dict[str, bytes]:
    config = configuration_from_yaml(POLICY.encode())
    assert not isinstance(config, ConfigurationErrors)
    assert config.pipeline is not None
    made = {file.path: file.content for file in pack_files(config.pipeline, ABOUT)}
    return {".github/pilothouse.yml": POLICY.encode(), **made}


async def test_a_named_suite_runs_alone_and_is_not_taken_for_the_whole(tmp_path: Path) -> None:
    """The check that merges wait for is reported by whole runs alone."""
    async with serving(tmp_path) as bot:
        store, opened, player = bot.hub.store, Site(bot), Player(bot.hub.store, pace=0)
        for branch in ("main", "feature"):
            git.push(store, bot.repository, branch, files=_files(), message="Pipeline", author=bot.ada)
        player.follow_files(bot.repository)
        for file in (Workflow.TESTS, Workflow.INTEGRATION):
            runs.workflow_of(store, bot.repository, file, name=file)

        await opened.say("/test storage-tests\n/test tests-all")
        for _ in range(4):  # the second begins once the first has ended
            await player.played()
            await bot.settle()
        await player.close()

        alone, whole = [[job.name for job in run.latest.jobs] for run in opened.dispatched]
        assert alone == ["storage-tests", "tests-all (storage-tests)"]
        assert whole == ["all-tests", "storage-tests", "meta-tests", CHECKS[Workflow.TESTS]]
        assert ["**succeeded**" in one for one in opened.receipts()] == [True, True]
