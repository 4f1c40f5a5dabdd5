"""What runs in the demo's environments: each answers for its health by the commit that is deployed there."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from aiohttp import web

if TYPE_CHECKING:
    from bot.localhub.state.nouns import Commit

PATH = "/_/service"
_BERTHS = re.compile(rb"^berths: *(\d+)", re.MULTILINE)


class Services:
    """The services of the demo by environment, with the commit that each runs."""

    def __init__(self) -> None:
        self._running: dict[str, Commit] = {}

    def deploy(self, environment: str, commit: Commit) -> None:
        """This function will put a commit into an environment."""
        self._running[environment] = commit

    def take_down(self, environment: str) -> None:
        """This function will leave an environment empty."""
        self._running.pop(environment, None)

    def running(self, environment: str) -> str | None:
        """This function will give the SHA that an environment runs."""
        found = self._running.get(environment)
        return found.sha if found else None

    def health(self, environment: str) -> tuple[int, str]:
        """This function will answer as the service does: without a berth it cannot plan, and says so."""
        commit = self._running.get(environment)
        if commit is None:
            return 404, "nothing is deployed here\n"
        found = _BERTHS.search(commit.files.get(f"config/{environment}.yml", b"berths: 1"))
        if found is None or int(found[1]) == 0:
            return 503, "no berths configured: every ship is turned away\n"
        return 200, f"ready, {found[1].decode()} berths, {commit.sha}\n"

    async def answer(self, request: web.Request) -> web.Response:
        """This function will answer a health check over HTTP."""
        status, text = self.health(request.match_info["environment"])
        return web.Response(status=status, text=text)

    def add_to(self, application: web.Application) -> None:
        """This function will put the services' health endpoints onto a server."""
        application.router.add_get(PATH + "/{environment}/healthz", self.answer)
