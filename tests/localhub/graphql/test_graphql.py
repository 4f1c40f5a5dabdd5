"""The GraphQL API of the local GitHub: what it tells, what it does, how it refuses."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest

from bot.localhub.faults import Fault
from bot.localhub.state import git, issues, pulls, reviews
from bot.localhub.state.nouns import ReviewThread
from bot.localhub.state.protections import Protection, RequiredReviews
from tests.support import graph_documents as documents
from tests.support.hub_client import Caller, calling

if TYPE_CHECKING:
    from bot.localhub.server import LocalHub
    from tests.localhub.conftest import Seeded


@dataclass(frozen=True)
class Asker:
    """Sends documents as the installation."""

    call: Caller

    async def __call__(self, document: str, **variables: Any) -> Any:
        """This function will send a document and return its whole answer."""
        answer = await self.call("POST", "/graphql", {"query": document, "variables": variables})
        assert answer.status == 200
        return answer.body


@pytest.fixture
async def ask(as_installation: Caller) -> Asker:
    """A sender of documents."""
    return Asker(as_installation)


HERE = {"owner": "acme", "name": "rocket"}


async def test_a_pull_request_tells_how_it_stands(hub: LocalHub, seeded: Seeded, ask: Asker) -> None:
    repository, pull = seeded.repository, seeded.pull
    hub_people = hub.store.user("bo")
    repository.collaborators[hub_people.id] = "write"
    repository.protections["main"] = Protection(reviews=RequiredReviews(count=1))
    pull.threads.append(ReviewThread(id=hub.store.next_id(), path="src/lib.rs", line=1))
    answer = await ask(documents.STANDING, **HERE, number=pull.number)
    found = answer["data"]["repository"]["pullRequest"]
    assert found["reviewDecision"] == "REVIEW_REQUIRED"
    assert found["commits"] == {"totalCount": 1}
    assert found["reviewThreads"] == {"totalCount": 1, "nodes": [{"isResolved": False}]}
    assert (found["merged"], found["mergeCommit"], found["mergeQueueEntry"]) == (False, None, None)
    reviews.submit(hub.store, repository, pull, author=hub_people, state="approved")
    answer = await ask(documents.STANDING, **HERE, number=pull.number)
    assert answer["data"]["repository"]["pullRequest"]["reviewDecision"] == "APPROVED"
    reviews.submit(hub.store, repository, pull, author=hub_people, state="changes_requested")
    sha = pulls.merge(hub.store, repository, pull, sender=hub_people)
    answer = await ask(documents.STANDING, **HERE, number=pull.number)
    found = answer["data"]["repository"]["pullRequest"]
    assert found["reviewDecision"] == "CHANGES_REQUESTED"
    assert (found["merged"], found["mergeCommit"]["oid"]) == (True, sha)
    assert found["mergedBy"] == {"login": "bo"}


async def test_commits_name_their_pull_requests_and_the_issues_these_close(
    hub: LocalHub, seeded: Seeded, ask: Asker
) -> None:
    repository, pull, ada = seeded.repository, seeded.pull, hub.store.user("ada")
    issue = issues.open_issue(hub.store, repository, title="It breaks", body=None, author=ada)
    issues.edit_issue(hub.store, repository, pull.issue, {"body": f"Fixes #{issue.number}"}, ada)
    issues.set_labels(hub.store, repository, pull.issue, ["bug"], ada)
    before = repository.branches["main"]
    sha = pulls.merge(hub.store, repository, pull, sender=ada, method="squash")
    document = documents.PULLS_OF_COMMITS
    answer = await ask(document, **HERE, c0=sha, c1=before)
    nodes = answer["data"]["repository"]["c0"]["associatedPullRequests"]["nodes"]
    assert [one["number"] for one in nodes] == [pull.number]
    assert nodes[0]["labels"]["nodes"] == [{"name": "bug"}]
    assert nodes[0]["author"] == {"login": "ada", "__typename": "User"}
    assert nodes[0]["closingIssuesReferences"]["nodes"][0]["number"] == issue.number
    assert answer["data"]["repository"]["c1"]["associatedPullRequests"]["nodes"] == []
    assert issue.state == "closed"


async def test_many_comments_go_in_one_call_each_with_its_own_outcome(
    hub: LocalHub, seeded: Seeded, ask: Asker
) -> None:
    ada = hub.store.user("ada")
    issue = issues.open_issue(hub.store, seeded.repository, title="It breaks", body=None, author=ada)
    whole = await ask(
        "query($owner: String!, $name: String!, $n: Int!, $p: Int!) { repository(owner: $owner, name: $name) {"
        " issue(number: $n) { id } pullRequest(number: $p) { id } } }",
        **HERE,
        n=issue.number,
        p=seeded.pull.number,
    )
    found = whole["data"]["repository"]
    subjects = [found["issue"]["id"], "IS_nothing", found["pullRequest"]["id"]]
    variables = {f"s{i}": one for i, one in enumerate(subjects)} | {f"b{i}": f"Hello {i}" for i in range(3)}
    answer = await ask(documents.add_comments(3), **variables)
    assert answer["data"]["m1"] is None
    assert [(one["type"], one["path"]) for one in answer["errors"]] == [("NOT_FOUND", ["m1"])]
    assert [one.body for one in issue.comments] == ["Hello 0"]
    assert [one.body for one in seeded.pull.issue.comments] == ["Hello 2"]
    again = await ask(
        documents.COMMENTS,
        s0=subjects[0],
        s1=subjects[2],
    )
    said = again["data"]["n0"]["comments"]["nodes"][0]
    assert (said["body"], said["viewerDidAuthor"]) == ("Hello 0", True)


async def test_a_branch_is_rebased_onto_its_base(hub: LocalHub, seeded: Seeded, ask: Asker) -> None:
    repository, pull, ada = seeded.repository, seeded.pull, hub.store.user("ada")
    await ask.call("GET", f"/repos/acme/rocket/pulls/{pull.number}")
    node = (await ask.call("GET", f"/repos/acme/rocket/pulls/{pull.number}")).body["node_id"]
    refused = await ask(documents.UPDATE, method="REBASE", pull=node, head=pull.head_sha)
    assert refused["errors"][0]["message"] == "There are no new commits on the base branch."
    moved = git.push(hub.store, repository, "main", files={"new.txt": "x"}, message="Move", author=ada)
    stale = await ask(documents.UPDATE, method="REBASE", pull=node, head=moved.sha)
    assert stale["errors"][0]["type"] == "UNPROCESSABLE"
    answer = await ask(documents.UPDATE, method="REBASE", pull=node, head=pull.head_sha)
    head = answer["data"]["updatePullRequestBranch"]["pullRequest"]["headRefOid"]
    assert head == pull.head_sha == repository.branches["topic"]
    assert hub.store.commits[head].parents == (moved.sha,)


@pytest.mark.parametrize(
    ("document", "message"),
    [
        (
            'query { repository(owner: "acme", name: "none") { id } }',
            "Could not resolve to a Repository with the name 'acme/none'.",
        ),
        (
            'query { repository(owner: "acme", name: "rocket") { pullRequest(number: 99) { id } } }',
            "Could not resolve to a PullRequest with the number of 99.",
        ),
        (
            'query { repository(owner: "acme", name: "rocket") { issue(number: 99) { id } } }',
            "Could not resolve to a Issue with the number of 99.",
        ),
        (
            'query { node(id: "nonsense") { id } }',
            "Could not resolve to a node with the global id of 'nonsense'",
        ),
        ('query { node(id: "IC_MQ") { id } }', "Could not resolve to a node with the global id of 'IC_MQ'"),
        ('query { node(id: "PR_%%%") { id } }', "Could not resolve to a node with the global id of 'PR_%%%'"),
        (
            (
                'query { repository(owner: "acme", name: "rocket") { pullRequest(number: 1) '
                "{ labels { nodes { name } } } } }"
            ),
            "You must provide a `first` or `last` value to properly paginate the `labels` connection.",
        ),
        (
            (
                'query { repository(owner: "acme", name: "rocket") { pullRequest(number: 1) '
                "{ labels(first: 101) { nodes { name } } } } }"
            ),
            "Requesting 101 records on the `labels` connection exceeds the `first` limit of 100 records.",
        ),
        (
            (
                'query { repository(owner: "acme", name: "rocket") { pullRequest(number: 1) '
                '{ labels(first: 1, after: "x") { nodes { name } } } } }'
            ),
            "`x` does not appear to be a valid cursor.",
        ),
    ],
)
async def test_what_is_not_there_is_worded_as_github_words_it(
    ask: Asker, document: str, message: str
) -> None:
    answer = await ask(document)
    assert [one["message"] for one in answer["errors"]] == [message]
    assert "data" in answer


async def test_history_comes_in_pages(hub: LocalHub, seeded: Seeded, ask: Asker) -> None:
    ada = hub.store.user("ada")
    for number in range(4):
        files = {"count.txt": f"{number}\n"}
        git.push(hub.store, seeded.repository, "main", files=files, message=f"Count {number}", author=ada)
    git.annotate(hub.store, "v1", seeded.repository.branches["main"], message="One", tagger=ada)
    document = (
        'query($after: String) { repository(owner: "acme", name: "rocket") { defaultBranchRef { name target {'
        " ... on Commit { history(first: 2, after: $after) { totalCount nodes { messageHeadline author { user"
        " { login } } } pageInfo { hasNextPage hasPreviousPage endCursor } } } } } } }"
    )
    seen: list[str] = []
    after = None
    for _ in range(3):
        answer = await ask(document, after=after)
        page = answer["data"]["repository"]["defaultBranchRef"]["target"]["history"]
        seen += [one["messageHeadline"] for one in page["nodes"]]
        after = page["pageInfo"]["endCursor"]
    assert seen == ["Count 3", "Count 2", "Count 1", "Count 0", "Begin"]
    assert page["pageInfo"] == {"hasNextPage": False, "hasPreviousPage": True, "endCursor": after}
    last = await ask(document.replace("first: 2", "last: 2"), after=None)
    nodes = last["data"]["repository"]["defaultBranchRef"]["target"]["history"]["nodes"]
    assert [one["messageHeadline"] for one in nodes] == ["Count 0", "Begin"]


async def test_refs_and_objects_are_found_by_name(hub: LocalHub, seeded: Seeded, ask: Asker) -> None:
    repository, ada = seeded.repository, hub.store.user("ada")
    tag = git.annotate(hub.store, "v1", repository.branches["main"], message="One", tagger=ada)
    git.set_tag(hub.store, repository, "v1", tag.sha, ada)
    answer = await ask(
        'query { repository(owner: "acme", name: "rocket") { a: ref(qualifiedName: "refs/tags/v1") { name prefix'
        ' target { __typename oid ... on Tag { target { oid } } } } b: ref(qualifiedName: "topic") { prefix }'
        ' c: ref(qualifiedName: "none") { name } d: object(expression: "topic") { oid }'
        ' e: object(expression: "none") { oid } mergeQueue { id } } viewer { login } rateLimit { cost remaining } }'
    )
    found = answer["data"]["repository"]
    assert found["a"]["target"] == {
        "__typename": "Tag",
        "oid": tag.sha,
        "target": {"oid": repository.branches["main"]},
    }
    assert (found["b"], found["c"], found["e"]) == ({"prefix": "refs/heads/"}, None, None)
    assert found["d"] == {"oid": repository.branches["topic"]}
    assert found["mergeQueue"] is None
    assert answer["data"]["viewer"] == {"login": "pilothouse[bot]"}


async def test_a_comment_needs_a_permission_and_a_body(hub: LocalHub, seeded: Seeded) -> None:
    document = documents.add_comments(1)
    pull = f"/repos/acme/rocket/pulls/{seeded.pull.number}"
    for permissions, body, kind in (
        ({"pull_requests": "read", "issues": "read"}, "Hello", "FORBIDDEN"),
        ({"pull_requests": "write"}, " ", "UNPROCESSABLE"),
        ({"pull_requests": "write"}, "x" * 65_537, "UNPROCESSABLE"),
    ):
        token = hub.access.issue(seeded.installation, permissions=permissions, repository_ids=None)
        async with calling(hub, token.text) as call:
            node = (await call("GET", pull)).body["node_id"]
            sent = {"query": document, "variables": {"s0": node, "b0": body}}
            answer = await call("POST", "/graphql", sent)
            assert answer.body["errors"][0]["type"] == kind
    assert seeded.pull.issue.comments == []


async def test_the_answer_to_a_mutation_may_get_lost_after_it_was_done(
    hub: LocalHub, seeded: Seeded, as_installation: Caller
) -> None:
    hub.faults.add(Fault(kind="status", path="/graphql", after=True, count=1, status=502))
    node = (await as_installation("GET", f"/repos/acme/rocket/pulls/{seeded.pull.number}")).body["node_id"]
    sent = {"query": documents.add_comments(1), "variables": {"s0": node, "b0": "Hello"}}
    assert (await as_installation("POST", "/graphql", sent)).status == 502
    assert [one.body for one in seeded.pull.issue.comments] == ["Hello"]


async def test_a_fault_may_strike_one_kind_of_document(
    hub: LocalHub, seeded: Seeded, as_installation: Caller
) -> None:
    hub.faults.add(Fault(kind="status", path="/graphql", body="addComment", count=1))
    read = {"query": documents.STANDING, "variables": {**HERE, "number": seeded.pull.number}}
    assert (await as_installation("POST", "/graphql", read)).status == 200
    node = (await as_installation("GET", f"/repos/acme/rocket/pulls/{seeded.pull.number}")).body["node_id"]
    write = {"query": documents.add_comments(1), "variables": {"s0": node, "b0": "Hello"}}
    assert (await as_installation("POST", "/graphql", write)).status == 502


async def test_a_used_up_credential_is_told_in_the_body(
    hub: LocalHub, seeded: Seeded, as_installation: Caller
) -> None:
    """https://github.com/yanyongyu/githubkit/issues/271: 200, and a type of its own."""
    read = {"query": documents.STANDING, "variables": {**HERE, "number": seeded.pull.number}}
    hub.faults.add(Fault(kind="primary", path="/graphql", count=1))
    for _ in range(2):  # struck, then really used up
        answer = await as_installation("POST", "/graphql", read)
        assert (answer.status, answer.body["errors"][0]["type"]) == (200, "RATE_LIMIT")
        assert answer.headers["x-ratelimit-remaining"] == "0"
        assert answer.headers["x-ratelimit-resource"] == "graphql"
    assert (await as_installation("GET", "/repos/acme/rocket")).status == 403
