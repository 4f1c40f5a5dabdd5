"""A workflow run that hangs with a real bot that is killed while it mends it: it is begun again once."""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime, timedelta
from functools import partial
from signal import SIGKILL
from typing import TYPE_CHECKING

import psutil
import pytest

from bot.config.supervising import Conduct, RunsConfig, SupervisionConfig
from bot.demo.process import BotProcess
from bot.github.models import InstallationId, RepositoryRef
from bot.localhub.server import LocalHub
from bot.localhub.state import accounts, runs
from bot.storage.database import Database
from bot.supervision.keeping.store import keep_supervision
from bot.supervision.model import Supervised
from bot.supervision.runs.model import RunState
from bot.supervision.runs.store import hung_run_of
from tests.support.hub import assert_true_to_github, record_file, wall_clock
from tests.support.waiting import until

if TYPE_CHECKING:
    from pathlib import Path

    from bot.localhub.state.actions import WorkflowRun
    from bot.localhub.state.nouns import Repository

pytestmark = [pytest.mark.timeout(240), pytest.mark.no_cover]

REPOSITORY = "octo/harbour"
PATIENCE = 90.0
MINUTES = 10  # that a run usually takes
POLICY = "supervision: {runs: {conduct: act}}\n"


class Behind:
    """A clock that goes behind the real one by what a test says."""

    def __init__(self) -> None:
        self.by = timedelta(hours=3)

    def __call__(self) -> datetime:
        """This function will tell the time."""
        return wall_clock() - self.by


def hung(hub: LocalHub, clock: Behind, repository: Repository) -> WorkflowRun:
    """This function will let a workflow pass three times, and then hang for more than two hours."""
    store, known = hub.store, runs.workflow_of(hub.store, repository, "ci.yml", name="CI")
    sha, ada = repository.branches["main"], hub.store.user("ada")
    for _ in range(4):
        new = runs.NewRun(head_sha=sha, head_branch="main", actor=ada, event="workflow_dispatch")
        run = runs.start_run(store, repository, known, new, jobs=("test",))
        (job,) = run.latest.jobs
        runs.start_job(store, job)
        if known.runs > 3:
            break
        clock.by -= timedelta(minutes=MINUTES)
        runs.finish_job(store, job, "success", log=b"fine\n")
        runs.finish_run(store, run)
    clock.by = timedelta(0)
    return run


async def kill(bot: BotProcess) -> None:
    """This function will kill the bot's processes at once."""
    assert bot.process is not None
    parent = psutil.Process(bot.process.pid)
    for each in [parent, *parent.children(recursive=True)]:
        with suppress(psutil.NoSuchProcess):
            each.send_signal(SIGKILL)
    await bot.process.wait()


async def test_a_bot_that_is_killed_while_it_mends_a_run_begins_it_again_once(tmp_path: Path) -> None:
    """Killed once the run was cancelled, and once it was begun again: both happen once, and one heartbeat tells."""
    record, clock = record_file(tmp_path), Behind()
    hub = await LocalHub.start(clock=clock, record=record)
    files = {"README.md": "harbour\n", ".github/pilothouse.yml": POLICY}
    repository = accounts.create_repository(hub.store, REPOSITORY, files=files)
    installation = accounts.install(hub.store, hub.app, repository)
    run = hung(hub, clock, repository)
    ref = RepositoryRef(
        installation_id=InstallationId(installation.id), id=repository.id, full_name=REPOSITORY
    )
    acting = SupervisionConfig(runs=RunsConfig(conduct=Conduct.ACT))
    database = Database(f"sqlite:///{tmp_path / 'pilothouse.db'}")
    database.open()
    bot = BotProcess(hub, tmp_path)

    async def state() -> RunState | None:
        row = await database.read(lambda rows: hung_run_of(rows, repository.id, run.id, 1))
        return None if row is None else row.state

    def was_asked(operation: str) -> bool:
        return hub.gateway.calls[operation] == 1

    async def is_mended() -> bool:
        return await state() is RunState.AGAIN

    try:
        await database.write(
            lambda rows: keep_supervision(rows, ref, Supervised(config=acting), now=wall_clock())
        )
        for operation in ("actions/cancel-workflow-run", "actions/re-run-workflow-failed-jobs"):
            await bot.start(seconds=PATIENCE)
            await until(partial(was_asked, operation), within=PATIENCE)
            await kill(bot)
        await bot.start(seconds=PATIENCE)
        await until(is_mended, within=PATIENCE)
        assert [attempt.conclusion for attempt in run.attempts] == ["cancelled", None]
        assert hub.gateway.calls["actions/cancel-workflow-run"] == 1
        hearts = [one for one in repository.issues.values() if one.title == "Pilothouse's heartbeat"]
        assert len(hearts) == 1
    finally:
        await bot.stop()
        database.close()
        await hub.close()
    assert_true_to_github(record)
