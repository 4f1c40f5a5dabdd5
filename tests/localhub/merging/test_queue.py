"""GitHub's merge queue on the local GitHub: enqueued, tested in groups, merged or thrown out."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from bot.localhub.server import LocalHub
from bot.localhub.state import issues, merge_queue, pulls
from bot.localhub.state.protections import Rule
from tests.localhub.conftest import seed
from tests.localhub.merging.conftest import R, Yard
from tests.localhub.merging.test_demands import checks_rule
from tests.support import graph_documents as documents
from tests.support.hub_client import Caller, calling

if TYPE_CHECKING:
    from bot.localhub.state.nouns import Pull
    from tests.support.clock import Clock
    from tests.support.hub_client import Receiver

QUEUE = {
    "check_response_timeout_minutes": 60,
    "grouping_strategy": "ALLGREEN",
    "max_entries_to_build": 5,
    "max_entries_to_merge": 5,
    "merge_method": "MERGE",
    "min_entries_to_merge": 1,
    "min_entries_to_merge_wait_minutes": 5,
}


def give_queue(yard: Yard, **parameters: Any) -> None:
    """This function will give main a merge queue that asks for the check `test`."""
    yard.rule(Rule(type="merge_queue", parameters={**QUEUE, **parameters}), checks_rule("test"))


async def enqueue(yard: Yard, pull: Pull, *, head: str | None = None, jump: bool = False) -> Any:
    """This function will put a pull request into the queue by GraphQL, and give the answer."""
    node = (await yard.read(f"pulls/{pull.number}"))["node_id"]
    variables = {"pull": node, "head": head or pull.head_sha, "jump": jump}
    sent = {"query": documents.ENQUEUE, "variables": variables}
    return (await yard.call("POST", "/graphql", sent)).body


async def dequeue(yard: Yard, pull: Pull) -> Any:
    """This function will take a pull request out of the queue by GraphQL, and give the answer."""
    node = (await yard.read(f"pulls/{pull.number}"))["node_id"]
    sent = {"query": documents.DEQUEUE, "variables": {"pull": node}}
    return (await yard.call("POST", "/graphql", sent)).body


def opened(yard: Yard, *names: str) -> list[Pull]:
    """This function will open green pull requests that each add a file."""
    made = [yard.open(name, {f"{name}.txt": name}) for name in names]
    for one in made:
        yard.check(one.head_sha, "success")
    return made


def group(yard: Yard, pull: Pull) -> str:
    """This function will give the head that is tested for a pull request."""
    entry = merge_queue.entry_of(yard.repository, pull)
    assert entry is not None
    assert entry.group_sha is not None
    return entry.group_sha


async def test_green_groups_merge_from_the_front(yard: Yard, receiver: Receiver) -> None:
    give_queue(yard)
    one, two = opened(yard, "one", "two")
    answer = await yard.merge(one)
    assert "Changes must be made through the merge queue" in answer.body["message"]
    first = (await enqueue(yard, one))["data"]["enqueuePullRequest"]["mergeQueueEntry"]
    assert (first["state"], first["position"]) == ("QUEUED", 1)
    await enqueue(yard, two)
    behind, front = group(yard, two), group(yard, one)
    assert yard.hub.store.commits[behind].parents[0] == front
    yard.check(behind, "success")
    assert not two.merged, "what stands behind waits for what stands before it"
    yard.check(front, "success")
    assert (one.merged, two.merged, yard.tip().sha) == (True, True, behind)
    assert (one.merge_sha, two.merge_sha) == (front, behind)
    assert [name for name in yard.repository.branches if name.startswith("gh-readonly-queue")] == []
    await receiver.until(lambda found: sum(one.name == "pull_request.closed" for one in found) == 2)
    names = [name for name in receiver.names if name.startswith(("merge_group", "pull_request"))]
    assert names.count("merge_group.checks_requested") == 2
    assert names.count("pull_request.dequeued") == names.count("pull_request.enqueued") == 2
    reasons = {one.payload["reason"] for one in receiver.received if one.name.endswith("queued") and
               "reason" in one.payload}  # fmt: skip
    assert reasons == {"MERGE"}


async def test_a_red_group_leaves_and_the_others_are_tested_again(yard: Yard, receiver: Receiver) -> None:
    give_queue(yard, merge_method="SQUASH")
    one, two, three = opened(yard, "one", "two", "three")
    for pull in (one, two, three):
        await enqueue(yard, pull)
    old = group(yard, three)
    yard.check(group(yard, two), "failure")
    assert merge_queue.entry_of(yard.repository, two) is None
    assert group(yard, three) != old
    for pull in (one, three):
        yard.check(group(yard, pull), "success")
    assert (one.merged, two.merged, three.merged) == (True, False, True)
    assert yard.files().keys() >= {"one.txt", "three.txt"}
    assert "two.txt" not in yard.files()
    await receiver.until(lambda found: any(one.name == "pull_request.dequeued" for one in found))
    left = next(one.payload for one in receiver.received if one.name == "pull_request.dequeued")
    assert (left["number"], left["reason"]) == (two.number, "CI_FAILURE")


async def test_what_conflicts_in_the_queue_leaves_it(yard: Yard) -> None:
    give_queue(yard)
    text = "same line\n"
    one, two = (yard.open(name, {"same.txt": f"{name} {text}"}) for name in ("one", "two"))
    for pull in (one, two):
        yard.check(pull.head_sha, "success")
        await enqueue(yard, pull)
    assert merge_queue.entry_of(yard.repository, two) is None
    yard.check(group(yard, one), "success")
    assert one.merged


async def test_who_jumps_stands_before_all_who_do_not(yard: Yard) -> None:
    give_queue(yard, max_entries_to_build=1)
    one, two, three = opened(yard, "one", "two", "three")
    await enqueue(yard, one)
    await enqueue(yard, two)
    entry = (await enqueue(yard, three, jump=True))["data"]["enqueuePullRequest"]["mergeQueueEntry"]
    assert entry["position"] == 1
    numbers = [one.pull.number for one in yard.repository.queues["main"]]
    assert numbers == [three.number, one.number, two.number]
    assert [one.group_sha is not None for one in yard.repository.queues["main"]] == [True, False, False]


async def test_what_may_not_enter_is_told_why(yard: Yard) -> None:
    (one,) = opened(yard, "one")
    assert "not enabled" in (await enqueue(yard, one))["errors"][0]["message"]
    give_queue(yard)
    stale = await enqueue(yard, one, head=yard.tip().sha)
    assert stale["errors"][0]["type"] == "UNPROCESSABLE"
    assert "is failing" in (await enqueue(yard, yard.pull))["errors"][0]["message"]
    one.draft = True
    assert "draft" in (await enqueue(yard, one))["errors"][0]["message"]
    one.draft = False
    assert "errors" not in await enqueue(yard, one)
    assert "already" in (await enqueue(yard, one))["errors"][0]["message"]
    assert "not in the merge queue" in (await dequeue(yard, yard.pull))["errors"][0]["message"]


async def test_a_person_takes_it_out_again(yard: Yard, receiver: Receiver) -> None:
    give_queue(yard)
    one, two = opened(yard, "one", "two")
    await enqueue(yard, one)
    await enqueue(yard, two)
    answer = await dequeue(yard, one)
    assert "errors" not in answer
    await receiver.until(lambda found: any(one.name == "merge_group.destroyed" for one in found))
    yard.check(group(yard, two), "success")
    assert (one.merged, two.merged) == (False, True)


@pytest.mark.parametrize("act", ["push", "close", "draft", "retarget"])
async def test_what_changes_leaves_the_queue(yard: Yard, act: str) -> None:
    give_queue(yard)
    store, ada = yard.hub.store, yard.hub.store.user("ada")
    one, two = opened(yard, "one", "two")
    await enqueue(yard, one)
    await enqueue(yard, two)
    if act == "push":
        yard.push("one", {"more.txt": "1"})
    elif act == "close":
        issues.set_state(store, yard.repository, one.issue, "closed", ada)
    elif act == "draft":
        pulls.set_draft(store, yard.repository, one, draft=True, sender=ada)
    else:
        pulls.retarget(store, yard.repository, one, "topic", sender=ada)
    issues.edit_issue(store, yard.repository, two.issue, {"title": "Another title"}, ada)
    assert [entry.pull.number for entry in yard.repository.queues["main"]] == [two.number]
    yard.check(group(yard, two), "success")
    assert two.merged


async def test_a_push_past_the_queue_has_everything_tested_again(yard: Yard) -> None:
    give_queue(yard)
    (one,) = opened(yard, "one")
    await enqueue(yard, one)
    old = group(yard, one)
    moved = yard.push("main", {"past.txt": "1"})
    assert group(yard, one) != old
    assert yard.hub.store.commits[group(yard, one)].parents[0] == moved.sha


async def test_without_demanded_checks_the_queue_merges_at_once(yard: Yard) -> None:
    yard.rule(Rule(type="merge_queue", parameters=QUEUE))
    one = yard.open("one", {"one.txt": "1"})
    await enqueue(yard, one)
    assert one.merged


async def test_checks_that_never_come_throw_it_out(clock: Clock) -> None:
    """The queue gives up after the time of its rule."""
    hub = await LocalHub.start(clock=clock)
    try:
        seeded = seed(hub)
        token = hub.access.issue(seeded.installation, permissions=None, repository_ids=None)
        async with calling(hub, token.text) as call:
            yard = Yard(hub, seeded, call)
            give_queue(yard)
            (one,) = opened(yard, "one")
            assert "errors" not in await enqueue(yard, one)
            clock.advance(timedelta(minutes=59))
            merge_queue.advance(hub.store, yard.repository, "main")
            assert merge_queue.entry_of(yard.repository, one) is not None
            clock.advance(timedelta(minutes=1))
            merge_queue.advance(hub.store, yard.repository, "main")
            assert merge_queue.entry_of(yard.repository, one) is None
    finally:
        await hub.close()


async def test_the_queue_needs_its_permission(yard: Yard) -> None:
    give_queue(yard)
    (one,) = opened(yard, "one")
    node = (await yard.read(f"pulls/{one.number}"))["node_id"]
    token = yard.hub.access.issue(
        yard.seeded.installation,
        permissions={"pull_requests": "write", "contents": "write"},
        repository_ids=None,
    )
    async with calling(yard.hub, token.text) as call:
        answer = await _ask(call, node, one.head_sha)
    assert [one["type"] for one in answer["errors"]] == ["FORBIDDEN"]


async def _ask(call: Caller, node: str, head: str) -> Any:
    variables = {"pull": node, "head": head, "jump": False}
    return (await call("POST", "/graphql", {"query": documents.ENQUEUE, "variables": variables})).body


async def test_the_queue_shows_itself(yard: Yard) -> None:
    give_queue(yard, max_entries_to_build=1)
    one, two = opened(yard, "one", "two")
    await enqueue(yard, one)
    await enqueue(yard, two)
    document = (
        'query { repository(owner: "acme", name: "rocket") { mergeQueue(branch: "main") { entries(first: 5) {'
        " totalCount nodes { position state jump enqueuer { login } baseCommit { oid } headCommit { oid }"
        " pullRequest { number isInMergeQueue isMergeQueueEnabled } } } } } }"
    )
    answer = (await yard.call("POST", "/graphql", {"query": document})).body
    entries = answer["data"]["repository"]["mergeQueue"]["entries"]
    first, second = entries["nodes"]
    assert (first["state"], second["state"]) == ("AWAITING_CHECKS", "QUEUED")
    assert (first["headCommit"]["oid"], second["headCommit"]) == (group(yard, one), None)
    assert first["pullRequest"] == {"number": one.number, "isInMergeQueue": True, "isMergeQueueEnabled": True}
    assert first["enqueuer"] == {"login": "pilothouse"}
    found = await yard.call("GET", f"{R}/rules/branches/main")
    assert [one["type"] for one in found.body] == ["merge_queue", "required_status_checks"]
