"""Decides from facts alone whether a workflow run is cancelled because it hangs, and whether it is begun again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.commands.reasons import Reason
from bot.config.supervising import Conduct
from bot.decisions.model import Condition, Outcome, Standing, conclude
from bot.markdown import code
from bot.supervision.runs.hanging import hang_of, is_unknown
from bot.supervision.runs.model import KIND, Protection, RunKind, RunState

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bot.config.supervising import RunsConfig
    from bot.decisions.model import Decision
    from bot.supervision.runs.model import RunFacts

_POLICY = f"{code('supervision.runs')} in {code('.github/pilothouse.yml')}"
PROTECTED: Mapping[Protection, str] = {
    Protection.NAMED: f"{code('supervision.runs.never')} names its workflow",
    Protection.DEPLOYS: "it deploys to an environment",
    Protection.RELEASES: "it builds a release",
    Protection.CLUSTER: "it makes or ends the cluster",
    Protection.QUEUE: "it decides about a batch that is to be merged",
    Protection.WAITS: "a job of it waits for a person, or for another run of its concurrency group",
    Protection.OURS: "this bot began it, and watches it",
    Protection.GITHUB: "GitHub itself began it",
    Protection.SOUNDS: "by its name it deploys, releases or tears down",
}


def decide_run(facts: RunFacts) -> Decision:
    """This function will decide whether the run is cancelled: it is where it hangs, may be, and gains by it."""
    return conclude(KIND, (_hangs(facts), _may(facts), _gains(facts), _conduct(facts)))


def state_of(decision: Decision) -> RunState | None:
    """This function will say how a decision leaves a run; None where it does not hang."""
    if decision.outcome is Outcome.PROCEED:
        return RunState.CANCELLING
    reasons = {one.name: one.reason for one in decision.conditions if one.is_open}
    if "hangs" in reasons:
        return None
    if reasons.get("conduct") == Reason.ONLY_OBSERVED:
        return RunState.OBSERVED
    return RunState.SUGGESTED if set(reasons) == {"conduct"} else RunState.LEFT


def why_not_again(terms: RunsConfig, *, is_superseded: bool, again: int, today: int) -> str:
    """This function will say, in safe Markdown, why a run is not begun again once it was cancelled; "" where it is.

    Args:
        terms: the limits.
        is_superseded: whether a newer run builds the same branch.
        again: how often the run was begun again because it hung.
        today: how many runs of the repository were begun again within a day.
    """
    if is_superseded:
        return "A newer run builds the same branch."
    if not terms.again:
        return f"Runs are not to be begun again ({code('supervision.runs.again')})."
    if again >= terms.again:
        return f"It was begun again {again} of {terms.again} times ({code('supervision.runs.again')})."
    if today >= terms.a_day:
        limit = code("supervision.runs.a_day")
        return f"{today} of {terms.a_day} runs were begun again within a day ({limit})."
    return ""


def _hangs(facts: RunFacts) -> Condition:
    hang = hang_of(facts)
    if hang is not None:
        return Condition(name="hangs", standing=Standing.MET, text=hang.text)
    if is_unknown(facts):
        text = "Too few of its runs have passed to say what is usual, so it does not count as hung."
        return Condition(
            name="hangs",
            standing=Standing.UNKNOWN,
            reason=Reason.COULD_NOT_VERIFY,
            text=text,
            who=_person(facts),
        )
    text = "It takes no longer than is usual."
    return Condition(name="hangs", standing=Standing.UNMET, reason=Reason.NOT_HUNG, text=text)


def _may(facts: RunFacts) -> Condition:
    name = "cancelled"
    if facts.protections is None:
        text = "GitHub did not say what it does, so it is left alone."
        return Condition(
            name=name,
            standing=Standing.UNKNOWN,
            reason=Reason.COULD_NOT_VERIFY,
            text=text,
            who=_person(facts),
        )
    if facts.protections:
        text = f"It is never cancelled: {', '.join(PROTECTED[each] for each in facts.protections)}."
        return Condition(
            name=name, standing=Standing.UNMET, reason=Reason.NEVER_CANCELLED, text=text, who=_person(facts)
        )
    return Condition(name=name, standing=Standing.MET, text="Nothing says that it must not be cancelled.")


def _gains(facts: RunFacts) -> Condition:
    """A run that only waits costs nothing, and would lose its place; and where all hang it is no run's fault."""
    name = "begun again"
    why_not = why_not_again(
        facts.terms, is_superseded=facts.is_superseded, again=facts.again, today=facts.today
    )
    if not why_not:
        text = "Once it ended, what did not pass is begun again."
        return Condition(name=name, standing=Standing.MET, text=text)
    left = "" if facts.is_superseded else _why_left(facts)
    if left:
        return Condition(
            name=name,
            standing=Standing.UNMET,
            reason=Reason.BEGUN_AGAIN,
            text=f"{why_not} {left}",
            who=_person(facts),
        )
    text = f"{why_not} So it is only cancelled."
    return Condition(name=name, standing=Standing.WAIVED, reason=Reason.BEGUN_AGAIN, text=text)


def _why_left(facts: RunFacts) -> str:
    """Why a run that is not to be begun again is not even cancelled; "" where it is."""
    if facts.terms.again > facts.again and facts.today >= facts.terms.a_day:
        return "Where so many hang, something that they share is likely broken, so it is left alone."
    hang = hang_of(facts)
    if hang is not None and hang.kind is RunKind.QUEUED:
        return "So it is left waiting: a runner may still come."
    return ""


def _conduct(facts: RunFacts) -> Condition:
    name, conduct = "conduct", facts.terms.conduct
    if conduct is Conduct.ACT:
        return Condition(name=name, standing=Standing.MET, text=f"{_POLICY} allows it.")
    is_suggested = conduct is Conduct.SUGGEST
    return Condition(
        name=name,
        standing=Standing.UNMET,
        reason=Reason.ONLY_SUGGESTED if is_suggested else Reason.ONLY_OBSERVED,
        text=f"{_POLICY} says to {'suggest' if is_suggested else 'observe'} only.",
        who=f"Whoever may change it can set {code('conduct: act')} there. {_person(facts)}",
    )


def _person(facts: RunFacts) -> str:
    return f"Whoever may write here can cancel {code(facts.name)} by hand on its page."
