"""Operations on the objects of git: commits, trees, blobs and annotated tags."""

from __future__ import annotations

import base64
import binascii
from datetime import datetime
from typing import TYPE_CHECKING, Any

from bot.localhub.bodies import commits as bodies
from bot.localhub.bodies import repositories
from bot.localhub.exchange import Answer, Refused, not_found
from bot.localhub.state import git
from bot.localhub.state.store import NotThere

if TYPE_CHECKING:
    from bot.localhub.exchange import Body, Call, Handlers
    from bot.localhub.state.nouns import Stranger, User


def get_commit(call: Call) -> Answer:
    """This function will show a commit object."""
    found = call.store.commits.get(call.path["commit_sha"])
    if found is None:
        raise not_found()
    return Answer(body=bodies.git_commit(call.store, call.repository, found))


def create_commit(call: Call) -> Answer:
    """This function will make a commit object of a tree, in the name of whom the call says."""
    tree, parents = call.need("tree"), tuple(call.get("parents", list, []))
    if tree not in call.store.trees:
        raise Refused(422, "Tree SHA does not exist")
    if any(sha not in call.store.commits for sha in parents):
        raise Refused(422, "Parent SHA does not exist or is not a commit object")
    author, authored_at = _person(call, "author", call.actor)
    committer, _ = _person(call, "committer", author)
    made = git.commit(
        call.store,
        call.store.trees[tree],
        parents=parents,
        message=call.need("message"),
        author=author,
        committer=committer,
        authored_at=authored_at,
    )
    return Answer(status=201, body=bodies.git_commit(call.store, call.repository, made))


def _person(call: Call, name: str, usual: User | Stranger) -> tuple[User | Stranger, datetime | None]:
    """Whom a call names, by the address; without one it is whoever it usually is."""
    given = call.get(name, dict)
    if given is None:
        return usual, None
    if not given.get("name") or not given.get("email"):
        raise Refused(422, f"Invalid request.\n\nFor 'properties/{name}', name and email are needed.")
    return bodies.person(call.store, given["name"], given["email"]), _moment(given.get("date"))


def _moment(text: Any) -> datetime | None:
    if text is None:
        return None
    try:
        return datetime.fromisoformat(str(text))
    except ValueError:
        raise Refused(422, f"Invalid request.\n\n{text!r} is not a valid date-time.") from None


def create_tag(call: Call) -> Answer:
    """This function will make a tag object; a ref that names it is made apart from it."""
    sha, kind = call.need("object"), call.need("type")
    if kind != "commit" or sha not in call.store.commits:
        raise Refused(422, "Object does not exist")
    tagger, at = _person(call, "tagger", call.actor)
    made = git.annotate(call.store, call.need("tag"), sha, message=call.need("message"), tagger=tagger, at=at)
    return Answer(status=201, body=bodies.git_tag(call.store, call.repository, made))


def get_tag(call: Call) -> Answer:
    """This function will show a tag object."""
    found = call.store.tag_objects.get(call.path["tag_sha"])
    if found is None:
        raise not_found()
    return Answer(body=bodies.git_tag(call.store, call.repository, found))


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


def _check_begun(call: Call) -> None:
    """Git's objects are made only where there is a commit already; the first is made by writing a file.

    https://github.com/github/rest-api-description/issues/637
    """
    if not call.repository.branches:
        raise Refused(409, "Git Repository is empty.")


def create_tree(call: Call) -> Answer:
    """This function will make a tree, perhaps from another one."""
    _check_begun(call)
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
        elif content is not None and entry.get("sha") is not None:
            raise Refused(422, "Must supply either tree.sha or tree.content, not both.")
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
    _check_begun(call)
    text, encoding = call.need("content"), call.get("encoding", str, "utf-8")
    try:
        content = base64.b64decode(text) if encoding == "base64" else text.encode()
    except binascii.Error:
        raise Refused(422, "content is not valid Base64") from None
    sha = git.blob_sha(content)
    call.store.blobs[sha] = content
    url = f"{repositories.api_url(call.store, call.repository)}/git/blobs/{sha}"
    return Answer(status=201, body={"sha": sha, "url": url})


HANDLERS: Handlers = {
    "git/create-blob": create_blob,
    "git/create-commit": create_commit,
    "git/create-tag": create_tag,
    "git/create-tree": create_tree,
    "git/get-blob": get_blob,
    "git/get-commit": get_commit,
    "git/get-tag": get_tag,
    "git/get-tree": get_tree,
}
