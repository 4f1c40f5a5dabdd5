"""The operations behind approvals and protection: who wrote, who reviewed, who belongs, what waits."""

from __future__ import annotations

from bot.github.operation import Operation, Permissions

_REPO = "/repos/{owner}/{repo}"
_ACTIONS_READ: Permissions = frozenset({("actions", "read")})
_CONTENTS_READ: Permissions = frozenset({("contents", "read")})
_DEPLOYMENTS_WRITE: Permissions = frozenset({("deployments", "write")})
_ISSUES_READ: Permissions = frozenset({("issues", "read")})
_ISSUES_WRITE: Permissions = frozenset({("issues", "write")})
_MEMBERS_READ: Permissions = frozenset({("members", "read")})
_PULLS_READ: Permissions = frozenset({("pull_requests", "read")})
_PULLS_WRITE: Permissions = frozenset({("pull_requests", "write")})
_STATUSES_READ: Permissions = frozenset({("statuses", "read")})

GET_COMMIT = Operation(
    id="repos/get-commit", method="GET", path=f"{_REPO}/commits/{{ref}}", permissions=_CONTENTS_READ
)
LIST_COMMITS = Operation(
    id="repos/list-commits", method="GET", path=f"{_REPO}/commits", permissions=_CONTENTS_READ
)
LIST_PULL_COMMITS = Operation(
    id="pulls/list-commits",
    method="GET",
    path=f"{_REPO}/pulls/{{pull_number}}/commits",
    permissions=_PULLS_READ,
)
LIST_STATUSES = Operation(
    id="repos/list-commit-statuses-for-ref",
    method="GET",
    path=f"{_REPO}/commits/{{ref}}/statuses",
    permissions=_STATUSES_READ,
)

LIST_REVIEWS = Operation(
    id="pulls/list-reviews",
    method="GET",
    path=f"{_REPO}/pulls/{{pull_number}}/reviews",
    permissions=_PULLS_READ,
)
LIST_REQUESTED_REVIEWERS = Operation(
    id="pulls/list-requested-reviewers",
    method="GET",
    path=f"{_REPO}/pulls/{{pull_number}}/requested_reviewers",
    permissions=_PULLS_READ,
)
REQUEST_REVIEWERS = Operation(
    id="pulls/request-reviewers",
    method="POST",
    path=f"{_REPO}/pulls/{{pull_number}}/requested_reviewers",
    permissions=_PULLS_WRITE,
    repeatable=True,  # who is asked already stays asked
)
GET_TEAM_MEMBERSHIP = Operation(
    id="teams/get-membership-for-user-in-org",
    method="GET",
    path="/orgs/{org}/teams/{team_slug}/memberships/{username}",
    permissions=_MEMBERS_READ,
)

LIST_PROTECTION_RULES = Operation(
    id="repos/get-all-deployment-protection-rules",
    method="GET",
    path=f"{_REPO}/environments/{{environment_name}}/deployment_protection_rules",
    permissions=_ACTIONS_READ,
)
ANSWER_PROTECTION = Operation(
    id="actions/review-custom-gates-for-run",
    method="POST",
    path=f"{_REPO}/actions/runs/{{run_id}}/deployment_protection_rule",
    permissions=_DEPLOYMENTS_WRITE,  # not repeatable: of the reports that it also takes, GitHub counts ten
)
LIST_PENDING_DEPLOYMENTS = Operation(
    id="actions/get-pending-deployments-for-run",
    method="GET",
    path=f"{_REPO}/actions/runs/{{run_id}}/pending_deployments",
    permissions=_ACTIONS_READ,
)

LIST_ISSUES = Operation(
    id="issues/list-for-repo", method="GET", path=f"{_REPO}/issues", permissions=_ISSUES_READ
)
CREATE_ISSUE = Operation(id="issues/create", method="POST", path=f"{_REPO}/issues", permissions=_ISSUES_WRITE)
UPDATE_ISSUE = Operation(
    id="issues/update",
    method="PATCH",
    path=f"{_REPO}/issues/{{issue_number}}",
    permissions=_ISSUES_WRITE,
    repeatable=True,
)
GET_ISSUE = Operation(
    id="issues/get", method="GET", path=f"{_REPO}/issues/{{issue_number}}", permissions=_ISSUES_READ
)
ADD_LABELS = Operation(
    id="issues/add-labels",
    method="POST",
    path=f"{_REPO}/issues/{{issue_number}}/labels",
    permissions=_ISSUES_WRITE,
    repeatable=True,
)
