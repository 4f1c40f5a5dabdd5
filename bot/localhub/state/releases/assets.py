"""What can happen to the files of a release: upload, whole or broken off, and deletion."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.localhub.state.releases.nouns import OPEN, ReleaseAsset

if TYPE_CHECKING:
    from bot.localhub.state.nouns import User
    from bot.localhub.state.releases.nouns import Release
    from bot.localhub.state.store import Store

_SPECIAL = re.compile(r"[^A-Za-z0-9._+~@-]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class NewAsset:
    """What a file is uploaded with."""

    name: str
    content: bytes
    uploader: User
    content_type: str = "application/octet-stream"
    label: str | None = None


def stored_name(name: str) -> str:
    """This function will rename a file as GitHub does: runs of special characters, and dots around it."""
    return _SPECIAL.sub(".", name).strip(".")


def named(release: Release, name: str) -> ReleaseAsset | None:
    """This function will find a file by the name that it would be stored under."""
    wanted = stored_name(name)
    return next((one for one in release.assets.values() if one.name == wanted), None)


def upload(store: Store, release: Release, new: NewAsset) -> ReleaseAsset:
    """This function will keep a file with a release."""
    now = store.now()
    made = ReleaseAsset(
        id=store.next_id(),
        name=stored_name(new.name),
        label=new.label,
        content_type=new.content_type,
        content=new.content,
        uploader=new.uploader,
        created_at=now,
        updated_at=now,
        digest=f"sha256:{hashlib.sha256(new.content).hexdigest()}",
    )
    release.assets[made.id] = made
    return made


def break_off(store: Store, release: Release, new: NewAsset, *, state: str = OPEN) -> ReleaseAsset:
    """This function will leave what an upload leaves that broke off: the name, nothing in it."""
    made = upload(store, release, new)
    made.content, made.digest, made.state = b"", None, state
    return made
