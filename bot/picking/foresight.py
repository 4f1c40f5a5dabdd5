"""Says what a backport or revert would be held to, as far as reading alone can tell."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.commands.reasons import Reason
from bot.decisions.model import Condition, Standing, conclude
from bot.markdown import code, link
from bot.picking.model import Kind
from bot.picking.rules import backward, forward, head_branch, obvious_tree

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.decisions.model import Decision
    from bot.picking.model import Change, Target

KIND = "pick"


def foreseen(kind: Kind, change: Change, targets: Sequence[Target]) -> Decision:
    """This function will decide about a pick by what is known of the change and of each branch."""
    if not change.picks:
        return conclude(KIND, (_unmerged(kind, change),))
    commits = ", ".join(code(pick.sha[:7]) for pick in change.picks)
    merged = Condition(
        name="merged",
        standing=Standing.MET,
        text=f"#{change.number} was merged into {code(change.base_ref)} by {change.way}: {commits}.",
    )
    parts = tuple(_branch(kind, change, target) for target in targets)
    missing = next((part for part in parts if part.is_open), None)
    where = Condition(
        name="branches",
        standing=Standing.MET if missing is None else Standing.UNMET,
        text="Each branch is there." if missing is None else missing.text,
        reason="" if missing is None else missing.reason,
        who="" if missing is None else missing.who,
        parts=parts,
    )
    return conclude(KIND, (merged, where))


def _unmerged(kind: Kind, change: Change) -> Condition:
    waits = kind is Kind.BACKPORT and change.is_open
    return Condition(
        name="merged",
        standing=Standing.PENDING if waits else Standing.UNMET,
        text=f"#{change.number} is not merged.",
        reason=Reason.NOT_MERGED,
        who="Somebody who may merge it can.",
    )


def _branch(kind: Kind, change: Change, target: Target) -> Condition:
    name, where = "branch", code(target.branch)
    if not target.tip:
        return Condition(
            name=name,
            standing=Standing.UNMET,
            text=f"There is no branch {where}.",
            reason=Reason.BRANCH_MISSING,
            who="Create it, or name another one.",
        )
    return Condition(name=name, standing=Standing.MET, text=f"{where}: {_prospect(kind, change, target)}")


def _prospect(kind: Kind, change: Change, target: Target) -> str:
    if target.open_number:
        return f"{link(f'#{target.open_number}', target.open_url)} is open already, and would stay as it is."
    head = code(head_branch(kind, change.number, target.branch))
    way = backward(change.picks, target.tree)
    if kind is Kind.BACKPORT:
        way = forward(change.picks[0], target.tree)
    if obvious_tree(way) is not None:
        return f"nothing stands in its way; the pull request would come from {head}."
    return f"the pull request would come from {head}, unless GitHub finds that the two contradict each other."
