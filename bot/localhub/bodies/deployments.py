"""The bodies of deployments, their statuses, environments and what protects them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.localhub.bodies import repositories
from bot.localhub.bodies.accounts import Body, app_or_none, moment, node_id, user

if TYPE_CHECKING:
    from bot.localhub.state.nouns import Repository
    from bot.localhub.state.reports import Deployment, DeploymentStatus, Environment, ProtectionRule
    from bot.localhub.state.store import Store


def deployment(store: Store, repository: Repository, which: Deployment) -> Body:
    """This function will give a deployment."""
    home = repositories.api_url(store, repository)
    url = f"{home}/deployments/{which.id}"
    return {
        "id": which.id,
        "node_id": node_id("DE", which.id),
        "url": url,
        "sha": which.sha,
        "ref": which.ref,
        "task": which.task,
        "payload": which.payload,
        "original_environment": which.original_environment,
        "environment": which.environment,
        "description": which.description or None,
        "creator": user(store, which.creator),
        "created_at": moment(which.created_at),
        "updated_at": moment(which.updated_at),
        "statuses_url": f"{url}/statuses",
        "repository_url": home,
        "transient_environment": which.transient,
        "production_environment": which.production,
        "performed_via_github_app": app_or_none(store, which.app),
    }


def deployment_status(store: Store, repository: Repository, of: Deployment, which: DeploymentStatus) -> Body:
    """This function will give a deployment status."""
    home = repositories.api_url(store, repository)
    url = f"{home}/deployments/{of.id}"
    return {
        "id": which.id,
        "node_id": node_id("DES", which.id),
        "url": f"{url}/statuses/{which.id}",
        "state": which.state,
        "creator": user(store, which.creator),
        "description": which.description,
        "environment": which.environment,
        "environment_url": which.environment_url,
        "log_url": which.log_url,
        "target_url": which.log_url,
        "created_at": moment(which.created_at),
        "updated_at": moment(which.created_at),
        "deployment_url": url,
        "repository_url": home,
        "performed_via_github_app": app_or_none(store, which.app),
    }


def environment(store: Store, repository: Repository, which: Environment) -> Body:
    """This function will give a deployment environment."""
    page = repositories.html_url(store, repository)
    return {
        "id": which.id,
        "node_id": node_id("EN", which.id),
        "name": which.name,
        "url": f"{repositories.api_url(store, repository)}/environments/{which.name}",
        "html_url": f"{page}/deployments/activity_log?environments_filter={which.name}",
        "created_at": moment(which.created_at),
        "updated_at": moment(which.created_at),
        "protection_rules": [],
        "deployment_branch_policy": None
        if which.branches is None
        else {
            "protected_branches": which.branches == "protected",
            "custom_branch_policies": which.branches == "custom",
        },
    }


def named_environment(store: Store, repository: Repository, which: Environment) -> Body:
    """This function will give an environment as what waits for it names it."""
    whole = environment(store, repository, which)
    names = ("id", "node_id", "name", "url", "html_url", "created_at", "updated_at")
    return {name: whole[name] for name in names}


def pending_deployment(store: Store, repository: Repository, which: Environment) -> Body:
    """This function will give an environment that a run waits at."""
    named = named_environment(store, repository, which)
    return {
        "environment": {name: text for name, text in named.items() if not name.endswith("_at")},
        "wait_timer": 0,
        "wait_timer_started_at": None,
        "current_user_can_approve": False,  # people's reviewers only, never an App
        "reviewers": [],
    }


def protection_rule(store: Store, which: ProtectionRule) -> Body:
    """This function will give a custom deployment protection rule."""
    return {
        "id": which.id,
        "node_id": node_id("GTE", which.id),
        "enabled": True,
        "app": {
            "id": which.app.id,
            "node_id": node_id("A", which.app.id),
            "slug": which.app.slug,
            "integration_url": f"{store.base_url}/apps/{which.app.slug}",
        },
    }
