"""The worker: dispatcher, engine and schedules on one event loop, until the stop."""

from __future__ import annotations

import asyncio
import sys
from contextlib import AsyncExitStack
from typing import TYPE_CHECKING, Any

import structlog

from bot.app.clock import clock
from bot.app.flows import flows
from bot.app.flows.wiring import Wiring
from bot.app.start import StartProblemError, is_server_away, opened_inbox
from bot.app.telling import telling_of
from bot.engine.child import listen_to_parent, stop_on_signals
from bot.engine.context import Teller
from bot.engine.dispatcher import Dispatcher
from bot.engine.durable import Engine
from bot.engine.durable_store import EngineBusyError
from bot.engine.pulse import Pulse, dispatch_counter, flow_counter
from bot.engine.schedule import run_schedules
from bot.github.app import GitHub
from bot.github.credentials import InvalidPrivateKey
from bot.github.errors import GitHubError, NotFound, Unauthorized, Unavailable
from bot.github.events import Ignored, Unreadable, from_payload
from bot.github.tuning import Call, Pace, Tuning
from bot.recovery.knowing import Sightings
from bot.storage.database import Database, DatabaseUnusableError
from bot.storage.shared_limits import shared_limits
from handlers import route
from handlers.schedule import SCHEDULES

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine, Iterable

    from bot.app.telling import Telling
    from bot.config.settings import Settings
    from bot.engine.model import Intent
    from bot.github.sharing import SharedLimits
    from bot.storage.inbox import Inbox

log = structlog.get_logger()
_INTRODUCTION_SECONDS = 5.0
_PATIENCE = 900.0  # seconds that a run waits for a database server, rather than fail
_NO_APP = "Integration not found"  # as octokit/rest.js#218 was told


async def work(settings: Settings, *, is_child: bool, is_patient: bool) -> int:
    """This function will carry out what the inbox and the clock ask for, until it is told to stop.

    Raises:
        StartProblemError: the database, GitHub or another worker stands in the way.
    """
    stop = asyncio.Event()
    stop_on_signals(stop)
    telling = telling_of(settings, clock=clock)
    async with AsyncExitStack() as stack:
        stack.push_async_callback(telling.close)
        database = opened_database(settings)
        stack.callback(database.close)
        inbox = opened_inbox(settings)
        stack.callback(inbox.close)
        github = await stack.enter_async_context(
            connected(settings, observe=telling.called, shared=shared_limits(database))
        )
        await _introduce(github, settings, is_patient=is_patient)

        async def submit(intents: Iterable[Intent]) -> None:
            await engine.submit(intents)  # which is made with the flows that submit to it

        wiring = Wiring(
            settings=settings,
            github=github,
            database=database,
            inbox=inbox,
            clock=clock,
            submit=submit,
            waited=telling.measures.waited,
        )
        engine = Engine(settings.database_url, flows(wiring), clock=clock, tell=telling.tell)
        try:
            await stack.enter_async_context(engine)
        except EngineBusyError as error:
            raise StartProblemError(str(error)) from error
        sightings = Sightings(database=database, clock=clock)
        teller = Teller(tell=telling.tell, clock=clock)
        dispatcher = Dispatcher(inbox, engine, sightings.noting(decode), teller=teller)
        if is_child:
            listen_to_parent(sys.stdin.fileno(), on_wake=dispatcher.wake, on_end=stop.set)
        await _together(
            stop,
            dispatcher.run(),
            sightings.run(),
            run_schedules(SCHEDULES, clock=clock, submit=engine.submit),
            _pulse(inbox, engine, dispatcher, telling).run(),
            telling.watch_loop(),
        )
    return 0


def opened_database(settings: Settings) -> Database:
    """This function will open our own tables.

    Raises:
        StartProblemError: they cannot be opened.
    """
    try:
        database = Database(settings.database_url, patience=_PATIENCE)
        database.open()
    except DatabaseUnusableError as error:
        raise StartProblemError(str(error), is_passing=is_server_away(settings, error)) from error
    return database


def connected(
    settings: Settings, *, observe: Callable[[Call], None], shared: SharedLimits | None = None
) -> GitHub:
    """This function will make the door to GitHub as the settings say.

    Raises:
        StartProblemError: the private key cannot be used.
    """
    pace = Pace(writes_a_second=1 / settings.write_pace) if settings.write_pace else None
    try:
        return GitHub(
            settings.app_id,
            settings.private_key,
            clock=clock,
            api_url=settings.github_api_url,
            tuning=Tuning(pace=pace, observe=observe, shared=shared),
        )
    except InvalidPrivateKey as error:
        raise StartProblemError(str(error)) from error


def decode(name: str, payload: Any, guid: str) -> tuple[Intent, ...] | Unreadable:
    """This function will say what shall come of a delivery."""
    event = from_payload(name, payload)
    match event:
        case Unreadable():
            return event
        case Ignored():
            return ()
        case _:
            return route(name, event, guid=guid)


async def _introduce(github: GitHub, settings: Settings, *, is_patient: bool) -> None:
    """Ask GitHub who we are, so that wrong credentials and addresses show at the start, not at the first delivery."""
    try:
        async with asyncio.timeout(_INTRODUCTION_SECONDS):
            identity = await github.identity()
    except Unauthorized as error:
        raise StartProblemError(
            f"GitHub does not accept the App's credentials ({error}). "
            "Check that PILOTHOUSE_APP_ID and the private key belong to the same App."
        ) from error
    except NotFound as error:
        if _NO_APP not in str(error):
            log.warning("introduction_failed", error=str(error))
            return
        raise StartProblemError(
            "GitHub knows no such App (any more). If it was deleted, set up a new one with: pilothouse setup --again. "
            "Otherwise check PILOTHOUSE_APP_ID and PILOTHOUSE_GITHUB_API_URL."
        ) from error
    except (Unavailable, TimeoutError) as error:
        if is_patient:  # it has worked before: deliveries wait until GitHub is back
            log.warning("github_not_reached", error=str(error))
            return
        raise StartProblemError(
            f"GitHub cannot be reached at {settings.github_api_url}: "
            f"{str(error) or f'no answer within {_INTRODUCTION_SECONDS:.0f} seconds'}. "
            "Check the network and PILOTHOUSE_GITHUB_API_URL.",
            is_passing=True,
        ) from error
    except GitHubError as error:
        # It answers, though not as GitHub does: what works is found out call by call.
        log.warning("introduction_failed", error=str(error))
        return
    log.info("connected", app=identity.slug, app_id=identity.id)


def _pulse(inbox: Inbox, engine: Engine, dispatcher: Dispatcher, telling: Telling) -> Pulse:
    own = (flow_counter(engine.counts), dispatch_counter(dispatcher.counts))
    return Pulse(beat=inbox.beat, counted=(*own, *telling.all_measures(engine.counts)))


async def _together(stop: asyncio.Event, *works: Coroutine[Any, Any, None]) -> None:
    """Run all until the stop; the first that fails brings the process down, to be started again."""
    tasks = [asyncio.create_task(each) for each in works]
    stopping = asyncio.create_task(stop.wait())
    done, _ = await asyncio.wait([*tasks, stopping], return_when=asyncio.FIRST_COMPLETED)
    for task in (*tasks, stopping):
        task.cancel()
    await asyncio.gather(*tasks, stopping, return_exceptions=True)
    for task in done:
        task.result()
