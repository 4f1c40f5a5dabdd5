"""What happens around a merge, as typed events: labels, GitHub's queue, commit statuses."""

from __future__ import annotations

import pytest

from bot.github.events import MergeGroupEvent, PullRequestEvent, StatusEvent, from_payload
from tests.support.payload_samples import PAYLOADS, PULL


def test_a_label_event_names_the_label_and_lists_all_that_are_on() -> None:
    """What was put on and what is on are two things: a label can be taken off again before this is read."""
    pull = PULL | {"labels": [{"name": "ready"}, {"name": "bug"}], "node_id": "PR_1"}
    payload = PAYLOADS["pull_request"] | {
        "action": "labeled",
        "pull_request": pull,
        "label": {"name": "ready"},
    }
    read = from_payload("pull_request", payload)
    assert isinstance(read, PullRequestEvent)
    assert (read.action, read.label, read.sender.login) == ("labeled", "ready", "ann")
    assert (read.pull_request.labels, read.pull_request.node_id) == (("ready", "bug"), "PR_1")


@pytest.mark.parametrize("reason", ["MANUAL", "CI_FAILURE", "MERGE_CONFLICT", "SOMETHING_NEW"])
def test_leaving_githubs_queue_says_why(reason: str) -> None:
    payload = PAYLOADS["pull_request"] | {"action": "dequeued", "reason": reason}
    read = from_payload("pull_request", payload)
    assert isinstance(read, PullRequestEvent)
    assert (read.action, read.reason, read.label) == ("dequeued", reason, "")


def test_a_closed_event_tells_a_merge_from_a_mere_closing() -> None:
    for merged in (True, False):
        pull = PULL | {"state": "closed", "merged": merged}
        read = from_payload("pull_request", PAYLOADS["pull_request"] | {"pull_request": pull})
        assert isinstance(read, PullRequestEvent)
        assert read.pull_request.merged is merged


def test_a_commit_status_names_commit_and_context() -> None:
    read = from_payload("status", PAYLOADS["status"] | {"action": ""})
    assert isinstance(read, StatusEvent)
    assert (read.sha, read.context, read.state, read.action) == ("a" * 40, "ci/legacy", "pending", "")


def test_a_merge_group_names_what_is_tested_and_onto_what() -> None:
    read = from_payload("merge_group", PAYLOADS["merge_group"])
    assert isinstance(read, MergeGroupEvent)
    assert (read.action, read.head_sha, read.base_ref) == ("checks_requested", "a" * 40, "refs/heads/main")
    gone = PAYLOADS["merge_group"] | {"action": "destroyed", "reason": "invalidated"}
    read = from_payload("merge_group", gone)
    assert isinstance(read, MergeGroupEvent)
    assert read.reason == "invalidated"
