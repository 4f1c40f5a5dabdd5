"""The bodies of issues, pull requests, comments, reactions and labels."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.localhub.bodies import repositories
from bot.localhub.bodies.accounts import (
    Body,
    app_or_none,
    moment,
    moment_or_none,
    node_id,
    team,
    user,
    user_or_none,
)
from bot.localhub.state import git, pulls
from bot.localhub.state.merging import methods, renames, required

if TYPE_CHECKING:
    from bot.localhub.state.nouns import Comment, Issue, Label, Pull, Reaction, Repository, User
    from bot.localhub.state.store import Store

CONTENTS = ("+1", "-1", "laugh", "confused", "heart", "hooray", "rocket", "eyes")
_ASSOCIATIONS = {"admin": "MEMBER", "maintain": "MEMBER", "write": "COLLABORATOR", "triage": "COLLABORATOR"}


def association(repository: Repository, who: User) -> str:
    """This function will say how an author belongs to a repository."""
    if who.id == repository.owner.id:
        return "OWNER"
    known = _ASSOCIATIONS.get(repository.role_of(who))
    contributed = any(one.merged and one.issue.author is who for one in repository.pulls.values())
    return known or ("CONTRIBUTOR" if contributed else "NONE")


def label(store: Store, repository: Repository, which: Label) -> Body:
    """This function will give a label."""
    return {
        "id": which.id,
        "node_id": node_id("LA", which.id),
        "url": f"{repositories.api_url(store, repository)}/labels/{which.name}",
        "name": which.name,
        "color": which.color,
        "default": False,
        "description": which.description,
    }


def reaction(store: Store, which: Reaction) -> Body:
    """This function will give a reaction."""
    return {
        "id": which.id,
        "node_id": node_id("REA", which.id),
        "user": user(store, which.user),
        "content": which.content,
        "created_at": moment(which.created_at),
    }


def reactions(found: list[Reaction], url: str) -> Body:
    """This function will count reactions."""
    counts: Body = dict.fromkeys(CONTENTS, 0)
    for one in found:
        counts[one.content] += 1
    return {"url": f"{url}/reactions", "total_count": len(found), **counts}


def issue(store: Store, repository: Repository, which: Issue) -> Body:
    """This function will give an issue, which may be a pull request."""
    home = repositories.api_url(store, repository)
    page = repositories.html_url(store, repository)
    url = f"{home}/issues/{which.number}"
    body: Body = {
        "id": which.id,
        "node_id": node_id("PR", repository.pulls[which.number].id)
        if which.is_pull
        else node_id("IS", which.id),
        "number": which.number,
        "url": url,
        "repository_url": home,
        "labels_url": f"{url}/labels{{/name}}",
        "comments_url": f"{url}/comments",
        "events_url": f"{url}/events",
        "timeline_url": f"{url}/timeline",
        "html_url": f"{page}/{'pull' if which.is_pull else 'issues'}/{which.number}",
        "title": which.title,
        "body": which.body,
        "state": which.state,
        "state_reason": which.state_reason,
        "locked": which.locked,
        "active_lock_reason": None,
        "user": user(store, which.author),
        "author_association": association(repository, which.author),
        "labels": [label(store, repository, one) for one in which.labels],
        "assignees": [user(store, one) for one in which.assignees],
        "milestone": None,
        "comments": len(which.comments),
        "created_at": moment(which.created_at),
        "updated_at": moment(which.updated_at),
        "closed_at": moment_or_none(which.closed_at),
        "performed_via_github_app": app_or_none(store, which.app),
        "reactions": reactions(which.reactions, url),
    }
    if which.is_pull:
        body["draft"] = repository.pulls[which.number].draft
        body["pull_request"] = _pull_links(store, repository, which.number)
    return body


def _pull_links(store: Store, repository: Repository, number: int) -> Body:
    page = f"{repositories.html_url(store, repository)}/pull/{number}"
    return {
        "url": f"{repositories.api_url(store, repository)}/pulls/{number}",
        "html_url": page,
        "diff_url": f"{page}.diff",
        "patch_url": f"{page}.patch",
    }


def comment(store: Store, repository: Repository, which: Comment) -> Body:
    """This function will give a comment on an issue or pull request."""
    home = repositories.api_url(store, repository)
    parent = repository.issues[which.number]
    url = f"{home}/issues/comments/{which.id}"
    page = (
        f"{repositories.html_url(store, repository)}/{'pull' if parent.is_pull else 'issues'}/{which.number}"
    )
    return {
        "id": which.id,
        "node_id": node_id("IC", which.id),
        "url": url,
        "html_url": f"{page}#issuecomment-{which.id}",
        "issue_url": f"{home}/issues/{which.number}",
        "body": which.body,
        "user": user(store, which.author),
        "author_association": association(repository, which.author),
        "created_at": moment(which.created_at),
        "updated_at": moment(which.updated_at),
        "performed_via_github_app": app_or_none(store, which.app),
        "reactions": reactions(which.reactions, url),
    }


def pull_summary(store: Store, repository: Repository, which: Pull) -> Body:
    """This function will give a pull request as lists do."""
    home = repositories.api_url(store, repository)
    number = which.number
    links = _pull_links(store, repository, number)
    urls = {
        "self": links["url"],
        "html": links["html_url"],
        "issue": f"{home}/issues/{number}",
        "comments": f"{home}/issues/{number}/comments",
        "review_comments": f"{links['url']}/comments",
        "review_comment": f"{home}/pulls/comments{{/number}}",
        "commits": f"{links['url']}/commits",
        "statuses": f"{home}/statuses/{which.head_sha}",
    }
    item = which.issue
    return {
        **links,
        "id": which.id,
        "node_id": node_id("PR", which.id),
        "number": number,
        "issue_url": urls["issue"],
        "commits_url": urls["commits"],
        "review_comments_url": urls["review_comments"],
        "review_comment_url": urls["review_comment"],
        "comments_url": urls["comments"],
        "statuses_url": urls["statuses"],
        "_links": {name: {"href": url} for name, url in urls.items()},
        "state": item.state,
        "title": item.title,
        "body": item.body,
        "locked": item.locked,
        "active_lock_reason": None,
        "draft": which.draft,
        "user": user(store, item.author),
        "author_association": association(repository, item.author),
        "auto_merge": None,
        # GitHub's description of pull requests in lists knows no label without one
        "labels": [
            label(store, repository, one) | {"description": one.description or ""} for one in item.labels
        ],
        "milestone": None,
        "assignees": [user(store, one) for one in item.assignees],
        "requested_reviewers": [user(store, one) for one in which.reviewers],
        "requested_teams": [team(store, one) for one in which.team_reviewers],
        "created_at": moment(item.created_at),
        "updated_at": moment(item.updated_at),
        "closed_at": moment_or_none(item.closed_at),
        "merged_at": moment_or_none(which.merged_at),
        "head": _side(store, which.head_repository, which.head_ref, which.head_sha),
        "base": _side(store, repository, which.base_ref, which.base_sha),
    }


def _side(store: Store, repository: Repository | None, ref: str, sha: str) -> Body:
    if repository is None:
        return {"label": f"unknown:{ref}", "ref": ref, "sha": sha, "user": None, "repo": None}
    return {
        "label": f"{repository.owner.login}:{ref}",
        "ref": ref,
        "sha": sha,
        "user": user(store, repository.owner),
        "repo": repositories.in_rest(store, repository),
    }


def pull(store: Store, repository: Repository, which: Pull, *, learn: bool = True) -> Body:
    """This function will give a whole pull request; asking makes GitHub work `mergeable` out."""
    own = methods.own_commits(store, repository, which)
    changed = pull_changes(store, repository, which)
    can_merge = pulls.learn_mergeable(store, repository, which) if learn else None
    return {
        **pull_summary(store, repository, which),
        "merged": which.merged,
        "mergeable": can_merge,
        "rebaseable": can_merge,
        "mergeable_state": required.mergeable_state(store, repository, which, can_merge=can_merge),
        "merged_by": user_or_none(store, which.merged_by),
        "comments": len(which.issue.comments),
        "review_comments": 0,
        "maintainer_can_modify": False,
        "commits": len(own),
        "additions": sum(change.additions for change in changed),
        "deletions": sum(change.deletions for change in changed),
        "changed_files": len(changed),
    }


def pull_changes(store: Store, repository: Repository, which: Pull) -> tuple[git.Change, ...]:
    """This function will list the files a pull request changes, against the merge base."""
    fork_point = git.merge_base(store, methods.base_tip(repository, which), which.head_sha)
    return renames.changes(fork_point.files if fork_point else {}, store.commits[which.head_sha].files)


def pull_minimal(store: Store, repository: Repository, which: Pull) -> Body:
    """This function will give a pull request as check runs and workflow runs name it."""

    def side(where: Repository, ref: str, sha: str) -> Body:
        url = repositories.api_url(store, where)
        return {"ref": ref, "sha": sha, "repo": {"id": where.id, "url": url, "name": where.name}}

    return {
        "id": which.id,
        "number": which.number,
        "url": f"{repositories.api_url(store, repository)}/pulls/{which.number}",
        "head": side(which.head_repository or repository, which.head_ref, which.head_sha),
        "base": side(repository, which.base_ref, which.base_sha),
    }


def pulls_of(store: Store, repository: Repository, sha: str) -> list[Body]:
    """This function will name the open pull requests of a commit; those from forks never show, by GitHub's rule."""
    return [
        pull_minimal(store, repository, which)
        for which in repository.pulls_by_sha.get(sha, ())
        if which.issue.state == "open" and which.head_sha == sha and which.head_repository is repository
    ]
