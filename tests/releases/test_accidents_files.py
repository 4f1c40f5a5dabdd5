"""Accidents with the files of a release: it stays a draft, says what is wrong, and can go on."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from bot.localhub.faults import Fault
from bot.localhub.state.releases import assets, releases
from tests.support.releasing import BUILT, POLICY, TAG

X64, ARM64 = BUILT

if TYPE_CHECKING:
    from tests.support.releasing import Shipyard

pytestmark = pytest.mark.no_cover


async def test_a_file_is_missing(yard: Shipyard) -> None:
    """Drafts without one platform's archive, or without checksums, looked complete.

    https://github.com/macanderson/stella/issues/5629
    """
    await yard.say("/release v1.0.0")
    await yard.build({X64: b"x64"})
    await yard.pass_time(10, times=3)
    assert yard.release().draft
    assert "**failed** · `assets_missing`" in yard.receipts[0]
    assert "Missing: `*-linux-arm64.tar.gz`." in yard.receipts[0]
    assert "`/release resume v1.0.0` goes on from here" in yard.receipts[0]
    yard.upload({**BUILT, "SHA256SUMS": yard.sums(BUILT)})
    assert await yard.resumed()


async def test_an_upload_broke_off(yard: Shipyard) -> None:
    """GitHub keeps the name of a file whose upload broke off, with nothing in it.

    https://docs.github.com/rest/releases/assets#upload-a-release-asset
    """
    await yard.say("/release v1.0.0")
    run = yard.start_build()
    yard.upload({X64: b"x64", "SHA256SUMS": yard.sums(BUILT)})
    new = assets.NewAsset(name=ARM64, content=b"arm64", uploader=yard.grace)
    broken = assets.break_off(yard.bot.hub.store, yard.release(), new)
    await yard.end(run)
    await yard.pass_time(10, times=3)
    assert yard.release().draft
    assert "`asset_broken`" in yard.receipts[0]
    assert "has not ended" in yard.receipts[0]
    del yard.release().assets[broken.id]
    yard.upload(BUILT)
    assert await yard.resumed()


async def test_a_file_is_smaller_than_it_can_be(yard: Shipyard) -> None:
    yard.policy(POLICY.replace('x64.tar.gz"', 'x64.tar.gz"\n      smallest: 1000'))
    yard.green()
    await yard.say("/release v1.0.0")
    await yard.build()
    assert yard.release().draft
    assert f"`{X64}` has 3 bytes; it must have at least 1000." in yard.receipts[0]


async def test_a_file_without_a_digest(yard: Shipyard) -> None:
    await yard.say("/release v1.0.0")
    run = yard.start_build()
    yard.upload({**BUILT, "SHA256SUMS": yard.sums(BUILT)})
    for asset in yard.release().assets.values():
        asset.digest = None
    await yard.end(run)
    assert yard.release().draft
    assert f"GitHub has no SHA-256 digest of `{X64}`" in yard.receipts[0]


@pytest.mark.parametrize(
    ("sums", "said"),
    [
        (b"not a checksum\n", "Its line 1 is none that sha256sum writes."),
        (b"\xff\xfe", "is no text file of a reasonable size"),
        (b"# nothing\n", f"It does not list `{X64}`."),
        (b"0" * 64 + b"  " + X64.encode(), f"`{X64}` is not the file that it lists"),
    ],
)
async def test_the_checksums_are_of_other_files(yard: Shipyard, sums: bytes, said: str) -> None:
    await yard.say("/release v1.0.0")
    await yard.build(sums=sums)
    assert yard.release().draft
    assert "`checksum_wrong`" in yard.receipts[0]
    assert said in yard.receipts[0]


async def test_the_checksums_list_a_file_that_is_not_there(yard: Shipyard) -> None:
    await yard.say("/release v1.0.0")
    await yard.build(sums=yard.sums({**BUILT, "harbour.exe": b"1"}))
    assert yard.release().draft
    assert "It lists `harbour.exe`, which the release does not have." in yard.receipts[0]


async def test_a_file_is_exchanged_between_verification_and_publication(yard: Shipyard) -> None:
    """What was verified is what is published, or nothing is: here somebody uploads while GitHub is asked again."""
    await yard.say("/release v1.0.0")
    run = yard.start_build()
    await yard.pass_time()
    yard.upload({**BUILT, "SHA256SUMS": yard.sums(BUILT)})
    yard.bot.hub.faults.add(Fault(kind="status", method="GET", path=r"/permission$", status=503, count=3))
    await yard.end(run)
    yard.upload({X64: b"another"})
    await yard.pass_time(60)
    assert yard.release().draft
    assert "changed after they had been verified" in yard.receipts[0]


async def test_the_workflow_makes_a_draft_of_its_own(yard: Shipyard) -> None:
    """Files lay in a second draft of the same tag, the release stayed empty.

    https://github.com/swellweb/targetBridge/issues/87
    """
    await yard.say("/release v1.0.0")
    store, repository = yard.bot.hub.store, yard.bot.repository
    fields = releases.ReleaseFields(tag=TAG, target="main", draft=True)
    other = releases.create(store, repository, fields, store.actions_app.bot)
    for name, content in BUILT.items():
        assets.upload(store, other, assets.NewAsset(name=name, content=content, uploader=yard.grace))
    run = yard.start_build()
    await yard.end(run)
    await yard.pass_time(10, times=3)
    assert all(one.draft for one in yard.releases())
    assert "Another release of the same tag" in yard.receipts[0]
