"""Conditions about the checks of the head: each that counts is green, and has been so for a while."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from bot.commands.model import Reason
from bot.config.mistakes import PATH
from bot.config.terms import parse_duration
from bot.decisions.model import Condition, Evidence, Standing
from bot.markdown import code, escape
from bot.merging.judging.expected import expected_checks, is_evidence_waived, standing_of, worst_of

if TYPE_CHECKING:
    from datetime import datetime

    from bot.merging.judging.expected import JudgedCheck
    from bot.merging.judging.fact_model import MergeFacts

PATIENCE = timedelta(minutes=10)  # how long a check may be awaited that nothing is running for
_WORDS = {
    Standing.MET: "is green",
    Standing.PENDING: "has not ended",
    Standing.UNMET: "is not green",
}


def checks(facts: MergeFacts) -> Condition:
    """This function will see whether every check that counts has ended green at the head."""
    sha = code(facts.pull.head_sha[:7])
    judged = judged_checks(facts)
    if not judged:
        return _nothing_expected(facts)
    every = tuple(_part(facts, one) for one in judged)
    parts, evidence = (every, ()) if len(every) > 1 else ((), every[0].evidence)
    standing = worst_of(judged)
    if standing is Standing.MET:
        text = f"What counts is green at {sha}: {len(judged)} check{'s' * (len(judged) != 1)}."
        return Condition(name="checks", standing=standing, text=text, parts=parts, evidence=evidence)
    blocking = [part for part in every if part.standing is Standing.UNMET]
    waiting = [part for part in every if part.standing is Standing.PENDING]
    first = (blocking or waiting)[0]
    told = " ".join(part.text for part in (blocking or waiting)[:3])
    more = len(blocking or waiting) - 3
    return Condition(
        name="checks",
        standing=first.standing,
        reason=first.reason,
        text=f"{told}{f' And {more} more.' if more > 0 else ''}",
        who=first.who,
        evidence=evidence,
        parts=parts,
    )


def judged_checks(facts: MergeFacts) -> tuple[JudgedCheck, ...]:
    """This function will say how each expected check stands at the head."""
    return standing_of(expected_checks(facts.base.rules, facts.policy), facts.checks)


def is_green(facts: MergeFacts) -> bool:
    """This function will say whether the head has the evidence that merging it needs."""
    waived = is_evidence_waived(facts.base.rules, facts.policy)
    return waived or worst_of(judged_checks(facts)) is Standing.MET


def quiet(facts: MergeFacts) -> Condition:
    """This function will see whether what counts has been green and still for long enough."""
    until = quiet_until(facts)
    if until is None or facts.now >= until:
        text = f"Nothing that counts has moved for {facts.policy.quiet}."
        return Condition(name="quiet", standing=Standing.MET, text=text)
    return Condition(
        name="quiet",
        standing=Standing.PENDING,
        reason=Reason.QUIET_TIME,
        text=f"The last of its checks ended at {facts.still_since:%H:%M:%S} UTC; "
        f"it is merged when nothing has moved for {facts.policy.quiet}.",
    )


def quiet_until(facts: MergeFacts) -> datetime | None:
    """This function will say when the quiet time is over; None where there was nothing to be still."""
    return None if facts.still_since is None else facts.still_since + parse_duration(facts.policy.quiet)


def patient_until(facts: MergeFacts) -> datetime:
    """This function will say until when a check is awaited that has not reported and for which nothing runs.

    A head that came long after the wish is given its time too; a date that lies ahead is somebody's claim.
    """
    since = facts.asked.asked_at
    if facts.head_at is not None and since < facts.head_at <= facts.now:
        since = facts.head_at
    return since + PATIENCE


def is_anything_silent(facts: MergeFacts) -> bool:
    """This function will say whether a check that counts has not reported, and nothing runs that could bring it."""
    return not facts.is_busy and any(not one.state for one in judged_checks(facts))


def _nothing_expected(facts: MergeFacts) -> Condition:
    name, base = "checks", code(facts.pull.base_ref)
    if is_evidence_waived(facts.base.rules, facts.policy):
        text = f"{code('merge.checks: []')} says that no check is needed."
        return Condition(name=name, standing=Standing.WAIVED, text=text)
    return Condition(
        name=name,
        standing=Standing.UNMET,
        reason=Reason.NO_EVIDENCE,
        text=f"No check counts: neither the protection of {base} nor {code('merge.checks')} names one.",
        who=f"An administrator can require one for {base}, or someone with the role write can name it in "
        f"{code(PATH)}; {code('checks: []')} there says that none is needed.",
    )


def _part(facts: MergeFacts, one: JudgedCheck) -> Condition:
    evidence = (Evidence(text=f"{escape(one.expected.name)}: {escape(one.state)}", url=one.url),)
    if not one.state:
        return _silent(facts, one)
    name = code(one.expected.name)
    who = ""
    if one.standing is Standing.UNMET:
        who = f"Its author can mend it; {code('/rerun failed')} runs again what failed."
    return Condition(
        name=one.expected.name,
        standing=one.standing,
        reason={Standing.UNMET: Reason.CHECKS_FAILED, Standing.PENDING: Reason.CHECKS_RUNNING}.get(
            one.standing, ""
        ),
        text=f"{name} {_WORDS[one.standing]}: {escape(one.state)}.",
        who=who,
        evidence=evidence,
    )


def _silent(facts: MergeFacts, one: JudgedCheck) -> Condition:
    """A check that has not reported: it is awaited while something may still bring it."""
    name, asker = code(one.expected.name), " and ".join(one.expected.sources)
    if facts.held_runs:
        return Condition(
            name=one.expected.name,
            standing=Standing.UNMET,
            reason=Reason.CHECKS_MISSING,
            text=f"{name} has not run: workflows of this pull request wait to be let run.",
            who="Someone with the role write can look at the change and approve the workflows to run.",
        )
    foreign = " (another App reports under this name, and does not count)" * one.is_foreign
    is_patient = facts.is_busy or facts.now < patient_until(facts)
    return Condition(
        name=one.expected.name,
        standing=Standing.PENDING if is_patient else Standing.UNMET,
        reason=Reason.CHECKS_RUNNING if is_patient else Reason.CHECKS_MISSING,
        text=f"{name} has not reported at {code(facts.pull.head_sha[:7])}{foreign}; {asker} asks for it.",
        who=""
        if is_patient
        else f"Nothing runs that could bring it: someone with the role write can start it, or correct {asker}.",
    )
