"""The conditions of trying to fix a failure, as `/why` shows them: each with its evidence and who could change it."""

from __future__ import annotations

from typing import TYPE_CHECKING, assert_never

from bot.budget.condition import budget_condition
from bot.budget.model import Stops
from bot.commands.reasons import Reason
from bot.config.supervising import Conduct
from bot.decisions.model import Condition, Evidence, Standing
from bot.diagnosis.model import Cause, Verdict
from bot.markdown import code, escape
from bot.supervision.fixing.builds.model import Age
from bot.supervision.fixing.judging.tries import declined, standing_fix, tries_of, tries_of_day

if TYPE_CHECKING:
    from bot.supervision.fixing.judging.fact_model import EarlierFix, FixFacts

_EXCUSED = frozenset({Verdict.FLAKY_PROVEN, Verdict.FLAKY_LIKELY, Verdict.INFRASTRUCTURE, Verdict.INCOMPLETE})
_UNREADABLE = frozenset({Cause.UNKNOWN, Cause.CANCELLED})
_POLICY = "Someone who may change the default branch can change "
_SHORT = 7


def of_build(facts: FixFacts) -> Condition:
    """This function will see whether the build is the newest one of its workflow."""
    name, trouble = "build", facts.trouble
    where = f"{escape(trouble.workflow)} on {code(trouble.branch)}"
    seen = (Evidence(text=f"the red build of {escape(trouble.workflow)}", url=trouble.run_url),)
    if facts.age is Age.NEWEST:
        text = f"{where} is red at the newest commit {code(trouble.base_sha[:_SHORT])}."
        return Condition(name=name, standing=Standing.MET, text=text, evidence=seen)
    if facts.age is Age.PASSED_BY:
        text = (
            f"{where} is red, and the newest commit {code(trouble.base_sha[:_SHORT])} does not build it anew."
        )
        return Condition(name=name, standing=Standing.MET, text=text, evidence=seen)
    is_running = facts.age is Age.RUNNING
    told = "a newer one runs" if is_running else "the branch has a newer commit that is not built yet"
    return Condition(
        name=name,
        standing=Standing.PENDING,
        reason=Reason.BUILD_OLD,
        text=f"{where} is red, but {told}; its end decides.",
        evidence=seen,
    )


def of_diagnosis(facts: FixFacts) -> Condition:
    """This function will see whether it is known what failed."""
    failure = facts.trouble.failure
    seen = (Evidence(text=f"the log of {escape(facts.trouble.job)}", url=facts.trouble.job_url),)
    what = f"{code(failure.tool)} says {code(failure.message)} ({failure.cause.value})."
    if failure.cause not in _UNREADABLE:
        return Condition(name="diagnosis", standing=Standing.MET, text=what, evidence=seen)
    return Condition(
        name="diagnosis",
        standing=Standing.UNMET,
        reason=Reason.NOT_DIAGNOSED,
        text=f"{what} That does not tell what is to be mended.",
        evidence=seen,
        who="A person has to read the log.",
    )


def of_verdict(facts: FixFacts) -> Condition:
    """This function will see whether the failure is the repository's own fault."""
    links = tuple(Evidence(text=f"evidence {place}", url=url) for place, url in enumerate(facts.evidence, 1))
    if facts.trouble.failure.cause is Cause.CONFIGURATION:
        return Condition(
            name="verdict",
            standing=Standing.UNMET,
            reason=Reason.FIX_KEEP_OUT,
            text="It is about how the workflow is set up, which no fix may touch.",
            evidence=links,
            who="A person who may change workflows and secrets has to mend it.",
        )
    if facts.verdict not in _EXCUSED:
        text = f"Nothing excuses it: {escape(facts.why)}."
        return Condition(name="verdict", standing=Standing.MET, text=text, evidence=links)
    return Condition(
        name="verdict",
        standing=Standing.UNMET,
        reason=Reason.NOT_OUR_FAULT,
        text=f"It is {facts.verdict.value}: {escape(facts.why)}.",
        evidence=links,
        who=f"If it is real all the same, {code(f'/verdict {facts.trouble.failure.short_id} real')} on a pull "
        "request that has it says so.",
    )


def of_people(facts: FixFacts) -> Condition:
    """This function will see whether a person wants no such fix."""
    closed = declined(facts)
    if closed is None:
        return Condition(name="people", standing=Standing.MET, text="Nobody declined a fix of it.")
    return Condition(
        name="people",
        standing=Standing.UNMET,
        reason=Reason.FIX_CLOSED,
        text=f"A person closed {_numbered(closed)}, so it is left alone until its job has passed again.",
        who="Whoever wants it all the same can open that pull request again or mend it by hand.",
    )


def of_standing(facts: FixFacts) -> Condition:
    """This function will see whether no other fix goes on that may mend it."""
    one = standing_fix(facts)
    if one is None:
        return Condition(name="open", standing=Standing.MET, text="No fix of it goes on.")
    same = one.fingerprint == facts.trouble.failure.fingerprint
    about = "it" if same else f"another failure that {code(one.tool)} told of on {code(one.branch)}"
    text = f"A fix of {about} goes on ({one.state.value}{_at(one)})."
    return Condition(name="open", standing=Standing.PENDING, reason=Reason.FIX_OPEN, text=text)


def of_tries(facts: FixFacts) -> Condition:
    """This function will count the tries at this failure."""
    done, most = len(tries_of(facts)), facts.limits.tries
    text = f"It was tried {done} of at most {most} times."
    if done < most:
        return Condition(name="tries", standing=Standing.MET, text=text)
    return Condition(
        name="tries",
        standing=Standing.UNMET,
        reason=Reason.TRIES_SPENT,
        text=text,
        who="A person has to mend it.",
    )


def of_day(facts: FixFacts) -> Condition:
    """This function will count the tries of the last 24 hours."""
    done, most = len(tries_of_day(facts)), facts.limits.a_day
    text = f"{done} of at most {most} tries were begun in the last 24 hours."
    if done < most:
        return Condition(name="day", standing=Standing.MET, text=text)
    return Condition(
        name="day",
        standing=Standing.PENDING,
        reason=Reason.TRIES_SPENT,
        text=text,
        who=f"{_POLICY}{code('supervision.fix.a_day')}.",
    )


def of_means(facts: FixFacts) -> Condition:
    """This function will see whether anything could fix it."""
    means, tool = facts.means, facts.trouble.failure.tool
    named = [code(name) for name in means.tools] + ([code(means.agent)] if means.agent else [])
    if not means.is_placed:
        text = "No folder is configured where work trees could be kept."
        return _no_fixer(text, f"{_POLICY}{code('supervision.fix.folder')}.")
    if not means.check:
        text = f"No command is known that would show on the host what {code(tool)} complains of."
        return _no_fixer(text, f"{_POLICY}{code('supervision.fix.checks')}.")
    if not named:
        text = f"No tool fixes what {code(tool)} complains of, and no agent is configured."
        return _no_fixer(text, f"{_POLICY}{code('supervision.fix.agent')}.")
    text = f"What may fix it, in this order: {', '.join(named)}; {code(means.check)} has to succeed after it."
    return Condition(name="fixer", standing=Standing.MET, text=text)


def _no_fixer(text: str, who: str) -> Condition:
    return Condition(name="fixer", standing=Standing.UNMET, reason=Reason.NO_FIXER, text=text, who=who)


def of_host(facts: FixFacts) -> Condition:
    """This function will see whether the host may be reached where fixers run."""
    problem = facts.means.host_problem
    if not problem:
        return Condition(name="host", standing=Standing.MET, text="The host may be reached.")
    return Condition(
        name="host",
        standing=Standing.UNMET,
        reason=Reason.HOST_NOT_ALLOWED,
        text=f"The host is not reached: {problem}.",
        who="Whoever runs this bot can change that.",
    )


def of_budget(facts: FixFacts) -> Condition:
    """This function will hold the day's budget against it: tools cost nothing, agents do."""
    condition = budget_condition(facts.budget, Stops.NEW_AGENTS, now=facts.now)
    if not condition.is_open or not facts.means.tools:
        return condition
    text = f"{condition.text} Tools are tried all the same; the agent is not."
    return Condition(name=condition.name, standing=Standing.WAIVED, text=text, reason=condition.reason)


def of_conduct(facts: FixFacts) -> Condition:
    """This function will say how far the policy lets this go."""
    match facts.limits.conduct:
        case Conduct.ACT:
            text = "The policy lets it propose a pull request."
            return Condition(name="conduct", standing=Standing.MET, text=text)
        case Conduct.SUGGEST:
            text = "The policy lets it say in an issue what it would change; no branch is made."
            return Condition(name="conduct", standing=Standing.MET, text=text)
        case Conduct.OBSERVE:
            return Condition(
                name="conduct",
                standing=Standing.UNMET,
                reason=Reason.ONLY_OBSERVED,
                text="The policy lets it only look.",
                who=f"{_POLICY}{code('supervision.fix.conduct')}.",
            )
        case _:
            assert_never(facts.limits.conduct)


def _numbered(one: EarlierFix) -> str:
    return f"#{one.number}" if one.number is not None else "the fix of it"


def _at(one: EarlierFix) -> str:
    return f", #{one.number}" if one.number is not None else ""
