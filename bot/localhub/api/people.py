"""Operations with which an App learns what a person can reach, and lets go of what they allowed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.localhub.bodies import accounts, repositories
from bot.localhub.exchange import Answer, Listing, Refused, not_found

if TYPE_CHECKING:
    from bot.localhub.exchange import Call, Handlers
    from bot.localhub.state.nouns import Installation, Repository, User


def _person(call: Call) -> User:
    if call.identity.person is None or not call.identity.is_by_app:
        raise Refused(403, "You must authenticate with an access token authorized to a GitHub App.")
    return call.identity.person


def _is_explicit(repository: Repository, person: User) -> bool:
    """Whether somebody gave it to them: that a public repository can be read by everybody does not count."""
    is_given = person.id == repository.owner.id or repository.owner.members.get(person.login) == "admin"
    return is_given or person.id in repository.collaborators


def _reached(call: Call, installation: Installation, person: User) -> list[Repository]:
    covered = (call.store.repositories_by_id.get(number) for number in sorted(installation.repository_ids))
    return [one for one in covered if one is not None and _is_explicit(one, person)]


def list_installations(call: Call) -> Listing:
    """This function will list the App's installations where the person can reach something."""
    person = _person(call)
    found = [
        one
        for one in call.store.installations.values()
        if one.app is call.world.app and _reached(call, one, person)
    ]
    return Listing(
        items=found, render=lambda one: accounts.installation(call.store, one), key="installations"
    )


def list_repositories(call: Call) -> Listing:
    """This function will list what a person can reach of an installation, with what they may do there."""
    person = _person(call)
    installation = call.store.installations.get(call.number("installation_id"))
    if installation is None or installation.app is not call.world.app:
        raise not_found()
    if installation.suspended_at is not None:
        raise Refused(403, "This installation has been suspended")
    return Listing(
        items=_reached(call, installation, person),
        render=lambda one: {
            **repositories.in_rest(call.store, one),
            "permissions": repositories.permissions(one.role_of(person)),
        },
        key="repositories",
        extra={"repository_selection": installation.selection},
    )


def _own_token(call: Call) -> str:
    if call.path["client_id"] != call.world.app.client_id:
        raise not_found()
    text = call.need("access_token")
    if call.world.authorizations.person_of(text) is None:
        raise not_found()
    return str(text)


def check_token(call: Call) -> Answer:
    """This function will say whether a token is good, to the App that it was made for."""
    text = _own_token(call)
    app, now = call.world.app, accounts.moment(call.store.now())
    body = {
        "id": app.id,
        "url": f"{call.store.base_url}/authorizations/{app.id}",
        "scopes": [],
        "token": text,
        "token_last_eight": text[-8:],
        "hashed_token": None,
        "app": {"client_id": app.client_id, "name": app.name, "url": call.store.base_url},
        "note": None,
        "note_url": None,
        "updated_at": now,
        "created_at": now,
        "expires_at": None,
        "fingerprint": None,
        "user": accounts.user_or_none(call.store, call.world.authorizations.person_of(text)),
    }
    return Answer(body=body)


def delete_token(call: Call) -> Answer:
    """This function will make one user token useless."""
    call.world.authorizations.revoke(_own_token(call))
    return Answer(status=204)


def delete_grant(call: Call) -> Answer:
    """This function will take back everything that the token's person allowed the App."""
    person = call.world.authorizations.person_of(_own_token(call))
    if person is not None:
        call.world.authorizations.revoke_all(person)
    return Answer(status=204)


HANDLERS: Handlers = {
    "apps/check-token": check_token,
    "apps/delete-authorization": delete_grant,
    "apps/delete-token": delete_token,
    "apps/list-installation-repos-for-authenticated-user": list_repositories,
    "apps/list-installations-for-authenticated-user": list_installations,
}
