"""What the workflows that release and deploy need to know of the project whose programs they ship."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.pack.rendering.jobs import minutes

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bot.config.pipeline import Kind, PipelineConfig, ProjectConfig
    from bot.pack.model import Ecosystem


@dataclass(frozen=True, slots=True, kw_only=True)
class Shipping:
    """How programs are built, and how long that may take."""

    project: str
    of: ProjectConfig
    build: str  # bash, in the project's folder: builds for $TARGET into $OUT
    minutes: int  # of a job of release.yml
    deploy_minutes: int  # of a job of deploy-prod.yml


def shipping_of(pipeline: PipelineConfig, ecosystems: Mapping[Kind, Ecosystem]) -> Shipping | None:
    """This function will tell how the programs of a pipeline are built; None where it releases none."""
    release, infrastructure = pipeline.release, pipeline.infrastructure
    if release is None:
        return None
    name = release.project or next(iter(pipeline.projects))
    project = pipeline.projects[name]
    ships = ecosystems[project.kind].ships
    if ships is None:
        return None
    return Shipping(
        project=name,
        of=project,
        build=ships(project, release.binaries),
        minutes=minutes(release.time_limit),
        deploy_minutes=minutes(infrastructure.time_limit) if infrastructure else 0,
    )
