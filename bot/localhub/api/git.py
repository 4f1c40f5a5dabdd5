"""Operations on the git database: refs, commits, trees and blobs."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING

from bot.localhub.bodies import commits as bodies
from bot.localhub.bodies import repositories
from bot.localhub.exchange import Answer, Listing, Refused, not_found
from bot.localhub.state import git
from bot.localhub.state.releases import releases, tags
from bot.localhub.state.store import NotThere

if TYPE_CHECKING:
    from collections.abc import Callable

    from bot.localhub.exchange import Body, Call, Handlers
    from bot.localhub.state.nouns import Repository, User


def _sha_of(call: Call, ref: str) -> str | None:
    kind, _, name = ref.partition("/")
    known = {"heads": call.repository.branches, "tags": call.repository.tags}.get(kind, {})
    return known.get(name)


def get_ref(call: Call) -> Answer:
    """This function will show a ref."""
    ref = call.path["ref"]
    sha = _sha_of(call, ref)
    if sha is None:
        raise not_found()
    return Answer(body=bodies.git_ref(call.store, call.repository, ref, sha))


def matching_refs(call: Call) -> Answer:
    """This function will list the refs that begin with a text."""
    names = [
        *(f"heads/{name}" for name in call.repository.branches),
        *(f"tags/{name}" for name in call.repository.tags),
    ]
    found = [name for name in sorted(names) if name.startswith(call.path["ref"])]
    shown = [bodies.git_ref(call.store, call.repository, name, _sha_of(call, name) or "") for name in found]
    return Answer(body=shown)


def create_ref(call: Call) -> Answer:
    """This function will create a branch or tag."""
    full, sha = call.need("ref"), call.need("sha")
    ref = full.removeprefix("refs/")
    if not full.startswith("refs/") or ref.count("/") < 1:
        raise Refused(422, "Reference name must start with 'refs/' and have at least one '/'")
    if sha not in call.store.commits:
        raise Refused(422, "Object does not exist")
    if _sha_of(call, ref) is not None:
        raise Refused(422, "Reference already exists")
    _check_tag(call, ref, tags.against_creation)
    _point(call, ref, sha)
    return Answer(status=201, body=bodies.git_ref(call.store, call.repository, ref, sha))


def _check_tag(call: Call, ref: str, against: Callable[[Repository, str, User], str | None]) -> None:
    kind, _, name = ref.partition("/")
    forbidden = against(call.repository, name, call.actor) if kind == "tags" else None
    if forbidden is not None:
        raise Refused(422, forbidden)


def _point(call: Call, ref: str, sha: str) -> None:
    kind, _, name = ref.partition("/")
    if kind == "heads":
        git.move_branch(call.store, call.repository, name, sha, call.actor)
    else:
        git.set_tag(call.store, call.repository, name, sha, call.actor)


def update_ref(call: Call) -> Answer:
    """This function will move a ref; backwards only by force."""
    ref, sha = call.path["ref"], call.need("sha")
    before = _sha_of(call, ref)
    if before is None or sha not in call.store.commits:
        raise Refused(422, "Reference does not exist" if before is None else "Object does not exist")
    forward = any(one.sha == before for one in git.history(call.store, sha))
    if not forward and not call.get("force", bool, default=False):
        raise Refused(422, "Update is not a fast forward")
    _point(call, ref, sha)
    return Answer(body=bodies.git_ref(call.store, call.repository, ref, sha))


def delete_ref(call: Call) -> Answer:
    """This function will delete a branch or tag."""
    kind, _, name = call.path["ref"].partition("/")
    if _sha_of(call, call.path["ref"]) is None:
        raise Refused(422, "Reference does not exist")
    if kind == "heads":
        git.delete_branch(call.store, call.repository, name, call.actor)
    else:
        _check_tag(call, call.path["ref"], tags.against_deletion)
        releases.delete_tag(call.store, call.repository, name, call.actor)
    return Answer(status=204)


def get_commit(call: Call) -> Answer:
    """This function will show a commit object."""
    found = call.store.commits.get(call.path["commit_sha"])
    if found is None:
        raise not_found()
    return Answer(body=bodies.git_commit(call.store, call.repository, found))


def create_commit(call: Call) -> Answer:
    """This function will make a commit object of a tree."""
    tree, parents = call.need("tree"), tuple(call.get("parents", list, []))
    if tree not in call.store.trees:
        raise Refused(422, "Tree SHA does not exist")
    if any(sha not in call.store.commits for sha in parents):
        raise Refused(422, "Parent SHA does not exist or is not a commit object")
    made = git.commit(
        call.store,
        call.store.trees[tree],
        parents=parents,
        message=call.need("message"),
        author=call.actor,
    )
    return Answer(status=201, body=bodies.git_commit(call.store, call.repository, made))


def _tree(call: Call, sha: str) -> Body:
    home = repositories.api_url(call.store, call.repository)
    files = call.store.trees[sha]
    listed = [
        {
            "path": path,
            "mode": "100644",
            "type": "blob",
            "size": len(content),
            "sha": git.blob_sha(content),
            "url": f"{home}/git/blobs/{git.blob_sha(content)}",
        }
        for path, content in sorted(files.items())
    ]
    return {"sha": sha, "url": f"{home}/git/trees/{sha}", "tree": listed, "truncated": False}


def get_tree(call: Call) -> Answer:
    """This function will list a tree, always with its subdirectories."""
    name = call.path["tree_sha"]
    if name not in call.store.trees:
        try:
            name = git.resolve(call.store, call.repository, name).tree
        except NotThere:
            raise not_found() from None
    return Answer(body=_tree(call, name))


def create_tree(call: Call) -> Answer:
    """This function will make a tree, perhaps from another one."""
    base = call.get("base_tree", str)
    if base is not None and base in call.store.commits:
        base = call.store.commits[base].tree
    if base is not None and base not in call.store.trees:
        raise Refused(422, "base_tree is not a valid tree")
    files = dict(call.store.trees[base]) if base else {}
    for entry in call.need("tree", list):
        content = entry.get("content")
        if content is None and entry.get("sha") is None:
            files.pop(entry["path"], None)
        else:
            files[entry["path"]] = content.encode() if content is not None else _blob(call, entry["sha"])
    return Answer(status=201, body=_tree(call, git.add_tree(call.store, files)))


def _blob(call: Call, sha: str) -> bytes:
    if sha not in call.store.blobs:
        raise Refused(422, "tree.sha is not a valid blob")
    return call.store.blobs[sha]


def get_blob(call: Call) -> Answer:
    """This function will show a blob in base64."""
    sha = call.path["file_sha"]
    if sha not in call.store.blobs:
        raise not_found()
    content = call.store.blobs[sha]
    body = {
        "sha": sha,
        "node_id": f"B_{sha[:20]}",
        "size": len(content),
        "url": f"{repositories.api_url(call.store, call.repository)}/git/blobs/{sha}",
        "content": base64.encodebytes(content).decode(),
        "encoding": "base64",
    }
    return Answer(body=body)


def create_blob(call: Call) -> Answer:
    """This function will keep a blob."""
    text, encoding = call.need("content"), call.get("encoding", str, "utf-8")
    content = base64.b64decode(text) if encoding == "base64" else text.encode()
    sha = git.blob_sha(content)
    call.store.blobs[sha] = content
    url = f"{repositories.api_url(call.store, call.repository)}/git/blobs/{sha}"
    return Answer(status=201, body={"sha": sha, "url": url})


def list_tags(call: Call) -> Listing:
    """This function will list tags."""
    home = repositories.api_url(call.store, call.repository)

    def shown(name: str) -> Body:
        sha = call.repository.tags[name]
        return {
            "name": name,
            "node_id": f"T_{name}",
            "commit": {"sha": sha, "url": f"{home}/commits/{sha}"},
            "zipball_url": f"{home}/zipball/refs/tags/{name}",
            "tarball_url": f"{home}/tarball/refs/tags/{name}",
        }

    return Listing(items=sorted(call.repository.tags), render=shown)


HANDLERS: Handlers = {
    "git/create-blob": create_blob,
    "git/create-commit": create_commit,
    "git/create-ref": create_ref,
    "git/create-tree": create_tree,
    "git/delete-ref": delete_ref,
    "git/get-blob": get_blob,
    "git/get-commit": get_commit,
    "git/get-ref": get_ref,
    "git/get-tree": get_tree,
    "git/list-matching-refs": matching_refs,
    "git/update-ref": update_ref,
    "repos/list-tags": list_tags,
}
