"""How a gate may stand, and what takes it from there: one table, from which the diagram is drawn."""

from __future__ import annotations

from bot.commands.reasons import Reason
from bot.gates.model import GateState

# State → where it may go, and by what. A gate that is over goes nowhere, unless what it had let through is done.
MOVES: dict[GateState, dict[GateState, str]] = {
    GateState.WAITING: {
        GateState.APPROVED: "enough of the right people approved",
        GateState.REJECTED: "somebody rejected it",
        GateState.EXPIRED: "nobody decided in time",
        GateState.CLOSED: "pushed over, closed or cancelled",
    },
    GateState.APPROVED: {
        GateState.WAITING: "an approval is void, or cannot be verified",
        GateState.REJECTED: "somebody rejected it",
        GateState.EXPIRED: "not used in time",
        GateState.CLOSED: "deployed, pushed over, closed or cancelled",
    },
    GateState.REJECTED: {},
    GateState.EXPIRED: {GateState.CLOSED: "what it had let through is done"},
    GateState.CLOSED: {},
}

# After these ends the change has reached the environment: the approvals allowed it once, not again.
APPLIED = frozenset({Reason.DONE, Reason.UNHEALTHY, Reason.ROLLED_BACK, Reason.ROLLBACK_FAILED})


def may_become(state: GateState, to: GateState) -> bool:
    """This function will say whether a gate may go from one state to the other; it may always stay as it is."""
    return state is to or to in MOVES[state]


def diagram() -> str:
    """This function will draw the table as a Mermaid state diagram."""
    lines = ["stateDiagram-v2", f"    [*] --> {GateState.WAITING}"]
    for state, targets in MOVES.items():
        lines += [f"    {state} --> {target}: {why}" for target, why in targets.items()]
    lines += [f"    {state} --> [*]" for state, targets in MOVES.items() if not targets]
    return "\n".join(lines) + "\n"
