"""The command line's `init`: brings a repository its pipeline, as a pull request or into a folder."""

from __future__ import annotations

import asyncio
import os
import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from bot.cli.problems import StartError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bot.cli.installing.errand import Errand
    from bot.config.pipeline import Kind
    from bot.pack.installing.deciding.wishing import Part
    from bot.pack.installing.model import Wish

# Modules are imported inside the command: `pilothouse diagnose` should not pay for them.
# ruff: noqa: PLC0415

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9-]{0,38}/(?!\.{1,2}$)[A-Za-z0-9._-]{1,100}")
_LOGIN = re.compile(r"[a-z0-9-]{1,100}\[bot\]")
_PARTS = click.Choice(("release", "deploy", "autofix", "metrics"))
_KINDS = click.Choice(("cargo", "python", "node", "go"))
_FOLDER = click.Path(path_type=Path, file_okay=False, exists=True, resolve_path=True)


@click.command()
@click.option("--repo", "full_name", metavar="OWNER/NAME", default="", help="The repository on GitHub.")
@click.option("--out", type=_FOLDER, help="Write into this folder instead of opening a pull request.")
@click.option("--from", "source", type=_FOLDER, help="Find in this folder what the repository builds.")
@click.option("-y", "--yes", "is_sure", is_flag=True, help="Ask nothing, and do it.")
@click.option("--dry-run", "is_dry", is_flag=True, help="Only show what would be done.")
@click.option("--diff", "shows_diff", is_flag=True, help="Show every difference.")
@click.option(
    "--replace", multiple=True, metavar="PATH", help="Take the pack's file in place of what is there."
)
@click.option(
    "--keep", multiple=True, metavar="PATH", help="What is there is right: offer the pack's no more."
)
@click.option("--environments", metavar="NAME,…", default="", help="What can be deployed to.")
@click.option("--region", default="", help="The region of AWS.")
@click.option("--state-bucket", default="", help="The S3 bucket of Terraform's state and plans.")
@click.option("--artifacts-bucket", default="", help="The S3 bucket that programs are pushed to.")
@click.option(
    "--kind", type=_KINDS, help="What a repository will be built with in which nothing is found yet."
)
@click.option("--with", "wanted", multiple=True, type=_PARTS, help="A part that is to be there.")
@click.option("--without", "unwanted", multiple=True, type=_PARTS, help="A part that is to be left out.")
@click.option(
    "--bot", "login", default="", help="With --out: the App's login, where it is not pilothouse[bot]."
)
def init(  # noqa: PLR0913 - click gives each option by its name
    *,
    full_name: str,
    out: Path | None,
    source: Path | None,
    is_sure: bool,
    is_dry: bool,
    shows_diff: bool,
    replace: tuple[str, ...],
    keep: tuple[str, ...],
    environments: str,
    region: str,
    state_bucket: str,
    artifacts_bucket: str,
    kind: str | None,
    wanted: tuple[str, ...],
    unwanted: tuple[str, ...],
    login: str,
) -> None:
    """Bring a repository its pipeline: workflows, Terraform files and the configuration they are made from.

    Run it again after a change of the configuration, or with a newer Pilothouse: what you changed in its files
    stays, what nobody touched is brought up to date, and what contradicts is shown.
    """
    from bot.cli.installing.errand import Errand
    from bot.pack.installing.deciding.wishing import Wishes

    wishes = Wishes(
        environments=tuple(dict.fromkeys(name.strip() for name in environments.split(",") if name.strip())),
        region=region,
        state_bucket=state_bucket,
        artifacts_bucket=artifacts_bucket,
        kind=_kind(kind),
        parts=_parts(wanted, unwanted),
    )
    errand = Errand(
        full_name=_checked(full_name, _NAME, "--repo", "OWNER/NAME"),
        login=_checked(login, _LOGIN, "--bot", "NAME[bot]"),
        source=source,
        wishes=wishes,
        files=_wishes_of_files(replace, keep),
        is_dry=is_dry,
        is_sure=is_sure,
        shows_diff=shows_diff,
        may_ask=not is_sure and sys.stdin.isatty() and sys.stdout.isatty(),
    )
    _run(errand, out)


def _run(errand: Errand, out: Path | None) -> None:
    """Do it; whatever stands in the way becomes one message."""
    from bot.app.logs import configure_logs
    from bot.cli.installing.errand import problems
    from bot.cli.installing.proposal import into_repository
    from bot.cli.installing.tree import into_folder
    from bot.config.settings import SettingsError, app_from_env

    if out is None and not errand.full_name:
        raise click.UsageError(
            "Say --repo OWNER/NAME to open a pull request, or --out FOLDER to write files."
        )
    configure_logs("error")
    try:
        if out is not None:
            asyncio.run(into_folder(errand, out))
        else:
            asyncio.run(into_repository(errand, app_from_env(os.environ)))
    except SettingsError as error:
        hint = "The App opens the pull request; without its settings say --out FOLDER."
        raise StartError(f"{error}\n{hint}") from error
    except problems() as error:
        raise click.ClickException(str(error)) from error
    except KeyboardInterrupt:
        sys.exit(130)


def _checked(text: str, form: re.Pattern[str], flag: str, written: str) -> str:
    if text and not form.fullmatch(text):
        raise click.BadParameter(f"{text!r} is not written as {written}", param_hint=flag)
    return text


def _kind(name: str | None) -> Kind | None:
    from bot.config.pipeline import Kind

    return Kind(name) if name is not None else None


def _parts(wanted: tuple[str, ...], unwanted: tuple[str, ...]) -> Mapping[Part, bool]:
    from bot.pack.installing.deciding.wishing import Part

    if both := sorted({*wanted} & {*unwanted}):
        raise click.UsageError(f"{both[0]} is wanted and unwanted at once.")
    return {Part(name): name in wanted for name in (*wanted, *unwanted)}


def _wishes_of_files(replace: tuple[str, ...], keep: tuple[str, ...]) -> Mapping[str, Wish]:
    from bot.pack.installing.model import Wish

    if both := sorted({*replace} & {*keep}):
        raise click.UsageError(f"{both[0]} is to be replaced and kept at once.")
    return dict.fromkeys(keep, Wish.KEEP) | dict.fromkeys(replace, Wish.REPLACE)
