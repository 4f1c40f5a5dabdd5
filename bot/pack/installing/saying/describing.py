"""Says in a few words what each file of the pack is for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.config.mistakes import PATH
from bot.pack.model import RECORD, Workflow

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bot.config.pipeline import PipelineConfig

_ACTIONS = ".github/actions/"
_FILES: Mapping[str, str] = {
    PATH: "what Pilothouse does here; its key `pipeline` is what all of this is made from",
    RECORD: "what `pilothouse init` wrote, so that it can tell your edits from its own text",
    Workflow.BUILD.path: "builds, formats, lints, audits and documents every push and pull request",
    Workflow.TESTS.path: "tests everything, and each part by itself",
    Workflow.INTEGRATION.path: "runs the suites that go beyond one part",
    Workflow.RELEASE.path: "builds what a release has: programs, checksums, provenance, images",
    Workflow.DEPLOY.path: "plans, applies exactly that plan, pushes the programs, verifies",
    Workflow.TEARDOWN.path: "takes an environment down",
    Workflow.CLUSTER.path: "brings the test cluster up and down",
    Workflow.AUTOFIX.path: "has formatters and linters mend a branch, as a pull request of its own",
    Workflow.ALARM.path: "raises an alarm when Pilothouse falls silent",
}


def purpose(path: str, pipeline: PipelineConfig) -> str:
    """This function will say what a file is for, as safe Markdown."""
    known = _FILES.get(path)
    if known is not None:
        return known
    if path.startswith(_ACTIONS):
        return "steps that several workflows share"
    if pipeline.infrastructure is not None and path.startswith(f"{pipeline.infrastructure.folder}/"):
        return "the machines, in Terraform"
    return "what a release's images are built from" if "docker" in path.lower() else "a part of the pipeline"
