"""What can happen to accounts and repositories: create, fork, rename, install, uninstall, invite."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.localhub.state import git
from bot.localhub.state.nouns import ROLES, Installation, Repository
from bot.localhub.state.store import Happening

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bot.localhub.state.nouns import App, User
    from bot.localhub.state.store import Store

README = b"# A repository of the local GitHub\n"


def create_repository(
    store: Store,
    full_name: str,
    *,
    private: bool = True,
    files: Mapping[str, bytes | str] | None = None,
    owner_type: str = "Organization",
) -> Repository:
    """This function will create a repository with one commit on `main`."""
    login, _, name = full_name.partition("/")
    owner = store.user(login, type=owner_type)
    now = store.now()
    made = Repository(
        id=store.next_id(),
        owner=owner,
        name=name,
        private=private,
        created_at=now,
        updated_at=now,
        pushed_at=now,
    )
    content = {path: text.encode() if isinstance(text, str) else text for path, text in (files or {}).items()}
    content.setdefault("README.md", README)
    first = git.commit(store, content, parents=(), message="Begin", author=owner)
    made.branches[made.default_branch] = first.sha
    _register(store, made)
    return made


def _register(store: Store, repository: Repository) -> None:
    store.repositories[repository.full_name.lower()] = repository
    store.repositories_by_id[repository.id] = repository


def fork(store: Store, parent: Repository, *, owner: User) -> Repository:
    """This function will fork a repository into another account."""
    now = store.now()
    made = Repository(
        id=store.next_id(),
        owner=owner,
        name=parent.name,
        private=parent.private,
        created_at=now,
        updated_at=now,
        pushed_at=now,
        parent=parent,
        branches=dict(parent.branches),
    )
    _register(store, made)
    return made


def rename(store: Store, repository: Repository, new_name: str) -> None:
    """This function will rename a repository; its old name redirects from then on."""
    old, former = repository.full_name.lower(), repository.name
    del store.repositories[old]
    repository.name = new_name
    store.renamed[old] = repository.id
    store.renamed.pop(repository.full_name.lower(), None)
    _register(store, repository)
    _tell(store, repository, "renamed", changes={"repository": {"name": {"from": former}}})


def set_visibility(store: Store, repository: Repository, *, private: bool) -> None:
    """This function will show a repository to everyone, or to those alone who were given a role."""
    if repository.private != private:
        repository.private = private
        _tell(store, repository, "privatized" if private else "publicized")


def set_default_branch(store: Store, repository: Repository, branch: str) -> None:
    """This function will make another branch the one that a repository is looked at by."""
    if branch not in repository.branches:
        raise ValueError(f"{repository.full_name} has no branch {branch}")
    former, repository.default_branch = repository.default_branch, branch
    _tell(store, repository, "edited", changes={"default_branch": {"from": former}})


def delete_repository(store: Store, repository: Repository) -> None:
    """This function will delete a repository: neither its name nor a former one leads anywhere any more."""
    _tell(store, repository, "deleted")
    del store.repositories[repository.full_name.lower()]
    del store.repositories_by_id[repository.id]
    for name in [name for name, number in store.renamed.items() if number == repository.id]:
        del store.renamed[name]
    for installation in store.installations.values():
        installation.repository_ids.discard(repository.id)


def _tell(store: Store, repository: Repository, action: str, **extra: object) -> None:
    store.emit(
        Happening(
            event="repository",
            action=action,
            repository=repository,
            sender=repository.owner,
            subject=repository,
            extra=extra,
        )
    )


def rename_user(store: Store, who: User, login: str) -> None:
    """This function will give an account another login; its number stays, the old login is free for anyone."""
    if login.lower() in store.users:
        raise ValueError(f"{login} is taken")
    old = who.login
    del store.users[old.lower()]
    who.login = login
    store.users[login.lower()] = who
    for one in store.users.values():
        if old in one.members:
            one.members[login] = one.members.pop(old)


def set_role(repository: Repository, user: User, role: str) -> None:
    """This function will give a user a role on a repository; `none` takes it away."""
    if role not in ROLES:
        raise ValueError(f"{role!r} is no role: one of {', '.join(ROLES)}")
    if role == "none":
        repository.collaborators.pop(user.id, None)
    else:
        repository.collaborators[user.id] = role


def install(store: Store, app: App, *repositories: Repository) -> Installation:
    """This function will install an App on repositories of one owner, or add them to its installation."""
    account = repositories[0].owner
    for installation in store.installations.values():
        if installation.app is app and installation.account is account:
            _add(store, installation, repositories)
            return installation
    made = Installation(
        id=store.next_id(),
        app=app,
        account=account,
        permissions=dict(app.permissions),
        events=app.events,
        repository_ids={repository.id for repository in repositories},
        created_at=store.now(),
    )
    store.installations[made.id] = made
    store.emit(
        Happening(event="installation", action="created", repository=None, sender=account, subject=made)
    )
    return made


def _add(store: Store, installation: Installation, repositories: tuple[Repository, ...]) -> None:
    new = [one for one in repositories if one.id not in installation.repository_ids]
    installation.repository_ids.update(one.id for one in new)
    if new:
        store.emit(
            Happening(
                event="installation_repositories",
                action="added",
                repository=None,
                sender=installation.account,
                subject=installation,
                extra={"repositories_added": new},
            )
        )


def uninstall(store: Store, installation: Installation) -> None:
    """This function will remove an installation; its tokens stop working."""
    store.emit(
        Happening(
            event="installation",
            action="deleted",
            repository=None,
            sender=installation.account,
            subject=installation,
        )
    )
    del store.installations[installation.id]
