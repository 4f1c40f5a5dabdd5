"""How a way to sign in ends, in one word for metrics, the log and the journal."""

from __future__ import annotations

from bot.web.signin.problems import Problem

SIGNED_IN = "signed_in"


def outcome_of(problem: Problem) -> str:
    """This function will name how a way to sign in ended that led nowhere."""
    return problem.name.lower()


# A form that somebody forged is no way to sign in.
OUTCOMES = (SIGNED_IN, *(outcome_of(problem) for problem in Problem if problem is not Problem.FORGED))
