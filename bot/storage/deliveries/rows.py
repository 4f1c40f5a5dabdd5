"""Between the inbox's rows and what is remembered of deliveries; the same for every database."""

from __future__ import annotations

import zlib
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import msgspec
import orjson

from bot.forms import decode
from bot.storage.deliveries.model import MOST_LISTED, Decision, SeenDelivery, State

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.storage.deliveries.model import DeliveryQuery

# In the order in which `seen` takes them; `{payloads}` is the table of kept payloads.
COLUMNS = (
    "d.sequence, d.guid, d.event, d.action, d.installation_id, d.repository_id, d.repository, d.number,"
    " d.accepted_at, d.state, d.error, d.finished_at, d.decisions,"
    " d.body is not null or exists (select 1 from {payloads} p where p.sequence = d.sequence)"
)
_FEW = 50
_FAST = 1  # JSON becomes a fifth; more effort would win a tenth of that


def packed(body: bytes) -> bytes:
    """This function will make a payload small enough to be kept for a while."""
    return zlib.compress(body, _FAST)


def unpacked(kept: bytes) -> bytes:
    """This function will give back what `packed` was given."""
    return zlib.decompress(kept)


def noted(decisions: Sequence[tuple[str, str, str]]) -> str:
    """This function will write what came of a delivery as its row keeps it."""
    return orjson.dumps([list(each) for each in decisions]).decode()


def seen(row: Sequence[Any]) -> SeenDelivery:
    """This function will read a row of the columns above."""
    sequence, guid, event, action, installation_id, repository_id, repository, number, *rest = row
    accepted_at, state, error, finished_at, decisions, has_payload = rest
    return SeenDelivery(
        sequence=sequence,
        guid=guid,
        event=event,
        action=action,
        installation_id=installation_id,
        repository_id=repository_id,
        repository=repository or "",
        number=number,
        accepted_at=_moment(accepted_at),
        state=State(state),
        error=error or "",
        finished_at=None if finished_at is None else _moment(finished_at),
        decisions=_decisions(decisions),
        has_payload=bool(has_payload),
    )


def conditions(query: DeliveryQuery, mark: str) -> tuple[str, list[object]]:
    """This function will write what is asked for beside the repositories as SQL on the table `d`, and its values.

    Args:
        query: what is asked for.
        mark: what stands for a value.
    """
    # The state is written out: partial indexes are found by it.
    said = [f"d.state = '{query.state.value}'"] if query.state is not None else []
    values: list[object] = []
    for column, value in (("event", query.event), ("guid", query.guid)):
        if value:
            said.append(f"d.{column} = {mark}")
            values.append(value)
    if query.number is not None:
        said.append(f"d.number = {mark}")
        values.append(query.number)
    if query.before is not None:
        said.append(f"d.sequence < {mark}")
        values.append(query.before)
    return "".join(f" and {each}" for each in said), values


def is_walked(query: DeliveryQuery) -> bool:
    """This function will say whether all deliveries are walked through, the newest first, until enough are found.

    Of few repositories each one's newest are looked up instead: they may be quiet, and far back.
    """
    return (
        query.repositories is None or len(query.repositories) > _FEW or query.state not in {None, State.DONE}
    )


def most(query: DeliveryQuery) -> int:
    """This function will say how many rows are read at once."""
    return max(1, min(query.limit, MOST_LISTED))


def _moment(value: float | datetime) -> datetime:
    return value if isinstance(value, datetime) else datetime.fromtimestamp(value, UTC)


def _decisions(text: str | None) -> tuple[Decision, ...] | None:
    if text is None:
        return None
    try:
        return decode(text, tuple[Decision, ...])
    except msgspec.MsgspecError:
        return None
