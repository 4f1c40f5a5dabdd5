"""The command line: every way to start Pilothouse, each with one clear message when it cannot start."""

from __future__ import annotations

import asyncio
import json
import os
import sys
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, TypeVar, cast

import click

from bot.cli.costs import costs
from bot.cli.credentials import credentials
from bot.cli.db import db
from bot.cli.doctor import doctor
from bot.cli.forward import forward
from bot.cli.healthy import healthy
from bot.cli.init import init
from bot.cli.monitoring import monitoring
from bot.cli.problems import NotNowError, StartError
from bot.cli.records import audit, replay
from bot.cli.stats import stats
from bot.cli.supervision import supervision

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine, Iterator

    from aiohttp.web import Application

    from bot.config.settings import Settings
    from bot.localhub.server import LocalHub

T = TypeVar("T")

# Modules are imported inside the commands: `pilothouse diagnose` should not pay for the server.
# ruff: noqa: PLC0415


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="pilothouse")
def main() -> None:
    """Pilothouse: a GitHub App from which a repository is steered."""


@main.command()
def serve() -> None:
    """Run everything in one place: the web process, and the worker that it supervises.

    Where there is no GitHub App yet, it prints a link to the set-up and goes on by itself once that is done.
    """
    from bot.app import processes

    _run_with_app(processes.serve)


@main.command()
@click.option(
    "--again", "anew", is_flag=True, help="Although there is an App: what is kept of it is replaced."
)
def setup(*, anew: bool) -> None:
    """Register a GitHub App in the browser, then serve as `serve` does."""
    from bot.app import processes

    _run_with_app(processes.serve, anew=anew)


@main.command()
def web() -> None:
    """Run only the web process (for a Procfile with a worker beside it)."""
    from bot.app import processes

    _run_with_app(processes.web)


@main.command()
@click.option("--child", "is_child", is_flag=True, hidden=True)
@click.option("--patient", "is_patient", is_flag=True, help="Wait for GitHub where it cannot be reached.")
def worker(*, is_child: bool, is_patient: bool) -> None:
    """Run only the worker (for a Procfile with a web process beside it)."""
    from bot.app import processes

    _run(partial(processes.worker, is_child=is_child, is_patient=is_patient))


@main.command()
@click.option("--once", is_flag=True, help="Play the whole story without a browser, then exit.")
@click.option("--steps", type=click.IntRange(1), default=None, help="Play only so many steps of the story.")
@click.option("--port", type=click.IntRange(0, 65535), default=None, help="Port of the local GitHub's pages.")
def demo(*, once: bool, steps: int | None, port: int | None) -> None:
    """Run the bot beside a local GitHub, no account needed."""
    from bot.app.logs import configure_logs
    from bot.demo.run import demo as run_demo

    configure_logs("warning")
    sys.exit(_asyncio_run(run_demo(once=once or steps is not None, steps=steps, port=port, echo=click.echo)))


@main.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", type=click.IntRange(0, 65535), default=8090, show_default=True)
@click.option("--without-app", is_flag=True, help="No App is registered yet, so that a set-up can be tried.")
def localhub(*, host: str, port: int, without_app: bool) -> None:
    """Run the local GitHub alone, with its pages and its control API."""
    from bot.app.clock import clock
    from bot.app.logs import configure_logs
    from bot.demo.world import command_hints
    from bot.localhub.pages.routes import open_site
    from bot.localhub.scenarios.player import Player
    from bot.localhub.server import AppSettings
    from bot.localhub.server import run as run_hub

    def extend(hub: LocalHub, application: Application) -> None:
        open_site(hub, application, player=Player(hub.store, pace=2.0), commands=command_hints())

    configure_logs("info")

    def ready(hub: LocalHub) -> None:
        click.echo(f"The local GitHub listens at {hub.url} (API and pages; control API under /_control/).")
        if without_app:
            click.echo(f"Try the set-up: PILOTHOUSE_GITHUB_API_URL={hub.url} pilothouse serve")
            return
        click.echo(f"App id {hub.client_id}, webhook secret {hub.webhook_secret}")
        click.echo(hub.private_key_pem)

    try:
        settings = AppSettings(is_registered=not without_app)
        _asyncio_run(run_hub(host, port, clock=clock, settings=settings, extend=extend, ready=ready))
    except OSError as error:
        raise StartError(
            f"Cannot listen on {host}:{port}: {error.strerror}. Choose another --port."
        ) from error


@main.command()
@click.argument("logs", nargs=-1, required=True, metavar="LOG...")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")
@click.option("--explain", "as_explanation", is_flag=True, help="Say which parser said what, and why it won.")
def diagnose(*, logs: tuple[str, ...], as_json: bool, as_explanation: bool) -> None:
    """Say what broke in the logs of failed jobs (plain or .gz; - for standard input)."""
    from bot.diagnosis.report import diagnose_stream, explain_stream, log_id, prediction, summary

    failed = False
    for name in logs:
        try:
            with click.open_file(name, "rb") as stream:
                if as_explanation:
                    click.echo(explain_stream(name, cast("BinaryIO", stream)))
                    continue
                diagnosis = diagnose_stream(cast("BinaryIO", stream))
        except OSError as error:
            click.echo(f"{name} cannot be read: {error.strerror or error}.", err=True)
            failed = True
            continue
        if as_json:
            click.echo(json.dumps(prediction(log_id(name), diagnosis), ensure_ascii=False))
        else:
            click.echo(summary(name, diagnosis))
    sys.exit(1 if failed else 0)


@main.command()
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False), default=".github/pilothouse.yml")
def validate(*, file: Path) -> None:
    """Check a repository's configuration file; every mistake is shown with its line."""
    from bot.config.repository import ConfigurationErrors, configuration_from_yaml

    try:
        text = file.read_bytes()
    except OSError as error:
        raise click.ClickException(f"{file} cannot be read: {error.strerror}.") from error
    result = configuration_from_yaml(text)
    if isinstance(result, ConfigurationErrors):
        for mistake in result.mistakes:
            click.echo(f"{file}:{mistake.line}:{mistake.column}: {mistake.message}", err=True)
        sys.exit(1)
    click.echo(f"{file} is valid: {len(result.environments)} environment(s).")


@main.command()
def schema() -> None:
    """Print the JSON Schema of .github/pilothouse.yml."""
    from bot.config.repository import json_schema

    click.echo(json.dumps(json_schema(), indent=2))


main.add_command(audit)
main.add_command(replay)
main.add_command(costs)
main.add_command(credentials)
main.add_command(forward)
main.add_command(db)
main.add_command(healthy)
main.add_command(init)
main.add_command(doctor)
main.add_command(supervision)
main.add_command(stats)
main.add_command(monitoring)


def _run_with_app(process: Callable[..., int], *, anew: bool = False) -> None:
    """Start a web process; where there is no App yet, it is set up first."""
    from bot.config.place import needs_app

    continued = None
    with _worded():
        if anew or needs_app(os.environ):
            from bot.app.setting_up import set_up

            continued = set_up(anew=anew, say=click.echo)
    _run(partial(process, continued=continued))


def _run(process: Callable[[Settings], int]) -> None:
    """Start a long-running process of the composition root; what keeps it from starting becomes one message."""
    from bot.config.settings import settings_from_env

    with _worded():
        sys.exit(process(settings_from_env(os.environ)))


@contextmanager
def _worded() -> Iterator[None]:
    from bot.app.start import StartProblemError
    from bot.config.settings import SettingsError

    try:
        yield
    except SettingsError as problem:
        raise StartError(str(problem)) from problem
    except StartProblemError as problem:
        raise (NotNowError if problem.is_passing else StartError)(str(problem)) from problem


def _asyncio_run(work: Coroutine[object, object, T]) -> T:
    try:
        return asyncio.run(work)
    except KeyboardInterrupt:
        sys.exit(130)
