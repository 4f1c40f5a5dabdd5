"""The story of one look at a repository's sessions: look, look again where one died, start, look after their work."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING

from bot.config.supervising import Conduct
from bot.supervision.sessions.gathering import machines_of, plan_of
from bot.supervision.sessions.judging.sighting import needs_second_look, sure_of
from bot.supervision.sessions.plan import Plan, Watch
from bot.supervision.sessions.probing.asking import probe
from bot.supervision.sessions.probing.model import Seen
from bot.supervision.sessions.probing.reading import unclear
from bot.supervision.sessions.starting import Begun
from bot.supervision.sessions.telling.keeping import tell_troubles
from bot.supervision.sessions.watching.deciding import judge
from bot.supervision.sessions.watching.noting import (
    note_begun,
    note_end,
    note_judged,
    note_looked,
    record_decisions,
)
from bot.supervision.sessions.watching.starting import start_all
from bot.supervision.sessions.watching.tending import tend_all

if TYPE_CHECKING:
    from collections.abc import Iterable

    from bot.costs.services import CostServices
    from bot.engine.model import Run
    from bot.storage.database import Database
    from bot.supervision.hosts.model import Host
    from bot.supervision.model import WatchSessions
    from bot.supervision.sessions.orders import Place
    from bot.supervision.sessions.telling.keeping import ReadTerminal

_TICK = "%Y%m%dT%H%M%S"  # as the clock's ticks are named
_BETWEEN_LOOKS = timedelta(seconds=6)


def is_past(cause: str, watched_at: datetime | None) -> bool:
    """This function will say whether a tick's look was due before the last one ended, so that none pile up."""
    if watched_at is None:
        return False
    try:
        due = datetime.strptime(cause, _TICK).replace(tzinfo=UTC)
    except ValueError:  # somebody asked for it
        return False
    return due < watched_at.replace(microsecond=0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Watcher:
    """Looks at the sessions of one repository at a time."""

    services: CostServices
    read_terminal: ReadTerminal

    async def watch(self, run: Run, request: WatchSessions) -> None:
        """This function will look at all sessions of the repository and do what is due."""
        now = await run.now()
        repository = request.repository
        read = partial(self._database.read, lambda rows: plan_of(rows, repository.id))
        plan = await run.step("plan", read, returns=Plan | None)
        if plan is None or is_past(request.cause, plan.watched_at):
            return
        watch = Watch(repository=repository, plan=plan, now=now, run_id=run.id)
        seen = {one.name: one for one in await self._look(run, watch, plan.supervised.agents, "look")}
        judged = judge(watch, await self._sure(run, watch, seen))
        started = tuple(one.concluded.session.name for one in judged if one.is_started)
        ids = await run.step(
            "decide", partial(record_decisions, self._database, watch, judged), returns=dict[str, str]
        )
        note = partial(note_judged, watch=watch, judged=judged, decisions=ids)
        await run.step("note", partial(self._database.write, note), returns=None)
        if started:
            await self._start(run, watch, started)
        await tend_all(run, watch, seen, self.services)
        await tell_troubles(run, watch, self.services, self.read_terminal)
        end = partial(note_end, watch=watch, at=await run.now())
        await run.step("note end", partial(self._database.write, end), returns=None)

    async def _sure(self, run: Run, watch: Watch, seen: dict[str, Seen]) -> dict[str, Seen]:
        """What both looks show of those that seem to have ended, and the one look at all others."""
        doubtful = [
            name
            for name, one in seen.items()
            if needs_second_look(watch.known.get(name), one, watch.terms(name), now=watch.now)
        ]
        if not doubtful:
            return seen
        await run.sleep(_BETWEEN_LOOKS)
        again = {one.name: one for one in await self._look(run, watch, doubtful, "look again")}
        twice = "it seemed to have ended, and the second look did not show the same"
        return seen | {name: sure_of(seen[name], again[name]) or unclear(name, twice) for name in doubtful}

    async def _start(self, run: Run, watch: Watch, names: tuple[str, ...]) -> None:
        """Start them, and look once more, so that what they show from now on is a sign."""
        begin = partial(start_all, watch, names, self.services)
        begun = await run.step("start", begin, returns=tuple[Begun, ...])
        note = partial(note_begun, watch=watch, begun=begun, at=await run.now())
        await run.step("note started", partial(self._database.write, note), returns=None)
        if not any(one.is_begun for one in begun):
            return
        await run.sleep(_BETWEEN_LOOKS)
        processes = {one.name: one.process for one in begun if one.is_begun}
        places = [watch.place(name, process) for name, process in processes.items()]
        seen = await run.step(
            "look at started", partial(self._probe, watch, places), returns=tuple[Seen, ...]
        )
        look = partial(note_looked, watch=watch, seen=seen)
        await run.step("note looked", partial(self._database.write, look), returns=None)

    async def _look(self, run: Run, watch: Watch, names: Iterable[str], step: str) -> tuple[Seen, ...]:
        known = watch.known
        places = [watch.place(name, known[name].process if name in known else None) for name in names]
        return await run.step(step, partial(self._probe, watch, places), returns=tuple[Seen, ...])

    async def _probe(self, watch: Watch, places: Iterable[Place]) -> tuple[Seen, ...]:
        supervised = watch.plan.supervised
        machines = machines_of(watch.repository, supervised, self.services)
        by_host: dict[str, list[Place]] = {}
        for place in places:
            by_host.setdefault(place.agent.host or "", []).append(place)
        hosts: dict[str, Host | str] = {name: machines.reach(name or None) for name in by_host}
        return await probe(hosts, by_host, marks=supervised.config.watch.conduct is Conduct.ACT)

    @property
    def _database(self) -> Database:
        return self.services.services.database
