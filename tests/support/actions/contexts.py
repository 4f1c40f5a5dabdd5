"""Makes what every expression of a run may read: `github`, `vars` and `secrets`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tests.support.actions.model import Trigger

TOKEN = "ghs_tokenOfThisRunWhichNobodySees000000"
SERVER = "https://github.com"


def github_context(trigger: Trigger, workflow: Mapping[str, Any], file: str) -> dict[str, Any]:
    """This function will return the `github` context of a run before any job has a machine."""
    path = f"{trigger.full_name}/.github/workflows/{file}@{trigger.ref}"
    kind = "tag" if trigger.ref.startswith("refs/tags/") else "branch"
    pull = _pull(trigger)
    return {
        "actor": trigger.actor,
        "triggering_actor": trigger.actor,
        "api_url": "https://api.github.com",
        "graphql_url": "https://api.github.com/graphql",
        "server_url": SERVER,
        "event_name": trigger.event,
        "event": _event(trigger),
        "ref": trigger.ref,
        "ref_name": trigger.ref.removeprefix("refs/heads/")
        .removeprefix("refs/tags/")
        .removeprefix("refs/pull/"),
        "ref_type": kind,
        "ref_protected": True,
        "head_ref": pull.get("head", {}).get("ref", ""),
        "base_ref": pull.get("base", {}).get("ref", ""),
        "repository": trigger.full_name,
        "repository_id": "42",
        "repository_owner": trigger.full_name.split("/")[0],
        "repository_owner_id": "7",
        "run_id": str(trigger.run_id),
        "run_number": "12",
        "run_attempt": str(trigger.attempt),
        "retention_days": "90",
        "sha": trigger.sha,
        "token": TOKEN,
        "workflow": workflow.get("name") or f".github/workflows/{file}",
        "workflow_ref": path,
        "workflow_sha": trigger.sha,
    }


def _pull(trigger: Trigger) -> dict[str, Any]:
    found = trigger.payload.get("pull_request")
    return found if isinstance(found, dict) else {}


def _event(trigger: Trigger) -> dict[str, Any]:
    told: dict[str, Any] = {
        "repository": {"full_name": trigger.full_name, "default_branch": "main", "private": False},
        "sender": {"login": trigger.actor},
        **trigger.payload,
    }
    if trigger.event == "workflow_dispatch":  # here even a tick is a text; the `inputs` context has types
        told["inputs"] = {
            name: str(value).lower() if isinstance(value, bool) else value
            for name, value in trigger.inputs.items()
        }
        told["ref"] = trigger.ref
    return told
