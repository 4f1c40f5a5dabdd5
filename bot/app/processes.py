"""The processes that Pilothouse runs as: everything in one place, or web and worker apart."""

from __future__ import annotations

import asyncio
import gc
import os
import sys
from functools import partial
from typing import TYPE_CHECKING

from bot.app.clock import clock
from bot.app.forwarding import add_forwarder
from bot.app.logs import configure_logs
from bot.app.site import add_site
from bot.app.start import StartProblemError, opened_inbox
from bot.engine.child import Child, stop_on_signals

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine
    from typing import Any

    from aiohttp.web import Application

    from bot.app.setting_up import Continued
    from bot.config.settings import Settings
    from bot.storage.database import Database
    from bot.web.pages import Pages

CANNOT_START = 78  # EX_CONFIG of sysexits.h: starting again would change nothing
NOT_NOW = 75  # EX_TEMPFAIL: whoever looks after the process starts it again
_WORKER = (sys.executable, "-m", "bot", "worker", "--child")
_AGAIN = ("--patient",)


def serve(settings: Settings, *, continued: Continued | None = None) -> int:
    """This function will run the web process with the worker as its child, until it is told to stop."""
    # glibc keeps an arena of memory for each of the engine's many threads; one is enough under one lock.
    environment = {**os.environ, "MALLOC_ARENA_MAX": "1"}
    child = Child(
        _WORKER,
        again=_AGAIN,
        give_up_on=frozenset({CANNOT_START}),
        give_up_at_first=frozenset({NOT_NOW}),
        environment=environment,
    )
    return _run(_web(settings, on_commit=child.wake, worker=child, continued=continued), settings)


def web(settings: Settings, *, continued: Continued | None = None) -> int:
    """This function will run the web process alone, until it is told to stop."""
    return _run(_web(settings, on_commit=lambda: None, worker=None, continued=continued), settings)


def worker(settings: Settings, *, is_child: bool = False, is_patient: bool = False) -> int:
    """This function will run the worker, until it is told to stop or, as a child, until its parent is gone.

    Args:
        settings: The settings.
        is_child: Standard input is the parent's pipe: it wakes, and its end is the parent's end.
        is_patient: GitHub may be unreachable; the worker waits for it instead of refusing to start.
    """
    # What is imported stays: looking through it for garbage, again and again, is a tenth of the start.
    gc.disable()
    # Imported here: the web process does without the engine library, and stays small for it.
    from bot.app.worker import work  # noqa: PLC0415 - see above

    gc.freeze()
    gc.enable()
    return _run(work(settings, is_child=is_child, is_patient=is_patient), settings)


async def _web(
    settings: Settings,
    *,
    on_commit: Callable[[], None],
    worker: Child | None,
    continued: Continued | None,
) -> int:
    inbox = opened_inbox(settings, on_commit)
    stop = asyncio.Event()
    stop_on_signals(stop)
    working = asyncio.create_task(_supervised(worker, stop))
    await asyncio.sleep(0)
    # Imported here: the worker, which takes longer, is being started meanwhile.
    from bot.web.server import PortUnusableError, build_app  # noqa: PLC0415 - see above
    from bot.web.server import serve as serve_http  # noqa: PLC0415 - see above
    from handlers import wanted  # noqa: PLC0415 - see above

    application = build_app(
        inbox=inbox,
        secrets=settings.webhook_secrets,
        wanted=wanted,
        clock=clock,
        pages=_pages(settings),
    )
    _tell_operator(application, settings)
    add_site(application, settings, inbox, open_database=partial(_database, settings))
    _trace(application, settings)
    if continued is not None:
        continued.add_to(application)
    sock = continued.sock if continued is not None else None
    add_forwarder(application, settings, port=sock.getsockname()[1] if sock is not None else settings.port)
    try:
        await serve_http(application, host=settings.host, port=settings.port, stop=stop, sock=sock)
    except PortUnusableError as error:
        raise StartProblemError(str(error)) from error
    finally:
        if worker is not None:
            await worker.stop()
        working.cancel()
        (code,) = await asyncio.gather(working, return_exceptions=True)
        inbox.close()
    # The worker has said itself what keeps it from starting.
    return code if code in {CANNOT_START, NOT_NOW} else 0


def _pages(settings: Settings) -> Pages | None:
    """The pages that summaries link to, where they can be reached; what they need is loaded when one is read."""
    if not settings.public_url:
        return None
    from bot.page_links import page_keys  # noqa: PLC0415 - see above
    from bot.web.live import Live  # noqa: PLC0415 - see above
    from bot.web.pages import Pages  # noqa: PLC0415 - see above

    keys = page_keys(settings.webhook_secrets)
    opener = partial(_database, settings)
    return Pages(keys=keys, open_database=opener, clock=clock, live=Live())


def _tell_operator(application: Application, settings: Settings) -> None:
    """Scrapes that bear the token that the operator set are told of budgets and supervision."""
    if not settings.costs.metrics_token:
        return
    from bot.web.operator_metrics import OperatorMetrics  # noqa: PLC0415 - see above

    opener = partial(_database, settings)
    told = OperatorMetrics(token=settings.costs.metrics_token, open_database=opener, clock=clock)
    told.add_to(application)


def _trace(application: Application, settings: Settings) -> None:
    if not settings.web.traces_url:
        return
    from bot.app.traces.tracing import traces_of  # noqa: PLC0415 - see above

    traces = traces_of(settings, process="web", clock=clock)
    if traces is not None:
        traces.add_to(application)


def _database(settings: Settings) -> Database:
    from bot.storage.database import Database  # noqa: PLC0415 - see above

    return Database(settings.database_url)


async def _supervised(worker: Child | None, stop: asyncio.Event) -> int:
    """Keep the worker running; when it cannot be started, the web process has no reason to live either."""
    if worker is None:
        return 0
    code = await worker.run()
    stop.set()
    return code


def _run(work: Coroutine[Any, Any, int], settings: Settings) -> int:
    configure_logs(settings.log_level)
    if sys.platform == "win32":
        return asyncio.run(work)
    import uvloop  # noqa: PLC0415 - not on every platform

    return uvloop.run(work)
