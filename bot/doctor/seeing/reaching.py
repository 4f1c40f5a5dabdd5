"""Finds the repository through the App, or says what stands between them."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from bot.config.repository import PATH, configuration_from_yaml
from bot.doctor.model import Finding, Grade
from bot.doctor.seeing.once import Once
from bot.doctor.seeing.sight import Sight
from bot.doctor.seeing.subject import Subject
from bot.github.contents import get_file
from bot.github.errors import GitHubError, Unauthorized
from bot.github.installing import installation_on, registration
from bot.github.operation import Operation
from bot.github.shapes import RepositoryShape
from bot.github.trees import blobs_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime

    from bot.config.repository import ConfigurationErrors, RepositoryConfig
    from bot.doctor.model import Manifest
    from bot.github.app import GitHub
    from bot.github.calls import Calls
    from bot.github.client import RepositoryClient
    from bot.github.installing import Installation, Registration
    from bot.github.models import RepositoryRef

_GET_REPOSITORY = Operation(
    id="repos/get", method="GET", path="/repos/{owner}/{repo}", permissions=frozenset({("metadata", "read")})
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Means:
    """With what a repository is examined."""

    github: GitHub
    manifest: Manifest
    clock: Callable[[], datetime]
    person: Calls | None = field(default=None, repr=False)  # with a token of a person


async def reach(means: Means, full_name: str) -> Subject | Finding:
    """This function will return the repository as the App reaches it, or what keeps the App from it."""
    owner, _, name = full_name.partition("/")
    try:
        about = await registration(means.github.app)
        installation = await installation_on(means.github.app, owner, name)
        stands_between = _standing_between(about, installation, full_name)
        if installation is None or stands_between is not None:
            return stands_between or _absent(about, full_name)
        calls = means.github.installation(installation.id)
        shape = await calls.get(_GET_REPOSITORY, RepositoryShape, {"owner": owner, "repo": name})
    except Unauthorized as error:
        return Finding(
            subject="the App",
            grade=Grade.BAD,
            text=str(error),
            remedy="Give the id and the private key of one and the same App: its settings page has both.",
        )
    except GitHubError as error:
        return Finding(
            subject="the App",
            grade=Grade.UNKNOWN,
            text=str(error),
            remedy="See whether GitHub is up, and PILOTHOUSE_GITHUB_API_URL; then run this again.",
        )
    return _subject(means, about, installation, shape.to_ref(installation.id))


def _standing_between(
    about: Registration, installation: Installation | None, full_name: str
) -> Finding | None:
    if installation is None:
        return _absent(about, full_name)
    if installation.suspended_at is None:
        return None
    return Finding(
        subject="the installation",
        grade=Grade.BAD,
        text=f"it is suspended since {installation.suspended_at:%Y-%m-%d}: GitHub lets the App do nothing",
        remedy=f"An owner lifts the suspension at {installation.html_url}.",
    )


def _absent(about: Registration, full_name: str) -> Finding:
    return Finding(
        subject="the installation",
        grade=Grade.BAD,
        text=f"the App {about.name} does not reach {full_name}: it is not installed there, or not for this repository",
        remedy=f"An owner installs it, or adds the repository, at {about.html_url}/installations/new.",
    )


def _subject(means: Means, about: Registration, installation: Installation, ref: RepositoryRef) -> Subject:
    repo = means.github.repository(ref)
    return Subject(
        repo=repo,
        app=means.github.app,
        manifest=means.manifest,
        registration=about,
        installation=installation,
        sight=Sight(app=repo.calls, granted=installation.permissions, person=means.person),
        now=means.clock(),
        configuration=Once(lambda: _configuration(repo)),
        files=Once(lambda: _files(repo)),
    )


async def _configuration(repo: RepositoryClient) -> RepositoryConfig | ConfigurationErrors | None:
    text = await get_file(repo, PATH)
    return None if text is None else await asyncio.to_thread(configuration_from_yaml, text)


async def _files(repo: RepositoryClient) -> Mapping[str, str] | None:
    return await blobs_of(repo, repo.ref.default_branch)
