"""Who wrote, who reviewed, who belongs: read from the local GitHub, its traffic held against GitHub's description."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from bot.github.collaborators import permission_of_person
from bot.github.commits import account_of, commits_behind, get_commit, list_pull_commits, merge_base
from bot.github.errors import Forbidden, NotFound, Unprocessable
from bot.github.issues import create_issue, find_issue
from bot.github.models import Actor, Permission, Sha
from bot.github.review_models import RequestedReviewers, ReviewState
from bot.github.reviews import list_requested, list_reviews, request_reviewers
from bot.github.statuses import list_statuses
from bot.github.teams import is_team_member
from bot.localhub.state import accounts, git, issues, pulls, reviews, statuses, teams
from bot.localhub.state.nouns import Stranger
from tests.support.raw_github import REPO, REPOSITORY, Answer

if TYPE_CHECKING:
    from bot.localhub.state.nouns import User
    from tests.support.github_world import World
    from tests.support.raw_github import Bench


def actor(user: User) -> Actor:
    return Actor(id=user.id, login=user.login)


async def test_a_commit_names_its_tree_and_who_wrote_it(world: World) -> None:
    store = world.hub.store
    ada = store.user("ada")
    made = git.push(
        store,
        world.repository,
        "topic",
        files={"a": "1"},
        message="More\n\nCo-authored-by: Eve <7+eve@users.noreply.github.com>",
        author=ada,
        written_by=Stranger(login="Nobody", email="nobody@example.com"),
    )
    read = await get_commit(world.repo, Sha(made.sha))
    assert (read.sha, read.tree, read.parents) == (made.sha, made.tree, tuple(made.parents))
    assert (read.author, read.author_email) == (None, "nobody@example.com")
    assert read.committer == actor(ada)
    assert [one.login for one in read.co_authors] == ["eve"]
    with pytest.raises(NotFound):
        await get_commit(world.repo, Sha("f" * 40))


async def test_the_commits_of_a_pull_request_are_listed_until_githubs_limit(world: World) -> None:
    store = world.hub.store
    ada = store.user("ada")
    for count in range(248):
        git.push(store, world.repository, "topic", files={"n": str(count)}, message=str(count), author=ada)
    almost = await list_pull_commits(world.repo, world.pull.number)
    assert (len(almost.commits), almost.is_complete) == (249, True)
    assert almost.holds(world.head)
    assert {commit.author for commit in almost.commits} == {actor(ada)}
    for count in range(2):
        git.push(store, world.repository, "topic", files={"m": str(count)}, message=str(count), author=ada)
    more = await list_pull_commits(world.repo, world.pull.number)
    assert (len(more.commits), more.is_complete) == (250, False)
    assert not more.holds(world.head), "the list ends before the head"


async def test_how_far_a_head_lies_behind_its_base(world: World) -> None:
    store = world.hub.store
    start = world.repository.branches["main"]
    assert await commits_behind(world.repo, "main", world.head) == 0
    for count in range(2):
        git.push(
            store, world.repository, "main", files={"b": str(count)}, message="x", author=store.user("ada")
        )
    assert await commits_behind(world.repo, "main", world.head) == 2
    assert await merge_base(world.repo, Sha(world.repository.branches["main"]), world.head) == start
    git.push(
        store, world.repository, "release/1", files={"c": "1"}, message="x", author=store.user("ada")
    )  # it starts at main
    assert await commits_behind(world.repo, "release/1", world.head) == 3
    with pytest.raises(NotFound):
        await commits_behind(world.repo, "gone", world.head)


async def test_reviews_are_read_as_they_stand(world: World) -> None:
    store, pull = world.hub.store, world.pull
    bob, eve = store.user("bob"), store.user("eve")
    said = reviews.submit(store, world.repository, pull, author=bob, state="approved", body="fine")
    reviews.submit(store, world.repository, pull, author=eve, state="commented", body="hm")
    for count in range(100):
        reviews.submit(store, world.repository, pull, author=eve, state="changes_requested", body=str(count))
    reviews.dismiss(store, world.repository, pull, pull.reviews[-1], dismisser=bob)
    read = await list_reviews(world.repo, pull.number)
    assert len(read) == 102
    assert (read[0].id, read[0].author, read[0].state) == (said.id, actor(bob), ReviewState.APPROVED)
    assert (read[0].body, read[0].commit_sha, read[0].submitted_at) == ("fine", world.head, said.submitted_at)
    assert [one.state for one in read[1:3]] == [ReviewState.COMMENTED, ReviewState.CHANGES_REQUESTED]
    assert read[-1].state is ReviewState.DISMISSED


async def test_people_and_teams_are_asked_for_their_review(world: World) -> None:
    store, repo, number = world.hub.store, world.repo, world.pull.number
    bob = store.user("bob")
    accounts.set_role(world.repository, bob, "write")
    teams.create(store, world.repository.owner, "ops", members={"bob": "member"})
    assert await list_requested(repo, number) == RequestedReviewers()
    for _ in range(2):  # a second time changes nothing
        await request_reviewers(repo, number, users=["bob"], teams=["ops"])
        assert await list_requested(repo, number) == RequestedReviewers(users=(actor(bob),), teams=("ops",))
    with pytest.raises(Unprocessable):
        await request_reviewers(repo, number, users=["ada"])  # its author


async def test_a_team_has_the_members_of_the_teams_within_it(world: World) -> None:
    store, owner = world.hub.store, world.repository.owner
    ops = teams.create(store, owner, "ops", members={"ada": "maintainer"})
    teams.create(store, owner, "night", parent=ops, members={"grace": "member"})
    teams.invite(store, ops, "eve")

    async def belongs(slug: str, login: str) -> bool:
        return await is_team_member(world.repo, org="acme", slug=slug, login=login)

    assert await belongs("ops", "ada")
    assert await belongs("ops", "grace")
    assert not await belongs("night", "ada")
    assert not await belongs("ops", "eve"), "an invitation that was not accepted"
    assert not await belongs("ops", "nobody-knows")
    assert not await belongs("no-such-team", "ada")
    teams.leave(store, ops, "ada")
    assert not await belongs("ops", "ada")


async def test_a_membership_that_cannot_be_read_is_an_error(world: World) -> None:
    """Whoever asks must deny then, and say that it could not be verified."""
    teams.create(world.hub.store, world.repository.owner, "ops", members={"ada": "member"})
    del world.installation.permissions["members"]
    with pytest.raises(Forbidden):
        await is_team_member(world.repo, org="acme", slug="ops", login="ada")


async def test_a_person_is_known_by_number_and_not_by_login(world: World) -> None:
    store, repo = world.hub.store, world.repo
    ada = actor(store.user("ada"))
    assert await permission_of_person(repo, ada) is Permission.WRITE
    assert await permission_of_person(repo, Actor(id=0, login="ghost")) is Permission.NONE
    accounts.rename_user(store, store.user("ada"), "countess")
    assert await permission_of_person(repo, ada) is Permission.NONE, "nobody has the login any more"
    accounts.set_role(world.repository, store.user("ada"), "admin")
    assert await permission_of_person(repo, ada) is Permission.NONE, "somebody else has it now"
    assert await permission_of_person(repo, Actor(id=ada.id, login="countess")) is Permission.WRITE


async def test_all_statuses_of_a_commit_are_read_newest_first(world: World) -> None:
    store, ada = world.hub.store, world.hub.store.user("ada")
    for count in range(101):
        new = statuses.NewCommitStatus(state="pending", creator=ada, context=f"ci/{count}")
        statuses.report(store, world.repository, world.head, new)
    last = statuses.NewCommitStatus(
        state="failure", creator=ada, context="ci/0", description="no", target_url="https://ci.example/1"
    )
    statuses.report(store, world.repository, world.head, last)
    read = await list_statuses(world.repo, world.head)
    assert len(read) == 102
    assert (read[0].context, read[0].state, read[0].description) == ("ci/0", "failure", "no")
    assert (read[0].target_url, read[0].creator) == ("https://ci.example/1", actor(ada))
    assert (read[-1].context, read[-1].state, read[-1].target_url) == ("ci/0", "pending", "")


async def test_an_issue_is_found_again_by_its_marker_and_author(world: World) -> None:
    store, repo, eve = world.hub.store, world.repo, world.hub.store.user("eve")
    marker = "<!-- mine -->"
    issues.open_issue(store, world.repository, title="Fake", body=marker, author=eve)
    git.push(store, world.repository, "x", files={"x": "1"}, message="x", author=eve)
    pulls.open_pull(
        store, world.repository, title="Not an issue", head="x", author=world.hub.app.bot, body=marker
    )
    assert await find_issue(repo, marker=marker) is None
    made = await create_issue(repo, title="Frozen", body=f"{marker}\ntext", labels=["frozen"])
    assert made.app_id == (await world.github.identity()).id
    assert await find_issue(repo, marker=marker) == made
    issues.set_state(store, world.repository, world.repository.issues[made.number], "closed", eve)
    assert await find_issue(repo, marker=marker) is None
    again = await find_issue(repo, marker=marker, state="all")
    assert again is not None
    assert again.number == made.number


async def test_an_issue_from_long_ago_is_not_looked_for_for_ever(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.github.issues._MOST_LOOKED_AT", 2)
    made = await create_issue(world.repo, title="Old", body="<!-- mine -->")
    eve = world.hub.store.user("eve")
    issues.open_issue(world.hub.store, world.repository, title="New", body="", author=eve)
    assert await find_issue(world.repo, marker="<!-- mine -->") == made
    issues.open_issue(world.hub.store, world.repository, title="Newer", body="", author=eve)
    assert await find_issue(world.repo, marker="<!-- mine -->") is None


async def test_an_address_belongs_to_who_wrote_a_commit_under_it(bench: Bench) -> None:
    repo, path = bench.github.repository(REPOSITORY), f"{REPO}/commits"
    signed = {"tree": {"sha": "t"}, "author": {"email": "Ada@example.com"}}
    listed = {"sha": "a", "commit": signed, "author": {"id": 1, "login": "ada"}}
    bench.server.answer("GET", path, Answer([listed]))
    assert await account_of(repo, "ada@example.com") == Actor(id=1, login="ada")
    assert bench.server.calls("GET", path)[0].query == {"author": "ada@example.com", "per_page": "1"}
    assert await account_of(repo, "eve@example.com") is None, "the answer is about somebody else"
    bench.server.answer("GET", path, Answer([listed | {"author": {}}]))
    assert await account_of(repo, "ada@example.com") is None
    bench.server.answer("GET", path, Answer([]))
    assert await account_of(repo, "ada@example.com") is None
    assert await account_of(repo, "ada") is None, "a login is no address"
    assert len(bench.server.calls("GET", path)) == 4
