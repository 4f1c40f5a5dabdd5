"""The states of the cluster, as one table of the moves that are legal; the diagram is drawn from it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.costs.cluster.model import ClusterState

if TYPE_CHECKING:
    from collections.abc import Mapping

_S = ClusterState

MOVES: Mapping[ClusterState, frozenset[ClusterState]] = {
    _S.DOWN: frozenset({_S.RISING, _S.ENDING}),  # ending: machines that bear its tag were found
    _S.RISING: frozenset({_S.UP, _S.PARTIAL, _S.UNCLEAR, _S.DOWN, _S.ENDING}),  # down: nothing was begun
    _S.UP: frozenset({_S.ENDING, _S.DOWN}),  # down: the limit, or a person in AWS, ended every machine
    _S.PARTIAL: frozenset({_S.ENDING, _S.DOWN}),
    _S.ENDING: frozenset({_S.DOWN, _S.UNCLEAR}),
    _S.UNCLEAR: frozenset({_S.ENDING, _S.DOWN}),
}
BUSY = frozenset({_S.RISING, _S.ENDING})
KEEPABLE = frozenset({_S.RISING, _S.UP, _S.PARTIAL, _S.UNCLEAR})


def may_move(state: ClusterState, to: ClusterState) -> bool:
    """This function will say whether a cluster may go from the one state to the other; to stay is no move."""
    return state is to or to in MOVES[state]


def diagram() -> str:
    """This function will draw the table as a Mermaid state diagram."""
    lines = ["stateDiagram-v2", "    [*] --> down"]
    lines += [
        f"    {state} --> {target}" for state, targets in MOVES.items() for target in _S if target in targets
    ]
    return "\n".join(lines) + "\n"
