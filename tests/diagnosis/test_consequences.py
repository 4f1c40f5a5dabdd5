"""A job that only sums up others is no failure beside theirs."""

from __future__ import annotations

from bot.diagnosis.consequences import ONLY_SUMS_UP, SUMS_UP, spared
from bot.diagnosis.model import Cause, Diagnosis, Failure


def _diagnosis(tool: str, cause: Cause, message: str) -> Diagnosis:
    failure = Failure(tool=tool, cause=cause, message=message, excerpt=(message,), line=1)
    return Diagnosis(failures=(failure,), step=tool)


OWN = _diagnosis("rustfmt", Cause.FORMAT, "Diff in src/lib.rs")
SUM = _diagnosis(SUMS_UP, Cause.UNKNOWN, "not green: fmt")
UNREAD = Diagnosis(problem="the log is gone")


def test_what_sums_up_others_is_told_from_them() -> None:
    own, summed, unread = spared([OWN, SUM, UNREAD])

    assert (own, unread) == (OWN, UNREAD)
    assert (summed.failures, summed.problem, summed.step) == ((), ONLY_SUMS_UP, SUMS_UP)


def test_it_stays_where_nothing_else_failed() -> None:
    """A job that was cancelled turns it red, too, and something has to be told."""
    assert spared([SUM, Diagnosis()]) == (SUM, Diagnosis())
    assert spared([]) == ()
