"""The table of how a gate may stand."""

from __future__ import annotations

import pytest

from bot.gates.model import GateState
from bot.gates.states import MOVES, diagram, may_become


def test_every_state_has_its_moves() -> None:
    assert set(MOVES) == set(GateState)
    assert all(why for targets in MOVES.values() for why in targets.values())


@pytest.mark.parametrize("state", [state for state in GateState if state.is_over])
def test_what_is_over_never_goes_on(state: GateState) -> None:
    """Neither an evaluation nor a word takes it back to where something could be let through."""
    assert not set(MOVES[state]) & {GateState.WAITING, GateState.APPROVED, GateState.REJECTED}


@pytest.mark.parametrize("state", GateState)
def test_a_gate_may_stay_as_it_is(state: GateState) -> None:
    assert may_become(state, state)


def test_moves_are_those_of_the_table() -> None:
    assert may_become(GateState.APPROVED, GateState.WAITING)
    assert not may_become(GateState.REJECTED, GateState.APPROVED)


def test_the_diagram_shows_every_move() -> None:
    drawn = diagram()
    assert drawn.startswith("stateDiagram-v2\n    [*] --> waiting\n")
    assert "    rejected --> [*]\n" in drawn
    assert drawn.count(" --> ") == 1 + sum(len(targets) for targets in MOVES.values()) + 2
