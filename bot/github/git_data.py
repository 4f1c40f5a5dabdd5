"""Git's own objects: branches and tags as references, annotated tags, commits."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct, field

from bot.github import shipping_operations as op
from bot.github.commit_models import GitCommit, GitPerson
from bot.github.commits import ShaShape  # noqa: TC001 - msgspec reads the annotations at run time
from bot.github.errors import NotFound, Unprocessable
from bot.github.models import Sha
from bot.github.release_models import AnnotatedTag, GitRef
from bot.github.shapes import Nothing

if TYPE_CHECKING:
    from bot.github.client import RepositoryClient
    from bot.github.commit_models import NewCommit


class ObjectShape(Struct):
    """What a reference or tag names."""

    sha: str
    type: str


class RefShape(Struct):
    """A reference."""

    ref: str
    object: ObjectShape

    def to_ref(self) -> GitRef:
        """This function will return the reference."""
        return GitRef(ref=self.ref, sha=Sha(self.object.sha), type=self.object.type)


class PersonShape(Struct):
    """Whom git names as author, committer or tagger."""

    name: str = ""
    email: str = ""
    date: str = ""

    def to_person(self) -> GitPerson:
        """This function will return the person."""
        return GitPerson(name=self.name, email=self.email, date=self.date)


class TagShape(Struct):
    """A tag object."""

    sha: str
    tag: str
    object: ObjectShape
    message: str = ""

    def to_tag(self) -> AnnotatedTag:
        """This function will return the tag."""
        return AnnotatedTag(
            sha=Sha(self.sha),
            tag=self.tag,
            message=self.message,
            target_sha=Sha(self.object.sha),
            target_type=self.object.type,
        )


class GitCommitShape(Struct):
    """A commit as git knows it."""

    sha: str
    tree: ShaShape
    author: PersonShape
    committer: PersonShape
    message: str = ""
    parents: list[ShaShape] = field(default_factory=list)

    def to_commit(self) -> GitCommit:
        """This function will return the commit."""
        return GitCommit(
            sha=Sha(self.sha),
            tree=self.tree.sha,
            parents=tuple(Sha(parent.sha) for parent in self.parents),
            message=self.message,
            author=self.author.to_person(),
            committer=self.committer.to_person(),
        )


async def get_ref(repo: RepositoryClient, ref: str) -> GitRef | None:
    """This function will read a reference, given as `heads/main` or `tags/v1.0.0`, or return None."""
    try:
        shape = await repo.calls.get(op.GET_REF, RefShape, {"ref": tuple(ref.split("/"))})
    except NotFound:
        return None
    return shape.to_ref()


async def list_refs(repo: RepositoryClient, prefix: str) -> tuple[GitRef, ...]:
    """This function will read all references that begin so: `tags/v`, `heads/pilothouse/train/`."""
    parts = tuple(part for part in prefix.split("/") if part)
    shapes = await repo.calls.get(op.LIST_REFS, list[RefShape], {"ref": parts})  # never in pages
    refs = (shape.to_ref() for shape in shapes)
    return tuple(ref for ref in refs if ref.ref.startswith(f"refs/{prefix}"))


async def create_ref(repo: RepositoryClient, ref: str, sha: Sha) -> GitRef:
    """This function will make a branch or tag, given as `heads/topic` or `tags/v1.0.0`, that is not there yet.

    Raises:
        Unprocessable: it is there already, a rule of the repository forbids it, or the object is not there.
        Uncertain: the answer was lost; read it before making it again.
    """
    body = {"ref": f"refs/{ref}", "sha": sha}
    return (await repo.calls.send(op.CREATE_REF, RefShape, {}, body)).to_ref()


async def update_ref(repo: RepositoryClient, ref: str, sha: Sha, *, force: bool = False) -> GitRef:
    """This function will move a branch, given as `heads/topic`.

    Raises:
        Unprocessable: it is not there, or without force it would lose commits.
    """
    variables = {"ref": tuple(ref.split("/"))}
    body = {"sha": sha, "force": force}
    return (await repo.calls.send(op.UPDATE_REF, RefShape, variables, body)).to_ref()


async def delete_ref(repo: RepositoryClient, ref: str) -> None:
    """This function will delete a branch or tag, given as `heads/topic`; one that is gone is no mistake."""
    try:
        await repo.calls.send(op.DELETE_REF, Nothing, {"ref": tuple(ref.split("/"))})
    except NotFound:
        return
    except Unprocessable as error:
        # GitHub's answer to one that is not there
        if "does not exist" not in str(error):
            raise


async def create_tag(repo: RepositoryClient, *, tag: str, message: str, sha: Sha) -> AnnotatedTag:
    """This function will make the object of an annotated tag of a commit; `create_ref` then names it."""
    body = {"tag": tag, "message": message, "object": sha, "type": "commit"}
    return (await repo.calls.send(op.CREATE_TAG, TagShape, {}, body)).to_tag()


async def get_tag(repo: RepositoryClient, tag_sha: Sha) -> AnnotatedTag:
    """This function will read the object of an annotated tag."""
    return (await repo.calls.get(op.GET_TAG, TagShape, {"tag_sha": tag_sha})).to_tag()


async def tagged_commit(repo: RepositoryClient, tag: str) -> Sha | None:
    """This function will read which commit a tag, annotated or not, stands for, or return None without one."""
    found = await get_ref(repo, f"tags/{tag}")
    while found is not None and found.type == "tag":
        read = await get_tag(repo, found.sha)
        found = GitRef(ref=found.ref, sha=read.target_sha, type=read.target_type)
    return found.sha if found is not None and found.type == "commit" else None


async def get_git_commit(repo: RepositoryClient, sha: Sha) -> GitCommit:
    """This function will read a commit as git knows it, with names, addresses and times."""
    return (await repo.calls.get(op.GET_GIT_COMMIT, GitCommitShape, {"commit_sha": sha})).to_commit()


async def create_commit(repo: RepositoryClient, new: NewCommit) -> GitCommit:
    """This function will make a commit that no branch holds yet."""
    body: dict[str, object] = {"message": new.message, "tree": new.tree, "parents": list(new.parents)}
    if new.author is not None:
        body["author"] = _person(new.author)
    return (await repo.calls.send(op.CREATE_COMMIT, GitCommitShape, {}, body)).to_commit()


def _person(person: GitPerson) -> dict[str, str]:
    told = {"name": person.name, "email": person.email, "date": person.date}
    return {key: value for key, value in told.items() if value}
