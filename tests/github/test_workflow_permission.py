"""Changes of `.github/workflows`, which GitHub takes only with a permission that most installations never grant."""

from __future__ import annotations

import pytest

from bot.github.errors import Conflict, Forbidden, NotFound
from bot.github.graph_pulls import rebase_branch
from bot.github.merging import merge_pull
from bot.github.models import Sha
from bot.github.release_models import NewRelease
from bot.github.releases import create_draft
from tests.support.raw_github import REPO, REPOSITORY, Answer, Bench

HEAD = Sha("a" * 40)
MERGE = f"{REPO}/pulls/3/merge"
WORDS = (
    "refusing to allow a GitHub App to create or update workflow `.github/workflows/ci.yml` "
    "without `workflows` permission"
)
TOKENS = "/app/installations/7/access_tokens"
NEW = NewRelease(tag_name="v1", target_commitish="old", name="", body="", prerelease=False)
NOT_GRANTED = Answer({"message": "The permissions requested are not granted to this installation."}, 422)
RELEASE = {
    "id": 4,
    "tag_name": "v1",
    "draft": True,
    "prerelease": False,
    "created_at": "2026-01-01T00:00:00Z",
}


def token(count: int) -> Answer:
    return Answer({"token": f"ghs_{count}", "expires_at": "2126-01-01T00:00:00Z"}, 201)


@pytest.mark.parametrize("status", [403, 405, 422])
async def test_the_permission_is_asked_for_only_when_github_wants_it(bench: Bench, status: int) -> None:
    """A bot that is refused and tries for ever merges nothing (https://github.com/Mergifyio/mergify/issues/2507)."""
    merged = Answer({"sha": "b" * 40, "merged": True})
    bench.server.answer("PUT", MERGE, Answer({"message": WORDS}, status), merged)
    repo = bench.github.repository(REPOSITORY)
    assert await merge_pull(repo, 3, sha=HEAD, method="merge") == "b" * 40
    assert [minted["permissions"] for minted in bench.server.minted] == [
        {"contents": "write"},
        {"contents": "write", "workflows": "write"},
    ]


async def test_where_nobody_granted_it_the_refusal_says_what_is_missing(bench: Bench) -> None:
    bench.server.answer("PUT", MERGE, Answer({"message": WORDS}, 403))
    bench.server.answer("POST", TOKENS, token(1), NOT_GRANTED)
    repo = bench.github.repository(REPOSITORY)
    with pytest.raises(Forbidden, match=r"ci\.yml.*The App needs the permission workflows: write"):
        await merge_pull(repo, 3, sha=HEAD, method="merge")
    assert len(bench.server.calls("PUT")) == 1


async def test_a_refusal_that_stays_is_told_after_one_more_try(bench: Bench) -> None:
    bench.server.answer("PUT", MERGE, Answer({"message": WORDS}, 403))
    with pytest.raises(Forbidden, match="without `workflows` permission"):
        await merge_pull(bench.github.repository(REPOSITORY), 3, sha=HEAD, method="merge")
    assert len(bench.server.calls("PUT")) == 2


async def test_another_refusal_asks_for_no_more(bench: Bench) -> None:
    bench.server.answer("PUT", MERGE, Answer({"message": "Pull Request is not mergeable"}, 405))
    with pytest.raises(Conflict):
        await merge_pull(bench.github.repository(REPOSITORY), 3, sha=HEAD, method="merge")
    assert len(bench.server.minted) == 1


@pytest.mark.parametrize("status", [403, 404])
async def test_a_release_of_an_older_branch_is_refused_without_a_word(bench: Bench, status: int) -> None:
    """Where its workflows differ from the default branch's, GitHub says: this endpoint returns 404 Not Found."""
    where = f"{REPO}/releases"
    bench.server.answer("POST", where, Answer({"message": "Not Found"}, status), Answer(RELEASE, 201))
    assert (await create_draft(bench.github.repository(REPOSITORY), NEW)).id == 4
    assert bench.server.minted[-1]["permissions"] == {"contents": "write", "workflows": "write"}


async def test_a_release_that_is_refused_for_good_names_the_likely_reason(bench: Bench) -> None:
    bench.server.answer("POST", f"{REPO}/releases", Answer({"message": "Not Found"}, 404))
    bench.server.answer("POST", TOKENS, token(1), NOT_GRANTED)
    with pytest.raises(NotFound, match=r"files in \.github/workflows: The App needs"):
        await create_draft(bench.github.repository(REPOSITORY), NEW)


async def test_the_graphql_api_refuses_it_in_an_answer_of_200(bench: Bench) -> None:
    """Of an update of a branch, too (https://github.com/Mergifyio/mergify/issues/5055)."""
    refused = Answer({"data": None, "errors": [{"message": WORDS, "type": "FORBIDDEN"}]})
    done = Answer({"data": {"updatePullRequestBranch": None}})
    bench.server.answer("POST", "/graphql", refused, done)
    await rebase_branch(bench.github.repository(REPOSITORY), "PR_3", head_sha=HEAD)
    assert bench.server.minted[-1]["permissions"]["workflows"] == "write"


async def test_a_token_that_may_not_be_minted_at_all_is_told_as_ever(bench: Bench) -> None:
    bench.server.answer("POST", TOKENS, NOT_GRANTED)
    with pytest.raises(Forbidden, match="contents: write"):
        await merge_pull(bench.github.repository(REPOSITORY), 3, sha=HEAD, method="merge")
