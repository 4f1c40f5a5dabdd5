"""Makes every file of the pack for a repository."""

from __future__ import annotations

from dataclasses import dataclass, replace
from importlib.resources import files
from typing import TYPE_CHECKING

from bot.config.pipeline import Kind, Registry
from bot.pack.detecting import ecosystem_of
from bot.pack.infrastructure import Owner, terraform_files
from bot.pack.model import PackFile, Workflow
from bot.pack.rendering.filling import fill
from bot.pack.rendering.fixing import fixes_of
from bot.pack.rendering.jobs import builds_of, suites_of, tests_of
from bot.pack.rendering.shipping import shipping_files
from bot.pack.rendering.values import Own, as_json, literal

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from importlib.resources.abc import Traversable

    from bot.config.pipeline import PipelineConfig

_ACTIONS = ".github/actions"
_SUITES = "pilothouse-suites"  # the action that knows what each job of a matrix runs


@dataclass(frozen=True, slots=True, kw_only=True)
class About:
    """The repository that the pack is made for."""

    full_name: str
    default_branch: str
    bot_login: str  # whose heartbeat the alarm listens for: the App's slug, then [bot]


def pack_files(pipeline: PipelineConfig, about: About) -> tuple[PackFile, ...]:
    """This function will make every file of the pack, in the order of their paths."""
    made = [*_workflows(pipeline, about), *shipping_files(pipeline, about)]
    made += _actions(made)
    if any(project.kind is Kind.PYTHON for project in pipeline.projects.values()):
        made = [*_kept_from_style(made)]
    if pipeline.infrastructure is not None:
        made += terraform_files(pipeline.infrastructure, _owner(pipeline, about))
    by_path = {file.path: file for file in made}  # images may share a Dockerfile
    return tuple(by_path[path] for path in sorted(by_path))


def _owner(pipeline: PipelineConfig, about: About) -> Owner:
    release = pipeline.release
    is_here = release is not None and release.registry is Registry.ECR
    images = tuple(release.images) if release is not None and is_here else ()
    return Owner(repository=about.full_name, default_branch=about.default_branch, images=images)


def _workflows(pipeline: PipelineConfig, about: About) -> Iterator[PackFile]:
    # Of a commit that somebody names nothing is remembered: it may be an old one.
    here = f"github.ref == {literal(f'refs/heads/{about.default_branch}')} && !inputs.sha"
    matrices = {
        Workflow.TESTS: tests_of(pipeline, ecosystem_of),
        Workflow.INTEGRATION: suites_of(pipeline, ecosystem_of),
    }
    values: dict[str, object] = {
        "about": about,
        "pipeline": pipeline,
        "builds": builds_of(pipeline, ecosystem_of),
        "tests": matrices[Workflow.TESTS],
        "suites": matrices[Workflow.INTEGRATION],
        "fixes": fixes_of(pipeline, ecosystem_of),
        "has_crates": any(project.kind is Kind.CARGO for project in pipeline.projects.values()),
        "categories": as_json(pipeline.categories),
        "on_default_branch": Own(f"${{{{ {here} }}}}"),
        "saves": Own(f"${{{{ {here} && steps.job.outputs.saves == 'true' }}}}"),
    }
    for workflow in _written(pipeline):
        template = (_templates() / "workflows" / workflow).read_text(encoding="utf-8")
        yield PackFile(path=workflow.path, content=fill(template, values).encode())
        if workflow in matrices:
            path = f"{_ACTIONS}/{_SUITES}/{workflow.value.removesuffix('.yml')}.json"
            yield PackFile(path=path, content=matrices[workflow].table)


def _written(pipeline: PipelineConfig) -> Iterator[Workflow]:
    yield from (Workflow.BUILD, Workflow.TESTS, Workflow.ALARM)
    if pipeline.suites:
        yield Workflow.INTEGRATION
    if pipeline.autofix:
        yield Workflow.AUTOFIX


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


def _kept_from_style(made: Iterable[PackFile]) -> Iterator[PackFile]:
    """A project's own style is for its own files; ruff asks the nearest settings, others the file."""
    for file in made:
        folder, _, name = file.path.rpartition("/")
        if folder.startswith(f"{_ACTIONS}/") and name.endswith(".py"):
            style = (
                _templates() / "python"
            )  # ruff reads a file of its own; Black, flake8 and isort ask each program
            yield PackFile(path=f"{folder}/ruff.toml", content=(style / "ruff.toml").read_bytes())
            yield replace(file, content=(style / "not-asked.txt").read_bytes() + file.content)
        else:
            yield file


def _folders() -> Iterator[Traversable]:
    return (_templates() / "actions").iterdir()


def _templates() -> Traversable:
    return files("bot") / "templates"
