"""Lost answers, redirects, refusals and the ETags of one call."""

from __future__ import annotations

import pytest
from structlog.testing import capture_logs

from bot.github.actions import get_run
from bot.github.app import GitHub
from bot.github.checks import list_checks
from bot.github.comments import (
    create_comment,
    find_comment,
    get_comment,
    react,
    update_comment,
)
from bot.github.contents import get_file
from bot.github.deployments import list_deployments
from bot.github.errors import (
    NotFound,
    Unavailable,
    Uncertain,
    Unexpected,
)
from bot.github.models import RepositoryRef, Sha
from bot.github.pulls import get_pull, list_open_pulls
from bot.github.tuning import Tuning
from tests.support.github_world import list_comments
from tests.support.raw_github import (
    COMMENT,
    OTHER_INSTALLATION,
    PULL,
    REPO,
    REPOSITORY,
    Answer,
    Bench,
    Time,
    private_key,
    raw_bench,
    raw_server,
)

ONE = f"{REPO}/issues/comments/5"
ALL = f"{REPO}/issues/1/comments"
BROKEN = Answer({"message": "Server Error"}, 502)
CUT = Answer(status=0)


async def test_every_call_names_the_api_version_and_the_caller(bench: Bench) -> None:
    bench.server.answer("GET", ONE, Answer(COMMENT))
    await get_comment(bench.github.repository(REPOSITORY), 5)
    for seen in bench.server.seen:
        assert seen.headers["x-github-api-version"] == "2026-03-10"
        assert seen.headers["user-agent"] == "pilothouse"
        assert seen.headers["accept"] == "application/vnd.github.v3+json"


@pytest.mark.parametrize("fault", [BROKEN, CUT], ids=["502", "connection"])
async def test_a_read_is_repeated_until_it_is_answered(bench: Bench, fault: Answer) -> None:
    bench.server.answer("GET", ONE, fault, fault, fault, Answer(COMMENT))
    assert await get_comment(bench.github.repository(REPOSITORY), 5) is not None
    assert bench.time.slept == [0.5, 1.0, 2.0]


@pytest.mark.parametrize("fault", [BROKEN, CUT], ids=["502", "connection"])
async def test_a_new_comment_whose_answer_was_lost_is_not_written_again(bench: Bench, fault: Answer) -> None:
    bench.server.answer("POST", ALL, fault, Answer(COMMENT, 201))
    with pytest.raises(Uncertain, match="unknown whether"):
        await create_comment(bench.github.repository(REPOSITORY), 1, "hi")
    assert len(bench.server.calls("POST", ALL)) == 1


async def test_a_write_that_does_no_harm_twice_is_repeated(bench: Bench) -> None:
    bench.server.answer("PATCH", ONE, BROKEN, Answer(COMMENT))
    bench.server.answer("POST", f"{ONE}/reactions", CUT, Answer({"id": 1}, 200))
    repo = bench.github.repository(REPOSITORY)
    await update_comment(repo, 5, "new")
    await react(repo, 5, "eyes")
    assert len(bench.server.calls("PATCH", ONE)) == 2
    assert len(bench.server.calls("POST", f"{ONE}/reactions")) == 2


async def test_github_down_is_said_after_the_last_attempt() -> None:
    async with raw_bench(Tuning(pace=None, attempts=3)) as bench:
        bench.server.answer("GET", ONE, BROKEN)
        with pytest.raises(Unavailable, match=r"3 attempts.*502"):
            await get_comment(bench.github.repository(REPOSITORY), 5)


async def test_github_unreachable_names_the_host() -> None:
    """A write whose connection never came about was not done, so it may be tried again."""
    time = Time()
    async with raw_server(time.clock) as server:
        url = server.url
    tuning = Tuning(pace=None, attempts=2, sleep=time.sleep, monotonic=time.monotonic)
    async with GitHub("1", private_key(), clock=time.clock, api_url=url, tuning=tuning) as github:
        with pytest.raises(Unavailable, match=r"no connection to 127\.0\.0\.1"):
            await create_comment(github.repository(REPOSITORY), 1, "hi")


async def test_a_renamed_repository_is_followed(bench: Bench) -> None:
    """GitHub answers 301 to a read and 307 to a write; the body of the write is kept."""
    new = "/repositories/70/issues/comments/5"
    bench.server.answer("GET", ONE, Answer({"message": "Moved Permanently"}, 301, {"location": new}))
    bench.server.answer("GET", new, Answer(COMMENT))
    location = {"location": bench.server.url + new}
    bench.server.answer("PATCH", ONE, Answer({"message": "Temporary Redirect"}, 307, location))
    bench.server.answer("PATCH", new, Answer(COMMENT))
    repo = bench.github.repository(REPOSITORY)
    assert await get_comment(repo, 5) is not None
    await update_comment(repo, 5, "new")
    assert bench.server.calls("PATCH", new)[0].json == {"body": "new"}


async def test_a_redirected_post_never_becomes_a_get(bench: Bench) -> None:
    """Aiohttp by itself would send a GET without the body and take its answer for the new comment."""
    new = "/repositories/70/issues/1/comments"
    bench.server.answer("POST", ALL, Answer({"message": "Moved Permanently"}, 301, {"location": new}))
    bench.server.answer("GET", new, Answer(COMMENT))
    with pytest.raises(Unexpected, match="redirected"):
        await create_comment(bench.github.repository(REPOSITORY), 1, "hi")
    assert bench.server.calls(path=new) == []


async def test_a_redirected_post_is_sent_again_with_its_body_where_github_says_so(bench: Bench) -> None:
    new = "/repositories/70/issues/1/comments"
    bench.server.answer("POST", ALL, Answer(None, 308, {"location": new}))
    bench.server.answer("POST", new, Answer(COMMENT, 201))
    await create_comment(bench.github.repository(REPOSITORY), 1, "hi")
    assert bench.server.calls("POST", new)[0].json == {"body": "hi"}


@pytest.mark.parametrize("method", ["GET", "PATCH"])
async def test_a_token_never_leaves_the_api_host(bench: Bench, method: str) -> None:
    async with raw_server(bench.time.clock) as stranger:
        status = 301 if method == "GET" else 307
        bench.server.answer(method, ONE, Answer(None, status, {"location": f"{stranger.url}/steal"}))
        repo = bench.github.repository(REPOSITORY)
        with pytest.raises(Unexpected, match="another host"):
            await (get_comment(repo, 5) if method == "GET" else update_comment(repo, 5, "x"))
        assert stranger.seen == []


async def test_redirects_in_a_circle_end(bench: Bench) -> None:
    bench.server.answer("GET", ONE, Answer(None, 301, {"location": ONE}))
    with pytest.raises(Unexpected, match="circle"):
        await get_comment(bench.github.repository(REPOSITORY), 5)


async def test_an_unchanged_answer_is_asked_for_with_its_etag(bench: Bench) -> None:
    bench.server.answer("GET", ALL, Answer([COMMENT], headers={"etag": '"one"'}))
    repo = bench.github.repository(REPOSITORY)
    first, second = await list_comments(repo, 1), await list_comments(repo, 1)
    assert first == second
    assert [call.status for call in bench.observed if call.operation == "issues/list-comments"] == [200, 304]


async def test_a_page_from_the_cache_still_knows_the_next_one(bench: Bench) -> None:
    link = {"etag": '"one"', "link": f'<{bench.server.url}/repositories/70/more?page=2>; rel="next"'}
    bench.server.answer("GET", ALL, Answer([COMMENT], headers=link))
    bench.server.answer("GET", "/repositories/70/more", Answer([COMMENT | {"id": 6}]))
    repo = bench.github.repository(REPOSITORY)
    for _ in range(2):
        assert [comment.id for comment in await list_comments(repo, 1)] == [5, 6]


async def test_an_answer_is_never_shared_between_installations(bench: Bench) -> None:
    """Both installations read the same URL; a cache keyed by URL alone would show one the other's."""
    bench.server.answer("GET", ONE, Answer(COMMENT, headers={"etag": '"one"'}))
    await get_comment(bench.github.repository(REPOSITORY), 5)
    await get_comment(bench.github.repository(OTHER_INSTALLATION), 5)
    assert [seen.headers.get("if-none-match") for seen in bench.server.calls("GET", ONE)] == [None, None]


async def test_a_304_for_what_is_not_kept_is_no_answer(bench: Bench) -> None:
    bench.server.answer("GET", ONE, Answer(None, 304))
    with pytest.raises(Unexpected):
        await get_comment(bench.github.repository(REPOSITORY), 5)


async def test_lists_are_read_to_their_last_page(bench: Bench) -> None:
    second = {
        "link": f'<{bench.server.url}{REPO}/commits/abc/check-runs?page=2>; rel="next", <x>; rel="last"'
    }
    check = {"id": 1, "name": "a", "head_sha": "abc", "status": "completed", "conclusion": "success"}
    bench.server.answer(
        "GET",
        f"{REPO}/commits/abc/check-runs",
        Answer({"total_count": 2, "check_runs": [check]}, headers=second),
        Answer({"total_count": 2, "check_runs": [check | {"id": 2}]}),
    )
    found = await list_checks(bench.github.repository(REPOSITORY), Sha("abc"))
    assert [run.id for run in found] == [1, 2]
    assert bench.server.calls()[0].query["per_page"] == "100"


async def test_a_next_page_on_another_host_is_refused(bench: Bench) -> None:
    async with raw_server(bench.time.clock) as stranger:
        headers = {"link": f'<{stranger.url}/more>; rel="next"'}
        bench.server.answer("GET", f"{REPO}/pulls", Answer([PULL], headers=headers))
        with pytest.raises(Unexpected, match="another host"):
            await list_open_pulls(bench.github.repository(REPOSITORY))
        assert stranger.seen == []


async def test_finding_a_comment_reads_no_further_than_it_must(bench: Bench) -> None:
    bench.server.answer("GET", "/app", Answer({"id": 42, "slug": "pilothouse"}))
    mine = COMMENT | {"body": "<!-- m --> text", "performed_via_github_app": {"id": 42}}
    forged = mine | {"id": 4, "performed_via_github_app": None, "user": {"id": 1, "login": "eve"}}
    more = {"link": f'<{bench.server.url}/more>; rel="next"'}
    bench.server.answer("GET", ALL, Answer([forged, mine], headers=more))
    found = await find_comment(bench.github.repository(REPOSITORY), 1, marker="<!-- m -->")
    assert found is not None
    assert found.id == 5
    assert bench.server.calls(path="/more") == []


async def test_what_stands_in_a_path_cannot_leave_it(bench: Bench) -> None:
    repo = bench.github.repository(REPOSITORY)
    await get_file(repo, "a b/ü?#.yml")
    assert bench.server.calls()[-1].path == f"{REPO}/contents/a%20b/%C3%BC%3F%23.yml"
    with pytest.raises(NotFound):
        await list_checks(repo, Sha("feature/x"))
    assert bench.server.calls()[-1].path == f"{REPO}/commits/feature%2Fx/check-runs"
    for path in ("", "../secret", "a//b", "a/./b"):
        with pytest.raises(Unexpected):
            await get_file(repo, path)
    evil = RepositoryRef(installation_id=REPOSITORY.installation_id, id=1, full_name="../app")
    with pytest.raises(Unexpected):
        await get_pull(bench.github.repository(evil), 3)


async def test_githubs_own_prefix_of_an_enterprise_server_is_kept() -> None:
    async with raw_bench(prefix="/api/v3/") as bench:
        tokens = "/api/v3/app/installations/7/access_tokens"
        bench.server.answer("POST", tokens, Answer({"token": "t", "expires_at": "2026-11-03T10:00:00Z"}, 201))
        bench.server.answer("GET", f"/api/v3{ONE}", Answer(COMMENT))
        assert await get_comment(bench.github.repository(REPOSITORY), 5) is not None


async def test_filters_are_passed_on(bench: Bench) -> None:
    bench.server.answer("GET", f"{REPO}/deployments", Answer([]))
    await list_deployments(bench.github.repository(REPOSITORY), environment="a&b", sha=Sha("abc"))
    assert bench.server.calls()[0].query == {"per_page": "100", "environment": "a&b", "sha": "abc"}


async def test_every_call_is_told_to_the_observer(bench: Bench) -> None:
    bench.server.answer("GET", f"{REPO}/actions/runs/1", BROKEN, Answer({"message": "Not Found"}, 404))
    with pytest.raises(NotFound):
        await get_run(bench.github.repository(REPOSITORY), 1)
    assert [(call.operation, call.status, call.installation_id) for call in bench.observed] == [
        ("apps/create-installation-access-token", 201, None),
        ("actions/get-workflow-run", 502, 7),
        ("actions/get-workflow-run", 404, 7),
    ]


async def test_no_log_line_shows_a_token(bench: Bench) -> None:
    bench.server.answer("GET", ONE, BROKEN, Answer({"message": "slow down"}, 429), Answer(COMMENT))
    with capture_logs() as lines:
        await get_comment(bench.github.repository(REPOSITORY), 5)
    assert [line["event"] for line in lines] == ["github_retry", "github_limit"]
    assert "ghs_" not in str(lines)
