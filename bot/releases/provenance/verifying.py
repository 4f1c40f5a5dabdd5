"""Verifies attestations with sigstore: the signature, the certificate, the public log, and who the signer was."""

from __future__ import annotations

import asyncio
from contextlib import ExitStack
from importlib.resources import as_file, files
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from bot.markdown import escape
from bot.releases.provenance.model import Attested, Doubt, Provenance
from bot.releases.provenance.statement import PAYLOAD, digests_of, is_of_github, split_bundles

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from cryptography.x509 import Certificate
    from sigstore.verify import Verifier
    from sigstore.verify.policy import VerificationPolicy

    from bot.releases.provenance.model import Build

# The root of trust that the library carries. A newer one is not asked for over the network, so that no release hangs
# on that; a newer library brings it.
_ROOT = ("_store", "https%3A%2F%2Ftuf-repo-cdn.sigstore.dev", "trusted_root.json")
# https://docs.github.com/en/actions/reference/security/oidc
_ISSUER = "https://token.actions.githubusercontent.com"
# https://github.com/sigstore/fulcio/blob/main/docs/oid-info.md#1361415726412121--run-invocation-uri
_RUN_URL = "1.3.6.1.4.1.57264.1.21"
_LONGEST_TOLD = 300


def can_verify() -> bool:
    """This function will say whether the library that verifies is installed: it comes with an extra."""
    return find_spec("sigstore") is not None


async def verify_bundles(
    bundles: Mapping[str, bytes], build: Build, *, root: Path | None = None
) -> Provenance:
    """This function will find which files are proven to come from a build, by the attestations of a release.

    Args:
        bundles: The attestations, by the names of the files that hold them.
        build: From which everything must come.
        root: A root of trust other than that of the public sigstore.
    """
    return await asyncio.to_thread(_verified, bundles, build, root)


def _verified(bundles: Mapping[str, bytes], build: Build, root: Path | None) -> Provenance:
    verifier, policy = _verifier(root), _policy(build)
    attested: list[Attested] = []
    doubts: list[Doubt] = []
    unread: list[str] = []
    for name, part in _parts(bundles):
        if is_of_github(part):
            unread.append(name)
            continue
        try:
            attested += _attested(verifier, policy, name, part)
        except ValueError as error:
            doubts.append(Doubt(bundle=name, text=escape(str(error)[:_LONGEST_TOLD])))
    return Provenance(attested=tuple(attested), doubts=tuple(doubts), unread=tuple(dict.fromkeys(unread)))


def _parts(bundles: Mapping[str, bytes]) -> Iterator[tuple[str, bytes]]:
    """Each attestation with the name of its file; a file that cannot be taken apart is one that proves nothing."""
    for name, data in bundles.items():
        for part in split_bundles(data) or (data,):
            yield name, part


def _attested(verifier: Verifier, policy: VerificationPolicy, name: str, data: bytes) -> tuple[Attested, ...]:
    """What one attestation proves.

    Raises:
        ValueError: it proves nothing.
    """
    from sigstore.models import Bundle  # noqa: PLC0415 - it comes with an extra

    try:
        bundle = Bundle.from_json(data)
        kind, payload = verifier.verify_dsse(bundle, policy)
    except Exception as error:
        raise ValueError(f"it proves nothing: {error}") from error
    if kind != PAYLOAD:
        raise ValueError(f"it holds no statement, but {kind}")
    run_url = _run_url(bundle.signing_certificate)
    return tuple(
        Attested(digest=digest, bundle=name, run_url=run_url) for digest in sorted(digests_of(payload))
    )


def _verifier(root: Path | None) -> Verifier:
    from sigstore.models import TrustedRoot  # noqa: PLC0415 - it comes with an extra
    from sigstore.verify import Verifier  # noqa: PLC0415 - as above

    with ExitStack() as stack:
        place = root or stack.enter_context(as_file(files("sigstore").joinpath(*_ROOT)))
        return Verifier(trusted_root=TrustedRoot.from_file(str(Path(place))))


def _policy(build: Build) -> VerificationPolicy:
    """Who may have signed: the workflow of the repository, run by GitHub Actions on the very commit."""
    from sigstore.verify import policy  # noqa: PLC0415 - it comes with an extra

    workflow = f"{build.web_url}/.github/workflows/{build.workflow}"
    return policy.AllOf(
        [
            policy.OIDCIssuerV2(_ISSUER),
            policy.OIDCSourceRepositoryURI(build.web_url),
            policy.OIDCSourceRepositoryIdentifier(str(build.repository_id)),
            policy.OIDCSourceRepositoryDigest(build.sha),
            policy.AnyOf([policy.OIDCBuildConfigURI(f"{workflow}@{ref}") for ref in build.refs]),
        ]
    )


def _run_url(certificate: Certificate) -> str:
    """The workflow run that a certificate names, or "" where it names none."""
    from cryptography.hazmat import asn1  # noqa: PLC0415 - as heavy as it is rarely used
    from cryptography.x509 import ExtensionNotFound, ObjectIdentifier  # noqa: PLC0415 - as above

    try:
        value = certificate.extensions.get_extension_for_oid(ObjectIdentifier(_RUN_URL)).value
        return asn1.decode_der(str, value.public_bytes())
    except (ExtensionNotFound, ValueError):
        return ""
