"""Says a decision as a proof tree: each condition, how it stands, where that is seen, who could satisfy it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.decisions.model import Outcome, Standing
from bot.markdown import code, link

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bot.decisions.model import Condition, Decision, RecordedDecision

MOST_CLOSED_PARTS = 10  # of one condition: what stands against it is always shown, what does not may be many
_MOST_OPEN_PARTS = 50
_MOST_EVIDENCE = 5
_DEEPEST = 4
_SIGN = {
    Standing.MET: "✅",
    Standing.PENDING: "⏳",
    Standing.UNMET: "❌",
    Standing.UNKNOWN: "❓",
    Standing.WAIVED: "⚪",
}
_OUTCOME = {
    Outcome.PROCEED: "✅ **It goes ahead.**",
    Outcome.WAIT: "⏳ **It waits.**",
    Outcome.REFUSE: "🚫 **It is refused.**",
}


def render_proof(decision: Decision, *, decision_id: str) -> str:
    """This function will show the decision with every condition; the id is empty where it was not recorded."""
    head = [_OUTCOME[decision.outcome]]
    if decision.reason:
        head.append(code(decision.reason))
    lines = [" · ".join(head), ""]
    for condition in decision.conditions:
        lines += _tree(condition, depth=0)
    if decision_id:
        lines += ["", f"Decision {code(decision_id)}, recorded with its facts."]
    return "\n".join(lines)


def render_recorded(row: RecordedDecision, decision: Decision) -> str:
    """This function will show a decision as it was recorded, and what it was about."""
    about = " ".join(part for part in (f"#{row.number}" if row.number else "", row.environment) if part)
    named = code(about) or "the repository"
    head = f"What was decided ({code(row.kind)}) about {named} at {row.decided_at:%Y-%m-%d %H:%M:%S} UTC:"
    return f"{head}\n\n{render_proof(decision, decision_id=row.id)}"


def _tree(condition: Condition, *, depth: int) -> Iterator[str]:
    indent = "  " * depth
    name = code(condition.name)
    named = f"**{name}**" if condition.is_open else name
    yield _under(f"- {_SIGN[condition.standing]} {named} — {condition.text}", indent)
    if condition.evidence:
        seen = [link(each.text, each.url) for each in condition.evidence[:_MOST_EVIDENCE]]
        more = len(condition.evidence) - len(seen)
        yield _under(f"- evidence: {', '.join(seen)}{f' and {more} more' if more else ''}", f"{indent}  ")
    if condition.who and condition.is_open:
        yield _under(f"- who can help: {condition.who}", f"{indent}  ")
    if depth < _DEEPEST:
        yield from _parts(condition, depth=depth)


def _parts(condition: Condition, *, depth: int) -> Iterator[str]:
    standing = [part for part in condition.parts if part.is_open]
    closed = [part for part in condition.parts if not part.is_open]
    for part in (*standing[:_MOST_OPEN_PARTS], *closed[:MOST_CLOSED_PARTS]):
        yield from _tree(part, depth=depth + 1)
    more = [
        f"{count} more {what}"
        for count, what in (
            (len(standing) - _MOST_OPEN_PARTS, "that stand against it"),
            (len(closed) - MOST_CLOSED_PARTS, "that do not"),
        )
        if count > 0
    ]
    if more:
        yield f"{'  ' * (depth + 1)}- … and {', '.join(more)}"


def _under(text: str, indent: str) -> str:
    """The list item, however many lines it has."""
    return "\n".join(
        f"{indent}{'  ' if number else ''}{line}".rstrip() for number, line in enumerate(text.split("\n"))
    )
