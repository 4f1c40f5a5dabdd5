"""Lets git itself clone and fetch what the local GitHub has, by its smart protocol over HTTP.

https://git-scm.com/docs/http-protocol
"""

from __future__ import annotations

import asyncio
import gzip
import shutil
import tempfile
import zlib
from pathlib import Path
from typing import TYPE_CHECKING

from aiohttp import web

from bot.localhub.state import git, objects
from bot.localhub.state.store import NotThere

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bot.localhub.state.nouns import Repository
    from bot.localhub.state.store import Store

_SERVICE = "git-upload-pack"
_ADVERTISED = b"001e# service=git-upload-pack\n0000"
_OPTIONS = ("-c", "uploadpack.allowAnySHA1InWant=true", "-c", "safe.directory=*")


class Cloning:
    """Serves each repository from a bare one on disk, which is made when git first asks."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._folder: Path | None = None

    def add_routes(self, application: web.Application) -> None:
        """This function will add what git asks for."""
        application.router.add_get("/{owner}/{name}.git/info/refs", self._refs)
        application.router.add_post(f"/{{owner}}/{{name}}.git/{_SERVICE}", self._pack)

    def close(self) -> None:
        """This function will remove what was made on disk."""
        if self._folder is not None:
            shutil.rmtree(self._folder, ignore_errors=True)
            self._folder = None

    async def _refs(self, request: web.Request) -> web.Response:
        if request.query.get("service") != _SERVICE:
            raise web.HTTPForbidden(text="The local GitHub takes no pushes by git.")
        bare = await self._bare(request)
        told = await _asked(bare, "--stateless-rpc", "--advertise-refs")
        return web.Response(body=_ADVERTISED + told, content_type=f"application/x-{_SERVICE}-advertisement")

    async def _pack(self, request: web.Request) -> web.Response:
        body = await request.read()
        if request.headers.get("Content-Encoding") == "gzip" and body[:2] == b"\x1f\x8b":
            body = gzip.decompress(body)
        bare = await self._bare(request)
        told = await _asked(bare, "--stateless-rpc", given=body)
        return web.Response(body=told, content_type=f"application/x-{_SERVICE}-result")

    async def _bare(self, request: web.Request) -> Path:
        try:
            repository = self._store.repository(f"{request.match_info['owner']}/{request.match_info['name']}")
        except NotThere:
            raise web.HTTPNotFound(text="Repository not found.") from None
        return self.bare_of(repository)

    def bare_of(self, repository: Repository) -> Path:
        """This function will make a bare repository on disk, or bring the one that is there up to date."""
        if self._folder is None:
            self._folder = Path(tempfile.mkdtemp(prefix="localhub-git-"))
        bare = self._folder / f"{repository.id}.git"
        _write(bare, self._store, repository)
        return bare


def _write(bare: Path, store: Store, repository: Repository) -> None:
    """Bring the bare repository to where the local GitHub's is."""
    (bare / "refs" / "heads").mkdir(parents=True, exist_ok=True)
    (bare / "HEAD").write_text(f"ref: refs/heads/{repository.default_branch}\n")
    refs = {
        **{f"refs/heads/{name}": sha for name, sha in repository.branches.items()},
        **{f"refs/tags/{name}": sha for name, sha in repository.tags.items()},
        **{f"refs/pull/{pull.number}/head": pull.head_sha for pull in repository.pulls.values()},
    }
    for sha in set(refs.values()):
        for name, kind, body in _reached(store, sha):
            file = bare / "objects" / name[:2] / name[2:]
            if not file.exists():
                file.parent.mkdir(parents=True, exist_ok=True)
                file.write_bytes(zlib.compress(b"%s %d\0%b" % (kind.encode(), len(body), body)))
    lines = "".join(f"{sha} {ref}\n" for ref, sha in sorted(refs.items()))
    (bare / "packed-refs").write_text(f"# pack-refs with: sorted \n{lines}")


def _reached(store: Store, sha: str) -> Iterator[tuple[str, str, bytes]]:
    """Every object that a ref leads to: its id, kind and content."""
    tag = store.tag_objects.get(sha)
    if tag is not None:
        yield tag.sha, "tag", objects.tag_body(tag)
    for commit in git.history(store, git.peeled(store, sha)):
        yield commit.sha, "commit", objects.commit_body(commit)
        blobs = {path: git.blob_sha(content) for path, content in commit.files.items()}
        yield from ((name, "tree", body) for name, body in objects.trees(blobs))
        yield from ((blobs[path], "blob", content) for path, content in commit.files.items())


async def _asked(bare: Path, *form: str, given: bytes = b"") -> bytes:
    process = await asyncio.create_subprocess_exec(
        "git",
        *_OPTIONS,
        "upload-pack",
        *form,
        str(bare),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    out, err = await process.communicate(given)
    if process.returncode:
        raise web.HTTPInternalServerError(text=err.decode(errors="replace"))
    return out
