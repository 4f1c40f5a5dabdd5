"""Every page shows its nouns, and says so when there are none."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.support.pages import Visitor


@pytest.mark.parametrize(
    ("path", "shows"),
    [
        ("/", "acme/harbour"),
        ("{repository}", "Environments"),
        ("{repository}/pulls", "Search berths by union-find"),
        ("{repository}/pull/1", "rust / clippy"),
        ("{repository}/pull/1/files", "parent[root] == root"),
        ("{repository}/issues", "Ships longer than 400 m"),
        ("{repository}/issues/4", "Berth 7"),
        ("{repository}/actions", "Search berths by union-find"),
        ("{repository}/actions/runs/{run}", "Run cargo audit"),
        ("{repository}/actions/runs/{run}/attempts/1", "attempt 1 of 1"),
        ("{repository}/actions/runs/{run}/job/{job}", "assertion failed: u.equiv(i, i)"),
        ("{repository}/deployments", "Nothing was deployed yet"),
        ("{repository}/commit/{sha}", "Search berths by union-find"),
        ("{repository}/compare/main...{sha}", "parent[root] == root"),
        ("{repository}/blob/main/planner/src/lib.rs", "pub fn find"),
        ("{repository}/blob/{sha}/no/such.rs", "not in the demo"),
        ("/_/deliveries", "Webhook deliveries"),
        ("/_/bot", "What the bot does"),
    ],
)
async def test_every_page_shows_its_nouns(ada: Visitor, path: str, shows: str) -> None:
    run = ada.rust_run
    filled = path.format(
        repository=ada.repository, run=run.id, job=run.latest.jobs[0].id, sha=ada.harbour.rust.head_sha
    )

    shown = await ada.get(filled)

    assert shown.status == 200, shown.text
    assert shows in shown.text
    assert "script-src 'self'" in shown.headers["Content-Security-Policy"]


@pytest.mark.parametrize(
    "path",
    [
        "/acme/nothing",
        "/acme/harbour/pull/99",
        "/acme/harbour/actions/runs/1",
        "/acme/harbour/commit/fffffff",
        "/acme/harbour/runs/1",
    ],
)
async def test_what_does_not_exist_is_not_found(ada: Visitor, path: str) -> None:
    shown = await ada.get(path)

    assert shown.status == 404
    assert "Not found" in shown.text


async def test_attempt_that_was_not_made_is_not_found(ada: Visitor) -> None:
    assert (await ada.get(f"{ada.repository}/actions/runs/{ada.rust_run.id}/attempts/7")).status == 404


async def test_number_of_a_pull_request_leads_from_issues_to_it(ada: Visitor) -> None:
    shown = await ada.get(f"{ada.repository}/issues/1")

    assert (shown.status, shown.headers["Location"]) == (302, "/acme/harbour/pull/1")


async def test_check_run_of_a_job_leads_to_the_job(ada: Visitor) -> None:
    job = ada.rust_run.latest.jobs[0]

    shown = await ada.get(f"{ada.repository}/runs/{job.check.id}")

    assert shown.headers["Location"].endswith(f"/actions/runs/{ada.rust_run.id}/job/{job.id}")


async def test_log_lines_have_the_anchors_that_comments_link_to(ada: Visitor) -> None:
    job = ada.rust_run.latest.jobs[0]

    shown = await ada.get(f"{ada.repository}/actions/runs/{ada.rust_run.id}/job/{job.id}")

    anchored = shown.text.partition('id="step:3:1"')[2].partition("</li>")[0]
    assert "Run cargo test --test unionfind --test graph" in anchored


async def test_api_still_answers_beside_the_pages(ada: Visitor) -> None:
    assert (await ada.get("/app/installations")).status == 401
    assert "application/json" in (await ada.get("/users/amara")).headers["Content-Type"]


@pytest.mark.parametrize(
    ("name", "kind"), [("hub.css", "text/css"), ("hub.js", "text/javascript"), ("hub.svg", "image/svg+xml")]
)
async def test_static_files_come_from_the_package(ada: Visitor, name: str, kind: str) -> None:
    shown = await ada.get(f"/_/static/{name}")

    assert shown.status == 200
    assert shown.headers["Content-Type"].startswith(kind)


async def test_no_other_file_is_served(ada: Visitor) -> None:
    assert (await ada.get("/_/static/..%2Fsite.py")).status == 404
