"""Changes the rows of wishes; whoever changes one says what it was, and is told where others were faster."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING

from bot.commands.reasons import Reason
from bot.markdown import code
from bot.merging.model import MergeState, Source, Wish
from bot.merging.wishes.holds import hold_of
from bot.merging.wishes.states import moved
from bot.merging.wishes.store import values_of, wish_of
from bot.storage.shipping_tables import merge_requests

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import Connection


# What a command asks for outranks a label, and a label the policy.
_RANK = {Source.POLICY: 0, Source.LABEL: 1, Source.COMMAND: 2}
# What others rely on: a wish in whose row one of these has changed is another one than was read.
_SEEN = ("wish", "state", "head_sha", "base_ref", "method", "priority", "batch_id", "merge_sha")
_CHECK = ("check_run_id", "check_digest")


class Took(StrEnum):
    """What became of an asking."""

    NEW = "new"
    REPLACED = "replaced"  # an earlier wish that was not over
    KNOWN = "known"  # the very wish is there already
    WEAKER = "weaker"  # what is there already is somebody's own command, or in the middle of its merge
    MERGED = "merged"  # there is nothing left to wish for


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What became of an asking, and the wish that stands now."""

    took: Took
    wish: Wish
    before: Wish | None = None  # that was there until then


def ask(connection: Connection, wish: Wish) -> Asked:
    """This function will store a new wish, unless one that outranks it is there."""
    before = wish_of(connection, wish.repository_id, wish.number)
    if before is None:
        connection.execute(merge_requests.insert().values(values_of(wish)))
        return Asked(took=Took.NEW, wish=wish)
    if before.wish == wish.wish:
        return Asked(took=Took.KNOWN, wish=before)
    if before.state is MergeState.MERGED:
        return Asked(took=Took.MERGED, wish=before)
    is_weaker = _RANK[wish.source] < _RANK[before.source] or (
        wish.source is before.source and wish.source is not Source.COMMAND
    )
    if before.state is MergeState.MERGING or (is_weaker and not before.state.is_over):
        return Asked(took=Took.WEAKER, wish=before)
    # The check run on the head goes on to speak for the newest wish.
    if before.head_sha == wish.head_sha:
        wish = replace(wish, check_run_id=before.check_run_id, check_digest=before.check_digest)
    _store(connection, wish)
    return Asked(took=Took.NEW if before.state.is_over else Took.REPLACED, wish=wish, before=before)


def save(connection: Connection, before: Wish, after: Wish) -> bool:
    """This function will store how the wish stands, unless somebody has changed it since it was read.

    What its check run says is stored apart (`save_check`); with another head there is none yet.
    """
    seen = values_of(before)
    same = [merge_requests.c[name] == seen[name] for name in _SEEN]
    change = merge_requests.update().where(
        merge_requests.c.repository_id == before.repository_id,
        merge_requests.c.number == before.number,
        *same,
    )
    stays = _CHECK if after.head_sha == before.head_sha else ()
    values = {name: value for name, value in values_of(after).items() if name not in stays}
    return connection.execute(change.values(values)).rowcount > 0


def begin_merging(connection: Connection, wish: Wish, *, now: datetime) -> Wish | None:
    """This function will note that a merge is called for, and return the wish as it stands then.

    It is in another state than `merging` where somebody held the pull request, or took the wish back, since it was
    read; a merge that was begun before and not ended goes on. None is for a wish that another one has replaced.
    """
    found = wish_of(connection, wish.repository_id, wish.number)
    if found is None or found.wish != wish.wish or found.head_sha != wish.head_sha:
        return None
    if found.state is not wish.state:
        return found
    hold = hold_of(connection, wish.repository_id, wish.number)
    if hold is not None:
        text = f"{code(hold.person.login)} holds it; {code('/unhold')} lets it go on."
        after = moved(found, MergeState.WAITING, Reason.HELD, text, now=now)
    else:
        after = replace(found, state=MergeState.MERGING, updated_at=now)
    save(connection, found, after)
    return after


def save_check(connection: Connection, wish: Wish, *, check_run_id: int, digest: str) -> None:
    """This function will store which check run speaks for the wish on its head, and the digest of what it says."""
    change = merge_requests.update().where(
        merge_requests.c.repository_id == wish.repository_id,
        merge_requests.c.number == wish.number,
        merge_requests.c.head_sha == wish.head_sha,
    )
    connection.execute(change.values(check_run_id=check_run_id, check_digest=digest))


def _store(connection: Connection, wish: Wish) -> None:
    change = merge_requests.update().where(
        merge_requests.c.repository_id == wish.repository_id, merge_requests.c.number == wish.number
    )
    connection.execute(change.values(values_of(wish)))
