"""Looks at the workflow runs of a repository that are at work, and has those mended that hang."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING

import structlog

from bot.decisions.store import Where, concluded, record, recorded
from bot.github.errors import GitHubError, NotFound
from bot.github.limits import Priority
from bot.supervision.runs.gathering import Gatherer
from bot.supervision.runs.hanging import hang_of
from bot.supervision.runs.judging import decide_run, state_of
from bot.supervision.runs.model import HungRun, MendRun, RunKind, RunState
from bot.supervision.runs.states import MENDING, WATCHED
from bot.supervision.runs.store import (
    begun_again_before,
    hung_runs_of,
    save_hung_run,
    times_begun_again,
)
from bot.supervision.runs.telling import tell

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import Connection

    from bot.costs.services import CostServices
    from bot.decisions.model import Decision
    from bot.engine.model import Run
    from bot.github.run_models import Job, WorkflowRun
    from bot.storage.database import Database
    from bot.supervision.model import Supervision
    from bot.supervision.runs.hanging import Hang
    from bot.supervision.runs.model import RunFacts

KEPT = timedelta(days=7)  # for which a run that hung is shown
DAY = timedelta(days=1)
_PATIENCE = timedelta(hours=2)  # with the story that mends a run: it takes half an hour at most

_log = structlog.get_logger()


async def look_at_runs(run: Run, supervision: Supervision, services: CostServices) -> None:
    """This function will find the workflow runs that hang, do what the conduct allows and tell of them.

    What GitHub does not answer is found at the next tick: it keeps nothing else from being looked at.
    """
    now, world, repository = await run.now(), services.services, supervision.repository
    repo = world.github.repository(repository, priority=Priority.SUMMARY)
    terms = supervision.supervised.config.runs
    gatherer = Gatherer(repo=repo, database=world.database, terms=terms, now=now)
    looker = _Looker(gatherer=gatherer, now=now)
    try:
        for mend in await run.step("hung runs", looker.look, returns=tuple[MendRun, ...]):
            await run.send(mend.start())
        await run.step("tell of hung runs", lambda: tell(repo, world, now=now), returns=None)
    except GitHubError as error:
        _log.warning("runs_not_looked_at", repository=repository.full_name, error=str(error))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Looker:
    """Looks once at every run that is at work; it may be done twice."""

    gatherer: Gatherer
    now: datetime

    @property
    def database(self) -> Database:
        return self.gatherer.database

    @property
    def repository_id(self) -> int:
        return self.gatherer.repo.ref.id

    async def look(self) -> tuple[MendRun, ...]:
        """This function will store how the runs stand, and return those that are to be mended."""
        at_work = await self.gatherer.at_work()
        known = {(row.run_id, row.attempt): row for row in await self._known()}
        for each in sorted(self.gatherer.old(at_work), key=lambda one: one.id):
            before = known.get((each.id, each.attempt))
            if before is None or before.state not in {*MENDING, RunState.IMMOVABLE}:
                await self._try(each, before)
        await self._settle(known, at_work)
        mended = (row for row in await self._known() if row.state in MENDING)
        repository = self.gatherer.repo.ref
        return tuple(MendRun(repository=repository, run_id=row.run_id, attempt=row.attempt) for row in mended)

    async def _known(self) -> tuple[HungRun, ...]:
        since = self.now - KEPT
        return await self.database.read(
            lambda connection: hung_runs_of(connection, self.repository_id, since=since)
        )

    async def _try(self, run: WorkflowRun, before: HungRun | None) -> None:
        """A run that is gone meanwhile, or whose workflow is, keeps no other from being looked at."""
        try:
            await self._judge(run, before)
        except NotFound as error:
            _log.warning("run_not_looked_at", run_id=run.id, error=str(error))

    async def _judge(self, run: WorkflowRun, before: HungRun | None) -> None:
        facts, jobs = await self.gatherer.look(run)
        hang = hang_of(facts)
        if hang is None:
            await self._got_on(before)
            return
        facts = await self._whole(facts, run, jobs)
        decision = decide_run(facts)
        state = state_of(decision)
        if state is None or (before is not None and (before.state, before.kind) == (state, hang.kind)):
            await self._touch(before)
            return
        number = run.pull_requests[0] if run.pull_requests else None
        decision_id = await self._record(decision, facts, before, number)
        row = self._row(facts, hang, state, decision)
        row = replace(row, decision_id=decision_id)
        if before is not None and before.state is not RunState.ENDED:
            row = replace(row, found_at=before.found_at, issue=before.issue)
        await self._save(row)

    async def _whole(self, facts: RunFacts, run: WorkflowRun, jobs: tuple[Job, ...]) -> RunFacts:
        """The facts with what is only asked of a run that hangs."""
        protections = await self.gatherer.protections(run, jobs)
        here = self._place(facts)

        def counted(connection: Connection) -> tuple[int, int]:
            again = times_begun_again(connection, self.repository_id, facts.run_id)
            return again, begun_again_before(connection, here, self.now - DAY)

        again, today = await self.database.read(counted)
        return replace(facts, protections=protections, again=again, today=today)

    async def _record(
        self, decision: Decision, facts: RunFacts, before: HungRun | None, number: int | None
    ) -> str:
        known = before.decision_id if before is not None else ""
        held = await self.database.read(lambda connection: recorded(connection, known))
        if held is not None and _gist(concluded(held)) == _gist(decision):
            return held.id
        where = Where(repository=self.gatherer.repo.ref, number=number, environment="", at=self.now)
        key = f"hung/{self.repository_id}/{facts.run_id}/{facts.attempt}"
        return await record(self.database, decision, facts=(facts,), where=where, key=key)

    def _row(self, facts: RunFacts, hang: Hang, state: RunState, decision: Decision) -> HungRun:
        why = "" if state is RunState.CANCELLING else f" {decision.text}"
        acted_at = self.now if state is RunState.CANCELLING else None
        text = f"{hang.text}{why}"
        return replace(self._place(facts), state=state, kind=hang.kind, text=text, acted_at=acted_at)

    def _place(self, facts: RunFacts) -> HungRun:
        return HungRun(
            repository_id=self.repository_id,
            run_id=facts.run_id,
            attempt=facts.attempt,
            workflow=facts.workflow,
            state=RunState.OBSERVED,
            kind=RunKind.RUNNING,
            text="",
            url=facts.url,
            found_at=self.now,
            updated_at=self.now,
        )

    async def _touch(self, row: HungRun | None) -> None:
        """It still stands so; its words stay, so that nothing is written anew for nothing."""
        if row is not None:
            await self._save(replace(row, updated_at=self.now))

    async def _got_on(self, row: HungRun | None) -> None:
        if row is not None and row.state in WATCHED:
            text = f"{row.text} Since {self.now:%Y-%m-%d %H:%M} UTC it gets on."
            await self._save(replace(row, state=RunState.ENDED, text=text, updated_at=self.now))

    async def _settle(self, known: dict[tuple[int, int], HungRun], at_work: tuple[WorkflowRun, ...]) -> None:
        """What is no more at work does not hang; and what was to be mended for hours needs a person."""
        working = {(run.id, run.attempt) for run in at_work}
        for place, row in known.items():
            is_late = row.state in MENDING and self.now - row.updated_at > _PATIENCE
            if place not in working and (row.state in WATCHED or is_late):
                text = f"{row.text} It was no more at work at {self.now:%Y-%m-%d %H:%M} UTC."
                await self._save(replace(row, state=RunState.ENDED, text=text, updated_at=self.now))
            elif is_late:
                text = f"{row.text} It was to be cancelled, and still runs."
                await self._save(replace(row, state=RunState.IMMOVABLE, text=text, updated_at=self.now))
            elif row.state is RunState.IMMOVABLE:
                await self._touch(row)

    async def _save(self, row: HungRun) -> None:
        await self.database.write(lambda connection: save_hung_run(connection, row))


def _gist(decision: Decision) -> tuple[object, ...]:
    """What makes a decision another one; its figures change with every look."""
    return (decision.outcome, decision.reason, *((one.name, one.standing) for one in decision.conditions))
