"""Where the App is installed and what it was granted there, against what its registration asks for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from msgspec import Struct, field

from bot.github import operations as op
from bot.github.errors import NotFound
from bot.github.models import InstallationId
from bot.github.operation import Operation
from bot.github.shapes import Id, Moment, optional_moment

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from bot.github.client import AppClient

GET_INSTALLATION = Operation(
    id="apps/get-repo-installation", method="GET", path="/repos/{owner}/{repo}/installation"
)
UPDATE_HOOK = Operation(
    id="apps/update-webhook-config-for-app",
    method="PATCH",
    path="/app/hook/config",
    repeatable=True,
    paced=False,
)
GET_HOOK = Operation(id="apps/get-webhook-config-for-app", method="GET", path="/app/hook/config")


@dataclass(frozen=True, slots=True, kw_only=True)
class Registration:
    """The App as its settings page has it."""

    id: int
    slug: str
    name: str
    html_url: str
    permissions: Mapping[str, str]
    events: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Installation:
    """The App on one account, with what its people accepted."""

    id: InstallationId
    permissions: Mapping[str, str]
    events: frozenset[str]
    suspended_at: datetime | None
    html_url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountInstallation:
    """The App on one account, as a list shows it."""

    id: InstallationId
    login: str
    is_suspended: bool
    html_url: str  # where its owner changes which repositories it reaches


@dataclass(frozen=True, slots=True, kw_only=True)
class Hook:
    """Where GitHub delivers the App's events to."""

    url: str
    content_type: str
    is_insecure: bool  # whether any certificate is taken


class RegistrationShape(Struct):
    """The App about itself."""

    id: Id
    slug: str = ""
    name: str = ""
    html_url: str = ""
    permissions: dict[str, str] = field(default_factory=dict)
    events: list[str] = field(default_factory=list)


class InstallationShape(Struct):
    """An installation with what was granted."""

    id: Id
    permissions: dict[str, str] = field(default_factory=dict)
    events: list[str] = field(default_factory=list)
    suspended_at: Moment | None = None
    html_url: str = ""


class AccountShape(Struct):
    """Where an App is installed."""

    login: str = ""


class AccountInstallationShape(Struct):
    """An installation with its account."""

    id: Id
    account: AccountShape
    suspended_at: Moment | None = None
    html_url: str = ""


class HookShape(Struct):
    """The configuration of the App's webhook."""

    url: str = ""
    content_type: str = ""
    insecure_ssl: str | float = "0"


async def registration(app: AppClient) -> Registration:
    """This function will read what the App's registration asks for."""
    shape = await app.calls.get(op.GET_APP, RegistrationShape, {})
    return Registration(
        id=shape.id,
        slug=shape.slug,
        name=shape.name,
        html_url=shape.html_url,
        permissions=shape.permissions,
        events=frozenset(shape.events),
    )


async def installation_on(app: AppClient, owner: str, name: str) -> Installation | None:
    """This function will read the installation that reaches a repository; None where there is none."""
    try:
        shape = await app.calls.get(GET_INSTALLATION, InstallationShape, {"owner": owner, "repo": name})
    except NotFound:
        return None
    return Installation(
        id=InstallationId(shape.id),
        permissions=shape.permissions,
        events=frozenset(shape.events),
        suspended_at=optional_moment(shape.suspended_at),
        html_url=shape.html_url,
    )


async def accounts_installed_on(app: AppClient) -> tuple[AccountInstallation, ...]:
    """This function will read where the App is installed, the first hundred accounts in one call."""
    shapes = await app.calls.page(op.LIST_INSTALLATIONS, AccountInstallationShape, {})
    return tuple(
        AccountInstallation(
            id=InstallationId(shape.id),
            login=shape.account.login,
            is_suspended=shape.suspended_at is not None,
            html_url=shape.html_url,
        )
        for shape in shapes
    )


async def sign_hook_with(app: AppClient, secret: str) -> None:
    """This function will let GitHub sign the App's deliveries with another secret from now on."""
    await app.calls.send(UPDATE_HOOK, HookShape, {}, {"secret": secret})


async def hook(app: AppClient) -> Hook:
    """This function will read where the App's events are delivered to."""
    shape = await app.calls.get(GET_HOOK, HookShape, {})
    return Hook(
        url=shape.url,
        content_type=shape.content_type,
        is_insecure=str(shape.insecure_ssl) not in {"0", "0.0"},
    )
