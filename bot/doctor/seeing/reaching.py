"""Finds the repository through the App, or says what stands between them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from bot.doctor.seeing.reading import readings
from bot.doctor.seeing.sight import Sight
from bot.doctor.seeing.subject import Subject
from bot.doctor.wording import bad, unknown
from bot.github.errors import GitHubError, Unauthorized
from bot.github.installing import installation_on, registration
from bot.github.models import RepositoryRef
from bot.github.repository_settings import GET_REPOSITORY, RepositoryShape

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from bot.config.manifest import Manifest
    from bot.costs.aws.accounts import Aws
    from bot.doctor.model import Finding
    from bot.github.app import GitHub
    from bot.github.calls import Calls
    from bot.github.installing import Installation, Registration


@dataclass(frozen=True, slots=True, kw_only=True)
class Means:
    """With what a repository is examined."""

    github: GitHub
    aws: Aws
    manifest: Manifest
    clock: Callable[[], datetime]
    person: Calls | None = field(default=None, repr=False)  # with a token of a person


async def reach(means: Means, full_name: str) -> Subject | Finding:
    """This function will return the repository as the App reaches it, or what keeps the App from it."""
    owner, _, name = full_name.partition("/")
    try:
        about = await registration(means.github.app)
        installation = await installation_on(means.github.app, owner, name)
        if installation is None:
            return _absent(about, full_name)
        if installation.suspended_at is not None:
            return _suspended(installation, f"{installation.suspended_at:%Y-%m-%d}")
        calls = means.github.installation(installation.id)
        shape = await calls.get(GET_REPOSITORY, RepositoryShape, {"owner": owner, "repo": name})
    except Unauthorized as error:
        remedy = "Give the id and the private key of one and the same App: its settings page has both."
        return bad("the App", str(error), remedy)
    except GitHubError as error:
        remedy = "See whether GitHub is up, and PILOTHOUSE_GITHUB_API_URL; then run this again."
        return unknown("the App", str(error), remedy)
    return _subject(means, about, installation, shape)


def _suspended(installation: Installation, since: str) -> Finding:
    return bad(
        "the installation",
        f"it is suspended since {since}: GitHub lets the App do nothing",
        f"An owner lifts the suspension at {installation.html_url}.",
    )


def _absent(about: Registration, full_name: str) -> Finding:
    return bad(
        "the installation",
        f"the App {about.name} does not reach {full_name}: it is not installed there, or not for this repository",
        f"An owner installs it, or adds the repository, at {about.html_url}/installations/new.",
    )


def _subject(
    means: Means, about: Registration, installation: Installation, shape: RepositoryShape
) -> Subject:
    ref = RepositoryRef(
        installation_id=installation.id,
        id=shape.id,
        full_name=shape.full_name,
        default_branch=shape.default_branch,
    )
    repo = means.github.repository(ref)
    person = means.person
    if person is not None:
        person = person.filled({"owner": ref.owner, "repo": ref.name})
    sight = Sight(app=repo.calls, granted=installation.permissions, person=person)
    return Subject(
        repo=repo,
        app=means.github.app,
        about=shape,
        manifest=means.manifest,
        registration=about,
        installation=installation,
        sight=sight,
        now=means.clock(),
        readings=readings(repo, sight, means.aws, bot_login=f"{about.slug}[bot]"),
    )
