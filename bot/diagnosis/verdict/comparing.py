"""Weighs where else a failure was seen: what the base excuses, and what other branches prove."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from bot.diagnosis.verdict.facts import QUEUE

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from bot.diagnosis.verdict.facts import FailureFacts, JobResult, Occurrence, VerdictFacts

FLAKY_AUTHORS = 2  # other authors who must have seen a fingerprint …
FLAKY_TIMES = 3  # … on so many branches …
FLAKY_WINDOW = timedelta(days=7)  # … so recently
_BOT = "[bot]"  # how GitHub ends the login of every App


def order(one: Occurrence | JobResult) -> tuple[int, int]:
    """This function will say when something was built: workflow runs end, and are read, in another order."""
    return (one.run_id, one.attempt)


def own_results(facts: VerdictFacts) -> tuple[JobResult, ...]:
    """This function will list how this very job ended on the base, newest first."""
    return tuple(
        each for each in facts.base.results if (each.workflow, each.job) == (facts.workflow, facts.job)
    )


def mended_by(facts: VerdictFacts, one: Occurrence) -> JobResult | None:
    """This function will find the first pass on the base that ends what an occurrence there tells."""
    passes = [each for each in facts.base.results if each.passed and _ends(facts, each, one)]
    return min(passes, key=order, default=None)


def _ends(facts: VerdictFacts, result: JobResult, one: Occurrence) -> bool:
    if result.workflow == one.workflow and result.job in {"", one.job} and order(result) > order(one):
        return True
    # Another job failed this way there, while this one passed at that commit or later.
    is_own = (result.workflow, result.job) == (facts.workflow, facts.job)
    is_cross = (one.workflow, one.job) != (facts.workflow, facts.job)
    return is_own and is_cross and (result.run_id >= one.run_id or result.head_sha == one.head_sha)


def still_on_base(facts: VerdictFacts, seen: FailureFacts) -> tuple[Occurrence, ...]:
    """This function will list the occurrences on the base that no pass has ended, oldest first."""
    found = (one for one in seen.on_base if mended_by(facts, one) is None and _is_current(facts, one))
    return tuple(sorted(found, key=order))


def _is_current(facts: VerdictFacts, one: Occurrence) -> bool:
    """Whether the base still has what failed: a job of another name may have been renamed or removed since."""
    if (one.workflow, one.job) == (facts.workflow, facts.job):
        return True
    return dict(facts.base.newest_runs).get(one.workflow) == one.run_id


def inherited(facts: VerdictFacts, seen: FailureFacts) -> tuple[Occurrence, JobResult] | None:
    """This function will find the failure at the commit where the branch left the base, with what mended it since."""
    for one in seen.on_base:
        mended = mended_by(facts, one)
        if mended is None or one.head_sha in {"", mended.head_sha} or one.head_sha != facts.base.merge_base:
            continue
        # A run that built the merge after the mending had the mended base in it.
        if facts.builds_merge and facts.run_id > mended.run_id:
            continue
        return one, mended
    return None


def passed_in_what_it_holds(facts: VerdictFacts, still: Sequence[Occurrence]) -> JobResult | None:
    """This function will find the job's pass at the state of the base that was built with the change.

    What broke on the base only later cannot be why it fails. A head alone holds the base where it left it; a merge
    holds it as it was when the run was made.
    """
    own = own_results(facts)
    if not facts.builds_merge:
        held = (each for each in own if each.head_sha == facts.base.merge_base)
        return next((each for each in held if each.passed), None)
    if any(one.run_id < facts.run_id for one in still):
        return None
    newest = next((each for each in own if each.run_id < facts.run_id), None)
    return newest if newest is not None and newest.passed else None


def on_other_branches(facts: VerdictFacts, seen: FailureFacts) -> tuple[Occurrence, ...]:
    """This function will list the recent occurrences in other people's work.

    The merge queue's branches and branches at this very commit hold this change too.
    """
    return tuple(
        one
        for one in seen.elsewhere
        if _person(one.author) not in {"", _person(facts.author)}
        and one.branch not in {facts.branch, facts.base.branch}
        and not one.branch.startswith(QUEUE)
        and one.head_sha != facts.head_sha
        and facts.now - FLAKY_WINDOW <= one.at <= facts.now
    )


def independent(facts: VerdictFacts, seen: FailureFacts) -> tuple[Occurrence, ...]:
    """This function will list one recent occurrence of each other branch that cannot have it from base or change.

    A change that broke the base and was taken back is seen on everybody's branches; that does not make it flaky. So
    only those count that saw it before the base did, and before this branch had it. A failure of the base that passed
    when it was run again was no broken base.
    """
    sources = (*(one for one in seen.on_base if not one.passed_again), *seen.earlier)
    first = min((order(one) for one in sources), default=None)
    found = (one for one in on_other_branches(facts, seen) if first is None or order(one) < first)
    return tuple({one.branch: one for one in found}.values())


def in_a_row(facts: VerdictFacts, seen: FailureFacts) -> int:
    """This function will count how often it failed at this very commit, this time included."""
    return 1 + len({order(one) for one in seen.earlier if one.head_sha == facts.head_sha})


def are_enough(occurrences: Iterable[Occurrence]) -> bool:
    """This function will say whether so many saw it that chance is the likeliest cause; bots count as one author."""
    found = tuple(occurrences)
    authors = {_person(one.author) for one in found}
    return len({one.branch for one in found}) >= FLAKY_TIMES and len(authors) >= FLAKY_AUTHORS


def _person(login: str) -> str:
    return _BOT if login.endswith(_BOT) else login.casefold()
