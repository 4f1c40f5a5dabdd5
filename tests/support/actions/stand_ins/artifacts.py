"""Stands in for actions/upload-artifact and actions/download-artifact."""

from __future__ import annotations

import os
import re
import shutil
from fnmatch import fnmatch
from pathlib import Path
from typing import TYPE_CHECKING

from tests.support.actions.stand_in import ActionFailed, Call, StandIn
from tests.support.actions.stand_ins.globbing import files_below, places

if TYPE_CHECKING:
    from collections.abc import Mapping

_BAD_NAME = re.compile(r"[\"<>|*?\r\n\\/:]")  # the action's own list of what a name must not hold


def _upload(call: Call) -> Mapping[str, str]:
    name, inputs = call.inputs["name"], call.inputs
    if found := _BAD_NAME.search(name):
        raise ActionFailed(
            f"The artifact name is not valid: {name}. Contains the following character: {found[0]!r}"
        )
    paths = places(call, inputs["path"])
    files = files_below(paths, hidden=inputs["include-hidden-files"] == "true")
    if not files:
        message = (
            f"No files were found with the provided path: {inputs['path']}. No artifacts will be uploaded."
        )
        if inputs["if-no-files-found"] == "error":
            raise ActionFailed(message)
        if inputs["if-no-files-found"] == "warn":
            call.say(f"::warning::{message}")
        return {}
    folder = call.job.artifacts_folder() / name
    if folder.exists() and inputs["overwrite"] != "true":
        raise ActionFailed(
            "Failed to CreateArtifact: Received non-retryable error: Failed request: (409) Conflict: "
            "an artifact with this name already exists on the workflow run"
        )
    shutil.rmtree(folder, ignore_errors=True)
    root = _root(paths, files)
    for file in files:
        target = folder / file.relative_to(root)
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(file, target)  # permissions are not kept, as with the action
    call.job.artifacts.append(name)
    call.say(f"Artifact {name} has been successfully uploaded! Final size is {sum(map(_size, files))} bytes.")
    return {"artifact-id": str(len(call.job.artifacts)), "artifact-url": "", "artifact-digest": ""}


def _size(file: Path) -> int:
    return file.stat().st_size


def _root(paths: list[Path], files: list[Path]) -> Path:
    """The least common folder: of several paths, or the one that was named."""
    if len(paths) == 1:
        return paths[0] if paths[0].is_dir() else paths[0].parent
    return Path(os.path.commonpath([file.parent for file in files]))


def _download(call: Call) -> Mapping[str, str]:
    inputs, folder = call.inputs, call.path(call.inputs["path"])
    if inputs["run-id"] != str(call.job.begun.trigger.run_id):
        _may_read_others(call)
    runs = call.job.artifacts_folder().parent / inputs["run-id"]
    there = sorted(path.name for path in runs.glob("*"))
    if inputs["name"]:
        if inputs["name"] not in there:
            raise ActionFailed(
                f"Unable to download artifact(s): Artifact not found for name: {inputs['name']}"
            )
        shutil.copytree(runs / inputs["name"], folder, dirs_exist_ok=True)
        return {"download-path": str(folder)}
    for name in (one for one in there if fnmatch(one, inputs["pattern"] or "*")):
        target = folder if inputs["merge-multiple"] == "true" else folder / name
        shutil.copytree(runs / name, target, dirs_exist_ok=True)
        call.say(f"Artifact {name} was downloaded")
    return {"download-path": str(folder)}


def _may_read_others(call: Call) -> None:
    """Of another run the API is asked, with a token that may read them."""
    if not call.inputs["github-token"]:
        raise ActionFailed("Unable to download artifact(s): another run's artifacts need github-token")
    if call.job.begun.permissions.get("actions") not in {"read", "write"}:
        raise ActionFailed(
            "Unable to download artifact(s): Resource not accessible by integration (actions: read)"
        )


UPLOAD = StandIn(run=_upload)
DOWNLOAD = StandIn(run=_download)
