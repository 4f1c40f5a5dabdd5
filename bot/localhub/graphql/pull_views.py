"""What the GraphQL API tells of pull requests, their conversations and their place in a merge queue."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bot.localhub.bodies import repositories
from bot.localhub.bodies.accounts import moment, moment_or_none, node_id
from bot.localhub.graphql import views
from bot.localhub.graphql.connections import connection
from bot.localhub.state import merge_queue, pulls
from bot.localhub.state.merging import closing, methods, required, rules

if TYPE_CHECKING:
    from bot.localhub.graphql.graph import Graph
    from bot.localhub.state.nouns import Pull, Repository, ReviewThread
    from bot.localhub.state.protections import QueueEntry

View = dict[str, Any]


def pull(graph: Graph, repository: Repository, which: Pull) -> View:
    """This function will tell of a pull request."""
    head = which.head_repository
    return {
        "__typename": "PullRequest",
        "id": node_id("PR", which.id),
        "databaseId": which.id,
        **views.conversation(graph, repository, which.issue),
        "state": "MERGED" if which.merged else which.issue.state.upper(),
        "isDraft": which.draft,
        "isCrossRepository": head is not repository,
        "baseRefName": which.base_ref,
        "baseRefOid": methods.base_tip(repository, which),
        "baseRepository": lambda _: views.view(graph, repository),
        "headRefName": which.head_ref,
        "headRefOid": which.head_sha,
        "headRepository": lambda _: None if head is None else views.view(graph, head),
        "reviewDecision": lambda _: _decision(repository, which),
        "reviewThreads": connection(lambda: which.threads, thread),
        "commits": connection(
            lambda: methods.own_commits(graph.store, repository, which),
            lambda sha: _own_commit(graph, repository, which, sha),
        ),
        "closingIssuesReferences": connection(
            lambda: closing.closing(graph.store, repository, which), lambda one: views.issue(graph, *one)
        ),
        **_merging(graph, repository, which),
    }


def _merging(graph: Graph, repository: Repository, which: Pull) -> View:
    entry = merge_queue.entry_of(repository, which)
    merger, sha = which.merged_by, which.merge_sha
    return {
        "merged": which.merged,
        "mergedAt": moment_or_none(which.merged_at),
        "mergedBy": None if merger is None else views.actor(graph, merger),
        "mergeCommit": lambda _: (
            None if sha is None else views.commit(graph, repository, graph.store.commits[sha])
        ),
        "mergeable": lambda _: _mergeable(graph, repository, which),
        "isInMergeQueue": entry is not None,
        "isMergeQueueEnabled": rules.queue_rule(repository, which.base_ref) is not None,
        "mergeQueue": lambda _: queue(graph, repository, which.base_ref),
        "mergeQueueEntry": lambda _: None if entry is None else queue_entry(graph, repository, entry),
    }


def _mergeable(graph: Graph, repository: Repository, which: Pull) -> str:
    names = {None: "UNKNOWN", True: "MERGEABLE", False: "CONFLICTING"}
    return names[pulls.learn_mergeable(graph.store, repository, which)]


def _own_commit(graph: Graph, repository: Repository, which: Pull, sha: str) -> View:
    found = views.commit(graph, repository, graph.store.commits[sha])
    return {"id": f"PURC_{which.id}:{sha}", "commit": found}


def _decision(repository: Repository, which: Pull) -> str | None:
    """Null where no review is required, whatever reviews there are."""
    classic = rules.classic_demands(repository, which.base_ref, which.issue.author)
    ruled = rules.ruled_demands(repository, which.base_ref, which.issue.author)
    if not max(classic.approvals, ruled.approvals):
        return None
    states = [one.state for one in required.newest_reviews(repository, which).values()]
    if "changes_requested" in states:
        return "CHANGES_REQUESTED"
    enough = states.count("approved") >= max(classic.approvals, ruled.approvals)
    return "APPROVED" if enough else "REVIEW_REQUIRED"


def thread(which: ReviewThread) -> View:
    """This function will tell of a conversation on changed lines."""
    return {
        "__typename": "PullRequestReviewThread",
        "id": node_id("PRRT", which.id),
        "isResolved": which.resolved,
        "isOutdated": False,
        "path": which.path,
        "line": which.line,
    }


def queue(graph: Graph, repository: Repository, base: str) -> View | None:
    """This function will tell of a base's merge queue, if it has one."""
    if rules.queue_rule(repository, base) is None:
        return None
    line = repository.queues.get(base, [])
    return {
        "id": f"MQ_{repository.id}:{base}",
        "url": f"{repositories.html_url(graph.store, repository)}/queue/{base}",
        "entries": connection(lambda: line, lambda one: queue_entry(graph, repository, one)),
    }


def queue_entry(graph: Graph, repository: Repository, entry: QueueEntry) -> View:
    """This function will tell of a place in a merge queue."""

    def commit(sha: str | None) -> View | None:
        return None if sha is None else views.commit(graph, repository, graph.store.commits[sha])

    return {
        "__typename": "MergeQueueEntry",
        "id": node_id("MQE", entry.id),
        "state": merge_queue.word(graph.store, repository, entry),
        "position": merge_queue.position(repository, entry),
        "enqueuedAt": moment(entry.enqueued_at),
        "enqueuer": views.actor(graph, entry.enqueuer),
        "estimatedTimeToMerge": None,
        "headCommit": lambda _: commit(entry.group_sha),
        "baseCommit": lambda _: commit(entry.base_sha),
        "jump": entry.jump,
        "solo": False,
        "pullRequest": lambda _: pull(graph, repository, entry.pull),
        "mergeQueue": lambda _: queue(graph, repository, entry.base),
    }
