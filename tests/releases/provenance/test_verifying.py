"""Attestations that prove who built a file, and all those that do not."""

from __future__ import annotations

import base64
import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from bot.github.models import Sha
from bot.releases.provenance.model import Attested, Build, Provenance
from bot.releases.provenance.verifying import can_verify, verify_bundles
from tests.support.attesting import Authority, claims, statement

if TYPE_CHECKING:
    from pathlib import Path

BUILD = Build(
    web_url="https://github.com/acme/rocket",
    repository_id=11,
    sha=Sha("a" * 40),
    workflow="release.yml",
    refs=("refs/tags/v1.0.0", "refs/heads/main"),
)
ONE, TWO = "1" * 64, "2" * 64
SAID = statement({"rocket-linux-x64.tar.gz": ONE, "rocket-linux-arm64.tar.gz": TWO})


@pytest.fixture(scope="module")
def authority() -> Authority:
    """Who certifies and logs."""
    return Authority()


@pytest.fixture
def root(authority: Authority, tmp_path: Path) -> Path:
    """Whom to trust."""
    return authority.write_root(tmp_path / "root.json")


def written(*bundles: dict[str, Any]) -> dict[str, bytes]:
    """This function will write attestations into a file, one a line."""
    return {"attestation.jsonl": "\n".join(json.dumps(bundle) for bundle in bundles).encode()}


async def test_proven(authority: Authority, root: Path) -> None:
    """A statement that the release's workflow signed on the release's commit proves its files."""
    assert can_verify()
    found = await verify_bundles(written(authority.attest(SAID)), BUILD, root=root)
    run = "https://github.com/acme/rocket/actions/runs/7/attempts/1"
    assert found.doubts == ()
    assert found.of(f"sha256:{ONE}") == Attested(
        digest=f"sha256:{ONE}", bundle="attestation.jsonl", run_url=run
    )
    assert found.of(f"sha256:{TWO}") is not None
    assert found.of(f"sha256:{'3' * 64}") is None


async def test_dispatched(authority: Authority, root: Path) -> None:
    """A workflow that was dispatched on the branch proves as much as one that the tag started."""
    web = BUILD.web_url
    said = claims(ref="refs/heads/main", workflow=f"{web}/.github/workflows/release.yml@refs/heads/main")
    said.pop("run")
    found = await verify_bundles(written(authority.attest(SAID, said)), BUILD, root=root)
    assert [one.run_url for one in found.attested] == ["", ""]


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"repository": "https://github.com/evil/rocket"}, "repository `https://github.com/evil/rocket`"),
        ({"repository_id": "12"}, "number `12`, not `11`"),
        ({"sha": "b" * 40}, f"commit `{'b' * 40}`, not `{'a' * 40}`"),
        ({"issuer": "https://accounts.example"}, "signed for `https://accounts.example`"),
        (
            {"workflow": "https://github.com/acme/rocket/.github/workflows/test.yml@refs/tags/v1.0.0"},
            "test.yml@refs/tags/v1.0.0`, not `",
        ),
        (
            {"workflow": "https://github.com/acme/rocket/.github/workflows/release.yml@refs/heads/topic"},
            "release.yml@refs/tags/v1.0.0` or `",
        ),
        (
            {"workflow": "https://github.com/evil/rocket/.github/workflows/release.yml@refs/tags/v1.0.0"},
            "is of the workflow `https://github.com/evil",
        ),
        ({"workflow": ""}, "that it does not name"),
    ],
)
async def test_another_build(authority: Authority, root: Path, changed: dict[str, str], words: str) -> None:
    """A statement of another repository, commit, workflow or branch proves nothing, and it is said why.

    https://github.com/amanthanvi/noctty/pull/181 took one of any workflow, and one of any commit was taken before
    https://github.com/microsoft/hve-core/pull/2841
    """
    found = await verify_bundles(written(authority.attest(SAID, claims(**changed))), BUILD, root=root)
    assert found.attested == ()
    (doubt,) = found.doubts
    assert doubt.bundle == "attestation.jsonl"
    assert words in doubt.text


async def test_another_authority(root: Path) -> None:
    """What somebody certified for himself proves nothing."""
    found = await verify_bundles(written(Authority().attest(SAID)), BUILD, root=root)
    assert found.attested == ()


async def test_the_library_trusts_the_public_sigstore(authority: Authority) -> None:
    """Without another root of trust the library's own one counts, without a network, and knows not our authority."""
    found = await verify_bundles(written(authority.attest(SAID)), BUILD)
    assert found.attested == ()
    assert "proves nothing" in found.doubts[0].text


def _payload(bundle: dict[str, Any]) -> None:
    bundle["dsseEnvelope"]["payload"] = base64.b64encode(SAID.replace(b"1", b"4")).decode()


def _unlogged(bundle: dict[str, Any]) -> None:
    bundle["verificationMaterial"]["tlogEntries"] = []


def _unpromised(bundle: dict[str, Any]) -> None:
    del bundle["verificationMaterial"]["tlogEntries"][0]["inclusionPromise"]


def _late(bundle: dict[str, Any]) -> None:
    bundle["verificationMaterial"]["tlogEntries"][0]["integratedTime"] = "1900000000"


def _unsigned(bundle: dict[str, Any]) -> None:
    bundle["dsseEnvelope"]["signatures"] = []


def _no_certificate(bundle: dict[str, Any]) -> None:
    bundle["verificationMaterial"]["certificate"] = {"rawBytes": "AAAA"}


def _other_log(bundle: dict[str, Any]) -> None:
    bundle["verificationMaterial"]["tlogEntries"][0]["inclusionProof"]["rootHash"] = "A" * 43 + "="


def _no_material(bundle: dict[str, Any]) -> None:
    bundle["verificationMaterial"] = []


@pytest.mark.parametrize(
    "spoil",
    [_payload, _unlogged, _unpromised, _late, _unsigned, _no_certificate, _other_log, _no_material],
    ids=lambda spoil: spoil.__name__,
)
async def test_spoilt(authority: Authority, root: Path, spoil: Any) -> None:
    """A changed payload, a missing log entry, a certificate that had run out: nothing of that is a proof."""
    bundle = authority.attest(SAID)
    spoil(bundle)
    found = await verify_bundles(written(bundle), BUILD, root=root)
    assert (found.attested, len(found.doubts)) == ((), 1)


async def test_something_else_is_signed(authority: Authority, root: Path) -> None:
    """A list of parts that the workflow signed is right, and yet says nothing of how the file was built."""
    listed = statement({"rocket": ONE}, predicate_type="https://spdx.dev/Document")
    found = await verify_bundles(written(authority.attest(listed)), BUILD, root=root)
    assert found == Provenance()


async def test_private_repositories(authority: Authority, root: Path) -> None:
    """What GitHub certified itself cannot be verified without GitHub, which is neither a proof nor a doubt."""
    bundle = authority.attest(SAID)
    bundle["verificationMaterial"] |= {
        "tlogEntries": [],
        "timestampVerificationData": {"rfc3161Timestamps": [{"signedTimestamp": "AAAA"}]},
    }
    found = await verify_bundles(written(bundle, bundle), BUILD, root=root)
    assert found == Provenance(unread=("attestation.jsonl",))


async def test_another_kind_of_payload(authority: Authority, root: Path) -> None:
    """What is signed as another kind of text is no statement, whatever it looks like."""
    found = await verify_bundles(written(authority.attest(SAID, kind="text/plain")), BUILD, root=root)
    assert found.attested == ()


async def test_one_of_many_counts(authority: Authority, root: Path) -> None:
    """Of several attestations each is looked at by itself, also behind one that proves nothing."""
    bad = authority.attest(SAID, claims(sha="b" * 40))
    files = written(bad, authority.attest(statement({"a": ONE}))) | {"empty.sigstore.json": b""}
    found = await verify_bundles(files, BUILD, root=root)
    assert [one.digest for one in found.attested] == [f"sha256:{ONE}"]
    assert [doubt.bundle for doubt in found.doubts] == ["attestation.jsonl", "empty.sigstore.json"]


async def test_renamed_repository(authority: Authority, root: Path) -> None:
    """A repository of the same name that is another one is told by its number."""
    files = written(authority.attest(SAID))
    assert (await verify_bundles(files, BUILD, root=root)).attested
    assert not (await verify_bundles(files, replace(BUILD, repository_id=99), root=root)).attested


async def test_hostile_text_stays_text(root: Path) -> None:
    """What a strange file makes the library say renders nothing."""
    hostile = {"x.sigstore.json": json.dumps({"mediaType": "@all <b> [a](http://evil)"}).encode()}
    found = await verify_bundles(hostile, BUILD, root=root)
    assert "<b>" not in found.doubts[0].text
    assert "@all" not in found.doubts[0].text
