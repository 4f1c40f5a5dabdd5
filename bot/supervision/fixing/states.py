"""The states of a try to fix a failure: one table of legal moves, from which the documentation is drawn."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.supervision.fixing.model import FixState

if TYPE_CHECKING:
    from collections.abc import Mapping

MOVES: Mapping[FixState, frozenset[FixState]] = {
    FixState.INTENDED: frozenset({FixState.FIXING, FixState.REFUSED, FixState.UNKNOWN}),
    FixState.FIXING: frozenset({FixState.PROPOSED, FixState.SUGGESTED, FixState.REFUSED, FixState.UNKNOWN}),
    FixState.PROPOSED: frozenset({FixState.FIXED, FixState.FAILED, FixState.MERGED, FixState.CLOSED}),
    FixState.SUGGESTED: frozenset({FixState.CLOSED}),
    FixState.FIXED: frozenset({FixState.MERGED, FixState.CLOSED}),
    FixState.FAILED: frozenset({FixState.MERGED, FixState.CLOSED}),
    FixState.MERGED: frozenset(),
    FixState.REFUSED: frozenset(),
    FixState.CLOSED: frozenset(),
    FixState.UNKNOWN: frozenset(),
}
AT_WORK = frozenset({FixState.INTENDED, FixState.FIXING})  # nothing is said of it yet
OPEN = frozenset(
    state for state, moves in MOVES.items() if moves and state not in AT_WORK
)  # a pull request or an issue stands


def may_move(before: FixState, after: FixState) -> bool:
    """This function will say whether a try may go from one state to another; staying is always legal."""
    return before is after or after in MOVES[before]


def diagram() -> str:
    """This function will draw the table as a Mermaid state diagram."""
    lines = ["stateDiagram-v2", "    [*] --> intended"]
    lines += [
        f"    {state} --> {target}"
        for state, targets in MOVES.items()
        for target in FixState
        if target in targets
    ]
    return "\n".join(lines) + "\n"
