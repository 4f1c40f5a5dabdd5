"""Makes what ships a pipeline's programs: the workflows that release and deploy them, and their images."""

from __future__ import annotations

from dataclasses import dataclass
from importlib.resources import files
from typing import TYPE_CHECKING

from bot.pack.detecting import ecosystem_of
from bot.pack.model import PackFile, Workflow
from bot.pack.rendering.filling import fill, fill_text
from bot.pack.rendering.jobs import minutes

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bot.config.pipeline import PipelineConfig, ProjectConfig, ShippingConfig
    from bot.pack.rendering.pack import About


@dataclass(frozen=True, slots=True, kw_only=True)
class _Shipping:
    """How programs are built, and how long jobs may take."""

    of: ProjectConfig
    build: str  # bash, in the project's folder: builds for $TARGET into $OUT
    minutes: int


def shipping_files(pipeline: PipelineConfig, about: About) -> Iterator[PackFile]:
    """This function will make the workflows that ship, without the actions they use, and the images' Dockerfiles."""
    values: dict[str, object] = {
        "about": about,
        "name": about.full_name.rpartition("/")[2],
        "release": None,
        "infrastructure": pipeline.infrastructure,
    }
    if pipeline.release is not None:
        values |= {"release": pipeline.release, "shipping": _shipping(pipeline, pipeline.release)}
        yield _workflow(Workflow.RELEASE, values)
        yield from _images(pipeline.release)
    if pipeline.infrastructure is not None:
        values["minutes"] = minutes(pipeline.infrastructure.time_limit)
        for workflow in (Workflow.DEPLOY, Workflow.TEARDOWN, Workflow.CLUSTER):
            yield _workflow(workflow, values)


def _shipping(pipeline: PipelineConfig, release: ShippingConfig) -> _Shipping:
    project = pipeline.projects[release.project or next(iter(pipeline.projects))]
    ships = ecosystem_of(project.kind).ships
    if ships is None:
        raise AssertionError(
            "a policy whose project builds no programs has mistakes, and is filled in nowhere"
        )
    return _Shipping(of=project, build=ships(project, release.binaries), minutes=minutes(release.time_limit))


def _workflow(workflow: Workflow, values: dict[str, object]) -> PackFile:
    return PackFile(path=workflow.path, content=fill(_template(f"workflows/{workflow}"), values).encode())


def _images(release: ShippingConfig) -> Iterator[PackFile]:
    template = _template("docker/Dockerfile")
    for image in release.images.values():
        yield PackFile(path=image.dockerfile, content=fill_text(template, {"image": image}).encode())


def _template(path: str) -> str:
    return files("bot").joinpath("templates", *path.split("/")).read_text(encoding="utf-8")
