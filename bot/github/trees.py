"""Git's trees: which files a commit has, and new trees made of changed files."""

from __future__ import annotations

import base64
import binascii
from dataclasses import dataclass
from typing import TYPE_CHECKING

from msgspec import Struct, field

from bot.github import shipping_operations as op
from bot.github.commits import ShaShape
from bot.github.errors import NotFound, Unexpected

if TYPE_CHECKING:
    from collections.abc import Iterable

    from bot.github.client import RepositoryClient

_BLOB = "blob"


@dataclass(frozen=True, slots=True, kw_only=True)
class TreeFile:
    """One file as a new tree shall have it."""

    path: str
    mode: str  # 100644 or 100755
    content: bytes | None  # None where it shall be gone
    is_text: bool = False  # UTF-8, which goes with the tree's own request


class EntryShape(Struct):
    """What a tree has under a path."""

    path: str
    type: str
    sha: str


class BlobShape(Struct):
    """A file's content, in base64."""

    content: str


class TreeShape(Struct):
    """A tree with all that lies in it."""

    tree: list[EntryShape] = field(default_factory=list)
    truncated: bool = False


async def blobs_of(repo: RepositoryClient, tree: str) -> dict[str, str] | None:
    """This function will read git's id of every file of a tree or commit; None where there are too many to tell.

    https://docs.github.com/en/rest/git/trees#get-a-tree tells 100,000 entries.
    """
    shape = await repo.calls.get(op.GET_TREE, TreeShape, {"tree_sha": tree}, {"recursive": "1"})
    if shape.truncated:
        return None
    return {entry.path: entry.sha for entry in shape.tree if entry.type == _BLOB}


async def get_blob(repo: RepositoryClient, sha: str) -> bytes | None:
    """This function will read a file of up to 100 MB by the id that git has for it, or return None without one.

    https://docs.github.com/en/rest/git/blobs#get-a-blob
    """
    try:
        shape = await repo.calls.get(op.GET_BLOB, BlobShape, {"file_sha": sha})
    except NotFound:
        return None
    try:
        return binascii.a2b_base64(shape.content)
    except binascii.Error as error:
        raise Unexpected(f"the blob {sha} came in a broken encoding", operation=op.GET_BLOB.id) from error


async def create_tree(repo: RepositoryClient, *, base_tree: str, files: Iterable[TreeFile]) -> str:
    """This function will make a tree that differs from another in these files, and return its name."""
    entries = [await _entry(repo, file) for file in files]
    shape = await repo.calls.send(op.CREATE_TREE, ShaShape, {}, {"base_tree": base_tree, "tree": entries})
    return shape.sha


async def _entry(repo: RepositoryClient, file: TreeFile) -> dict[str, object]:
    entry: dict[str, object] = {"path": file.path, "mode": file.mode, "type": _BLOB}
    if file.content is None:
        return entry | {"sha": None}
    if file.is_text:
        return entry | {"content": file.content.decode()}
    body = {"content": base64.b64encode(file.content).decode(), "encoding": "base64"}
    shape = await repo.calls.send(op.CREATE_BLOB, ShaShape, {}, body)
    return entry | {"sha": shape.sha}
