"""The command line's examination of a repository: what is wrong with its set-up, each with its remedy."""

from __future__ import annotations

import asyncio
import json
import os
import re
import sys
from contextlib import AsyncExitStack
from typing import TYPE_CHECKING

import click

from bot.cli.problems import StartError

if TYPE_CHECKING:
    from bot.config.app_settings import AppAccess
    from bot.config.cost_settings import CostSettings
    from bot.doctor.model import Check, Report

# Modules are imported inside the command: `pilothouse diagnose` should not pay for them.
# ruff: noqa: PLC0415

_REPOSITORY = re.compile(r"[A-Za-z0-9_-]{1,39}/(?!\.\.?\Z)[A-Za-z0-9._-]{1,100}")


@click.command()
@click.argument("repository", metavar="OWNER/NAME")
@click.option("--json", "as_json", is_flag=True, help="One JSON object, for programs.")
@click.option("--only", multiple=True, metavar="CHECK", help="Only this check; may be given again.")
@click.option("--without", multiple=True, metavar="CHECK", help="Not this check; may be given again.")
def doctor(*, repository: str, as_json: bool, only: tuple[str, ...], without: tuple[str, ...]) -> None:
    """Examine a repository's set-up; each finding says what to do about it. Nothing is changed.

    It looks through the App. What the App has no permission to see is read with the token of a person in GITHUB_TOKEN,
    where one is given; buckets and roles with the AWS credentials at hand.

    It ends with 0 where all is well, 1 where something is wrong, 2 where something could not be seen.
    """
    from bot.app.logs import configure_logs
    from bot.config.settings import SettingsError, app_from_env, costs_from_env
    from bot.doctor.render import render_json, render_text

    if not _REPOSITORY.fullmatch(repository):
        raise click.BadParameter("it takes owner/name", param_hint="OWNER/NAME")
    wanted = _wanted(only, without)
    configure_logs("error")
    try:
        access, costs = app_from_env(os.environ), costs_from_env(os.environ)
    except SettingsError as problem:
        raise StartError(str(problem)) from problem
    report = asyncio.run(_examined(access, costs, repository, wanted))
    if as_json:
        click.echo(json.dumps(render_json(report), indent=2))
    else:
        click.echo(render_text(report, colours=sys.stdout.isatty() and "NO_COLOR" not in os.environ))
    sys.exit(report.exit_code)


def _wanted(only: tuple[str, ...], without: tuple[str, ...]) -> tuple[Check, ...]:
    from bot.doctor.examining import checks

    known = {check.name: check for check in checks()}
    if unknown := sorted({*only, *without} - known.keys()):
        raise click.BadParameter(f"there is no check {', '.join(unknown)}; there are {', '.join(known)}")
    return tuple(check for name, check in known.items() if (not only or name in only) and name not in without)


async def _examined(
    access: AppAccess, costs: CostSettings, repository: str, wanted: tuple[Check, ...]
) -> Report:
    from bot.app.clock import clock
    from bot.config.manifest import read_manifest
    from bot.costs.aws.accounts import Aws
    from bot.doctor.examining import examine
    from bot.doctor.seeing.reaching import Means
    from bot.github.app import GitHub
    from bot.github.person import as_person
    from bot.github.tuning import Tuning

    # somebody waits in front of it: what does not answer soon is told as not seen
    tuning = Tuning(pace=None, attempts=3, patience=20.0, timeout=15.0)
    async with AsyncExitStack() as stack:
        github = await stack.enter_async_context(
            GitHub(
                access.app_id,
                access.private_key,
                clock=clock,
                api_url=access.github_api_url,
                tuning=tuning,
            )
        )
        person = None
        if token := os.environ.get("GITHUB_TOKEN", "").strip():
            person = await stack.enter_async_context(
                as_person(token, api_url=access.github_api_url, clock=clock, tuning=tuning)
            )
        means = Means(github=github, aws=Aws(costs), manifest=read_manifest(), clock=clock, person=person)
        return await examine(means, repository, wanted)
