"""The pages of releases: the list with its drafts, one release with its files, their downloads, what people may do."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING
from urllib.parse import quote

from aiohttp import web

from bot.localhub.bodies.releases import place_of
from bot.localhub.pages.acts import back, needs_write, one_of
from bot.localhub.pages.guard import HEADERS
from bot.localhub.pages.reads import repository_of
from bot.localhub.pages.site import Page
from bot.localhub.scenarios.releasing import Trouble
from bot.localhub.state import git
from bot.localhub.state.nouns import ROLES
from bot.localhub.state.releases import releases as state
from bot.localhub.state.releases.nouns import UPLOADED
from bot.localhub.state.store import NotThere

if TYPE_CHECKING:
    from bot.localhub.pages.acts import Visit
    from bot.localhub.pages.site import Site
    from bot.localhub.state.nouns import Repository
    from bot.localhub.state.releases.nouns import Release

_TROUBLES = (
    (Trouble.NOTHING, "build and upload everything"),
    (Trouble.MISSING, "not upload the file for arm64"),
    (Trouble.BROKEN_OFF, "break off while that file is uploaded"),
    (Trouble.WRONG_SUM, "upload the checksums of another build"),
    (Trouble.NO_SUMS, "upload no checksums"),
    (Trouble.RED, "fail to build"),
)


def releases(site: Site, request: web.Request) -> Page:
    """This function will list the releases, drafts before them where the visitor may write."""
    shown = repository_of(site, request)
    facts = {
        "releases": [one for one in _newest(shown) if not one.draft or _may_write(site, request, shown)],
        "tags": [
            (name, git.peeled(site.store, shown.tags[name])) for name in sorted(shown.tags, reverse=True)
        ],
        "troubles": _TROUBLES if site.player else (),
        "trouble": site.player.releases if site.player else None,
        **_words(shown),
    }
    return Page(template="releases.html", tab="releases", repository=shown, facts=facts)


def release(site: Site, request: web.Request) -> Page:
    """This function will show a release with its notes and files."""
    shown = repository_of(site, request)
    found = _named(site, request, shown)
    facts = {"release": found, "sha": git.peeled(site.store, shown.tags.get(found.tag, "")), **_words(shown)}
    return Page(template="release.html", tab="releases", repository=shown, facts=facts)


def _words(shown: Repository) -> dict[str, object]:
    home = f"/{shown.full_name}/releases"
    return {
        "latest": state.latest(shown),
        "page_of_release": lambda one: f"{home}/tag/{place_of(one)}",
        "download_of": lambda one, file: f"{home}/download/{place_of(one)}/{quote(file.name)}",
    }


def latest(site: Site, request: web.Request) -> Page:
    """This function will lead on to the latest release."""
    shown = repository_of(site, request)
    found = state.latest(shown)
    if found is None:
        raise NotThere("release")
    raise web.HTTPFound(f"/{shown.full_name}/releases/tag/{place_of(found)}")


def download(site: Site, request: web.Request) -> web.Response:
    """This function will give a file of a release."""
    found = _named(site, request, repository_of(site, request))
    name = request.match_info["file"]
    for one in found.assets.values():
        if one.name == name and one.state == UPLOADED:
            one.downloads += 1
            kept = {"Content-Disposition": f'attachment; filename="{one.name}"', **HEADERS}
            return web.Response(body=one.content, content_type="application/octet-stream", headers=kept)
    raise NotThere(name)


def _may_write(site: Site, request: web.Request, shown: Repository) -> bool:
    return ROLES.index(shown.role_of(site.actor(request))) >= ROLES.index("write")


def _newest(shown: Repository) -> list[Release]:
    return sorted(shown.releases.values(), key=lambda one: (one.draft, one.id), reverse=True)


def _named(site: Site, request: web.Request, shown: Repository) -> Release:
    wanted = request.match_info["tag"]
    for one in _newest(shown):
        is_seen = not one.draft or _may_write(site, request, shown)
        if is_seen and wanted in {place_of(one), one.tag if not one.draft else None}:
            return one
    raise NotThere(f"release {wanted}")


async def publish(visit: Visit) -> str:
    """This function will publish a draft by hand."""
    needs_write(visit.repository, visit.actor)
    found = visit.repository.releases[visit.number("release")]
    fields = replace(state.fields_of(found), draft=False)
    try:
        state.edit(visit.site.store, visit.repository, found, fields, visit.actor)
    except state.Unpublishable as refused:
        words = "; ".join(str(one.get("message", one["code"])) for one in refused.errors)
        raise web.HTTPUnprocessableEntity(text=words) from refused
    return f"/{visit.repository.full_name}/releases/tag/{place_of(found)}"


async def delete(visit: Visit) -> str:
    """This function will delete a release by hand; its tag stays."""
    needs_write(visit.repository, visit.actor)
    found = visit.repository.releases[visit.number("release")]
    state.delete(visit.site.store, visit.repository, found, visit.actor)
    return f"/{visit.repository.full_name}/releases"


async def direct(visit: Visit) -> str:
    """This function will decide what goes wrong with the next release."""
    if visit.site.player is not None:
        visit.site.player.releases = one_of(Trouble, visit.form.get("trouble"))
    return back(visit, "/")
