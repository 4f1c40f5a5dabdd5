"""Files of attestations, and what the statements in them say."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.releases.provenance.statement import digests_of, holds_bundles, is_of_github, split_bundles
from tests.support.attesting import statement


@pytest.mark.parametrize(
    ("name", "holds"),
    [
        ("rocket.tar.gz.sigstore.json", True),
        ("rocket.tar.gz.sigstore", True),
        ("attestation.json", True),
        ("attestations.jsonl", True),
        ("rocket-1.0.0.attestation.json", True),
        ("multiple.intoto.jsonl", True),
        ("provenance.bundle.json", True),
        ("package.json", False),
        ("app.bundle", False),
        ("SHA256SUMS", False),
        ("sigstore.tar.gz", False),
    ],
)
def test_names(name: str, holds: bool) -> None:  # noqa: FBT001 - a column of the table
    """The usual tools name their attestations in one of these ways."""
    assert holds_bundles(name) is holds


def test_split() -> None:
    """A file is one attestation, over several lines perhaps, or has one a line."""
    one = json.dumps({"a": {"b": 1}}, indent=2).encode()
    assert split_bundles(one) == (one,)
    assert split_bundles(b'{"a": 1}\n\n{"b": 2}\r\n') == (b'{"a": 1}', b'{"b": 2}')
    assert split_bundles(b"") == ()
    assert split_bundles(b"[1]") == (b"[1]",)
    assert len(split_bundles(b"{}\n" * 5_000)) == 1_000


def test_digests() -> None:
    """The SHA-256 of each file that was built counts, in the form that GitHub gives it."""
    assert digests_of(statement({"a": "AB" * 32})) == {f"sha256:{'ab' * 32}"}
    older = {
        "_type": "https://in-toto.io/Statement/v0.1",
        "predicateType": "https://slsa.dev/provenance/v0.2",
        "subject": [{"name": "a", "digest": {"sha512": "c" * 128, "sha256": "d" * 64}}],
    }
    assert digests_of(json.dumps(older).encode()) == {f"sha256:{'d' * 64}"}
    assert digests_of(statement({"a": "1" * 64}, predicate_type="https://spdx.dev/Document")) == frozenset()


@pytest.mark.parametrize(
    ("data", "of_github"),
    [
        (b"", False),
        (b"{}", False),
        (b'{"verificationMaterial": {}}', False),
        (b'{"verificationMaterial": {"timestampVerificationData": {}}}', False),
        (b'{"verificationMaterial": {"timestampVerificationData": {"a": 1}}}', True),
        (b'{"verificationMaterial": {"timestampVerificationData": {"a": 1}, "tlogEntries": [{}]}}', False),
    ],
)
def test_of_github(data: bytes, of_github: bool) -> None:  # noqa: FBT001 - a column of the table
    """An attestation with a time stamp and without an entry in the public log is one of a private repository."""
    assert is_of_github(data) is of_github


@pytest.mark.parametrize(
    "payload",
    [
        b"",
        b"{}",
        b'{"_type": 1}',
        statement({}),
        statement({"a": "1" * 64}).replace(b"Statement/v1", b"Statement/v9"),
    ],
)
def test_no_statement(payload: bytes) -> None:
    """What is no statement of a known form is told so."""
    with pytest.raises(ValueError, match="it"):
        digests_of(payload)


@given(st.binary(max_size=200))
def test_any_bytes(data: bytes) -> None:
    """Whatever a file holds, it is taken apart."""
    assert all(part in data for part in split_bundles(data))
