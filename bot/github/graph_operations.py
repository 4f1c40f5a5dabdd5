"""What is asked of GitHub's GraphQL API, with the permissions that each document is given."""

from __future__ import annotations

from bot.github.operation import Operation, Permissions

GRAPHQL_PATH = "/graphql"

# GitHub names no permissions for the fields of its schema. These are the ones of the REST operations that read and
# write the same; that a queue needs its own is in its list of permissions, and that enqueuing asks for these three
# is told in https://github.com/github/gh-stack/issues/497
_READ: Permissions = frozenset({("contents", "read"), ("pull_requests", "read"), ("issues", "read")})
_PULLS_READ: Permissions = frozenset(
    {("contents", "read"), ("pull_requests", "read"), ("merge_queues", "read")}
)
_QUEUE: Permissions = frozenset(
    {("contents", "write"), ("pull_requests", "write"), ("merge_queues", "write")}
)
_UPDATE: Permissions = frozenset({("contents", "write"), ("pull_requests", "write")})
_COMMENT: Permissions = frozenset({("issues", "write"), ("pull_requests", "write")})

READ_STANDING = Operation(
    id="graphql/pull-standing", method="POST", path=GRAPHQL_PATH, permissions=_PULLS_READ, asks=True
)
READ_PULLS_OF_COMMITS = Operation(
    id="graphql/pulls-of-commits", method="POST", path=GRAPHQL_PATH, permissions=_READ, asks=True
)
READ_COMMENTS = Operation(
    id="graphql/comments", method="POST", path=GRAPHQL_PATH, permissions=_READ, asks=True
)
ENQUEUE = Operation(id="graphql/enqueue-pull-request", method="POST", path=GRAPHQL_PATH, permissions=_QUEUE)
DEQUEUE = Operation(id="graphql/dequeue-pull-request", method="POST", path=GRAPHQL_PATH, permissions=_QUEUE)
UPDATE_PULL_BRANCH = Operation(
    id="graphql/update-pull-request-branch", method="POST", path=GRAPHQL_PATH, permissions=_UPDATE
)
ADD_COMMENTS = Operation(id="graphql/add-comments", method="POST", path=GRAPHQL_PATH, permissions=_COMMENT)

GRAPH_OPERATIONS: tuple[Operation, ...] = tuple(
    value for value in vars().values() if isinstance(value, Operation)
)
