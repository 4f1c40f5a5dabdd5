"""What the GraphQL API tells of accounts, commits, refs, issues and comments."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bot.localhub.bodies import issues as issue_bodies
from bot.localhub.bodies import repositories
from bot.localhub.bodies.accounts import moment, moment_or_none, node_id
from bot.localhub.graphql.connections import connection
from bot.localhub.graphql.problems import unknown_number
from bot.localhub.state import git, objects
from bot.localhub.state.nouns import Stranger
from bot.localhub.state.store import NotThere

if TYPE_CHECKING:
    from graphql import GraphQLResolveInfo

    from bot.localhub.graphql.graph import Graph
    from bot.localhub.state.nouns import Comment, Commit, Issue, Label, Repository, User

View = dict[str, Any]


def actor(graph: Graph, who: User) -> View:
    """This function will tell of an account; a bot goes by its App's name there."""
    bot = who.type == "Bot"
    return {
        "__typename": who.type,
        "id": node_id("BOT" if bot else "U", who.id),
        "databaseId": who.id,
        "login": who.login.removesuffix("[bot]"),
        "url": f"{graph.store.base_url}/{'apps/' if bot else ''}{who.login.removesuffix('[bot]')}",
    }


def label(which: Label) -> View:
    """This function will tell of a label."""
    return {
        "id": node_id("LA", which.id),
        "name": which.name,
        "color": which.color,
        "description": which.description,
    }


def comment(graph: Graph, repository: Repository, which: Comment) -> View:
    """This function will tell of a comment."""
    kind = "pull" if which.number in repository.pulls else "issues"
    page = repositories.html_url(graph.store, repository)
    return {
        "__typename": "IssueComment",
        "id": node_id("IC", which.id),
        "databaseId": which.id,
        "body": which.body,
        "url": f"{page}/{kind}/{which.number}#issuecomment-{which.id}",
        "author": actor(graph, which.author),
        "authorAssociation": issue_bodies.association(repository, which.author),
        "createdAt": moment(which.created_at),
        "updatedAt": moment(which.updated_at),
        "viewerDidAuthor": which.author is graph.actor,
    }


def conversation(graph: Graph, repository: Repository, which: Issue) -> View:
    """This function will tell what issues and pull requests have in common."""
    kind = "pull" if which.is_pull else "issues"
    return {
        "number": which.number,
        "title": which.title,
        "body": which.body or "",
        "url": f"{repositories.html_url(graph.store, repository)}/{kind}/{which.number}",
        "closed": which.state == "closed",
        "closedAt": moment_or_none(which.closed_at),
        "createdAt": moment(which.created_at),
        "updatedAt": moment(which.updated_at),
        "author": actor(graph, which.author),
        "authorAssociation": issue_bodies.association(repository, which.author),
        "repository": lambda _: view(graph, repository),
        "labels": connection(lambda: which.labels, label),
        "comments": connection(lambda: which.comments, lambda one: comment(graph, repository, one)),
    }


def issue(graph: Graph, repository: Repository, which: Issue) -> View:
    """This function will tell of an issue."""
    return {
        "__typename": "Issue",
        "id": node_id("IS", which.id),
        "databaseId": which.id,
        "state": which.state.upper(),
        **conversation(graph, repository, which),
    }


def _signature(graph: Graph, who: User | Stranger, at: str) -> View:
    account = None if isinstance(who, Stranger) or who.type != "User" else actor(graph, who)
    return {"name": who.login, "email": objects.email(who), "date": at, "user": account}


def commit(graph: Graph, repository: Repository, which: Commit) -> View:
    """This function will tell of a commit."""
    headline, _, rest = which.message.partition("\n")
    authored = moment(which.authored_at or which.at)

    def parents() -> list[Commit]:
        return [graph.store.commits[sha] for sha in which.parents]

    def history() -> list[Commit]:
        return list(git.history(graph.store, which.sha))

    def shown(one: Commit) -> View:
        return commit(graph, repository, one)

    return {
        "__typename": "Commit",
        "id": f"C_{which.sha}",
        "oid": which.sha,
        "abbreviatedOid": which.sha[:7],
        "message": which.message,
        "messageHeadline": headline,
        "messageBody": rest.strip(),
        "authoredDate": authored,
        "committedDate": moment(which.at),
        "author": _signature(graph, which.author, authored),
        "committer": _signature(graph, which.committer, moment(which.at)),
        "parents": connection(parents, shown),
        "history": connection(history, shown),
        "associatedPullRequests": connection(
            lambda: graph.pulls_of(repository, which.sha),
            lambda one: graph.show_pull(graph, repository, one),
        ),
        "tree": {"id": f"T_{which.tree}", "oid": which.tree, "abbreviatedOid": which.tree[:7]},
        "url": f"{repositories.html_url(graph.store, repository)}/commit/{which.sha}",
    }


def _target(graph: Graph, repository: Repository, sha: str) -> View:
    tag = graph.store.tag_objects.get(sha)
    if tag is None:
        return commit(graph, repository, graph.store.commits[sha])
    return {
        "__typename": "Tag",
        "id": f"TA_{sha}",
        "oid": sha,
        "abbreviatedOid": sha[:7],
        "name": tag.name,
        "message": tag.message,
        "target": lambda _: commit(graph, repository, graph.store.commits[tag.commit]),
    }


def _ref(graph: Graph, repository: Repository, name: str) -> View | None:
    kind, _, short = name.removeprefix("refs/").partition("/")
    if not short:
        kind, short = "heads", name
    sha = {"heads": repository.branches, "tags": repository.tags}.get(kind, {}).get(short)
    if sha is None:
        return None
    return {
        "id": f"REF_{node_id('R', repository.id)}:{kind}/{short}",
        "name": short,
        "prefix": f"refs/{kind}/",
        "target": lambda _: _target(graph, repository, sha),
    }


def view(graph: Graph, repository: Repository) -> View:
    """This function will tell of a repository."""
    settings = repository.merge_settings

    def find_object(
        _: GraphQLResolveInfo, expression: str | None = None, oid: str | None = None
    ) -> View | None:
        try:
            found = git.resolve(graph.store, repository, oid or expression or "")
        except NotThere:
            return None
        return _target(graph, repository, oid if oid in graph.store.tag_objects else found.sha)

    def find_pull(_: GraphQLResolveInfo, number: int) -> View:
        if number not in repository.pulls:
            raise unknown_number("PullRequest", number)
        return graph.show_pull(graph, repository, repository.pulls[number])

    def find_issue(_: GraphQLResolveInfo, number: int) -> View:
        if number not in repository.issues or number in repository.pulls:
            raise unknown_number("Issue", number)
        return issue(graph, repository, repository.issues[number])

    return {
        "__typename": "Repository",
        "id": node_id("R", repository.id),
        "databaseId": repository.id,
        "name": repository.name,
        "nameWithOwner": repository.full_name,
        "owner": actor(graph, repository.owner),
        "url": repositories.html_url(graph.store, repository),
        "isPrivate": repository.private,
        "isFork": repository.parent is not None,
        "isArchived": False,
        "mergeCommitAllowed": settings.allow_merge_commit,
        "squashMergeAllowed": settings.allow_squash_merge,
        "rebaseMergeAllowed": settings.allow_rebase_merge,
        "deleteBranchOnMerge": settings.delete_branch_on_merge,
        "defaultBranchRef": lambda _: _ref(graph, repository, f"heads/{repository.default_branch}"),
        "ref": lambda _, qualifiedName: _ref(graph, repository, qualifiedName),  # noqa: N803 - GitHub's word
        "object": find_object,
        "pullRequest": find_pull,
        "issue": find_issue,
        "mergeQueue": lambda _, branch=None: graph.show_queue(
            graph, repository, branch or repository.default_branch
        ),
    }
