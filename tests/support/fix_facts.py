"""A failure of a watched branch, tries at it, and what decides about it, for tables of tests."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from bot.budget.model import BudgetStanding, Mode, Stage
from bot.config.supervising import Conduct
from bot.diagnosis.model import Cause, Failure, Location, Verdict
from bot.supervision.fixing.builds.model import Age
from bot.supervision.fixing.judging.fact_model import EarlierFix, FixFacts, Limits, Means
from bot.supervision.fixing.model import Change, Fix, FixState, Trouble

NOW = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
URL = "https://github.com/octo/harbour/actions/runs/77"
FROZEN = BudgetStanding(
    repository_id=7,
    day=NOW.date(),
    stage=Stage.FROZEN,
    mode=Mode.ENFORCE,
    limit=Decimal(100),
    spent=Decimal(96),
    forecast=Decimal(120),
    read_at=NOW,
)


def a_failure(**changes: Any) -> Failure:
    """This function will make what a linter said."""
    told = {
        "tool": "ruff",
        "cause": Cause.LINT,
        "message": "F401 `os` imported but unused",
        "excerpt": ("src/quay.py:1:8: F401 `os` imported but unused", "Found 1 error."),
        "line": 40,
        "locations": (Location(path="src/quay.py", line=1, column=8),),
        "fingerprint": "0123456789abcdef",
        "step_number": 4,
    }
    return Failure(**{**told, **changes})


def a_trouble(**changes: Any) -> Trouble:
    """This function will make the failure of a newest build."""
    told = {
        "branch": "main",
        "base_sha": "a" * 40,
        "run_id": 77,
        "run_url": URL,
        "workflow": "CI",
        "job": "lint",
        "job_url": f"{URL}/job/78",
        "failure": a_failure(),
        "path": ".github/workflows/ci.yml",
        "beside": ("0123456789abcdef",),
    }
    return Trouble(**{**told, **changes})


def a_try(**changes: Any) -> EarlierFix:
    """This function will make an earlier try at that failure."""
    told = {
        "id": "01234567-1",
        "fingerprint": "0123456789abcdef",
        "tool": "ruff",
        "branch": "main",
        "round": 1,
        "state": FixState.FAILED,
        "reason": "fix_still_red",
        "fixer": "ruff",
        "begun_at": NOW - HOUR,
        "number": 12,
        "is_same": True,
    }
    return EarlierFix(**{**told, **changes})


def some_facts(**changes: Any) -> FixFacts:
    """This function will make facts from which a try is begun."""
    told = {
        "now": NOW,
        "trouble": a_trouble(),
        "age": Age.NEWEST,
        "verdict": Verdict.NEW,
        "why": "the job passes on main",
        "evidence": (URL,),
        "means": Means(check="ruff check .", tools=("ruff",), agent="agent"),
        "limits": Limits(conduct=Conduct.ACT, tries=2, a_day=6),
    }
    return FixFacts(**{**told, **changes})


def a_fix(**changes: Any) -> Fix:
    """This function will make the row of a fix that is proposed."""
    told = {
        "id": "01234567-89abcdef",
        "repository_id": 7,
        "round": 1,
        "state": FixState.PROPOSED,
        "trouble": a_trouble(),
        "begun_at": NOW - HOUR,
        "updated_at": NOW,
        "fixer": "ruff",
        "head_ref": "pilothouse/fix-01234567",
        "head_sha": "b" * 40,
        "number": 12,
        "change": a_change(),
    }
    return Fix(**{**told, **changes})


def a_change(**changes: Any) -> Change:
    """This function will make what a fix changes."""
    told = {"command": "ruff check .", "digest": "d", "files": ("src/quay.py",), "added": 0, "removed": 1}
    return Change(**{**told, **changes})
