"""Workflow files, which an App changes only with a permission of their own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.localhub.access import covers
from bot.localhub.exchange import Refused

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bot.localhub.exchange import Call

_FOLDER = ".github/workflows/"


def check_change(call: Call, before: Mapping[str, bytes], after: Mapping[str, bytes]) -> None:
    """This function will let a change of a branch's files pass that leaves workflows alone, or may change them.

    https://github.com/chdsbd/kodiak/issues/641

    Raises:
        Refused: 403, in the words of https://github.com/KeisukeYamashita/auto-pull-request-merge/issues/481
    """
    changed = sorted(
        path for path, content in after.items() if path.startswith(_FOLDER) and before.get(path) != content
    )
    if changed and not covers(call.identity.permissions, "workflows", "write"):
        raise Refused(
            403,
            f"refusing to allow a GitHub App to create or update workflow `{changed[0]}` "
            "without `workflows` permission",
        )


def check_ref(call: Call, sha: str) -> None:
    """This function will let a branch point at a commit whose workflows other branches have too."""
    commit = call.store.commits.get(sha)
    if commit is None:
        return
    tips = [call.store.commits[tip].files for tip in call.repository.branches.values()]
    known = {
        path: content
        for path, content in commit.files.items()
        if path.startswith(_FOLDER) and any(files.get(path) == content for files in tips)
    }
    check_change(call, known, commit.files)
