"""The control API around merging, as end-to-end tests use it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import aiohttp

from tests.localhub.merging.conftest import R
from tests.localhub.merging.test_queue import QUEUE
from tests.localhub.test_control import Control

if TYPE_CHECKING:
    from tests.localhub.merging.conftest import Yard

REPO = {"repo": "acme/rocket"}
PULL: dict[str, Any] = {**REPO, "number": 1, "author": "ada"}


async def test_labels_drafts_threads_and_settings_are_set(yard: Yard) -> None:
    async with aiohttp.ClientSession() as session:
        control = Control(session, yard.hub.url)
        await control("PUT", "labels", **PULL, labels=["ready"])
        await control("PUT", "drafts", **PULL, draft=True)
        shown = (await control("GET", "state", **REPO))["pulls"][0]
        assert (shown["labels"], shown["draft"], shown["base"]) == (["ready"], True, "main")
        thread = await control("PUT", "threads", **PULL, path="src/lib.rs", line=1)
        assert [one.resolved for one in yard.pull.threads] == [False]
        await control("PUT", "threads", **PULL, id=thread["id"], resolved=True)
        assert [one.resolved for one in yard.pull.threads] == [True]
        await control("PATCH", "settings", **REPO, settings={"allow_squash_merge": False})
        assert (await yard.read(""))["allow_squash_merge"] is False
        wrong = {**REPO, "settings": {"allow_octopus": True}}
        async with session.patch(f"{yard.hub.url}/_control/settings", json=wrong) as response:
            assert response.status == 422


async def test_branches_are_protected_both_ways(yard: Yard) -> None:
    async with aiohttp.ClientSession() as session:
        control = Control(session, yard.hub.url)
        classic: dict[str, Any] = {"checks": [{"context": "safe"}], "strict": True, "reviews": {"count": 2}}
        await control("PUT", "protection", **REPO, branch="main", protection=classic)
        shown = await yard.read("branches/main")
        assert shown["protection"]["required_status_checks"]["contexts"] == ["safe"]
        await control("PUT", "protection", **REPO, branch="main", protection=None)
        assert (await yard.read("branches/main"))["protected"] is False
        rules: list[dict[str, Any]] = [
            {"type": "merge_queue", "parameters": QUEUE},
            {"type": "required_linear_history"},
        ]
        await control("POST", "rulesets", **REPO, rules=rules, bypass=["bo"])
        assert [one["type"] for one in await yard.read("rules/branches/main")] == [
            one["type"] for one in rules
        ]
        assert await control("POST", "queue", **REPO, base="main") == []


async def test_a_person_merges_by_a_method(yard: Yard) -> None:
    async with aiohttp.ClientSession() as session:
        merged = await Control(session, yard.hub.url)("PATCH", "pulls", **PULL, merge=True, method="squash")
    assert merged["merge_sha"] == yard.tip().sha
    assert len(yard.tip().parents) == 1
    assert (await yard.call("GET", f"{R}/pulls/1/merge")).status == 204
