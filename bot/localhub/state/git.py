"""What can happen to commits and branches: commit, push, compare."""

from __future__ import annotations

import difflib
from collections import deque
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from bot.localhub.state import checks, objects
from bot.localhub.state.nouns import Commit, Tag
from bot.localhub.state.store import Happening, NotThere

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import datetime

    from bot.localhub.state.nouns import Repository, Stranger, User
    from bot.localhub.state.store import Store

ZERO = "0" * 40


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """How one file differs between two trees."""

    path: str
    status: str
    sha: str
    additions: int
    deletions: int
    patch: str | None
    previous: str | None = None  # the path of a file that was renamed


def blob_sha(content: bytes) -> str:
    """This function will give the id git has for a file's content."""
    return objects.named("blob", content)


def add_tree(store: Store, files: dict[str, bytes]) -> str:
    """This function will remember a tree and give its id."""
    blobs = {path: blob_sha(content) for path, content in files.items()}
    store.blobs |= {name: files[path] for path, name in blobs.items()}
    *_, (tree, _) = objects.trees(blobs)
    store.trees[tree] = files
    return tree


def commit(  # noqa: PLR0913 - a commit has these parts
    store: Store,
    files: dict[str, bytes],
    *,
    parents: tuple[str, ...],
    message: str,
    author: User | Stranger,
    committer: User | Stranger | None = None,
    authored_at: datetime | None = None,
) -> Commit:
    """This function will make a commit of whole files without moving a branch."""
    unnamed = Commit(
        sha="",
        tree=add_tree(store, files),
        parents=parents,
        message=message,
        author=author,
        committer=committer or author,
        at=store.now(),
        files=files,
        authored_at=authored_at,
        serial=store.next_id(),
    )
    made = replace(unnamed, sha=objects.named("commit", objects.commit_body(unnamed)))
    store.commits[made.sha] = made
    return made


def resolve(store: Store, repository: Repository, ref: str) -> Commit:
    """This function will find the commit that a branch, tag, full ref or SHA means.

    Raises:
        NotThere: nothing has that name.
    """
    short = ref.removeprefix("refs/")
    sha = (
        repository.branches.get(short.removeprefix("heads/"))
        or repository.tags.get(short.removeprefix("tags/"))
        or (ref if ref in store.commits else None)
        or next((known for known in store.commits if len(ref) >= 7 and known.startswith(ref)), None)  # noqa: PLR2004
    )
    if sha is None:
        raise NotThere(ref)
    return store.commits[peeled(store, sha)]


def peeled(store: Store, sha: str) -> str:
    """This function will give the commit that a ref means when it names an annotated tag."""
    found = store.tag_objects.get(sha)
    return found.commit if found is not None else sha


def annotate(  # noqa: PLR0913 - a tag has these parts
    store: Store,
    name: str,
    sha: str,
    *,
    message: str,
    tagger: User | Stranger,
    at: datetime | None = None,
) -> Tag:
    """This function will make a tag object without a ref that names it."""
    unnamed = Tag(sha="", name=name, commit=sha, message=message, tagger=tagger, at=at or store.now())
    made = replace(unnamed, sha=objects.named("tag", objects.tag_body(unnamed)))
    store.tag_objects[made.sha] = made
    return made


def history(store: Store, sha: str) -> Iterator[Commit]:
    """This function will walk from a commit to the root, every commit once."""
    seen: set[str] = set()
    waiting = deque([sha])
    while waiting:
        name = waiting.popleft()
        if name not in seen and name in store.commits:
            seen.add(name)
            found = store.commits[name]
            waiting.extend(found.parents)
            yield found


def merge_base(store: Store, one: str, other: str) -> Commit | None:
    """This function will find the best commit two commits have in common, one that no other such one follows."""
    ancestors = {known.sha for known in history(store, one)}
    shared: list[Commit] = []
    seen: set[str] = set()
    waiting = deque([other])
    while waiting:
        name = waiting.popleft()
        if name in seen or name not in store.commits:
            continue
        seen.add(name)
        if name in ancestors:
            shared.append(store.commits[name])
        else:
            waiting.extend(store.commits[name].parents)
    if len(shared) > 1:
        behind = {known.sha for found in shared for sha in found.parents for known in history(store, sha)}
        shared = [found for found in shared if found.sha not in behind]
    return shared[0] if shared else None


def contains(store: Store, head: str, sha: str) -> bool:
    """This function will say whether a commit is another one or among its ancestors."""
    return any(known.sha == sha for known in history(store, head))


def changes(
    before: Mapping[str, bytes], after: Mapping[str, bytes], *, with_patch: bool = True
) -> tuple[Change, ...]:
    """This function will compare two trees file by file."""
    paths = sorted(
        path for path in before.keys() | after.keys() if before.get(path) is not after.get(path)
        and before.get(path) != after.get(path)
    )  # fmt: skip
    return tuple(_change(path, before.get(path), after.get(path), with_patch=with_patch) for path in paths)


def _change(path: str, before: bytes | None, after: bytes | None, *, with_patch: bool) -> Change:
    status = "added" if before is None else "removed" if after is None else "modified"
    old = (before or b"").decode(errors="replace").splitlines()
    new = (after or b"").decode(errors="replace").splitlines()
    lines = list(difflib.unified_diff(old, new, lineterm=""))[2:] if with_patch else []
    return Change(
        path=path,
        status=status,
        sha=blob_sha(after if after is not None else before or b""),
        additions=sum(line.startswith("+") for line in lines),
        deletions=sum(line.startswith("-") for line in lines),
        patch="\n".join(lines) or None,
    )


def push(  # noqa: PLR0913 - a push has these parts
    store: Store,
    repository: Repository,
    branch: str,
    *,
    files: Mapping[str, bytes | str | None],
    message: str,
    author: User,
    written_by: User | Stranger | None = None,
) -> Commit:
    """This function will commit changed files onto a branch (made if new) and tell about the push.

    Args:
        store: where it happens.
        repository: the repository pushed to.
        branch: its branch; a new one starts at the default branch.
        files: path to new content; None deletes.
        message: the commit message.
        author: who pushes and, unless someone else is named, commits.
        written_by: whom the commit names as its author; GitHub believes it.
    """
    start = repository.branches.get(branch) or repository.branches.get(repository.default_branch)
    tree = dict(store.commits[start].files) if start else {}
    for path, content in files.items():
        if content is None:
            tree.pop(path, None)
        else:
            tree[path] = content.encode() if isinstance(content, str) else content
    parents = (start,) if start else ()
    made = commit(
        store, tree, parents=parents, message=message, author=written_by or author, committer=author
    )
    move_branch(store, repository, branch, made.sha, author)
    return made


def move_branch(store: Store, repository: Repository, branch: str, sha: str, sender: User) -> None:
    """This function will point a branch at a commit, update its pull requests and tell about both."""
    before = repository.branches.get(branch)
    repository.branches[branch] = sha
    repository.pushed_at = store.now()
    if before is None:
        _tell(store, repository, "create", ("branch", branch), sender)
    _tell(store, repository, "push", (f"refs/heads/{branch}", before or ZERO, sha), sender)
    _update_pulls(store, repository, branch, (before or ZERO, sha), sender)
    checks.request_suite(store, repository, branch=branch, before=before or ZERO, sha=sha)


def _update_pulls(store: Store, head: Repository, branch: str, moved: tuple[str, str], sender: User) -> None:
    before, sha = moved
    for repository in (head, head.parent) if head.parent else (head,):
        for pull in repository.pulls.values():
            if pull.issue.state != "open" or pull.head_repository is not head or pull.head_ref != branch:
                continue
            pull.head_sha = sha
            repository.pulls_by_sha.setdefault(sha, []).append(pull)
            pull.mergeable_known = False
            pull.issue.updated_at = store.now()
            store.emit(
                Happening(
                    event="pull_request",
                    action="synchronize",
                    repository=repository,
                    sender=sender,
                    subject=pull,
                    extra={"before": before, "after": sha},
                )
            )


def set_tag(store: Store, repository: Repository, name: str, sha: str, sender: User) -> None:
    """This function will point a tag at a commit and tell about it."""
    before = repository.tags.get(name)
    repository.tags[name] = sha
    if before is None:
        _tell(store, repository, "create", ("tag", name), sender)
    _tell(store, repository, "push", (f"refs/tags/{name}", before or ZERO, sha), sender)


def _tell(store: Store, repository: Repository, event: str, subject: tuple[str, ...], sender: User) -> None:
    store.emit(Happening(event=event, action=None, repository=repository, sender=sender, subject=subject))


def delete_branch(store: Store, repository: Repository, branch: str, sender: User) -> None:
    """This function will delete a branch and tell about it."""
    before = repository.branches.pop(branch)
    _tell(store, repository, "delete", ("branch", branch), sender)
    _tell(store, repository, "push", (f"refs/heads/{branch}", before, ZERO), sender)
