"""Artifacts and annotations as the local GitHub keeps them."""

from __future__ import annotations

import io
import zipfile
from datetime import timedelta
from typing import TYPE_CHECKING

import aiohttp

from bot.localhub.server import LocalHub
from bot.localhub.state import artifacts, runs
from tests.localhub.conftest import seed
from tests.support.hub_client import calling

if TYPE_CHECKING:
    from tests.localhub.conftest import Seeded
    from tests.support.clock import Clock
    from tests.support.hub_client import Caller

R = "/repos/acme/rocket"


def test_an_artifact_of_the_same_name_replaces_the_earlier_one(hub: LocalHub, seeded: Seeded) -> None:
    first = artifacts.upload(hub.store, seeded.run, "junit", b"1")
    other = artifacts.upload(hub.store, seeded.run, "sarif", b"2")
    second = artifacts.upload(hub.store, seeded.run, "junit", b"3")
    assert seeded.repository.artifacts == {other.id: other, second.id: second}
    assert first.id < second.id


async def test_artifacts_are_listed_by_run_and_name_newest_first(
    hub: LocalHub, seeded: Seeded, as_installation: Caller
) -> None:
    made = [artifacts.upload(hub.store, seeded.run, name, b"zip") for name in ("a", "b")]
    other = runs.start_run(
        hub.store,
        seeded.repository,
        seeded.run.workflow,
        runs.NewRun(head_sha=seeded.pull.head_sha, head_branch="topic", actor=hub.store.user("ada")),
    )
    artifacts.upload(hub.store, other, "a", b"zip")
    body = (await as_installation("GET", f"{R}/actions/runs/{seeded.run.id}/artifacts")).body
    assert [one["id"] for one in body["artifacts"]] == [made[1].id, made[0].id]
    body = (await as_installation("GET", f"{R}/actions/artifacts?name=a")).body
    assert body["total_count"] == 2
    assert (await as_installation("GET", f"{R}/actions/artifacts/1")).status == 404
    assert (await as_installation("GET", f"{R}/actions/artifacts/{made[0].id}/tar")).status == 404


async def test_the_link_gives_the_zip_file_for_a_minute_to_who_sends_no_token(clock: Clock) -> None:
    hub = await LocalHub.start(clock=clock)
    try:
        seeded = seed(hub)
        content = artifacts.packed({"junit.xml": b"<testsuites/>"})
        made = artifacts.upload(hub.store, seeded.run, "junit", content)
        token = hub.access.issue(seeded.installation, permissions=None, repository_ids=None)
        async with calling(hub, token.text) as call, aiohttp.ClientSession() as session:
            answer = await call("GET", f"{R}/actions/artifacts/{made.id}/zip")
            link = answer.headers["location"]
            async with session.get(link) as got:
                archive = zipfile.ZipFile(io.BytesIO(await got.read()))
                assert archive.read("junit.xml") == b"<testsuites/>"
            async with session.get(link, headers={"Authorization": "token x"}) as got:
                assert got.status == 400
            clock.now += timedelta(minutes=2)
            async with session.get(link) as got:
                assert got.status == 403
    finally:
        await hub.close()


async def test_the_runner_remarks_the_errors_of_a_red_job(seeded: Seeded, hub: LocalHub) -> None:
    run = seeded.run
    runs.rerun(hub.store, run, actor=hub.store.user("ada"), again=lambda job: job.name == "test")
    job = next(one for one in run.latest.jobs if one.name == "test")
    log = b"fine\n2026-11-22T10:00:00.0Z ##[error]Process completed with exit code 1.\n"
    runs.finish_job(hub.store, job, "failure", log=log * 20)
    assert len(job.check.annotations) == artifacts.MOST_ERRORS
    assert job.check.annotations[0]["message"] == "Process completed with exit code 1."
    artifacts.annotate(job, "unused variable", path="src/lib.rs", line=3, level="warning")
    assert job.check.annotations[-1]["path"] == "src/lib.rs"
