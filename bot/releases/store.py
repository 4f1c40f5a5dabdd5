"""The rows of releases and of what happened to them."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from bot.commands.model import Reason
from bot.github.models import Actor, Sha
from bot.releases.model import Document, ReleaseEvent, ReleaseRow, Stage, run_id_of
from bot.storage.shipping_tables import release_events, releases

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import ColumnElement, Connection, Row

_OPEN = [stage.value for stage in Stage if not stage.is_over]
_RESTARTED = {Stage.STOPPED, Stage.ABORTED}
_LONGEST = 4000


def save(connection: Connection, row: ReleaseRow) -> None:
    """This function will write the row, over an older one of the same release."""
    values = _values(row)
    place = _place(row.repository_id, row.tag)
    if connection.execute(releases.update().where(place).values(**values)).rowcount == 0:
        connection.execute(releases.insert().values(repository_id=row.repository_id, tag=row.tag, **values))


def row_of(
    connection: Connection, repository_id: int, tag: str, *, for_change: bool = False
) -> ReleaseRow | None:
    """This function will return the release of this tag, or None where none was begun here.

    With `for_change` it stays as it is until the transaction ends.
    """
    query = select(releases).where(_place(repository_id, tag))
    found = connection.execute(query.with_for_update() if for_change else query).first()
    return _row(found) if found is not None else None


def newest_of(
    connection: Connection, repository_id: int, component: str, *, most: int
) -> tuple[ReleaseRow, ...]:
    """This function will return the releases of a component that something happened to last, newest first."""
    query = select(releases).where(
        releases.c.repository_id == repository_id, releases.c.component == component
    )
    rows = connection.execute(query.order_by(releases.c.updated_at.desc(), releases.c.tag).limit(most))
    return tuple(_row(row) for row in rows)


def underway_of(
    connection: Connection, repository_id: int, *, component: str, branch: str, without: str
) -> ReleaseRow | None:
    """This function will return the release of this component from this branch that is not over, if there is one.

    The release of the tag `without` is another matter.
    """
    query = select(releases).where(
        releases.c.repository_id == repository_id,
        releases.c.component == component,
        releases.c.branch == branch,
        releases.c.tag != without,
        releases.c.stage.in_(_OPEN),
    )
    found = connection.execute(query.order_by(releases.c.created_at).limit(1)).first()
    return _row(found) if found is not None else None


def claim(connection: Connection, row: ReleaseRow) -> ReleaseRow:
    """This function will begin a release and return it, or return the one that is under way instead.

    Claimed twice by the same command, it is begun once; the attempt is counted up from the one before.
    """
    before = row_of(connection, row.repository_id, row.tag, for_change=True)
    if before is not None and (before.receipt == row.receipt or before.stage not in _RESTARTED):
        return before
    other = underway_of(
        connection, row.repository_id, component=row.component, branch=row.branch, without=row.tag
    )
    if other is not None:
        return other
    attempt = before.attempt + 1 if before is not None else 1
    begun = replace(
        row,
        attempt=attempt,
        run_id=run_id_of(row.repository_id, row.tag, attempt),
        created_at=before.created_at if before is not None else row.created_at,
    )
    save(connection, begun)
    return begun


def leave(connection: Connection, repository_id: int, tag: str, *, now: datetime) -> ReleaseRow | None:
    """This function will mark a release that stopped as aborted, and return it as it is then."""
    before = row_of(connection, repository_id, tag, for_change=True)
    if before is None or before.stage is not Stage.STOPPED:
        return before
    after = replace(before, stage=Stage.ABORTED, reason=Reason.RELEASE_ABORTED, updated_at=now)
    save(connection, after)
    return after


def run_of_tag(connection: Connection, repository_id: int, tag: str) -> str | None:
    """This function will return the id of the run that makes the release of this tag, where one does."""
    query = select(releases.c.run_id).where(_place(repository_id, tag), releases.c.stage.in_(_OPEN))
    found: str | None = connection.execute(query).scalar()
    return found


def tell(connection: Connection, event: ReleaseEvent) -> None:
    """This function will add the event to its release's timeline; the same key is told once."""
    values = {
        "repository_id": event.repository_id,
        "tag": event.tag,
        "key": event.key,
        "at": event.at,
        "stage": event.stage.value,
        "text": event.text[:_LONGEST],
        "url": event.url,
    }
    here = _event_place(event.repository_id, event.tag) & (release_events.c.key == event.key)
    if connection.execute(select(release_events.c.key).where(here)).first() is None:
        connection.execute(release_events.insert().values(**values))


def keep(connection: Connection, event: ReleaseEvent, document: Document) -> None:
    """This function will keep a document of the release, in place of an older one."""
    here = _event_place(event.repository_id, event.tag) & (release_events.c.key == document.value)
    connection.execute(release_events.delete().where(here))
    connection.execute(
        release_events.insert().values(
            repository_id=event.repository_id,
            tag=event.tag,
            key=document.value,
            at=event.at,
            stage=event.stage.value,
            text=event.text,
            url=event.url,
        )
    )


def document_of(connection: Connection, repository_id: int, tag: str, document: Document) -> str:
    """This function will return a document of the release as safe Markdown, or "" without it."""
    here = _event_place(repository_id, tag) & (release_events.c.key == document.value)
    return connection.execute(select(release_events.c.text).where(here)).scalar_one_or_none() or ""


def timeline_of(connection: Connection, repository_id: int, tag: str) -> tuple[ReleaseEvent, ...]:
    """This function will return what happened to the release, in order."""
    here = _event_place(repository_id, tag) & release_events.c.key.not_in([*Document])
    query = select(release_events).where(here)
    rows = connection.execute(query.order_by(release_events.c.at, release_events.c.key))
    return tuple(
        ReleaseEvent(
            repository_id=row.repository_id,
            tag=row.tag,
            key=row.key,
            at=row.at,
            stage=Stage(row.stage),
            text=row.text,
            url=row.url,
        )
        for row in rows
    )


def _place(repository_id: int, tag: str) -> ColumnElement[bool]:
    return (releases.c.repository_id == repository_id) & (releases.c.tag == tag)


def _event_place(repository_id: int, tag: str) -> ColumnElement[bool]:
    return (release_events.c.repository_id == repository_id) & (release_events.c.tag == tag)


def _values(row: ReleaseRow) -> dict[str, Any]:
    values = {name: getattr(row, name) for name in row.__slots__ if name not in {"repository_id", "tag"}}
    author: Actor = values.pop("author")
    return values | {
        "author": author.login,
        "author_id": author.id,
        "stage": row.stage.value,
        "reason": row.reason.value,
    }


def _row(row: Row[Any]) -> ReleaseRow:
    values = dict(row._mapping)  # noqa: SLF001 - SQLAlchemy's public name for a row's columns
    values["author"] = Actor(id=values.pop("author_id"), login=values["author"])
    values |= {"sha": Sha(row.sha), "stage": Stage(row.stage), "reason": Reason(row.reason)}
    return ReleaseRow(**values)
