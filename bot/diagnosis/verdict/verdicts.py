"""Decides whose fault a failed job is, from facts alone: without evidence it is unknown, never flaky."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from bot.diagnosis.model import Cause, Evidence, Judgement, Verdict
from bot.diagnosis.verdict.comparing import (
    FLAKY_WINDOW,
    are_enough,
    in_a_row,
    independent,
    inherited,
    mended_by,
    on_other_branches,
    own_results,
    passed_in_what_it_holds,
    still_on_base,
)
from bot.diagnosis.verdict.sameness import is_specific

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.diagnosis.verdict.facts import FailureFacts, Occurrence, VerdictFacts

USUAL_TESTS = 0.75  # of the usual tests must have run
EXCUSES = frozenset({Verdict.BROKEN_BASE, Verdict.FLAKY_PROVEN, Verdict.FLAKY_LIKELY, Verdict.INFRASTRUCTURE})
# What the code itself does wrong, and no machine: these are blamed even beside a failure of the machine.
_OF_CODE = frozenset({Cause.TEST, Cause.COMPILE, Cause.LINT, Cause.FORMAT})
_SHORT_SHA = 7
_WIDTH = 80


def decide_verdict(facts: VerdictFacts) -> Evidence:
    """This function will say whose fault a failed job is: its foremost failure's, unless another one is new."""
    if facts.problem or not facts.failures:
        return Evidence(verdict=Verdict.UNKNOWN, reason=facts.problem or "the log tells no failure")
    foremost, *others = facts.failures
    first = judge(facts, foremost)
    judged = [(one, judge(facts, one)) for one in others if is_specific(one.failure) or one.said]
    if first.verdict is Verdict.INFRASTRUCTURE:
        judged = [(one, evidence) for one, evidence in judged if one.failure.cause in _OF_CODE]
    if first.verdict in {*EXCUSES, Verdict.UNKNOWN}:
        wanted = {Verdict.NEW} if first.verdict is Verdict.UNKNOWN else {Verdict.NEW, Verdict.UNKNOWN}
        # An old failure never excuses a new one beside it; what is new goes before what is merely not known.
        found = sorted(
            (each for each in judged if each[1].verdict in wanted),
            key=lambda each: each[1].verdict is Verdict.UNKNOWN,
        )
        if found and foremost.failure.cause is not Cause.CANCELLED:
            return _beside(first, *found[0])
    return replace(first, is_chance=first.is_chance and all(evidence.is_chance for _, evidence in judged))


def judge(facts: VerdictFacts, seen: FailureFacts) -> Evidence:
    """This function will say whose fault one failure of a job is; a person's word goes before the bot's."""
    said = seen.said
    if said is None:
        found = _by_evidence(facts, seen, is_real=False)
    elif said.judgement is Judgement.REAL:
        found = _by_evidence(facts, seen, is_real=True)
        found = replace(found, reason=f"real, says {said.login}; {found.reason}")
    elif said.judgement is Judgement.INFRA:
        found = Evidence(verdict=Verdict.INFRASTRUCTURE, reason=f"infrastructure, says {said.login}")
    elif facts.passes:
        found = _proven(facts)
    else:
        found = Evidence(verdict=Verdict.FLAKY_LIKELY, reason=f"flaky, says {said.login}")
    links = found.links if said is None else (said.url, *found.links)
    also = _also_on(facts, seen)
    return replace(found, links=links, also_on=also, fingerprint=seen.failure.fingerprint, said=said)


def _by_evidence(facts: VerdictFacts, seen: FailureFacts, *, is_real: bool) -> Evidence:
    """The verdict by what is known; what a person calls real is neither chance nor the machine's fault."""
    if seen.failure.cause is Cause.CANCELLED:
        return Evidence(verdict=Verdict.UNKNOWN, reason="the job was cancelled before it could tell")
    if not is_real and seen.failure.cause is Cause.INFRASTRUCTURE:
        return _machine(facts, seen)
    if not is_real and facts.passes:
        return _proven(facts)
    excuse = _by_base(facts, seen) or _incomplete(facts, seen)
    if excuse is None and not is_real:
        excuse = _by_chance(facts, seen)
    return excuse or _against_base(facts, seen)


def _machine(facts: VerdictFacts, seen: FailureFacts) -> Evidence:
    if facts.timed_out:
        reason = "the job reached its time limit, which a change can cause too"
        return Evidence(verdict=Verdict.INFRASTRUCTURE, reason=reason)
    reason = "the machine or the network failed, not the change"
    if (times := in_a_row(facts, seen)) > 1:
        reason = f"the machine or the network failed, {times} times at this commit: the change may be why"
    return Evidence(verdict=Verdict.INFRASTRUCTURE, reason=reason, is_chance=True)


def _proven(facts: VerdictFacts) -> Evidence:
    reason = "failed and passed at the same commit"
    return Evidence(verdict=Verdict.FLAKY_PROVEN, reason=reason, links=facts.passes, is_chance=True)


def _by_base(facts: VerdictFacts, seen: FailureFacts) -> Evidence | None:
    """Whether the base fails the same way, or did where this branch left it."""
    if not is_specific(seen.failure):
        return None
    base = facts.base.branch
    still = still_on_base(facts, seen)
    if still and passed_in_what_it_holds(facts, still) is None:
        since = _since(facts, still[0])
        reason = f"{base} fails the same way {since} and has not passed since"
        return Evidence(verdict=Verdict.BROKEN_BASE, reason=reason, links=_links(still))
    found = inherited(facts, seen)
    if found is None:
        return None
    one, mended = found
    reason = (
        f"{base} failed the same way at {_sha(one.head_sha)}, where this branch left it, "
        f"and passes since {_sha(mended.head_sha)}: update the branch"
    )
    return Evidence(verdict=Verdict.BROKEN_BASE, reason=reason, links=(one.url, mended.url))


def _since(facts: VerdictFacts, first: Occurrence) -> str:
    own = f", pushed by {first.author}, this pull request's author" if first.author == facts.author else ""
    return f"since {_sha(first.head_sha)}{own}"


def _incomplete(facts: VerdictFacts, seen: FailureFacts) -> Evidence | None:
    """Why the tests that ran are too few to judge by; a compiler's error explains itself."""
    ran, usual = facts.tests_ran, facts.tests_usual
    if seen.failure.cause not in {Cause.TEST, Cause.UNKNOWN} or ran is None or not usual:
        return None
    if ran >= USUAL_TESTS * usual:
        return None
    links = (facts.usual_url,) if facts.usual_url else ()
    reason = f"only {ran} of the usual {usual} tests ran"
    return Evidence(verdict=Verdict.INCOMPLETE, reason=reason, links=links)


def _by_chance(facts: VerdictFacts, seen: FailureFacts) -> Evidence | None:
    """Whether it was proven flaky at another commit, or others keep seeing it in work of their own."""
    if not is_specific(seen.failure):
        return None
    if seen.proofs:
        newest = seen.proofs[0]
        reason = f"failed and then passed at the same commit, {newest.branch} at {_sha(newest.head_sha)}"
        if all(one.branch == facts.branch for one in (*seen.proofs, *seen.elsewhere, *seen.on_base)):
            reason += "; seen on no other branch, so this change may have brought it"
        links = tuple(dict.fromkeys(one.passed_again for one in seen.proofs))
        return _unless_in_a_row(
            facts, seen, Evidence(verdict=Verdict.FLAKY_LIKELY, reason=reason, links=links, is_chance=True)
        )
    likely = independent(facts, seen)
    if not are_enough(likely):
        return None
    people = len({one.author for one in likely})
    reason = f"seen on {len(likely)} other branches in {FLAKY_WINDOW.days} days, by {people} other authors"
    found = Evidence(verdict=Verdict.FLAKY_LIKELY, reason=reason, links=_links(likely))
    return _unless_in_a_row(facts, seen, found)


def _unless_in_a_row(facts: VerdictFacts, seen: FailureFacts, found: Evidence) -> Evidence:
    """What is flaky elsewhere may fail for a reason here: chance seldom strikes twice at one commit."""
    times = in_a_row(facts, seen)
    if times == 1:
        return found
    reason = f"flaky elsewhere ({found.reason}), but it failed {times} times in a row at this commit"
    return Evidence(verdict=Verdict.UNKNOWN, reason=reason, links=found.links)


def _against_base(facts: VerdictFacts, seen: FailureFacts) -> Evidence:
    """New, where the base shows that it is; else unknown, with what is missing."""
    base, own = facts.base.branch, own_results(facts)
    others = on_other_branches(facts, seen)
    if still := still_on_base(facts, seen):
        held = "after this run was made" if facts.builds_merge else "after this branch left it"
        reason = (
            f"{base} fails the same way {_since(facts, still[0])}, but only {held}, and passed before: "
            "something outside the code, or the same change on both"
        )
        return Evidence(verdict=Verdict.UNKNOWN, reason=reason, links=_links(still))
    if are_enough(others) and not are_enough(independent(facts, seen)):
        source = f"{base} was broken this way" if seen.on_base else "this branch had it"
        reason = f"others see it too, but not before {source}: they may have it from there"
        return Evidence(verdict=Verdict.UNKNOWN, reason=reason, links=_links((*seen.on_base, *others)))
    if not own:
        return Evidence(verdict=Verdict.UNKNOWN, reason=f"no run of this job on {base} to compare with")
    newest, passed = own[0], next((each for each in own if each.passed), None)
    if newest.passed:
        reason = f"the job passes on {base}" + _differently(seen)
    elif not is_specific(seen.failure):
        reason = (
            f"the job fails on {base} too, and the message is too general to tell whether in the same way"
        )
        return Evidence(verdict=Verdict.UNKNOWN, reason=reason, links=(newest.url,))
    elif seen.failure.cause in newest.causes:
        reason = f"the job fails on {base} too, but not in this way" + _differently(seen)
    elif passed is not None:
        reason = f"the job fails otherwise on {base} now, and passed there before without this"
        newest = passed
    else:
        reason = f"the job fails otherwise on {base}, so that it cannot be told whether it would in this way"
        return Evidence(verdict=Verdict.UNKNOWN, reason=reason, links=(newest.url,))
    links = (newest.url, *(one.url for one in seen.differently[:1]))
    return Evidence(verdict=Verdict.NEW, reason=reason, links=tuple(dict.fromkeys(links)))


def _differently(seen: FailureFacts) -> str:
    if not seen.differently:
        return ""
    one = seen.differently[0]
    return f"; the same test failed in another way at {_sha(one.head_sha)} of {one.branch}"


def _beside(first: Evidence, one: FailureFacts, evidence: Evidence) -> Evidence:
    message = one.failure.tests[0] if one.failure.tests else one.failure.message
    short = message if len(message) <= _WIDTH else message[: _WIDTH - 1] + "…"
    reason = f"not all of it is {first.verdict}: {short} ({evidence.reason})"
    return replace(evidence, reason=reason)


def _also_on(facts: VerdictFacts, seen: FailureFacts) -> tuple[str, ...]:
    """Where else it was seen, the base first: since when it fails there, or where it did."""
    if not is_specific(seen.failure):
        return ()
    still = still_on_base(facts, seen)
    base = facts.base.branch
    labels = [f"{base} since {_sha(still[0].head_sha)}"] if still else []
    labels += [
        f"{base} at {_sha(one.head_sha)}" for one in seen.on_base if not still and mended_by(facts, one)
    ]
    return tuple(dict.fromkeys((*labels[:1], *(one.label for one in seen.elsewhere))))


def _links(occurrences: Sequence[Occurrence]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(one.url for one in occurrences if one.url))


def _sha(sha: str) -> str:
    return sha[:_SHORT_SHA]
