"""Holds what attestations prove against the files that need a proof of who built them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.commands.reasons import Reason
from bot.markdown import code, link
from bot.releases.files.expecting import matches
from bot.releases.files.model import Problem, Proof

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from bot.github.release_models import Asset
    from bot.releases.files.model import Expected
    from bot.releases.provenance.model import Provenance

_MOST_LISTED = 10


def proofs_of(assets: Sequence[Asset], provenance: Provenance) -> tuple[Proof, ...]:
    """This function will say of which files it is proven who built them."""
    found = ((asset, provenance.of(asset.digest)) for asset in assets)
    return tuple(
        Proof(name=asset.name, bundle=proof.bundle, text=_built_by(proof.run_url))
        for asset, proof in found
        if proof is not None
    )


def problems_of_proofs(
    expected: Sequence[Expected], assets: Sequence[Asset], provenance: Provenance
) -> tuple[Problem, ...]:
    """This function will tell which attestations are wrong, and which files need one and have none."""
    return (*_wrong(provenance), *_missing(expected, assets, provenance))


def needs_proof(expected: Sequence[Expected], name: str) -> bool:
    """This function will say whether a file must be attested."""
    return any(one.needs_provenance and matches(one, name) for one in expected)


def _wrong(provenance: Provenance) -> Iterator[Problem]:
    """What is there must be right, whether it is asked for or not."""
    for doubt in provenance.doubts[:_MOST_LISTED]:
        text = f"The attestation in {code(doubt.bundle)} does not hold: {doubt.text}."
        yield Problem(reason=Reason.PROVENANCE_WRONG, text=text)


def _missing(
    expected: Sequence[Expected], assets: Sequence[Asset], provenance: Provenance
) -> Iterator[Problem]:
    bare = [
        asset.name
        for asset in assets
        if needs_proof(expected, asset.name) and provenance.of(asset.digest) is None
    ]
    if bare:
        more = f" and {len(bare) - _MOST_LISTED} more" if len(bare) > _MOST_LISTED else ""
        named = ", ".join(code(name) for name in bare[:_MOST_LISTED])
        text = (
            f"No attestation says that the release's workflow built {named}{more} from this commit; "
            "`actions/attest` makes one, which the workflow uploads beside the files."
        )
        if provenance.unread:
            unread = ", ".join(code(name) for name in provenance.unread[:_MOST_LISTED])
            text += f" {unread} was certified by GitHub itself, as in a private repository; only GitHub can verify it."
        yield Problem(reason=Reason.PROVENANCE_MISSING, text=text)


def _built_by(run_url: str) -> str:
    return f"built by {link('this workflow run', run_url)}" if run_url else "built by the release's workflow"
