"""Joins the lines of a log with the steps of its job, by the runner's headers and the steps' times."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import Counter
from datetime import UTC, datetime
from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple

from bot.github.models import Conclusion

if TYPE_CHECKING:
    from collections.abc import Iterable

    from bot.github.run_models import Step

RUN = "Run "
POST = "Post job cleanup."
COMPLETE = "Cleaning up orphan processes"
_POST_NAME = "Post "
# Steps that the runner makes itself: no header stands at their beginning.
_OWN = frozenset({"Set up job", "Complete job", "Initialize containers", "Stop containers"})
_OWN_PREFIXES = ("Pull ", "Build ")  # of the images that actions need
_NEVER = "9999"


class Fate(StrEnum):
    """What became of the step that a line belongs to."""

    UNKNOWN = ""
    FAILED = "failed"
    PASSED = "passed"  # what failed within it was forgiven: continue-on-error, a retry, `|| true`
    AFTER = "after"  # it ran although the job had failed: clean-up, `if: always()`


class Place(NamedTuple):
    """The step that a line belongs to."""

    name: str = ""
    first: int = 0  # number of its first line in the log; 0 where that was left out
    number: int = 0  # that GitHub gives it; 0 where only the log is known
    fate: Fate = Fate.UNKNOWN


def header(text: str, command: str) -> str:
    """This function will return the name by which the runner's first line of a step calls it, or nothing."""
    if command == "group" and text.startswith(RUN):
        return text.strip()
    if command == "section" and text.startswith("Starting: "):  # Azure Pipelines
        return text.removeprefix("Starting: ").strip()
    return text if text in {POST, COMPLETE} else ""


def step_that_failed(steps: Iterable[Step]) -> Step | None:
    """This function will return the step that made the job fail, or else the one that was cancelled."""
    steps = tuple(steps)
    red = (step for step in steps if step.conclusion is not None and step.conclusion.is_red)
    cancelled = (step for step in steps if step.conclusion is Conclusion.CANCELLED)
    return next(red, next(cancelled, None))


def tells_time(steps: Iterable[Step], at: str) -> bool:
    """This function will say whether a second, as a log writes it, lies within the times of the steps."""
    ran = _that_ran(steps)
    return bool(ran) and _second(ran[0].started_at) <= at <= max(_second(step.completed_at) for step in ran)


def _that_ran(steps: Iterable[Step]) -> list[Step]:
    ran = [step for step in steps if step.started_at and step.conclusion is not Conclusion.SKIPPED]
    return sorted(ran, key=lambda step: step.number)


class Headers:
    """Follows the steps of a log by their headers alone."""

    def __init__(self) -> None:
        self._place = Place()

    def follow(self, number: int, _at: str, named: str) -> Place:
        """This function will take the next line and return the step it belongs to."""
        if named:
            self._place = Place(named, number)
        return self._place


class Timetable:
    """Follows the steps of a log by the times that GitHub gives them, and by headers where a second is shared.

    A composite action prints the header of each step inside it: a header is not always a new step.
    """

    def __init__(self, steps: Iterable[Step], headers: Iterable[str]) -> None:
        self._steps = _that_ran(steps)
        self._begins = [_second(step.started_at) for step in self._steps]
        self._ends = [_second(step.completed_at) for step in self._steps]
        failed = step_that_failed(self._steps)
        self._fates = [_fate(step, failed) for step in self._steps]
        # Headers seen in a second beyond the steps that begin in it are those of composite actions.
        self._surplus = Counter(headers)
        self._surplus.subtract(
            begin for begin, step in zip(self._begins, self._steps, strict=True) if _kind(step.name) == RUN
        )
        self._now = 0
        self._header = ""  # of the present step
        self._place = self._at(0, 1)
        self._before = 0

    def follow(self, number: int, at: str, named: str) -> Place:
        """This function will take the next line and return the step it belongs to."""
        goal = self._goal(at, named) if at else self._now
        if goal > self._now:
            is_whole = bool(named) or number == self._before + 1
            self._now, self._header = goal, named
            self._place = self._at(goal, number if is_whole else 0)
        elif named and not self._header:  # a word of the step came before its header
            self._header = named
            self._place = self._at(self._now, number)
        self._before = number
        return self._place

    def _at(self, index: int, first: int) -> Place:
        step = self._steps[index]
        return Place(step.name, first, step.number, self._fates[index])

    def _goal(self, at: str, named: str) -> int:
        """The index of the step that a line of this second belongs to."""
        latest = bisect_right(self._begins, at) - 1
        certain = min(latest, bisect_left(self._ends, at))
        if named:
            return self._begun(at, named, certain, latest)
        # The last output of a step that has a header of its own to come may be a little late.
        while certain > self._now and _kind(self._steps[certain].name) and at == self._begins[certain]:
            certain -= 1
        return max(self._now, certain)

    def _begun(self, at: str, named: str, certain: int, latest: int) -> int:
        """The index of the step that a header begins: the present one, where it stands inside a composite action."""
        kind = RUN if named.startswith(RUN) else named
        here = self._now + bool(self._header)  # a step shows one header of its own
        ahead = [index for index in range(here, latest + 1) if _kind(self._steps[index].name) == kind]
        exact = [index for index in ahead if self._steps[index].name == named]
        # A step without a name of its own is called as its header is.
        fitting = [
            index for index in ahead if index >= certain and not self._steps[index].name.startswith(RUN)
        ]
        stay = max(self._now, certain)
        if exact or not fitting:
            return exact[0] if exact else stay
        return stay if self._now >= certain and self._is_inside(at) else fitting[0]

    def _is_inside(self, at: str) -> bool:
        """Whether the header is one of a local composite action's: more stand in this second than steps begin."""
        if not self._header.startswith((f"{RUN}./", f"{RUN}$/")) or self._surplus[at] <= 0:
            return False
        self._surplus[at] -= 1
        return True


def _kind(name: str) -> str:
    """The header that a step of this name begins with, or nothing."""
    if name.startswith(_POST_NAME):
        return POST
    if name == "Complete job":
        return COMPLETE
    return "" if name in _OWN or name.startswith(_OWN_PREFIXES) else RUN


def _fate(step: Step, failed: Step | None) -> Fate:
    if failed is None:
        return Fate.PASSED if step.conclusion is Conclusion.SUCCESS else Fate.UNKNOWN
    if step.number == failed.number or (step.conclusion is not None and step.conclusion.is_red):
        return Fate.FAILED
    return Fate.AFTER if step.number > failed.number else Fate.PASSED


def _second(at: datetime | None) -> str:
    """A time as the log writes it, to the second."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S") if at else _NEVER
