"""The whole bot in memory beside the local GitHub: deliveries over HTTP, real handlers and flows, no processes."""

from __future__ import annotations

import gzip
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from ipaddress import ip_network
from pathlib import Path
from typing import TYPE_CHECKING

from aiohttp import web

from bot.app.flows import flows
from bot.app.flows.wiring import Wiring
from bot.app.worker import decode
from bot.config.cost_settings import CostSettings
from bot.config.settings import Settings
from bot.github.app import GitHub
from bot.github.events import Unreadable
from bot.github.models import InstallationId, RepositoryRef
from bot.github.tuning import Tuning
from bot.localhub.server import LocalHub
from bot.localhub.state import accounts, git, pulls, runs
from bot.storage.database import Database
from bot.storage.inbox_choice import inbox_at
from handlers import wanted
from tests.support.clock import Clock
from tests.support.engine import InProcessEngine
from tests.support.hub import assert_true_to_github, record_file

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Iterable, Mapping

    from bot.engine.model import Intent
    from bot.github.tuning import Call
    from bot.localhub.state.actions import WorkflowRun
    from bot.localhub.state.nouns import Pull

LOGS = Path(__file__).parent.parent.parent / "bot" / "localhub" / "scenarios" / "logs"
REPOSITORY = "octo/harbour"
_NO_COSTS = CostSettings()


async def _no_pause(_: float) -> None:
    pass


def log_of(name: str) -> bytes:
    """This function will read one of the real logs that the scenarios ship."""
    return gzip.decompress((LOGS / f"{name}.log.gz").read_bytes())


@dataclass
class Bot:
    """A repository with one pull request, and the bot that serves it."""

    hub: LocalHub
    github: GitHub
    database: Database
    wiring: Wiring
    engine: InProcessEngine
    clock: Clock
    calls: list[Call]
    refused: list[Unreadable] = field(default_factory=list)

    def __post_init__(self) -> None:
        store = self.hub.store
        self.ada = store.user("ada")
        self.repository = accounts.create_repository(store, REPOSITORY, files={"README.md": "harbour\n"})
        accounts.set_role(self.repository, self.ada, "write")
        installation = accounts.install(store, self.hub.app, self.repository)
        self.ref = RepositoryRef(
            installation_id=InstallationId(installation.id), id=self.repository.id, full_name=REPOSITORY
        )
        self.pull = self.open_pull("feature")

    def open_pull(self, branch: str, *, by: str = "ada") -> Pull:
        """This function will push a branch and open a pull request from it."""
        author = self.hub.store.user(by)
        files = {f"{branch}.txt": "1"}
        git.push(self.hub.store, self.repository, branch, files=files, message="Dredge", author=author)
        return pulls.open_pull(self.hub.store, self.repository, title="Dredge", head=branch, author=author)

    def push(self, branch: str = "feature", content: str = "2") -> str:
        """This function will push one more commit."""
        files = {f"{branch}.txt": content}
        made = git.push(self.hub.store, self.repository, branch, files=files, message="More", author=self.ada)
        return made.sha

    def ci(
        self,
        jobs: Mapping[str, str | bytes | None],
        *,
        workflow: str = "CI",
        branch: str = "feature",
        event: str = "push",
    ) -> WorkflowRun:
        """This function will run a workflow on a branch; a job with a log, or the name of one, fails with it."""
        store = self.hub.store
        sha = self.repository.branches[branch]
        known = runs.workflow_of(store, self.repository, f"{workflow.lower()}.yml", name=workflow)
        author = next(
            (pull.issue.author for pull in self.repository.pulls.values() if pull.head_ref == branch),
            self.ada,
        )
        new = runs.NewRun(head_sha=sha, head_branch=branch, actor=author, event=event)
        run = runs.start_run(store, self.repository, known, new, jobs=jobs)
        self.finish(run, jobs)
        return run

    def finish(self, run: WorkflowRun, jobs: Mapping[str, str | bytes | None]) -> None:
        """This function will end the jobs of the newest attempt, and with them the run."""
        for job in run.latest.jobs:
            if job.status == "completed":
                continue
            log = jobs.get(job.name)
            conclusion = "failure" if log else "success"
            text = log_of(log) if isinstance(log, str) else log or b"fine\n"
            runs.finish_job(self.hub.store, job, conclusion, log=text)
        runs.finish_run(self.hub.store, run)

    async def settle(self) -> None:
        """This function will let everything happen that follows from what has happened."""
        seen = -1
        while seen != len(self.hub.deliveries.listed):
            seen = len(self.hub.deliveries.listed)
            await self.hub.settle()
            await self.engine.drain()

    def summaries(self, number: int | None = None) -> list[str]:
        """This function will list the summary comments that stand on a pull request."""
        comments = self.repository.issues[number or self.pull.number].comments
        return [one.body for one in comments if one.app is self.hub.app and "pilothouse:summary" in one.body]

    async def take(self, request: web.Request) -> web.Response:
        """This function will take a delivery as the worker does."""
        name, guid = request.headers["X-GitHub-Event"], request.headers["X-GitHub-Delivery"]
        payload = await request.json()
        if wanted(name, payload.get("action", "")):
            intents = decode(name, payload, guid)
            assert not isinstance(intents, Unreadable), intents.reason
            await self.engine.submit(intents)
        return web.Response(status=202)


def settings_for(hub: LocalHub, folder: Path) -> Settings:
    """This function will make the settings of a bot that serves the local GitHub."""
    return Settings(
        app_id=str(hub.app_id),
        private_key=hub.private_key_pem,
        webhook_secrets=(hub.webhook_secret.encode(),),
        github_api_url=hub.url,
        database_url=f"sqlite:///{folder / 'pilothouse.db'}",
        host="127.0.0.1",
        port=0,
        obeyed_apps=frozenset(),
        write_pace=0.0,
        log_level="info",
        verify_private=(ip_network("127.0.0.0/8"),),
    )


@asynccontextmanager
async def serving(
    folder: Path,
    *,
    repeat_every_step: bool = False,
    clock: Clock | None = None,
    costs: CostSettings = _NO_COSTS,
    extend: Callable[[LocalHub, web.Application], None] | None = None,
) -> AsyncIterator[Bot]:
    """This function will open a bot whose whole traffic must be as GitHub describes it; `extend` may add pages."""
    record, clock = record_file(folder), clock or Clock()
    hub = await LocalHub.start(clock=clock, record=record, extend=extend)
    settings = replace(settings_for(hub, folder), costs=costs)
    database, inbox = Database(settings.database_url), inbox_at(settings.database_url, clock=clock)
    database.open()
    inbox.open()
    calls: list[Call] = []
    tuning = Tuning(pace=None, attempts=3, sleep=_no_pause, observe=calls.append)

    async def submit(intents: Iterable[Intent]) -> None:
        await engine.submit(intents)

    try:
        async with GitHub(
            settings.app_id, settings.private_key, clock=clock, api_url=hub.url, tuning=tuning
        ) as github:
            wiring = Wiring(
                settings=settings, github=github, database=database, inbox=inbox, clock=clock, submit=submit
            )
            loaded = [flow.load() for flow in flows(wiring)]
            engine = InProcessEngine(loaded, clock=clock, repeat_every_step=repeat_every_step)
            bot = Bot(hub, github, database, wiring, engine, clock, calls)
            async with _listening(bot):
                yield bot
            await engine.restart()
    finally:
        inbox.close()
        database.close()
        await hub.close()
    assert_true_to_github(record)


@asynccontextmanager
async def _listening(bot: Bot) -> AsyncIterator[None]:
    application = web.Application(client_max_size=30 << 20)
    application.router.add_post("/webhook", bot.take)
    runner = web.AppRunner(application, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    bot.hub.set_webhook(f"http://127.0.0.1:{runner.addresses[0][1]}/webhook")
    try:
        yield
    finally:
        bot.hub.set_webhook(None)
        await runner.cleanup()
