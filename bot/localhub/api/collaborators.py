"""Operations about who may do what: collaborators, memberships of organisations and teams."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.localhub.bodies import accounts, repositories
from bot.localhub.exchange import Answer, Listing, not_found
from bot.localhub.state import teams

if TYPE_CHECKING:
    from bot.localhub.exchange import Body, Call, Handlers
    from bot.localhub.state.nouns import Team, User

_OLD_NAMES = {"maintain": "write", "triage": "read"}  # what `permission` says; `role_name` is exact


def _user(call: Call) -> User:
    found = call.store.users.get(call.path["username"].lower())
    if found is None:
        raise not_found()
    return found


def _collaborator(call: Call, who: User) -> Body:
    role = call.repository.role_of(who)
    return {
        **accounts.user(call.store, who),
        "permissions": repositories.permissions(role),
        "role_name": role,
    }


def permission(call: Call) -> Answer:
    """This function will tell a user's permission and role on a repository."""
    who = _user(call)
    role = call.repository.role_of(who)
    shown = {
        "permission": _OLD_NAMES.get(role, role),
        "role_name": role,
        "user": _collaborator(call, who),
    }
    return Answer(body=shown)


def check(call: Call) -> Answer:
    """This function will say whether a user is a collaborator."""
    if _user(call).id not in call.repository.collaborators:
        raise not_found()
    return Answer(status=204)


def list_collaborators(call: Call) -> Listing:
    """This function will list the collaborators."""
    known = {who.id: who for who in call.store.users.values()}
    found = [known[number] for number in sorted(call.repository.collaborators)]
    return Listing(items=found, render=lambda who: _collaborator(call, who))


def _organization(call: Call) -> User:
    found = call.store.users.get(call.path["org"].lower())
    if found is None or found.type != "Organization":
        raise not_found()
    return found


def check_member(call: Call) -> Answer:
    """This function will say whether a user belongs to an organisation."""
    if _user(call).login not in _organization(call).members:
        raise not_found()
    return Answer(status=204)


def membership(call: Call) -> Answer:
    """This function will show a user's membership of an organisation."""
    organization, who = _organization(call), _user(call)
    role = organization.members.get(who.login)
    if role is None:
        raise not_found()
    home = f"{call.store.base_url}/orgs/{organization.login}"
    body = {
        "url": f"{home}/memberships/{who.login}",
        "state": "active",
        "role": role,
        "organization_url": home,
        "organization": accounts.organization(call.store, organization),
        "user": accounts.user(call.store, who),
    }
    return Answer(body=body)


def _team(call: Call) -> Team:
    found = _organization(call).teams.get(call.path["team_slug"])
    if found is None:
        raise not_found()
    return found


def team_membership(call: Call) -> Answer:
    """This function will show a user's membership of a team, which may come from a team within it."""
    team, who = _team(call), _user(call)
    role = teams.role_in(team, who)
    if role is None and who.id not in team.invited:
        raise not_found()
    home = f"{call.store.base_url}/organizations/{team.organization.id}/team/{team.id}"
    body = {
        "url": f"{home}/memberships/{who.login}",
        "role": role or "member",
        "state": "pending" if role is None else "active",
    }
    return Answer(body=body)


def team_members(call: Call) -> Listing:
    """This function will list a team's members, those of the teams within it too."""
    team = _team(call)
    found = [who for who in call.store.users.values() if teams.role_in(team, who) is not None]

    def shown(who: User) -> Body:
        return accounts.user(call.store, who) | {
            "role": teams.role_in(team, who),
            "inherited": who.id not in team.members,
        }

    return Listing(items=found, render=shown)


HANDLERS: Handlers = {
    "orgs/check-membership-for-user": check_member,
    "orgs/get-membership-for-user": membership,
    "repos/check-collaborator": check,
    "repos/get-collaborator-permission-level": permission,
    "repos/list-collaborators": list_collaborators,
    "teams/get-membership-for-user-in-org": team_membership,
    "teams/list-members-in-org": team_members,
}
