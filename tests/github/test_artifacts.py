"""Artifacts and annotations: listed, streamed, and said to be gone."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from bot.github.artifacts import MOST_ARTIFACTS, job_annotations, list_artifacts, open_artifact
from bot.github.errors import NotFound, Unavailable
from bot.localhub.state import artifacts
from tests.support.raw_github import REPO, REPOSITORY, Answer, Bench

if TYPE_CHECKING:
    from bot.github.client import RepositoryClient
    from tests.support.github_world import World

ZIP = f"{REPO}/actions/artifacts/7/zip"


async def read(repo: RepositoryClient, artifact_id: int) -> bytes:
    async with open_artifact(repo, artifact_id) as chunks:
        return b"".join([chunk async for chunk in chunks])


async def test_the_artifacts_of_a_run_are_listed_and_read(world: World) -> None:
    content = artifacts.packed({"junit.xml": b"<testsuites/>"})
    made = artifacts.upload(world.hub.store, world.run, "junit", content)
    (listed,) = await list_artifacts(world.repo, world.run.id)
    assert (listed.id, listed.name, listed.size, listed.expired) == (made.id, "junit", len(content), False)
    assert listed.created_at == made.created_at
    assert await read(world.repo, made.id) == content


async def test_no_more_artifacts_are_listed_than_anybody_would_read(world: World) -> None:
    for number in range(MOST_ARTIFACTS + 1):
        artifacts.upload(world.hub.store, world.run, f"part-{number}", b"zip")
    assert len(await list_artifacts(world.repo, world.run.id)) == MOST_ARTIFACTS


async def test_an_expired_artifact_is_not_found(world: World) -> None:
    made = artifacts.upload(world.hub.store, world.run, "junit", b"zip")
    made.expired = True
    assert (await list_artifacts(world.repo, world.run.id))[0].expired
    with pytest.raises(NotFound):
        await read(world.repo, made.id)


async def test_the_remarks_on_a_job_are_those_of_its_check_run(world: World) -> None:
    job = world.run.latest.jobs[0]
    artifacts.annotate(job, "it broke", path="src/lib.rs", line=3)
    (remark,) = await job_annotations(world.repo, job.id)
    assert (remark.path, remark.start_line, remark.level) == ("src/lib.rs", 3, "failure")
    assert remark.message == "it broke"


async def test_the_zip_file_is_read_without_the_token(bench: Bench) -> None:
    bench.server.answer("GET", ZIP, Answer(None, 302, {"location": "/blob?sig=1"}))
    bench.server.answer("GET", "/blob", Answer(b"PK", headers={"content-type": "application/zip"}))
    assert await read(bench.github.repository(REPOSITORY), 7) == b"PK"
    assert [call.authorization for call in bench.server.seen if call.path == "/blob"] == [None]


async def test_a_download_that_breaks_off_is_no_artifact(bench: Bench) -> None:
    bench.server.answer("GET", ZIP, Answer(None, 302, {"location": "/blob"}))
    bench.server.answer("GET", "/blob", Answer(b"x" * 9, headers={"content-length": "1000"}))
    with pytest.raises(Unavailable, match="broke off"):
        await read(bench.github.repository(REPOSITORY), 7)
