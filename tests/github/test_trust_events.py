"""Events on which approvals depend: edits with what was before, retargets, and jobs that wait for an environment."""

from __future__ import annotations

from typing import Any

import pytest

from bot.github.events import (
    DeploymentProtectionRuleEvent,
    IssueCommentEvent,
    PullRequestEvent,
    Unreadable,
    from_payload,
)
from tests.support.payload_samples import PAYLOADS

RUNS = "https://api.github.com/repos/octo/hello/actions/runs"


def protection(**changes: Any) -> Any:
    return from_payload("deployment_protection_rule", PAYLOADS["deployment_protection_rule"] | changes)


def test_an_edited_comment_says_what_it_said_and_who_edited_it() -> None:
    payload = PAYLOADS["issue_comment"] | {
        "action": "edited",
        "changes": {"body": {"from": "/approve"}},
        "sender": {"id": 9, "login": "mallory"},
    }
    read = from_payload("issue_comment", payload)
    assert isinstance(read, IssueCommentEvent)
    assert (read.previous_body, read.sender.login, read.comment.author.login) == (
        "/approve",
        "mallory",
        "ann",
    )


@pytest.mark.parametrize("changes", [None, {}, {"body": None}, {"body": {}}, {"title": {"from": "x"}}])
def test_an_edit_of_something_else_leaves_the_text_alone(changes: object) -> None:
    read = from_payload("issue_comment", PAYLOADS["issue_comment"] | {"changes": changes})
    assert isinstance(read, IssueCommentEvent)
    assert read.previous_body is None


def test_a_pull_request_says_which_base_it_left() -> None:
    changes = {"base": {"ref": {"from": "develop"}, "sha": {"from": "d" * 40}}}
    read = from_payload("pull_request", PAYLOADS["pull_request"] | {"changes": changes})
    assert isinstance(read, PullRequestEvent)
    assert (read.previous_base_ref, read.pull_request.base_ref) == ("develop", "main")


@pytest.mark.parametrize("changes", [None, {}, {"base": None}, {"base": {}}, {"body": {"from": "x"}}])
def test_an_edit_of_the_text_is_no_change_of_base(changes: object) -> None:
    read = from_payload("pull_request", PAYLOADS["pull_request"] | {"changes": changes})
    assert isinstance(read, PullRequestEvent)
    assert read.previous_base_ref is None


def test_a_waiting_job_says_which_run_and_environment() -> None:
    read = protection()
    assert isinstance(read, DeploymentProtectionRuleEvent)
    assert (read.environment, read.workflow_run_id, read.deployment_id) == ("production", 11, 15)
    assert (read.head_sha, read.ref, read.trigger) == ("a" * 40, "main", "workflow_dispatch")
    assert (read.pull_requests, read.sender.login) == ((3,), "ann")
    assert read.callback_url == f"{RUNS}/11/deployment_protection_rule"


def test_what_github_does_not_always_say_may_be_missing() -> None:
    """The workflow run is in no description, and the deployment may be null."""
    payload = dict(PAYLOADS["deployment_protection_rule"], deployment=None)
    for key in ("workflow_run", "pull_requests", "sha", "ref", "event"):
        del payload[key]
    read = from_payload("deployment_protection_rule", payload)
    assert isinstance(read, DeploymentProtectionRuleEvent)
    assert (read.workflow_run_id, read.deployment_id, read.head_sha) == (11, None, "")


@pytest.mark.parametrize(
    ("url", "said"),
    [
        (f"{RUNS}/11", "names no workflow run"),
        (f"{RUNS}/11/deployment_protection_rule?x=1", "names no workflow run"),
        (f"{RUNS}/11/deployment_protection_rule\n", "names no workflow run"),
        (f"{RUNS}/{'1' * 30}/deployment_protection_rule", "names no workflow run"),
        (f"{RUNS}/x/deployment_protection_rule", "names no workflow run"),
        ("", "names no workflow run"),
        (f"{RUNS}/12/deployment_protection_rule", "different workflow runs"),
    ],
)
def test_a_callback_that_names_no_run_or_another_one_is_unreadable(url: str, said: str) -> None:
    read = protection(deployment_callback_url=url)
    assert isinstance(read, Unreadable)
    assert said in read.reason
