"""Operations on the files of releases: upload, list, download, delete."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.localhub.api.releases import release_of
from bot.localhub.bodies import releases as bodies
from bot.localhub.exchange import Answer, Listing, Refused, invalid, not_found
from bot.localhub.state.releases import assets
from bot.localhub.state.releases.nouns import UPLOADED

if TYPE_CHECKING:
    from bot.localhub.exchange import Body, Call, Handlers
    from bot.localhub.state.releases.nouns import Release, ReleaseAsset

_BINARY = "application/octet-stream"


def _shown(call: Call, of: Release, which: ReleaseAsset) -> Body:
    return bodies.asset(call.store, call.repository, of, which)


def list_assets(call: Call) -> Listing:
    """This function will list the files of a release, those that broke off too."""
    release = release_of(call)
    return Listing(items=list(release.assets.values()), render=lambda one: _shown(call, release, one))


def _asset(call: Call) -> tuple[Release, ReleaseAsset]:
    number = call.number("asset_id")
    for release in call.repository.releases.values():
        if number in release.assets and (not release.draft or call.identity.sees(call.repository)):
            return release, release.assets[number]
    raise not_found()


def get_asset(call: Call) -> Answer:
    """This function will show a file, or point to its content on another host for a minute."""
    release, asset = _asset(call)
    if call.headers.get("Accept") != _BINARY:
        return Answer(body=_shown(call, release, asset))
    if asset.state != UPLOADED:
        raise not_found()
    asset.downloads += 1
    return Answer(status=302, headers={"location": call.world.log_links.link(asset)})


def upload(call: Call) -> Answer:
    """This function will keep a file with a release."""
    release, name = release_of(call), call.query.get("name", "")
    content = call.raw
    if release.immutable:
        raise Refused(422, "Cannot upload assets to an immutable release.")
    if not content:  # github.com/eine/tip/issues/159
        raise Refused(400, "Bad Content-Length: ")
    if not assets.stored_name(name):
        raise invalid("ReleaseAsset", "name", "missing")
    if assets.named(release, name) is not None:
        raise invalid("ReleaseAsset", "name", "already_exists")
    new = assets.NewAsset(
        name=name,
        label=call.query.get("label"),
        content=content,
        content_type=call.headers.get("Content-Type", _BINARY),
        uploader=call.actor,
    )
    return Answer(status=201, body=_shown(call, release, assets.upload(call.store, release, new)))


def delete(call: Call) -> Answer:
    """This function will delete a file of a release."""
    release, asset = _asset(call)
    if release.immutable:  # github.com/uutils/coreutils/issues/13839
        wrong = "Cannot delete asset from an immutable release"
        raise Refused(
            422,
            "Validation Failed",
            errors=[{"resource": "ReleaseAsset", "code": "custom", "message": wrong}],
        )
    del release.assets[asset.id]
    return Answer(status=204)


HANDLERS: Handlers = {
    "repos/delete-release-asset": delete,
    "repos/get-release-asset": get_asset,
    "repos/list-release-assets": list_assets,
    "repos/upload-release-asset": upload,
}
