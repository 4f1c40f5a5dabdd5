"""The story of a look at a repository's costs: sources, journal, reading, ladder, report."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime, time, timedelta
from typing import TYPE_CHECKING

from bot.costs.ladder.climbing import climb
from bot.costs.look import Look
from bot.costs.metering.asking import SettledTold, ask, ask_settled
from bot.costs.metering.discovery import find_budget
from bot.costs.metering.gathering import Heard, conclude
from bot.costs.metering.model import LookAgain, Plan, Told
from bot.costs.metering.planning import plan_look
from bot.costs.model import MeterCosts, Reading
from bot.costs.report.keeping import keep_report
from bot.github.limits import Priority

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from datetime import date

    from bot.costs.look import CostSource
    from bot.costs.services import CostServices
    from bot.engine.model import Run
    from bot.github.client import RepositoryClient
    from bot.github.models import RepositoryRef
    from bot.storage.database import Database

_MOMENT = timedelta(microseconds=1)
_DAY = timedelta(days=1)
_EARLY = timedelta(minutes=5)  # after midnight: the clock's first tick


@dataclass(frozen=True, slots=True, kw_only=True)
class _At:
    """What a look is about: a day, as it was at a time."""

    plan: Plan
    day: date
    now: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Meter:
    """Looks at the costs of one repository at a time."""

    services: CostServices
    sources: tuple[CostSource, ...]

    async def meter(self, run: Run, request: MeterCosts) -> None:
        """This function will read what the repository costs, hold it to its limit and tell of it."""
        now = await run.now()
        repository = request.repository
        plan = await run.step("plan", lambda: self._plan(repository, now), returns=Plan | None)
        if plan is None:
            return
        config, repository = plan.budget.config, plan.budget.repository
        at, told = _At(plan=plan, day=now.date(), now=now), None
        if plan.closes is not None:
            end = datetime.combine(plan.closes + _DAY, time(), tzinfo=UTC) - _MOMENT
            before = _At(plan=plan, day=plan.closes, now=end)
            heard = await self._ask(run, before, name="of the day before")
            closed = await self._conclude(run, before, heard, name="of the day before")
            await keep_report(run, closed, config, self.services, repository)
            # A day that has just begun has cost next to nothing: what was told of its beginning is asked for once.
            told = tuple(replace(one, calls={}) for one in heard) if now - end <= _EARLY else None
        told = await self._ask(run, at, name="now") if told is None else told
        reading = await self._conclude(run, at, told, name="now")
        try:
            climbed = await climb(run, reading, config, self.services, repository)
        except Exception:
            await keep_report(
                run, reading, config, self.services, repository
            )  # the figures are right all the same
            raise
        if climbed.look_again_at is not None:
            again = LookAgain(repository=repository, due=climbed.look_again_at, reading_id=reading.id)
            await run.send(again.start())
        await keep_report(run, climbed.reading, config, self.services, repository)

    async def look_again(self, run: Run, request: LookAgain) -> None:
        """This function will sleep until the time has come, and have the costs looked at then."""
        now = await run.now()
        if request.due > now:
            await run.sleep(request.due - now)
        cause = f"again-{request.reading_id}"
        await run.send(MeterCosts(repository=request.repository, cause=cause).start())

    async def _ask(self, run: Run, at: _At, *, name: str) -> tuple[Told, ...]:
        """Each source in its turn."""
        told = []
        for source in self.sources:
            one = await run.step(f"{source.name} {name}", self._asking(source, at), returns=Told)
            told.append(one)
        return tuple(told)

    async def _conclude(self, run: Run, at: _At, told: tuple[Told, ...], *, name: str) -> Reading:
        """What the look found out, the settled days among it."""
        gaps, calls = at.plan.gaps, dict[str, int]()
        if at.plan.closes != at.day:
            settled = await run.step("settled", lambda: self._settled(run.id, at), returns=SettledTold)
            gaps = (*gaps, *settled.gaps)
            calls = dict(settled.calls) if settled.look == run.id else {}
        heard = Heard(
            look=run.id,
            budget=at.plan.budget,
            at=at.plan.at,
            now=at.now,
            day=at.day,
            told=told,
            clock=at.plan.clock,
            gaps=gaps,
            calls=calls,
        )

        async def act() -> Reading:
            return await self._database.write(lambda connection: conclude(connection, heard))

        return await run.step(f"conclude {name}", act, returns=Reading)

    def _asking(self, source: CostSource, at: _At) -> Callable[[], Awaitable[Told]]:
        async def act() -> Told:
            return await ask(source, self._at(at), database=self._database)

        return act

    async def _settled(self, look: str, at: _At) -> SettledTold:
        effects = self.services.services.effects
        return await ask_settled(self._at(at), asked_by=look, database=self._database, effects=effects)

    async def _plan(self, repository: RepositoryRef, now: datetime) -> Plan | None:
        return plan_look(await find_budget(self._client(repository), self._database, now=now), now=now)

    def _at(self, at: _At) -> Look:
        """What a source is given, with requests to AWS counted from nothing."""
        budget = at.plan.budget
        return Look(
            repository=budget.repository,
            config=budget.config,
            now=at.now,
            day=at.day,
            known=(),
            accounts=self.services.aws.accounts_of(budget.repository, budget.config),
            github=self._client(budget.repository),
        )

    def _client(self, repository: RepositoryRef) -> RepositoryClient:
        return self.services.services.github.repository(repository, priority=Priority.SUMMARY)

    @property
    def _database(self) -> Database:
        return self.services.services.database
