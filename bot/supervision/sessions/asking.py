"""Starts a session because a person asked for it: what it left is pushed first, and its quarantine is over."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime  # noqa: TC003 - msgspec reads the annotations at run time
from functools import partial
from typing import TYPE_CHECKING

from bot.markdown import code
from bot.supervision.sessions.gathering import machines_of, plan_of
from bot.supervision.sessions.judging.concluding import begun_now
from bot.supervision.sessions.model import EventKind, SessionEvent
from bot.supervision.sessions.orders import Beginning
from bot.supervision.sessions.plan import Watch
from bot.supervision.sessions.starting import Begun, begin
from bot.supervision.sessions.store import event_id, note_event, save_session, session_of
from bot.supervision.sessions.watching.tending import work_terms
from bot.supervision.work.model import WorkTree
from bot.supervision.work.tending import tend

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from bot.costs.services import CostServices
    from bot.engine.model import Run
    from bot.github.models import RepositoryRef
    from bot.supervision.sessions.model import Session
    from bot.supervision.sessions.plan import Plan


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What a person asks of one session."""

    agent: str
    login: str  # of the person
    ends_running: bool  # whether what runs is ended first


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What came of it."""

    is_done: bool
    text: str  # safe Markdown
    is_unknown: bool = False  # whether its host did not say


async def start_session(run: Run, repository: RepositoryRef, wish: Wish, services: CostServices) -> Answer:
    """This function will start the session, again if it runs and that is asked, and say how it went.

    Its counted starts are forgotten with what led to them: the watchdog starts it anew as often as it may. The caller
    has decided that it may be started; a session whose configuration does not say how is not.
    """
    now = await run.now()
    act = partial(_act, _Asked(run_id=run.id, repository=repository, wish=wish, now=now), services)
    return await run.step(f"start {wish.agent}", act, returns=Answer)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Asked:
    run_id: str
    repository: RepositoryRef
    wish: Wish
    now: datetime

    def watch(self, plan: Plan) -> Watch:
        """The plan as a look at the session would have it."""
        return Watch(repository=self.repository, plan=plan, now=self.now, run_id=self.run_id)


async def _act(asked: _Asked, services: CostServices) -> Answer:
    """Done twice it is as done once: the start has a key."""
    database, name = services.services.database, asked.wish.agent
    plan = await database.read(lambda rows: plan_of(rows, asked.repository.id))
    agent = plan.supervised.agents.get(name) if plan is not None else None
    if plan is None or agent is None or agent.command is None:
        return Answer(is_done=False, text=f"Nothing says what starts {code(name)}.")
    watch = asked.watch(plan)
    host = machines_of(asked.repository, plan.supervised, services).reach(agent.host)
    pushed = ""
    if not isinstance(host, str) and agent.work_tree is not None:
        tree = WorkTree(host=host, folder=agent.work_tree, repository=asked.repository)
        pushed = (await tend(tree, work_terms(name, plan.supervised))).text
    known = watch.known.get(name)
    place = watch.place(name, known.process if known is not None else None)
    beginning = Beginning(
        key=event_id(asked.run_id, name),
        command=watch.command(name, is_first=place.process is None),
        is_forced=asked.wish.ends_running,
    )
    begun = await begin(host, place, beginning)
    await database.write(partial(_note, watch=watch, begun=begun, login=asked.wish.login))
    text = f"{code(name)} was started." if begun.is_begun else f"{code(name)} was not started. {begun.text}"
    return Answer(is_done=begun.is_begun, text=f"{text} {pushed}".strip(), is_unknown=begun.is_unknown)


def _note(connection: Connection, *, watch: Watch, begun: Begun, login: str) -> None:
    known = session_of(connection, watch.repository.id, begun.name) or watch.new(begun.name)
    if begun.is_begun:
        started = begun_now(replace(known, starts=()), watch.terms(begun.name), now=watch.now)
        save_session(connection, replace(started, process=begun.process))
        text = f"{code(login)} had it started."
        note_event(connection, _event(watch, known, EventKind.RESUMED, text))


def _event(watch: Watch, session: Session, kind: EventKind, text: str) -> SessionEvent:
    return SessionEvent(
        id=event_id(watch.run_id, session.name, kind),
        repository_id=watch.repository.id,
        name=session.name,
        kind=kind,
        text=text,
        at=watch.now,
    )
