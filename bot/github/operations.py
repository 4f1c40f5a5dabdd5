"""The closed table of GitHub operations in use, with the permission that each one is given."""

from __future__ import annotations

from bot.github import shipping_operations, trust_operations
from bot.github.graph_operations import GRAPH_OPERATIONS
from bot.github.operation import Level, Operation, Permissions

_REPO = "/repos/{owner}/{repo}"
_METADATA: Permissions = frozenset({("metadata", "read")})
_ISSUES_READ: Permissions = frozenset({("issues", "read")})
_ISSUES_WRITE: Permissions = frozenset({("issues", "write")})
_PULLS_READ: Permissions = frozenset({("pull_requests", "read")})
_ACTIONS_READ: Permissions = frozenset({("actions", "read")})
_ACTIONS_WRITE: Permissions = frozenset({("actions", "write")})
_CHECKS_READ: Permissions = frozenset({("checks", "read")})
_CHECKS_WRITE: Permissions = frozenset({("checks", "write")})
_DEPLOYMENTS_READ: Permissions = frozenset({("deployments", "read")})
_DEPLOYMENTS_WRITE: Permissions = frozenset({("deployments", "write")})
_CONTENTS_READ: Permissions = frozenset({("contents", "read")})

GET_APP = Operation(id="apps/get-authenticated", method="GET", path="/app")
LIST_INSTALLATIONS = Operation(id="apps/list-installations", method="GET", path="/app/installations")
CREATE_TOKEN = Operation(
    id="apps/create-installation-access-token",
    method="POST",
    path="/app/installations/{installation_id}/access_tokens",
    repeatable=True,
    paced=False,
)
LIST_INSTALLATION_REPOSITORIES = Operation(
    id="apps/list-repos-accessible-to-installation",
    method="GET",
    path="/installation/repositories",
    permissions=_METADATA,
    items="repositories",
)
LIST_DELIVERIES = Operation(id="apps/list-webhook-deliveries", method="GET", path="/app/hook/deliveries")
REDELIVER = Operation(
    id="apps/redeliver-webhook-delivery",
    method="POST",
    path="/app/hook/deliveries/{delivery_id}/attempts",
    repeatable=True,  # a redelivery keeps its GUID, and a processed GUID is dropped
    paced=False,
)

LIST_COMMENTS = Operation(
    id="issues/list-comments",
    method="GET",
    path=f"{_REPO}/issues/{{issue_number}}/comments",
    permissions=_ISSUES_READ,
)
GET_COMMENT = Operation(
    id="issues/get-comment",
    method="GET",
    path=f"{_REPO}/issues/comments/{{comment_id}}",
    permissions=_ISSUES_READ,
)
CREATE_COMMENT = Operation(
    id="issues/create-comment",
    method="POST",
    path=f"{_REPO}/issues/{{issue_number}}/comments",
    permissions=_ISSUES_WRITE,
)
UPDATE_COMMENT = Operation(
    id="issues/update-comment",
    method="PATCH",
    path=f"{_REPO}/issues/comments/{{comment_id}}",
    permissions=_ISSUES_WRITE,
    repeatable=True,
)
REACT_TO_COMMENT = Operation(
    id="reactions/create-for-issue-comment",
    method="POST",
    path=f"{_REPO}/issues/comments/{{comment_id}}/reactions",
    permissions=_ISSUES_WRITE,
    repeatable=True,  # answers 200 with the reaction that stands already
)
REACT_TO_ISSUE = Operation(
    id="reactions/create-for-issue",
    method="POST",
    path=f"{_REPO}/issues/{{issue_number}}/reactions",
    permissions=_ISSUES_WRITE,
    repeatable=True,
)

GET_PULL = Operation(
    id="pulls/get", method="GET", path=f"{_REPO}/pulls/{{pull_number}}", permissions=_PULLS_READ
)
LIST_PULLS = Operation(id="pulls/list", method="GET", path=f"{_REPO}/pulls", permissions=_PULLS_READ)
LIST_PULLS_OF_COMMIT = Operation(
    id="repos/list-pull-requests-associated-with-commit",
    method="GET",
    path=f"{_REPO}/commits/{{commit_sha}}/pulls",
    permissions=_PULLS_READ,
)

GET_RUN = Operation(
    id="actions/get-workflow-run",
    method="GET",
    path=f"{_REPO}/actions/runs/{{run_id}}",
    permissions=_ACTIONS_READ,
)
LIST_RUNS = Operation(
    id="actions/list-workflow-runs-for-repo",
    method="GET",
    path=f"{_REPO}/actions/runs",
    permissions=_ACTIONS_READ,
    items="workflow_runs",
)
LIST_JOBS = Operation(
    id="actions/list-jobs-for-workflow-run-attempt",
    method="GET",
    path=f"{_REPO}/actions/runs/{{run_id}}/attempts/{{attempt_number}}/jobs",
    permissions=_ACTIONS_READ,
    items="jobs",
)
LIST_ARTIFACTS = Operation(
    id="actions/list-workflow-run-artifacts",
    method="GET",
    path=f"{_REPO}/actions/runs/{{run_id}}/artifacts",
    permissions=_ACTIONS_READ,
    items="artifacts",
)
DOWNLOAD_ARTIFACT = Operation(
    id="actions/download-artifact",
    method="GET",
    path=f"{_REPO}/actions/artifacts/{{artifact_id}}/{{archive_format}}",
    permissions=_ACTIONS_READ,
)
DOWNLOAD_JOB_LOG = Operation(
    id="actions/download-job-logs-for-workflow-run",
    method="GET",
    path=f"{_REPO}/actions/jobs/{{job_id}}/logs",
    permissions=_ACTIONS_READ,
)
RERUN_FAILED_JOBS = Operation(
    id="actions/re-run-workflow-failed-jobs",
    method="POST",
    path=f"{_REPO}/actions/runs/{{run_id}}/rerun-failed-jobs",
    permissions=_ACTIONS_WRITE,
)
RERUN_RUN = Operation(
    id="actions/re-run-workflow",
    method="POST",
    path=f"{_REPO}/actions/runs/{{run_id}}/rerun",
    permissions=_ACTIONS_WRITE,
)
RERUN_JOB = Operation(
    id="actions/re-run-job-for-workflow-run",
    method="POST",
    path=f"{_REPO}/actions/jobs/{{job_id}}/rerun",
    permissions=_ACTIONS_WRITE,
)
CANCEL_RUN = Operation(
    id="actions/cancel-workflow-run",
    method="POST",
    path=f"{_REPO}/actions/runs/{{run_id}}/cancel",
    permissions=_ACTIONS_WRITE,
    repeatable=True,
)
DISPATCH_WORKFLOW = Operation(
    id="actions/create-workflow-dispatch",
    method="POST",
    path=f"{_REPO}/actions/workflows/{{workflow_id}}/dispatches",
    permissions=_ACTIONS_WRITE,
)
LIST_WORKFLOWS = Operation(
    id="actions/list-repo-workflows",
    method="GET",
    path=f"{_REPO}/actions/workflows",
    permissions=_ACTIONS_READ,
    items="workflows",
)

CREATE_CHECK = Operation(
    id="checks/create", method="POST", path=f"{_REPO}/check-runs", permissions=_CHECKS_WRITE
)
UPDATE_CHECK = Operation(
    id="checks/update",
    method="PATCH",
    path=f"{_REPO}/check-runs/{{check_run_id}}",
    permissions=_CHECKS_WRITE,  # not repeatable: annotations are appended
)
LIST_CHECKS = Operation(
    id="checks/list-for-ref",
    method="GET",
    path=f"{_REPO}/commits/{{ref}}/check-runs",
    permissions=_CHECKS_READ,
    items="check_runs",
)
LIST_ANNOTATIONS = Operation(
    id="checks/list-annotations",
    method="GET",
    path=f"{_REPO}/check-runs/{{check_run_id}}/annotations",
    permissions=_CHECKS_READ,
)

CREATE_DEPLOYMENT = Operation(
    id="repos/create-deployment", method="POST", path=f"{_REPO}/deployments", permissions=_DEPLOYMENTS_WRITE
)
CREATE_DEPLOYMENT_STATUS = Operation(
    id="repos/create-deployment-status",
    method="POST",
    path=f"{_REPO}/deployments/{{deployment_id}}/statuses",
    permissions=_DEPLOYMENTS_WRITE,
)
LIST_DEPLOYMENTS = Operation(
    id="repos/list-deployments", method="GET", path=f"{_REPO}/deployments", permissions=_DEPLOYMENTS_READ
)
LIST_DEPLOYMENT_STATUSES = Operation(
    id="repos/list-deployment-statuses",
    method="GET",
    path=f"{_REPO}/deployments/{{deployment_id}}/statuses",
    permissions=_DEPLOYMENTS_READ,
)
LIST_ENVIRONMENTS = Operation(
    id="repos/get-all-environments",
    method="GET",
    path=f"{_REPO}/environments",
    permissions=_ACTIONS_READ,
    items="environments",
)
GET_PERMISSION = Operation(
    id="repos/get-collaborator-permission-level",
    method="GET",
    path=f"{_REPO}/collaborators/{{username}}/permission",
    permissions=_METADATA,
)
GET_CONTENT = Operation(
    id="repos/get-content", method="GET", path=f"{_REPO}/contents/{{path}}", permissions=_CONTENTS_READ
)
COMPARE = Operation(
    id="repos/compare-commits-with-basehead",
    method="GET",
    path=f"{_REPO}/compare/{{basehead}}",
    permissions=_CONTENTS_READ,
)

OPERATIONS: tuple[Operation, ...] = tuple(
    value
    for value in (*vars().values(), *vars(trust_operations).values(), *vars(shipping_operations).values())
    if isinstance(value, Operation)
)


def _strongest(operations: tuple[Operation, ...]) -> dict[str, Level]:
    # "write" sorts after "read", and a later pair replaces an earlier one
    return dict(sorted(pair for operation in operations for pair in operation.permissions))


# No operation always needs the last: bot.github.exchange asks for it where files in .github/workflows change.
REQUIRED_PERMISSIONS: dict[str, Level] = _strongest(OPERATIONS + GRAPH_OPERATIONS) | {"workflows": "write"}
