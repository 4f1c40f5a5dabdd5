"""Brings a pipeline to a repository on GitHub, as one pull request of the App."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import click

from bot.app.clock import clock
from bot.cli.installing.errand import agree, prepare
from bot.github.app import GitHub
from bot.github.errors import Forbidden, GitHubError
from bot.github.installing import installation_on
from bot.github.repositories import get_repository
from bot.pack.installing.drafting import draft, look
from bot.pack.installing.looking.folder import Folder
from bot.pack.installing.looking.remote import remote_at
from bot.pack.installing.looking.sources import UnusableSourceError
from bot.pack.installing.proposing import begin, catch_up, propose, survey
from bot.pack.installing.recording import blob_id
from bot.pack.installing.saying.body import body_text
from bot.pack.rendering.pack import About

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bot.cli.installing.errand import Errand, Prepared
    from bot.config.app_settings import AppAccess
    from bot.github.client import RepositoryClient
    from bot.github.repositories import Repository
    from bot.pack.installing.drafting import Draft
    from bot.pack.installing.looking.remote import Remote
    from bot.pack.installing.looking.sources import Source
    from bot.pack.installing.proposing import Ground, Proposed

_SAID = {
    "opened": "Opened",
    "updated": "Updated",
    "described": "Described anew",
    "nothing": "Nothing is to be changed:",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Site:
    """Where the pipeline is to come."""

    repo: RepositoryClient
    ground: Ground
    target: Remote


async def into_repository(errand: Errand, access: AppAccess) -> None:
    """This function will open the pull request, or bring the one that is open up to date.

    Raises:
        UnusableSourceError, and all else that `problems` names.
    """
    app = GitHub(access.app_id, access.private_key, clock=clock, api_url=access.github_api_url)
    async with app as github:
        repo = github.repository((await _reached(github, errand.full_name)).ref)
        site = await _site(repo)
        about = About(
            full_name=repo.ref.full_name,
            default_branch=repo.ref.default_branch,
            bot_login=(await repo.identity()).login,
        )
        source: Source = site.target if errand.source is None else Folder(errand.source)
        prepared = await prepare(errand, source, site.target, about)
        if agree(errand, prepared.draft, f"Propose this to {repo.ref.full_name} as a pull request?"):
            try:
                done = await _proposed(errand, site, prepared)
            except Forbidden as error:
                raise _worded(error) from error
            where = done.pull.html_url if done.pull is not None else f"{repo.ref.full_name} has it all."
            click.echo(f"\n{_SAID[done.did]} {where}")


async def _reached(github: GitHub, full_name: str) -> Repository:
    about = await github.identity()
    owner, _, name = full_name.partition("/")
    installation = await installation_on(github.app, owner, name)
    if installation is None:
        raise UnusableSourceError(
            f"The App {about.name} does not reach {full_name}: there is no such repository, or it is not installed "
            f"there. An owner installs it, or adds the repository, at {about.html_url}/installations/new."
        )
    if installation.suspended_at is not None:
        raise UnusableSourceError(
            f"The App is suspended there since {installation.suspended_at:%Y-%m-%d}. "
            f"An owner lifts that at {installation.html_url}."
        )
    found = await get_repository(github.installation(installation.id), installation.id, full_name)
    if found.is_archived or found.is_disabled:
        state = "archived: nothing can be written into it. Unarchive it in its settings first."
        raise UnusableSourceError(f"{full_name} is {state if found.is_archived else 'disabled by GitHub.'}")
    if found.is_fork:
        click.echo(
            f"{full_name} is a fork: its workflows run once somebody enables them on its Actions page."
        )
    return found


async def _site(repo: RepositoryClient) -> _Site:
    ground = await survey(repo)
    tip = ground.tip
    return _Site(repo=repo, ground=ground, target=await remote_at(repo, tip.sha if tip is not None else None))


async def _proposed(errand: Errand, site: _Site, prepared: Prepared) -> Proposed:
    made = prepared.draft
    if site.ground.base is None and made.writes:
        await begin(site.repo)
        site = await _site(site.repo)
    elif await catch_up(site.repo, site.ground):
        site = await _site(site.repo)
        seen = prepared.seen if errand.source is not None else await look(site.target)
        made = await draft(seen, site.target, prepared.order)
    body = body_text(made, await _there(site), _made(made))
    return await propose(site.repo, site.ground, made.changes, body)


async def _there(site: _Site) -> Mapping[str, str]:
    """The files of the branch that the pull request is for."""
    base = site.ground.base
    if base is None or base is site.ground.tip:
        return site.target.blobs
    return (await remote_at(site.repo, base.sha)).blobs


def _made(made: Draft) -> Mapping[str, str | None]:
    return {change.path: None if change.after is None else blob_id(change.after) for change in made.changes}


def _worded(error: Forbidden) -> GitHubError:
    if "workflows" not in str(error):
        return error
    return Forbidden(
        f"{error} Or say --out FOLDER in a clone, and push what it writes with a token that has the scope `workflow`.",
        operation=error.operation,
        status=error.status,
        needed=error.needed,
    )
