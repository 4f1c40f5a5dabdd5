"""The web process's application and its life from the open port to the last answer."""

from __future__ import annotations

import errno
import logging
import socket
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

import structlog
from aiohttp import web
from aiohttp.http_exceptions import HttpProcessingError

from bot.web.bodies import MOST_BYTES
from bot.web.health import Health
from bot.web.metrics import COUNTS, MORE, WebMetrics, render, respond
from bot.web.request_metrics import measured
from bot.web.webhook import Webhook

if TYPE_CHECKING:
    import asyncio
    from collections.abc import AsyncIterator, Awaitable, Callable
    from datetime import datetime

    from bot.storage.inbox import Inbox
    from bot.web.pages import Pages

    Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]

log = structlog.get_logger()

_BACKLOG = 2048
# Longer than reverse proxies keep theirs open, which is a minute; it also ends a connection that sends no whole head.
_IDLE_SECONDS = 75.0
_LINGER_SECONDS = 2.0  # for the rest of a body that was refused
_GRACE_SECONDS = 10.0  # for requests under way; GitHub waits no longer for an answer


class PortUnusableError(Exception):
    """The address cannot be listened on; the message says what to do."""


def build_app(
    *,
    inbox: Inbox,
    secrets: tuple[bytes, ...],
    wanted: Callable[[str, str | None], bool],
    clock: Callable[[], datetime],
    pages: Pages | None = None,
) -> web.Application:
    """This function will make the application: /webhook, /healthz, /metrics and the pages.

    Args:
        inbox: an opened inbox.
        secrets: each of them makes a valid signature; more than one during a rotation.
        wanted: whether any handler wants the event with the action, or, with None, with any action.
        clock: the time in UTC.
        pages: what summaries link to; None where none are to be had.
    """
    metrics = WebMetrics()
    webhook = Webhook(inbox=inbox, secrets=secrets, wanted=wanted, metrics=metrics)
    health = Health(inbox=inbox, clock=clock, started_at=clock())

    async def scrape(request: web.Request) -> web.Response:
        more = request.app.get(MORE)
        told = await more(request) if more is not None else b""
        return respond(await render(metrics, inbox, now=clock()) + told)

    # 25 MB is still a payload, one byte more is not: aiohttp refuses what exceeds the size.
    app = web.Application(client_max_size=MOST_BYTES, middlewares=[measured(metrics.registry), _never_fail])
    app[COUNTS] = metrics
    app.router.add_post("/webhook", webhook.handle)
    app.router.add_get("/healthz", health.handle)
    app.router.add_get("/metrics", scrape)
    if pages is not None:
        pages.add_to(app)
    return app


def bound(host: str, port: int) -> socket.socket:
    """This function will open the port, so that one application can take it over from another.

    Raises:
        PortUnusableError: the address is taken or not ours.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        return socket.create_server((host, port), family=family, backlog=_BACKLOG)
    except OSError as error:
        raise PortUnusableError(_advice(error, host, port)) from error


@asynccontextmanager
async def listening(
    app: web.Application, *, host: str, port: int, sock: socket.socket | None = None
) -> AsyncIterator[None]:
    """This function will answer requests inside its block, and finish those under way at its end.

    Args:
        app: what answers.
        host: where to listen.
        port: where to listen.
        sock: an open port to take over instead; it is closed in the end.

    Raises:
        PortUnusableError: the address is taken or not ours.
    """
    # The access log would double the cost of a delivery; refusals are logged where they happen.
    runner = web.AppRunner(
        app,
        access_log=None,
        handle_signals=False,
        shutdown_timeout=_GRACE_SECONDS,
        keepalive_timeout=_IDLE_SECONDS,
        lingering_time=_LINGER_SECONDS,
        logger=_logger(),
    )
    await runner.setup()
    try:
        try:
            await _site(runner, host, port, sock).start()
        except OSError as error:
            raise PortUnusableError(_advice(error, host, port)) from error
        log.info("listening", host=host, port=port)
        yield
        log.info("stopping")
    finally:
        await runner.cleanup()


def _site(runner: web.AppRunner, host: str, port: int, sock: socket.socket | None) -> web.BaseSite:
    if sock is not None:
        return web.SockSite(runner, sock, backlog=_BACKLOG)
    return web.TCPSite(runner, host, port, backlog=_BACKLOG)


async def serve(
    app: web.Application, *, host: str, port: int, stop: asyncio.Event, sock: socket.socket | None = None
) -> None:
    """This function will answer requests until the event is set, then finish those under way.

    Raises:
        PortUnusableError: the address is taken or not ours.
    """
    async with listening(app, host=host, port=port, sock=sock):
        await stop.wait()


def _logger() -> logging.Logger:
    """The server's log, in which what is no HTTP takes one short line: strangers send it, and it holds their bytes."""
    made = logging.getLogger("aiohttp.server")
    if _is_ours not in made.filters:
        made.addFilter(_is_ours)
    return made


def _is_ours(record: logging.LogRecord) -> bool:
    error = record.exc_info[1] if record.exc_info else None
    if not isinstance(error, HttpProcessingError):
        return True
    log.warning("request_unreadable", status=error.code, reason=error.message.strip().split("\n", 1)[0][:100])
    return False


def _advice(error: OSError, host: str, port: int) -> str:
    if error.errno == errno.EADDRINUSE:
        return (
            f"Port {port} on {host} is in use by another program. Stop that one, or set PORT to a free port."
        )
    if error.errno == errno.EACCES:
        return f"Port {port} may not be opened by this user. Set PORT to one above 1023."
    return f"{host}:{port} cannot be listened on: {error.strerror or error}. Check PILOTHOUSE_HOST and PORT."


@web.middleware
async def _never_fail(request: web.Request, handler: Handler) -> web.StreamResponse:
    """A bug of ours must not look like an accepted delivery, nor like a mistake of the sender: it may come again."""
    try:
        return await handler(request)
    except web.HTTPException:
        raise
    except Exception:
        log.exception(
            "request_failed", path=request.path, delivery=request.headers.get("X-GitHub-Delivery", "")
        )
        return web.json_response(
            {"status": "failed", "reason": "An internal error; see the log."},
            status=503,
            headers={"Retry-After": "30"},
        )
