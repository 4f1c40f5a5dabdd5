"""Writes charts in Mermaid's language, of which GitHub draws them."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence  # noqa: TC003 - part of public signatures
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from decimal import ROUND_CEILING, Decimal
from typing import TYPE_CHECKING

from bot.costs.report.model import NOTHING, DayLedger
from bot.markdown import fence

if TYPE_CHECKING:
    from datetime import date

    from bot.costs.model import Forecast
    from bot.costs.store.readings import Point

_BLUE, _AMBER, _RED, _GREEN = "#2f81f7", "#d29922", "#f85149", "#3fb950"
_SLICES = (_BLUE, _GREEN, _AMBER, "#a371f7", "#f778ba", "#39c5cf", "#8b949e")
_CENT = Decimal("0.01")
# A bar of nothing is still drawn from the axis up to zero, which lies half a label's height above it. One that ends
# just above the axis is not seen; on a narrow screen, whose labels are low, it ends below the axis and is not drawn.
_ABSENT = Decimal("-0.035")
_UNSAFE = re.compile(r"[^A-Za-z0-9 .,:()/_+-]+")
_LONGEST_LABEL = 48
_HOURS = 24


@dataclass(frozen=True, slots=True, kw_only=True)
class _Bars:
    """A chart of bars and lines over days or hours."""

    title: str  # as the other words here: none of it is foreign
    axis: str
    names: Sequence[str]
    colours: Sequence[str]
    bars: Sequence[Sequence[Decimal | None]]
    lines: Sequence[Sequence[Decimal]]


def day_chart(points: Sequence[Point], day: date, forecast: Forecast | None) -> str:
    """This function will draw what was spent through a day, where that leads, and the limit; "" before any look.

    Args:
        points: the day's looks, the oldest first.
        day: in UTC.
        forecast: for a day that is not over.
    """
    if not points:
        return ""
    newest = points[-1]
    hours = range(_hour(points[0], day), _HOURS if forecast else _hour(newest, day) + 1)
    by_hour = {_hour(point, day): point for point in points}
    spent = [by_hour[hour].spent if hour in by_hour else None for hour in hours]
    limits = [_at_hour(points, day, hour).limit for hour in hours]
    lines = [limits]
    if forecast is not None:
        lines.insert(0, [_expected(points, day, hour, forecast) for hour in hours])
    return _drawn(
        _Bars(
            title=f"{day}: dollars spent by the end of each hour",
            axis="hour (UTC)",
            names=[f"{hour:02}" for hour in hours],
            colours=(_BLUE, _AMBER, _RED) if forecast else (_BLUE, _RED),
            bars=[spent],
            lines=lines,
        )
    )


def month_chart(days: Sequence[DayLedger], title: str) -> str:
    """This function will draw what each day cost, settled over metered, and its limit; "" where none is known."""
    first = next((number for number, day in enumerate(days) if day.total is not None), None)
    if first is None:
        return ""
    shown = days[first:]
    known = [day.limit for day in shown if day.limit is not None]
    settled = [None if day.settled is None else day.total for day in shown]
    return _drawn(
        _Bars(
            title=title,
            axis="day (UTC)",
            names=[str(day.day.day) for day in shown],
            colours=(_BLUE, _GREEN, _RED),
            bars=[[day.metered for day in shown], settled],
            lines=[_filled([day.limit for day in shown], known[0])] if known else [],
        )
    )


def share_chart(amounts: Mapping[str, Decimal], title: str) -> str:
    """This function will draw what the largest parts are of a whole; "" where there is nothing to part."""
    ranked = sorted(
        ((name, amount) for name, amount in amounts.items() if amount >= _CENT),
        key=lambda pair: (-pair[1], pair[0]),
    )
    most = len(_SLICES) - 1
    rest = sum((amount for _, amount in ranked[most:]), NOTHING)
    slices = [(label(name), amount) for name, amount in ranked[:most]]
    if rest:
        slices.append((f"{len(ranked) - most} others", rest))
    if len(slices) < 2:  # noqa: PLR2004 - one slice is the whole
        return ""
    colours = [f'    pie{number}: "{colour}"' for number, colour in enumerate(_SLICES, start=1)]
    lines = ["---", "config:", "  themeVariables:", *colours, '    pieOpacity: "0.9"', "---"]
    lines += ["pie showData", f"  title {title}"]
    lines += [f'  "{name}" : {_number(amount)}' for name, amount in _apart(slices).items()]
    return fence("\n".join(lines), "mermaid")


def label(text: str) -> str:
    """This function will make foreign text safe within a chart: letters, digits and little else."""
    plain = " ".join(_UNSAFE.sub(" ", text).split())
    return plain[:_LONGEST_LABEL].strip() or "unnamed"


def _apart(slices: Sequence[tuple[str, Decimal]]) -> dict[str, Decimal]:
    """Names that became alike are one slice: Mermaid would keep the last alone."""
    found: dict[str, Decimal] = {}
    for name, amount in slices:
        found[name] = found.get(name, NOTHING) + amount
    return found


def _expected(points: Sequence[Point], day: date, hour: int, forecast: Forecast) -> Decimal:
    """What is spent by the end of the hour: as it was read, between looks in proportion, after them as foretold."""
    at = datetime.combine(day, time(hour), tzinfo=UTC) + timedelta(hours=1)
    inside = [point for point in points if _hour(point, day) == hour]
    later = next((point for point in points if point.at >= at), None)
    if later is None:
        end = datetime.combine(day, time(), tzinfo=UTC) + timedelta(days=1)
        newest = points[-1]
        return _between((newest.at, newest.spent), (end, max(forecast.likely, newest.spent)), at)
    if inside:
        return inside[-1].spent
    earlier = _at_hour(points, day, hour)
    return _between((earlier.at, earlier.spent), (later.at, later.spent), at)


def _between(start: tuple[datetime, Decimal], end: tuple[datetime, Decimal], at: datetime) -> Decimal:
    length = max(end[0] - start[0], timedelta(seconds=1))
    part = Decimal((at - start[0]) / length)
    return start[1] + (end[1] - start[1]) * part


def _at_hour(points: Sequence[Point], day: date, hour: int) -> Point:
    """The newest look by the end of the hour."""
    return [point for point in points if _hour(point, day) <= hour][-1]


def _hour(point: Point, day: date) -> int:
    """In which hour of the day it was; the look that closes a day comes when the next has begun."""
    return point.at.hour if point.at.date() == day else _HOURS - 1


def _filled(limits: Sequence[Decimal | None], first: Decimal) -> list[Decimal]:
    """The limit of each day; of a day without looks that of the day before."""
    found = []
    for limit in limits:
        first = limit if limit is not None else first
        found.append(first)
    return found


def _drawn(chart: _Bars) -> str:
    known = [amount for series in (*chart.bars, *chart.lines) for amount in series if amount is not None]
    top = _round_up(max(known, default=NOTHING) * Decimal("1.05"))
    lines = [
        "---",
        "config:",
        "  xyChart:",
        "    width: 860",
        "    height: 320",
        "    titleFontSize: 15",
        "  themeVariables:",
        "    xyChart:",
        '      backgroundColor: "transparent"',
        f'      plotColorPalette: "{", ".join(chart.colours)}"',
        "---",
        "xychart-beta",
        f'  title "{chart.title}"',
        f'  x-axis "{chart.axis}" [{", ".join(chart.names)}]',
        f"  y-axis 0 --> {_number(top)}",
    ]
    lines += [f"  bar [{_numbers(series, absent=top * _ABSENT)}]" for series in chart.bars]
    lines += [f"  line [{_numbers(series, absent=NOTHING)}]" for series in chart.lines]
    return fence("\n".join(lines), "mermaid")


def _numbers(series: Sequence[Decimal | None], *, absent: Decimal) -> str:
    return ", ".join(_number(absent if amount is None else amount) for amount in series)


def _number(amount: Decimal) -> str:
    return f"{amount:.2f}"


def _round_up(amount: Decimal) -> Decimal:
    """To two leading digits, so that the axis ends on a round number."""
    if amount <= 0:
        return Decimal(1)
    unit = Decimal(1).scaleb(amount.adjusted() - 1)
    return max((amount / unit).to_integral_value(rounding=ROUND_CEILING) * unit, _CENT * 5)
