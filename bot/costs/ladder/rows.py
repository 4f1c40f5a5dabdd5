"""The rows of what the limit does: written before it is done, with how it went, and noted in the journal."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from bot.audit.model import Entry, Kind
from bot.audit.store import BOT, append
from bot.costs.ladder.due import DENYING, PAUSING, DoneBefore
from bot.costs.model import Action, ActionKind, ActionState
from bot.storage.cost_tables import cost_actions

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from sqlalchemy import Connection, Row

_REMEMBERED = timedelta(days=40)  # for which something that is held is looked for
_OPEN = (ActionState.INTENDED.value, ActionState.FAILED.value)
_TOLD_ELSEWHERE = "notice-%"  # the rows of what was sent by a channel


def action_id(reading_id: str, kind: ActionKind, target: str) -> str:
    """This function will name an action: a reading does the same to the same thing once."""
    return hashlib.sha256(f"{reading_id}/{kind}/{target}".encode()).hexdigest()[:32]


def actions_of(connection: Connection, repository_id: int, day: date) -> tuple[Action, ...]:
    """This function will return what the limit did on a day, in its order, without what only was sent."""
    query = select(cost_actions).where(
        cost_actions.c.repository_id == repository_id,
        cost_actions.c.day == day.isoformat(),
        cost_actions.c.id.not_like(_TOLD_ELSEWHERE),
    )
    rows = connection.execute(query.order_by(cost_actions.c.intended_at, cost_actions.c.id))
    return tuple(_action(row) for row in rows)


def newest_of(
    connection: Connection, repository_id: int, kinds: Iterable[ActionKind], *, now: datetime
) -> dict[str, Action]:
    """This function will return the newest action of these kinds on each target, without dry runs and refusals."""
    query = select(cost_actions).where(
        cost_actions.c.repository_id == repository_id,
        cost_actions.c.kind.in_([kind.value for kind in kinds]),
        cost_actions.c.state.in_((*_OPEN, ActionState.DONE.value)),
        cost_actions.c.intended_at > now - _REMEMBERED,
    )
    rows = connection.execute(query.order_by(cost_actions.c.intended_at, cost_actions.c.id))
    return {row.target: _action(row) for row in rows}


def done_before(connection: Connection, repository_id: int, *, now: datetime, day: date) -> DoneBefore:
    """This function will return what the limit has done that may still hold, and what it did on the day."""
    return DoneBefore(
        agents=newest_of(connection, repository_id, PAUSING, now=now),
        roles=newest_of(connection, repository_id, DENYING, now=now),
        today=actions_of(connection, repository_id, day),
    )


def intend(connection: Connection, actions: Iterable[Action]) -> tuple[Action, ...]:
    """This function will store what is going to be done, and return it as it is stored.

    What was begun on the same thing that day and did not end well goes on under its own id, so that nothing is told
    twice; what is known already stays as it is.
    """
    stored = []
    for action in actions:
        known = _begun(connection, action)
        kept = action if known is None else replace(action, id=known.id)
        values = _values(kept)
        if known is None:
            connection.execute(cost_actions.insert().values(id=kept.id, **values))
        elif known.state in _OPEN:
            connection.execute(cost_actions.update().where(cost_actions.c.id == kept.id).values(values))
        stored.append(kept)
    if stored:
        append(connection, _intent(stored))
    return tuple(stored)


def finish(connection: Connection, action: Action, state: ActionState, text: str, *, at: datetime) -> None:
    """This function will store how an action ended, and note it in the journal."""
    mine = cost_actions.c.id == action.id
    values = {"state": state.value, "text": text, "ended_at": at}
    connection.execute(cost_actions.update().where(mine).values(values))
    append(connection, _outcome(action, state, text, at))


def _begun(connection: Connection, action: Action) -> Row[Any] | None:
    known = connection.execute(select(cost_actions).where(cost_actions.c.id == action.id)).first()
    if known is not None:
        return known
    same = select(cost_actions).where(
        cost_actions.c.repository_id == action.repository_id,
        cost_actions.c.day == action.day.isoformat(),
        cost_actions.c.kind == action.kind.value,
        cost_actions.c.target == action.target,
        cost_actions.c.state.in_(_OPEN),
    )
    return connection.execute(same.order_by(cost_actions.c.intended_at.desc()).limit(1)).first()


def _intent(actions: list[Action]) -> Entry:
    first = actions[0]
    return Entry(
        key=f"limit/{first.reading_id}/{first.kind}/{first.state}/{first.target}/{len(actions)}",
        repository_id=first.repository_id,
        kind=Kind.EFFECT,
        at=first.intended_at,
        actor=BOT,
        actor_id=0,
        what=f"limit: {first.kind} {first.state}",
        subject=", ".join(action.target for action in actions),
        result=first.state.value,
        evidence=first.decision_id,
        detail={"reading": first.reading_id, "day": first.day.isoformat(), "count": str(len(actions))},
    )


def _outcome(action: Action, state: ActionState, text: str, at: datetime) -> Entry:
    return Entry(
        key=f"limit/{action.reading_id}/{action.kind}/{action.target}/{state}/ended",
        repository_id=action.repository_id,
        kind=Kind.EFFECT,
        at=at,
        actor=BOT,
        actor_id=0,
        what=f"limit: {action.kind} {state}",
        subject=action.target,
        result=state.value,
        evidence=action.decision_id,
        detail={"reading": action.reading_id, "text": text},
    )


def _values(action: Action) -> dict[str, Any]:
    values = {name: getattr(action, name) for name in action.__slots__ if name != "id"}
    return values | {
        "day": action.day.isoformat(),
        "kind": action.kind.value,
        "state": action.state.value,
        "target": action.target[:255],
    }


def _action(row: Row[Any]) -> Action:
    values = dict(row._mapping)  # noqa: SLF001 - SQLAlchemy's public name for a row's columns
    values |= {
        "day": date.fromisoformat(row.day),
        "kind": ActionKind(row.kind),
        "state": ActionState(row.state),
    }
    return Action(**values)
