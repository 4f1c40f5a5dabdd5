"""Many comments in few calls: written in one mutation each with its own outcome, and read back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from bot.github import graph_operations as op
from bot.github.graph_models import OwnComment
from bot.github.graphql import ask_each

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.github.client import RepositoryClient
    from bot.github.errors import GitHubError
    from bot.github.graph_models import NewComment

SUBJECTS_A_CALL = 50

_COMMENTS = """
fragment Comments on Node {
  id
  ... on Issue { comments(last: 50) { nodes { body url viewerDidAuthor } } }
  ... on PullRequest { comments(last: 50) { nodes { body url viewerDidAuthor } } }
}
"""


class SaidShape(Struct, rename="camel"):
    """A comment."""

    body: str
    url: str
    viewer_did_author: bool


class SaidListShape(Struct):
    """The newest comments."""

    nodes: list[SaidShape]


class SubjectShape(Struct):
    """An issue or pull request; anything else has no comments."""

    id: str
    comments: SaidListShape | None = None


async def add_comments(
    repo: RepositoryClient, comments: Sequence[NewComment]
) -> dict[str, GitHubError | None]:
    """This function will write comments in one call, and return of each, by its key, what became of it.

    Raises:
        Uncertain: the answer was lost; read back before writing them again.
    """
    variables: dict[str, object] = {}
    for index, comment in enumerate(comments):
        variables |= {f"s{index}": comment.subject_id, f"b{index}": comment.body}
    document = _write_document(len(comments))
    outcome = await ask_each(repo, op.ADD_COMMENTS, document, dict[str, object] | None, variables)
    return {
        comment.key: answered if isinstance(answered := outcome.get(f"m{index}"), Exception) else None
        for index, comment in enumerate(comments)
    }


async def own_comments(repo: RepositoryClient, subject_ids: Sequence[str]) -> tuple[OwnComment, ...]:
    """This function will read what this App said lately on issues and pull requests, given by their node ids."""
    found: list[OwnComment] = []
    for start in range(0, len(subject_ids), SUBJECTS_A_CALL):
        part = subject_ids[start : start + SUBJECTS_A_CALL]
        variables = {f"s{index}": subject for index, subject in enumerate(part)}
        document = _read_document(len(part))
        outcome = await ask_each(repo, op.READ_COMMENTS, document, SubjectShape | None, variables)
        found += [
            OwnComment(subject_id=subject.id, body=said.body, url=said.url)
            for subject in outcome.values()
            if isinstance(subject, SubjectShape) and subject.comments is not None
            for said in subject.comments.nodes
            if said.viewer_did_author
        ]
    return tuple(found)


def _write_document(count: int) -> str:
    names = range(count)
    declared = ", ".join(f"$s{index}: ID!, $b{index}: String!" for index in names)
    asked = "\n".join(
        f"  m{index}: addComment(input: {{subjectId: $s{index}, body: $b{index}}}) {{ clientMutationId }}"
        for index in names
    )
    return f"mutation AddComments({declared}) {{\n{asked}\n}}\n"


def _read_document(count: int) -> str:
    names = range(count)
    declared = ", ".join(f"$s{index}: ID!" for index in names)
    asked = "\n".join(f"  n{index}: node(id: $s{index}) {{ ...Comments }}" for index in names)
    return f"query Comments({declared}) {{\n{asked}\n}}\n{_COMMENTS}"
