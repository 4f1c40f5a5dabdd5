"""What is fuzzed: each place where strangers' bytes come in, and what must hold there whatever they are."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import orjson

from bot.app.worker import decode
from bot.commands.model import MOST_COMMANDS
from bot.commands.parse import command_lines, parse
from bot.commands.spec import CommandSpec
from bot.config.mistakes import ConfigurationErrors
from bot.config.networks import parse_networks
from bot.config.repository import configuration_from_yaml
from bot.diagnosis.artifacts.junit import read_junit
from bot.diagnosis.artifacts.model import Damaged
from bot.diagnosis.reader import LogReader, load_parsers
from bot.github.events import Unreadable, from_payload
from bot.github.routing import routing
from bot.page_links import Kind, is_valid, make_token, page_keys
from bot.plugins import load
from bot.redaction import redact
from bot.stats.reading import read_figures
from bot.web.addresses import client_address
from bot.web.signin.ways import own_path, taken, ways_of
from handlers import ROUTES

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from bot.commands.grammar import Grammar

NOW = datetime(2026, 1, 1, tzinfo=UTC)
_MOST_FAILURES, _MOST_LINES = 100, 30
_KEYS = page_keys((b"a webhook secret of the fuzzing",))
_TOKEN = make_token(_KEYS[0], 7, Kind.TESTS, now=NOW)
_WAYS = ways_of((b"a key of the fuzzing, at least 32",))
_PROXIES = parse_networks("10.0.0.0/8,fd00::/8")
_EVENTS = sorted({route.event for route in ROUTES})


class BrokenError(Exception):
    """What must hold does not."""


def webhook(data: bytes) -> None:
    """This function will take a payload in as the web process does, and decode it as each event, as the worker does."""
    route = routing(data)
    if isinstance(route, Unreadable):
        return
    try:
        payload = orjson.loads(data)
    except orjson.JSONDecodeError:  # the worker notes it as failed
        return
    for event in _EVENTS:
        from_payload(event, payload)
        decode(event, payload, "guid")


def command(data: bytes) -> None:
    """This function will read a comment: few commands, each of a line that stands in it."""
    text = data.decode("utf-8", "surrogateescape").encode("utf-8", "replace").decode()
    found = parse(text, _grammars())
    lines = {line for line, _ in command_lines(text)}
    if len(found) > MOST_COMMANDS + 1 or len(lines) > len(text):
        raise BrokenError(found)


def configuration(data: bytes) -> None:
    """This function will read a configuration file: a value, or mistakes that name lines of it."""
    read = configuration_from_yaml(data)
    if isinstance(read, ConfigurationErrors) and not read.mistakes:
        raise BrokenError(read)


def log(data: bytes) -> None:
    """This function will diagnose a log: no parser crashes, no bound is broken, no secret is left."""
    reader = LogReader()
    reader.feed(data)
    diagnosis = reader.finish()
    too_long = any(len(failure.excerpt) > _MOST_LINES for failure in diagnosis.failures)
    leaks = any(redact(failure.message) != failure.message for failure in diagnosis.failures)
    if "parser" in diagnosis.problem or too_long or leaks or len(diagnosis.failures) > _MOST_FAILURES:
        raise BrokenError(diagnosis)


def report(data: bytes) -> None:
    """This function will read an uploaded test report, and the figures that a run tells of itself."""
    for read in (lambda: list(read_junit([data])), lambda: read_figures(data)):
        try:
            read()
        except (Damaged, ValueError):  # what it is refused with
            continue


def token(data: bytes) -> None:
    """This function will open pages with a token: none is right but the one that was made."""
    text = data.decode("utf-8", "replace")
    if is_valid(text, _KEYS, 7, Kind.TESTS, now=NOW) and text != _TOKEN:
        raise BrokenError(text)


def visitor(data: bytes) -> None:
    """This function will read what a browser brings: where to go, cookies, a state, its address."""
    text = data.decode("utf-8", "surrogateescape")
    to = own_path(text)
    if not to.startswith("/") or to[1:2] in {"/", "\\"} or any(sign < "!" or sign > "~" for sign in to):
        raise BrokenError(to)
    if _WAYS.read(text, NOW) or taken((), text) is not None:
        raise BrokenError(text)
    if not client_address("10.0.0.1", text, _PROXIES):
        raise BrokenError(text)


def _grammars() -> tuple[Grammar, ...]:
    return tuple(spec.grammar for spec in load("handlers.commands", "COMMAND", CommandSpec))


load_parsers()
TARGETS: Mapping[str, Callable[[bytes], None]] = {
    made.__name__: made for made in (webhook, command, configuration, log, report, token, visitor)
}
