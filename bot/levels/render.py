"""The words for waits: seconds as people say them, and one sentence for a level."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.levels.model import Kind

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bot.levels.model import Level

TITLES: Mapping[Kind, str] = {
    Kind.ACKNOWLEDGED: "Command to acknowledgement",
    Kind.SUMMARISED: "Red run to summary",
    Kind.MERGED: "Last green check to merge",
    Kind.MERGED_IN_LINE: "Green to merge, by train or queue",
}
EMPTY: Mapping[Kind, str] = {
    Kind.ACKNOWLEDGED: "No command was given in this time.",
    Kind.SUMMARISED: "No workflow run turned red in this time.",
    Kind.MERGED: "Nothing was merged by the bot at once in this time.",
    Kind.MERGED_IN_LINE: "Nothing was merged by a train or a merge queue in this time.",
}
_MINUTE, _HOUR = 60, 3600
_EXACT = 10  # seconds below which a tenth matters


def render_seconds(seconds: float) -> str:
    """This function will say a duration in the two largest units that matter."""
    if seconds < _EXACT:
        return f"{seconds:.1f}".removesuffix(".0") + " s"
    whole = round(seconds)
    if whole < _MINUTE:
        return f"{whole} s"
    if whole < _HOUR:
        return f"{whole // _MINUTE} min {whole % _MINUTE} s".removesuffix(" 0 s")
    return f"{whole // _HOUR} h {whole % _HOUR // _MINUTE} min".removesuffix(" 0 min")


def render_share(share: float) -> str:
    """This function will say a share in percent; only all is 100 %."""
    percent = share * 100
    if percent == 100:  # noqa: PLR2004 - all of them
        return "100 %"
    return f"{min(percent, 99.9):.1f} %"


def render_level(level: Level) -> str:
    """This function will say in one sentence how a level stands."""
    if level.share is None or level.p95 is None:
        return EMPTY[level.kind]
    return (
        f"{render_share(level.share)} of {level.count} within {render_seconds(level.goal)}; "
        f"95 of 100 took at most {render_seconds(level.p95)}."
    )
