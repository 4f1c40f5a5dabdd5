"""Verifies attestations with sigstore: the signature, the certificate, the public log, and who the signer was."""

from __future__ import annotations

import asyncio
from contextlib import ExitStack
from dataclasses import dataclass
from importlib.resources import as_file, files
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from bot.markdown import escape
from bot.releases.provenance.claims import CLAIMS, RUN, other_build
from bot.releases.provenance.model import Attested, Doubt, Provenance
from bot.releases.provenance.statement import PAYLOAD, digests_of, is_of_github, split_bundles

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from cryptography.x509 import Certificate
    from sigstore.verify import Verifier

    from bot.releases.provenance.model import Build

# The root of trust that the library carries. A newer one is not asked for over the network, so that no release hangs
# on that; a newer library brings it.
_ROOT = ("_store", "https%3A%2F%2Ftuf-repo-cdn.sigstore.dev", "trusted_root.json")
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
    verifier, signer = _verifier(root), _Signer(build)
    attested: list[Attested] = []
    doubts: list[Doubt] = []
    unread: list[str] = []
    for name, part in _parts(bundles):
        if is_of_github(part):
            unread.append(name)
            continue
        try:
            attested += _attested(verifier, signer, name, part)
        except _OtherBuildError as error:
            doubts.append(Doubt(bundle=name, text=str(error)))
        except ValueError as error:
            doubts.append(Doubt(bundle=name, text=escape(str(error)[:_LONGEST_TOLD])))
    return Provenance(attested=tuple(attested), doubts=tuple(doubts), unread=tuple(dict.fromkeys(unread)))


def _parts(bundles: Mapping[str, bytes]) -> Iterator[tuple[str, bytes]]:
    """Each attestation with the name of its file; a file that cannot be taken apart is one that proves nothing."""
    for name, data in bundles.items():
        for part in split_bundles(data) or (data,):
            yield name, part


def _attested(verifier: Verifier, signer: _Signer, name: str, data: bytes) -> tuple[Attested, ...]:
    """What one attestation proves.

    Raises:
        ValueError: it proves nothing.
        _OtherBuildError: it is of another build.
    """
    from sigstore.models import Bundle  # noqa: PLC0415 - it comes with an extra

    try:
        bundle = Bundle.from_json(data)
        kind, payload = verifier.verify_dsse(bundle, signer)
    except _OtherBuildError:
        raise
    except Exception as error:
        raise ValueError(f"it proves nothing: {error}") from error
    if kind != PAYLOAD:
        raise ValueError(f"it holds no statement, but {kind}")
    run_url = _claims(bundle.signing_certificate).get(RUN, "")
    return tuple(
        Attested(digest=digest, bundle=name, run_url=run_url) for digest in sorted(digests_of(payload))
    )


def _verifier(root: Path | None) -> Verifier:
    from sigstore.models import TrustedRoot  # noqa: PLC0415 - it comes with an extra
    from sigstore.verify import Verifier  # noqa: PLC0415 - as above

    with ExitStack() as stack:
        place = root or stack.enter_context(as_file(files("sigstore").joinpath(*_ROOT)))
        return Verifier(trusted_root=TrustedRoot.from_file(str(Path(place))))


@dataclass(frozen=True, slots=True)
class _Signer:
    """Lets the library ask, once a certificate is genuine, whether it tells of the right build."""

    build: Build

    def verify(self, cert: Certificate) -> None:
        problem = other_build(_claims(cert), self.build)
        if problem:
            raise _OtherBuildError(problem)


class _OtherBuildError(Exception):
    """The attestation is genuine, and of another build; the text is safe Markdown."""


def _claims(certificate: Certificate) -> dict[str, str]:
    """What a certificate tells of the build that it was made for."""
    from cryptography.hazmat import asn1  # noqa: PLC0415 - as heavy as it is rarely used

    found = {one.oid.dotted_string: one.value for one in certificate.extensions}
    return {claim: asn1.decode_der(str, found[claim].public_bytes()) for claim in CLAIMS if claim in found}
