"""The rows of notices: written before they are sent, with how it went, so that none is silently lost."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select

from bot.costs.model import ActionKind, ActionState, Gap, GapKind
from bot.costs.notices.model import SOURCE
from bot.storage.cost_tables import cost_actions

if TYPE_CHECKING:
    from datetime import date, datetime

    from sqlalchemy import Connection

    from bot.costs.notices.model import SendNotice


def intend(connection: Connection, request: SendNotice, text: str, at: datetime) -> None:
    """This function will store that the notice is going to be sent; what is known of it already stays."""
    notice, identifier = request.notice, request.notice.id_by(request.channel)
    known = select(cost_actions.c.id).where(cost_actions.c.id == identifier)
    if connection.execute(known).first() is not None:
        return
    connection.execute(
        cost_actions.insert().values(
            id=identifier,
            repository_id=notice.repository.id,
            day=notice.at.date().isoformat(),
            kind=ActionKind.NOTIFY.value,
            target=request.channel.value,
            state=ActionState.INTENDED.value,
            reading_id="",
            decision_id="",
            text=text,
            intended_at=at,
        )
    )


def finish(connection: Connection, request: SendNotice, state: ActionState, text: str, at: datetime) -> None:
    """This function will store how sending the notice ended."""
    here = cost_actions.c.id == request.notice.id_by(request.channel)
    connection.execute(cost_actions.update().where(here).values(state=state.value, text=text, ended_at=at))


def failed_notices(connection: Connection, repository_id: int, day: date) -> tuple[Gap, ...]:
    """This function will return what of a day's notices did not arrive, as gaps."""
    query = select(cost_actions.c.text).where(
        cost_actions.c.repository_id == repository_id,
        cost_actions.c.day == day.isoformat(),
        cost_actions.c.kind == ActionKind.NOTIFY.value,
        cost_actions.c.state == ActionState.FAILED.value,
        cost_actions.c.id.like("notice-%"),
    )
    texts = connection.scalars(query.order_by(cost_actions.c.intended_at, cost_actions.c.id))
    return tuple(Gap(source=SOURCE, kind=GapKind.UNAVAILABLE, text=text) for text in texts)
