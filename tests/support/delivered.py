"""Deliveries of every kind in an inbox, and the runs that came of them in the engine's file."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

from bot.engine.durable_store import engine_url
from bot.storage.inbox import Delivery
from tests.support.diagnosis import REPOSITORY
from tests.support.inbox import Ended
from tests.support.payload_samples import PAYLOADS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.storage.database import Database
    from bot.storage.inbox import Inbox

NOW_MS = 1_700_000_000_000
SECRET = "ghp_" + "a1B2" * 9  # of the form of a personal access token
COMMENT = json.dumps(
    {**PAYLOADS["issue_comment"], "note": f"token={SECRET}", "html": '<script>alert(1)</script> "quoted"'}
).encode()
RUNS: Sequence[tuple[str, str, str, str]] = (  # run id, flow, status, error
    ("obey-1", "obey", "SUCCESS", ""),
    ("diagnose-2-1", "diagnose", "ERROR", json.dumps({"name": "KeyError", "message": f"'<b>' {SECRET}"})),
    ("summarise-2", "summarise", "PENDING", ""),
)


def delivered(
    guid: str, event: str, *, repository_id: int | None = REPOSITORY.id, body: bytes = b"{}", number: int = 0
) -> Delivery:
    """This function will make a delivery of the usual repository, or of another."""
    name = REPOSITORY.full_name if repository_id == REPOSITORY.id else "octo/secret"
    return Delivery(
        guid=guid,
        event=event,
        action="created" if event == "issue_comment" else "",
        installation_id=1,
        body=body,
        repository_id=repository_id,
        repository=name if repository_id is not None else "",
        number=number or None,
    )


async def save_deliveries(inbox: Inbox) -> dict[str, int]:
    """This function will fill an inbox with deliveries in every state, and give their sequences by GUID."""
    for one in (
        delivered("g-comment", "issue_comment", body=COMMENT, number=3),
        delivered("g-run", "workflow_run", body=b'{"a": 1}', number=3),
        delivered("g-push", "push"),
        delivered("g-broken", "check_run", body=b'{"broken": true}'),
        delivered("g-secret", "workflow_run", repository_id=43, body=b'{"secret": "of another"}'),
        delivered("g-installed", "installation", repository_id=None),
    ):
        await inbox.put(one)
    rows = {row.guid: row for row in await inbox.take(lambda _: 100, 100)}
    came: dict[str, tuple[tuple[str, str, str], ...]] = {
        "g-comment": (("obey", "obey-1", ""),),
        "g-run": (
            ("diagnose", "diagnose-2-1", ""),
            ("summarise", "summarise-2", ""),
            ("", "deploy-42-17-0", "workflow run"),
        ),
        "g-push": (),
        "g-secret": (("diagnose", "diagnose-3-1", ""),),
        "g-installed": (("find_budgets", "find_budgets-1", ""),),
    }
    ended = [
        Ended(sequence=rows[guid].sequence, body=rows[guid].body, decisions=decisions)
        for guid, decisions in came.items()
    ]
    broken = rows["g-broken"]
    failed = Ended(sequence=broken.sequence, body=broken.body, failure=f"KeyError: '<i>nothing</i>' {SECRET}")
    await inbox.finish([*ended, failed])
    await inbox.put(delivered("g-waits", "pull_request", body=b'{"waits": 1}', number=5))
    return {guid: row.sequence for guid, row in rows.items()} | {"g-waits": len(rows) + 1}


def save_runs(database: Database) -> None:
    """This function will write the runs into the engine's file as the engine library does."""
    path = Path(str(engine_url(str(database.url)).database))
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute(
            "create table if not exists workflow_status (workflow_uuid text primary key, status text, name text,"
            " created_at bigint, updated_at bigint, recovery_attempts bigint)"
        )
        connection.execute(
            "create table if not exists workflow_output (workflow_uuid text primary key, output text, error text)"
        )
        connection.executemany(
            "insert into workflow_status values (?, ?, ?, ?, ?, 1)",
            [(run_id, status, flow, NOW_MS, NOW_MS) for run_id, flow, status, _ in RUNS],
        )
        connection.executemany(
            "insert into workflow_output values (?, null, ?)",
            [(run_id, error) for run_id, _, _, error in RUNS if error],
        )
