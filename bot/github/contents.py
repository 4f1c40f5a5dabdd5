"""Files of a repository."""

from __future__ import annotations

import base64
import binascii
from typing import TYPE_CHECKING

from msgspec import Struct

from bot.github import operations as op
from bot.github import shipping_operations
from bot.github.errors import NotFound, Unexpected
from bot.github.shapes import Nothing

if TYPE_CHECKING:
    from bot.github.client import RepositoryClient


class FileShape(Struct):
    """A file, symbolic link or submodule of a repository."""

    type: str
    encoding: str = ""
    content: str = ""


async def get_file(repo: RepositoryClient, path: str, *, ref: str | None = None) -> bytes | None:
    """This function will read a file of at most 1 MB, or return None where there is no file.

    Args:
        repo: Where the file lives.
        path: From the repository's root, without a leading slash.
        ref: A branch, tag or SHA; the default branch where it is None.
    """
    query = {} if ref is None else {"ref": ref}
    try:
        shape = await repo.calls.get(
            op.GET_CONTENT, FileShape | list[object], {"path": tuple(path.split("/"))}, query
        )
    except NotFound:
        return None
    if not isinstance(shape, FileShape) or shape.type != "file":
        return None
    if shape.encoding != "base64":  # GitHub leaves the content out above 1 MB and says "none"
        raise Unexpected(f"{path} is larger than the 1 MB that can be read", operation=op.GET_CONTENT.id)
    try:
        return binascii.a2b_base64(shape.content)
    except binascii.Error as error:
        raise Unexpected(f"{path} came in a broken encoding", operation=op.GET_CONTENT.id) from error


async def create_file(repo: RepositoryClient, path: str, content: bytes, *, message: str) -> None:
    """This function will commit a file that is not there yet onto the default branch.

    It is the only way to make the first commit of a repository that has none.
    https://github.com/github/rest-api-description/issues/637

    Raises:
        Unprocessable: there is such a file.
        Conflict: a rule of the repository forbids it.
    """
    body = {"message": message, "content": base64.b64encode(content).decode()}
    variables = {"path": tuple(path.split("/"))}
    await repo.calls.send(shipping_operations.CREATE_FILE, Nothing, variables, body)
