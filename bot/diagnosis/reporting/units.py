"""Writes times, shares and money as a person reads them."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bot.diagnosis.prices import Cost

_MINUTE = 60
_HOUR = 3600
_FINE = 10  # seconds below which a tenth matters


def duration(seconds: float | None) -> str:
    """This function will write a time in its two largest units; a dash where it is not known."""
    if seconds is None:
        return "—"
    if 0 < seconds < 1:
        return f"{round(seconds * 1000)} ms"
    if 0 < seconds < _FINE:
        return f"{seconds:.1f} s"
    whole = round(seconds)
    if whole < _MINUTE:
        return f"{whole} s"
    if whole < _HOUR:
        return f"{whole // _MINUTE} min" + (f" {whole % _MINUTE} s" if whole % _MINUTE else "")
    minutes = round(whole / _MINUTE)
    hours, rest = divmod(minutes, _MINUTE)
    return f"{hours} h" + (f" {rest} min" if rest else "")


def beside_usual(seconds: float | None, usual: float | None) -> str:
    """This function will write a time and what is usual for it, where that is known."""
    text = duration(seconds)
    return text if usual is None or seconds is None else f"{text} (usually {duration(usual)})"


def percent(share: float | None) -> str:
    """This function will write a share; one that is not whole never looks whole."""
    if share is None:
        return "—"
    if 0 < share < 1:
        return f"{min(99.9, max(0.1, share * 100)):.1f} %".replace(".0 %", " %")
    return f"{share * 100:.0f} %"


def price(cost: Cost) -> str:
    """This function will write a cost, saying of which minutes GitHub's list has no price."""
    parts = []
    if cost.listed_minutes:
        parts.append(f"${cost.dollars:.3f}" if cost.dollars < 1 else f"${cost.dollars:.2f}")
    if cost.self_hosted_minutes:
        parts.append(f"{cost.self_hosted_minutes} min self-hosted, $0")
    if cost.unpriced_minutes:
        parts.append(f"{cost.unpriced_minutes} min unpriced")
    return " + ".join(parts) or "—"


def plural(count: int, noun: str) -> str:
    """This function will write a count with its noun."""
    return f"{count:,} {noun}" if count == 1 else f"{count:,} {noun}s"
