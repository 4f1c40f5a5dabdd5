"""An errand of `pilothouse init`: what was said on the command line, and what is shown and asked on the way."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING

import click

from bot.cli.installing.questions import ask
from bot.github.errors import GitHubError
from bot.pack.configuring import RefusedConfigurationError
from bot.pack.installing.deciding.wishing import IncompleteWishesError
from bot.pack.installing.drafting import NothingFoundError, Order, WrongConfigurationError, draft, look
from bot.pack.installing.looking.sources import UnusableSourceError
from bot.pack.installing.saying.listing import diff_text, files_text, found_text
from bot.pack.manifests.reading import BrokenManifestError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from bot.pack.installing.deciding.wishing import Wishes
    from bot.pack.installing.drafting import Draft
    from bot.pack.installing.looking.sources import Source
    from bot.pack.installing.model import Wish
    from bot.pack.model import Found, Layout
    from bot.pack.rendering.pack import About

_SAY_YES = 2  # the exit code where something would be done, and nobody said that it may


@dataclass(frozen=True, slots=True, kw_only=True)
class Errand:
    """What was said on the command line."""

    full_name: str  # empty where the folder has to tell
    login: str  # of the App; empty where GitHub or a default tells it
    source: Path | None  # where it is found what the repository builds, if not in the repository itself
    wishes: Wishes
    files: Mapping[str, Wish]
    is_dry: bool
    is_sure: bool
    shows_diff: bool
    may_ask: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Prepared:
    """What was seen and is to be installed."""

    seen: tuple[tuple[Found, ...], Layout]
    order: Order
    draft: Draft


def problems() -> tuple[type[Exception], ...]:
    """This function will name what may stand in the way, each worded for the person who has to act on it."""
    return (
        UnusableSourceError,
        BrokenManifestError,
        WrongConfigurationError,
        RefusedConfigurationError,
        IncompleteWishesError,
        NothingFoundError,
        GitHubError,
    )


async def prepare(errand: Errand, source: Source, target: Source, about: About) -> Prepared:
    """This function will look, ask what no file says, and draft."""
    seen = await look(source)
    wishes = errand.wishes
    if errand.may_ask:
        wishes = await ask(wishes, seen[0], target, about)
    order = Order(about=about, wishes=wishes, files=errand.files)
    return Prepared(seen=seen, order=order, draft=await draft(seen, target, order))


def agree(errand: Errand, made: Draft, question: str) -> bool:
    """This function will show what would be done, and say whether it is to be done."""
    click.echo(f"{made.about.full_name}:\n{found_text(made)}\n\n{files_text(made)}")
    differences = diff_text(made)
    if errand.may_ask and differences and not errand.shows_diff and click.confirm("\nShow the differences?"):
        click.echo_via_pager(differences)
    elif errand.shows_diff:
        click.echo(f"\n{differences}", nl=False)
    if errand.is_dry:
        return False
    if errand.is_sure or not made.writes:
        return True
    if errand.may_ask:
        return click.confirm(f"\n{question}", default=True)
    click.echo("\nNothing was done. Say --yes to do it, or --dry-run to only look.", err=True)
    sys.exit(_SAY_YES)
