"""What can happen to releases: drafted, published with their tag, edited, deleted, thrown back to a draft."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from bot.localhub.state import git
from bot.localhub.state.releases import tags
from bot.localhub.state.releases.nouns import Release
from bot.localhub.state.store import Happening, NotThere

if TYPE_CHECKING:
    from datetime import datetime

    from bot.localhub.state.nouns import Repository, User
    from bot.localhub.state.store import Store

_SHOWN_CHANGES = {"body": "body", "name": "name", "tag": "tag_name"}


class Unpublishable(ValueError):  # noqa: N818 - it is an answer, not a mistake of ours
    """A release that GitHub does not publish, with the fields of its answer."""

    def __init__(self, *errors: dict[str, Any]) -> None:
        super().__init__("Validation Failed")
        self.errors = list(errors)


@dataclass(frozen=True, slots=True, kw_only=True)
class ReleaseFields:
    """What a release is created with or edited to."""

    tag: str
    target: str
    name: str | None = None
    body: str | None = None
    draft: bool = False
    prerelease: bool = False
    make_latest: str = "true"


def fields_of(release: Release) -> ReleaseFields:
    """This function will give what an edit starts from; what was published is not made the latest again."""
    return ReleaseFields(
        tag=release.tag,
        target=release.target,
        name=release.name,
        body=release.body,
        draft=release.draft,
        prerelease=release.prerelease,
        make_latest="true" if release.draft else "",
    )


def create(store: Store, repository: Repository, fields: ReleaseFields, author: User) -> Release:
    """This function will make a release, as a draft or published at once.

    Raises:
        Unpublishable: its tag is used, or may not be made.
    """
    now = store.now()
    made = Release(
        id=store.next_id(),
        tag=fields.tag,
        target=fields.target,
        name=fields.name,
        body=fields.body,
        author=author,
        draft=True,
        prerelease=fields.prerelease,
        created_at=_commit_time(store, repository, fields) or now,
        updated_at=now,
    )
    if not fields.draft:
        _publish(store, repository, made, fields, author)
    repository.releases[made.id] = made
    _tell(store, repository, made, "created", author)
    if not made.draft:
        _tell_published(store, repository, made, author, was_draft=False)
    return made


def edit(store: Store, repository: Repository, release: Release, fields: ReleaseFields, sender: User) -> None:
    """This function will change a release; a draft that shall be none is published.

    Raises:
        Unpublishable: its tag is used, or may not be made.
    """
    before, was_draft = replace(fields_of(release)), release.draft
    if was_draft and not fields.draft:
        _publish(store, repository, release, fields, sender)
    release.tag, release.target = fields.tag, fields.target
    release.name, release.body, release.prerelease = fields.name, fields.body, fields.prerelease
    release.updated_at = store.now()
    release.created_at = _commit_time(store, repository, fields) or release.created_at
    _note_latest(repository, release, fields.make_latest)
    if was_draft and not release.draft:
        _tell_published(store, repository, release, sender, was_draft=True)
        return
    if not was_draft and fields.draft:
        release.draft, release.published_at = True, None
        _tell(store, repository, release, "unpublished", sender)
        return
    if before.prerelease and not release.prerelease and not release.draft:
        _tell(store, repository, release, "released", sender)
    _tell(store, repository, release, "edited", sender, changes=_changes(before, fields))


def _changes(before: ReleaseFields, after: ReleaseFields) -> dict[str, Any]:
    return {
        shown: {"from": getattr(before, name) or ""}
        for name, shown in _SHOWN_CHANGES.items()
        if getattr(before, name) != getattr(after, name)
    }


def _commit_time(store: Store, repository: Repository, fields: ReleaseFields) -> datetime | None:
    """A release is dated by its commit: https://docs.github.com/rest/releases/releases#get-the-latest-release."""
    for ref in (f"tags/{fields.tag}", fields.target):
        try:
            return git.resolve(store, repository, ref).at
        except NotThere:
            continue
    return None


def _publish(
    store: Store, repository: Repository, release: Release, fields: ReleaseFields, sender: User
) -> None:
    """Make the tag where there is none, and let the release out; what cannot be leaves everything as it was."""
    others = [one for one in repository.releases.values() if one is not release and not one.draft]
    if any(one.tag == fields.tag for one in others):
        raise Unpublishable({"resource": "Release", "code": "already_exists", "field": "tag_name"})
    if fields.tag not in repository.tags:
        _make_tag(store, repository, fields, sender)
    release.draft, release.published_at = False, store.now()
    release.immutable = repository.immutable_releases
    if release.immutable:
        repository.burnt_tags.add(fields.tag)
    _note_latest(repository, release, fields.make_latest)


def _make_tag(store: Store, repository: Repository, fields: ReleaseFields, sender: User) -> None:
    forbidden = tags.against_creation(repository, fields.tag, sender)
    if forbidden is not None:
        errors = [_custom("pre_receive", f"pre_receive {forbidden}")]
        if fields.tag in repository.burnt_tags:
            errors.append(_custom("tag_name", "tag_name was used by an immutable release"))
        raise Unpublishable(*errors, _custom(None, "Published releases must have a valid tag"))
    try:
        target = git.resolve(store, repository, fields.target)
    except NotThere as missing:
        wrong = {"resource": "Release", "code": "invalid", "field": "target_commitish"}
        raise Unpublishable(wrong) from missing
    git.set_tag(store, repository, fields.tag, target.sha, sender)


def _custom(field: str | None, message: str) -> dict[str, str]:
    about = {} if field is None else {"field": field}
    return {"resource": "Release", "code": "custom", **about, "message": message}


def _note_latest(repository: Repository, release: Release, make_latest: str) -> None:
    if make_latest == "true" and not release.draft and not release.prerelease:
        repository.latest_release = release.id


def latest(repository: Repository) -> Release | None:
    """This function will give the release that is shown as the latest: the chosen one, else the newest commit's."""
    chosen = repository.releases.get(repository.latest_release)
    if chosen is not None and not chosen.draft and not chosen.prerelease:
        return chosen
    full = [one for one in repository.releases.values() if not one.draft and not one.prerelease]
    return max(full, key=lambda one: (one.created_at, one.id), default=None)


def delete(store: Store, repository: Repository, release: Release, sender: User) -> None:
    """This function will delete a release; its tag stays."""
    del repository.releases[release.id]
    _tell(store, repository, release, "deleted", sender)


def delete_tag(store: Store, repository: Repository, tag: str, sender: User) -> None:
    """This function will delete a tag, which makes drafts of the releases that had it."""
    before = repository.tags.pop(tag)
    for event, subject in (("delete", ("tag", tag)), ("push", (f"refs/tags/{tag}", before, git.ZERO))):
        store.emit(Happening(event=event, action=None, repository=repository, sender=sender, subject=subject))
    for release in repository.releases.values():
        if release.tag == tag and not release.draft:
            release.draft, release.published_at = True, None
            _tell(store, repository, release, "unpublished", sender)


def _tell_published(
    store: Store, repository: Repository, release: Release, sender: User, *, was_draft: bool
) -> None:
    """A pre-release that was a draft is not told as `prereleased`.

    https://docs.github.com/actions/reference/workflows-and-actions/events-that-trigger-workflows#release
    """
    _tell(store, repository, release, "published", sender)
    if not release.prerelease:
        _tell(store, repository, release, "released", sender)
    elif not was_draft:
        _tell(store, repository, release, "prereleased", sender)


def _tell(
    store: Store,
    repository: Repository,
    release: Release,
    action: str,
    sender: User,
    **extra: Any,
) -> None:
    store.emit(
        Happening(
            event="release",
            action=action,
            repository=repository,
            sender=sender,
            subject=release,
            extra=extra,
        )
    )
