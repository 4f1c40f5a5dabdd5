"""Says how a wish goes on after a look: in which state, what is to be done, and when time alone may change it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING

from bot.commands.reasons import Reason
from bot.config.merging import MergeMethod
from bot.decisions.model import Outcome, Standing
from bot.markdown import code
from bot.merging.judging.conditions.evidence import quiet_until
from bot.merging.judging.method import method_of
from bot.merging.judging.rules import Lane, due_at, is_update_due, lane_of
from bot.merging.keeping.model import NOW, Act, Look
from bot.merging.keeping.priorities import priority_of
from bot.merging.model import MergeState, Source
from bot.merging.saying.render import render_open
from bot.merging.wishes.states import ended, moved

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from bot.decisions.model import Condition, Decision
    from bot.merging.judging.fact_model import MergeFacts
    from bot.merging.model import Wish

_PATIENCE = timedelta(minutes=1)  # with a push whose event, which tells who pushed, may still be on its way
_AT_ONCE = timedelta(minutes=5)  # how long a wish for now may wait for what passes by itself
_SOON = timedelta(seconds=10)  # until GitHub knows whether it can be merged
_LEAST = timedelta(seconds=1)
# What passes by itself within seconds, so that a wish for now waits for it.
_PASSING = {"quiet", "mergeable", "github"}
# What a wish waits for that CI and time bring by themselves.
_SOLVED = {
    Reason.BEHIND_BASE,
    Reason.UPDATING_BRANCH,
    Reason.CHECKS_RUNNING,
    Reason.QUIET_TIME,
    Reason.WAITING_TO_MERGE,
}
# Without these nobody wants it merged any more.
_LOST = {"role", "wanted"}
_ACTS = {Lane.DIRECT: Act.MERGE, Lane.TRAIN: Act.BOARD, Lane.QUEUE: Act.ENQUEUE}


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """A wish with everything that was read about it."""

    wish: Wish
    facts: MergeFacts
    decision: Decision
    is_first: bool  # whether nothing that may soon be merged into its base goes before it

    @property
    def open(self) -> tuple[Condition, ...]:
        """The conditions that keep it from being merged."""
        return tuple(condition for condition in self.decision.conditions if condition.is_open)


def next_of(seen: Seen) -> Look:
    """This function will say how the wish goes on."""
    wish, facts = seen.wish, seen.facts
    priority = priority_of(facts.policy, facts.pull.labels, given=wish.priority)
    base = replace(wish, base_ref=facts.pull.base_ref, priority=priority)
    if wish.base_ref != base.base_ref and wish.state in {MergeState.TESTING, MergeState.QUEUED}:
        base = moved(base, MergeState.WAITING, wish.reason, wish.text, now=facts.now)
    seen = replace(seen, wish=base)
    look = _over(seen) or _head_moved(seen) or _decided(seen)
    return replace(
        look,
        before=wish,
        base_sha=facts.base.sha,
        deletes_branch=facts.policy.delete_branch,
        ready_since=_ready_since(wish, facts),
    )


def is_passing(condition: Condition) -> bool:
    """This function will say whether what is open passes by itself within seconds."""
    return condition.standing is Standing.PENDING and condition.name in _PASSING


def may_soon_merge(wish: Wish) -> bool:
    """This function will say whether a wish waits for nothing but CI and time, as far as was seen last."""
    return wish.state is not MergeState.WAITING or wish.reason in _SOLVED


def _ready_since(wish: Wish, facts: MergeFacts) -> datetime | None:
    """Since when its checks let it be merged; None where it waited for people, or for anything that is not seen."""
    until = quiet_until(facts)
    is_new = not wish.decision_id
    return max(until, wish.asked_at) if until is not None and (is_new or wish.reason in _SOLVED) else None


def _over(seen: Seen) -> Look | None:
    wish, facts = seen.wish, seen.facts
    lost = next((each for each in seen.open if each.name in _LOST and each.standing is Standing.UNMET), None)
    if facts.pull.is_merged:
        over = _found_merged(wish, now=facts.now)
    elif not facts.pull.is_open:
        text = "The pull request was closed."
        over = ended(wish, MergeState.WITHDRAWN, Reason.PULL_REQUEST_CLOSED, text, now=facts.now)
    elif lost is not None:
        text = f"{lost.text} {lost.who}".strip()
        over = ended(wish, MergeState.WITHDRAWN, Reason(lost.reason), text, now=facts.now)
    else:
        return None
    by_queue = facts.pull.is_merged and wish.state is MergeState.QUEUED
    return Look(before=wish, wish=over, act=_leaving(wish), in_line_since=wish.ready_at if by_queue else None)


def _found_merged(wish: Wish, *, now: datetime) -> Wish:
    """Where somebody else merged it, GitHub's queue most of all."""
    base = code(wish.base_ref)
    if wish.state is MergeState.QUEUED:
        text = f"GitHub's merge queue merged it into {base}."
        return ended(wish, MergeState.MERGED, Reason.MERGED, text, now=now)
    return ended(wish, MergeState.MERGED, Reason.ALREADY_MERGED, f"It is merged into {base}.", now=now)


def _head_moved(seen: Seen) -> Look | None:
    """Who pushed is told by an event of its own, which may come after this look; without it the wish ends."""
    wish, facts = seen.wish, seen.facts
    if facts.pull.head_sha == wish.head_sha:
        return None
    if wish.source is Source.POLICY:
        return _again(wish, facts)
    now, new = facts.now, code(facts.pull.head_sha[:7])
    if wish.state is not MergeState.WAITING or wish.reason is not Reason.HEAD_MOVED:
        text = (
            f"The head is {new} now; the wish was for {code(wish.head_sha[:7])}. Who pushed is not known yet."
        )
        waiting = moved(wish, MergeState.WAITING, Reason.HEAD_MOVED, text, now=now)
        return Look(before=wish, wish=waiting, act=_leaving(wish), wake=_PATIENCE)
    left = wish.updated_at + _PATIENCE - now
    if left > timedelta(0):
        return Look(before=wish, wish=wish, wake=max(left, _LEAST))
    text = (
        f"The head moved from {code(wish.head_sha[:7])} to {new}, and nobody knows who pushed. "
        f"Somebody who may merge can write {code('/merge')} again."
    )
    over = ended(wish, MergeState.WITHDRAWN, Reason.HEAD_MOVED, text, now=now)
    return Look(before=wish, wish=over)


def _again(wish: Wish, facts: MergeFacts) -> Look:
    """The policy decides anew about the new head, by who wrote its commits."""
    text = f"The head is {code(facts.pull.head_sha[:7])} now, about which the policy decides anew."
    waiting = moved(wish, MergeState.WAITING, Reason.CHECKS_RUNNING, text, now=facts.now)
    head = facts.pull.head_sha
    new = replace(waiting, asked_sha=head, head_sha=head, check_run_id=None, check_digest="", decision_id="")
    return Look(before=wish, wish=new, act=_leaving(wish), wake=_LEAST)


def _decided(seen: Seen) -> Look:
    wish, facts = seen.wish, seen.facts
    if seen.decision.outcome is Outcome.PROCEED:
        return _proceeding(seen)
    is_under_way = wish.state in {MergeState.TESTING, MergeState.QUEUED}
    if is_under_way and seen.decision.outcome is Outcome.WAIT:
        return Look(before=wish, wish=wish)
    if wish.wish.startswith(NOW) and not _may_wait(seen):
        text = f"It is not merged now:\n\n{render_open(seen.decision)}\n\n{_advice()}"
        reason = Reason(seen.decision.reason)
        return Look(before=wish, wish=ended(wish, MergeState.WITHDRAWN, reason, text, now=facts.now))
    if is_update_due(seen.decision):
        return _behind(seen)
    waiting = moved(wish, MergeState.WAITING, _reason(seen), seen.decision.text, now=facts.now)
    return Look(before=wish, wish=waiting, act=_leaving(wish), wake=_wake(seen))


def _proceeding(seen: Seen) -> Look:
    wish, facts = seen.wish, seen.facts
    if wish.state in {MergeState.TESTING, MergeState.QUEUED}:
        return Look(before=wish, wish=wish)
    text = "Nothing stands against it."
    ready = moved(wish, MergeState.READY, Reason.WAITING_TO_MERGE, text, now=facts.now)
    # What only its checks kept waiting was ready before anybody looked.
    ready = replace(ready, ready_at=wish.ready_at or _ready_since(wish, facts) or facts.now)
    method = (
        method_of(facts) or MergeMethod.MERGE
    )  # a queue has its own; else the decision would have refused
    return Look(before=wish, wish=ready, act=_ACTS[lane_of(facts)], method=method)


def _behind(seen: Seen) -> Look:
    wish, facts = seen.wish, seen.facts
    if not seen.is_first:
        text = next(each.text for each in seen.open if each.reason == Reason.BEHIND_BASE)
        waiting = moved(wish, MergeState.WAITING, Reason.BEHIND_BASE, text, now=facts.now)
        return Look(before=wish, wish=waiting, wake=_wake(seen))
    text = f"Its branch gets what is new in {code(wish.base_ref)}; then its checks run again."
    waiting = moved(wish, MergeState.WAITING, Reason.UPDATING_BRANCH, text, now=facts.now)
    return Look(before=wish, wish=waiting, act=Act.UPDATE, update=facts.policy.update)


def _reason(seen: Seen) -> Reason:
    """A conflict, which people must mend, is told apart from GitHub's not knowing yet."""
    decision = seen.decision
    is_computed = decision.outcome is Outcome.WAIT and decision.reason == Reason.NOT_MERGEABLE
    return Reason.WAITING_TO_MERGE if is_computed else Reason(decision.reason)


def _may_wait(seen: Seen) -> bool:
    is_young = seen.facts.now < seen.wish.asked_at + _AT_ONCE
    return is_young and all(is_passing(condition) for condition in seen.open)


def _leaving(wish: Wish) -> Act:
    return Act.DEQUEUE if wish.state is MergeState.QUEUED else Act.NOTHING


def _wake(seen: Seen) -> timedelta | None:
    return min(_wakes(seen), default=None)


def _wakes(seen: Seen) -> Iterator[timedelta]:
    now = seen.facts.now
    due = due_at(seen.facts, seen.decision)
    if due is not None:
        yield max(due - now, _LEAST)
    if any(each.name == "mergeable" and is_passing(each) for each in seen.open):
        yield _SOON


def _advice() -> str:
    return f"{code('/merge --when-green')} waits until nothing stands against it."
