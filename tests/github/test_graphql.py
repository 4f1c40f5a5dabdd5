"""The GraphQL API: what its answers mean, what of them is borne, and which documents GitHub's schema takes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from bot.github.errors import Forbidden, NotFound, Uncertain, Unexpected, Unprocessable
from bot.github.graph_comments import add_comments, own_comments
from bot.github.graph_history import COMMITS_A_CALL, pulls_of_commits
from bot.github.graph_models import ClosedIssue, NewComment, OwnComment
from bot.github.graph_pulls import dequeue_pull, enqueue_pull, pull_standing, rebase_branch
from bot.github.models import Sha
from tests.support.raw_github import REPOSITORY, Answer, Bench, raw_bench

if TYPE_CHECKING:
    from bot.github.client import RepositoryClient

HEAD = Sha("a" * 40)
GRAPHQL = "/graphql"
ENTRY = {"position": 2}
STANDING: dict[str, Any] = {
    "id": "PR_3",
    "merged": False,
    "mergeCommit": {"oid": "c" * 40},  # what a test merge made
    "commits": {"totalCount": 2},
    "reviewDecision": "REVIEW_REQUIRED",
    "reviewThreads": {"totalCount": 3, "nodes": [{"isResolved": False}, {"isResolved": True}]},
    "mergeQueueEntry": ENTRY,
}


def repository(bench: Bench) -> RepositoryClient:
    return bench.github.repository(REPOSITORY)


def data(**fields: object) -> Answer:
    return Answer({"data": fields})


def error(message: str, kind: str | None = None, **more: object) -> dict[str, object]:
    return {"message": message, **({} if kind is None else {"type": kind}), **more}


async def test_a_standing_tells_queue_threads_and_what_it_became(bench: Bench) -> None:
    bench.server.answer("POST", GRAPHQL, data(repository={"pullRequest": STANDING}))
    standing = await pull_standing(repository(bench), 3)
    assert (standing.node_id, standing.commits, standing.review_decision) == ("PR_3", 2, "REVIEW_REQUIRED")
    assert (standing.open_threads, standing.threads_complete) == (1, False)
    assert standing.merge_sha is None, "a test merge is no merge"
    assert standing.entry is not None
    assert standing.entry.position == 2
    (call,) = bench.server.calls()
    assert call.json["variables"] == {"owner": "octo", "name": "hello", "number": 3}
    merged = STANDING | {
        "merged": True,
        "mergeQueueEntry": None,
        "reviewDecision": None,
    }
    bench.server.answer("POST", GRAPHQL, data(repository={"pullRequest": merged}))
    standing = await pull_standing(repository(bench), 3)
    assert (standing.merge_sha, standing.entry) == ("c" * 40, None)
    assert standing.review_decision == ""


@pytest.mark.parametrize("repository_of", [None, {"pullRequest": None}])
async def test_a_pull_request_that_is_not_there_is_not_found(bench: Bench, repository_of: object) -> None:
    bench.server.answer("POST", GRAPHQL, data(repository=repository_of))
    with pytest.raises(NotFound):
        await pull_standing(repository(bench), 3)


@pytest.mark.parametrize(
    ("kind", "raised"), [("NOT_FOUND", NotFound), ("FORBIDDEN", Forbidden), (None, Unprocessable)]
)
async def test_an_error_says_what_github_said(
    bench: Bench, kind: str | None, raised: type[Exception]
) -> None:
    answer = Answer({"data": None, "errors": [error("Pull request is in clean status", kind)]})
    bench.server.answer("POST", GRAPHQL, answer)
    with pytest.raises(raised, match="clean status"):
        await enqueue_pull(repository(bench), "PR_3", head_sha=HEAD)


async def test_an_answer_of_an_unknown_shape_is_said(bench: Bench) -> None:
    bench.server.answer("POST", GRAPHQL, data(repository={"pullRequest": {"id": 3}}))
    with pytest.raises(Unexpected, match="pull-standing"):
        await pull_standing(repository(bench), 3)


async def test_the_queue_is_entered_with_the_judged_head(bench: Bench) -> None:
    bench.server.answer("POST", GRAPHQL, data(enqueuePullRequest={"mergeQueueEntry": ENTRY}))
    entry = await enqueue_pull(repository(bench), "PR_3", head_sha=HEAD)
    assert entry is not None
    assert entry.position == 2
    (call,) = bench.server.calls()
    assert call.json["variables"] == {"pull": "PR_3", "head": HEAD}
    bench.server.answer("POST", GRAPHQL, data(enqueuePullRequest=None))
    assert await enqueue_pull(repository(bench), "PR_3", head_sha=HEAD) is None


async def test_leaving_the_queue_and_rebasing_name_the_pull_request(bench: Bench) -> None:
    bench.server.answer("POST", GRAPHQL, data(dequeuePullRequest=None))
    await dequeue_pull(repository(bench), "PR_3")
    bench.server.answer("POST", GRAPHQL, data(updatePullRequestBranch=None))
    await rebase_branch(repository(bench), "PR_3", head_sha=HEAD)
    leaving, rebasing = bench.server.calls()
    assert leaving.json["variables"] == {"pull": "PR_3"}
    assert rebasing.json["variables"] == {"pull": "PR_3", "head": HEAD}


async def test_a_question_is_asked_again_where_github_broke(bench: Bench) -> None:
    """GitHub words it so for a time-out too. https://github.com/octokit/plugin-retry.js/issues/395."""
    broken = Answer(
        {"errors": [error("Something went wrong while executing your query. Please include `0`")]}
    )
    bench.server.answer("POST", GRAPHQL, broken, data(repository={"pullRequest": STANDING}))
    assert (await pull_standing(repository(bench), 3)).node_id == "PR_3"
    assert len(bench.server.calls()) == 2


async def test_a_mutation_whose_answer_broke_is_not_repeated(bench: Bench) -> None:
    """It may have happened: enqueued twice is an error, commented twice is noise."""
    for answer in (
        Answer({"data": None, "errors": [error("Something went wrong while executing your query.")]}),
        Answer(status=502),
        Answer(status=0),
    ):
        bench.server.answer("POST", GRAPHQL, answer)
        before = len(bench.server.calls())
        with pytest.raises(Uncertain):
            await enqueue_pull(repository(bench), "PR_3", head_sha=HEAD)
        assert len(bench.server.calls()) == before + 1


@pytest.mark.parametrize("kind", ["RATE_LIMIT", "RATE_LIMITED"])
async def test_the_limit_of_the_graphql_api_is_waited_for(bench: Bench, kind: str) -> None:
    """It is told in an answer of status 200."""
    reset = str(int(bench.time.clock().timestamp()) + 30)
    limited = Answer(
        {"errors": [error("API rate limit already exceeded for installation ID 7.", kind)]},
        headers={"x-ratelimit-remaining": "0", "x-ratelimit-limit": "5000", "x-ratelimit-reset": reset},
    )
    bench.server.answer("POST", GRAPHQL, limited, data(repository={"pullRequest": STANDING}))
    assert (await pull_standing(repository(bench), 3)).node_id == "PR_3"
    assert sum(bench.time.slept) >= 30


@pytest.mark.parametrize("headers", [{"retry-after": "45"}, {}])
async def test_a_secondary_limit_is_waited_for_though_the_status_is_200(
    bench: Bench, headers: dict[str, str]
) -> None:
    """Nothing was done then, so even a mutation is sent again."""
    words = "You have exceeded a secondary rate limit. Please wait a few minutes before you try again."
    limited = Answer({"data": None, "errors": [error(words)]}, headers=headers)
    done = data(enqueuePullRequest={"mergeQueueEntry": ENTRY})
    bench.server.answer("POST", GRAPHQL, limited, done)
    assert await enqueue_pull(repository(bench), "PR_3", head_sha=HEAD) is not None
    assert sum(bench.time.slept) >= (45 if headers else 60)


async def test_what_was_done_before_a_limit_is_not_done_again(bench: Bench) -> None:
    """Of two comments the first was written: sending both again would write it twice."""
    answer = {
        "data": {"m0": {"clientMutationId": None}, "m1": None},
        "errors": [error("You have exceeded a secondary rate limit.", "RATE_LIMITED", path=["m1"])],
    }
    bench.server.answer("POST", GRAPHQL, Answer(answer))
    comments = [NewComment(key=key, subject_id=f"I_{key}", body="x") for key in ("a", "b")]
    outcome = await add_comments(repository(bench), comments)
    assert outcome["a"] is None
    assert isinstance(outcome["b"], Unprocessable)
    assert len(bench.server.calls()) == 1


@pytest.mark.parametrize("errors", [None, "no", ["no"], [3], []])
async def test_errors_of_no_known_shape_hide_nothing(bench: Bench, errors: object) -> None:
    bench.server.answer("POST", GRAPHQL, Answer({"data": None, "errors": errors}))
    with pytest.raises((Unexpected, NotFound)):
        await pull_standing(repository(bench), 3)


async def test_a_github_of_ones_own_has_it_beside_the_rest_api() -> None:
    """https://docs.github.com/en/enterprise-server/graphql/guides/forming-calls-with-graphql."""
    async with raw_bench(prefix="/api/v3") as bench:
        bench.server.answer("POST", "/api/graphql", data(repository={"pullRequest": STANDING}))
        assert (await pull_standing(repository(bench), 3)).node_id == "PR_3"


def history_pull(**changed: object) -> dict[str, object]:
    return {
        "number": 7,
        "id": "PR_7",
        "title": "Add a thing",
        "body": "Fixes #2",
        "merged": True,
        "baseRefName": "main",
        "baseRepository": {"nameWithOwner": "octo/hello"},
        "mergeCommit": {"oid": "d" * 40},
        "author": {"login": "ada", "__typename": "User"},
        "authorAssociation": "FIRST_TIME_CONTRIBUTOR",
        "labels": {"nodes": [{"name": "feature"}]},
        "closingIssuesReferences": {
            "nodes": [{"number": 2, "id": "I_2", "repository": {"nameWithOwner": "octo/hello"}}, None]
        },
        **changed,
    }


async def test_the_pull_requests_behind_commits_come_by_the_hundred(bench: Bench) -> None:
    shas = [Sha(f"{index:040x}") for index in range(COMMITS_A_CALL + 1)]
    elsewhere = history_pull(baseRepository={"nameWithOwner": "eve/hello"})
    nodes = [None, history_pull(), history_pull(merged=False), elsewhere, history_pull(baseRepository=None)]
    commits = {"c0": {"associatedPullRequests": {"nodes": nodes}}, "c1": None, "c2": {}}
    ghost = history_pull(author=None, labels=None, closingIssuesReferences=None, mergeCommit=None, number=8)
    last = {"c0": {"associatedPullRequests": {"nodes": [ghost]}}}
    bench.server.answer("POST", GRAPHQL, data(repository=commits), data(repository=last))
    found = await pulls_of_commits(repository(bench), shas)
    assert list(found) == shas
    (pull,) = found[shas[0]]
    assert (pull.number, pull.login, pull.is_bot, pull.labels) == (7, "ada", False, ("feature",))
    assert pull.closes == (ClosedIssue(number=2, node_id="I_2", repository="octo/hello"),)
    assert found[shas[1]] == found[shas[2]] == found[shas[3]] == ()
    (pull,) = found[shas[-1]]
    assert (pull.login, pull.merge_sha, pull.labels, pull.closes) == ("", None, (), ())
    assert [len(call.json["variables"]) for call in bench.server.calls()] == [COMMITS_A_CALL + 2, 3]


async def test_no_commits_cost_no_call(bench: Bench) -> None:
    assert await pulls_of_commits(repository(bench), []) == {}
    assert await own_comments(repository(bench), []) == ()
    assert bench.server.calls() == []


async def test_of_many_comments_each_has_its_own_outcome(bench: Bench) -> None:
    """One locked conversation keeps no other from its comment."""
    answer = {
        "data": {"m0": {"clientMutationId": None}, "m1": None},
        "errors": [error("Conversation is locked", "UNPROCESSABLE", path=["m1"])],
    }
    bench.server.answer("POST", GRAPHQL, Answer(answer))
    comments = [NewComment(key=key, subject_id=f"I_{key}", body=f"for {key}") for key in ("a", "b")]
    outcome = await add_comments(repository(bench), comments)
    assert outcome["a"] is None
    assert isinstance(outcome["b"], Unprocessable)
    (call,) = bench.server.calls()
    assert call.json["variables"] == {"s0": "I_a", "b0": "for a", "s1": "I_b", "b1": "for b"}
    assert "for a" not in call.json["query"], "texts travel as variables"


async def test_where_nothing_was_answered_every_comment_failed(bench: Bench) -> None:
    bench.server.answer("POST", GRAPHQL, Answer({"errors": [error("Parse error")]}))
    with pytest.raises(Unprocessable, match="Parse error"):
        await add_comments(repository(bench), [NewComment(key="a", subject_id="I_a", body="x")])


async def test_only_what_this_app_said_is_read_back(bench: Bench) -> None:
    said = [
        {"body": "ours", "url": "u1", "viewerDidAuthor": True},
        {"body": "theirs", "url": "u2", "viewerDidAuthor": False},
    ]
    answer = {
        "data": {"n0": {"id": "I_1", "comments": {"nodes": said}}, "n1": {"id": "U_1"}, "n2": None},
        "errors": [error("Could not resolve to a node", "NOT_FOUND", path=["n2"])],
    }
    bench.server.answer("POST", GRAPHQL, Answer(answer))
    found = await own_comments(repository(bench), ["I_1", "U_1", "I_gone"])
    assert found == (OwnComment(subject_id="I_1", body="ours", url="u1"),)
