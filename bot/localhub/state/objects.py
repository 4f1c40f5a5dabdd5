"""The objects of git as git itself stores them, so that what the local GitHub has can be cloned.

https://git-scm.com/book/en/v2/Git-Internals-Git-Objects
"""

from __future__ import annotations

import hashlib
from datetime import UTC
from typing import TYPE_CHECKING

from bot.localhub.state.nouns import Stranger

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import datetime

    from bot.localhub.state.nouns import Commit, Tag, User

_FOLDER, _FILE = b"40000", b"100644"
_UNWRITABLE = str.maketrans("", "", "<>\n\0")


def named(kind: str, body: bytes) -> str:
    """This function will give the id that git has for an object: blob, tree, commit or tag."""
    return hashlib.sha1(b"%s %d\0%b" % (kind.encode(), len(body), body), usedforsecurity=False).hexdigest()


def email(who: User | Stranger) -> str:
    """This function will give the address someone commits with."""
    if isinstance(who, Stranger):
        return who.email
    return f"{who.id}+{who.login.removesuffix('[bot]')}@users.noreply.localhub.test"


def trees(files: Mapping[str, str]) -> Iterator[tuple[str, bytes]]:
    """This function will give every tree of files by id, folders before what holds them.

    Args:
        files: the id of each blob by its path.
    """
    folders: dict[str, dict[str, str]] = {}
    entries: list[tuple[bytes, bytes]] = []
    for path, blob in files.items():
        first, _, rest = path.partition("/")
        if rest:
            folders.setdefault(first, {})[rest] = blob
        else:
            entries.append((first.encode(), b"%b %b\0%b" % (_FILE, first.encode(), bytes.fromhex(blob))))
    for name, within in folders.items():
        made = list(trees(within))
        yield from made
        tree = bytes.fromhex(made[-1][0])
        # Git sorts a folder as if its name ended with a slash.
        entries.append((name.encode() + b"/", b"%b %b\0%b" % (_FOLDER, name.encode(), tree)))
    body = b"".join(line for _, line in sorted(entries))
    yield named("tree", body), body


def commit_body(commit: Commit) -> bytes:
    """This function will write a commit; its serial keeps two that say the same at the same second apart."""
    lines = [
        f"tree {commit.tree}",
        *(f"parent {parent}" for parent in commit.parents),
        f"author {_signature(commit.author, commit.authored_at or commit.at)}",
        f"committer {_signature(commit.committer, commit.at)}",
        f"serial {commit.serial}",
    ]
    return "\n".join((*lines, "", commit.message)).encode()


def tag_body(tag: Tag) -> bytes:
    """This function will write an annotated tag."""
    lines = [
        f"object {tag.commit}",
        "type commit",
        f"tag {tag.name}",
        f"tagger {_signature(tag.tagger, tag.at)}",
    ]
    return "\n".join((*lines, "", tag.message)).encode()


def _signature(who: User | Stranger, at: datetime) -> str:
    name, address = who.login.translate(_UNWRITABLE), email(who).translate(_UNWRITABLE)
    moment = at if at.tzinfo is not None else at.replace(tzinfo=UTC)
    return f"{name} <{address}> {int(moment.timestamp())} +0000"
