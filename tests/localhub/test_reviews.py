"""Reviews, requested reviewers and commit statuses, as the operations answer and the webhooks tell."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from bot.localhub.state import accounts, reviews, statuses, teams

if TYPE_CHECKING:
    from bot.localhub.server import LocalHub
    from tests.localhub.conftest import Seeded
    from tests.support.hub_client import Caller, Receiver

R = "/repos/acme/rocket"


def _told(receiver: Receiver, name: str) -> list[Any]:
    return [one.payload for one in receiver.received if one.name == name]


async def test_reviews_are_listed_oldest_first_with_the_commit_they_looked_at(
    hub: LocalHub, seeded: Seeded, as_installation: Caller, receiver: Receiver
) -> None:
    pull, grace = seeded.pull, hub.store.user("grace")
    first = reviews.submit(hub.store, seeded.repository, pull, author=grace, state="commented", body="Hm")
    second = reviews.submit(hub.store, seeded.repository, pull, author=grace, state="approved", body="Yes")
    reviews.edit(hub.store, seeded.repository, pull, second, body="/approve", editor=grace)
    await hub.settle()

    listed = (await as_installation("GET", f"{R}/pulls/{pull.number}/reviews?per_page=100")).body

    assert [(one["id"], one["state"], one["commit_id"]) for one in listed] == [
        (first.id, "COMMENTED", pull.head_sha),
        (second.id, "APPROVED", pull.head_sha),
    ]
    submitted = _told(receiver, "pull_request_review.submitted")
    assert {one["review"]["state"] for one in submitted} == {"commented", "approved"}
    (edited,) = _told(receiver, "pull_request_review.edited")
    assert edited["changes"] == {"body": {"from": "Yes"}}


async def test_a_dismissed_review_says_so(
    hub: LocalHub, seeded: Seeded, as_installation: Caller, receiver: Receiver
) -> None:
    pull = seeded.pull
    made = reviews.submit(
        hub.store, seeded.repository, pull, author=hub.store.user("grace"), state="approved"
    )
    here = f"{R}/pulls/{pull.number}/reviews/{made.id}"

    answer = await as_installation("PUT", f"{here}/dismissals", {"message": "The plan changed"})
    again = await as_installation("PUT", f"{here}/dismissals", {"message": "The plan changed"})
    shown = await as_installation("GET", here)
    await hub.settle()

    assert (answer.status, again.status, shown.body["state"]) == (200, 422, "DISMISSED")
    (told,) = _told(receiver, "pull_request_review.dismissed")
    assert told["review"]["state"] == "dismissed"


async def test_the_app_reviews_but_not_its_own_pull_request(seeded: Seeded, as_installation: Caller) -> None:
    here = f"{R}/pulls/{seeded.pull.number}/reviews"
    made = await as_installation("POST", here, {"event": "APPROVE"})
    assert (made.status, made.body["state"]) == (200, "APPROVED")
    assert (await as_installation("POST", here, {"event": "COMMENT"})).status == 422
    assert (await as_installation("POST", here, {"event": "LIKE", "body": "x"})).status == 422
    seeded.repository.branches["other"] = seeded.repository.branches["main"]
    new = {"title": "Mine", "head": "topic", "base": "other"}
    own = (await as_installation("POST", f"{R}/pulls", new)).body["number"]
    assert (await as_installation("POST", f"{R}/pulls/{own}/reviews", {"event": "APPROVE"})).status == 422
    assert (await as_installation("GET", f"{R}/pulls/{own}/reviews/1")).status == 404


async def test_reviewers_are_asked_until_they_review(
    hub: LocalHub, seeded: Seeded, as_installation: Caller, receiver: Receiver
) -> None:
    grace = hub.store.user("grace")
    accounts.set_role(seeded.repository, grace, "write")
    ops = teams.create(hub.store, seeded.repository.owner, "ops", members={"grace": "member"})
    here = f"{R}/pulls/{seeded.pull.number}/requested_reviewers"

    asked = await as_installation("POST", here, {"reviewers": ["Grace"], "team_reviewers": ["ops"]})
    again = await as_installation("POST", here, {"reviewers": ["grace"]})
    assert (asked.status, again.status) == (201, 201)
    assert [one["slug"] for one in asked.body["requested_teams"]] == ["ops"]
    listed = (await as_installation("GET", here)).body
    assert ([one["login"] for one in listed["users"]], len(listed["teams"])) == (["grace"], 1)
    reviews.submit(hub.store, seeded.repository, seeded.pull, author=grace, state="approved")
    reviews.take_back(hub.store, seeded.repository, seeded.pull, [ops, grace], sender=grace)
    assert (await as_installation("GET", here)).body == {"users": [], "teams": []}

    await hub.settle()
    told = _told(receiver, "pull_request.review_requested")
    assert {"requested_reviewer" in one for one in told} == {True, False}
    assert len(told) == 2
    assert len(_told(receiver, "pull_request.review_request_removed")) == 1


@pytest.mark.parametrize(
    "wanted",
    [
        {"reviewers": ["ada"]},
        {"reviewers": ["eve"]},
        {"reviewers": ["ghost"]},
        {"team_reviewers": ["ghosts"]},
    ],
)
async def test_only_collaborators_but_the_author_are_asked(
    hub: LocalHub, seeded: Seeded, as_installation: Caller, wanted: dict[str, list[str]]
) -> None:
    hub.store.user("eve")
    here = f"{R}/pulls/{seeded.pull.number}/requested_reviewers"
    assert (await as_installation("POST", here, wanted)).status == 422


async def test_no_more_than_fifteen_are_asked(hub: LocalHub, seeded: Seeded, as_installation: Caller) -> None:
    names = [f"mate-{number}" for number in range(16)]
    for name in names:
        accounts.set_role(seeded.repository, hub.store.user(name), "write")
    here = f"{R}/pulls/{seeded.pull.number}/requested_reviewers"
    assert (await as_installation("POST", here, {"reviewers": names})).status == 422
    assert (await as_installation("POST", here, {"reviewers": names[1:]})).status == 201


@pytest.mark.parametrize(
    ("reported", "state"),
    [
        ([], "pending"),
        ([("a", "pending"), ("a", "success")], "success"),
        ([("a", "success"), ("b", "pending")], "pending"),
        ([("a", "success"), ("b", "error"), ("c", "pending")], "failure"),
    ],
)
async def test_the_combined_status_is_of_the_newest_of_each_context(
    seeded: Seeded, as_installation: Caller, reported: list[tuple[str, str]], state: str
) -> None:
    for context, each in reported:
        new = {"state": each, "context": context, "description": "…"}
        made = await as_installation("POST", f"{R}/statuses/{seeded.pull.head_sha}", new)
        assert made.status == 201
    body = (await as_installation("GET", f"{R}/commits/topic/status")).body
    assert (body["state"], body["total_count"]) == (state, len({context for context, _ in reported}))
    listed = (await as_installation("GET", f"{R}/commits/topic/statuses")).body
    assert [(one["context"], one["state"]) for one in listed] == reported[::-1]


async def test_a_status_is_told_and_wrong_ones_are_refused(
    hub: LocalHub, seeded: Seeded, as_installation: Caller, receiver: Receiver
) -> None:
    sha = seeded.pull.head_sha
    new = statuses.NewCommitStatus(state="failure", creator=hub.store.user("jenkins"), context="build")
    statuses.report(hub.store, seeded.repository, sha, new)
    await hub.settle()
    (told,) = _told(receiver, "status")
    assert (told["sha"], told["context"], told["branches"][0]["name"]) == (sha, "build", "topic")
    assert (await as_installation("POST", f"{R}/statuses/{sha}", {"state": "great"})).status == 422
    assert (await as_installation("GET", f"{R}/commits/nothing/statuses")).status == 422
    with pytest.raises(ValueError, match="no state"):
        statuses.report(
            hub.store,
            seeded.repository,
            sha,
            statuses.NewCommitStatus(state="great", creator=seeded.repository.owner),
        )
    for _ in range(1000):
        statuses.report(hub.store, seeded.repository, sha, new)
    full = {"state": "success", "context": "build"}
    assert (await as_installation("POST", f"{R}/statuses/{sha}", full)).status == 422
