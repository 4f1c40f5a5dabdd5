"""Runs the pack's workflows on sample repositories, and reads what their jobs leave as the bot does."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bot.config.pipeline import GroupConfig, Kind, MeasuresConfig, PipelineConfig, ProjectConfig, SuiteConfig
from bot.diagnosis.reader import LogReader
from bot.github.models import Conclusion
from bot.github.run_models import Step
from bot.pack.model import METRICS
from bot.pack.rendering.pack import pack_files
from tests.support.actions.model import Trigger, Workspace
from tests.support.actions.repository import change, repository_of
from tests.support.actions.running import run_workflow
from tests.support.actions.shims.placing import place_programs
from tests.support.packs import ABOUT

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bot.diagnosis.model import Diagnosis
    from tests.support.actions.model import JobResult, RunResult

_SAMPLE = Path(__file__).parents[1] / "data/pack/breakwater"
CRATES = PipelineConfig(
    projects={"main": ProjectConfig(kind=Kind.CARGO)},
    groups={
        "block-tests": GroupConfig(packages=("breakwater-block",), category="unit"),
        "journal-tests": GroupConfig(packages=("breakwater-journal",), category="storage"),
    },
    suites={
        "crash-consistency": SuiteConfig(
            run="cargo nextest run -p breakwater-journal --no-tests=fail", category="distributed"
        ),
        "perf-regression": SuiteConfig(
            run="cargo bench -p breakwater-block",
            category="performance",
            measures=MeasuresConfig(tolerance=0.5, higher_is_better=("blocks",)),
        ),
    },
    categories={"property": ("*damage*",)},
)
# Three small crates are built for their messages, not for speed.
_LIGHT = {
    "CARGO_INCREMENTAL": "0",
    "CARGO_NET_OFFLINE": "true",
    "CARGO_PROFILE_DEV_DEBUG": "0",
    "CARGO_PROFILE_RELEASE_OPT_LEVEL": "0",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Yard:
    """A repository with its pack, and a machine that runs it."""

    workspace: Workspace

    def run(self, file: str, trigger: Trigger | None = None) -> RunResult:
        """This function will run a workflow of the pack; a push to the default branch where nothing else is said."""
        return run_workflow(self.workspace, file, trigger)

    def change(self, files: Mapping[str, str | None]) -> str:
        """This function will commit changed texts to the default branch."""
        told = {path: None if text is None else text.encode() for path, text in files.items()}
        return change(self.workspace.repository, told)

    def edit(self, path: str, old: str, new: str) -> int:
        """This function will change one text of a file and return the number of the line that it begins in."""
        before = (self.workspace.repository / path).read_text()
        assert before.count(old) == 1, f"{old!r} stands {before.count(old)} times in {path}"
        self.change({path: before.replace(old, new)})
        return before[: before.index(old)].count("\n") + 1


def make_yard(
    folder: Path,
    *,
    pipeline: PipelineConfig = CRATES,
    like: Path = _SAMPLE,
    environment: Mapping[str, str] | None = None,
    without: tuple[str, ...] = (),
) -> Yard:
    """This function will make a repository with its pack, and a machine.

    Args:
        folder: where both are made.
        pipeline: what the pack is made from.
        like: the folder that the repository looks like.
        environment: what the machine has besides; `minute` scales its time limits.
        without: programs that the machine is to miss.
    """
    files = {file.path: file.content for file in pack_files(pipeline, ABOUT)}
    told = {**_LIGHT, "GH_CALLS": str(folder / "gh.jsonl"), **(environment or {})}
    return Yard(
        workspace=Workspace(
            repository=repository_of(folder / "repository", like=like, files=files),
            folder=folder / "runner",
            programs=(place_programs(folder / "programs", without=without),),
            environment=told,
        )
    )


def metrics_of(result: RunResult) -> dict[str, Any]:
    """This function will read the figures that a run left for `/stats`."""
    told: dict[str, Any] = json.loads((result.artifacts[METRICS] / "metrics.json").read_text())
    return told


def diagnosed(job: JobResult) -> Diagnosis:
    """This function will diagnose a job by its log and its steps, as the bot does."""
    steps = tuple(
        Step(
            number=step.number,
            name=step.name,
            status="completed",
            conclusion=Conclusion(step.conclusion),
            started_at=step.started_at,
            completed_at=step.completed_at,
        )
        for step in job.steps
    )
    failed = next((step.name for step in job.steps if step.conclusion == "failure"), None)
    reader = LogReader(failed_step=failed, steps=steps)
    reader.feed(job.log)
    return reader.finish()
