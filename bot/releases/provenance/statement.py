"""Reads bundles and the statements in them: which files somebody says to have built."""

from __future__ import annotations

import re
from typing import Annotated

import msgspec
from msgspec import Meta, Struct

from bot.forms import decode

# As https://github.com/actions/attest, https://github.com/sigstore/cosign and slsa-github-generator name them
_BUNDLE = re.compile(
    r"(?i).*(?:\.sigstore(?:\.jsonl?)?|\.intoto\.jsonl|attestations?\.jsonl?|\.bundle\.jsonl?)"
)
_MOST = 1_000  # attestations of one file that are looked at
_STATEMENTS = {"https://in-toto.io/Statement/v1", "https://in-toto.io/Statement/v0.1"}
_PROVENANCE = {"https://slsa.dev/provenance/v1", "https://slsa.dev/provenance/v0.2"}
PAYLOAD = "application/vnd.in-toto+json"


class SubjectShape(Struct):
    """A file that a statement is about."""

    digest: dict[str, str]
    name: str = ""


class StatementShape(Struct):
    """A statement of in-toto, as https://github.com/in-toto/attestation/blob/main/spec/v1/statement.md has it."""

    kind: str = msgspec.field(name="_type")
    subject: Annotated[list[SubjectShape], Meta(min_length=1, max_length=10_000)]
    predicate_type: str = msgspec.field(name="predicateType")


class MaterialShape(Struct):
    """What a bundle brings along to be verified with."""

    tlogEntries: list[msgspec.Raw] = []  # noqa: N815 - the format's name; msgspec copies it
    timestampVerificationData: dict[str, msgspec.Raw] = {}  # noqa: N815 - as above


class BundleShape(Struct):
    """A bundle, of which only this is looked at before it is verified."""

    verificationMaterial: MaterialShape  # noqa: N815 - the format's name


def holds_bundles(name: str) -> bool:
    """This function will say whether a release's file holds attestations, by the names that the usual tools give."""
    return _BUNDLE.fullmatch(name) is not None


def split_bundles(data: bytes) -> tuple[bytes, ...]:
    """This function will take a file of attestations apart: it is one of them, or has one a line."""
    try:
        decode(data, dict[str, msgspec.Raw])
    except msgspec.DecodeError:
        return tuple(line for line in data.splitlines() if line.strip())[:_MOST]
    return (data,)


def is_of_github(data: bytes) -> bool:
    """This function will say whether an attestation is one that GitHub certifies itself, as in private repositories.

    Such a one has a time stamp in place of an entry in the public log.
    https://docs.github.com/en/actions/concepts/security/artifact-attestations#how-github-generates-artifact-attestations
    """
    try:
        material = decode(data, BundleShape).verificationMaterial
    except msgspec.MsgspecError:
        return False
    return not material.tlogEntries and bool(material.timestampVerificationData)


def digests_of(payload: bytes) -> frozenset[str]:
    """This function will read which files a statement says to have been built: their digests, as GitHub writes them.

    One that says something else of files, as which parts they have, names none.

    Raises:
        ValueError: it is no statement.
    """
    try:
        statement = decode(payload, StatementShape)
    except msgspec.MsgspecError as error:
        raise ValueError(f"its statement cannot be read: {error}") from error
    if statement.kind not in _STATEMENTS:
        raise ValueError(f"its statement is of an unknown kind, {statement.kind}")
    if statement.predicate_type not in _PROVENANCE:
        return frozenset()
    return frozenset(
        f"sha256:{found.lower()}"
        for subject in statement.subject
        for name, found in subject.digest.items()
        if name == "sha256"
    )
