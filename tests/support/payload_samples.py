"""One small delivery of each event, as GitHub sends them."""

from __future__ import annotations

from typing import Any

REPOSITORY = {"id": 70, "full_name": "octo/hello", "default_branch": "trunk"}
COMMON = {
    "action": "created",
    "installation": {"id": 7},
    "repository": REPOSITORY,
    "sender": {"id": 1, "login": "ann", "type": "User"},
}
TIMES = {"created_at": "2026-01-01T00:00:00Z", "updated_at": "2026-01-02T00:00:00+01:00"}
PULL = {
    "number": 3,
    "state": "open",
    "title": "A",
    "head": {"sha": "a" * 40, "ref": "f", "repo": {"full_name": "eve/hello"}},
    "base": {"sha": "b" * 40, "ref": "main", "repo": {"full_name": "octo/hello"}},
    "user": {"id": 2, "login": "eve"},
    "body": None,
    **TIMES,
}
RUN = {
    "id": 11,
    "name": "CI",
    "path": ".github/workflows/ci.yml",
    "workflow_id": 4,
    "run_attempt": 2,
    "event": "pull_request",
    "status": "completed",
    "conclusion": "failure",
    "head_sha": "a" * 40,
    "head_branch": "f",
    "head_repository": {"full_name": "eve/hello"},
    "pull_requests": [{"number": 3}],
    "actor": {"id": 2, "login": "eve"},
    "html_url": "https://github.com/octo/hello/actions/runs/11",
    **TIMES,
}
JOB = {"id": 12, "run_id": 11, "name": "test", "head_sha": "a" * 40, "status": "queued", "steps": []}
CHECK = {"id": 13, "name": "x", "head_sha": "a" * 40, "status": "completed", "pull_requests": [{"number": 3}]}
SUITE = {"id": 14, "head_sha": "a" * 40, "pull_requests": [], "conclusion": None, "app": {"id": 5}}
DEPLOYMENT = {
    "id": 15,
    "sha": "a" * 40,
    "ref": "main",
    "environment": "staging",
    "payload": '{"a": 1}',
    "created_at": "2026-01-01T00:00:00Z",
}
PAYLOADS: dict[str, dict[str, Any]] = {
    "issue_comment": {
        **COMMON,
        "issue": {"number": 3, "state": "open", "user": {"id": 2, "login": "eve"}, "pull_request": {}},
        "comment": {"id": 5, "body": "/ping", "user": {"id": 1, "login": "ann"}, **TIMES},
    },
    "pull_request": {**COMMON, "pull_request": PULL, "before": "c" * 40},
    "pull_request_review": {
        **COMMON,
        "pull_request": PULL,
        "review": {"id": 6, "state": "APPROVED", "commit_id": "a" * 40, "submitted_at": None},
    },
    "workflow_run": {**COMMON, "workflow_run": RUN},
    "workflow_job": {**COMMON, "workflow_job": JOB},
    "check_run": {**COMMON, "check_run": CHECK, "requested_action": {"identifier": "rerun"}},
    "check_suite": {**COMMON, "check_suite": SUITE},
    "push": {**COMMON, "ref": "refs/heads/main", "before": "0" * 40, "after": "a" * 40},
    "status": {**COMMON, "sha": "a" * 40, "context": "ci/legacy", "state": "pending"},
    "repository": {
        **COMMON,
        "action": "renamed",
        "changes": {"repository": {"name": {"from": "goodbye"}}},
    },
    "merge_group": {
        **COMMON,
        "action": "checks_requested",
        "merge_group": {
            "head_sha": "a" * 40,
            "head_ref": "refs/heads/gh-readonly-queue/main/pr-3-" + "b" * 40,
            "base_sha": "b" * 40,
            "base_ref": "refs/heads/main",
        },
    },
    "deployment_protection_rule": {
        **COMMON,
        "action": "requested",
        "environment": "production",
        "event": "workflow_dispatch",
        "ref": "main",
        "sha": "a" * 40,
        "deployment": {"id": 15},
        "deployment_callback_url": "https://api.github.com/repos/octo/hello/actions/runs/11"
        "/deployment_protection_rule",
        "pull_requests": [{"number": 3}],
        "workflow_run": {"id": 11},
    },
    "deployment_status": {
        **COMMON,
        "deployment": DEPLOYMENT,
        "deployment_status": {"id": 16, "state": "waiting", "created_at": "2026-01-01T00:00:00Z"},
    },
    "installation": {**COMMON, "repositories": [{"full_name": "octo/hello"}], "repository": None},
    "installation_repositories": {
        **COMMON,
        "repositories_added": [{"full_name": "octo/new"}],
        "repositories_removed": [{"full_name": "octo/old"}],
    },
    "github_app_authorization": {"action": "revoked", "sender": {"id": 5, "login": "ann", "type": "User"}},
    "ping": {"zen": "Keep it logically awesome.", "hook_id": 1},
}
