"""Answers to an environment's custom protection rule: sent to the configured API only, lost ones again."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from bot.github.environments import protection_rule_apps
from bot.github.errors import Forbidden, Uncertain, Unprocessable
from bot.github.protection import answer_protection, is_our_callback, list_pending, report_protection
from tests.support.raw_github import REPO, REPOSITORY, Answer, raw_bench

if TYPE_CHECKING:
    from tests.support.raw_github import Bench

RUN = 11
ANSWER = f"{REPO}/actions/runs/{RUN}/deployment_protection_rule"
LOST, DONE = Answer(status=0), Answer(status=204)
NOT_WAITING = Answer({"message": "No pending deployment requests to review"}, 422)


async def test_an_answer_is_sent_cut_to_what_github_takes(bench: Bench) -> None:
    bench.server.answer("POST", ANSWER, DONE)
    repo = bench.github.repository(REPOSITORY)
    await answer_protection(repo, RUN, "production", approved=True, comment="x" * 2_000)
    await answer_protection(repo, RUN, "production", approved=False, comment="no")
    await report_protection(repo, RUN, "production", comment="y" * 2_000)
    assert [seen.json for seen in bench.server.calls("POST", ANSWER)] == [
        {"environment_name": "production", "state": "approved", "comment": "x" * 1_024},
        {"environment_name": "production", "state": "rejected", "comment": "no"},
        {"environment_name": "production", "comment": "y" * 1_024},
    ]
    assert bench.server.minted[0]["permissions"] == {"deployments": "write"}


async def test_a_lost_answer_is_sent_again(bench: Bench) -> None:
    bench.server.answer("POST", ANSWER, LOST, LOST, DONE)
    await answer_protection(bench.github.repository(REPOSITORY), RUN, "x", approved=True, comment="")
    assert len(bench.server.calls("POST", ANSWER)) == 3


async def test_an_answer_that_had_arrived_is_not_mourned(bench: Bench) -> None:
    bench.server.answer("POST", ANSWER, LOST, NOT_WAITING)
    await answer_protection(bench.github.repository(REPOSITORY), RUN, "x", approved=True, comment="")
    assert len(bench.server.calls("POST", ANSWER)) == 2


async def test_an_answer_that_is_lost_again_and_again_is_uncertain(bench: Bench) -> None:
    bench.server.answer("POST", ANSWER, LOST)
    with pytest.raises(Uncertain):
        await answer_protection(bench.github.repository(REPOSITORY), RUN, "x", approved=True, comment="")
    assert len(bench.server.calls("POST", ANSWER)) == 3


async def test_where_nothing_waits_there_is_nothing_to_answer(bench: Bench) -> None:
    bench.server.answer("POST", ANSWER, NOT_WAITING)
    with pytest.raises(Unprocessable, match="No pending"):
        await answer_protection(bench.github.repository(REPOSITORY), RUN, "x", approved=True, comment="")
    assert len(bench.server.calls("POST", ANSWER)) == 1


async def test_a_lost_report_is_not_sent_twice(bench: Bench) -> None:
    """GitHub counts to ten."""
    bench.server.answer("POST", ANSWER, LOST)
    with pytest.raises(Uncertain):
        await report_protection(bench.github.repository(REPOSITORY), RUN, "x", comment="")
    assert len(bench.server.calls("POST", ANSWER)) == 1


@pytest.mark.parametrize("prefix", ["", "/api/v3"])
async def test_only_the_configured_api_is_a_callback(prefix: str) -> None:
    async with raw_bench(prefix=prefix) as bench:
        repo, root = bench.github.repository(REPOSITORY), bench.server.url
        path = f"{prefix}/repos/octo/hello/actions/runs/{RUN}/deployment_protection_rule"
        assert is_our_callback(repo, f"{root}{path}")
        port = root.rpartition(":")[2]
        for foreign in (
            f"https://evil.example{path}",
            f"http://127.0.0.1:1{path}",
            f"https://127.0.0.1:{port}{path}",
            f"http://127.0.0.1:{port}@evil.example{path}",
            f"http://127.0.0.1:{port}.evil.example{path}",
            f"http://evil.example\\@127.0.0.1{path}",
            f"{root}{path}/../../../../../user",
            f"{root}/elsewhere{path}",
            f"{root}{path}x",
            f"//{path}",
            "",
            "not a url",
            f"http://[::1{path}",
        ):
            assert not is_our_callback(repo, foreign), foreign


async def test_what_a_run_waits_for_is_listed(bench: Bench) -> None:
    path = f"{REPO}/actions/runs/{RUN}/pending_deployments"
    waiting = [{"environment": {"id": 1, "name": "production"}}, {"environment": {}}]
    bench.server.answer("GET", path, Answer(waiting))
    assert await list_pending(bench.github.repository(REPOSITORY), RUN) == ("production",)


async def test_the_apps_whose_rule_guards_an_environment_are_read(bench: Bench) -> None:
    path = f"{REPO}/environments/eu%2Fproduction/deployment_protection_rules"
    rules = [
        {"id": 1, "enabled": True, "app": {"id": 5, "slug": "a"}},
        {"id": 2, "enabled": False, "app": {"id": 6, "slug": "b"}},
    ]
    bench.server.answer("GET", path, Answer({"total_count": 2, "custom_deployment_protection_rules": rules}))
    repo = bench.github.repository(REPOSITORY)
    assert await protection_rule_apps(repo, "eu/production") == {5}
    assert await protection_rule_apps(repo, "nowhere") == frozenset(), "GitHub makes it when it is needed"
    bench.server.answer("GET", path, Answer({"message": "no"}, 403))
    with pytest.raises(Forbidden):
        await protection_rule_apps(repo, "eu/production")
