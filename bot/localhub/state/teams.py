"""What can happen to teams, and who belongs to them: a team's members are also those of the teams within it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.localhub.state.nouns import Team

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from bot.localhub.state.nouns import User
    from bot.localhub.state.store import Store


def create(
    store: Store,
    organization: User,
    slug: str,
    *,
    members: Mapping[str, str] | None = None,
    parent: Team | None = None,
) -> Team:
    """This function will create a team of people named with their role, `maintainer` or `member`."""
    made = Team(id=store.next_id(), organization=organization, slug=slug, parent=parent)
    organization.teams[slug] = made
    for login, role in (members or {}).items():
        join(store, made, login, role=role)
    return made


def join(store: Store, team: Team, login: str, *, role: str = "member") -> None:
    """This function will make someone a member of a team and of its organisation."""
    who = store.user(login)
    team.organization.members.setdefault(who.login, "member")
    team.invited.discard(who.id)
    team.members[who.id] = role


def invite(store: Store, team: Team, login: str) -> None:
    """This function will ask someone to join a team; until it is accepted the membership is pending."""
    team.invited.add(store.user(login).id)


def leave(store: Store, team: Team, login: str) -> None:
    """This function will take someone out of a team."""
    team.members.pop(store.user(login).id, None)


def inside(team: Team) -> Iterator[Team]:
    """This function will give a team and every team within it."""
    yield team
    for other in team.organization.teams.values():
        if other.parent is team:
            yield from inside(other)


def role_in(team: Team, who: User) -> str | None:
    """This function will give someone's role in a team, also when it comes from a team within it."""
    for one in inside(team):
        if who.id in one.members:
            return (
                "maintainer" if team.organization.members.get(who.login) == "admin" else one.members[who.id]
            )
    return None
