"""Reads what the repository says about releases, and about the environment that holds for them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.config.releasing import ReleaseConfig  # noqa: TC001 - msgspec reads the annotations at run time
from bot.config.repository import ConfigurationErrors, read_configuration
from bot.deployments.judging.fact_workflows import workflow_files
from bot.gates.facts import environment_of
from bot.releases.judging.fact_model import EnvironmentFacts

if TYPE_CHECKING:
    from bot.config.repository import RepositoryConfig
    from bot.github.client import RepositoryClient


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """What the default branch says about releases."""

    release: ReleaseConfig | None  # None with mistakes
    mistakes: tuple[str, ...] = ()
    environment: EnvironmentFacts | None = None  # that holds for releases; None where none is named
    deploying: tuple[str, ...] = ()  # workflows whose end says nothing about a commit


async def read_policy(repo: RepositoryClient) -> Policy:
    """This function will read the policy from the default branch.

    Raises:
        GitHubError: it could not be read.
    """
    found = await read_configuration(repo)
    if isinstance(found, ConfigurationErrors):
        return Policy(release=None, mistakes=tuple(str(mistake) for mistake in found.mistakes))
    return Policy(
        release=found.release,
        environment=_environment(found),
        deploying=tuple(sorted(workflow_files(found.environments))),
    )


def _environment(configuration: RepositoryConfig) -> EnvironmentFacts | None:
    name = configuration.release.environment
    if not name:
        return None
    policy = environment_of(configuration, name)
    if policy is None:
        return EnvironmentFacts(name=name, is_known=False)
    return EnvironmentFacts(
        name=name, is_known=True, freeze=policy.freeze, has_approvals=policy.approvals is not None
    )
