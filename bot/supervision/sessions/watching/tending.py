"""Has the work of each session looked after whose work tree is not as it was."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING

from bot.config.terms import parse_duration
from bot.supervision.hosts.model import Unknown
from bot.supervision.sessions.gathering import machines_of
from bot.supervision.sessions.model import EventKind, SessionEvent
from bot.supervision.sessions.probing.model import Found
from bot.supervision.sessions.store import change_session, event_id, note_event
from bot.supervision.work.due import needs_tending, noted
from bot.supervision.work.glancing import glance
from bot.supervision.work.model import Tended, WorkTerms, WorkTree
from bot.supervision.work.tending import tend

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from sqlalchemy import Connection

    from bot.config.agents import AgentConfig
    from bot.costs.services import CostServices
    from bot.engine.model import Run
    from bot.supervision.hosts.model import Host
    from bot.supervision.model import Supervised
    from bot.supervision.sessions.model import Session
    from bot.supervision.sessions.plan import Watch
    from bot.supervision.sessions.probing.model import Seen

_MOST_AT_ONCE = 8  # work trees on all hosts together
_MOST_OWNERS = 3  # on one host: git answers the owner of a tree only, and each look is made as one of them
_FOREIGN = "unreadable"  # how a tree looks to git that belongs to somebody else


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """How a work tree looks."""

    name: str  # of the agent
    look: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Looked:
    """A work tree that was tended."""

    name: str  # of the agent
    look: str  # how it looked before
    tended: Tended


async def tend_all(run: Run, watch: Watch, seen: Mapping[str, Seen], services: CostServices) -> None:
    """This function will have commits pushed and forgotten files dealt with, on every host that has answered."""
    names = [
        name
        for name, agent in watch.plan.supervised.agents.items()
        if agent.work_tree is not None and seen[name].found is not Found.UNCLEAR
    ]
    if not names:
        return
    glances = await run.step("glance", partial(_glances, watch, names, services), returns=tuple[Look, ...])
    known = watch.known
    due = tuple(
        one
        for one in glances
        if needs_tending(one.look, known[one.name].glance if one.name in known else "", watch.now)
    )
    if not due:
        return
    tended = await run.step("tend", partial(_tend, watch, due, services), returns=tuple[Looked, ...])
    note = partial(_note, watch=watch, tended=tended)
    await run.step("note work", partial(services.services.database.write, note), returns=None)


def work_terms(name: str, supervised: Supervised) -> WorkTerms:
    """This function will say what may be done for an agent's work."""
    watch = supervised.config.watch
    return WorkTerms(
        agent=name,
        branch=supervised.agents[name].branch,
        push=watch.push,
        files=watch.files,
        quiet=parse_duration(watch.quiet_files),
    )


async def _glances(watch: Watch, names: Sequence[str], services: CostServices) -> tuple[Look, ...]:
    supervised = watch.plan.supervised
    machines = machines_of(watch.repository, supervised, services)
    by_host: dict[str, list[str]] = {}
    for name in names:
        by_host.setdefault(supervised.agents[name].host or "", []).append(name)

    async def one(host: Host | str, names: Sequence[str]) -> tuple[Look, ...]:
        if isinstance(host, str):
            return ()
        folders = {_folder(supervised.agents[name]): name for name in names}
        left = {folder: work_terms(name, supervised) for folder, name in folders.items()}
        looks: dict[str, str] = {}
        for _ in range(_MOST_OWNERS):
            told = await glance(host, watch.repository.default_branch, left)
            if isinstance(told, Unknown):
                break
            looks |= told
            _, *others = left
            left = {folder: left[folder] for folder in others if looks.get(folder) == _FOREIGN}
            if not left:
                break
        return tuple(Look(name=folders[folder], look=look) for folder, look in looks.items())

    asked = (one(machines.reach(host or None), each) for host, each in by_host.items())
    return tuple(look for looks in await asyncio.gather(*asked) for look in looks)


async def _tend(watch: Watch, due: Sequence[Look], services: CostServices) -> tuple[Looked, ...]:
    supervised = watch.plan.supervised
    machines = machines_of(watch.repository, supervised, services)
    turns = asyncio.Semaphore(_MOST_AT_ONCE)

    async def one(look: Look) -> Looked | None:
        agent = supervised.agents[look.name]
        host = machines.reach(agent.host)
        if isinstance(host, str):
            return None
        tree = WorkTree(host=host, folder=_folder(agent), repository=watch.repository)
        async with turns:
            tended = await tend(tree, work_terms(look.name, supervised))
        return Looked(name=look.name, look=look.look, tended=tended)

    return tuple(one for one in await asyncio.gather(*map(one, due)) if one is not None)


def _folder(agent: AgentConfig) -> str:
    return agent.work_tree or ""


def _note(connection: Connection, *, watch: Watch, tended: Sequence[Looked]) -> None:
    for one in tended:
        before = ""

        def change(session: Session, one: Looked = one) -> Session:
            nonlocal before
            before = session.work
            return replace(
                session,
                work=one.tended.text,
                head=one.tended.head or session.head,
                glance=noted(one.look, watch.now),
            )

        change_session(connection, watch.repository.id, one.name, change)
        for kind, text in _happened(one.tended, before):
            event = SessionEvent(
                id=event_id(watch.run_id, one.name, kind),
                repository_id=watch.repository.id,
                name=one.name,
                kind=kind,
                text=text,
                at=watch.now,
            )
            note_event(connection, event)


def _happened(tended: Tended, before: str) -> Iterator[tuple[EventKind, str]]:
    """What is news: what was done, and what was not done unless that was said before."""
    if tended.pushed:
        yield EventKind.PUSHED, tended.text
    if tended.committed:
        yield EventKind.COMMITTED, f"It had forgotten {', '.join(tended.committed)}."
    if tended.text != before and tended.kept:
        yield EventKind.KEPT, " ".join(tended.kept)
    if tended.text != before and tended.suggested:
        yield EventKind.SUGGESTED, " ".join(tended.suggested)
