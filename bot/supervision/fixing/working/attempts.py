"""Judges by how commands ended whether a failure shows on the host and whether a fixer mended it, and words it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta  # noqa: TC003 - msgspec reads the annotations at run time
from decimal import Decimal
from typing import TYPE_CHECKING

from bot.commands.reasons import Reason
from bot.decisions.model import Standing
from bot.markdown import code, details, fence
from bot.supervision.fixing.model import Tried
from bot.supervision.fixing.working.ending import End, Ended
from bot.supervision.fixing.working.fixer import shown
from bot.supervision.fixing.working.problems import Problem, unknown

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.decisions.model import Condition
    from bot.diagnosis.model import Failure
    from bot.supervision.fixing.model import Patch
    from bot.supervision.fixing.working.fixer import Command

# Parsers that know no tool: what they see says nothing against the failure that was looked for.
_VAGUE = frozenset({"generic", "exit code", "shell", "make"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """What one fixer came to."""

    fixer: str
    reason: str = ""  # of `Reason`; empty where it mended the failure
    text: str = ""  # safe Markdown, whole sentences
    price: Decimal | None = None


def unfit(ended: Ended, command: Command, limit: timedelta) -> Problem | None:
    """This function will say why the end of a command tells nothing of what it was run for; None where it does."""
    name = code(shown(command))
    minutes = max(1, round(limit.total_seconds() / 60))
    told = {
        End.LATE: (
            Reason.FIX_TIME,
            f"{name} did not end within {minutes} min, and its processes were ended.",
        ),
        End.FLOOD: (Reason.FIX_OUTPUT, f"{name} wrote more than a try may, and its processes were ended."),
        End.COSTLY: (Reason.FIX_PRICE, f"{name} cost more than a try may, and its processes were ended."),
        End.RESTLESS: (
            Reason.FIX_PRICE,
            f"{name} asked its model more often than a try may, and its processes were ended.",
        ),
    }
    if ended.end in {End.LOST, End.NOT_BEGUN}:
        return unknown(ended.problem)
    if ended.end in told:
        reason, text = told[ended.end]
        return Problem(reason=reason, text=f"{text}{_tail(ended)}")
    if ended.has_filled_the_disk:
        text = f"{name} left too little of the disk, and its processes were ended.{_tail(ended)}"
        return Problem(reason=Reason.FIX_OUTPUT, text=text)
    if ended.was_run:
        return None
    how = (
        "is not on the host, for the user that fixers run as"
        if ended.is_lacking
        else "could not be run there"
    )
    return Problem(
        reason=Reason.FIX_BROKEN,
        text=f"What {name} needs {how}; whoever runs the host can install it.{_tail(ended)}",
    )


def not_prepared(ended: Ended, tool: str) -> Problem | None:
    """This function will say why what a tool needs could not be brought into the work tree; None where it could."""
    if ended.end in {End.LOST, End.NOT_BEGUN}:
        return unknown(ended.problem)
    if ended.end is End.ENDED and ended.code == 0:
        return None
    text = f"What {code(tool)} needs could not be installed into the work tree.{_tail(ended)}"
    return Problem(reason=Reason.FIX_BROKEN, text=text)


def not_shown(ended: Ended, command: Command, failure: Failure) -> Problem | None:
    """This function will say why the failure is not seen on the host before anything is changed; None where it is."""
    name = code(shown(command))
    if ended.code == 0:
        return Problem(
            reason=Reason.FIX_NOT_SHOWN,
            text=f"{name} succeeds on the host without any change, so nothing there shows the failure.",
        )
    others = sorted({one.tool for one in ended.seen} - _VAGUE)
    if not others or failure.tool in others:
        return None
    by = ", ".join(code(one) for one in others)
    text = f"{name} fails on the host, but with something else (told by {by}).{_tail(ended)}"
    return Problem(reason=Reason.FIX_NOT_SHOWN, text=text)


def not_mended(ended: Ended, command: Command) -> Problem | None:
    """This function will say that the failed command still fails; None where it succeeds."""
    if ended.code == 0:
        return None
    text = f"After it {code(shown(command))} still fails (exit {ended.code}).{_tail(ended)}"
    return Problem(reason=Reason.FIX_WITHOUT_EFFECT, text=text)


def breaks(name: str, command: Command, ended: Ended) -> Problem:
    """This function will say that another check fails that succeeded before."""
    text = (
        f"It mends the failure, but breaks what {code(name)} checks: {code(shown(command))} succeeded before it and "
        f"fails after it (exit {ended.code}).{_tail(ended)}"
    )
    return Problem(reason=Reason.FIX_BREAKS, text=text)


def not_allowed(patch: Patch, conditions: Sequence[Condition]) -> Problem | None:
    """This function will say which rule a change breaks; None where it breaks none."""
    if not patch.files:
        return Problem(reason=Reason.FIX_WITHOUT_EFFECT, text="It changed nothing.")
    broken = [one for one in conditions if one.standing is not Standing.MET]
    if not broken:
        return None
    return Problem(reason=broken[0].reason, text=" ".join(one.text for one in broken))


def tried(attempts: Sequence[Attempt], command: Command) -> Tried:
    """This function will sum up what the fixers came to: the last one mended it, or none did."""
    last = attempts[-1]
    prices = [one.price for one in attempts if one.price is not None]
    return Tried(
        fixer="" if last.reason else last.fixer,
        reason=last.reason,
        text="\n\n".join(f"**{code(one.fixer)}** {one.text}" for one in attempts),
        price=sum(prices, Decimal(0)) if prices else None,
        command=shown(command),
    )


def given_up(problem: Problem, command: Command | None = None) -> Tried:
    """This function will say why no fixer was begun."""
    return Tried(
        fixer="", reason=problem.reason, text=problem.text, command=shown(command) if command else ""
    )


def _tail(ended: Ended) -> str:
    said = ended.tail.strip()
    return f"\n\n{details('What it said at the end', fence(said))}" if said else ""
