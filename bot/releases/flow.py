"""The story of a release: decided, carried out, announced, said in the receipt; it may stop and go on later."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING

import structlog

from bot.commands.ending import Asker, end_command
from bot.commands.model import Reason, Status
from bot.commands.render import failed_by
from bot.engine.model import Signal
from bot.engine.recording import StepFailedError
from bot.gates.model import NEWS, About, News
from bot.github.errors import GitHubError
from bot.releases.carrying import Carrying
from bot.releases.deciding import decide
from bot.releases.making.work import Releasing
from bot.releases.model import End, ReleaseRow, Stage, begun, stopped
from bot.releases.notes.announcing import Announcement, announce
from bot.releases.render import (
    render_announcing,
    render_broken,
    render_checked,
    render_done,
    render_resume,
    render_taken_back,
    render_told,
)
from bot.releases.store import row_of, run_of_tag
from bot.releases.taking_back import TakenBack, take_back
from bot.releases.underway import Underway

if TYPE_CHECKING:
    from bot.commands.spec import Services
    from bot.engine.model import Run
    from bot.releases.deciding import Decided
    from bot.releases.model import BuildNews, ReleaseRequest
    from bot.storage.database import Database

_log = structlog.get_logger()
SETTLE = timedelta(seconds=5)


@dataclass(frozen=True, slots=True, kw_only=True)
class Releaser:
    """Releases, with what that needs of the world."""

    services: Services
    settle: timedelta = SETTLE  # how long GitHub may take to list what it has accepted

    async def release(self, run: Run, request: ReleaseRequest) -> None:
        """This function will release what was accepted, or say why not, and obey what is left of the comment."""
        underway = await self._underway(run, request)
        try:
            end = await self._story(underway)
        except GitHubError as error:
            failed = failed_by(error)
            end = stopped(failed.reason, failed.text)
        except Exception as error:  # noqa: BLE001 - whatever happens, people get an answer
            _log.exception("release_broken", run_id=run.id)
            kind = error.kind if isinstance(error, StepFailedError) else type(error).__name__
            end = stopped(Reason.BOT_FAILED, render_broken(kind))
        await self._finish(underway, end)

    async def _underway(self, run: Run, request: ReleaseRequest) -> Underway:
        """The release as its command began it."""
        database, repository_id, tag = self.services.database, request.repository.id, request.tag
        row = await run.step(
            "row",
            lambda: database.read(lambda connection: row_of(connection, repository_id, tag)),
            returns=ReleaseRow | None,
        )
        now = await run.now()
        return Underway(run=run, request=request, services=self.services, row=row or begun(request, now))

    async def _story(self, underway: Underway) -> End:
        run, request = underway.run, underway.request
        decided = await decide(run, request, services=self.services)
        if isinstance(decided, End):
            return decided
        work = self._work(request, decided)
        await self._check_in(underway, work, decided)
        existing = decided.facts.existing
        if decided.facts.is_published and existing is not None:
            return await self._announce(underway, work, existing.url)
        outcome = await Carrying(underway=underway, work=work, decided=decided).carry_out()
        return outcome if isinstance(outcome, End) else await self._announce(underway, work, outcome.url)

    def _work(self, request: ReleaseRequest, decided: Decided) -> Releasing:
        config, scope, notes = decided.facts.config, decided.facts.scope, decided.notes
        if config is None or scope is None or notes is None:
            raise AssertionError("a decision to go ahead rests on a policy")
        return Releasing(
            request=request,
            config=config,
            scope=scope,
            facts=decided.facts,
            notes=notes,
            services=self.services,
            settle=self.settle,
        )

    async def _check_in(self, underway: Underway, work: Releasing, decided: Decided) -> None:
        underway.row = replace(
            underway.row,
            decision_id=decided.decision_id,
            previous_tag=work.notes.previous_tag,
            is_prerelease=work.is_prerelease,
        )
        text = render_checked(work.facts)
        await underway.enter(Stage.CHECKING, text, reason=Reason.IN_TURN)

    async def _announce(self, underway: Underway, work: Releasing, url: str) -> End:
        """Tell the pull requests and issues; what is out stays out, whatever becomes of that."""
        tag = work.request.tag
        row = underway.row
        published_at = row.published_at or await underway.run.now()
        underway.row = replace(row, url=url, published_at=published_at)
        await underway.enter(Stage.ANNOUNCING, render_announcing(tag, url), reason=Reason.IN_TURN, url=url)
        told = await self._told(underway, work, url) if work.config.announce else ""
        return End(
            stage=Stage.DONE,
            status=Status.SUCCEEDED,
            reason=Reason.DONE,
            text=render_done(tag, url, told, underway.files),
        )

    async def _told(self, underway: Underway, work: Releasing, url: str) -> str:
        """Comment on everything that the release holds, and say how many were told."""
        repo = work.repo
        announcement = Announcement(
            repository_id=repo.ref.id,
            tag=work.request.tag,
            url=url,
            subjects=work.notes.subjects,
            attempt=work.request.attempt,
        )
        told = await announce(underway.run, announcement, repo=repo, effects=self.services.effects)
        return render_told(told.count, told.failed)

    async def _finish(self, underway: Underway, end: End) -> None:
        end = await self._settled(underway, end)
        await underway.enter(end.stage, end.text, reason=end.reason, url=underway.row.url)
        receipt = underway.receipt(end.status, end.reason, end.text)
        run, request = underway.run, underway.request
        _log.info("release_ended", tag=request.tag, status=end.status, reason=end.reason)
        asker = Asker(repository=request.repository, author=request.author, then=request.then)
        await end_command(run, receipt, asker, self.services)

    async def _settled(self, underway: Underway, end: End) -> End:
        """Take back what an aborted release has made; say of one that stopped how it goes on."""
        row, request = underway.row, underway.request
        if (
            end.stage is Stage.STOPPED
            and end.status is not Status.SUCCEEDED
            and row.stage is not Stage.CHECKING
        ):
            return replace(end, text=render_resume(end.text, request.tag))
        if end.stage is not Stage.ABORTED:
            return end
        repo = self.services.repository(request.repository)
        try:
            taken = await underway.run.step(
                "take back",
                lambda: take_back(repo, request.tag, attempt=request.attempt),
                returns=TakenBack,
            )
        except GitHubError as error:
            failed = failed_by(error)
            text = f"{end.text} {failed.text}"
            return stopped(failed.reason, render_resume(text, request.tag))
        return replace(end, text=render_taken_back(end.text, is_tag_gone=taken.is_tag_gone, tag=request.tag))


async def relay_build(run: Run, request: BuildNews, *, database: Database) -> None:
    """This function will tell the release that waits for this workflow run, if one does, that there is news."""
    repository_id, tag = request.repository.id, request.tag
    run_id = await run.step(
        "releasing",
        lambda: database.read(lambda connection: run_of_tag(connection, repository_id, tag)),
        returns=str | None,
    )
    if run_id is not None:
        key = f"{request.workflow_run_id}-{request.attempt}-{request.action}"
        news = News(about=About.WORKFLOW_RUN, text=request.action)
        await run.send(Signal(run_id=run_id, topic=NEWS, message=news, key=key))
