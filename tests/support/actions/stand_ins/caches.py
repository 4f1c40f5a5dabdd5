"""Stands in for actions/cache and its two halves."""

from __future__ import annotations

import json
import shutil
from hashlib import sha256
from typing import TYPE_CHECKING

from tests.support.actions.stand_in import ActionFailed, Call, StandIn
from tests.support.actions.stand_ins.globbing import places

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path


def _entries(call: Call) -> list[tuple[str, Path]]:
    """Every cache that this run may see, the newest first."""
    found = [
        (json.loads((folder / "about.json").read_text()), folder)
        for folder in call.job.caches_folder().glob("*")
        if (folder / "about.json").exists()
    ]
    mine = {"refs/heads/main", call.job.begun.trigger.ref}
    seen = [(about, folder) for about, folder in found if about["ref"] in mine]
    seen.sort(key=lambda one: -one[0]["order"])
    return [(about["key"], folder) for about, folder in seen if about["paths"] == _version(call)]


def _version(call: Call) -> str:
    """A cache is found only with the very paths that it was saved with."""
    return sha256(call.inputs["path"].encode()).hexdigest()


def _restore(call: Call) -> Mapping[str, str]:
    key, inputs = call.inputs["key"], call.inputs
    begins = [line.strip() for line in inputs["restore-keys"].splitlines() if line.strip()]
    entries = _entries(call)
    found = next((one for one in entries if one[0] == key), None)
    for begin in begins:
        found = found or next((one for one in entries if one[0].startswith(begin)), None)
    if found is None:
        if inputs["fail-on-cache-miss"] == "true":
            raise ActionFailed(
                f"Failed to restore cache entry. Exiting as fail-on-cache-miss is set. Input key: {key}"
            )
        call.say(f"Cache not found for input keys: {', '.join((key, *begins))}")
        return {"cache-hit": "", "cache-primary-key": key}
    if inputs["lookup-only"] != "true":
        _unpack(found[1], call.job.places.root)
    call.say(f"Cache restored from key: {found[0]}")
    call.state["matched"] = found[0]
    is_hit = str(found[0] == key).lower()
    return {"cache-hit": is_hit, "cache-primary-key": key, "cache-matched-key": found[0]}


def _unpack(entry: Path, root: Path) -> None:
    if (entry / "files").exists():
        shutil.copytree(entry / "files", root, dirs_exist_ok=True, symlinks=True)


def _save(call: Call) -> Mapping[str, str]:
    key, folder = call.inputs["key"], call.job.caches_folder()
    if any(one == key for one, _ in _entries(call)):
        call.say(
            f"Failed to save: Unable to reserve cache with key {key}, another job may be creating this cache."
        )
        return {}
    found = places(call, call.inputs["path"])
    if not found:
        call.say(
            "::warning::Path Validation Error: Path(s) specified in the action for caching do(es) not exist, "
            "hence no cache is being saved."
        )
        return {}
    order = len(list(folder.glob("*")))
    entry = folder / str(order)
    for path in found:
        _keep(path, entry / "files" / path.relative_to(call.job.places.root))
    about = {"key": key, "ref": call.job.begun.trigger.ref, "paths": _version(call), "order": order}
    (entry / "about.json").write_text(json.dumps(about))
    call.say(f"Cache saved with key: {key}")
    return {}


def _keep(path: Path, target: Path) -> None:
    if path.is_dir():
        shutil.copytree(path, target, dirs_exist_ok=True, symlinks=True)
    else:
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(path, target)


def _save_what_is_new(call: Call) -> None:
    if call.job.status == "success" and call.state.get("matched") != call.inputs["key"]:
        _save(call)


RESTORE = StandIn(run=_restore)
SAVE = StandIn(run=_save)
CACHE = StandIn(run=_restore, post=_save_what_is_new)
