"""Operations on commits and the files in them."""

from __future__ import annotations

import base64
import binascii
from typing import TYPE_CHECKING, Any

from bot.localhub.api.workflow_files import check_change
from bot.localhub.bodies import commits as bodies
from bot.localhub.bodies import repositories
from bot.localhub.exchange import Answer, Listing, Refused, invalid, not_found
from bot.localhub.paging import FULL_PAGE, USUAL_PAGE, positive
from bot.localhub.state import git
from bot.localhub.state.merging import refs, renames
from bot.localhub.state.store import NotThere

if TYPE_CHECKING:
    from bot.localhub.exchange import Body, Call, Handlers
    from bot.localhub.state.nouns import Commit

MOST_FILES = 300  # of a commit or comparison
MOST_COMMITS = 250  # of a comparison


def list_commits(call: Call) -> Listing:
    """This function will list commits from a ref down to the root, newest first."""
    start = git.resolve(call.store, call.repository, call.query.get("sha") or call.repository.default_branch)
    found = [one for one in git.history(call.store, start.sha) if _is_wanted(call, one)]
    return Listing(items=found, render=lambda one: bodies.commit(call.store, call.repository, one))


def _is_wanted(call: Call, one: Commit) -> bool:
    """Whether a commit is by the author, a login or address, and touches the path that a listing asks for."""
    author, path = call.query.get("author"), call.query.get("path", "").strip("/")
    if author is not None:
        shown = bodies.commit(call.store, call.repository, one)
        names = {(shown["author"] or {}).get("login"), shown["commit"]["author"]["email"]}
        if author not in names:
            return False
    if not path:
        return True
    before = call.store.commits[one.parents[0]].files if one.parents else {}
    touched = (name for name in {*before, *one.files} if before.get(name) != one.files.get(name))
    return any(name == path or name.startswith(f"{path}/") for name in touched)


def _files(call: Call, before: dict[str, bytes], after: Commit) -> list[Body]:
    changed = renames.changes(before, after.files)[:MOST_FILES]
    return [bodies.changed_file(call.store, call.repository, one, after.sha) for one in changed]


def get_commit(call: Call) -> Answer:
    """This function will show a commit with its files."""
    try:
        found = git.resolve(call.store, call.repository, call.path["ref"])
    except NotThere as missing:
        raise Refused(422, f"No commit found for SHA: {missing}") from missing
    before = call.store.commits[found.parents[0]].files if found.parents else {}
    files = _files(call, before, found)
    stats = {name: sum(one[name] for one in files) for name in ("additions", "deletions")}
    body = bodies.commit(call.store, call.repository, found)
    body |= {"files": files, "stats": {**stats, "total": sum(stats.values())}}
    return Answer(body=body)


def compare(call: Call) -> Answer:
    """This function will compare two refs, `BASE...HEAD`, each perhaps with an owner."""
    names = call.path["basehead"].split("...")
    if len(names) != 2:  # noqa: PLR2004 - base and head
        raise not_found()
    base, head = (_named(call, name) for name in names)
    fork_point = git.merge_base(call.store, base.sha, head.sha)
    if fork_point is None:
        raise Refused(404, "No common ancestor between the two refs.")
    of_base = {one.sha: one for one in git.history(call.store, base.sha)}
    of_head = {one.sha: one for one in git.history(call.store, head.sha)}
    ahead = [one for one in of_head.values() if one.sha not in of_base][::-1]
    missing = len(of_base.keys() - of_head.keys())
    status = {(True, True): "diverged", (True, False): "ahead", (False, True): "behind"}
    page = f"{repositories.html_url(call.store, call.repository)}/compare/{call.path['basehead']}"
    body = {
        "url": f"{repositories.api_url(call.store, call.repository)}/compare/{call.path['basehead']}",
        "html_url": page,
        "permalink_url": page,
        "diff_url": f"{page}.diff",
        "patch_url": f"{page}.patch",
        "base_commit": bodies.commit(call.store, call.repository, base),
        "merge_base_commit": bodies.commit(call.store, call.repository, fork_point),
        "status": status.get((bool(ahead), missing > 0), "identical"),
        "ahead_by": len(ahead),
        "behind_by": missing,
        "total_commits": len(ahead),
        "commits": [bodies.commit(call.store, call.repository, one) for one in _compared(call, ahead)],
        "files": _files(call, fork_point.files, head) if positive(call.query.get("page"), 1) == 1 else [],
    }
    return Answer(body=body)


def _named(call: Call, name: str) -> Commit:
    """A ref of this repository, or `owner:ref` of another one in its network."""
    owner, _, ref = name.rpartition(":")
    repository = call.repository
    if owner and owner != repository.owner.login:
        repository = call.store.repository(f"{owner}/{repository.name}")
    return git.resolve(call.store, repository, ref)


def _compared(call: Call, ahead: list[Commit]) -> list[Commit]:
    """The page of a comparison that is asked for; where none is, the newest commits."""
    if not {"per_page", "page"} & set(call.query):
        return ahead[-MOST_COMMITS:]
    size = min(FULL_PAGE, positive(call.query.get("per_page"), USUAL_PAGE))
    number = positive(call.query.get("page"), 1)
    return ahead[(number - 1) * size : number * size]


def get_content(call: Call) -> Answer:
    """This function will show a file, or list a directory."""
    ref = call.query.get("ref") or call.repository.default_branch
    files = git.resolve(call.store, call.repository, ref).files
    path = call.path["path"].strip("/")
    if path in files:
        return Answer(body=bodies.file(call.store, call.repository, path, files[path], ref))
    start = f"{path}/" if path else ""
    names = {name[len(start) :].partition("/")[0] for name in files if name.startswith(start)}
    if not names:
        raise not_found()
    listed = [
        bodies.entry(call.store, call.repository, start + name, files.get(start + name), ref)
        for name in sorted(names)
    ]
    return Answer(body=listed)


def put_content(call: Call) -> Answer:
    """This function will create or replace a file with one commit."""
    path = call.path["path"]
    branch = call.get("branch", str, call.repository.default_branch)
    message = call.need("message")
    content = _decoded(call.need("content"))
    before = _before(call, path, branch)
    _check_protection(call, branch)
    check_change(call, {path: before or b""}, {path: content})
    made = git.push(
        call.store, call.repository, branch, files={path: content}, message=message, author=call.actor
    )
    shown = bodies.entry(call.store, call.repository, path, content, branch)
    body = {"content": shown, "commit": bodies.git_commit(call.store, call.repository, made)}
    return Answer(status=201 if before is None else 200, body=body)


def _before(call: Call, path: str, branch: str) -> bytes | None:
    """The file as it stands, checked against the blob SHA that an update must name."""
    if not call.repository.branches and branch == call.repository.default_branch:
        return None  # the first commit of a repository is made so
    if branch not in call.repository.branches:
        raise Refused(404, f"Branch {branch} not found")
    before = call.store.commits[call.repository.branches[branch]].files.get(path)
    sha = call.get("sha", str)
    if before is not None and sha is None:
        raise Refused(422, 'Invalid request.\n\n"sha" wasn\'t supplied.')
    if sha is not None and (before is None or git.blob_sha(before) != sha):
        raise Refused(409, f"{path} does not match {sha}")
    return before


def _check_protection(call: Call, branch: str) -> None:
    """The commit that a write would make has no checks yet, so it is what stands there now that is asked."""
    tip = call.repository.branches.get(branch)
    if tip is None:
        return
    forbidden = refs.against_move(call.store, call.repository, branch, tip, call.actor)
    if forbidden is not None:
        raise Refused(409, forbidden)


def _decoded(text: str) -> bytes:
    try:
        return base64.b64decode(text, validate=False)
    except binascii.Error as wrong:
        raise invalid("Content", "content", "invalid", "content is not valid Base64") from wrong


def delete_content(call: Call) -> Answer:
    """This function will delete a file with one commit."""
    path = call.path["path"]
    branch = call.get("branch", str, call.repository.default_branch)
    message, _ = call.need("message"), call.need("sha")
    if _before(call, path, branch) is None:
        raise not_found()
    _check_protection(call, branch)
    gone: dict[str, Any] = {path: None}
    made = git.push(call.store, call.repository, branch, files=gone, message=message, author=call.actor)
    return Answer(body={"content": None, "commit": bodies.git_commit(call.store, call.repository, made)})


HANDLERS: Handlers = {
    "repos/compare-commits-with-basehead": compare,
    "repos/create-or-update-file-contents": put_content,
    "repos/delete-file": delete_content,
    "repos/get-commit": get_commit,
    "repos/get-content": get_content,
    "repos/list-commits": list_commits,
}
