"""The bodies of commits, changed files, contents and refs."""

from __future__ import annotations

import base64
from datetime import UTC
from typing import TYPE_CHECKING

from bot.localhub.bodies import repositories
from bot.localhub.bodies.accounts import Body, moment, node_id, user
from bot.localhub.state import git
from bot.localhub.state.nouns import Stranger
from bot.localhub.state.objects import email

if TYPE_CHECKING:
    from bot.localhub.state.nouns import Commit, Repository, Tag, User
    from bot.localhub.state.store import Store


def _signatures(commit: Commit) -> Body:
    authored = commit.authored_at or commit.at
    return {
        "author": {**_named(commit.author), "date": moment(authored.astimezone(UTC))},
        "committer": {**_named(commit.committer), "date": moment(commit.at)},
    }


def _named(who: User | Stranger) -> Body:
    return {"name": who.login, "email": email(who)}


def _pushed_by(who: User | Stranger) -> Body:
    return _named(who) | ({} if isinstance(who, Stranger) else {"username": who.login})


def _account(store: Store, who: User | Stranger) -> Body | None:
    """GitHub finds the account by the commit's address; an unknown one is nobody's."""
    return None if isinstance(who, Stranger) else user(store, who)


def person(store: Store, name: str, address: str) -> User | Stranger:
    """This function will find whose address a commit carries; one that no account has is a stranger's."""
    known = next((who for who in store.users.values() if email(who) == address), None)
    return known or Stranger(login=name, email=address)


_UNVERIFIED = {
    "verified": False,
    "reason": "unsigned",
    "signature": None,
    "payload": None,
    "verified_at": None,
}


def _verification(which: Commit) -> Body:
    """What an App or GitHub itself commits through the API is signed; what a person pushes is not, here.

    https://docs.github.com/en/authentication/managing-commit-signature-verification/about-commit-signature-verification#signature-verification-for-bots
    """
    if getattr(which.committer, "type", "") != "Bot":
        return _UNVERIFIED
    return {
        "verified": True,
        "reason": "valid",
        "signature": "-----BEGIN PGP SIGNATURE-----\n\n-----END PGP SIGNATURE-----",
        "payload": f"tree {which.tree}",
        "verified_at": moment(which.at.astimezone(UTC)),
    }


def simple_commit(commit: Commit) -> Body:
    """This function will give a commit as workflow runs and check suites name it."""
    return {
        "id": commit.sha,
        "tree_id": commit.tree,
        "message": commit.message,
        "timestamp": moment(commit.at),
        "author": _named(commit.author),
        "committer": _named(commit.committer),
    }


def pushed_commit(store: Store, repository: Repository, commit: Commit) -> Body:
    """This function will give a commit as a push names it."""
    before = store.commits[commit.parents[0]].files if commit.parents else {}
    changed = git.changes(before, commit.files, with_patch=False)
    return {
        "id": commit.sha,
        "tree_id": commit.tree,
        "distinct": True,
        "message": commit.message,
        "timestamp": moment(commit.at),
        "url": f"{repositories.html_url(store, repository)}/commit/{commit.sha}",
        "author": _pushed_by(commit.author),
        "committer": _pushed_by(commit.committer),
        "added": [change.path for change in changed if change.status == "added"],
        "removed": [change.path for change in changed if change.status == "removed"],
        "modified": [change.path for change in changed if change.status == "modified"],
    }


def _parents(store: Store, repository: Repository, commit: Commit, kind: str) -> list[Body]:
    return [
        {
            "sha": sha,
            "url": f"{repositories.api_url(store, repository)}/{kind}/{sha}",
            "html_url": f"{repositories.html_url(store, repository)}/commit/{sha}",
        }
        for sha in commit.parents
    ]


def commit(store: Store, repository: Repository, which: Commit) -> Body:
    """This function will give a commit of the commits API, without its files."""
    home = repositories.api_url(store, repository)
    return {
        "sha": which.sha,
        "node_id": f"C_{which.sha[:20]}",
        "url": f"{home}/commits/{which.sha}",
        "html_url": f"{repositories.html_url(store, repository)}/commit/{which.sha}",
        "comments_url": f"{home}/commits/{which.sha}/comments",
        "commit": {
            "url": f"{home}/git/commits/{which.sha}",
            **_signatures(which),
            "message": which.message,
            "comment_count": 0,
            "tree": {"sha": which.tree, "url": f"{home}/git/trees/{which.tree}"},
            "verification": _verification(which),
        },
        "author": _account(store, which.author),
        "committer": _account(store, which.committer),
        "parents": _parents(store, repository, which, "commits"),
    }


def git_commit(store: Store, repository: Repository, which: Commit) -> Body:
    """This function will give a commit of the git database API."""
    home = repositories.api_url(store, repository)
    return {
        "sha": which.sha,
        "node_id": f"C_{which.sha[:20]}",
        "url": f"{home}/git/commits/{which.sha}",
        "html_url": f"{repositories.html_url(store, repository)}/commit/{which.sha}",
        **_signatures(which),
        "message": which.message,
        "tree": {"sha": which.tree, "url": f"{home}/git/trees/{which.tree}"},
        "parents": _parents(store, repository, which, "git/commits"),
        "verification": _verification(which),
    }


def changed_file(store: Store, repository: Repository, change: git.Change, sha: str) -> Body:
    """This function will give one file of a diff."""
    page = repositories.html_url(store, repository)
    body: Body = {
        "sha": change.sha,
        "filename": change.path,
        "status": change.status,
        "additions": change.additions,
        "deletions": change.deletions,
        "changes": change.additions + change.deletions,
        "blob_url": f"{page}/blob/{sha}/{change.path}",
        "raw_url": f"{page}/raw/{sha}/{change.path}",
        "contents_url": f"{repositories.api_url(store, repository)}/contents/{change.path}?ref={sha}",
    }
    body |= {"previous_filename": change.previous} if change.previous else {}
    return body | ({"patch": change.patch} if change.patch else {})


def entry(store: Store, repository: Repository, path: str, content: bytes | None, ref: str) -> Body:
    """This function will give an entry of a directory listing; no content means a directory."""
    home = repositories.api_url(store, repository)
    kind = "dir" if content is None else "file"
    name = git.blob_sha(content if content is not None else path.encode())
    here = f"{home}/contents/{path}?ref={ref}"
    page = f"{repositories.html_url(store, repository)}/{'tree' if content is None else 'blob'}/{ref}/{path}"
    there = f"{home}/git/{'trees' if content is None else 'blobs'}/{name}"
    return {
        "type": kind,
        "size": len(content or b""),
        "name": path.rpartition("/")[2],
        "path": path,
        "sha": name,
        "url": here,
        "git_url": there,
        "html_url": page,
        "download_url": None
        if content is None
        else f"{repositories.html_url(store, repository)}/raw/{ref}/{path}",
        "_links": {"git": there, "self": here, "html": page},
    }


def file(store: Store, repository: Repository, path: str, content: bytes, ref: str) -> Body:
    """This function will give a file with its content in base64, broken into lines as GitHub does."""
    body = entry(store, repository, path, content, ref)
    return body | {"encoding": "base64", "content": base64.encodebytes(content).decode()}


def git_ref(store: Store, repository: Repository, ref: str, sha: str) -> Body:
    """This function will give a git ref, which points at a commit or at a tag object."""
    home = repositories.api_url(store, repository)
    kind = "tag" if sha in store.tag_objects else "commit"
    return {
        "ref": f"refs/{ref}",
        "node_id": f"REF_{node_id('R', repository.id)}:{ref}",
        "url": f"{home}/git/refs/{ref}",
        "object": {"sha": sha, "type": kind, "url": f"{home}/git/{kind}s/{sha}"},
    }


def git_tag(store: Store, repository: Repository, which: Tag) -> Body:
    """This function will give an annotated tag."""
    home = repositories.api_url(store, repository)
    return {
        "node_id": f"TA_{which.sha[:20]}",
        "tag": which.name,
        "sha": which.sha,
        "url": f"{home}/git/tags/{which.sha}",
        "message": which.message,
        "tagger": {**_named(which.tagger), "date": moment(which.at.astimezone(UTC))},
        "object": {"type": "commit", "sha": which.commit, "url": f"{home}/git/commits/{which.commit}"},
        "verification": _UNVERIFIED,
    }
