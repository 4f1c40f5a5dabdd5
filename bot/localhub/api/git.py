"""Operations on refs: branches and tags."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.localhub.api.workflow_files import check_ref
from bot.localhub.bodies import commits as bodies
from bot.localhub.bodies import repositories
from bot.localhub.exchange import Answer, Listing, Refused, not_found
from bot.localhub.state import git, pulls
from bot.localhub.state.merging import refs
from bot.localhub.state.releases import releases, tags

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
    _check_object(call, ref, sha)
    if _sha_of(call, ref) is not None:
        raise Refused(422, "Reference already exists")
    _check_tag(call, ref, tags.against_creation)
    _point(call, ref, sha)
    return Answer(status=201, body=bodies.git_ref(call.store, call.repository, ref, sha))


def _check_object(call: Call, ref: str, sha: str) -> None:
    """A branch names a commit, a tag may name a tag object."""
    is_tag = ref.startswith("tags/") and sha in call.store.tag_objects
    if sha not in call.store.commits and not is_tag:
        raise Refused(422, "Object does not exist")


def _check_tag(call: Call, ref: str, against: Callable[[Repository, str, User], str | None]) -> None:
    kind, _, name = ref.partition("/")
    forbidden = against(call.repository, name, call.actor) if kind == "tags" else None
    if forbidden is not None:
        raise Refused(422, forbidden)


def _point(call: Call, ref: str, sha: str) -> None:
    kind, _, name = ref.partition("/")
    if kind == "heads":
        forbidden = refs.against_move(call.store, call.repository, name, sha, call.actor)
        if forbidden is not None:
            raise Refused(422, forbidden)
        check_ref(call, sha)
        git.move_branch(call.store, call.repository, name, sha, call.actor)
    else:
        git.set_tag(call.store, call.repository, name, sha, call.actor)


def update_ref(call: Call) -> Answer:
    """This function will move a ref; backwards only by force."""
    ref, sha = call.path["ref"], call.need("sha")
    before = _sha_of(call, ref)
    if before is None:
        raise Refused(422, "Reference does not exist")
    _check_object(call, ref, sha)
    forward = git.contains(call.store, git.peeled(call.store, sha), git.peeled(call.store, before))
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
        forbidden = refs.against_deletion(call.repository, name, call.actor)
        if forbidden is not None:
            raise Refused(422, forbidden)
        pulls.delete_branch(call.store, call.repository, name, call.actor)
    else:
        _check_tag(call, call.path["ref"], tags.against_deletion)
        releases.delete_tag(call.store, call.repository, name, call.actor)
    return Answer(status=204)


def list_tags(call: Call) -> Listing:
    """This function will list tags."""
    home = repositories.api_url(call.store, call.repository)

    def shown(name: str) -> Body:
        sha = git.peeled(call.store, call.repository.tags[name])
        return {
            "name": name,
            "node_id": f"T_{name}",
            "commit": {"sha": sha, "url": f"{home}/commits/{sha}"},
            "zipball_url": f"{home}/zipball/refs/tags/{name}",
            "tarball_url": f"{home}/tarball/refs/tags/{name}",
        }

    return Listing(items=sorted(call.repository.tags), render=shown)


HANDLERS: Handlers = {
    "git/create-ref": create_ref,
    "git/delete-ref": delete_ref,
    "git/get-ref": get_ref,
    "git/list-matching-refs": matching_refs,
    "git/update-ref": update_ref,
    "repos/list-tags": list_tags,
}
