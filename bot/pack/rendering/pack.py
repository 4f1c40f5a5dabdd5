"""Makes every file of the pack for a repository."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

from bot.pack.infrastructure import terraform_files
from bot.pack.model import Ecosystem, PackFile, Workflow
from bot.pack.rendering.filling import fill
from bot.pack.rendering.fixing import fixes_of
from bot.pack.rendering.jobs import jobs_of
from bot.pack.rendering.shipping import shipping_of
from bot.pack.rendering.values import Own, as_json
from bot.plugins import load

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping
    from importlib.resources.abc import Traversable

    from bot.config.pipeline import Kind, PipelineConfig

_ACTIONS = ".github/actions"


@dataclass(frozen=True, slots=True, kw_only=True)
class About:
    """The repository that the pack is made for."""

    full_name: str
    default_branch: str
    bot_login: str  # whose heartbeat the alarm listens for: the App's slug, then [bot]


def _always(pipeline: PipelineConfig) -> bool:  # noqa: ARG001 - of the table below
    return True


def _releases(pipeline: PipelineConfig) -> bool:
    return pipeline.release is not None


def _deploys(pipeline: PipelineConfig) -> bool:
    return pipeline.infrastructure is not None


def _fixes(pipeline: PipelineConfig) -> bool:
    return pipeline.autofix


# When each workflow is written; an action comes with the workflows that use it.
_WORKFLOWS: Mapping[Workflow, Callable[[PipelineConfig], bool]] = {
    Workflow.BUILD: _always,
    Workflow.TESTS: _always,
    Workflow.INTEGRATION: lambda pipeline: bool(pipeline.suites),
    Workflow.RELEASE: _releases,
    Workflow.DEPLOY: _deploys,
    Workflow.TEARDOWN: _deploys,
    Workflow.CLUSTER: _deploys,
    Workflow.AUTOFIX: _fixes,
    Workflow.ALARM: _always,
}


def pack_files(pipeline: PipelineConfig, about: About) -> tuple[PackFile, ...]:
    """This function will make every file of the pack, in the order of their paths."""
    made = [*_workflows(pipeline, about)]
    made += [*_actions(made)]
    if pipeline.infrastructure is not None:
        made += terraform_files(pipeline.infrastructure, repository=about.full_name)
    return tuple(sorted(made, key=lambda file: file.path))


def workflows_of(pipeline: PipelineConfig) -> tuple[Workflow, ...]:
    """This function will tell which workflows are written for a pipeline."""
    return tuple(workflow for workflow, is_written in _WORKFLOWS.items() if is_written(pipeline))


def _workflows(pipeline: PipelineConfig, about: About) -> Iterator[PackFile]:
    values: dict[str, object] = {
        "about": about,
        "pipeline": pipeline,
        "release": pipeline.release,
        "infrastructure": pipeline.infrastructure,
        "jobs": jobs_of(pipeline, ecosystems()),
        "shipping": shipping_of(pipeline, ecosystems()),
        "fixes": fixes_of(pipeline),
        "categories": as_json(pipeline.categories),
        "on_default_branch": Own(
            f"${{{{ github.ref == {_literal(f'refs/heads/{about.default_branch}')} }}}}"
        ),
    }
    for workflow in workflows_of(pipeline):
        template = (_templates() / "workflows" / workflow).read_text(encoding="utf-8")
        yield PackFile(path=workflow.path, content=fill(template, values).encode())


def _literal(text: str) -> str:
    """Text within an expression of GitHub's."""
    return f"'{text.replace(chr(39), chr(39) * 2)}'"


def _actions(users: Iterable[PackFile], known: frozenset[str] = frozenset()) -> Iterator[PackFile]:
    """The composite actions that those files use, as they are, and those that these use."""
    text = b"\n".join(file.content for file in users)
    used = {
        name for name in (folder.name for folder in _folders()) if f"$/{_ACTIONS}/{name}\n".encode() in text
    }
    made = [
        PackFile(path=f"{_ACTIONS}/{folder.name}/{file.name}", content=file.read_bytes())
        for folder in _folders()
        if folder.name in used - known
        for file in folder.iterdir()
        if file.is_file()
    ]
    if made:
        yield from made
        yield from _actions(made, known | used)


def _folders() -> Iterator[Traversable]:
    return (_templates() / "actions").iterdir()


@cache
def ecosystems() -> Mapping[Kind, Ecosystem]:
    """This function will give what is known of each kind of project."""
    return {each.kind: each for each in load("bot.pack.ecosystems", "ECOSYSTEM", Ecosystem)}


def _templates() -> Traversable:
    return files("bot") / "templates"
