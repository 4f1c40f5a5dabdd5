"""What jobs leave behind beside their logs: uploaded artifacts, and annotations of their check runs."""

from __future__ import annotations

import io
import re
import zipfile
from datetime import timedelta
from itertools import islice
from typing import TYPE_CHECKING

from bot.localhub.state.actions import Artifact

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bot.localhub.state.actions import Job, WorkflowRun
    from bot.localhub.state.store import Store

KEPT = timedelta(days=90)  # https://docs.github.com/en/actions/reference/limits
MOST_ERRORS = 10  # annotations of each level that the runner makes of a step
_ERROR = re.compile(rb"^(?:\S+Z )?##\[error\](.+)$", re.MULTILINE)


def packed(files: Mapping[str, bytes]) -> bytes:
    """This function will pack files as actions/upload-artifact does."""
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as opened:
        for name, content in files.items():
            opened.writestr(name, content)
    return archive.getvalue()


def upload(store: Store, run: WorkflowRun, name: str, content: bytes) -> Artifact:
    """This function will keep a zip file as an artifact of a workflow run; one of the same name is replaced."""
    artifacts = run.repository.artifacts
    for known in [one for one in artifacts.values() if one.run is run and one.name == name]:
        del artifacts[known.id]
    now = store.now()
    made = Artifact(
        id=store.next_id(), run=run, name=name, content=content, created_at=now, expires_at=now + KEPT
    )
    artifacts[made.id] = made
    return made


def annotate(job: Job, message: str, *, path: str = ".github", line: int = 1, level: str = "failure") -> None:
    """This function will annotate a job's check run, as workflow commands and problem matchers do."""
    job.check.annotations.append(
        {"path": path, "start_line": line, "end_line": line, "annotation_level": level, "message": message}
    )


def annotate_errors(job: Job) -> None:
    """This function will annotate a job with the errors in its log that name no file, as the runner does."""
    for found in islice(_ERROR.finditer(job.log), MOST_ERRORS):
        annotate(job, found[1].decode(errors="replace").strip())
