"""The states of a workflow run that hangs, as one table of the moves that are legal; the diagram is drawn from it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.supervision.runs.model import RunState

if TYPE_CHECKING:
    from collections.abc import Mapping

_S = RunState
_SEEN = frozenset({_S.OBSERVED, _S.SUGGESTED, _S.LEFT, _S.CANCELLING, _S.ENDED})

MOVES: Mapping[RunState, frozenset[RunState]] = {
    _S.OBSERVED: _SEEN - {_S.OBSERVED},  # as the configuration changes
    _S.SUGGESTED: _SEEN - {_S.SUGGESTED},
    _S.LEFT: _SEEN - {_S.LEFT},
    _S.CANCELLING: frozenset({_S.FORCING, _S.CANCELLED, _S.AGAIN, _S.ENDED, _S.IMMOVABLE}),
    _S.FORCING: frozenset({_S.CANCELLED, _S.AGAIN, _S.ENDED, _S.IMMOVABLE}),
    _S.IMMOVABLE: frozenset({_S.ENDED}),
    _S.CANCELLED: frozenset(),
    _S.AGAIN: frozenset(),
    _S.ENDED: _SEEN - {_S.ENDED},  # the same attempt may get on and hang again at another job
}
WATCHED = frozenset({_S.OBSERVED, _S.SUGGESTED, _S.LEFT, _S.IMMOVABLE})  # until the run ends
MENDING = frozenset({_S.CANCELLING, _S.FORCING})  # a story of its own looks after it
TROUBLE = frozenset({_S.SUGGESTED, _S.LEFT, _S.IMMOVABLE})  # what a person has to look at


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
