"""Decides which finding is the failure and whose fault it is, from facts alone."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from bot.diagnosis.model import Cause, Evidence, Verdict
from bot.diagnosis.parsing import Rank

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from bot.diagnosis.model import Occurrence, VerdictFacts
    from bot.diagnosis.parsing import Finding

FLAKY_AUTHORS = 2  # other authors who must have seen a fingerprint …
FLAKY_TIMES = 3  # … so often …
FLAKY_WINDOW = timedelta(days=7)  # … so recently
USUAL_TESTS = 0.75  # of the usual tests must have run
MOST = 100  # failures told of one log

# Where two findings are equally near the root, what stops everything else comes first.
_ORDER = (
    Cause.CONFIGURATION,
    Cause.DEPENDENCY,
    Cause.COMPILE,
    Cause.TEST,
    Cause.LINT,
    Cause.FORMAT,
    Cause.DOCS,
    Cause.INFRASTRUCTURE,
    Cause.UNKNOWN,
    Cause.CANCELLED,
)


def rank_findings(found: Iterable[tuple[str, Finding]]) -> tuple[tuple[str, Finding], ...]:
    """This function will order findings root before consequence and drop what only repeats a better one."""
    ordered = sorted(found, key=_key)
    best = ordered[0][1].rank if ordered else Rank.ROOT
    told: set[int] = set()
    kept: list[tuple[str, Finding]] = []
    for tool, finding in ordered:
        if finding.rank > best and finding.rank >= Rank.LIKELY:
            continue  # a guess beside knowledge only distracts
        if finding.places and told.issuperset(finding.places[:1]):
            continue
        told.update(finding.places)
        kept.append((tool, finding))
    return tuple(kept[:MOST])


def _key(item: tuple[str, Finding]) -> tuple[int, int, int]:
    _, finding = item
    first = finding.places[0] if finding.places else 0
    return (finding.rank, _ORDER.index(finding.cause), first)


def decide_verdict(facts: VerdictFacts) -> Evidence:
    """This function will say whose fault a failure is; without evidence it is unknown, never flaky."""
    failure = facts.failure
    if facts.problem or failure is None:
        return Evidence(verdict=Verdict.UNKNOWN, reason=facts.problem or "the log tells no failure")
    also = _also_on((*facts.base_failures, *facts.others))
    if failure.cause is Cause.CANCELLED:
        return Evidence(
            verdict=Verdict.UNKNOWN, reason="the job was cancelled before it could tell", also_on=also
        )
    if failure.cause is Cause.INFRASTRUCTURE:
        return Evidence(
            verdict=Verdict.INFRASTRUCTURE,
            reason="the machine or the network failed, not the change",
            links=_links(facts.base_failures),
            also_on=also,
        )
    return _from_history(facts, also)


def _from_history(facts: VerdictFacts, also: tuple[str, ...]) -> Evidence:
    if facts.passes_at_sha:
        return Evidence(
            verdict=Verdict.FLAKY_PROVEN,
            reason="failed and passed at the same head SHA",
            links=facts.passes_at_sha,
            also_on=also,
        )
    if facts.base_failures:
        return Evidence(
            verdict=Verdict.BROKEN_BASE,
            reason="the base fails the same way",
            links=_links(facts.base_failures),
            also_on=also,
        )
    if (missing := _missing_tests(facts)) is not None:
        return Evidence(verdict=Verdict.INCOMPLETE, reason=missing, also_on=also)
    if (likely := _likely_flaky(facts)) is not None:
        reason = (
            f"{len(likely)} times in {FLAKY_WINDOW.days} days on other branches, "
            f"by {len({one.author for one in likely})} other authors"
        )
        return Evidence(verdict=Verdict.FLAKY_LIKELY, reason=reason, links=_links(likely), also_on=also)
    if not facts.ran_on_base:
        return Evidence(
            verdict=Verdict.UNKNOWN, reason="no run of this job on the base to compare with", also_on=also
        )
    return Evidence(verdict=Verdict.NEW, reason="the base does not fail this way", also_on=also)


def _missing_tests(facts: VerdictFacts) -> str | None:
    """Why the tests that ran are too few to judge by; a compiler's error explains itself."""
    told = facts.failure is not None and facts.failure.cause in {Cause.TEST, Cause.UNKNOWN}
    if not told or facts.tests_ran is None or not facts.tests_usual:
        return None
    if facts.tests_ran >= USUAL_TESTS * facts.tests_usual:
        return None
    return f"only {facts.tests_ran} of the usual {facts.tests_usual} tests ran"


def _likely_flaky(facts: VerdictFacts) -> tuple[Occurrence, ...] | None:
    seen = tuple(
        one
        for one in facts.others
        if one.author != facts.author
        and one.branch != facts.branch
        and facts.now - FLAKY_WINDOW <= one.at <= facts.now
    )
    authors = {one.author for one in seen}
    return seen if len(seen) >= FLAKY_TIMES and len(authors) >= FLAKY_AUTHORS else None


def _links(occurrences: Sequence[Occurrence]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(one.url for one in occurrences if one.url))


def _also_on(occurrences: Iterable[Occurrence]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(one.label for one in occurrences))
