"""The rows of each of a thousand repositories: runs, deployments, gates, wishes, agents, budgets."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from bot.storage.cost_tables import budgets
from bot.storage.shipping_tables import merge_requests
from bot.storage.supervision_tables import sessions, supervisions
from bot.storage.tables import failures, job_results, summaries
from bot.storage.trust_tables import journal
from bot.storage.web_tables import known_repositories, service_levels
from tests.support.thousand_shipping import shipped

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import datetime

    from sqlalchemy import Table

INSTALLATIONS = 50
FIRST_ID = 1_000  # of a repository
_WORDS = ("hull", "keel", "mast", "sail", "helm", "rigging", "galley", "compass", "anchor", "lantern")
_STATES = ("healthy", "quiet", "dead", "unknown", "stuck")
_DAILY, _NOTICED = Decimal(10), Decimal(8)
_JOBS = ("build", "lint", "test")


def name_of(number: int) -> str:
    """This function will name the repository with this number, from 0."""
    return f"fleet-{number % INSTALLATIONS:02}/{_WORDS[number % len(_WORDS)]}-{number}"


def rows_of(number: int, now: datetime) -> Iterator[tuple[Table, Mapping[str, Any]]]:
    yield known_repositories, _known(number, now)
    for day in range(4):
        yield from _runs(number, day, now)
    yield service_levels, _level(number, now)
    yield journal, _journalled(number, now)
    if number % 3 == 0:
        yield from shipped(number, (FIRST_ID + number, name_of(number)), now)
    if number % 8 == 0:
        yield merge_requests, _wish(number, now)
    if number % 5 == 0:
        yield budgets, _budget(number, now)
    if number % 10 == 0:
        yield supervisions, _supervision(number, now)
        yield sessions, _session(number, now)


def _known(number: int, now: datetime) -> Mapping[str, Any]:
    return {
        "repository_id": FIRST_ID + number,
        "installation_id": 1 + number % INSTALLATIONS,
        "full_name": name_of(number),
        "is_private": number % 4 == 0,
        "default_branch": "main",
        "seen_at": now - timedelta(minutes=number),
    }


def _runs(number: int, day: int, now: datetime) -> Iterator[tuple[Table, Mapping[str, Any]]]:
    """A run of three jobs on the default branch, and one of a pull request: each seventh branch is red now."""
    at = now - timedelta(days=day, minutes=number % 600)
    for branch, base in (("main", 0), (f"topic-{day}", 500_000)):
        run_id = 10_000_000 + base + number * 10 + (9 - day)
        is_red = (number % 7 == 0 and day == 0) if branch == "main" else day % 2 == 0
        place = {"repository_id": FIRST_ID + number, "run_id": run_id, "attempt": 1, "workflow": "CI"}
        for position, job in enumerate(_JOBS):
            failed = is_red and job == "test"
            told = {
                "job_id": run_id * 10 + position,
                "job": job,
                "head_sha": f"{run_id:040x}",
                "branch": branch,
            }
            url = f"https://github.com/{name_of(number)}/actions/runs/{run_id}/job/{run_id * 10 + position}"
            row = {**place, **told, "url": url, "seen_at": at}
            yield (
                job_results,
                {
                    **row,
                    "passed": not failed,
                    "conclusion": "failure" if failed else "success",
                    "report": "",
                    "seconds": 61.5 + position,
                },
            )
            if failed:
                yield failures, {**row, **_failure(number, branch, day)}
    yield (
        summaries,
        {
            "repository_id": FIRST_ID + number,
            "number": day + 1,
            "comment_id": number * 10 + day + 1,
            "body_digest": "b" * 64,
            "check_digest": "c" * 64,
            "head_sha": f"{10_500_000 + number * 10 + 9 - day:040x}",
            "updated_at": at,
        },
    )


def _failure(number: int, branch: str, day: int) -> Mapping[str, Any]:
    return {
        "position": 0,
        "author": "" if branch == "main" else "wren",
        "number": None if branch == "main" else day + 1,
        "fingerprint": f"{number % 40:064x}",
        "tool": "pytest",
        "cause": "test",
        "message": f"AssertionError: berth {number % 40} is taken",
        "tests": f'["tests/test_berth.py::test_{number % 40}"]',
    }


def _wish(number: int, now: datetime) -> Mapping[str, Any]:
    at = now - timedelta(minutes=number % 90)
    sha = f"{number:040x}"
    return {
        "repository_id": FIRST_ID + number,
        "number": 4,
        "wish": f"wish-{number}",
        "source": "command",
        "person": "wren",
        "person_id": 7,
        "receipt": "",
        "line": "/merge",
        "method": "",
        "asked_sha": sha,
        "head_sha": sha,
        "base_ref": "main",
        "state": "waiting",
        "reason": "checks_running",
        "text": "`test` runs.",
        "asked_at": at,
        "updated_at": at,
    }


def _supervision(number: int, now: datetime) -> Mapping[str, Any]:
    return {
        "repository_id": FIRST_ID + number,
        "installation_id": 1 + number % INSTALLATIONS,
        "repository": name_of(number),
        "default_branch": "main",
        "config": '{"agents":{"builder":{}},"hosts":{},"config":{}}',
        "watched_at": now,
        "found_at": now,
        "updated_at": now,
    }


def _session(number: int, now: datetime) -> Mapping[str, Any]:
    at = now - timedelta(minutes=number % 60)
    return {
        "repository_id": FIRST_ID + number,
        "name": "builder",
        "host": "",
        "state": _STATES[number // 10 % 5],
        "since": at,
        "text": "As it was seen.",
        "updated_at": now,
    }


def _level(number: int, now: datetime) -> Mapping[str, Any]:
    ended = now - timedelta(minutes=number)
    seconds = 1.0 + number % 9
    return {
        "kind": ("acknowledged", "summarised", "merged")[number % 3],
        "cause": str(number),
        "repository_id": FIRST_ID + number,
        "began_at": ended - timedelta(seconds=seconds),
        "ended_at": ended,
        "seconds": seconds,
    }


def _journalled(number: int, now: datetime) -> Mapping[str, Any]:
    return {
        "repository_id": FIRST_ID + number,
        "sequence": 1,
        "key": f"command-{number}",
        "kind": "command",
        "at": now - timedelta(minutes=number),
        "actor": "wren",
        "actor_id": 7,
        "what": "/merge",
        "subject": "#4",
        "result": "accepted",
        "evidence": "",
        "detail": "{}",
        "previous": "0" * 64,
        "hash": f"{number:064x}",
    }


def _budget(number: int, now: datetime) -> Mapping[str, Any]:
    spent = Decimal(number // 5 % 11)
    stage = "frozen" if spent == _DAILY else "noticed" if spent >= _NOTICED else "under"
    return {
        "repository_id": FIRST_ID + number,
        "installation_id": 1 + number % INSTALLATIONS,
        "repository": name_of(number),
        "default_branch": "main",
        "mode": "enforce",
        "stage": stage,
        "day": now.date().isoformat(),
        "limit": _DAILY,
        "spent": spent,
        "forecast": spent + 2,
        "is_sure": True,
        "noticed": "[]",
        "reading_id": "",
        "decision_id": "",
        "config": '{"limit": 10.0}',
        "read_at": now - timedelta(minutes=5),
        "updated_at": now - timedelta(minutes=5),
    }
