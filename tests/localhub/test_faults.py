"""Faults on demand, as the bot's tests order them."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import aiohttp
import pytest

from bot.localhub.faults import Fault, Faults

if TYPE_CHECKING:
    from bot.localhub.server import LocalHub
    from tests.localhub.conftest import Seeded
    from tests.support.hub_client import Caller

R = "/repos/acme/rocket"


async def test_a_502_before_does_nothing_and_one_after_has_done_it(
    hub: LocalHub, as_installation: Caller, seeded: Seeded
) -> None:
    path = f"{R}/issues/{seeded.pull.number}/comments"
    hub.faults.add(Fault(kind="status", method="POST", path="/comments$", count=1))
    assert (await as_installation("POST", path, {"body": "one"})).status == 502
    assert (await as_installation("GET", path)).body == []
    hub.faults.add(Fault(kind="status", method="POST", path="/comments$", count=1, after=True))
    assert (await as_installation("POST", path, {"body": "two"})).status == 502
    assert [one["body"] for one in (await as_installation("GET", path)).body] == ["two"]


async def test_secondary_limits_come_with_or_without_retry_after(
    hub: LocalHub, as_installation: Caller
) -> None:
    hub.faults.add(
        Fault(kind="secondary", count=1, status=429, retry_after=7), Fault(kind="secondary", count=1)
    )
    first, second, third = [await as_installation("GET", R) for _ in range(3)]
    assert (first.status, first.headers["retry-after"]) == (429, "7")
    assert second.status == 403
    assert "retry-after" not in second.headers
    assert "secondary rate limit" in second.body["message"]
    assert third.status == 200


async def test_a_secondary_limit_that_lasts_refuses_everything_meanwhile(
    hub: LocalHub, as_installation: Caller
) -> None:
    rule = Fault(kind="secondary", count=1, lasts=60.0)
    hub.faults.add(rule)
    assert [(await as_installation("GET", R)).status for _ in range(3)] == [403, 403, 403]
    assert rule.hits == 3
    rule.until = time.monotonic()
    assert (await as_installation("GET", R)).status == 200


async def test_a_primary_limit_leaves_nothing(hub: LocalHub, as_installation: Caller) -> None:
    hub.faults.add(Fault(kind="primary", count=1, seconds=3600))
    refused = await as_installation("GET", R)
    assert refused.status == 403
    assert refused.headers["x-ratelimit-remaining"] == "0"
    assert (await as_installation("GET", R)).status == 403


@pytest.mark.parametrize("after", [False, True])
async def test_a_dropped_connection_gives_no_answer(
    hub: LocalHub, as_installation: Caller, seeded: Seeded, *, after: bool
) -> None:
    path = f"{R}/issues/{seeded.pull.number}/comments"
    hub.faults.add(Fault(kind="drop", method="POST", count=1, after=after))
    with pytest.raises(aiohttp.ClientError):
        await as_installation("POST", path, {"body": "hello"})
    assert len(seeded.pull.issue.comments) == int(after)


async def test_latency_delays_and_adds_to_other_faults(hub: LocalHub, as_installation: Caller) -> None:
    hub.faults.add(Fault(kind="latency", seconds=0.05, count=1), Fault(kind="status", status=500, count=1))
    begun = time.monotonic()
    assert (await as_installation("GET", R)).status == 500
    assert time.monotonic() - begun >= 0.05


async def test_a_rule_strikes_only_what_it_matches(hub: LocalHub, as_installation: Caller) -> None:
    hub.faults.add(Fault(kind="status", method="POST"), Fault(kind="status", path="/pulls$"))
    assert (await as_installation("GET", R)).status == 200
    assert (await as_installation("GET", f"{R}/pulls")).status == 502
    hub.faults.clear()
    assert (await as_installation("GET", f"{R}/pulls")).status == 200


def test_the_dice_fall_the_same_for_the_same_seed() -> None:
    def fall(seed: int) -> list[bool]:
        faults = Faults(seed)
        faults.add(Fault(kind="status", probability=0.3))
        return [bool(faults.strike("GET", "/")) for _ in range(200)]

    assert fall(7) == fall(7)
    assert fall(7) != fall(8)
    assert 30 < sum(fall(7)) < 90


async def test_a_struck_request_is_still_seen_as_its_operation(
    hub: LocalHub, as_installation: Caller
) -> None:
    hub.faults.add(Fault(kind="secondary", count=1))
    refused = await as_installation("GET", R)
    assert refused.headers["x-github-api-version-selected"] == "2026-03-10"
    assert [(one.operation, one.status) for one in hub.gateway.seen] == [("repos/get", 403)]
    assert hub.gateway.calls["repos/get"] == 0
    assert hub.gateway.most_in_flight == 1


async def test_a_bad_credential_is_refused_before_a_limit_is(hub: LocalHub, as_installation: Caller) -> None:
    hub.faults.add(Fault(kind="primary", count=1, seconds=3600))
    as_installation.credential = "ghs_unknown"
    assert (await as_installation("GET", R)).status == 401
