"""Reads the files of a draft and says how they stand: expected, whole, listed, attested."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from bot.commands.reasons import Reason
from bot.github.releases import list_assets, list_releases, open_asset
from bot.markdown import code
from bot.releases.files.checksums import problems_of_checksums, read_checksums
from bot.releases.files.expecting import checksums_name, expected_files, problems_of_files
from bot.releases.files.model import FileReport, Problem, Verified
from bot.releases.files.proving import problems_of_proofs, proofs_of
from bot.releases.provenance.model import Build, Provenance
from bot.releases.provenance.statement import holds_bundles
from bot.releases.provenance.verifying import can_verify, verify_bundles

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.github.client import RepositoryClient
    from bot.github.release_models import Asset
    from bot.releases.making.work import Releasing

_LARGEST = 4 << 20  # of a checksums file or an attestation: bytes


class TooLargeError(Exception):
    """A file has more bytes than are read into memory."""


async def read_files(work: Releasing, release_id: int) -> FileReport:
    """This function will verify the files of the release as they are now.

    Raises:
        GitHubError: they could not be read.
    """
    assets = await list_assets(work.repo, release_id)
    request = work.request
    expected = expected_files(work.scope, work.config, version=request.version, tag=request.tag)
    report = FileReport(files=seen_files(assets), problems=problems_of_files(expected, assets))
    if report.problems:
        return replace(report, elsewhere=await _elsewhere(work, release_id))
    name = checksums_name(work.scope, version=request.version, tag=request.tag)
    problems = await _checksums(work.repo, assets, name) if name else ()
    provenance = await _provenance(work, assets)
    if isinstance(provenance, Problem):
        return replace(report, problems=(*problems, provenance))
    return replace(
        report,
        problems=(*problems, *problems_of_proofs(expected, assets, provenance)),
        checksums="" if problems else name,
        proofs=proofs_of(assets, provenance),
    )


async def _provenance(work: Releasing, assets: Sequence[Asset]) -> Provenance | Problem:
    """What the attestations among the files prove; without what verifies them, nothing."""
    bundles: dict[str, bytes] = {}
    for asset in assets if can_verify() else ():
        if not holds_bundles(asset.name):
            continue
        try:
            bundles[asset.name] = await download(work.repo, asset)
        except TooLargeError:
            text = f"{code(asset.name)} is larger than any attestation."
            return Problem(reason=Reason.PROVENANCE_WRONG, text=text)
    if not bundles:
        return Provenance()
    request = work.request
    build = Build(
        web_url=work.facts.web_url,
        repository_id=work.repo.ref.id,
        sha=request.sha,
        workflow=work.config.provenance.workflow or work.scope.workflow,
        refs=(f"refs/tags/{request.tag}", f"refs/heads/{request.branch}"),
    )
    return await verify_bundles(bundles, build)


async def _elsewhere(work: Releasing, release_id: int) -> str:
    """The address of another release of the tag that has files: a workflow that makes one of its own fills that."""
    tag = work.request.tag
    found = [one for one in await list_releases(work.repo) if one.tag_name == tag and one.assets]
    return next((one.html_url for one in found if one.id != release_id), "")


async def download(repo: RepositoryClient, asset: Asset) -> bytes:
    """This function will read a small file of a release.

    Raises:
        TooLargeError: it has more bytes than such a file can have.
        GitHubError: it could not be read.
    """
    content = bytearray()
    async with open_asset(repo, asset.id) as chunks:
        async for chunk in chunks:
            content += chunk
            if len(content) > _LARGEST:
                raise TooLargeError(asset.name)
    return bytes(content)


async def _checksums(repo: RepositoryClient, assets: Sequence[Asset], name: str) -> tuple[Problem, ...]:
    asset = next(one for one in assets if one.name == name)
    try:
        text = (await download(repo, asset)).decode()
    except (TooLargeError, UnicodeDecodeError):
        return (_unreadable(name),)
    listed = read_checksums(text)
    found = (listed,) if isinstance(listed, Problem) else problems_of_checksums(listed, assets, name=name)
    return tuple(replace(each, text=f"{code(name)} disagrees. {each.text}") for each in found)


def _unreadable(name: str) -> Problem:
    text = f"{code(name)} is no text file of a reasonable size."
    return Problem(reason=Reason.CHECKSUM_WRONG, text=text)


def seen_files(assets: Sequence[Asset]) -> tuple[Verified, ...]:
    """This function will note which files there are, by name."""
    return tuple(
        Verified(id=asset.id, name=asset.name, size=asset.size, digest=asset.digest)
        for asset in sorted(assets, key=lambda asset: asset.name)
    )
