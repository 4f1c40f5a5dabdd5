"""Draws the workflows of the pack, as they are written for the reference pipeline."""

from __future__ import annotations

import json
from importlib.resources import files
from textwrap import fill
from typing import TYPE_CHECKING, Any

from ruamel.yaml import YAML

from bot.config.repository import RepositoryConfig, configuration_from_yaml
from bot.markdown import table
from bot.pack.model import Workflow
from bot.pack.rendering.pack import About, pack_files

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_ABOUT = About(full_name="acme/reference", default_branch="main", bot_login="pilothouse[bot]")
_TRIGGERS: Mapping[str, str] = {
    "push": "push",
    "pull_request": "pull request",
    "merge_group": "merge queue",
    "schedule": "schedule",
    "workflow_dispatch": "dispatch",
    "workflow_call": "other workflows",
}
_MOST_NAMED = 3


def workflow_diagrams() -> str:
    """This function will draw the jobs of each workflow, what begins them and what they wait for."""
    return "\n\n".join(
        f"### {name}\n\n{fill(_purpose(text), 120)}\n\n```mermaid\n{_diagram(name, workflow, files_)}\n```"
        for name, text, workflow, files_ in _workflows()
    )


def workflow_grants() -> str:
    """This function will list what each job may do and how long it may take."""
    rows = [
        (f"`{name}`", f"`{key}`", _limit(job), _granted(job))
        for name, _, workflow, _ in _workflows()
        for key, job in workflow["jobs"].items()
    ]
    return table(("workflow", "job", "time limit", "its token may"), rows)


def _workflows() -> Iterator[tuple[str, str, dict[str, Any], Mapping[str, bytes]]]:
    text = files("bot").joinpath("templates", "config", "reference.yml").read_bytes()
    configuration = configuration_from_yaml(text)
    if not isinstance(configuration, RepositoryConfig) or configuration.pipeline is None:
        raise SystemExit("the reference configuration has no pipeline")
    made = {file.path: file.content for file in pack_files(configuration.pipeline, _ABOUT)}
    for workflow in Workflow:
        content = made[workflow.path].decode()
        yield workflow.value, content, YAML(typ="safe", pure=True).load(content), made


def _purpose(text: str) -> str:
    """The comment that the file begins with, up to who wrote it."""
    lines: list[str] = []
    for line in text.splitlines()[1:]:
        if not line.startswith("# ") or line.startswith("# Written by"):
            break
        lines.append(line.removeprefix("# "))
    return " ".join(lines)


def _diagram(name: str, workflow: Mapping[str, Any], made: Mapping[str, bytes]) -> str:
    begins = ", ".join(_TRIGGERS[event] for event in workflow["on"])
    lines = ["flowchart LR", f'  begin(["{begins}"])']
    for key, job in workflow["jobs"].items():
        lines.append(f'  {key}["{_shown(name, key, job, made)}"]')
        needs = _waited_for(key, workflow["jobs"])
        nearest = needs - {far for need in needs for far in _waited_for(need, workflow["jobs"], deeply=True)}
        lines += [f"  {need} --> {key}" for need in sorted(nearest) or ["begin"]]
    return "\n".join(lines)


def _waited_for(key: str, jobs: Mapping[str, Any], *, deeply: bool = False) -> set[str]:
    needs = jobs[key].get("needs") or []
    near = {needs} if isinstance(needs, str) else set(needs)
    return near.union(*(_waited_for(need, jobs, deeply=True) for need in near)) if deeply else near


def _shown(name: str, key: str, job: Mapping[str, Any], made: Mapping[str, bytes]) -> str:
    matrix = (job.get("strategy") or {}).get("matrix") or {}
    told = made.get(f".github/actions/pilothouse-suites/{name.removesuffix('.yml')}.json")
    if "name" in matrix and told is not None:
        names = [*json.loads(told)]
        more = f" and {len(names) - _MOST_NAMED} more" if len(names) > _MOST_NAMED else ""
        return f"{', '.join(names[:_MOST_NAMED])}{more}"
    variants = ", ".join(
        str(value) for values in matrix.values() for value in values if isinstance(value, str)
    )
    called = f" = {job['uses'].rpartition('/')[2]}" if "uses" in job else ""
    return f"{key} ({variants})" if variants else f"{key}{called}"


def _limit(job: Mapping[str, Any]) -> str:
    limit = job.get("timeout-minutes")
    if limit is None:
        return "as its jobs"
    return f"{limit} min" if isinstance(limit, int) else "as the policy says"


def _granted(job: Mapping[str, Any]) -> str:
    return (
        ", ".join(f"`{name}: {level}`" for name, level in (job.get("permissions") or {}).items()) or "nothing"
    )
