"""A release whose files must prove who built them, through the whole bot."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, Any

import pytest

from bot.localhub.bodies import repositories
from bot.releases.model import Stage
from bot.releases.provenance import verifying
from tests.support.attesting import Authority, claims, statement
from tests.support.releasing import BUILT, POLICY, TAG

if TYPE_CHECKING:
    from pathlib import Path

    from tests.support.releasing import Shipyard

REQUIRED = f"{POLICY}  provenance: {{required: true}}\n"
DIGESTS = {name: hashlib.sha256(content).hexdigest() for name, content in BUILT.items()}


@pytest.fixture(scope="module")
def authority() -> Authority:
    """Who certifies builds."""
    return Authority()


@pytest.fixture(autouse=True)
def _trusted(authority: Authority, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The authority of the tests in place of the public sigstore."""
    place = authority.write_root(tmp_path / "root.json")
    real = verifying._verifier  # noqa: SLF001 - the one place that knows whom to trust
    monkeypatch.setattr(verifying, "_verifier", lambda _: real(place))


def said(yard: Shipyard, **changed: str) -> dict[str, str]:
    """This function will make what GitHub Actions says of the release's workflow run, some of it changed."""
    repository = yard.bot.repository
    web = repositories.html_url(yard.bot.hub.store, repository)
    return claims(
        repository=web,
        repository_id=str(repository.id),
        sha=yard.tagged(),
        workflow=f"{web}/.github/workflows/release.yml@refs/tags/{TAG}",
        run=f"{web}/actions/runs/1/attempts/1",
    ) | dict(changed)


def with_proof(bundle: dict[str, Any]) -> dict[str, bytes]:
    """This function will add an attestation to the files."""
    return {**BUILT, "attestation.jsonl": json.dumps(bundle).encode()}


async def begun(yard: Shipyard, policy: str = REQUIRED) -> None:
    """This function will begin a release under a policy."""
    yard.policy(policy)
    yard.green()
    await yard.bot.settle()
    await yard.say("/release v1.0.0")


async def test_proven_files_are_published(yard: Shipyard, authority: Authority) -> None:
    """Files of which the release's workflow attests that it built them from the tag's commit go out."""
    await begun(yard)
    await yard.build(with_proof(authority.attest(statement(DIGESTS), said(yard))))
    assert (await yard.row()).stage is Stage.DONE
    assert not yard.release().draft
    assert "built by" in yard.receipts[0] or any("built by" in event.text for event in await yard.timeline())


async def test_unproven_files_are_not(yard: Shipyard, authority: Authority) -> None:
    """Without an attestation nothing goes out; with one that comes later the release goes on."""
    await begun(yard)
    await yard.build()
    assert (await yard.row()).stage is Stage.STOPPED
    assert "`provenance_missing`" in yard.receipts[0]
    assert yard.release().draft
    files = with_proof(authority.attest(statement(DIGESTS), said(yard)))
    yard.upload({**files, "SHA256SUMS": yard.sums(files)})
    await yard.say("/release resume v1.0.0")
    await yard.pass_time(times=3)
    assert (await yard.row()).stage is Stage.DONE


@pytest.mark.parametrize("policy", [REQUIRED, POLICY])
async def test_a_wrong_attestation_stops_it(yard: Shipyard, authority: Authority, policy: str) -> None:
    """An attestation of another commit keeps the files back, whether one is asked for or not.

    https://github.com/microsoft/hve-core/pull/2841
    """
    await begun(yard, policy)
    other = authority.attest(statement(DIGESTS), said(yard, sha="b" * 40))
    await yard.build(with_proof(other))
    assert (await yard.row()).stage is Stage.STOPPED
    assert "`provenance_wrong`" in yard.receipts[0]
    assert yard.release().draft


async def test_another_file_was_attested(yard: Shipyard, authority: Authority) -> None:
    """A file that was exchanged after it was attested has no proof any more."""
    await begun(yard)
    await yard.build(
        with_proof(authority.attest(statement(DIGESTS), said(yard))) | dict.fromkeys(BUILT, b"evil")
    )
    assert "`provenance_missing`" in yard.receipts[0]
    assert yard.release().draft
