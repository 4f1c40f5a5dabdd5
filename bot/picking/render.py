"""What people read about a backport or revert: the pull request's description, and the answer to who asked."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING, assert_never

from bot.commands.model import Done, Failed, Refused
from bot.commands.reasons import Reason
from bot.markdown import code, details, escape, fence, link
from bot.picking.model import Kind, State, Way
from bot.picking.rules import head_branch

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.commands.model import Outcome
    from bot.picking.model import Change, Result

_MOST_FILES = 30
_REASONS = {
    State.MISSING: Reason.BRANCH_MISSING,
    State.CONFLICT: Reason.PICK_CONFLICT,
}


def render_not_merged(kind: Kind, number: int) -> Refused:
    """This function will say that only what is merged can be picked."""
    what = "backported" if kind is Kind.BACKPORT else "reverted"
    text = f"#{number} is not merged, so there is nothing to be {what} yet. Merge it, then write this again."
    return Refused(reason=Reason.NOT_MERGED, text=text)


def render_waiting(change: Change, branches: Sequence[str]) -> Done:
    """This function will say that a backport waits for the merge."""
    named = ", ".join(code(branch) for branch in branches)
    text = f"#{change.number} is not merged yet. Once it is, a pull request with it is opened for {named}."
    return Done(text=text)


def render_description(kind: Kind, change: Change, target: str, *, login: str) -> str:
    """This function will describe the pull request that was made."""
    asked = f"Asked for by {code(login)} on #{change.number}."
    if kind is Kind.REVERT:
        commits = ", ".join(code(pick.sha[:7]) for pick in change.picks)
        return f"Reverts #{change.number}: takes {commits} out of {code(target)} again.\n\n{asked}\n"
    rows = "\n".join(
        f"- {code(pick.sha[:7])} {escape(pick.message.partition(chr(10))[0])}" for pick in change.picks
    )
    return f"Backport of #{change.number} to {code(target)}.\n\n{rows}\n\n{asked}\n"


def render_answer(kind: Kind, change: Change, results: Sequence[Result]) -> Outcome:
    """This function will say how it went on each branch."""
    text = "\n\n".join(_line(kind, change, result) for result in results)
    wrong = [result for result in results if not result.is_good]
    if not wrong:
        return Done(text=text)
    reason = _REASONS.get(wrong[0].state, wrong[0].reason)
    if reason is Reason.BRANCH_MISSING and len(wrong) == len(results):
        return Refused(reason=reason, text=text)
    return Failed(reason=reason, text=text)


def _line(kind: Kind, change: Change, result: Result) -> str:
    where = code(result.branch)
    match result.state:
        case State.OPENED:
            return f"{where}: {link(f'#{result.number}', result.url)} is open."
        case State.FOUND:
            return f"{where}: {link(f'#{result.number}', result.url)} was open already, and stays as it is."
        case State.NOTHING:
            done = "has all of it" if kind is Kind.BACKPORT else "has nothing of it any more"
            return f"{where}: {done}, so no pull request is needed."
        case State.MISSING:
            return f"{where}: there is no such branch. Create it, or name another one."
        case State.FAILED:
            return f"{where}: {result.text}"
        case State.CONFLICT:
            return _conflict(kind, change, result)
        case _:
            assert_never(result.state)


def _conflict(kind: Kind, change: Change, result: Result) -> str:
    where, stuck = code(result.branch), code(result.stuck_at[:7])
    if result.files:
        shown = "\n".join(f"- {code(path)}" for path in result.files[:_MOST_FILES])
        more = len(result.files) - _MOST_FILES
        rest = f"\n- and {more} more" if more > 0 else ""
        why = f"{stuck} and what was done on {where} contradict each other. Changed on both sides:\n\n{shown}{rest}"
    else:
        why = f"{stuck} and what was done on {where} contradict each other."
    by_hand = details("By hand", fence(_by_hand(kind, change, result), "sh"))
    return f"{where}: nothing was made, and nothing is left behind. {why}\n\n{by_hand}"


def _by_hand(kind: Kind, change: Change, result: Result) -> str:
    branch = shlex.quote(head_branch(kind, change.number, result.branch))
    onto = shlex.quote(f"origin/{result.branch}")
    mainline = " -m 1" if change.way is Way.MERGE else ""
    if kind is Kind.REVERT:
        shas = " ".join(pick.sha for pick in reversed(change.picks))
        act = f"git revert{mainline} {shas}"
    else:
        act = f"git cherry-pick -x{mainline} {' '.join(pick.sha for pick in change.picks)}"
    lines = ["git fetch origin", f"git switch --create {branch} {onto}", act, f"git push origin {branch}"]
    return "\n".join(lines)
