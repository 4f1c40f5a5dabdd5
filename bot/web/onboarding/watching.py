"""Watches on GitHub how far the set-up is: whether a ping arrives, and where the App is installed."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from bot.github.app import installation_repositories
from bot.github.deliveries import newest_deliveries, redeliver
from bot.github.errors import GitHubError, NotFound, Unauthorized
from bot.github.installing import accounts_installed_on

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.github.app import GitHub
    from bot.github.installing import AccountInstallation
    from bot.github.models import HookDelivery

_EVERY_SECONDS = 4.0
_MOST_LISTED = 50  # repositories of an installation
_UNAUTHORIZED = 401
_DELETED = (
    "GitHub does not know this App (any more): was it deleted? "
    "Then stop Pilothouse, and make another with: pilothouse setup --again."
)


class Arrival(StrEnum):
    """How the ping fared."""

    WAITING = "waiting"
    ARRIVED = "arrived"
    FAILED = "failed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Ping:
    """What GitHub tells of the newest ping that it sent."""

    arrival: Arrival = Arrival.WAITING
    told: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Installed:
    """Where the App is installed."""

    login: str
    html_url: str
    is_suspended: bool
    repositories: tuple[str, ...]
    unlisted: int  # repositories beyond those


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """How far the set-up is."""

    ping: Ping = Ping()
    installed: tuple[Installed, ...] = ()
    problem: str = ""  # what keeps it from being seen


class Watch:
    """Asks GitHub every few seconds while somebody looks.

    Args:
        github: as the new App.
        webhook_url: where GitHub sends deliveries.
    """

    def __init__(self, github: GitHub, *, webhook_url: str) -> None:
        self._github = github
        self._webhook_url = webhook_url
        self._standing = Standing()
        self._seen_at = -_EVERY_SECONDS
        self._turn = asyncio.Lock()
        self._asked_again: set[int] = set()

    async def standing(self) -> Standing:
        """This function will tell how far it is, seconds old at most."""
        async with self._turn:
            now = asyncio.get_running_loop().time()
            if now - self._seen_at >= _EVERY_SECONDS:
                self._standing = await self._look()
                self._seen_at = asyncio.get_running_loop().time()
        return self._standing

    def look_anew(self) -> None:
        """This function will have the next look ask GitHub, however little time has passed."""
        self._seen_at = -_EVERY_SECONDS

    async def ping_again(self) -> None:
        """This function will ask GitHub to send the newest ping once more."""
        pings = _pings(await newest_deliveries(self._github.app))
        if pings:
            self._asked_again.add(pings[0].id)
            await redeliver(self._github.app, pings[0].id)
        self.look_anew()

    async def _look(self) -> Standing:
        try:
            ping = await self._ping()
            installed = [await self._installed(one) for one in await accounts_installed_on(self._github.app)]
        except (NotFound, Unauthorized):
            return Standing(problem=_DELETED)
        except GitHubError as error:
            return Standing(
                ping=self._standing.ping,
                installed=self._standing.installed,
                problem=f"GitHub does not answer as it should: {error}",
            )
        return Standing(ping=ping, installed=tuple(installed))

    async def _ping(self) -> Ping:
        """The first ping came before there was a secret to check it with: it is asked for once more."""
        pings = _pings(await newest_deliveries(self._github.app))
        if not pings:
            return Ping()
        newest = pings[0]
        if not newest.redelivery and newest.id not in self._asked_again:
            self._asked_again.add(newest.id)
            await redeliver(self._github.app, newest.id)
            return Ping()
        if newest.succeeded:
            return Ping(
                arrival=Arrival.ARRIVED, told=f"GitHub sent a ping to {self._webhook_url} and it arrived."
            )
        if newest.id in self._asked_again:
            return Ping()
        return Ping(arrival=Arrival.FAILED, told=_failure(newest.status_code, self._webhook_url))

    async def _installed(self, one: AccountInstallation) -> Installed:
        found = () if one.is_suspended else await installation_repositories(self._github, one.id)
        return Installed(
            login=one.login,
            html_url=one.html_url,
            is_suspended=one.is_suspended,
            repositories=tuple(each.full_name for each in found[:_MOST_LISTED]),
            unlisted=max(len(found) - _MOST_LISTED, 0),
        )


def _pings(deliveries: Sequence[HookDelivery]) -> list[HookDelivery]:
    return [one for one in deliveries if one.event == "ping"]


def _failure(code: int, url: str) -> str:
    if not code:
        return f"GitHub could not reach {url}: is that address right, and open to the internet?"
    if code == _UNAUTHORIZED:
        return (
            f"{url} refused GitHub's signature: another program answers there, or another App's Pilothouse."
        )
    return f"{url} answered {code}: something stands between GitHub and Pilothouse, or another program answers there."
