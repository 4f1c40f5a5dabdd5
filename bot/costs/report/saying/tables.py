"""The tables of the report: amounts by what they were spent on, days, sources, gaps, errors, actions."""

from __future__ import annotations

from collections.abc import Mapping  # noqa: TC003 - part of a public signature
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.budget.money import dollars, percent
from bot.costs.report.model import NOTHING
from bot.costs.report.saying.words import ACTIONS, GAPS, STAGE_SIGNS, STATES, SURENESS, duration
from bot.markdown import code, cut, details, escape, fence, html, table

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime
    from decimal import Decimal

    from bot.costs.model import Action, DayError, Gap, Reconciliation, SourceState
    from bot.costs.report.model import DayLedger

MOST_ROWS = 15
_MOST_GAPS = 12
_MOST_ACTIONS = 40
_MOST_STATEMENT = 1_500
_UNKNOWN = "—"


@dataclass(frozen=True, slots=True, kw_only=True)
class Shares:
    """What a whole was spent on, seen one way."""

    kind: str  # Service
    nothing: str  # how what nothing claims is called
    amounts: Mapping[str, Decimal]
    usual: Mapping[str, Decimal] | None = None  # what each usually is; None where that is not told
    is_pulls: bool = False  # names such as #12, which GitHub links
    usual_title: str = "Usually by now"


def share_table(shares: Shares) -> str:
    """This function will show the largest parts of a whole, and the rest as one; "" where nothing has a name."""
    ranked = sorted(shares.amounts.items(), key=lambda pair: (-pair[1], pair[0]))
    if not any(name for name, _ in ranked):
        return ""
    whole = sum(shares.amounts.values(), NOTHING)
    usual = shares.usual
    rows = [_share_row(shares, name, amount, whole) for name, amount in ranked[:MOST_ROWS]]
    rest = ranked[MOST_ROWS:]
    if rest:
        left = sum((amount for _, amount in rest), NOTHING)
        before = () if usual is None else (_UNKNOWN,)
        rows.append((f"_{len(rest)} others_", dollars(left), _share(left, whole), *before))
    head = (shares.kind, "Spent", "Share", *(() if usual is None else (shares.usual_title,)))
    return table(head, rows)


def _share_row(shares: Shares, name: str, amount: Decimal, whole: Decimal) -> tuple[str, ...]:
    shown = (name if shares.is_pulls else escape(name)) if name else f"_{shares.nothing}_"
    row = (shown, dollars(amount), _share(amount, whole))
    if shares.usual is None:
        return row
    before = shares.usual.get(name)
    return (*row, _UNKNOWN if before is None else f"{dollars(before)} ({signed(amount - before)})")


def _share(amount: Decimal, whole: Decimal) -> str:
    return f"{amount * 100 / whole:.0f} %" if whole else _UNKNOWN


def signed(amount: Decimal) -> str:
    """This function will say by how much something differs: +$1.20."""
    return f"{'+' if amount >= 0 else ''}{dollars(amount)}"


def error_of(error: Decimal | None) -> str:
    """This function will say how far the meters are off: +1.2 %."""
    return _UNKNOWN if error is None else f"{error * 100:+.1f} %"


def day_table(days: Iterable[DayLedger], links: Mapping[str, int]) -> str:
    """This function will show days in both ledgers, the newest first.

    Args:
        days: the oldest first.
        links: the comment of each day, by its ISO date.
    """
    rows = [_day_row(day, links.get(str(day.day))) for day in reversed(tuple(days)) if day.total is not None]
    head = ("Day", "Spent", "Of the limit", "AWS settled", "AWS metered", "Error", "Credits", "Stage")
    return table(head, rows) if rows else ""


def _day_row(day: DayLedger, comment: int | None) -> tuple[str, ...]:
    total = day.total or NOTHING
    name = f"{day.day:%a} {day.day.day}"
    return (
        f"[{name}](#issuecomment-{comment})" if comment else name,
        dollars(total),
        f"{percent(total, day.limit)} of {dollars(day.limit)}" if day.limit else _UNKNOWN,
        _UNKNOWN if day.settled is None else f"{dollars(day.settled)}{' ✎' if day.is_estimated else ''}",
        dollars(day.in_aws) if day.in_aws else _UNKNOWN,
        error_of(day.error),
        dollars(day.credit) if day.credit else _UNKNOWN,
        STAGE_SIGNS[day.stage] if day.stage else _UNKNOWN,
    )


def source_table(sources: Sequence[SourceState], now: datetime) -> str:
    """This function will show how fresh and how sure each source is."""
    rows = [
        (
            code(state.source),
            dollars(state.amount),
            _UNKNOWN if state.data_until is None else f"{duration(now - state.data_until)} old",
            SURENESS[state.sureness],
            str(state.calls),
        )
        for state in sources
    ]
    return table(("Source", "Metered", "Data", "How sure", "AWS requests"), rows)


def gap_list(gaps: Sequence[Gap]) -> str:
    """This function will say what is missing in the sum, each with what to grant where that would help."""
    shown = [_gap(gap) for gap in gaps[:_MOST_GAPS]]
    if len(gaps) > _MOST_GAPS:
        shown.append(f"and {len(gaps) - _MOST_GAPS} more")
    return "\n\n".join(shown)


def _gap(gap: Gap) -> str:
    place = ", ".join(code(part) for part in (gap.source, gap.account, gap.region) if part)
    line = f"{GAPS[gap.kind]} ({place}): {gap.text}"
    if not gap.statement:
        return line
    statement = fence(cut(gap.statement, _MOST_STATEMENT), "json")
    return f"{line}\n\n{details(f'The IAM statement to add for {html(gap.source)}', statement)}"


def error_table(reconciliation: Reconciliation) -> str:
    """This function will show how far the meters were off on settled days, of which there are, and by service."""
    days = table(
        ("Day", "Settled", "Metered", "Error"),
        [_error_row(str(each.day), each) for each in reconciliation.days],
    )
    newest = reconciliation.days[-1].day
    rows = [_error_row(escape(each.service), each) for each in reconciliation.services[:MOST_ROWS]]
    services = table((f"Service on {newest}", "Settled", "Metered", "Error"), rows) if rows else ""
    return "\n\n".join(part for part in (days, services) if part)


def _error_row(name: str, each: DayError) -> tuple[str, ...]:
    return (name, dollars(each.settled), dollars(each.metered), error_of(each.error))


def action_table(actions: Sequence[Action]) -> str:
    """This function will show what the limit did or would have done, the newest first."""
    newest = sorted(actions, key=lambda action: (action.intended_at, action.id), reverse=True)
    rows = [
        (
            f"{action.intended_at:%H:%M}",
            f"{ACTIONS[action.kind]} {code(action.target)}".rstrip(),
            STATES[action.state],
            action.text,
        )
        for action in newest[:_MOST_ACTIONS]
    ]
    more = len(newest) - _MOST_ACTIONS
    shown = table(("UTC", "Action", "State", "Why, and how it went"), rows)
    return f"{shown}\n\nand {more} earlier" if more > 0 else shown
