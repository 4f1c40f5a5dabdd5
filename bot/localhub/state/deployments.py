"""What can happen to deployments: create, report a status, supersede earlier ones."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from bot.localhub.state.reports import Deployment, DeploymentStatus, Environment
from bot.localhub.state.store import Happening

if TYPE_CHECKING:
    from bot.localhub.state.nouns import App, Repository, User
    from bot.localhub.state.store import Store


@dataclass(frozen=True, slots=True, kw_only=True)
class NewDeployment:
    """What a deployment is created with."""

    ref: str
    sha: str
    environment: str
    creator: User
    app: App | None = None
    task: str = "deploy"
    description: str = ""
    payload: dict[str, Any] | str = ""
    transient: bool = False
    production: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class NewStatus:
    """What a deployment status is created with."""

    state: str
    creator: User
    app: App | None = None
    description: str = ""
    environment: str | None = None
    environment_url: str = ""
    log_url: str = ""
    auto_inactive: bool = True


def environment_of(store: Store, repository: Repository, name: str) -> Environment:
    """This function will give the environment of that name, made on first mention as GitHub does."""
    found = repository.environments.get(name.lower())
    if found is None:
        found = Environment(id=store.next_id(), name=name, created_at=store.now())
        repository.environments[name.lower()] = found
    return found


def create(store: Store, repository: Repository, new: NewDeployment) -> Deployment:
    """This function will create a deployment."""
    environment_of(store, repository, new.environment)
    now = store.now()
    made = Deployment(
        id=store.next_id(),
        creator=new.creator,
        app=new.app,
        sha=new.sha,
        ref=new.ref,
        task=new.task,
        environment=new.environment,
        original_environment=new.environment,
        description=new.description,
        payload=new.payload,
        transient=new.transient,
        production=new.production,
        created_at=now,
        updated_at=now,
    )
    repository.deployments[made.id] = made
    store.emit(
        Happening(
            event="deployment", action="created", repository=repository, sender=new.creator, subject=made
        )
    )
    return made


def add_status(
    store: Store, repository: Repository, deployment: Deployment, new: NewStatus
) -> DeploymentStatus:
    """This function will report a status; success makes earlier ones of its environment inactive."""
    made = DeploymentStatus(
        id=store.next_id(),
        creator=new.creator,
        app=new.app,
        state=new.state,
        description=new.description,
        environment=new.environment or deployment.environment,
        environment_url=new.environment_url,
        log_url=new.log_url,
        created_at=store.now(),
    )
    deployment.environment = made.environment
    deployment.updated_at = made.created_at
    deployment.statuses.append(made)
    store.emit(
        Happening(
            event="deployment_status",
            action="created",
            repository=repository,
            sender=new.creator,
            subject=(deployment, made),
        )
    )
    if new.state == "success" and new.auto_inactive:
        _supersede(store, repository, deployment, new)
    return made


def _supersede(store: Store, repository: Repository, newest: Deployment, new: NewStatus) -> None:
    """Only earlier, successful, non-transient, non-production deployments of the environment go inactive."""
    for earlier in repository.deployments.values():
        if earlier.id >= newest.id or earlier.environment != newest.environment:
            continue
        if earlier.transient or earlier.production or not earlier.statuses:
            continue
        if earlier.statuses[-1].state == "success":
            inactive = NewStatus(state="inactive", creator=new.creator, app=new.app, auto_inactive=False)
            add_status(store, repository, earlier, inactive)
