"""The states of a workflow run that hangs, as one table of the moves that are legal; the diagram is drawn from it."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from bot.supervision.runs.model import RunState

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from bot.supervision.runs.model import HungRun

_S = RunState
_SEEN = frozenset({_S.OBSERVED, _S.SUGGESTED, _S.LEFT, _S.CANCELLING, _S.ENDED})
_OVER = frozenset({_S.CANCELLED, _S.DROPPED, _S.AGAIN, _S.ENDED})

MOVES: Mapping[RunState, frozenset[RunState]] = {
    _S.OBSERVED: _SEEN - {_S.OBSERVED},  # as the configuration changes
    _S.SUGGESTED: _SEEN - {_S.SUGGESTED},
    _S.LEFT: _SEEN - {_S.LEFT},
    _S.CANCELLING: frozenset({_S.FORCING, _S.IMMOVABLE, *_OVER}),
    _S.FORCING: frozenset({_S.IMMOVABLE, *_OVER}),
    _S.IMMOVABLE: frozenset({_S.ENDED}),
    _S.CANCELLED: frozenset(),
    _S.DROPPED: frozenset(),
    _S.AGAIN: frozenset(),
    _S.ENDED: _SEEN - {_S.ENDED},  # the same attempt may get on and hang again at another job
}
WATCHED = frozenset({_S.OBSERVED, _S.SUGGESTED, _S.LEFT, _S.IMMOVABLE})  # until the run ends
MENDING = frozenset({_S.CANCELLING, _S.FORCING})  # a story of its own looks after it
TROUBLE = frozenset({_S.SUGGESTED, _S.LEFT, _S.IMMOVABLE, _S.DROPPED})  # what a person has to look at
_REMEMBERED = timedelta(days=1)  # for which a run that was dropped is told of


def is_trouble(row: HungRun, now: datetime) -> bool:
    """This function will say whether a person still has to look at a run."""
    is_old = row.state is _S.DROPPED and now - row.updated_at > _REMEMBERED
    return row.state in TROUBLE and not is_old


def may_move(state: RunState, to: RunState) -> bool:
    """This function will say whether a run may go from the one state to the other; to stay is no move."""
    return state is to or to in MOVES[state]


def diagram() -> str:
    """This function will draw the table as a Mermaid state diagram."""
    lines = ["stateDiagram-v2"]
    lines += [f"    [*] --> {state}" for state in _S if state in _SEEN - {_S.ENDED}]
    lines += [
        f"    {state} --> {target}" for state, targets in MOVES.items() for target in _S if target in targets
    ]
    return "\n".join(lines) + "\n"
