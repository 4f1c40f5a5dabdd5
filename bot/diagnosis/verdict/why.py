"""Says why a failure has its verdict: every fact with its evidence, and what would change it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.diagnosis.fingerprint import fold
from bot.diagnosis.model import Verdict
from bot.diagnosis.verdict.comparing import (
    FLAKY_AUTHORS,
    FLAKY_TIMES,
    FLAKY_WINDOW,
    independent,
    mended_by,
    on_other_branches,
    own_results,
    still_on_base,
)
from bot.diagnosis.verdict.sameness import is_specific
from bot.diagnosis.verdict.verdicts import decide_verdict, judge
from bot.markdown import code, escape, link, table

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime

    from bot.diagnosis.verdict.facts import FailureFacts, Occurrence, VerdictFacts
    from bot.diagnosis.verdict.trends import Sight, TestRate, Trend

_SHORT_SHA = 7
_SHOWN = 8
_WIDTH = 200

Row = tuple[str, str]

_CHANGES = {
    Verdict.NEW: "a pass in another attempt of this run would prove it flaky; the same failure on {base} would "
    "clear this change.",
    Verdict.BROKEN_BASE: "a pass of the job on {base} would end the excuse.",
    Verdict.FLAKY_PROVEN: "nothing the bot sees: what failed and passed at one commit stays proven.",
    Verdict.FLAKY_LIKELY: "a pass in another attempt of this run would prove it; without newer witnesses it lapses.",
    Verdict.INFRASTRUCTURE: "a re-run that fails in another way would show what else is wrong.",
    Verdict.INCOMPLETE: "a run of all the usual tests would let it be judged.",
    Verdict.UNKNOWN: "a result of this job on {base} that it can be compared with, or a pass in another attempt of "
    "this run, which would prove it flaky.",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """A failure whose verdict is asked for, with all that is known."""

    facts: VerdictFacts
    seen: FailureFacts
    job_url: str
    head_sha: str
    trend: Trend | None
    rates: tuple[TestRate, ...] = ()


def render_why(question: Question) -> str:
    """This function will explain the verdict of one failure."""
    facts, seen = question.facts, question.seen
    failure = seen.failure
    evidence, of_job = judge(facts, seen), decide_verdict(facts)
    where = link(code(f"{facts.workflow} / {facts.job}"), question.job_url)
    commit = code(question.head_sha[:_SHORT_SHA])
    head = f"{code(failure.short_id)} in {where} at {commit} is **{evidence.verdict}**: {escape(evidence.reason)}."
    parts = [head]
    if of_job.verdict is not evidence.verdict:
        parts.append(f"The whole job counts as **{of_job.verdict}**: {escape(of_job.reason)}.")
    rows = [*_what(question), *_facts(question), *_seen(question)]
    parts += [table(("fact", "evidence"), rows), f"{_change(of_job.verdict, facts)}"]
    return "\n\n".join(parts)


def _what(question: Question) -> Iterator[Row]:
    """What the failure is, and what its ID stands for."""
    failure = question.seen.failure
    yield "message", code(_cut(failure.message)) or "none"
    named = f", tests {_codes(failure.tests)}" if failure.tests else ""
    yield (
        "its ID stands for",
        f"tool {code(failure.tool)}, cause {code(failure.cause)}, message {code(_cut(fold(failure.message)))}{named}",
    )
    if not is_specific(failure):
        yield "compared", "with nothing: its message may stand for any failure"


def _facts(question: Question) -> Iterator[Row]:
    facts, seen = question.facts, question.seen
    if facts.problem:
        yield "diagnosis", escape(facts.problem)
    yield "at this commit", _numbered("passed in another attempt", facts.passes) or "no other attempt passed"
    yield f"on {code(facts.base.branch)}", _on_base(facts, seen)
    yield "this job there", _job_on_base(facts)
    if facts.base.merge_base:
        yield "the branch left it at", code(facts.base.merge_base[:_SHORT_SHA])
    if seen.differently:
        yield "the same test there, otherwise", _occurrences(seen.differently)
    yield "on other branches", _elsewhere(facts, seen)
    if seen.proofs:
        yield "failed and passed at one commit", _occurrences(seen.proofs)
    if facts.tests_ran is not None:
        usual = (
            f"of the usual {facts.tests_usual}" if facts.tests_usual else "how many are usual is not known"
        )
        yield "tests ran", f"{facts.tests_ran}, {usual}"
    if seen.said is not None:
        when = _moment(seen.said.at)
        yield (
            "a person's word",
            f"{seen.said.judgement}, {link(f'says {escape(seen.said.login)}', seen.said.url)}, {when}",
        )


def _on_base(facts: VerdictFacts, seen: FailureFacts) -> str:
    if still := still_on_base(facts, seen):
        return f"fails the same way, not passed since: {_occurrences(still)}"
    if not seen.on_base:
        return "not seen"
    mended = mended_by(facts, seen.on_base[0])
    since = (
        f", and the job passes since {link(code(mended.head_sha[:_SHORT_SHA]), mended.url)}" if mended else ""
    )
    return f"failed the same way before{since}: {_occurrences(seen.on_base)}"


def _job_on_base(facts: VerdictFacts) -> str:
    own = own_results(facts)
    if not own:
        return "no result is known"
    passed = sum(each.passed for each in own)
    newest = f"the newest {'passed' if own[0].passed else 'failed'}"
    return f"{passed} of {len(own)} passed, {link(newest, own[0].url)}"


def _elsewhere(facts: VerdictFacts, seen: FailureFacts) -> str:
    if not seen.elsewhere:
        return "not seen"
    counted = len(independent(facts, seen))
    text = (
        f"{counted} count as witnesses ({FLAKY_TIMES} branches by {FLAKY_AUTHORS} other authors "
        f"in {FLAKY_WINDOW.days} days are needed)"
    )
    if len({one.branch for one in on_other_branches(facts, seen)}) > counted:
        text += ", the others may have it from the base or from this branch"
    return f"{text}: {_occurrences(seen.elsewhere)}"


def _seen(question: Question) -> Iterator[Row]:
    trend = question.trend
    if trend is not None:
        yield "first seen", _sight(trend.first)
        yield "last seen", _sight(trend.last)
        pulls = ", ".join(f"#{number}" for number in trend.pulls[-_SHOWN:])
        authors = ", ".join(escape(login) for login in trend.authors[:_SHOWN])
        times = "once" if trend.times == 1 else f"{trend.times} times"
        branches = "1 branch" if len(trend.branches) == 1 else f"{len(trend.branches)} branches"
        yield (
            "seen",
            f"{times} on {branches}"
            + (f", {pulls}" if pulls else "")
            + (f", by {authors}" if authors else ""),
        )
    for rate in question.rates[:_SHOWN]:
        yield f"{code(_cut(rate.test))} in this job", f"passed {rate.ran - rate.failed} of {rate.ran} times"


def _sight(sight: Sight) -> str:
    return (
        f"{link(_moment(sight.at), sight.url)} on {code(sight.branch)} at {code(sight.head_sha[:_SHORT_SHA])}"
    )


def _change(verdict: Verdict, facts: VerdictFacts) -> str:
    base = code(facts.base.branch)
    said = f"{code('/verdict ID real')}, {code('flaky')} or {code('infra')} goes before all of it."
    return f"What would change it: {_CHANGES[verdict].format(base=base)} {said}"


def _occurrences(found: Sequence[Occurrence]) -> str:
    """Links to occurrences with their authors, each once."""
    named = {one.url: f"{link(code(one.label), one.url)}{_by(one.author)}" for one in found}
    shown = list(named.values())[:_SHOWN]
    rest = len(named) - len(shown)
    return ", ".join(shown) + (f" and {rest} more" if rest > 0 else "")


def _by(author: str) -> str:
    return f" by {escape(author)}" if author else ""


def _numbered(words: str, urls: Sequence[str]) -> str:
    return (
        f"{words}: " + ", ".join(link(str(number), url) for number, url in enumerate(urls, 1)) if urls else ""
    )


def _codes(names: Sequence[str]) -> str:
    rest = len(names) - _SHOWN
    return ", ".join(code(_cut(name)) for name in names[:_SHOWN]) + (f" and {rest} more" if rest > 0 else "")


def _moment(at: datetime) -> str:
    return f"{at:%Y-%m-%d %H:%M} UTC"


def _cut(text: str) -> str:
    return text if len(text) <= _WIDTH else text[: _WIDTH - 1] + "…"
