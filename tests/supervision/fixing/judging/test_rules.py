"""Whether a failure is tried to be fixed, from facts alone."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from bot.commands.reasons import Reason
from bot.config.supervising import Conduct
from bot.decisions.model import Outcome, Standing
from bot.diagnosis.model import Cause, Verdict
from bot.markdown import code
from bot.supervision.fixing.builds.model import Age
from bot.supervision.fixing.judging.fact_model import Limits, Means
from bot.supervision.fixing.judging.rules import decide_fix
from bot.supervision.fixing.judging.tries import next_round
from bot.supervision.fixing.model import FixState
from tests.support.fix_facts import FROZEN, HOUR, NOW, a_failure, a_trouble, a_try, some_facts

if TYPE_CHECKING:
    from bot.decisions.model import Condition, Decision
    from bot.supervision.fixing.judging.fact_model import FixFacts

MEANS = Means(check="ruff check .", tools=("ruff",))
ONLY_AGENT = Means(check="cargo check", agent="agent")
LIMITS = Limits(conduct=Conduct.ACT, tries=2, a_day=6)


def named(decision: Decision, name: str) -> Condition:
    """This function will return one condition of a decision."""
    return next(one for one in decision.conditions if one.name == name)


def caused(cause: Cause) -> Any:
    """This function will make a failure of another class."""
    return a_trouble(failure=a_failure(cause=cause))


def test_a_failure_that_is_tried() -> None:
    """The newest build is red by the repository's own fault, and something may mend it: a try is begun."""
    decision = decide_fix(some_facts())
    assert (decision.outcome, decision.reason) == (Outcome.PROCEED, "")
    assert named(decision, "fixer").text == (
        "What may fix it, in this order: `ruff`, `agent`; `ruff check .` has to succeed after it."
    )


@pytest.mark.parametrize("verdict", [Verdict.NEW, Verdict.BROKEN_BASE, Verdict.UNKNOWN])
def test_verdicts_that_excuse_nothing(verdict: Verdict) -> None:
    """What is not shown to be chance or the machine's is the repository's own."""
    assert decide_fix(some_facts(verdict=verdict)).outcome is Outcome.PROCEED


@pytest.mark.parametrize(
    ("changes", "outcome", "reason", "name"),
    [
        ({"verdict": Verdict.FLAKY_PROVEN}, Outcome.REFUSE, Reason.NOT_OUR_FAULT, "verdict"),
        ({"verdict": Verdict.FLAKY_LIKELY}, Outcome.REFUSE, Reason.NOT_OUR_FAULT, "verdict"),
        ({"verdict": Verdict.INFRASTRUCTURE}, Outcome.REFUSE, Reason.NOT_OUR_FAULT, "verdict"),
        ({"verdict": Verdict.INCOMPLETE}, Outcome.REFUSE, Reason.NOT_OUR_FAULT, "verdict"),
        ({"trouble": caused(Cause.CONFIGURATION)}, Outcome.REFUSE, Reason.FIX_KEEP_OUT, "verdict"),
        ({"trouble": caused(Cause.UNKNOWN)}, Outcome.REFUSE, Reason.NOT_DIAGNOSED, "diagnosis"),
        ({"trouble": caused(Cause.CANCELLED)}, Outcome.REFUSE, Reason.NOT_DIAGNOSED, "diagnosis"),
        ({"age": Age.PASSED_BY}, Outcome.PROCEED, "", "build"),
        ({"age": Age.RUNNING}, Outcome.WAIT, Reason.BUILD_OLD, "build"),
        ({"age": Age.UNBUILT}, Outcome.WAIT, Reason.BUILD_OLD, "build"),
        ({"means": Means(check="ruff check .")}, Outcome.REFUSE, Reason.NO_FIXER, "fixer"),
        ({"means": replace(MEANS, check="")}, Outcome.REFUSE, Reason.NO_FIXER, "fixer"),
        ({"means": replace(MEANS, is_placed=False)}, Outcome.REFUSE, Reason.NO_FIXER, "fixer"),
        ({"means": replace(MEANS, host_problem="no")}, Outcome.REFUSE, Reason.HOST_NOT_ALLOWED, "host"),
        ({"means": ONLY_AGENT, "budget": FROZEN}, Outcome.REFUSE, Reason.BUDGET_FROZEN, "budget"),
        ({"means": MEANS, "budget": FROZEN}, Outcome.PROCEED, Reason.BUDGET_FROZEN, "budget"),
        ({"limits": replace(LIMITS, conduct=Conduct.SUGGEST)}, Outcome.PROCEED, "", "conduct"),
        (
            {"limits": replace(LIMITS, conduct=Conduct.OBSERVE)},
            Outcome.REFUSE,
            Reason.ONLY_OBSERVED,
            "conduct",
        ),
    ],
)
def test_what_stands_against_it(changes: Any, outcome: Outcome, reason: str, name: str) -> None:
    """Each thing that stands against a try says so by its own reason."""
    decision = decide_fix(some_facts(**changes))
    assert decision.outcome is outcome
    assert named(decision, name).reason == reason
    if outcome is not Outcome.PROCEED:
        assert decision.reason == reason


def test_a_frozen_budget_asks_no_agent() -> None:
    """Where the day's budget is frozen, tools are tried all the same; they cost nothing."""
    condition = named(decide_fix(some_facts(budget=FROZEN)), "budget")
    assert condition.standing is Standing.WAIVED
    assert condition.text.endswith("Tools are tried all the same; the agent is not.")


@pytest.mark.parametrize(
    ("earlier", "outcome", "reason"),
    [
        ((a_try(),), Outcome.PROCEED, ""),
        ((a_try(), a_try(id="2", round=2)), Outcome.REFUSE, Reason.TRIES_SPENT),
        ((a_try(reason=Reason.BUILD_OLD, fixer=""), a_try(id="2")), Outcome.PROCEED, ""),
        ((a_try(is_same=False), a_try(id="2")), Outcome.PROCEED, ""),
        ((a_try(is_same=False, state=FixState.CLOSED, reason=Reason.FIX_CLOSED),), Outcome.PROCEED, ""),
        ((a_try(state=FixState.CLOSED, reason=Reason.FIX_CLOSED),), Outcome.REFUSE, Reason.FIX_CLOSED),
        ((a_try(state=FixState.CLOSED, reason=Reason.BUILD_GREEN),), Outcome.PROCEED, ""),
        ((a_try(state=FixState.INTENDED, reason=""),), Outcome.WAIT, Reason.FIX_OPEN),
        ((a_try(state=FixState.FIXING, reason=""),), Outcome.WAIT, Reason.FIX_OPEN),
        ((a_try(state=FixState.PROPOSED, reason=""),), Outcome.WAIT, Reason.FIX_OPEN),
        ((a_try(state=FixState.SUGGESTED, reason=""),), Outcome.PROCEED, ""),
        (
            (a_try(state=FixState.PROPOSED, reason="", branch="next", is_same=False),),
            Outcome.WAIT,
            Reason.FIX_OPEN,
        ),
        ((a_try(state=FixState.FIXED, reason=""),), Outcome.WAIT, Reason.FIX_OPEN),
        (
            (a_try(state=FixState.PROPOSED, fingerprint="other", is_same=False),),
            Outcome.WAIT,
            Reason.FIX_OPEN,
        ),
        (
            (a_try(state=FixState.PROPOSED, fingerprint="other", is_same=False, tool="mypy"),),
            Outcome.PROCEED,
            "",
        ),
        (
            (a_try(state=FixState.PROPOSED, fingerprint="other", is_same=False, branch="next"),),
            Outcome.PROCEED,
            "",
        ),
        (
            tuple(a_try(id=str(n), fingerprint=str(n), is_same=False) for n in range(6)),
            Outcome.WAIT,
            Reason.TRIES_SPENT,
        ),
        (
            tuple(
                a_try(id=str(n), fingerprint=str(n), is_same=False, begun_at=NOW - 25 * HOUR)
                for n in range(6)
            ),
            Outcome.PROCEED,
            "",
        ),
    ],
)
def test_earlier_tries(earlier: Any, outcome: Outcome, reason: str) -> None:
    """A failure is tried twice at most, one tool's at a time, so many a day, and not again once a person closed it."""
    decision = decide_fix(some_facts(earlier=earlier))
    assert (decision.outcome, decision.reason) == (outcome, reason)


def test_one_suggestion_at_a_time() -> None:
    """Where the policy lets it only suggest, a suggestion that stands is enough."""
    limits = replace(LIMITS, conduct=Conduct.SUGGEST)
    standing = a_try(state=FixState.SUGGESTED, reason="")
    decision = decide_fix(some_facts(limits=limits, earlier=(standing,)))
    assert (decision.outcome, decision.reason) == (Outcome.WAIT, Reason.FIX_OPEN)


@pytest.mark.parametrize(("earlier", "said"), [(12, "#12"), (None, "the fix of it")])
def test_a_person_who_declined(earlier: int | None, said: str) -> None:
    """The refusal names what the person closed."""
    closed = a_try(state=FixState.CLOSED, reason=Reason.FIX_CLOSED, number=earlier)
    assert decide_fix(some_facts(earlier=(closed,))).text.startswith(f"A person closed {said}, ")


def test_the_number_of_a_try() -> None:
    """Tries are numbered from 1; what came to nothing before a fixer ran is no try."""
    assert next_round(some_facts()) == 1
    assert next_round(some_facts(earlier=(a_try(),))) == 2
    overtaken = a_try(reason=Reason.BUDGET_FROZEN, fixer="", state=FixState.REFUSED)
    assert next_round(some_facts(earlier=(overtaken,))) == 1


def test_hostile_text_stays_text() -> None:
    """Nothing of a log, a workflow's name or a branch renders in what a decision says."""
    hostile = "@everyone <img src=x> [a](https://evil.example) `b` #1"
    failure = a_failure(message=hostile, tool=hostile)
    facts: FixFacts = some_facts(
        trouble=a_trouble(failure=failure, workflow=hostile, job=hostile, branch=hostile), why=hostile
    )
    decision = decide_fix(facts)
    told = [one.text for one in decision.conditions]
    told += [evidence.text for one in decision.conditions for evidence in one.evidence]
    for text in told:
        assert hostile not in text.replace(code(hostile), "")
        assert "<img" not in text.replace(code(hostile), "")
