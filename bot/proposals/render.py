"""Says in a check run what is wrong with a proposed policy, or what it would change."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.config.mistakes import PATH
from bot.decisions.model import Outcome
from bot.github.models import Annotation, CheckReport, Conclusion
from bot.markdown import code, cut, table
from bot.proposals.model import CHECK

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.config.mistakes import ConfigurationMistake
    from bot.proposals.model import Change, Flip, Impact, ProposeRequest

MOST_ANNOTATIONS = 50
_MOST_ROWS = 50
_LONGEST_VALUE = 160
_LIMIT = 60_000
_LONGEST_MESSAGE = 1000  # it may quote a key that is as long as the file
_WORDS = {Outcome.PROCEED: "✅ goes ahead", Outcome.WAIT: "⏳ waits", Outcome.REFUSE: "🚫 is refused"}
_DAYS = 30


def external_id(request: ProposeRequest) -> str:
    """This function will make the id by which the check run is found again."""
    return f"configuration/{request.number}"


def pull_of(external: str) -> int | None:
    """This function will read the number of the pull request from the check run's external id."""
    kind, _, number = external.partition("/")
    return int(number) if kind == "configuration" and number.isascii() and number.isdecimal() else None


def report_mistakes(request: ProposeRequest, mistakes: Sequence[ConfigurationMistake]) -> CheckReport:
    """This function will show each mistake at its line."""
    count = f"{len(mistakes)} mistake{'s' * (len(mistakes) != 1)}"
    listed = [
        f"- line {mistake.line}, column {mistake.column}: {code(cut(mistake.message, _LONGEST_MESSAGE))}"
        for mistake in mistakes[:MOST_ANNOTATIONS]
    ]
    more = len(mistakes) - len(listed)
    summary = [
        f"{code(PATH)} of this pull request cannot be used. Merged like this, every deployment would be refused.",
        "",
        *listed,
        *([f"- … and {more} more"] if more else []),
        "",
        "Whoever can push to the pull request's branch can correct it.",
    ]
    return CheckReport(
        name=CHECK,
        head_sha=request.head_sha,
        external_id=external_id(request),
        title=count,
        summary=cut("\n".join(summary), _LIMIT),
        conclusion=Conclusion.FAILURE,
        annotations=tuple(_annotation(mistake) for mistake in mistakes[:MOST_ANNOTATIONS]),
    )


def _annotation(mistake: ConfigurationMistake) -> Annotation:
    return Annotation(
        path=PATH,
        start_line=mistake.line,
        end_line=mistake.line,
        level="failure",
        message=cut(mistake.message, _LONGEST_MESSAGE),
        title=f"column {mistake.column}",
    )


def report_impact(request: ProposeRequest, changes: Sequence[Change], impact: Impact) -> CheckReport:
    """This function will show what the proposed policy would change."""
    flips = len(impact.gates) + sum(flip.times for flip in impact.decisions)
    weaker = sum(change.is_weaker for change in changes)
    title = [
        "Valid",
        f"{len(changes)} key{'s' * (len(changes) != 1)} would change",
        *([f"{weaker} would ask less"] if weaker else []),
        f"{flips or 'no'} decision{'s' * (flips != 1)} would flip",
    ]
    sections = (_of_keys(changes), _of_gates(impact.gates), _of_decisions(impact))
    return CheckReport(
        name=CHECK,
        head_sha=request.head_sha,
        external_id=external_id(request),
        title=", ".join(title),
        summary=cut("\n\n".join(section for section in sections if section), _LIMIT),
        conclusion=Conclusion.NEUTRAL if flips or weaker else Conclusion.SUCCESS,
    )


def _of_keys(changes: Sequence[Change]) -> str:
    if not changes:
        return "The file is valid and means the same as the one on the default branch."
    rows = [
        (f"{code(change.key)}{' ⚠️' if change.is_weaker else ''}", _value(change.now), _value(change.proposed))
        for change in changes[:_MOST_ROWS]
    ]
    note = "⚠️ asks less of a deployment than now." if any(change.is_weaker for change in changes) else ""
    more = f"{len(changes) - _MOST_ROWS} more keys would change." if len(changes) > _MOST_ROWS else ""
    parts = ("### Keys", table(("key", "now", "proposed"), rows), note, more)
    return "\n\n".join(part for part in parts if part)


def _of_gates(gates: Sequence[Flip]) -> str:
    if not gates:
        return "### Waiting gates\n\nNone of the gates that wait now would stand otherwise."
    return f"### Waiting gates\n\n{_flips(gates)}"


def _of_decisions(impact: Impact) -> str:
    lines = [f"### Decisions of the last {_DAYS} days", ""]
    lines.append(
        _flips(impact.decisions) if impact.decisions else "None of them would have come out otherwise."
    )
    said = f"{impact.weighed} were made again from the very facts of then, under the present and the proposed policy."
    lines += ["", said + (" There are more; the newest were taken." if impact.is_cut else "")]
    if impact.untold:
        lines.append(f"{impact.untold} could not be: their facts do not tell enough.")
    return "\n".join(lines)


def _flips(flips: Sequence[Flip]) -> str:
    rows = [
        (
            f"{code(flip.kind)} {code(flip.environment)}{f' #{flip.number}' if flip.number else ''}",
            f"{flip.decided_at:%Y-%m-%d %H:%M}{f', {flip.times} times' if flip.times > 1 else ''}",
            _WORDS[flip.was],
            f"{_WORDS[flip.would_be]}{f' · {code(flip.reason)}' if flip.reason else ''}",
            _because(flip),
            code(flip.decision_id),
        )
        for flip in flips[:_MOST_ROWS]
    ]
    more = len(flips) - len(rows)
    shown = table(("what", "decided (UTC)", "now", "proposed", "because", "decision"), rows)
    return f"{shown}\n\n… and {more} more." if more else shown


def _because(flip: Flip) -> str:
    if not flip.untold:
        return flip.text
    left_out = ", ".join(code(name) for name in flip.untold)
    return f"{flip.text} Not told by the facts of then: {left_out}."


def _value(written: str) -> str:
    return (
        code(written if len(written) <= _LONGEST_VALUE else f"{written[: _LONGEST_VALUE - 1]}…") or "not set"
    )
