"""Judges whether workflows that something depends on can run: there, enabled, begun lately."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from bot.doctor.wording import bad, command, good, notice
from bot.pack.model import FOLDER

if TYPE_CHECKING:
    from collections.abc import Container, Iterable, Mapping
    from datetime import datetime

    from bot.doctor.model import Finding
    from bot.github.models import Workflow
    from bot.github.run_models import WorkflowRun

_ACTIVE = "active"
_WHY = {
    # https://docs.github.com/en/actions/how-tos/manage-workflow-runs/disable-and-enable-workflows
    "disabled_inactivity": "GitHub disabled it, because nothing happened in the repository for 60 days",
    "disabled_fork": "GitHub does not run it, because this repository is a fork",
    "disabled_manually": "somebody disabled it",
    "deleted": "its file was deleted",
}
# The alarm looks each half an hour; GitHub may be late, or leave one out.
ALARM_SILENCE = timedelta(hours=3)


def judge_workflows(
    repository: str, wanted: Mapping[str, str], known: Iterable[Workflow], *, files: Container[str] = ()
) -> tuple[Finding, ...]:
    """This function will say whether each wanted workflow, by its file with what wants it, can run."""
    by_file = {workflow.path.rpartition("/")[2]: workflow for workflow in known}
    return tuple(
        _missing(file, why, is_there=f"{FOLDER}/{file}" in files)
        if file not in by_file
        else _known(repository, file, why, by_file[file])
        for file, why in sorted(wanted.items())
    )


def _missing(file: str, why: str, *, is_there: bool) -> Finding:
    subject = f"workflow {file}"
    if is_there:
        return bad(
            subject,
            f"GitHub Actions does not list it, though its file is there, and {why} needs it",
            "See in the Actions tab whether it is a valid workflow, and whether Actions is on; then push to it once.",
        )
    return bad(
        subject,
        f"there is no such workflow on the default branch, and {why} needs it",
        f"Add {FOLDER}/{file}, or change the configuration.",
    )


def _known(repository: str, file: str, why: str, found: Workflow) -> Finding:
    subject = f"workflow {file}"
    if found.state == _ACTIVE:
        return good(subject, "it is enabled")
    enable = command("gh", "workflow", "enable", file, "--repo", repository)
    return bad(
        subject,
        f"{_WHY.get(found.state, f'it is {found.state}')}, and {why} needs it",
        f"Enable it: {enable}",
    )


def judge_alarm(repository: str, file: str, newest: WorkflowRun | None, now: datetime) -> Finding:
    """This function will say whether the alarm listens: when it ran last, and how that ended."""
    subject = "the alarm"
    run = command("gh", "workflow", "run", file, "--repo", repository)
    if newest is None:
        return notice(subject, "it has never run", f"Begin it once: {run}")
    ago = now - newest.created_at
    if ago > ALARM_SILENCE:
        return bad(
            subject,
            f"it ran last at {newest.created_at:%Y-%m-%d %H:%M} UTC: nobody would be told that Pilothouse is silent",
            f"See that it is enabled and that Actions has minutes left, then begin it: {run}",
        )
    if newest.conclusion not in {None, "success"}:
        return bad(
            subject,
            f"its newest run ended as {newest.conclusion}",
            f"Read its log: {command('gh', 'run', 'view', str(newest.id), '--repo', repository, '--log')}",
        )
    return good(subject, f"it ran last at {newest.created_at:%Y-%m-%d %H:%M} UTC")
