"""Says how a wish stands: its check run on the head, and the receipt of whoever asked."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, assert_never

from bot.commands.model import Reason, Receipt, Status
from bot.decisions.model import Outcome, Standing
from bot.decisions.render import render_proof
from bot.github.models import CheckAction, CheckReport, Conclusion
from bot.markdown import code, cut, escape
from bot.merging.model import CHECK, MergeState, Source

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import timedelta

    from bot.decisions.model import Condition, Decision
    from bot.github.models import Sha
    from bot.merging.model import Hold, Wish

_KEY = "merge"
_MOST_BYTES = 60_000
_LONGEST_TITLE = 200
_MOST_NAMED = 10
_MINUTE, _HOUR, _DAY = 60, 3600, 86_400
_SIGN = {
    MergeState.WAITING: "⏳",
    MergeState.READY: "✅",
    MergeState.TESTING: "🔄",
    MergeState.QUEUED: "🔄",
    MergeState.MERGING: "🔄",
    MergeState.MERGED: "✅",
    MergeState.STOPPED: "🛑",
    MergeState.WITHDRAWN: "⚪",
}
_TITLE = {
    MergeState.READY: "Ready to be merged",
    MergeState.TESTING: "Tested together with others",
    MergeState.QUEUED: "In GitHub's merge queue",
    MergeState.MERGING: "Being merged",
    MergeState.MERGED: "Merged",
}
# While it runs the check is in progress; where protection requires it, it must be green for the merge itself.
_CONCLUSION = {
    MergeState.TESTING: None,
    MergeState.READY: Conclusion.SUCCESS,
    MergeState.QUEUED: Conclusion.SUCCESS,
    MergeState.MERGING: Conclusion.SUCCESS,
    MergeState.MERGED: Conclusion.SUCCESS,
    MergeState.STOPPED: Conclusion.ACTION_REQUIRED,
    MergeState.WITHDRAWN: Conclusion.CANCELLED,
}
_STATUS = {
    MergeState.WAITING: Status.WAITING,
    MergeState.READY: Status.RUNNING,
    MergeState.TESTING: Status.RUNNING,
    MergeState.QUEUED: Status.RUNNING,
    MergeState.MERGING: Status.RUNNING,
    MergeState.MERGED: Status.SUCCEEDED,
    MergeState.STOPPED: Status.FAILED,
    MergeState.WITHDRAWN: Status.REFUSED,
}
_PASSING = {"freeze"}
_WHY = CheckAction(label="Why", identifier="why", description="Shows each condition and who can help")


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """Everything that the check run of a wish tells."""

    wish: Wish
    decision: Decision | None = None  # the newest about it, where there is one
    ahead: tuple[int, ...] = ()  # the pull requests of the same base that go before it
    usual: timedelta | None = None  # how long it usually takes on this base
    url: str | None = None  # of the page with all that waits, where there is one


def external_id(number: int) -> str:
    """This function will make the id by which the check run of a pull request's wish is found again."""
    return f"{_KEY}-{number}"


def pull_of_check(identifier: str) -> int | None:
    """This function will say for which pull request a check run of ours speaks, or None where it is another one."""
    kind, _, number = identifier.partition("-")
    return int(number) if kind == _KEY and number.isdecimal() else None


def button_line(identifier: str) -> str | None:
    """This function will return the command that a pressed button stands for, or None where there is none."""
    return "/why merge" if identifier == _WHY.identifier else None


def render_check(shown: Shown) -> CheckReport:
    """This function will make the check run of a wish."""
    wish, conclusion = shown.wish, _conclusion(shown)
    proof = render_proof(shown.decision, decision_id=wish.decision_id) if shown.decision is not None else ""
    return CheckReport(
        name=CHECK,
        head_sha=wish.head_sha,
        external_id=external_id(wish.number),
        title=cut(_title(wish), _LONGEST_TITLE),
        summary=cut("\n\n".join(_summary(shown)), _MOST_BYTES),
        text=cut(proof, _MOST_BYTES),
        conclusion=conclusion,
        # GitHub shows buttons only on what is completed.
        actions=(_WHY,) if conclusion is Conclusion.ACTION_REQUIRED else (),
        details_url=shown.url,
    )


def render_left(wish: Wish, *, new_head: str) -> CheckReport:
    """This function will make the last word of the check run on a commit that is no head any more."""
    return CheckReport(
        name=CHECK,
        head_sha=wish.head_sha,
        external_id=external_id(wish.number),
        title=f"Pushed over by {new_head[:7]}",
        summary=f"The head is {code(new_head[:7])} now; this commit is not merged by itself.",
        conclusion=Conclusion.CANCELLED,
    )


def render_wish_receipt(wish: Wish) -> Receipt:
    """This function will make the answer to whoever asked, as it stands now."""
    return Receipt(
        number=wish.number,
        key=wish.receipt or wish.wish,
        line=wish.line or _cause(wish),
        author=wish.person.login,
        status=_STATUS[wish.state],
        reason=wish.reason,
        text=wish.text,
    )


def render_taken(wish: Wish, standing: Wish) -> Receipt:
    """This function will answer whoever asked where another wish stands instead of theirs."""
    receipt = render_wish_receipt(wish)
    match standing.state:
        case MergeState.MERGED:
            return replace(
                receipt,
                status=Status.REFUSED,
                reason=Reason.ALREADY_MERGED,
                text="The pull request is merged already.",
            )
        case MergeState.MERGING:
            text = "It is being merged at this moment."
            return replace(receipt, status=Status.SUCCEEDED, reason=Reason.DONE, text=text)
        case _:
            text = f"{code(standing.person.login)} asked anew, with {code(standing.line)}."
            return replace(receipt, status=Status.REFUSED, reason=Reason.WITHDRAWN, text=text)


def render_group(number: int, sha: Sha, hold: Hold | None) -> CheckReport:
    """This function will make the check run on a commit that GitHub's merge queue built for a pull request."""
    if hold is None:
        conclusion, title = Conclusion.SUCCESS, "Nobody holds it"
        summary = f"#{number} was found ready before it came into the queue, and nobody holds it."
    else:
        conclusion, title = Conclusion.FAILURE, "Held"
        why = f": {escape(hold.reason)}" if hold.reason else "."
        summary = f"{code(hold.person.login)} holds #{number}{why}\n\n{code('/unhold')} lets it go on."
    return CheckReport(
        name=CHECK,
        head_sha=sha,
        external_id=f"{_KEY}-group-{number}",
        title=title,
        summary=summary,
        conclusion=conclusion,
    )


def render_open(decision: Decision) -> str:
    """This function will list what stands against a merge, each with who can mend it; "" where nothing does."""
    named = [_line(condition) for condition in decision.conditions if condition.is_open]
    more = len(named) - _MOST_NAMED
    rest = [f"- … and {more} more"] if more > 0 else []
    return "\n".join((*named[:_MOST_NAMED], *rest))


def render_duration(duration: timedelta) -> str:
    """This function will say a duration as people do, in one unit or two."""
    seconds = max(0, round(duration.total_seconds()))
    if seconds < _MINUTE:
        return f"{seconds} s"
    if seconds < _HOUR:
        return f"{round(seconds / _MINUTE)} min"
    if seconds < _DAY:
        return f"{seconds // _HOUR} h {seconds % _HOUR // _MINUTE} min"
    return f"{seconds // _DAY} d {seconds % _DAY // _HOUR} h"


def needs_people(decision: Decision) -> bool:
    """This function will say whether time and CI alone will not be enough: somebody has to do something."""
    if decision.outcome is Outcome.REFUSE:
        return True
    # who is excepted could ask during a freeze, and need not: it passes by itself
    waited = (each for each in decision.conditions if each.is_open and each.name not in _PASSING)
    return any(each.who for each in waited)


def _conclusion(shown: Shown) -> Conclusion | None:
    if shown.wish.state is not MergeState.WAITING:
        return _CONCLUSION[shown.wish.state]
    is_stuck = shown.decision is not None and needs_people(shown.decision)
    return Conclusion.ACTION_REQUIRED if is_stuck else None


def _title(wish: Wish) -> str:
    said = wish.reason.replace("_", " ")
    match wish.state:
        case MergeState.WAITING:
            return f"Waits: {said}"
        case MergeState.STOPPED:
            return f"Stopped, a person must look: {said}"
        case MergeState.WITHDRAWN:
            return f"Not merged: {said}"
        case _:
            return _TITLE[wish.state]


def _summary(shown: Shown) -> Iterator[str]:
    wish = shown.wish
    yield f"{_SIGN[wish.state]} **{wish.state}** · {code(wish.reason)}\n\n{wish.text}"
    if wish.state is MergeState.WAITING and shown.decision is not None and _stands_more(shown.decision):
        yield f"Everything that stands against it:\n\n{render_open(shown.decision)}"
    yield _asked(wish)
    if not wish.state.is_over:
        yield _place(shown)


def _stands_more(decision: Decision) -> bool:
    """Whether more stands against it than the one condition that is told above."""
    return sum(condition.is_open for condition in decision.conditions) > 1


def _asked(wish: Wish) -> str:
    how = f" by {code(wish.method)}" if wish.method else ""
    when = f"{wish.asked_at:%Y-%m-%d %H:%M} UTC"
    match wish.source:
        case Source.COMMAND:
            return f"{code(wish.person.login)} asked for it{how} at {when} with {code(wish.line)}."
        case Source.LABEL:
            return f"{code(wish.person.login)} asked for it{how} at {when} with a label."
        case Source.POLICY:
            return f"The policy asks for it{how} since {when}."
        case _:
            assert_never(wish.source)


def _place(shown: Shown) -> str:
    ahead = shown.ahead
    named = ", ".join(f"#{number}" for number in ahead[:_MOST_NAMED])
    more = f" and {len(ahead) - _MOST_NAMED} more" if len(ahead) > _MOST_NAMED else ""
    place = f"It is number {len(ahead) + 1} for {code(shown.wish.base_ref)}"
    line = f"{place}, after {named}{more}." if ahead else f"{place}: nothing goes before it."
    if shown.usual is None:
        return line
    return f"{line} From the wish to the merge it usually takes {render_duration(shown.usual)} here."


def _line(condition: Condition) -> str:
    sign = "⏳" if condition.standing is Standing.PENDING else "❌"
    who = f" {condition.who}" if condition.who else ""
    return f"- {sign} {code(condition.name)}: {condition.text}{who}"


def _cause(wish: Wish) -> str:
    return "the merge label" if wish.source is Source.LABEL else "the merge policy"
