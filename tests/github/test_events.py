"""Deliveries as typed events, whatever they hold."""

from __future__ import annotations

import copy
import gzip
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.github.events import (
    AuthorizationEvent,
    CheckRunEvent,
    CheckSuiteEvent,
    DeploymentProtectionRuleEvent,
    DeploymentStatusEvent,
    Ignored,
    InstallationEvent,
    IssueCommentEvent,
    MergeGroupEvent,
    PingEvent,
    PullRequestEvent,
    PullRequestReviewEvent,
    PushEvent,
    RepositoryEvent,
    StatusEvent,
    Unreadable,
    WorkflowJobEvent,
    WorkflowRunEvent,
    from_payload,
)
from bot.github.models import Conclusion, DeploymentState
from bot.github.routing import Routing, routing
from tests.support.payload_samples import PAYLOADS

TYPES: dict[str, type] = {
    "issue_comment": IssueCommentEvent,
    "pull_request": PullRequestEvent,
    "pull_request_review": PullRequestReviewEvent,
    "workflow_run": WorkflowRunEvent,
    "workflow_job": WorkflowJobEvent,
    "check_run": CheckRunEvent,
    "check_suite": CheckSuiteEvent,
    "push": PushEvent,
    "repository": RepositoryEvent,
    "status": StatusEvent,
    "merge_group": MergeGroupEvent,
    "deployment_protection_rule": DeploymentProtectionRuleEvent,
    "deployment_status": DeploymentStatusEvent,
    "installation": InstallationEvent,
    "installation_repositories": InstallationEvent,
    "github_app_authorization": AuthorizationEvent,
    "ping": PingEvent,
}

EXAMPLES = Path(__file__).parents[1] / "data" / "github" / "webhooks.jsonl.gz"


def test_all_of_githubs_own_examples_are_read() -> None:
    """Recorded over years: old shapes, old dates, and an installation only where an App received them."""
    lines = gzip.decompress(EXAMPLES.read_bytes()).splitlines()
    assert len(lines) == 104
    for line in lines:
        example = json.loads(line)
        event, payload = example["event"], {"installation": {"id": 7}} | example["payload"]
        read = from_payload(event, payload)
        assert type(read) is TYPES.get(event, Ignored), (example["file"], read)
        assert isinstance(routing(json.dumps(payload).encode()), Routing), example["file"]


@pytest.mark.parametrize("event", PAYLOADS)
def test_every_event_gets_its_type(event: str) -> None:
    read = from_payload(event, PAYLOADS[event])
    assert type(read) is TYPES[event], read


def test_a_comment_says_where_it_stands_and_who_wrote_it() -> None:
    read = from_payload("issue_comment", PAYLOADS["issue_comment"])
    assert isinstance(read, IssueCommentEvent)
    assert (read.number, read.is_pull_request, read.is_open) == (3, True, True)
    assert (read.sender.login, read.author.login, read.comment.body) == ("ann", "eve", "/ping")
    assert (read.repository.full_name, read.repository.installation_id) == ("octo/hello", 7)
    assert read.repository.default_branch == "trunk"
    assert read.comment.updated_at.isoformat() == "2026-01-01T23:00:00+00:00"


def test_a_pull_request_from_a_fork_is_known_as_one() -> None:
    read = from_payload("pull_request", PAYLOADS["pull_request"])
    assert isinstance(read, PullRequestEvent)
    assert read.pull_request.is_fork
    assert read.pull_request.mergeable is None
    assert read.body == ""
    assert read.before == "c" * 40


def test_a_deleted_fork_and_a_deleted_author_are_borne() -> None:
    payload = copy.deepcopy(PAYLOADS["pull_request"])
    payload["pull_request"]["head"]["repo"] = None
    payload["pull_request"]["user"] = None
    read = from_payload("pull_request", payload)
    assert isinstance(read, PullRequestEvent)
    assert read.pull_request.head_repository is None
    assert read.pull_request.author.login == "ghost"


def test_the_other_events_carry_their_nouns() -> None:
    run = from_payload("workflow_run", PAYLOADS["workflow_run"])
    assert isinstance(run, WorkflowRunEvent)
    assert (run.run.attempt, run.run.conclusion, run.run.pull_requests) == (2, Conclusion.FAILURE, (3,))
    assert run.run.actor == "eve"
    check = from_payload("check_run", PAYLOADS["check_run"])
    assert isinstance(check, CheckRunEvent)
    assert (check.requested_action, check.pull_requests) == ("rerun", (3,))
    push = from_payload("push", PAYLOADS["push"])
    assert isinstance(push, PushEvent)
    assert push.branch == "main"
    tag = from_payload("push", PAYLOADS["push"] | {"ref": "refs/tags/v1"})
    assert isinstance(tag, PushEvent)
    assert tag.branch is None
    status = from_payload("deployment_status", PAYLOADS["deployment_status"])
    assert isinstance(status, DeploymentStatusEvent)
    assert status.state is DeploymentState.PENDING
    assert status.deployment.payload == {}
    review = from_payload("pull_request_review", PAYLOADS["pull_request_review"])
    assert isinstance(review, PullRequestReviewEvent)
    assert review.state == "approved"
    moved = from_payload("installation_repositories", PAYLOADS["installation_repositories"])
    assert isinstance(moved, InstallationEvent)
    assert (moved.added, moved.removed) == (("octo/new",), ("octo/old",))


def test_an_event_without_a_type_is_ignored() -> None:
    assert from_payload("star", {"anything": [1]}) == Ignored(event="star")


@pytest.mark.parametrize(
    ("path", "value", "key"),
    [
        (("issue", "number"), "3", "$.issue.number"),
        (("issue", "number"), -1, "$.issue.number"),
        (("issue", "number"), 10**30, "$.issue.number"),
        (("issue", "number"), 1.5, "$.issue.number"),
        (("issue",), [], "$.issue"),
        (("issue", "pull_request"), "yes", "$.issue.pull_request"),
        (("comment", "body"), {"a": 1}, "$.comment.body"),
        (("comment", "user"), "ann", "$.comment.user"),
        (("comment", "created_at"), "yesterday", "$.comment.created_at"),
        (("comment", "created_at"), "2026-13-01T00:00:00Z", "month"),
        (("comment", "created_at"), 10**15, "$.comment.created_at"),
        (("repository", "full_name"), "../../app", "$.repository.full_name"),
        (("repository", "full_name"), "octo/hello?x=1", "$.repository.full_name"),
        (("installation",), None, "$.installation"),
        (("sender",), 1, "$.sender"),
        (("action",), ["created"], "$.action"),
    ],
)
def test_what_is_not_as_githubs_names_the_key(path: tuple[str, ...], value: object, key: str) -> None:
    payload = copy.deepcopy(PAYLOADS["issue_comment"])
    inner = payload
    for name in path[:-1]:
        inner = inner[name]
    inner[path[-1]] = value
    read = from_payload("issue_comment", payload)
    assert isinstance(read, Unreadable)
    assert key in read.reason


@pytest.mark.parametrize("event", sorted(set(PAYLOADS) - {"ping"}))
@pytest.mark.parametrize("payload", [None, [], "", 0, {}, {"action": None}, {"installation": {"id": 7}}])
def test_something_else_altogether_is_unreadable(event: str, payload: object) -> None:
    assert isinstance(from_payload(event, payload), Unreadable)


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("2015-05-05 23:40:15 -0400", "2015-05-06T03:40:15+00:00"),
        ("2015-05-05 23:40:15 UTC", "2015-05-05T23:40:15+00:00"),
        ("2015-05-05T23:40:15", "2015-05-05T23:40:15+00:00"),
        (1_430_869_215, "2015-05-05T23:40:15+00:00"),
        ("2026-01-01T00:00:00.123Z", "2026-01-01T00:00:00.123000+00:00"),
    ],
)
def test_old_forms_of_time_are_read(text: str | int, read: str) -> None:
    payload = copy.deepcopy(PAYLOADS["issue_comment"])
    payload["comment"]["created_at"] = text
    event = from_payload("issue_comment", payload)
    assert isinstance(event, IssueCommentEvent)
    assert event.comment.created_at.isoformat() == read


def test_depth_where_nobody_looks_is_borne() -> None:
    deep: list[Any] = []
    for _ in range(50_000):
        deep = [deep]
    read = from_payload("issue_comment", PAYLOADS["issue_comment"] | {"deep": deep})
    assert isinstance(read, IssueCommentEvent)
    payload = copy.deepcopy(PAYLOADS["issue_comment"])
    payload["comment"]["user"] = deep
    assert isinstance(from_payload("issue_comment", payload), Unreadable)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=8,
)


def paths(value: Any, before: tuple[str, ...] = ()) -> list[tuple[str, ...]]:
    found = [before] if before else []
    if isinstance(value, dict):
        for key, inner in value.items():
            found += paths(inner, (*before, key))
    return found


@settings(max_examples=300, deadline=None)
@given(data=st.data())
def test_no_payload_raises(data: st.DataObject) -> None:
    """Any value in any place gives an event or says why not."""
    event = data.draw(st.sampled_from(sorted(PAYLOADS)))
    payload = copy.deepcopy(PAYLOADS[event])
    path = data.draw(st.sampled_from(paths(payload)))
    inner = payload
    for name in path[:-1]:
        inner = inner[name]
    if data.draw(st.booleans()):
        inner[path[-1]] = data.draw(JSON)
    else:
        del inner[path[-1]]
    read = from_payload(event, payload)
    assert isinstance(read, TYPES[event] | Unreadable)
