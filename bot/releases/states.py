"""How a release moves: one table of the stages that may follow each other."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.releases.model import Stage

if TYPE_CHECKING:
    from collections.abc import Mapping

_ENDS = frozenset({Stage.STOPPED, Stage.ABORTED})

# What is published is not taken back: from there on nothing is aborted. A release that goes on after it stopped
# begins anew, and finds on GitHub what is done already.
MOVES: Mapping[Stage, frozenset[Stage]] = {
    Stage.CHECKING: _ENDS | {Stage.GATED, Stage.TAGGING, Stage.ANNOUNCING},
    Stage.GATED: _ENDS | {Stage.TAGGING},
    Stage.TAGGING: _ENDS | {Stage.DRAFTING},
    Stage.DRAFTING: _ENDS | {Stage.BUILDING, Stage.VERIFYING},
    Stage.BUILDING: _ENDS | {Stage.VERIFYING},
    Stage.VERIFYING: _ENDS | {Stage.PUBLISHING},
    Stage.PUBLISHING: _ENDS | {Stage.ANNOUNCING, Stage.DONE},
    Stage.ANNOUNCING: frozenset({Stage.DONE, Stage.STOPPED}),
    Stage.DONE: frozenset(),
    Stage.STOPPED: frozenset({Stage.CHECKING, Stage.ABORTED}),
    Stage.ABORTED: frozenset({Stage.CHECKING}),
}


def may_move(before: Stage, after: Stage) -> bool:
    """This function will say whether a release goes from one stage to the other; staying is no move."""
    return after in MOVES[before]
