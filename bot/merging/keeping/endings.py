"""Says how a wish stands after GitHub was asked to merge, to update its branch, or to take it into its queue."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, assert_never

from bot.commands.reasons import Reason
from bot.markdown import code, escape
from bot.merging.acting.model import Came, Queued, Updated
from bot.merging.keeping.model import NOW, Look
from bot.merging.model import MergeState
from bot.merging.wishes.states import ended, moved

if TYPE_CHECKING:
    from datetime import datetime

    from bot.config.merging import MergeMethod
    from bot.merging.acting.model import Merging, Queueing, Updating
    from bot.merging.model import Wish

_SOON = timedelta(seconds=15)


def after_merging(look: Look, wish: Wish, merging: Merging, *, now: datetime) -> Look:
    """This function will say how a wish stands after GitHub was asked to merge it."""
    match merging.came:
        case Came.MERGED:
            return Look(before=wish, wish=merged(wish, merging, look.method, now=now))
        case Came.UNCERTAIN:
            return Look(before=wish, wish=uncertain(wish, merging, now=now))
        case Came.MOVED:
            text = "The head moved in the moment of the merge; who pushed is not known yet."
            waiting = moved(wish, MergeState.WAITING, Reason.HEAD_MOVED, text, now=now)
            return Look(before=wish, wish=waiting, wake=_SOON)
        case Came.LATER:
            text = f"GitHub did not merge it in this moment: {escape(merging.text)}. It is tried again."
            waiting = moved(wish, MergeState.WAITING, Reason.WAITING_TO_MERGE, text, now=now)
            return Look(before=wish, wish=waiting, wake=_SOON)
        case Came.DECLINED:
            return Look(before=wish, wish=declined(wish, merging.text, now=now))
        case _:
            assert_never(merging.came)


def after_update(wish: Wish, updating: Updating, *, now: datetime) -> Look:
    """This function will say how a wish stands after GitHub was asked to update its branch."""
    words = escape(updating.text)
    match updating.came:
        case Updated.BEGUN:
            return Look(before=wish, wish=wish)
        case Updated.LATER:
            text = f"GitHub did not say whether it updates the branch: {words}. It is tried again."
            waiting = moved(wish, MergeState.WAITING, Reason.UPDATING_BRANCH, text, now=now)
            return Look(before=wish, wish=waiting, wake=_SOON)
        case Updated.FAILED:
            text = (
                f"Its branch could not be brought up to date with {code(wish.base_ref)}: {words}. "
                "Its author can do it, and resolve conflicts."
            )
            waiting = moved(wish, MergeState.WAITING, Reason.UPDATE_FAILED, text, now=now)
            return Look(before=wish, wish=waiting)
        case _:
            assert_never(updating.came)


def after_enqueuing(wish: Wish, queueing: Queueing, *, now: datetime) -> Look:
    """This function will say how a wish stands after GitHub was asked to take it into its merge queue."""
    words = escape(queueing.text)
    match queueing.came:
        case Queued.IN:
            place = f" at place {queueing.position}" if queueing.position else ""
            text = f"It is in GitHub's merge queue for {code(wish.base_ref)}{place}."
            queued = moved(wish, MergeState.QUEUED, Reason.IN_MERGE_QUEUE, text, now=now)
            return Look(before=wish, wish=queued)
        case Queued.LATER:
            text = f"GitHub did not say whether it took it into its merge queue: {words}. It is tried again."
            waiting = moved(wish, MergeState.WAITING, Reason.WAITING_TO_MERGE, text, now=now)
            return Look(before=wish, wish=waiting, wake=_SOON)
        case Queued.REFUSED:
            return Look(before=wish, wish=declined(wish, queueing.text, now=now))
        case _:
            assert_never(queueing.came)


def left_queue(wish: Wish, reason: str, *, now: datetime) -> Wish:
    """This function will make the wish that GitHub's merge queue put out; the reason is GitHub's, "" for none known."""
    why = f" ({escape(reason.replace('_', ' ').lower())})" if reason else ""
    text = (
        f"GitHub's merge queue put it out{why}. Its checks on the queue's commit tell more; whoever may merge can "
        f"write {code('/merge --when-green')} again."
    )
    return ended(wish, MergeState.STOPPED, Reason.LEFT_MERGE_QUEUE, text, now=now)


def merged(wish: Wish, merging: Merging, method: MergeMethod, *, now: datetime) -> Wish:
    """This function will make the wish that came true."""
    became = f" as {code(merging.sha[:7])}" if merging.sha else ""
    text = f"Merged into {code(wish.base_ref)} by {code(method)}{became}."
    over = ended(wish, MergeState.MERGED, Reason.MERGED, text, now=now)
    return replace(over, merge_sha=merging.sha)


def uncertain(wish: Wish, merging: Merging, *, now: datetime) -> Wish:
    """This function will make the wish that is stopped because nobody knows whether it was merged."""
    if merging.sha:
        text = (
            f"GitHub's answer to the merge was lost: {escape(merging.text)}. {code(wish.base_ref)} holds the change as "
            f"{code(merging.sha[:7])}, and GitHub shows the pull request as open. It is not merged again. Close the "
            "pull request if the change is whole."
        )
        return ended(wish, MergeState.STOPPED, Reason.MERGE_UNCERTAIN, text, now=now)
    text = (
        f"GitHub was asked twice to merge it, and twice its answer was lost: {escape(merging.text)}. It is not "
        "merged as far as can be seen, and is not tried again. Look at the pull request; where it is still open, "
        f"write {code('/merge')} again."
    )
    return ended(wish, MergeState.STOPPED, Reason.MERGE_UNCERTAIN, text, now=now)


def declined(wish: Wish, words: str, *, now: datetime) -> Wish:
    """This function will make the wish that GitHub refuses; one for now ends with that."""
    text = f"GitHub refuses to merge it: {escape(words)}. Whoever administers the repository can tell why."
    if wish.wish.startswith(NOW):
        return ended(wish, MergeState.WITHDRAWN, Reason.GITHUB_REFUSED, text, now=now)
    return moved(wish, MergeState.WAITING, Reason.GITHUB_REFUSED, text, now=now)
