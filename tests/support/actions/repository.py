"""Makes the git repository whose workflows a test runs."""

from __future__ import annotations

import shutil
import subprocess
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

_WHO = {
    "GIT_CONFIG_GLOBAL": "/dev/null",
    "GIT_CONFIG_NOSYSTEM": "1",
    "GIT_AUTHOR_NAME": "Mona",
    "GIT_AUTHOR_EMAIL": "mona@example.com",
    "GIT_AUTHOR_DATE": "2026-03-01T12:00:00Z",
    "GIT_COMMITTER_NAME": "Mona",
    "GIT_COMMITTER_EMAIL": "mona@example.com",
    "GIT_COMMITTER_DATE": "2026-03-01T12:00:00Z",
    "PATH": "/usr/local/bin:/usr/bin:/bin",
}


def repository_of(
    folder: Path, *, like: Path | None = None, files: Mapping[str, bytes | None] | None = None
) -> Path:
    """This function will make a repository with one commit on `main`.

    Args:
        folder: where it is made.
        like: a folder whose files it has.
        files: further files by path; None takes a file away.
    """
    if like is None:
        folder.mkdir(parents=True)
    else:
        shutil.copytree(like, folder, ignore=shutil.ignore_patterns("target", "node_modules", "__pycache__"))
    _git(folder, "init", "--quiet", "--initial-branch=main")
    change(folder, files or {}, "Lay the keel")
    return folder


def change(repository: Path, files: Mapping[str, bytes | None], subject: str = "Trim the sails") -> str:
    """This function will commit changed files to the branch that is checked out and return the commit."""
    for path, content in files.items():
        file = repository / path
        if content is None:
            file.unlink()
            continue
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content)
        if content.startswith(b"#!"):
            file.chmod(0o755)
    _git(repository, "add", "--all")
    _git(repository, "commit", "--quiet", "--allow-empty", "--message", subject)
    return _git(repository, "rev-parse", "HEAD")


def _git(folder: Path, *words: str) -> str:
    done = subprocess.run(
        ["git", "-C", str(folder), *words], env=_WHO, check=True, capture_output=True, text=True
    )
    return done.stdout.strip()
