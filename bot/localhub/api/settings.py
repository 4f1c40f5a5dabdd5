"""Operations on a repository's settings: what Actions may do, variables, the names of secrets, immutable releases."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.localhub.api.deployments import environment_of
from bot.localhub.bodies.accounts import Body, app, moment
from bot.localhub.bodies.repositories import api_url
from bot.localhub.exchange import Answer, Listing, Refused, not_found

if TYPE_CHECKING:
    from bot.localhub.exchange import Call, Handlers
    from bot.localhub.state.settings import Values

_SELECTED = "selected"


def actions_policy(call: Call) -> Answer:
    """This function will show whether Actions is enabled, and which actions may run."""
    policy = call.repository.settings.actions
    body: Body = {"enabled": policy.enabled}
    if policy.enabled:
        body |= {"allowed_actions": policy.allowed, "sha_pinning_required": policy.pinning}
    if policy.enabled and policy.allowed == _SELECTED:
        there = f"{api_url(call.store, call.repository)}/actions/permissions/selected-actions"
        body["selected_actions_url"] = there
    return Answer(body=body)


def selected_actions(call: Call) -> Answer:
    """This function will show which actions may run where they are selected."""
    policy = call.repository.settings.actions
    if policy.allowed != _SELECTED:
        raise Refused(409, "All actions and reusable workflows are allowed on this repository")
    body = {
        "github_owned_allowed": policy.github_owned,
        "verified_allowed": policy.verified,
        "patterns_allowed": list(policy.patterns),
    }
    return Answer(body=body)


def token_policy(call: Call) -> Answer:
    """This function will show what GITHUB_TOKEN may do by default."""
    policy = call.repository.settings.actions
    body = {
        "default_workflow_permissions": policy.grants,
        "can_approve_pull_request_reviews": policy.opens_pulls,
    }
    return Answer(body=body)


def subject(call: Call) -> Answer:
    """This function will show of what the subject of OIDC tokens is made."""
    found = call.repository.settings.subject
    body: Body = {"use_default": found.is_default, "use_immutable_subject": found.immutable}
    return Answer(body=body if found.is_default else body | {"include_claim_keys": list(found.keys)})


def immutable_releases(call: Call) -> Answer:
    """This function will show that releases are immutable; where they are not, it is not found."""
    if not call.repository.immutable_releases:
        raise not_found()
    return Answer(body={"enabled": True, "enforced_by_owner": False})


def app_by_slug(call: Call) -> Answer:
    """This function will show an App that everybody may see."""
    for one in (call.store.actions_app, call.world.app):
        if one.slug == call.path["app_slug"]:
            return Answer(body=app(call.store, one))
    raise not_found()


def _variables(call: Call, values: Values) -> Listing:
    return Listing(
        items=sorted(values.variables.items()),
        render=lambda one: {"name": one[0], "value": one[1], **_times(call)},
        key="variables",
    )


def _secrets(call: Call, values: Values) -> Listing:
    return Listing(
        items=sorted(values.secrets), render=lambda name: {"name": name, **_times(call)}, key="secrets"
    )


def _times(call: Call) -> Body:
    made = moment(call.repository.created_at)
    return {"created_at": made, "updated_at": made}


HANDLERS: Handlers = {
    "actions/get-allowed-actions-repository": selected_actions,
    "actions/get-custom-oidc-sub-claim-for-repo": subject,
    "actions/get-github-actions-default-workflow-permissions-repository": token_policy,
    "actions/get-github-actions-permissions-repository": actions_policy,
    "actions/list-environment-secrets": lambda call: _secrets(call, environment_of(call).values),
    "actions/list-environment-variables": lambda call: _variables(call, environment_of(call).values),
    "actions/list-repo-organization-secrets": lambda call: _secrets(call, call.repository.settings.shared),
    "actions/list-repo-organization-variables": lambda call: _variables(
        call, call.repository.settings.shared
    ),
    "actions/list-repo-secrets": lambda call: _secrets(call, call.repository.settings.own),
    "actions/list-repo-variables": lambda call: _variables(call, call.repository.settings.own),
    "apps/get-by-slug": app_by_slug,
    "repos/check-immutable-releases": immutable_releases,
}
