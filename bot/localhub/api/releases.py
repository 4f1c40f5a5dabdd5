"""Operations on releases: drafts, publishing, editing, the latest one."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from bot.localhub.bodies import releases as bodies
from bot.localhub.exchange import Answer, Listing, Refused, invalid, not_found
from bot.localhub.state.releases import releases

if TYPE_CHECKING:
    from bot.localhub.exchange import Body, Call, Handlers
    from bot.localhub.state.releases.nouns import Release

_LATEST = ("true", "false", "legacy")


def release_of(call: Call) -> Release:
    """This function will find the release in the path; a draft only for whoever may write."""
    found = call.repository.releases.get(call.number("release_id"))
    if found is None or (found.draft and not _sees_drafts(call)):
        raise not_found()
    return found


def _sees_drafts(call: Call) -> bool:
    """https://docs.github.com/rest/releases/releases#list-releases: only users with push access."""
    return call.identity.permissions.get("contents") == "write" and call.identity.sees(call.repository)


def _shown(call: Call, which: Release) -> Body:
    return bodies.release(call.store, call.repository, which)


def list_releases(call: Call) -> Listing:
    """This function will list releases, newest first, drafts before them."""
    sees_drafts = _sees_drafts(call)
    found = [one for one in call.repository.releases.values() if sees_drafts or not one.draft]
    found.sort(key=lambda one: (one.draft, one.created_at, one.id), reverse=True)
    return Listing(items=found, render=lambda one: _shown(call, one))


def get_release(call: Call) -> Answer:
    """This function will show a release."""
    return Answer(body=_shown(call, release_of(call)))


def get_by_tag(call: Call) -> Answer:
    """This function will show the published release of a tag; a draft is not found by the tag it will have."""
    for one in call.repository.releases.values():
        if one.tag == call.path["tag"] and not one.draft:
            return Answer(body=_shown(call, one))
    raise not_found()


def get_latest(call: Call) -> Answer:
    """This function will show the latest release that is neither a draft nor a pre-release."""
    found = releases.latest(call.repository)
    if found is None:
        raise not_found()
    return Answer(body=_shown(call, found))


def _asked(call: Call, known: releases.ReleaseFields) -> releases.ReleaseFields:
    """What the body changes of what is known."""
    given: dict[str, Any] = {
        "tag": call.get("tag_name", str, known.tag),
        "target": call.get("target_commitish", str, known.target),
        "name": call.get("name", (str, type(None)), known.name),
        "body": call.get("body", (str, type(None)), known.body),
        "draft": call.get("draft", bool, known.draft),
        "prerelease": call.get("prerelease", bool, known.prerelease),
        "make_latest": call.get("make_latest", str, known.make_latest),
    }
    asked = replace(known, **given)
    if not asked.tag:
        raise invalid("Release", "tag_name", "missing_field")
    if "make_latest" in call.body and asked.make_latest not in _LATEST:
        raise invalid("Release", "make_latest", "invalid")
    if call.body.get("make_latest") == "true" and (asked.draft or asked.prerelease):
        raise invalid("Release", "make_latest", "custom", "Latest release cannot be draft or prerelease")
    return asked


def create(call: Call) -> Answer:
    """This function will make a release, with its tag unless it stays a draft."""
    call.need("tag_name")
    fields = _asked(call, releases.ReleaseFields(tag="", target=call.repository.default_branch))
    try:
        made = releases.create(call.store, call.repository, fields, call.actor)
    except releases.Unpublishable as refused:
        raise Refused(422, str(refused), errors=refused.errors) from refused
    return Answer(status=201, body=_shown(call, made))


def update(call: Call) -> Answer:
    """This function will edit a release, or publish a draft."""
    which = release_of(call)
    fields = _asked(call, _known(call, which))
    if which.immutable and (fields.tag, fields.draft) != (which.tag, False):
        raise Refused(422, "Cannot update an immutable release.")
    try:
        releases.edit(call.store, call.repository, which, fields, call.actor)
    except releases.Unpublishable as refused:
        raise Refused(422, str(refused), errors=refused.errors) from refused
    return Answer(body=_shown(call, which))


def _known(call: Call, which: Release) -> releases.ReleaseFields:
    """An edit that does not name the tag takes it from a draft whose tag is not made yet.

    github.com/mongodb-js/mongosh/pull/691
    """
    known = releases.fields_of(which)
    is_kept = not which.draft or which.tag in call.repository.tags
    return known if is_kept else replace(known, tag=bodies.place_of(which))


def delete(call: Call) -> Answer:
    """This function will delete a release, but not its tag."""
    releases.delete(call.store, call.repository, release_of(call), call.actor)
    return Answer(status=204)


HANDLERS: Handlers = {
    "repos/create-release": create,
    "repos/delete-release": delete,
    "repos/get-latest-release": get_latest,
    "repos/get-release": get_release,
    "repos/get-release-by-tag": get_by_tag,
    "repos/list-releases": list_releases,
    "repos/update-release": update,
}
