"""Who someone is: teams within teams, renamed users, authors of commits; and pull requests that change their base."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from bot.localhub.state import accounts, git, pulls, reviews, teams
from bot.localhub.state.nouns import Stranger
from bot.localhub.state.store import NotThere

if TYPE_CHECKING:
    from bot.localhub.server import LocalHub
    from tests.localhub.conftest import Seeded
    from tests.support.hub_client import Caller, Receiver

R = "/repos/acme/rocket"
TEAMS = "/orgs/acme/teams"


async def test_a_teams_members_are_also_those_of_the_teams_within_it(
    hub: LocalHub, seeded: Seeded, as_installation: Caller
) -> None:
    owner = seeded.repository.owner
    ops = teams.create(hub.store, owner, "ops", members={"ada": "maintainer"})
    night = teams.create(hub.store, owner, "night", parent=ops, members={"grace": "member", "amy": "member"})
    owner.members["amy"] = "admin"
    teams.leave(hub.store, ops, "ada")
    teams.invite(hub.store, night, "eve")

    async def membership(team: str, login: str) -> tuple[int, str, str]:
        answer = await as_installation("GET", f"{TEAMS}/{team}/memberships/{login}")
        return answer.status, answer.body.get("role", ""), answer.body.get("state", "")

    assert await membership("ops", "grace") == (200, "member", "active")
    assert await membership("ops", "amy") == (200, "maintainer", "active")
    assert await membership("night", "eve") == (200, "member", "pending")
    assert (await membership("ops", "ada"))[0] == 404
    assert (await membership("nobodys", "ada"))[0] == 404
    listed = (await as_installation("GET", f"{TEAMS}/ops/members")).body
    assert [(one["login"], one["inherited"]) for one in listed] == [("grace", True), ("amy", True)]


async def test_a_renamed_user_keeps_the_number_and_leaves_the_login_to_anyone(
    hub: LocalHub, seeded: Seeded, as_installation: Caller
) -> None:
    ada = hub.store.user("ada")
    teams.create(hub.store, seeded.repository.owner, "ops", members={"ada": "maintainer"})
    accounts.rename_user(hub.store, ada, "countess")
    impostor = hub.store.user("ada")

    async def role(login: str) -> tuple[int, str]:
        body = (await as_installation("GET", f"{R}/collaborators/{login}/permission")).body
        return body["user"]["id"], body["role_name"]

    assert await role("countess") == (ada.id, "write")
    assert await role("ada") == (impostor.id, "none")
    assert (await as_installation("GET", f"{TEAMS}/ops/memberships/countess")).status == 200
    with pytest.raises(ValueError, match="taken"):
        accounts.rename_user(hub.store, ada, "Ada")


async def test_commits_name_authors_committers_and_strangers(
    hub: LocalHub, seeded: Seeded, as_installation: Caller, receiver: Receiver
) -> None:
    ada, grace = hub.store.user("ada"), hub.store.user("grace")
    stranger = Stranger(login="Nobody", email="nobody@example.com")
    message = "More\n\nCo-authored-by: Grace <1+grace@users.noreply.github.com>"
    for who in (grace, stranger):
        made = git.push(
            hub.store,
            seeded.repository,
            "topic",
            files={"by": who.login},
            message=message,
            author=ada,
            written_by=who,
        )
    listed = (await as_installation("GET", f"{R}/pulls/{seeded.pull.number}/commits")).body
    assert [one["author"] and one["author"]["login"] for one in listed] == ["ada", "grace", None]
    assert {one["committer"]["login"] for one in listed} == {"ada"}
    assert listed[-1]["commit"]["author"]["email"] == "nobody@example.com"
    assert listed[-1]["commit"]["tree"]["sha"] == made.tree
    assert listed[-1]["commit"]["message"] == message
    await hub.settle()
    pushes = [one.payload["commits"][0] for one in receiver.received if one.name == "push"]
    assert {one["author"].get("username") for one in pushes} == {"grace", None}


async def test_a_pull_request_lists_250_commits_and_counts_all(
    hub: LocalHub, seeded: Seeded, as_installation: Caller
) -> None:
    ada = hub.store.user("ada")
    for number in range(255):
        git.push(
            hub.store, seeded.repository, "topic", files={"n": str(number)}, message=f"{number}", author=ada
        )
    here = f"{R}/pulls/{seeded.pull.number}"
    assert (await as_installation("GET", here)).body["commits"] == 256
    pages = [
        (await as_installation("GET", f"{here}/commits?per_page=100&page={page}")).body
        for page in (1, 2, 3, 4)
    ]
    assert [len(page) for page in pages] == [100, 100, 50, 0]


async def test_a_retarget_says_what_the_base_was(
    hub: LocalHub, seeded: Seeded, as_installation: Caller, receiver: Receiver
) -> None:
    repository, here = seeded.repository, f"{R}/pulls/{seeded.pull.number}"
    git.push(
        hub.store, repository, "stable", files={"s": "1"}, message="Stable", author=hub.store.user("ada")
    )
    before = repository.branches["main"]
    for base in ("stable", "stable"):
        answer = await as_installation("PATCH", here, {"base": base})
        assert answer.body["base"]["ref"] == "stable"
    assert (await as_installation("PATCH", here, {"base": "nothing"})).status == 422
    with pytest.raises(NotThere):
        pulls.retarget(hub.store, repository, seeded.pull, "nothing", sender=repository.owner)
    await hub.settle()
    (told,) = [one.payload for one in receiver.received if one.name == "pull_request.edited"]
    assert told["changes"] == {"base": {"ref": {"from": "main"}, "sha": {"from": before}}}


async def test_a_review_needs_a_known_state(hub: LocalHub, seeded: Seeded) -> None:
    with pytest.raises(ValueError, match="no state"):
        reviews.submit(
            hub.store, seeded.repository, seeded.pull, author=hub.store.user("ada"), state="dismissed"
        )
