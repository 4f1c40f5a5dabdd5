"""The pull requests behind commits and the issues that those close, a hundred commits a call."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct, field

from bot.github import graph_operations as op
from bot.github.graph_models import ClosedIssue, HistoryPull
from bot.github.graph_pulls import OidShape  # noqa: TC001 - msgspec reads the annotations at run time
from bot.github.graphql import ask
from bot.github.models import Sha

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.github.client import RepositoryClient

COMMITS_A_CALL = 100

_PULLS = """
fragment Pulls on Commit {
  associatedPullRequests(first: 5) {
    nodes {
      number
      id
      title
      body
      merged
      baseRefName
      baseRepository { nameWithOwner }
      mergeCommit { oid }
      author { login __typename }
      authorAssociation
      labels(first: 20) { nodes { name } }
      closingIssuesReferences(first: 20) { nodes { number id repository { nameWithOwner } } }
    }
  }
}
"""


class NameShape(Struct):
    """A label."""

    name: str


class NamesShape(Struct):
    """Labels."""

    nodes: list[NameShape]


class PlaceShape(Struct, rename="camel"):
    """A repository of which only the name is needed."""

    name_with_owner: str


class IssueShape(Struct):
    """An issue."""

    number: int
    id: str
    repository: PlaceShape

    def to_issue(self) -> ClosedIssue:
        """This function will return the issue."""
        return ClosedIssue(number=self.number, node_id=self.id, repository=self.repository.name_with_owner)


class IssuesShape(Struct):
    """Issues; one that the App may not see is null."""

    nodes: list[IssueShape | None]


class AuthorShape(Struct):
    """Who opened a pull request."""

    login: str
    kind: str = field(name="__typename")


class PullShape(Struct, rename="camel"):
    """A pull request."""

    number: int
    id: str
    title: str
    body: str
    merged: bool
    base_ref_name: str
    author_association: str
    base_repository: PlaceShape | None = None
    merge_commit: OidShape | None = None
    author: AuthorShape | None = None
    labels: NamesShape | None = None
    closing_issues_references: IssuesShape | None = None

    def to_pull(self) -> HistoryPull:
        """This function will return the pull request."""
        closing = self.closing_issues_references.nodes if self.closing_issues_references else []
        return HistoryPull(
            number=self.number,
            node_id=self.id,
            title=self.title,
            body=self.body,
            login=self.author.login if self.author else "",
            is_bot=self.author is not None and self.author.kind == "Bot",
            association=self.author_association,
            base_ref=self.base_ref_name,
            merge_sha=Sha(self.merge_commit.oid) if self.merge_commit else None,
            labels=tuple(label.name for label in self.labels.nodes) if self.labels else (),
            closes=tuple(issue.to_issue() for issue in closing if issue is not None),
        )


class PullsShape(Struct):
    """Pull requests; one that the App may not see is null."""

    nodes: list[PullShape | None]


class CommitShape(Struct, rename="camel"):
    """A commit with its pull requests; none where it is no commit."""

    associated_pull_requests: PullsShape | None = None


class HistoryAnswerShape(Struct):
    """The answer: each commit by its alias."""

    repository: dict[str, CommitShape | None] | None = None


async def pulls_of_commits(repo: RepositoryClient, shas: Sequence[Sha]) -> dict[Sha, tuple[HistoryPull, ...]]:
    """This function will read, of each commit, the merged pull requests of this repository that brought it."""
    found: dict[Sha, tuple[HistoryPull, ...]] = {}
    for start in range(0, len(shas), COMMITS_A_CALL):
        part = shas[start : start + COMMITS_A_CALL]
        variables = {"owner": repo.ref.owner, "name": repo.ref.name}
        variables |= {f"c{index}": sha for index, sha in enumerate(part)}
        document = _document(len(part))
        answer = await ask(repo, op.READ_PULLS_OF_COMMITS, document, HistoryAnswerShape, variables)
        commits = answer.repository or {}
        found |= {sha: _merged(repo, commits.get(f"c{index}")) for index, sha in enumerate(part)}
    return found


def _document(count: int) -> str:
    names = range(count)
    declared = "".join(f", $c{index}: GitObjectID!" for index in names)
    asked = "\n".join(f"    c{index}: object(oid: $c{index}) {{ ...Pulls }}" for index in names)
    return (
        f"query PullsOfCommits($owner: String!, $name: String!{declared}) {{\n"
        f"  repository(owner: $owner, name: $name) {{\n{asked}\n  }}\n}}\n{_PULLS}"
    )


def _merged(repo: RepositoryClient, commit: CommitShape | None) -> tuple[HistoryPull, ...]:
    pulls = commit.associated_pull_requests if commit else None
    here = repo.ref.full_name.casefold()
    return tuple(
        pull.to_pull()
        for pull in (pulls.nodes if pulls else ())
        if pull is not None
        and pull.merged
        and pull.base_repository is not None
        and pull.base_repository.name_with_owner.casefold() == here
    )
