"""A start without a GitHub App: the set-up is served until there is one, and goes on beside the webhook."""

from __future__ import annotations

import asyncio
import json
import os
import secrets
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import structlog
from aiohttp import web

from bot.app.clock import clock
from bot.app.logs import configure_logs
from bot.app.start import StartProblemError
from bot.config.app_settings import APP_ID, LOOPBACK
from bot.config.manifest import read_manifest
from bot.config.place import place_from_env
from bot.engine.child import stop_on_signals
from bot.github.addresses import SITE, site_of
from bot.web.onboarding.asking import Preset
from bot.web.onboarding.door import Door
from bot.web.onboarding.first_half import Beginning, FirstHalf
from bot.web.onboarding.keeping import Keeping
from bot.web.onboarding.pages import ROOT, SetUpPages
from bot.web.onboarding.second_half import After, Examined, Said, SecondHalf
from bot.web.protecting import protect
from bot.web.server import PortUnusableError, bound, listening

if TYPE_CHECKING:
    import socket
    from collections.abc import Callable

    from bot.config.place import Place

log = structlog.get_logger()

_MOST_BYTES = 256 * 1024  # of a form
_EXAMINATION_SECONDS = 120.0
_EVERYWHERE = frozenset({"", "0.0.0.0", "::"})  # noqa: S104 - only compared with
_ENDED = frozenset({0, 1, 2})  # what `pilothouse doctor` ends with once it has looked


@dataclass(frozen=True, slots=True, kw_only=True)
class Continued:
    """A set-up whose second half is served beside the webhook, on the socket that the first half had."""

    sock: socket.socket
    after: After

    def add_to(self, application: web.Application) -> None:
        """This function will add the second half to the application that serves."""
        SecondHalf(self.after).add_to(application)


def set_up(*, anew: bool, say: Callable[[str], None]) -> Continued:
    """This function will serve the set-up until there is an App.

    Args:
        anew: although there is an App; what is kept of it is replaced.
        say: writes on the console.

    Raises:
        SettingsError: what is set is wrong.
        StartProblemError: the set-up cannot be served.
        SystemExit: it was told to stop before there was an App.
    """
    place = place_from_env(os.environ)
    if anew and place.is_set_by_hand:
        raise StartProblemError(
            f"{APP_ID} and the keys are set in the environment or its file, which win over what the set-up keeps. "
            "Take them out there first."
        )
    configure_logs(place.log_level)
    stop = asyncio.Event()
    continued = asyncio.run(_first_half(place, say, stop))
    if stop.is_set():  # told to stop while the last answer was on its way, or after it
        continued.sock.close()
        raise SystemExit(0)
    return continued


async def _first_half(place: Place, say: Callable[[str], None], stop: asyncio.Event) -> Continued:
    try:
        sock = bound(place.host, place.port)
    except PortUnusableError as error:
        raise StartProblemError(str(error)) from error
    door = Door(clock=clock)
    keeping = Keeping(place.credentials_path, place.secret_keys)
    pages = SetUpPages(door, clock=clock)
    half = FirstHalf(
        Beginning(
            door=door,
            pages=pages,
            preset=_preset(place),
            plan=read_manifest(),
            keeping=keeping,
            clock=clock,
        )
    )
    application = web.Application(client_max_size=_MOST_BYTES)
    half.add_to(application)
    protect(application, trusted=place.trusted_proxies, is_secure=place.public_url.startswith("https:"))
    stop_on_signals(stop)
    # A copy, for it is closed with its server: who comes in between waits at the other for what serves next.
    async with listening(application, host=place.host, port=place.port, sock=sock.dup()):
        say(_invitation(place, sock.getsockname()[1], door.token, keeping))
        await _either(half.finished, stop)
    if half.made is None:
        sock.close()
        raise SystemExit(0)
    if not half.is_kept:
        os.environ.update(half.made.values())  # for this process and its worker
    after = After(
        door=door,
        pages=pages,
        clock=clock,
        credentials=half.made,
        is_kept=half.is_kept,
        examine=_examine,
        sets_hook_secret=half.made_hook_secret,
    )
    return Continued(sock=sock, after=after)


async def _either(*events: asyncio.Event) -> None:
    waiting = [asyncio.create_task(event.wait()) for event in events]
    await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
    for task in waiting:
        task.cancel()
    await asyncio.gather(*waiting, return_exceptions=True)


def _preset(place: Place) -> Preset:
    return Preset(
        public_url=place.public_url,
        webhook_proxy=place.webhook_proxy,
        site=site_of(place.github_api_url) if place.github_api_url else SITE,
        api_url=place.github_api_url,
        name=f"Pilothouse {secrets.token_hex(2)}",  # names are unique on GitHub; it can be changed there
    )


def _invitation(place: Place, port: int, token: str, keeping: Keeping) -> str:
    host = "127.0.0.1" if place.host in _EVERYWHERE else place.host
    own = f"http://{f'[{host}]' if ':' in host else host}:{port}"
    links = [f"{root}{ROOT}?token={token}" for root in dict.fromkeys((own, place.public_url)) if root]
    told = [
        "Pilothouse has no GitHub App yet. To set one up, open this link in a browser; it works once:",
        "",
    ]
    told += [f"  {link}" for link in links]
    told += ["", f"The App's keys will be kept in {keeping.path}."]
    if problem := keeping.problem():
        told.append(f"But {problem}")
    if keeping.cut_off is not None:
        told.append(
            f"A set-up before this one was cut off while GitHub handed out the keys of {keeping.cut_off.name!r}: "
            f"they are lost. Delete that App at {keeping.cut_off.apps} and set up a new one."
        )
    if host not in LOOPBACK and not place.public_url:
        told.append("Anybody on that network can read along: set PILOTHOUSE_PUBLIC_URL to an https address.")
    return "\n".join(told)


async def _examine(repository: str) -> Examined:
    """Examine a repository in a process of its own: what it needs is large, and this one lives long."""
    command = (sys.executable, "-m", "bot", "doctor", repository, "--json")
    process = await asyncio.create_subprocess_exec(
        *command,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        stdin=asyncio.subprocess.DEVNULL,
    )
    try:
        async with asyncio.timeout(_EXAMINATION_SECONDS):
            told, wrong = await process.communicate()
    except TimeoutError:
        return Examined(is_over=True, problem=f"It took longer than {_EXAMINATION_SECONDS:.0f} seconds.")
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    if process.returncode not in _ENDED or not told:  # a wrong use ends with 2 as well, and tells nothing
        lines = wrong.decode(errors="replace").strip().splitlines()
        return Examined(is_over=True, problem=lines[-1][:300] if lines else "The examination ended early.")
    return _read(json.loads(told))


def _read(report: dict[str, Any]) -> Examined:
    found = report["findings"]
    said = [
        Said(grade=one["grade"], subject=one["subject"], text=one["text"], remedy=one["remedy"])
        for one in found
        if one["grade"] != "good"
    ]
    order = ("bad", "unknown", "notice")
    said.sort(key=lambda one: order.index(one.grade))
    return Examined(is_over=True, good=len(found) - len(said), said=tuple(said))
