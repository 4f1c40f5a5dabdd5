"""Webhook deliveries: what is sent, to whom, how it is signed, listed and sent again."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from bot.localhub.faults import DeliveryFault
from bot.localhub.state import accounts, checks, deployments, git, issues, pulls, runs
from tests.localhub.conftest import seed
from tests.support.hub_client import signature

if TYPE_CHECKING:
    from bot.localhub.server import LocalHub
    from tests.localhub.conftest import Seeded
    from tests.support.clock import Clock
    from tests.support.hub_client import Caller, Receiver


async def test_every_event_is_sent_as_github_describes_it(hub: LocalHub, receiver: Receiver) -> None:
    seeded = seed(hub)
    store, repository, ada = hub.store, seeded.repository, hub.store.user("ada")
    issue = issues.open_issue(store, repository, title="A thing", body=None, author=ada)
    issues.set_labels(store, repository, issue, ["bug"], ada)
    issues.set_labels(store, repository, seeded.pull.issue, ["bug"], ada)
    issues.set_labels(store, repository, seeded.pull.issue, [], ada)
    issues.edit_issue(store, repository, issue, {"title": "The thing", "body": "Said"}, ada)
    issues.edit_issue(store, repository, seeded.pull.issue, {"body": "Please do"}, ada)
    issues.set_state(store, repository, issue, "closed", ada)
    issues.set_state(store, repository, issue, "open", ada)
    comment = issues.write_comment(store, repository, seeded.pull.number, body="/ping", author=ada)
    issues.edit_comment(store, repository, comment, body="/help", editor=ada)
    issues.delete_comment(store, repository, comment, deleter=ada)
    git.push(store, repository, "topic", files={"README.md": "Hello\n"}, message="More", author=ada)
    suite = checks.suite_for(store, repository, hub.app, seeded.pull.head_sha)
    check = checks.add_run(store, repository, suite, name="pilothouse / diagnosis")
    checks.tell_run(store, repository, check, "created")
    checks.settle(store, repository, check, status="completed", conclusion="failure")
    checks.request_action(store, repository, check, identifier="rerun", user=ada)
    checks.rerequest_run(store, repository, check, user=ada)
    checks.rerequest_suite(store, repository, suite, user=ada)
    new = deployments.NewDeployment(ref="main", sha=seeded.pull.head_sha, environment="staging", creator=ada)
    deployment = deployments.create(store, repository, new)
    deployments.add_status(store, repository, deployment, deployments.NewStatus(state="success", creator=ada))
    dispatched = runs.NewRun(
        head_sha=seeded.pull.head_sha,
        head_branch="topic",
        actor=ada,
        event="workflow_dispatch",
        inputs={"a": "b"},
    )
    runs.cancel(store, runs.dispatch(store, repository, seeded.run.workflow, dispatched))
    runs.rerun(store, seeded.run, actor=ada, again=lambda job: job.conclusion == "failure")
    runs.finish_job(store, seeded.run.latest.jobs[0], "success")
    runs.finish_run(store, seeded.run)
    pulls.merge(store, repository, seeded.pull, message="Merge", sender=ada)
    git.set_tag(store, repository, "v1", seeded.pull.head_sha, ada)
    git.set_tag(store, repository, "v1", seeded.repository.branches["main"], ada)
    git.delete_branch(store, repository, "topic", ada)
    hub.deliveries.ping()
    accounts.install(store, hub.app, accounts.create_repository(store, "acme/other"))
    accounts.uninstall(store, seeded.installation)
    await hub.settle()

    assert set(receiver.names) == {
        "check_run.completed",
        "check_run.created",
        "check_run.requested_action",
        "check_run.rerequested",
        "check_suite.completed",
        "check_suite.requested",
        "check_suite.rerequested",
        "create",
        "delete",
        "deployment.created",
        "deployment_status.created",
        "installation.created",
        "installation.deleted",
        "installation_repositories.added",
        "issue_comment.created",
        "issue_comment.deleted",
        "issue_comment.edited",
        "issues.closed",
        "issues.edited",
        "issues.labeled",
        "issues.opened",
        "issues.reopened",
        "ping",
        "pull_request.closed",
        "pull_request.edited",
        "pull_request.labeled",
        "pull_request.opened",
        "pull_request.synchronize",
        "pull_request.unlabeled",
        "push",
        "workflow_dispatch",
        "workflow_job.completed",
        "workflow_job.in_progress",
        "workflow_job.queued",
        "workflow_run.completed",
        "workflow_run.in_progress",
        "workflow_run.requested",
    }


async def test_deliveries_are_signed_with_the_secret(hub: LocalHub, receiver: Receiver) -> None:
    hub.deliveries.ping()
    await hub.settle()
    (got,) = receiver.received
    assert got.headers["X-Hub-Signature-256"] == signature(hub.webhook_secret, got.raw)
    assert got.headers["User-Agent"].startswith("GitHub-Hookshot/")
    assert got.headers["X-GitHub-Hook-Installation-Target-Type"] == "integration"


async def test_only_subscribed_events_are_sent(hub: LocalHub, seeded: Seeded, receiver: Receiver) -> None:
    hub.app.events = ("issues",)
    ada = hub.store.user("ada")
    issues.open_issue(hub.store, seeded.repository, title="A thing", body=None, author=ada)
    issues.write_comment(hub.store, seeded.repository, 1, body="hello", author=ada)
    await hub.settle()
    assert receiver.names == ["issues.opened"]


async def test_buttons_of_other_apps_checks_are_not_told(
    hub: LocalHub, seeded: Seeded, receiver: Receiver
) -> None:
    """`requested_action` and `rerequested` reach only the App that owns the check run."""
    check, ada = seeded.run.latest.jobs[0].check, hub.store.user("ada")
    checks.request_action(hub.store, seeded.repository, check, identifier="x", user=ada)
    checks.rerequest_run(hub.store, seeded.repository, check, user=ada)
    await hub.settle()
    assert receiver.names == []


async def test_the_apps_own_comment_comes_back_as_an_event(
    hub: LocalHub, seeded: Seeded, receiver: Receiver, as_installation: Caller
) -> None:
    path = f"/repos/acme/rocket/issues/{seeded.pull.number}/comments"
    await as_installation("POST", path, {"body": "hello"})
    await hub.settle()
    (got,) = receiver.received
    assert got.payload["sender"]["type"] == "Bot"
    assert got.payload["comment"]["performed_via_github_app"]["id"] == hub.app_id
    assert got.payload["installation"]["id"] == seeded.installation.id


async def test_a_push_asks_for_a_check_suite_only_with_write_permission(
    hub: LocalHub, seeded: Seeded, receiver: Receiver
) -> None:
    ada = hub.store.user("ada")
    git.push(hub.store, seeded.repository, "one", files={"a": "1"}, message="One", author=ada)
    seeded.installation.permissions["checks"] = "read"
    git.push(hub.store, seeded.repository, "two", files={"a": "2"}, message="Two", author=ada)
    await hub.settle()
    assert receiver.names.count("check_suite.requested") == 1


async def test_a_failed_delivery_is_not_retried_but_can_be_redelivered_under_its_guid(
    hub: LocalHub, seeded: Seeded, receiver: Receiver, as_app: Caller
) -> None:
    receiver.status = 503
    issues.write_comment(hub.store, seeded.repository, 1, body="hello", author=hub.store.user("ada"))
    await hub.settle()
    (failed,) = (await as_app("GET", "/app/hook/deliveries?status=failure")).body
    assert failed["status_code"] == 503
    assert len(receiver.received) == 1
    receiver.status = 202
    await as_app("POST", f"/app/hook/deliveries/{failed['id']}/attempts")
    await hub.settle()
    (newest, _) = (await as_app("GET", "/app/hook/deliveries")).body
    assert newest["redelivery"]
    assert newest["guid"] == failed["guid"] == receiver.received[1].headers["X-GitHub-Delivery"]


async def test_a_receiver_that_is_not_there_is_listed_with_status_0(hub: LocalHub, as_app: Caller) -> None:
    hub.set_webhook("http://127.0.0.1:1/")
    hub.deliveries.ping()
    await hub.settle()
    (listed,) = (await as_app("GET", "/app/hook/deliveries")).body
    assert listed["status_code"] == 0
    assert listed["status"] != "OK"


async def test_deliveries_are_listed_newest_first_by_cursor(
    hub: LocalHub, receiver: Receiver, as_app: Caller
) -> None:
    for _ in range(5):
        hub.deliveries.ping()
    await hub.settle()
    first = await as_app("GET", "/app/hook/deliveries?per_page=3")
    path = first.headers["link"].partition(">")[0].removeprefix(f"<{hub.url}")
    second = await as_app("GET", path)
    numbers = [one["id"] for one in first.body + second.body]
    assert len(receiver.received) == 5
    assert len(first.body) == 3
    assert numbers == sorted(numbers, reverse=True)
    assert "link" not in second.headers


async def test_deliveries_are_listed_for_three_days(wild_hub: LocalHub, clock: Clock) -> None:
    wild_hub.set_webhook("http://127.0.0.1:1/")
    wild_hub.deliveries.ping()
    await wild_hub.settle()
    (listed,) = wild_hub.deliveries.listed
    assert wild_hub.deliveries.find(listed.id) is listed
    clock.advance(timedelta(days=3, seconds=1))
    assert wild_hub.deliveries.listed == []
    assert wild_hub.deliveries.find(listed.id) is None


async def test_a_lost_delivery_is_neither_sent_nor_listed_and_a_failed_one_is_listed(
    hub: LocalHub, receiver: Receiver
) -> None:
    hub.faults.add(DeliveryFault(kind="lose", count=1), DeliveryFault(kind="fail", count=1))
    for _ in range(3):
        hub.deliveries.ping()
    await hub.settle()
    assert len(receiver.received) == 1
    assert [one.status_code for one in hub.deliveries.listed] == [202, 0]


async def test_a_duplicate_has_the_same_guid(hub: LocalHub, receiver: Receiver) -> None:
    hub.faults.add(DeliveryFault(kind="duplicate", count=1))
    hub.deliveries.ping()
    await hub.settle()
    guids = {one.headers["X-GitHub-Delivery"] for one in receiver.received}
    assert len(receiver.received) == 2
    assert len(guids) == 1


async def test_delayed_deliveries_are_overtaken(hub: LocalHub, receiver: Receiver) -> None:
    hub.faults.add(DeliveryFault(kind="delay", count=1, seconds=0.5))
    hub.faults.random.seed(153)  # falls on 0.99: nearly the whole delay
    seeded = seed(hub)
    await hub.settle()
    assert receiver.names[-1] == "installation.created"
    assert seeded.installation.id == receiver.received[-1].payload["installation"]["id"]


async def test_fork_pull_requests_leave_pull_requests_empty(hub: LocalHub, receiver: Receiver) -> None:
    store = hub.store
    seeded = seed(hub)
    eve = store.user("eve")
    fork = accounts.fork(store, seeded.repository, owner=eve)
    git.push(store, fork, "evil", files={"a": "b"}, message="Change", author=eve)
    pull = pulls.open_pull(
        store, seeded.repository, title="Please", head="evil", author=eve, head_repository=fork
    )
    new = runs.NewRun(head_sha=pull.head_sha, head_branch="evil", actor=eve, head_repository=fork)
    runs.finish_run(store, runs.start_run(store, seeded.repository, seeded.run.workflow, new))
    await hub.settle()
    ends = [one.payload["workflow_run"] for one in receiver.received if one.name == "workflow_run.completed"]
    (of_fork,) = [run for run in ends if run["head_branch"] == "evil"]
    (own,) = [run for run in ends if run["head_branch"] == "topic"]
    assert of_fork["pull_requests"] == []
    assert of_fork["head_repository"]["full_name"] == "eve/rocket"
    assert [pull["number"] for pull in own["pull_requests"]] == [seeded.pull.number]
