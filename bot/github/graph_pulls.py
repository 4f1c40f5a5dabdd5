"""What only the GraphQL API does for one pull request: its standing, GitHub's merge queue, a rebase of its branch."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from bot.github import graph_operations as op
from bot.github.errors import NotFound
from bot.github.graph_models import PullStanding, QueueEntry
from bot.github.graphql import ask
from bot.github.models import Sha

if TYPE_CHECKING:
    from bot.github.client import RepositoryClient

_ENTRY = """
fragment Entry on MergeQueueEntry {
  position
}
"""

PULL_STANDING = (
    """
query PullStanding($owner: String!, $name: String!, $number: Int!) {
  repository(owner: $owner, name: $name) {
    pullRequest(number: $number) {
      id
      merged
      mergeCommit { oid }
      commits { totalCount }
      reviewDecision
      reviewThreads(first: 100) { totalCount nodes { isResolved } }
      mergeQueueEntry { ...Entry }
    }
  }
}
"""
    + _ENTRY
)

ENQUEUE = (
    """
mutation Enqueue($pull: ID!, $head: GitObjectID!) {
  enqueuePullRequest(input: {pullRequestId: $pull, expectedHeadOid: $head}) {
    mergeQueueEntry { ...Entry }
  }
}
"""
    + _ENTRY
)

DEQUEUE = """
mutation Dequeue($pull: ID!) {
  dequeuePullRequest(input: {id: $pull}) { clientMutationId }
}
"""

REBASE_BRANCH = """
mutation RebaseBranch($pull: ID!, $head: GitObjectID!) {
  updatePullRequestBranch(input: {pullRequestId: $pull, expectedHeadOid: $head, updateMethod: REBASE}) {
    pullRequest { headRefOid }
  }
}
"""


class OidShape(Struct, rename="camel"):
    """A commit of which only the name is needed."""

    oid: str


class CountShape(Struct, rename="camel"):
    """A list of which only the length is needed."""

    total_count: int


class ThreadShape(Struct, rename="camel"):
    """A conversation on the changed lines."""

    is_resolved: bool


class ThreadsShape(Struct, rename="camel"):
    """The conversations of a pull request."""

    total_count: int
    nodes: list[ThreadShape]


class EntryShape(Struct):
    """A place in the merge queue."""

    position: int

    def to_entry(self) -> QueueEntry:
        """This function will return the place."""
        return QueueEntry(position=self.position)


class StandingShape(Struct, rename="camel"):
    """A pull request."""

    id: str
    commits: CountShape
    review_threads: ThreadsShape
    merge_commit: OidShape | None = None
    review_decision: str | None = None
    merge_queue_entry: EntryShape | None = None
    merged: bool = False

    def to_standing(self) -> PullStanding:
        """This function will return the standing."""
        threads = self.review_threads
        return PullStanding(
            node_id=self.id,
            merge_sha=Sha(self.merge_commit.oid) if self.merged and self.merge_commit else None,
            commits=self.commits.total_count,
            open_threads=sum(not thread.is_resolved for thread in threads.nodes),
            threads_complete=threads.total_count == len(threads.nodes),
            review_decision=self.review_decision or "",
            entry=self.merge_queue_entry.to_entry() if self.merge_queue_entry else None,
        )


class StandingRepositoryShape(Struct, rename="camel"):
    """A repository."""

    pull_request: StandingShape | None = None


class StandingAnswerShape(Struct, rename="camel"):
    """The answer to `PULL_STANDING`."""

    repository: StandingRepositoryShape | None = None


class EnqueuedShape(Struct, rename="camel"):
    """What became of enqueuing."""

    merge_queue_entry: EntryShape | None = None


class EnqueueAnswerShape(Struct, rename="camel"):
    """The answer to `ENQUEUE`."""

    enqueue_pull_request: EnqueuedShape | None = None


async def pull_standing(repo: RepositoryClient, number: int) -> PullStanding:
    """This function will read what the REST API does not tell of a pull request.

    Raises:
        NotFound: it is not there.
    """
    variables = {"owner": repo.ref.owner, "name": repo.ref.name, "number": number}
    answer = await ask(repo, op.READ_STANDING, PULL_STANDING, StandingAnswerShape, variables)
    pull = answer.repository.pull_request if answer.repository else None
    if pull is None:
        raise NotFound(f"there is no pull request {number}", operation=op.READ_STANDING.id)
    return pull.to_standing()


async def enqueue_pull(repo: RepositoryClient, node_id: str, *, head_sha: Sha) -> QueueEntry | None:
    """This function will put a pull request whose head is still this commit into GitHub's merge queue.

    Raises:
        Unprocessable: GitHub refuses, and says why.
        Uncertain: the answer was lost; its standing tells.
    """
    variables = {"pull": node_id, "head": head_sha}
    answer = await ask(repo, op.ENQUEUE, ENQUEUE, EnqueueAnswerShape, variables)
    entry = answer.enqueue_pull_request.merge_queue_entry if answer.enqueue_pull_request else None
    return entry.to_entry() if entry else None


async def dequeue_pull(repo: RepositoryClient, node_id: str) -> None:
    """This function will take a pull request out of GitHub's merge queue.

    Raises:
        Unprocessable: it is not in there.
        Uncertain: the answer was lost; its standing tells.
    """
    await ask(repo, op.DEQUEUE, DEQUEUE, dict[str, object], {"pull": node_id})


async def rebase_branch(repo: RepositoryClient, node_id: str, *, head_sha: Sha) -> None:
    """This function will have a pull request's branch rebased onto its base, where its head is still this commit.

    Raises:
        Unprocessable: its head moved, the two contradict each other, or it has nothing to gain.
        Forbidden: the App may not write to the head's repository.
        Uncertain: the answer was lost; the head tells.
    """
    variables = {"pull": node_id, "head": head_sha}
    await ask(repo, op.UPDATE_PULL_BRANCH, REBASE_BRANCH, dict[str, object], variables)
