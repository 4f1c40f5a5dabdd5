"""GraphQL documents for the local GitHub, apart from those that the bot sends."""

from __future__ import annotations

STANDING = """
query($owner: String!, $name: String!, $number: Int!) {
  repository(owner: $owner, name: $name) {
    pullRequest(number: $number) {
      id merged mergedAt mergedBy { login } mergeCommit { oid } commits { totalCount } reviewDecision
      reviewThreads(first: 100) { totalCount nodes { isResolved } }
      mergeQueueEntry { state position }
    }
  }
}
"""

ENQUEUE = """
mutation($pull: ID!, $head: GitObjectID!, $jump: Boolean) {
  enqueuePullRequest(input: {pullRequestId: $pull, expectedHeadOid: $head, jump: $jump}) {
    mergeQueueEntry { state position enqueuedAt estimatedTimeToMerge headCommit { oid } }
  }
}
"""

DEQUEUE = """
mutation($pull: ID!) {
  dequeuePullRequest(input: {id: $pull, clientMutationId: "x"}) { clientMutationId mergeQueueEntry { position } }
}
"""

UPDATE = """
mutation($pull: ID!, $head: GitObjectID!, $method: PullRequestBranchUpdateMethod) {
  updatePullRequestBranch(input: {pullRequestId: $pull, expectedHeadOid: $head, updateMethod: $method}) {
    pullRequest { headRefOid }
  }
}
"""

PULLS_OF_COMMITS = """
query($owner: String!, $name: String!, $c0: GitObjectID!, $c1: GitObjectID!) {
  repository(owner: $owner, name: $name) {
    c0: object(oid: $c0) { ...Pulls }
    c1: object(oid: $c1) { ...Pulls }
  }
}
fragment Pulls on Commit {
  associatedPullRequests(first: 5) {
    nodes {
      number title merged baseRefName baseRepository { nameWithOwner } mergeCommit { oid }
      author { login __typename } authorAssociation labels(first: 20) { nodes { name } }
      closingIssuesReferences(first: 20) { nodes { number id repository { nameWithOwner } } }
    }
  }
}
"""

COMMENTS = """
query($s0: ID!, $s1: ID!) { n0: node(id: $s0) { ...Comments } n1: node(id: $s1) { ...Comments } }
fragment Comments on Node {
  id
  ... on Issue { comments(last: 50) { nodes { body url viewerDidAuthor } } }
  ... on PullRequest { comments(last: 50) { nodes { body url viewerDidAuthor } } }
}
"""


def add_comments(count: int) -> str:
    """This function will give the document that writes as many comments, each under an alias."""
    declared = ", ".join(f"$s{index}: ID!, $b{index}: String!" for index in range(count))
    asked = " ".join(
        f"m{index}: addComment(input: {{subjectId: $s{index}, body: $b{index}}}) {{ clientMutationId }}"
        for index in range(count)
    )
    return f"mutation({declared}) {{ {asked} }}"
