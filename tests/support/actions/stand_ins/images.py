"""Stands in for Docker's actions: what an image would be built from must be there."""

from __future__ import annotations

import hashlib
import json
import re
from typing import TYPE_CHECKING

from tests.support.actions.stand_in import ActionFailed, Call, StandIn
from tests.support.actions.stand_ins.globbing import files_below

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

_COPY = re.compile(r"^(?:COPY|ADD)\s+(?:--[a-z]+=\S+\s+)*(.+)$", re.MULTILINE)
_GHCR = "ghcr.io"


def _nothing(_call: Call) -> Mapping[str, str]:
    return {}


def _log_in(call: Call) -> Mapping[str, str]:
    if not call.inputs["username"] or not call.inputs["password"]:
        raise ActionFailed("Username and password required")
    if call.inputs["registry"] == _GHCR and call.job.begun.permissions.get("packages") != "write":
        raise ActionFailed("denied: installation not allowed to Create organization package")
    call.say("Login Succeeded!")
    return {}


def _build(call: Call) -> Mapping[str, str]:
    context, tags = call.path(call.inputs["context"]), call.inputs["tags"].split()
    file = call.path(call.inputs["file"]) if call.inputs["file"] else context / "Dockerfile"
    if not file.is_file():
        raise ActionFailed(f"failed to read dockerfile: open {file.name}: no such file or directory")
    for tag in tags:
        if tag != tag.lower() or tag.count(":") != 1:
            raise ActionFailed(f"invalid tag {tag!r}: repository name must be lowercase")
    for platform in call.inputs["platforms"].split(",") or ["linux/amd64"]:
        _check_sources(file, context, platform)
    parts = [*sorted(files_below([context])), file]
    digest = hashlib.sha256(b"".join(part.read_bytes() for part in parts)).hexdigest()
    return {"digest": f"sha256:{digest}", "imageid": f"sha256:{digest}", "metadata": "{}"}


def _check_sources(file: Path, context: Path, platform: str) -> None:
    """Every source that the Dockerfile copies must be in the context, for each platform."""
    for found in _COPY.finditer(file.read_text()):
        if "--from=" in found[0]:
            continue
        words = json.loads(found[1]) if found[1].startswith("[") else found[1].split()
        for source in words[:-1]:
            arch = platform.rpartition("/")[2]
            name = re.sub(r"\$\{?TARGETARCH\}?", arch, source).lstrip("/")
            name = re.sub(r"\$\{?TARGETPLATFORM\}?", platform, name)
            if not any(context.glob(name)):
                raise ActionFailed(f'failed to compute cache key: "/{name}": not found')


LOGIN = StandIn(run=_log_in)
BUILD_PUSH = StandIn(run=_build)
SETUP_BUILDX = StandIn(run=_nothing)
SETUP_QEMU = StandIn(run=_nothing)
