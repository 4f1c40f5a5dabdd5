"""Agents in every state with what happened to them, hung runs and fixes, for pages, answers and metrics."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from bot.config.agents import AgentConfig, HostConfig
from bot.config.supervising import SupervisionConfig
from bot.markdown import code, escape
from bot.supervision.fixing.model import Change, Fix, FixState, Trouble
from bot.supervision.fixing.store import begin_fix
from bot.supervision.keeping.store import keep_supervision, note_supervised, note_watched
from bot.supervision.model import Supervised
from bot.supervision.runs.model import HungRun, RunKind, RunState
from bot.supervision.runs.store import save_hung_run
from bot.supervision.sessions.model import LIMIT, EventKind, Process, Session, SessionEvent, SessionState
from bot.supervision.sessions.store import note_event, save_session
from tests.support.diagnosis import FAILURE, HEAD, PAGE, REPOSITORY

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import Connection

    from bot.storage.database import Database

HOSTILE = (
    "<img src=x onerror=alert(1)> @ada [click](javascript:alert(1))"  # what a host, a commit or a log may say
)
AGENTS = {
    "builder": AgentConfig(
        work_tree="/srv/builder", command="make work", model="nova-next", branch="builder"
    ),
    "helm-1": AgentConfig(host="orchestrator", work_tree="/srv/helm", command="run", session="helm"),
    "lookout": AgentConfig(),
    "mate": AgentConfig(command="run", work_tree="/srv/mate"),
    "navigator": AgentConfig(host="orchestrator"),
    "oiler": AgentConfig(),
    "purser": AgentConfig(),
    "stoker": AgentConfig(host="orchestrator"),
    "trimmer": AgentConfig(),
    "yeoman": AgentConfig(),  # nobody looked at it yet
}
SUPERVISED = Supervised(
    agents=AGENTS,
    hosts={"orchestrator": HostConfig(instance="i-0123456789abcdef0", account="123456789012")},
    config=SupervisionConfig(),
)
_S = SessionState
_STATES = {
    "builder": (_S.HEALTHY, "It gets on."),
    "helm-1": (_S.QUARANTINED, "It ended with exit 1."),
    "lookout": (_S.QUIET, "It runs, and gives no sign."),
    "mate": (_S.DEAD, "It was ended by signal 9."),
    "navigator": (_S.UNKNOWN, "Its host did not answer."),
    "oiler": (_S.FINISHED, "It ended with exit 0."),
    "purser": (_S.HELD, "It is paused."),
    "stoker": (_S.STUCK, "It runs, and has given no sign for long; it is left alone."),
    "trimmer": (_S.STARTING, "It was started, and has yet to show that it gets on."),
}


async def save_agents(
    database: Database, now: datetime, *, supervised: Supervised = SUPERVISED, said: str = HOSTILE
) -> None:
    """This function will store what a watchdog and a supervisor have seen and done, and what was said to them."""
    await database.write(lambda connection: _save(connection, now, supervised, said))


def session(name: str, now: datetime, **changes: Any) -> Session:
    """This function will make the row of a session as it stands in the sample."""
    state, text = _STATES[name]
    made = Session(
        repository_id=REPOSITORY.id,
        name=name,
        host=AGENTS[name].host or "",
        state=state,
        since=now - timedelta(minutes=95),
        updated_at=now - timedelta(minutes=1),
        text=text,
    )
    return replace(made, **changes)


def hung_run(now: datetime, **changes: Any) -> HungRun:
    """This function will make a workflow run that hangs."""
    made = HungRun(
        repository_id=REPOSITORY.id,
        run_id=501,
        attempt=1,
        workflow="ci.yml",
        state=RunState.AGAIN,
        kind=RunKind.LOST,
        text="None of its steps was at work for 40 min. It was cancelled and begun again.",
        url=f"{PAGE}/actions/runs/501",
        found_at=now - timedelta(hours=3),
        updated_at=now - timedelta(hours=2),
    )
    return replace(made, **changes)


def fix(now: datetime, said: str = HOSTILE, **changes: Any) -> Fix:
    """This function will make a try to fix a failure whose log said something; its pull request is open."""
    trouble = Trouble(
        branch="main",
        base_sha=HEAD,
        run_id=100,
        run_url=f"{PAGE}/actions/runs/100",
        workflow="CI",
        job="format",
        job_url=f"{PAGE}/actions/runs/100/job/7",
        failure=replace(FAILURE, message=f"hull.rs is not formatted: {said}"),
    )
    made = Fix(
        id="fix-1",
        repository_id=REPOSITORY.id,
        round=1,
        state=FixState.FIXED,
        trouble=trouble,
        begun_at=now - timedelta(minutes=50),
        updated_at=now - timedelta(minutes=30),
        text="Its build no longer has the failure.",
        fixer="rustfmt",
        head_ref="pilothouse/fix-f1",
        number=31,
        change=Change(command="cargo fmt --check", digest="d", files=("src/hull.rs",), added=3, removed=2),
    )
    return replace(made, **changes)


def _save(connection: Connection, now: datetime, supervised: Supervised, said: str) -> None:
    keep_supervision(connection, REPOSITORY, supervised, now=now - timedelta(days=3))
    note_watched(connection, REPOSITORY.id, now - timedelta(minutes=1))
    note_supervised(connection, REPOSITORY.id, now - timedelta(minutes=11))
    for name in _STATES:
        save_session(connection, session(name, now))
    _tell_more(connection, now, said)
    for number, (name, kind, text) in enumerate(_happened(said)):
        at = now - timedelta(minutes=3 + 7 * number)
        event = SessionEvent(
            id=f"event-{number}", repository_id=REPOSITORY.id, name=name, kind=kind, text=text, at=at
        )
        note_event(connection, event)
    save_hung_run(connection, hung_run(now))
    stuck = hung_run(
        now, run_id=502, state=RunState.LEFT, kind=RunKind.QUEUED, workflow="release.yml", issue=17
    )
    save_hung_run(
        connection, replace(stuck, text="No runner takes its job for 2 h; it releases, so it is left.")
    )
    begin_fix(connection, fix(now, said))
    refused = fix(
        now,
        said,
        id="fix-2",
        state=FixState.REFUSED,
        reason="fix_removes_tests",
        fixer="opencode",
        number=None,
    )
    begin_fix(
        connection, replace(refused, text="It removes `hull::floats`.", price=Decimal("0.41"), change=None)
    )


def _tell_more(connection: Connection, now: datetime, said: str) -> None:
    """What the watchdog knows of some of them beside their states."""
    told: dict[str, dict[str, Any]] = {
        "builder": {
            "process": Process(pane="%3", pid=4711, started="boot.99"),
            "sign_at": now - timedelta(minutes=2),
            "head": HEAD,
            "work": "2 commits of `builder` were pushed.",
        },
        "helm-1": {
            "starts": tuple(now - timedelta(minutes=minutes) for minutes in (100, 99, 97, 96)),
            "issue": 16,
            "decision_id": "0123456789ab",
            "work": f"A secret stands in {code('notes.txt')}, so it was not committed.",
        },
        "mate": {"starts": (now - timedelta(minutes=4),), "next_start_at": now + timedelta(minutes=2)},
        "purser": {"held_by": "ada"},
        "stoker": {"work": f"Its branch and the remote's have parted: {escape(said)}."},
        "lookout": {"held_by": LIMIT},
        "navigator": {"text": f"Its host did not answer: {escape(said)}."},
    }
    for name, changes in told.items():
        save_session(connection, session(name, now, **changes))


def _happened(said: str) -> tuple[tuple[str, EventKind, str], ...]:
    return (
        ("builder", EventKind.PUSHED, "2 commits of `builder` were pushed."),
        ("trimmer", EventKind.STARTED, "It ended with exit 137 (signal 9)."),
        ("mate", EventKind.DIED, "It was ended by signal 9."),
        ("purser", EventKind.PAUSED, "By `ada`. `purser` is paused (3 processes)."),
        ("stoker", EventKind.KEPT, f"Nothing was pushed: {escape(said)}."),
        ("helm-1", EventKind.QUARANTINED, "It ended with exit 1."),
        ("helm-1", EventKind.DIED, "It ended with exit 1."),
        ("helm-1", EventKind.STARTED, "It ended with exit 1."),
        ("oiler", EventKind.FINISHED, "It ended with exit 0."),
        ("builder", EventKind.FOUND, "It was found in tmux as `builder`."),
    )
