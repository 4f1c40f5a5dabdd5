"""Makes wishes as they stand after they moved on, or ended."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from bot.merging.model import MergeState

if TYPE_CHECKING:
    from datetime import datetime

    from bot.commands.reasons import Reason
    from bot.merging.model import Wish


def ended(wish: Wish, state: MergeState, reason: Reason, text: str, *, now: datetime) -> Wish:
    """This function will make the wish as it stands after its end; `text` is safe Markdown."""
    return replace(wish, state=state, reason=reason, text=text, batch_id="", ended_at=now, updated_at=now)


def moved(wish: Wish, state: MergeState, reason: Reason, text: str, *, now: datetime) -> Wish:
    """This function will make the wish as it goes on in another state; `text` is safe Markdown."""
    is_ready = state is not MergeState.WAITING
    ready_at = (wish.ready_at or now) if is_ready else None
    batch_id = wish.batch_id if state is MergeState.TESTING else ""
    return replace(
        wish, state=state, reason=reason, text=text, ready_at=ready_at, batch_id=batch_id, updated_at=now
    )
