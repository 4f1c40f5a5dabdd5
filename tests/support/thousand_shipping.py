"""The deployments of each of a thousand repositories, with what waits, holds and was decided."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from bot.storage.trust_tables import decisions, deployments, gates, lease_queue, leases

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import datetime

    from sqlalchemy import Table

_SUBJECT = (
    '{"environment":"production","head_sha":"%s","tree":"%s","base_ref":"main","parameters":[],"plan":null}'
)


def shipped(
    number: int, repository: tuple[int, str], now: datetime
) -> Iterator[tuple[Table, Mapping[str, Any]]]:
    """This function will give the deployments of two environments; one may be under way or wait for people."""
    (repository_id, name), at = repository, now - timedelta(minutes=number % 300)
    sha, run = f"{number:040x}", f"deploy-{repository_id}"
    stage = ("succeeded", "succeeded", "applying", "gated", "failed")[number // 3 % 5]
    for each, (environment, came_to) in enumerate((("staging", "succeeded"), ("production", stage))):
        yield (
            deployments,
            {
                "repository_id": repository_id,
                "deployment_id": number * 10 + each,
                "number": 1 + each,
                "environment": environment,
                "sha": sha,
                "workflow_run_id": number * 10 + each,
                "run_id": f"{run}-{each}",
                "state": "success",
                "updated_at": at,
                "stage": came_to,
                "author": "wren",
                "author_id": 7,
                "is_good": came_to == "succeeded",
                "gate_id": f"gate-{repository_id}" if came_to == "gated" else "",
                "decision_id": f"d{number:011}" if each else "",
                "created_at": at - timedelta(minutes=4),
            },
        )
    yield (
        decisions,
        {
            "id": f"d{number:011}",
            "kind": "deploy",
            "repository_id": repository_id,
            "repository": name,
            "number": 2,
            "environment": "production",
            "decided_at": at,
            "facts": "{}",
            "decision": '{"kind":"deploy","outcome":"proceed","conditions":[]}',
        },
    )
    if stage == "gated":
        yield (
            gates,
            {
                "id": f"gate-{repository_id}",
                "repository_id": repository_id,
                "number": 2,
                "environment": "production",
                "subject": _SUBJECT % (sha, sha),
                "requester": "wren",
                "requester_id": 7,
                "state": "waiting",
                "reason": "waiting_for_approval",
                "text": "Nobody has approved yet.",
                "run_id": f"{run}-1",
                "opened_at": at,
                "expires_at": at + timedelta(days=3),
                "updated_at": at,
            },
        )
    holder = {
        "repository_id": repository_id,
        "environment": "production",
        "kind": "deploy",
        "sha": sha,
        "person": "wren",
        "person_id": 7,
        "reason": "",
    }
    if stage in {"applying", "gated"}:
        yield (
            leases,
            {
                **holder,
                "token": 3,
                "run_id": f"{run}-1",
                "number": 2,
                "taken_at": at,
                "heartbeat_at": now,
                "expires_at": now + timedelta(minutes=20),
            },
        )
        yield (
            lease_queue,
            {**holder, "run_id": f"{run}-2", "number": 3, "sequence": 4, "asked_at": at, "seen_at": now},
        )
