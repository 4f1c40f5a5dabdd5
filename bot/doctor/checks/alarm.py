"""Looks at the alarm that tells when Pilothouse itself falls silent."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.doctor.judging.running import judge_alarm
from bot.doctor.model import Check, Part
from bot.doctor.wording import notice
from bot.github.hung_runs import newest_runs
from bot.pack.model import Workflow

if TYPE_CHECKING:
    from bot.doctor.model import Finding
    from bot.doctor.seeing.subject import Subject


async def examine(subject: Subject) -> tuple[Finding, ...]:
    """This function will say whether somebody listens for the heartbeat."""
    config = await subject.policy()
    file = Workflow.ALARM.value
    if config.pipeline is None and config.supervision is None:
        return ()
    known = await subject.readings.workflows.get()
    if not any(workflow.path == Workflow.ALARM.path for workflow in known):
        if Workflow.ALARM.path in (await subject.readings.files.get() or ()):
            return ()  # the check of workflows says that GitHub does not list it
        text = "it is not there: nobody would be told that Pilothouse is silent"
        slug = subject.registration.slug
        remedy = f"Add it: pilothouse supervision alarm --app {slug} > {Workflow.ALARM.path}"
        return (notice("the alarm", text, remedy),)
    newest = next(iter(await newest_runs(subject.repo, file)), None)
    return (judge_alarm(subject.name, file, newest, subject.now),)


CHECK = Check(
    name="alarm",
    part=Part.PIPELINE,
    looks_at="whether the workflow that listens for the heartbeat ran lately, and was green",
    examine=examine,
)
