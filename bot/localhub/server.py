"""The local GitHub as one object: an HTTP server on loopback, started in process."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from aiohttp import web

from bot.localhub import authorizing, control, logs
from bot.localhub.access import Access
from bot.localhub.cloning import Cloning
from bot.localhub.deliveries import Deliveries
from bot.localhub.exchange import World
from bot.localhub.faults import Faults
from bot.localhub.gateway import Gateway
from bot.localhub.limits import INSTALLATION_LIMIT, RateLimits
from bot.localhub.recorder import Recorder
from bot.localhub.registering import Registrations, new_keys
from bot.localhub.state import merge_queue
from bot.localhub.state.authorizations import Authorizations
from bot.localhub.state.merging import closing, landing, stale
from bot.localhub.state.store import Store

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime
    from pathlib import Path

LARGEST_BODY = 40 * 1024 * 1024
EVERYWHERE = "0.0.0.0"  # noqa: S104 - only compared with
EVENTS = (
    "check_run",
    "check_suite",
    "create",
    "delete",
    "deployment",
    "deployment_protection_rule",
    "deployment_status",
    "issue_comment",
    "issues",
    "merge_group",
    "pull_request",
    "pull_request_review",
    "push",
    "release",
    "repository",
    "status",
    "workflow_dispatch",
    "workflow_job",
    "workflow_run",
)
PERMISSIONS = {
    "actions": "write",
    "checks": "write",
    "contents": "write",
    "deployments": "write",
    "issues": "write",
    "merge_queues": "write",
    "members": "read",
    "metadata": "read",
    "pull_requests": "write",
    "statuses": "write",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class AppSettings:
    """The GitHub App that the local GitHub knows."""

    slug: str = "pilothouse"
    name: str = "Pilothouse"
    permissions: dict[str, str] = field(default_factory=lambda: dict(PERMISSIONS))
    events: tuple[str, ...] = EVENTS
    webhook_secret: str = ""
    private_key_pem: str = ""
    is_registered: bool = True  # False: somebody has to register it from a manifest


class LocalHub:
    """A small GitHub: its state, its faults and its HTTP server."""

    def __init__(
        self,
        *,
        clock: Callable[[], datetime],
        settings: AppSettings | None = None,
        record: Path | None = None,
        rate_limit: int = INSTALLATION_LIMIT,
        seed: int = 0,
    ) -> None:
        chosen = settings or AppSettings()
        self.store = Store(clock=clock)
        keys = new_keys(private_key_pem=chosen.private_key_pem, webhook_secret=chosen.webhook_secret)
        self.app = self.store.app(
            chosen.slug,
            name=chosen.name,
            owner=self.store.github,
            permissions=chosen.permissions,
            events=chosen.events,
        )
        self.app.is_registered = chosen.is_registered
        self.faults = Faults(seed)
        self.recorder = Recorder(record)
        self.deliveries = Deliveries(
            self.store, self.app, secret=keys.webhook_secret, faults=self.faults, recorder=self.recorder
        )
        self.limits = RateLimits(self.store, limit=rate_limit)
        self.authorizations = Authorizations(self.store, self.app, lambda: keys.client_secret)
        self.access = Access(self.store, self.app, keys.private_key_pem, self.authorizations)
        self.registrations = Registrations(self.store, self.app, keys, self.access, self.deliveries)
        self.log_links = logs.LogLinks(self.store)
        self.cloning = Cloning(self.store)
        self.store.listeners += (
            self.deliveries.hear,
            landing.watcher(self.store),
            closing.watcher(self.store),
            stale.watcher(self.store),
            merge_queue.watcher(self.store),
        )
        self._runner: web.AppRunner | None = None
        self.gateway = Gateway(self._world(), faults=self.faults, recorder=self.recorder)

    def _world(self) -> World:
        return World(
            store=self.store,
            app=self.app,
            access=self.access,
            authorizations=self.authorizations,
            limits=self.limits,
            deliveries=self.deliveries,
            log_links=self.log_links,
            registrations=self.registrations,
        )

    @classmethod
    async def start(  # noqa: PLR0913 - each is optional, tests choose one or two
        cls,
        *,
        clock: Callable[[], datetime],
        host: str = "127.0.0.1",
        port: int = 0,
        settings: AppSettings | None = None,
        record: Path | None = None,
        rate_limit: int = INSTALLATION_LIMIT,
        seed: int = 0,
        extend: Callable[[LocalHub, web.Application], None] | None = None,
    ) -> LocalHub:
        """This function will start a local GitHub on a port of its own.

        Args:
            clock: tells the time in UTC.
            host: where to listen.
            port: 0 takes any free one.
            settings: the App; by default one with broad permissions and all events.
            record: the file that gets all traffic as JSON Lines.
            rate_limit: requests an installation has per hour.
            seed: of the faults' dice.
            extend: adds routes, such as the pages, before the API's own.
        """
        hub = cls(clock=clock, settings=settings, record=record, rate_limit=rate_limit, seed=seed)
        application = web.Application(client_max_size=LARGEST_BODY)
        control.add_routes(hub, application)
        authorizing.add_routes(hub, application)
        application.router.add_get("/_logs/{key}", hub.log_links.handle)
        hub.cloning.add_routes(application)
        if extend is not None:
            extend(hub, application)
        application.router.add_route("*", "/{tail:.*}", hub.gateway.handle)
        runner = web.AppRunner(application, access_log=None)
        await runner.setup()
        hub._runner = runner
        site = web.TCPSite(runner, host, port, backlog=2048)
        await site.start()
        shown = "127.0.0.1" if host == EVERYWHERE else host
        hub.store.base_url = f"http://{shown}:{runner.addresses[0][1]}"
        return hub

    @property
    def url(self) -> str:
        """Where the API and the pages are."""
        return self.store.base_url

    @property
    def app_id(self) -> int:
        """The App's number."""
        return self.app.id

    @property
    def client_id(self) -> str:
        """The App's client id, what its JWTs are issued by."""
        return self.app.client_id

    @property
    def private_key_pem(self) -> str:
        """The key that the App's JWTs are signed with."""
        return self.registrations.keys.private_key_pem

    @property
    def webhook_secret(self) -> str:
        """What deliveries are signed with."""
        return self.registrations.keys.webhook_secret

    @property
    def client_secret(self) -> str:
        """What the App proves with that it is the one people sign in to."""
        return self.registrations.keys.client_secret

    @property
    def slug(self) -> str:
        """The App's name in addresses and mentions."""
        return self.app.slug

    def set_webhook(self, url: str | None) -> None:
        """This function will choose where deliveries go from now on."""
        self.deliveries.url = url

    def reset(self) -> None:
        """This function will forget repositories, installations, deliveries, requests and faults."""
        self.store.clear()
        self.faults.clear()
        self.deliveries.clear()
        self.authorizations.clear()
        self.gateway.clear()

    async def settle(self) -> None:
        """This function will wait until no delivery is on its way."""
        await self.deliveries.settle()

    async def close(self) -> None:
        """This function will stop the server and end the record."""
        await self.deliveries.close()
        if self._runner is not None:
            await self._runner.cleanup()
        self.cloning.close()
        self.recorder.close()


async def run(  # noqa: PLR0913 - what the command line can choose
    host: str,
    port: int,
    *,
    clock: Callable[[], datetime],
    settings: AppSettings | None = None,
    extend: Callable[[LocalHub, web.Application], None] | None = None,
    ready: Callable[[LocalHub], None],
) -> None:
    """This function will serve a local GitHub until it is cancelled, saying `ready` once it listens."""
    hub = await LocalHub.start(clock=clock, host=host, port=port, settings=settings, extend=extend)
    try:
        ready(hub)
        await asyncio.Event().wait()
    finally:
        await hub.close()
