"""What attestations prove, against the files that need a proof."""

from __future__ import annotations

from bot.commands.reasons import Reason
from bot.releases.files.model import Expected
from bot.releases.files.proving import problems_of_proofs, proofs_of
from bot.releases.provenance.model import Attested, Doubt, Provenance
from tests.support.release_facts import asset

A = "sha256:" + "a1" * 32
WANTED = (Expected(pattern="*.zip", smallest=1, needs_provenance=True),)
PROVEN = Provenance(
    attested=(Attested(digest=A, bundle="x.sigstore.json", run_url="https://github.com/run"),)
)


def test_a_proven_file_has_its_proof() -> None:
    there = (asset("boat.zip", digest=A), asset("notes.txt"))
    assert problems_of_proofs(WANTED, there, PROVEN) == ()
    (proof,) = proofs_of(there, PROVEN)
    assert (proof.name, proof.bundle) == ("boat.zip", "x.sigstore.json")
    assert proof.text == "built by [this workflow run](https://github.com/run)"


def test_without_the_run_s_address_the_proof_says_less() -> None:
    provenance = Provenance(attested=(Attested(digest=A, bundle="x", run_url=""),))
    (proof,) = proofs_of((asset("boat.zip", digest=A),), provenance)
    assert proof.text == "built by the release's workflow"


def test_a_file_without_a_proof_that_it_needs() -> None:
    (problem,) = problems_of_proofs(WANTED, (asset("boat.zip"),), PROVEN)
    assert problem.reason is Reason.PROVENANCE_MISSING
    assert "`boat.zip` from this commit" in problem.text
    many = tuple(asset(f"{number}.zip") for number in range(12))
    (problem,) = problems_of_proofs(WANTED, many, Provenance())
    assert "and 2 more" in problem.text


def test_a_wrong_attestation_stops_a_release_that_needs_none() -> None:
    doubts = (Doubt(bundle="x.sigstore.json", text="it is of another repository"),)
    (problem,) = problems_of_proofs((), (asset("boat.zip"),), Provenance(doubts=doubts))
    assert problem.reason is Reason.PROVENANCE_WRONG
    assert problem.text == "The attestation in `x.sigstore.json` does not hold: it is of another repository."


def test_what_only_github_can_verify_is_no_proof_and_said() -> None:
    provenance = Provenance(unread=("x.sigstore.json",))
    assert problems_of_proofs((), (asset("boat.zip"),), provenance) == ()
    (problem,) = problems_of_proofs(WANTED, (asset("boat.zip"),), provenance)
    assert problem.reason is Reason.PROVENANCE_MISSING
    assert "`x.sigstore.json` was certified by GitHub itself" in problem.text
