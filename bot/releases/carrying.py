"""Carries a decided release out: gate, tag, draft, build, files, publication, in this order; what is done is found."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING

from bot.commands.model import Reason, Status
from bot.github.errors import NotFound
from bot.releases.deciding import Decided, decide_again
from bot.releases.files.model import FileReport
from bot.releases.files.reading import read_files
from bot.releases.gating import AtGate
from bot.releases.judging.fact_model import ExistingRelease
from bot.releases.making.building import Building
from bot.releases.making.drafting import make_draft
from bot.releases.making.publishing import Published, is_unchanged, publish
from bot.releases.making.tagging import Tagged, make_tag
from bot.releases.model import Document, End, Stage, stopped
from bot.releases.notes.changelog import render_changelog
from bot.releases.render import (
    list_files,
    render_changed,
    render_draft_gone,
    render_drafted,
    render_drafting,
    render_files,
    render_not_ours,
    render_problems,
    render_publishing,
    render_tag_elsewhere,
    render_tag_protected,
    render_tagging,
    render_verifying,
)

if TYPE_CHECKING:
    from bot.releases.making.work import Releasing
    from bot.releases.underway import Underway

_PATIENCE = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 15))  # while GitHub cannot be asked
_LONGEST_NOTES = 30_000  # characters, on the page of the release
_LOOKS = 3  # at files that GitHub may list late


@dataclass(slots=True)
class Carrying:
    """One release that is carried out."""

    underway: Underway
    work: Releasing
    decided: Decided

    async def carry_out(self) -> Published | End:
        """This function will make the release and return where it is published, or how it ended before.

        Raises:
            GitHubError: GitHub refused something, or was not there for too long.
        """
        at_gate = AtGate(underway=self.underway, work=self.work)
        outcome = await self._go(at_gate)
        done = End(stage=Stage.DONE, status=Status.SUCCEEDED, reason=Reason.DONE, text="It is published.")
        await at_gate.close(outcome if isinstance(outcome, End) else done)
        return outcome

    async def _go(self, at_gate: AtGate) -> Published | End:
        ended = await at_gate.pass_through() or await self._tag()
        if ended is not None:
            return ended
        draft = await self._draft()
        if isinstance(draft, End):
            return draft
        ended = await Building(underway=self.underway, work=self.work).build()
        if ended is not None:
            return ended
        report = await self._verify(draft)
        if isinstance(report, End):
            return report
        return await self._publish(draft, report, at_gate)

    async def _tag(self) -> End | None:
        request = self.work.request
        text = render_tagging(request.tag, request.sha)
        await self.underway.enter(Stage.TAGGING, text, reason=Reason.IN_TURN)
        tagged = await self.underway.persist("tag", lambda: make_tag(self.work), returns=Tagged)
        if isinstance(tagged, End):
            return tagged
        if tagged.sha is None:
            return stopped(Reason.TAG_PROTECTED, render_tag_protected(request, tagged))
        if tagged.sha != request.sha:
            return stopped(Reason.TAG_EXISTS, render_tag_elsewhere(request, tagged.sha))
        return None

    async def _draft(self) -> ExistingRelease | End:
        request = self.work.request
        await self.underway.enter(Stage.DRAFTING, render_drafting(request.tag), reason=Reason.IN_TURN)
        draft = await self.underway.persist("draft", lambda: make_draft(self.work), returns=ExistingRelease)
        if isinstance(draft, End):
            return draft
        if not draft.is_ours:
            return stopped(Reason.RELEASE_EXISTS, render_not_ours(draft, request.tag))
        self.underway.row = replace(self.underway.row, release_id=draft.id, url=draft.url)
        notes = render_changelog(self.work.notes, request.tag, limit=_LONGEST_NOTES)
        await self.underway.keep(Document.NOTES, notes)
        return draft

    async def _verify(self, draft: ExistingRelease) -> FileReport | End:
        """Look at the files; GitHub may list an upload a little late."""
        text = render_verifying(self.work.request.tag)
        await self.underway.enter(Stage.VERIFYING, text, reason=Reason.IN_TURN, url=draft.url)
        report = await self._read_files(draft)
        for _ in range(_LOOKS - 1):
            if isinstance(report, End) or not _may_pass(report):
                break
            await self.underway.run.sleep(self.work.settle)  # news that came before must not cut it short
            report = await self._read_files(draft)
        if isinstance(report, End):
            return report
        await self.underway.keep(Document.FILES, list_files(report))
        if not report.problems:
            self.underway.files = render_files(report)
            return report
        return stopped(report.problems[0].reason, render_problems(report, draft.url))

    async def _read_files(self, draft: ExistingRelease) -> FileReport | End:
        try:
            return await self.underway.persist(
                "files", lambda: read_files(self.work, draft.id), returns=FileReport
            )
        except NotFound:
            return stopped(Reason.UNKNOWN_RELEASE, render_draft_gone(self.work.request.tag))

    async def _publish(self, draft: ExistingRelease, report: FileReport, at_gate: AtGate) -> Published | End:
        """Ask everything once more, and only then let it out."""
        request, underway = self.work.request, self.underway
        if request.is_draft:
            text = render_drafted(request, report, draft.url)
            return End(stage=Stage.STOPPED, status=Status.SUCCEEDED, reason=Reason.DONE, text=text)
        ended = await underway.rest(timedelta()) or await at_gate.confirm() or await self._decide_again()
        if ended is not None:
            return ended
        same = await underway.persist(
            "same files", lambda: is_unchanged(self.work, draft.id, report), returns=bool
        )
        if not same or isinstance(same, End):
            return same or stopped(Reason.ASSET_BROKEN, render_changed(draft.url))
        text = render_publishing(request.tag, report)
        await underway.enter(Stage.PUBLISHING, text, reason=Reason.IN_TURN, url=draft.url)
        return await underway.persist("publish", lambda: publish(self.work, draft.id), returns=Published)

    async def _decide_again(self) -> End | None:
        """The role, the checks, the freeze, the tag: as they are now, not as they were before the build."""
        for patience in (*_PATIENCE, None):
            decided = await decide_again(
                self.underway.run, self.work.request, services=self.work.services, before=self.decided
            )
            if isinstance(decided, Decided):
                self.underway.row = replace(self.underway.row, decision_id=decided.decision_id)
                return None
            if decided.reason is not Reason.COULD_NOT_VERIFY or patience is None:
                return decided
            aborted = await self.underway.rest(patience)
            if aborted is not None:
                return aborted
        raise AssertionError("the last try returns")


def _may_pass(report: FileReport) -> bool:
    """Whether a little time may mend all that is wrong."""
    return bool(report.problems) and all(problem.may_pass for problem in report.problems)
