"""A repository's settings: what Actions may do, variables, the names of secrets, environments, releases, labels."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct, field

from bot.github.operation import Operation
from bot.github.shapes import Id, RepositoryName  # noqa: TC001 - msgspec reads the annotations at run time

if TYPE_CHECKING:
    from bot.github.operation import Level, Permissions

_REPO = "/repos/{owner}/{repo}"
_ENVIRONMENT = f"{_REPO}/environments/{{environment_name}}"


def _of(name: str, level: Level = "read") -> Permissions:
    return frozenset({(name, level)})


# None of these stands in the table of what the App asks for: a repository is examined by whoever may see them.
GET_REPOSITORY = Operation(id="repos/get", method="GET", path=_REPO, permissions=_of("metadata"))
GET_ACTIONS = Operation(
    id="actions/get-github-actions-permissions-repository",
    method="GET",
    path=f"{_REPO}/actions/permissions",
    permissions=_of("administration"),
)
GET_SELECTED_ACTIONS = Operation(
    id="actions/get-allowed-actions-repository",
    method="GET",
    path=f"{_REPO}/actions/permissions/selected-actions",
    permissions=_of("administration"),
)
GET_TOKEN_POLICY = Operation(
    id="actions/get-github-actions-default-workflow-permissions-repository",
    method="GET",
    path=f"{_REPO}/actions/permissions/workflow",
    permissions=_of("administration"),
)
LIST_VARIABLES = Operation(
    id="actions/list-repo-variables",
    method="GET",
    path=f"{_REPO}/actions/variables",
    permissions=_of("actions_variables"),
    items="variables",
)
LIST_SHARED_VARIABLES = Operation(
    id="actions/list-repo-organization-variables",
    method="GET",
    path=f"{_REPO}/actions/organization-variables",
    permissions=_of("actions_variables"),
    items="variables",
)
LIST_ENVIRONMENT_VARIABLES = Operation(
    id="actions/list-environment-variables",
    method="GET",
    path=f"{_ENVIRONMENT}/variables",
    permissions=_of("environments"),
    items="variables",
)
LIST_SECRETS = Operation(
    id="actions/list-repo-secrets",
    method="GET",
    path=f"{_REPO}/actions/secrets",
    permissions=_of("secrets"),
    items="secrets",
)
LIST_SHARED_SECRETS = Operation(
    id="actions/list-repo-organization-secrets",
    method="GET",
    path=f"{_REPO}/actions/organization-secrets",
    permissions=_of("secrets"),
    items="secrets",
)
LIST_ENVIRONMENT_SECRETS = Operation(
    id="actions/list-environment-secrets",
    method="GET",
    path=f"{_ENVIRONMENT}/secrets",
    permissions=_of("environments"),
    items="secrets",
)
GET_SUBJECT = Operation(
    id="actions/get-custom-oidc-sub-claim-for-repo",
    method="GET",
    path=f"{_REPO}/actions/oidc/customization/sub",
    permissions=_of("actions"),
)
GET_IMMUTABLE_RELEASES = Operation(
    id="repos/check-immutable-releases",
    method="GET",
    path=f"{_REPO}/immutable-releases",
    permissions=_of("administration"),
)
LIST_LABELS = Operation(
    id="issues/list-labels-for-repo", method="GET", path=f"{_REPO}/labels", permissions=_of("issues")
)
GET_PUBLIC_APP = Operation(
    id="apps/get-by-slug", method="GET", path="/apps/{app_slug}", permissions=_of("metadata")
)


class OwnerShape(Struct):
    """Whose a repository is."""

    id: Id


class RepositoryShape(Struct):
    """A repository with what keeps it from being written to."""

    id: Id
    full_name: RepositoryName
    owner: OwnerShape
    html_url: str
    default_branch: str = "main"
    archived: bool = False
    disabled: bool = False


class ActionsShape(Struct):
    """Whether Actions is enabled, and which actions may run."""

    enabled: bool
    allowed_actions: str = "all"  # or local_only, selected
    sha_pinning_required: bool = False


class SelectedShape(Struct):
    """Which actions may run where they are selected."""

    github_owned_allowed: bool = False
    verified_allowed: bool = False
    patterns_allowed: list[str] = field(default_factory=list)


class TokenPolicyShape(Struct):
    """What GITHUB_TOKEN may do where a workflow does not say."""

    default_workflow_permissions: str
    can_approve_pull_request_reviews: bool


class VariableShape(Struct):
    """A variable."""

    name: str
    value: str = ""


class SecretShape(Struct):
    """A secret, of which only the name is told."""

    name: str


class SubjectShape(Struct):
    """Of what the subject of a job's OIDC token is made."""

    use_default: bool
    include_claim_keys: list[str] = field(default_factory=list)
    use_immutable_subject: bool = False


class ImmutableShape(Struct):
    """Whether published releases can be changed."""

    enabled: bool


class BranchPolicyShape(Struct):
    """Whose runs may enter an environment."""

    protected_branches: bool = False
    custom_branch_policies: bool = False


class EnvironmentShape(Struct):
    """A deployment environment with who may enter it."""

    name: str
    deployment_branch_policy: BranchPolicyShape | None = None
