"""Looks at the workflows that the configuration and the pack depend on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.doctor.judging.running import judge_workflows
from bot.doctor.model import Check, Part
from bot.pack.model import FOLDER

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bot.config.repository import RepositoryConfig
    from bot.doctor.model import Finding
    from bot.doctor.seeing.subject import Subject


async def examine(subject: Subject) -> tuple[Finding, ...]:
    """This function will say whether every workflow that is needed is there and enabled."""
    config = await subject.policy()
    wanted = dict(_configured(config))
    files = await subject.readings.files.get() or {}
    wanted |= {
        file.path.rpartition("/")[2]: "the pipeline"
        for file in await subject.readings.pack.get()
        # where it is not there at all, the check of the pack's files says so
        if file.path.startswith(f"{FOLDER}/") and file.path in files
    }
    return judge_workflows(subject.name, wanted, await subject.readings.workflows.get(), files=files)


def _configured(config: RepositoryConfig) -> Iterator[tuple[str, str]]:
    for name, environment in config.environments.items():
        why = f"environment {name}"
        yield environment.workflow, why
        for part in (environment.plan, environment.rollback, environment.teardown):
            if part is not None and part.workflow is not None:
                yield part.workflow, why


CHECK = Check(
    name="workflows",
    part=Part.PIPELINE,
    looks_at="whether every workflow that the configuration names is on the default branch and enabled "
    "(GitHub disables scheduled ones after 60 days without activity)",
    examine=examine,
)
