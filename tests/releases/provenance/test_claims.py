"""Whether a certificate tells of the right build."""

from __future__ import annotations

import pytest

from bot.github.models import Sha
from bot.releases.provenance.claims import COMMIT, ISSUER, REPOSITORY, REPOSITORY_ID, WORKFLOW, other_build
from bot.releases.provenance.model import Attested, Build, Provenance

WEB = "https://github.com/acme/rocket"
BUILD = Build(
    web_url=WEB,
    repository_id=11,
    sha=Sha("a" * 40),
    workflow="release.yml",
    refs=("refs/tags/v1", "refs/heads/main"),
)
RIGHT = {
    ISSUER: "https://token.actions.githubusercontent.com",
    REPOSITORY: WEB,
    REPOSITORY_ID: "11",
    COMMIT: "a" * 40,
    WORKFLOW: f"{WEB}/.github/workflows/release.yml@refs/tags/v1",
}


def test_the_right_one() -> None:
    """A build of the repository's release workflow on the commit, from the tag or the branch, is the right one."""
    assert other_build(RIGHT, BUILD) == ""
    on_main = {**RIGHT, WORKFLOW: f"{WEB}/.github/workflows/release.yml@refs/heads/main"}
    assert other_build(on_main, BUILD) == ""


@pytest.mark.parametrize("claim", RIGHT)
@pytest.mark.parametrize("told", ["", "other", None, "`@all` <b>"])
def test_another_one(claim: str, told: str | None) -> None:
    """Each claim must be there and right; what stands there instead renders nothing."""
    claims = {key: value for key, value in RIGHT.items() if key != claim or told is not None}
    if told is not None:
        claims[claim] = told
    said = other_build(claims, BUILD)
    assert said.startswith("it ")
    assert ("that it does not name" in said) is not bool(told)
    assert told != "`@all` <b>" or "`` `@all` <b> ``" in said


def test_proof_of_a_file() -> None:
    """A file's proof is found by its digest."""
    proof = Attested(digest="sha256:1", bundle="a", run_url="")
    assert Provenance(attested=(proof,)).of("sha256:1") == proof
    assert Provenance(attested=(proof,)).of("sha256:2") is None
