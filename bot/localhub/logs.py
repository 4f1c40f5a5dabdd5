"""Downloads of logs, artifacts and releases' files: links on another host, valid for a minute, without a credential."""

from __future__ import annotations

import io
import secrets
import zipfile
from datetime import timedelta
from typing import TYPE_CHECKING, TypeAlias

from aiohttp import web

from bot.localhub.state.actions import Artifact, Job
from bot.localhub.state.releases.nouns import ReleaseAsset

if TYPE_CHECKING:
    from datetime import datetime

    from bot.localhub.state.actions import Attempt
    from bot.localhub.state.store import Store

LINK_LIFE = timedelta(minutes=1)
CHUNK = 64 * 1024
Subject: TypeAlias = "Job | Attempt | Artifact | ReleaseAsset"


class LogLinks:
    """The links handed out and what they lead to."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._links: dict[str, tuple[datetime, Subject]] = {}

    def link(self, subject: Subject) -> str:
        """This function will give a link to a log or file, on another host name than the API's."""
        now = self._store.exact_now()
        for key in [key for key, (until, _) in self._links.items() if until < now]:
            del self._links[key]
        key = secrets.token_urlsafe(16)
        self._links[key] = now + LINK_LIFE, subject
        scheme, _, rest = self._store.base_url.partition("://")
        host, _, port = rest.rpartition(":")
        return f"{scheme}://{'localhost' if host != 'localhost' else '127.0.0.1'}:{port}/_logs/{key}"

    async def handle(self, request: web.Request) -> web.StreamResponse:
        """This function will stream it to whoever has the link, and to nobody who sends a token along."""
        if "Authorization" in request.headers:
            return web.Response(
                status=400, text="InvalidAuthenticationInfo: this host takes no Authorization header"
            )
        until, subject = self._links.get(request.match_info["key"], (None, None))
        if until is None or subject is None or until < self._store.exact_now():
            return web.Response(status=403, text="AuthenticationFailed: the signature has expired")
        content, kind = _content(subject)
        response = web.StreamResponse(headers={"content-type": kind})
        response.content_length = len(content)
        await response.prepare(request)
        for start in range(0, len(content), CHUNK):
            await response.write(content[start : start + CHUNK])
        return response


def _content(subject: Subject) -> tuple[bytes, str]:
    if isinstance(subject, Artifact):
        return subject.content, "application/zip"
    if isinstance(subject, ReleaseAsset):
        return subject.content, subject.content_type
    if isinstance(subject, Job):
        return subject.log, "text/plain"
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for index, job in enumerate(subject.jobs):
            archive.writestr(f"{index}_{job.name.replace('/', '_')}.txt", job.log)
    return packed.getvalue(), "application/zip"
