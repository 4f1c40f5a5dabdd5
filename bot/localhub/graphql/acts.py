"""The mutations of the GraphQL API."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from graphql import GraphQLError

from bot.localhub.api.comments import LONGEST
from bot.localhub.graphql import pull_views, views
from bot.localhub.graphql.problems import forbidden, unprocessable
from bot.localhub.state import issues, merge_queue
from bot.localhub.state.merging import updating

if TYPE_CHECKING:
    from bot.localhub.graphql.graph import Graph
    from bot.localhub.state.nouns import Issue, Pull, Repository

View = dict[str, Any]


def add_comment(graph: Graph, given: View) -> View:
    """This function will comment on an issue or pull request."""
    repository, issue = _subject(graph, given["subjectId"])
    try:
        graph.need(repository, "issues")
    except GraphQLError:
        if not issue.is_pull:
            raise
        graph.need(repository, "pull_requests")
    if not given["body"].strip():
        raise unprocessable("Body cannot be blank")
    if len(given["body"]) > LONGEST:
        raise unprocessable(f"Body is too long (maximum is {LONGEST} characters)")
    made = issues.write_comment(
        graph.store,
        repository,
        issue.number,
        body=given["body"],
        author=graph.actor,
        app=graph.call.world.app,
    )
    edge = {"cursor": str(made.id), "node": views.comment(graph, repository, made)}
    if issue.is_pull:
        subject = pull_views.pull(graph, repository, repository.pulls[issue.number])
    else:
        subject = views.issue(graph, repository, issue)
    return {"commentEdge": edge, "subject": subject}


def _subject(graph: Graph, node_id: str) -> tuple[Repository, Issue]:
    if node_id.startswith("PR_"):
        repository, pull = graph.pull(node_id)
        return repository, pull.issue
    return graph.issue(node_id)


def enqueue(graph: Graph, given: View) -> View:
    """This function will put a pull request into its base's merge queue, if its head is the expected one."""
    repository, pull = graph.pull(given["pullRequestId"])
    graph.need(repository, "merge_queues", "pull_requests")
    if given.get("expectedHeadOid") not in {None, pull.head_sha}:
        raise unprocessable("Head branch was modified. Review and try the merge again.")
    try:
        entry = merge_queue.enqueue(
            graph.store, repository, pull, sender=graph.actor, jump=bool(given.get("jump"))
        )
    except merge_queue.Unqueueable as why:
        raise unprocessable(str(why)) from why
    shown = pull_views.queue_entry(graph, repository, entry)
    merge_queue.advance(graph.store, repository, entry.base)
    return {"mergeQueueEntry": shown}


def dequeue(graph: Graph, given: View) -> View:
    """This function will take a pull request out of its merge queue."""
    repository, pull = graph.pull(given["id"])
    graph.need(repository, "merge_queues", "pull_requests")
    entry = merge_queue.entry_of(repository, pull)
    if entry is None:
        raise unprocessable("Pull request is not in the merge queue")
    shown = pull_views.queue_entry(graph, repository, entry)
    merge_queue.dequeue(graph.store, repository, entry, "MANUAL", sender=graph.actor)
    merge_queue.advance(graph.store, repository, entry.base)
    return {"mergeQueueEntry": shown}


def update_branch(graph: Graph, given: View) -> View:
    """This function will bring a pull request's branch up to its base by a merge or a rebase."""
    repository, pull = graph.pull(given["pullRequestId"])
    graph.need(repository, "pull_requests")
    _need_head(graph, pull)
    problem = updating.problem(graph.store, repository, pull, given.get("expectedHeadOid"))
    if problem is not None:
        raise unprocessable(problem)
    rebase = given.get("updateMethod") == "REBASE"
    made = (updating.rebased if rebase else updating.merged)(graph.store, repository, pull, graph.actor)
    if made is None:
        raise unprocessable("merge conflict between base and head")
    updating.move(graph.store, pull, made, graph.actor)
    return {"pullRequest": pull_views.pull(graph, repository, pull)}


def _need_head(graph: Graph, pull: Pull) -> None:
    if pull.head_repository is None:
        raise forbidden()
    graph.need(pull.head_repository, "contents")
