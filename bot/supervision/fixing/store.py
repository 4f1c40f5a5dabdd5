"""The rows of tries to fix a failure, each written before anything is done."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import msgspec
from sqlalchemy import select

from bot.commands.reasons import Reason
from bot.forms import decode
from bot.storage.supervision_tables import fixes
from bot.supervision.fixing.model import Change, Fix, FixState, Trouble
from bot.supervision.fixing.states import AT_WORK, OPEN, may_move

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from datetime import datetime

    from sqlalchemy import Connection, Row

MOST = 200  # rows of one question
_IN_VAIN = frozenset({Reason.FIX_STILL_RED})


@dataclass(frozen=True, slots=True, kw_only=True)
class _Facts:
    """What a row has beside its columns."""

    trouble: Trouble
    change: Change | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Before:
    """What was proposed for the same failure before."""

    digests: tuple[str, ...]  # of changes to the same branch whose builds were red
    heads: tuple[str, ...]  # commits that the branch of its fix has stood at


def fix_of(connection: Connection, fix_id: str) -> Fix | None:
    """This function will return the try of this id."""
    row = connection.execute(select(fixes).where(fixes.c.id == fix_id)).first()
    return None if row is None else _fix(row)


def fixes_since(connection: Connection, repository_id: int, moment: datetime) -> tuple[Fix, ...]:
    """This function will return the repository's tries that changed since the moment, the newest first."""
    query = select(fixes).where(fixes.c.repository_id == repository_id, fixes.c.updated_at >= moment)
    rows = connection.execute(query.order_by(fixes.c.begun_at.desc(), fixes.c.id).limit(MOST))
    return tuple(_fix(row) for row in rows)


def fixes_in(connection: Connection, repository_id: int, states: Iterable[FixState]) -> tuple[Fix, ...]:
    """This function will return the repository's tries in these states that have not ended, the oldest first."""
    query = select(fixes).where(
        fixes.c.repository_id == repository_id,
        fixes.c.state.in_([state.value for state in states]),
        fixes.c.ended_at.is_(None),
    )
    rows = connection.execute(query.order_by(fixes.c.begun_at, fixes.c.id).limit(MOST))
    return tuple(_fix(row) for row in rows)


def live_fixes(connection: Connection, repository_id: int) -> tuple[Fix, ...]:
    """This function will return the tries that are at work or whose pull request or issue stands."""
    return fixes_in(connection, repository_id, AT_WORK | OPEN)


def before_of(connection: Connection, fix: Fix) -> Before:
    """This function will return what was proposed before for the failure that this is another try at."""
    trouble = fix.trouble
    query = select(fixes).where(
        fixes.c.repository_id == fix.repository_id,
        fixes.c.fingerprint == trouble.failure.fingerprint,
        fixes.c.id != fix.id,
    )
    rows = [_fix(row) for row in connection.execute(query.order_by(fixes.c.begun_at))]
    return Before(
        digests=tuple(
            one.change.digest
            for one in rows
            if one.change and one.reason in _IN_VAIN and one.trouble.branch == trouble.branch
        ),
        heads=tuple(one.head_sha for one in rows if one.head_sha),
    )


def hand_over(connection: Connection, fix: Fix, *, now: datetime) -> None:
    """This function will end the tries before whose pull request this one goes on with."""
    same = (
        (fixes.c.repository_id == fix.repository_id)
        & (fixes.c.number == fix.number)
        & (fixes.c.id != fix.id)
        & fixes.c.ended_at.is_(None)
    )
    connection.execute(fixes.update().where(same).values(ended_at=now))


def begin_fix(connection: Connection, fix: Fix) -> bool:
    """This function will store a new try; it says whether it is new, and leaves one that is known as it is."""
    if fix_of(connection, fix.id) is not None:
        return False
    connection.execute(fixes.insert().values(_values(fix)))
    return True


def change_fix(connection: Connection, fix_id: str, change: Callable[[Fix], Fix]) -> Fix:
    """This function will store what the change makes of the try and return it; it changes while nobody else does.

    Raises:
        LookupError: there is no such try.
        ValueError: it is no legal move.
    """
    row = connection.execute(select(fixes).where(fixes.c.id == fix_id).with_for_update()).first()
    if row is None:
        raise LookupError(f"there is no try {fix_id} to fix anything")
    known = _fix(row)
    changed = change(known)
    if not may_move(known.state, changed.state):
        raise ValueError(f"a fix that is {known.state} cannot be {changed.state}")
    connection.execute(fixes.update().where(fixes.c.id == fix_id).values(_values(changed)))
    return changed


def _values(fix: Fix) -> dict[str, Any]:
    kept = ("trouble", "change", "state")
    trouble = fix.trouble
    return {name: getattr(fix, name) for name in fix.__slots__ if name not in kept} | {
        "state": fix.state.value,
        "branch": trouble.branch,
        "fingerprint": trouble.failure.fingerprint,
        "base_sha": trouble.base_sha,
        "run_id": trouble.run_id,
        "run_url": trouble.run_url,
        "facts": msgspec.json.encode(_Facts(trouble=trouble, change=fix.change)).decode(),
    }


def _fix(row: Row[Any]) -> Fix:
    values = dict(row._mapping)  # noqa: SLF001 - SQLAlchemy's public name for a row's columns
    for name in ("branch", "fingerprint", "base_sha", "run_id", "run_url"):
        values.pop(name)
    facts = decode(values.pop("facts"), _Facts)
    return Fix(**values | {"state": FixState(row.state), "trouble": facts.trouble, "change": facts.change})
