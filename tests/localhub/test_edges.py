"""The smaller answers: what is missing, malformed or said twice."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import pytest
from aiohttp import web

from bot.localhub import deliveries
from bot.localhub.recorder import Recorder
from bot.localhub.state import accounts, git, issues, pulls, teams
from bot.localhub.state.store import NotThere
from tests.localhub.conftest import seed
from tests.support.hub_client import calling

if TYPE_CHECKING:
    from pathlib import Path

    from bot.localhub.server import LocalHub
    from tests.localhub.conftest import Seeded
    from tests.support.hub_client import Caller, Receiver

R = "/repos/acme/rocket"


@pytest.mark.parametrize(
    "path",
    [
        "/orgs/acme/members/ada",
        "/orgs/acme/memberships/ada",
        "/orgs/acme/teams/ops/members",
        "/orgs/nobody/members/ada",
        "/users/nobody",
        f"{R}/collaborators/grace",
        f"{R}/branches/nothing",
        f"{R}/deployments/1/statuses/1",
    ],
)
async def test_what_nobody_made_is_404(hub: LocalHub, as_installation: Caller, path: str) -> None:
    hub.store.user("grace")
    assert (await as_installation("GET", path)).status == 404


async def test_a_team_knows_only_its_members(hub: LocalHub, seeded: Seeded, as_installation: Caller) -> None:
    teams.create(hub.store, seeded.repository.owner, "ops", members={"ada": "maintainer"})
    here = "/orgs/acme/teams/ops/memberships"
    assert (await as_installation("GET", f"{here}/ada")).body["role"] == "maintainer"
    assert (await as_installation("GET", f"{here}/eve")).status == 404


async def test_an_empty_repository_begins_with_a_file(seeded: Seeded, as_installation: Caller) -> None:
    """Git's objects are refused there: https://github.com/github/rest-api-description/issues/637."""
    seeded.repository.branches.clear()
    refused = await as_installation("POST", f"{R}/git/blobs", {"content": "x"})
    assert (refused.status, refused.body["message"]) == (409, "Git Repository is empty.")
    begun = {"message": "Begin", "content": "eA=="}
    assert (await as_installation("PUT", f"{R}/contents/README.md", begun)).status == 201
    assert list(seeded.repository.branches) == ["main"]
    assert (await as_installation("POST", f"{R}/git/blobs", {"content": "x"})).status == 201


@pytest.mark.parametrize(
    "path",
    ["/app/installations/1", "/orgs/nobody/installation", "/app/hook/deliveries/1", f"{R}/installation"],
)
async def test_the_app_finds_no_installation_where_there_is_none(
    hub: LocalHub, as_app: Caller, path: str
) -> None:
    accounts.create_repository(hub.store, "acme/rocket")
    assert (await as_app("GET", path)).status == 404


async def test_a_bad_cursor_is_refused(as_app: Caller) -> None:
    assert (await as_app("GET", "/app/hook/deliveries?cursor=next")).status == 400


async def test_a_token_is_narrowed_to_at_most_500_repositories(seeded: Seeded, as_app: Caller) -> None:
    path = f"/app/installations/{seeded.installation.id}/access_tokens"
    assert (await as_app("POST", path, {"repository_ids": list(range(501))})).status == 422


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("POST", "issues", {"title": " "}),
        ("POST", "issues", []),
        ("PATCH", "issues/1", {"state": "gone"}),
        ("PATCH", "pulls/1", {"state": "gone"}),
        ("POST", "git/refs", {"ref": "refs/heads/x", "sha": "0" * 40}),
        ("PATCH", "git/refs/heads/topic", {"sha": "0" * 40}),
        ("POST", "git/commits", {"message": "m", "tree": "0"}),
        ("POST", "git/trees", {"base_tree": "0", "tree": []}),
        ("POST", "git/trees", {"tree": [{"path": "x", "sha": "0"}]}),
        ("POST", "check-suites", {"head_sha": "0" * 40}),
        ("PUT", "contents/x", {"message": "m", "content": "x"}),
    ],
)
async def test_what_makes_no_sense_is_422(as_installation: Caller, method: str, path: str, body: Any) -> None:
    assert (await as_installation(method, f"{R}/{path}", body)).status == 422


async def test_a_label_exists_once(as_installation: Caller) -> None:
    assert (await as_installation("POST", f"{R}/labels", {"name": "bug"})).status == 201
    assert (await as_installation("POST", f"{R}/labels", {"name": "Bug"})).status == 422
    assert (await as_installation("DELETE", f"{R}/issues/1/labels/bug")).status == 404


async def test_issues_are_listed_newest_first_or_oldest_first(as_installation: Caller) -> None:
    await as_installation("POST", f"{R}/issues", {"title": "Second"})
    newest = (await as_installation("GET", f"{R}/issues")).body
    oldest = (await as_installation("GET", f"{R}/issues?direction=asc")).body
    assert [one["number"] for one in newest] == [2, 1]
    assert [one["number"] for one in oldest] == [1, 2]
    assert "pull_request" in oldest[0]


async def test_a_tag_is_made_listed_and_deleted(as_installation: Caller, seeded: Seeded) -> None:
    new = {"ref": "refs/tags/v1", "sha": seeded.pull.head_sha}
    assert (await as_installation("POST", f"{R}/git/refs", new)).status == 201
    assert [one["name"] for one in (await as_installation("GET", f"{R}/tags")).body] == ["v1"]
    assert (await as_installation("GET", f"{R}/commits/v1")).body["sha"] == seeded.pull.head_sha
    assert (await as_installation("DELETE", f"{R}/git/refs/tags/v1")).status == 204
    assert (await as_installation("GET", f"{R}/git/ref/tags/v1")).status == 404


async def test_a_tree_gains_and_loses_files(as_installation: Caller, seeded: Seeded) -> None:
    entries = [
        {"path": "README.md", "mode": "100644", "type": "blob", "sha": None},
        {"path": "new", "mode": "100644", "type": "blob", "content": "text"},
    ]
    new = {"base_tree": seeded.pull.head_sha, "tree": entries}
    tree = (await as_installation("POST", f"{R}/git/trees", new)).body["tree"]
    assert [one["path"] for one in tree] == ["new", "src/lib.rs"]


async def test_a_comparison_says_who_is_ahead(hub: LocalHub, as_installation: Caller, seeded: Seeded) -> None:
    async def status(basehead: str) -> str:
        return str((await as_installation("GET", f"{R}/compare/{basehead}")).body["status"])

    assert await status("main...topic") == "ahead"
    assert await status("topic...main") == "behind"
    assert await status("main...main") == "identical"
    git.push(
        hub.store, seeded.repository, "main", files={"x": "y"}, message="m", author=hub.store.user("ada")
    )
    assert await status("main...acme:topic") == "diverged"
    alone = git.commit(hub.store, {}, parents=(), message="Alone", author=hub.store.user("ada"))
    seeded.repository.branches["alone"] = alone.sha
    assert (await as_installation("GET", f"{R}/compare/main...alone")).status == 404


async def test_a_pull_request_of_a_lost_fork_is_still_shown(wild_hub: LocalHub) -> None:
    """GitHub sends null for the lost repository, though its description does not say so."""
    seeded = seed(wild_hub)
    seeded.pull.head_repository = None
    token = wild_hub.access.issue(seeded.installation, permissions=None, repository_ids=None)
    async with calling(wild_hub, token.text) as call:
        (listed,) = (await call("GET", f"{R}/pulls?state=all&direction=asc")).body
    assert (listed["head"]["label"], listed["head"]["repo"]) == ("unknown:topic", None)


async def test_an_id_that_is_none_is_404(wild_hub: LocalHub) -> None:
    seeded = seed(wild_hub)
    token = wild_hub.access.issue(seeded.installation, permissions=None, repository_ids=None)
    async with calling(wild_hub, token.text) as call:
        for path in ("/repositories/999", "/repositories/none/issues", f"{R}/issues/none"):
            assert (await call("GET", path)).status == 404


async def test_a_pull_request_from_a_fork_is_opened_by_owner(
    hub: LocalHub, as_installation: Caller, seeded: Seeded
) -> None:
    eve = hub.store.user("eve")
    fork = accounts.fork(hub.store, seeded.repository, owner=eve)
    git.push(hub.store, fork, "idea", files={"x": "y"}, message="m", author=eve)
    new = {"title": "Idea", "head": "eve:idea", "base": "main"}
    made = (await as_installation("POST", f"{R}/pulls", new)).body
    assert made["head"]["repo"]["full_name"] == "eve/rocket"
    before = made["head"]["sha"]
    git.push(hub.store, fork, "idea", files={"x": "z"}, message="m", author=eve)
    after = (await as_installation("GET", f"{R}/pulls/{made['number']}")).body["head"]["sha"]
    assert after == fork.branches["idea"] != before


async def test_a_merge_takes_deletions_along(hub: LocalHub, as_installation: Caller, seeded: Seeded) -> None:
    ada = hub.store.user("ada")
    git.push(hub.store, seeded.repository, "topic", files={"README.md": None}, message="m", author=ada)
    await as_installation("PUT", f"{R}/pulls/{seeded.pull.number}/merge")
    tip = hub.store.commits[seeded.repository.branches["main"]]
    assert sorted(tip.files) == ["src/lib.rs"]
    assert (await as_installation("GET", f"{R}/pulls/{seeded.pull.number}")).body["merged_by"][
        "type"
    ] == "Bot"


async def test_no_pull_request_without_its_branches(hub: LocalHub, seeded: Seeded) -> None:
    store, repository, ada = hub.store, seeded.repository, hub.store.user("ada")
    with pytest.raises(NotThere, match="nothing"):
        pulls.open_pull(store, repository, title="x", author=ada, head="nothing")
    with pytest.raises(NotThere, match="nothing"):
        pulls.open_pull(store, repository, title="x", author=ada, head="topic", base="nothing")
    with pytest.raises(NotThere, match="99"):
        issues.write_comment(store, repository, 99, body="x", author=ada)


def test_a_role_has_a_known_name(wild_hub: LocalHub) -> None:
    repository = accounts.create_repository(wild_hub.store, "acme/rocket")
    grace = wild_hub.store.user("grace")
    with pytest.raises(ValueError, match="is no role"):
        accounts.set_role(repository, grace, "boss")
    accounts.set_role(repository, grace, "admin")
    accounts.set_role(repository, grace, "none")
    assert repository.role_of(grace) == "none"
    assert repository.role_of(repository.owner) == "admin"


async def test_a_receiver_that_takes_too_long_is_given_up(
    hub: LocalHub, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(deliveries, "PATIENCE", 0.05)
    forever = asyncio.Event()

    async def hang(_: web.Request) -> web.Response:
        await forever.wait()
        return web.Response()

    application = web.Application()
    application.router.add_post("/", hang)
    runner = web.AppRunner(application)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    hub.set_webhook(f"http://127.0.0.1:{runner.addresses[0][1]}/")
    hub.deliveries.ping()
    await hub.settle()
    forever.set()
    await runner.cleanup()
    (listed,) = hub.deliveries.listed
    assert (listed.status, listed.status_code) == ("timed out", 0)


async def test_a_payload_over_25_mb_is_never_sent(
    hub: LocalHub, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    seeded = seed(hub)
    await hub.settle()
    receiver.received.clear()
    monkeypatch.setattr(deliveries, "LARGEST", 30_000)
    ada = hub.store.user("ada")
    issues.write_comment(hub.store, seeded.repository, 1, body="x" * 30_000, author=ada)
    issues.write_comment(hub.store, seeded.repository, 1, body="small", author=ada)
    await hub.settle()
    assert [one.payload["comment"]["body"] for one in receiver.received] == ["small"]


async def test_only_the_newest_deliveries_are_kept(
    hub: LocalHub, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(deliveries, "KEPT", 2)
    for _ in range(3):
        hub.deliveries.ping()
    await hub.settle()
    assert len(receiver.received) == 3
    assert len(hub.deliveries.listed) == 2


async def test_closing_drops_what_is_on_its_way(wild_hub: LocalHub) -> None:
    wild_hub.set_webhook("http://127.0.0.1:1/")
    wild_hub.deliveries.ping()
    await wild_hub.deliveries.close()
    assert wild_hub.deliveries.listed == []


def test_a_record_can_be_read_while_it_is_written(tmp_path: Path) -> None:
    recorder = Recorder(tmp_path / "traffic.jsonl")
    recorder.delivery("ping", {"A": "b"}, b"{}")
    recorder.flush()
    assert (tmp_path / "traffic.jsonl").read_bytes() == b'{"event":"ping","headers":{"A":"b"},"payload":{}}\n'
    recorder.close()
