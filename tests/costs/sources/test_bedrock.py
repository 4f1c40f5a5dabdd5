"""Model calls are metered by CloudWatch's tokens, by profile and model, and never guessed."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest

from bot.config.agents import AgentConfig
from bot.config.costing import AccountConfig
from bot.costs.aws.accounts import Accounts
from bot.costs.model import Gap, GapKind
from bot.costs.sources.bedrock import SOURCE
from tests.support.clock import Clock
from tests.support.cloud.aws import HOME, Cloud, cloud
from tests.support.cloud.faults import Fault, Way
from tests.support.cloud.profiles import Profile
from tests.support.looking import REGION, config_of, count_mantle, count_tokens, look_at, look_into

if TYPE_CHECKING:
    from bot.costs.model import SourceReading

_NOVA = "amazon.nova-pro-v1:0"  # $0.80, $0.20 from the cache and $3.20 a million tokens


def _profile(world: Cloud, name: str, model: str = _NOVA) -> Profile:
    made = Profile(account=HOME, region=REGION, id=f"{name}0profile", name=name, model=model)
    return world.profiles.add(made)


def _amounts(reading: SourceReading) -> dict[str, Decimal | None]:
    return {line.agent or line.detail["model"]: line.amount for line in reading.lines}


async def test_each_agent_pays_for_what_its_profile_called() -> None:
    """By profile as id or ARN, by a model that nobody else calls; the rest is nobody's, and all of it is counted."""
    clock = Clock()
    config = config_of(
        agents={
            "ada": AgentConfig(inference_profile="ada0profile"),
            "grace": AgentConfig(inference_profile=f"arn:x/{'grace0profile'}"),
            "edsger": AgentConfig(models=("openai.gpt-oss-20b-1:0",)),
        }
    )
    async with cloud(clock) as world:
        _profile(world, "ada")
        grace = _profile(world, "grace")
        count_tokens(world, "ada0profile", InputTokenCount=500_000, OutputTokenCount=250_000, Invocations=50)
        count_tokens(world, grace.arn, InputTokenCount=100_000, CacheReadInputTokenCount=1_000_000)
        count_tokens(world, "openai.gpt-oss-20b-1:0", InputTokenCount=1_000_000)
        count_tokens(world, f"us.{_NOVA}", OutputTokenCount=1_000_000)
        clock.advance(timedelta(hours=2))
        count_tokens(world, "ada0profile", InputTokenCount=500_000, Invocations=50)
        reading = await SOURCE.read(look_into(world, clock, config))
        assert _amounts(reading) == {
            "ada": Decimal("1.60"),
            "grace": Decimal("0.28"),
            "edsger": Decimal("0.07"),
            f"us.{_NOVA}": Decimal("3.20"),
        }
        assert reading.gaps == ()
        assert reading.data_until == clock() - timedelta(minutes=3)
        assert dict(reading.calls) == {
            "sts:GetCallerIdentity": 1,
            "cloudwatch:ListMetrics": 2,
            "cloudwatch:GetMetricData": 1,
            "bedrock:GetInferenceProfile": 2,
        }
        assert "bedrock:GetInferenceProfile" not in (await SOURCE.read(look_into(world, clock, config))).calls


async def test_the_other_endpoint_is_counted_beside_the_first() -> None:
    """By model, and by project where projects call it; each call once."""
    clock = Clock()
    config = config_of(agents={"ada": AgentConfig(inference_profile="proj_ada")})
    async with cloud(clock) as world:
        count_mantle(world, "TotalInputTokens", 3_000_000, Model="openai.gpt-oss-120b")
        count_mantle(world, "InputTokens", 2_000_000, Model="openai.gpt-oss-120b", Project="proj_ada")
        reading = await SOURCE.read(look_into(world, clock, config))
        assert _amounts(reading) == {"ada": Decimal("0.30"), "openai.gpt-oss-120b": Decimal("0.15")}


async def test_yesterdays_tokens_are_yesterdays() -> None:
    """What was counted before midnight, UTC, is not of today."""
    clock = Clock(datetime(2026, 11, 3, tzinfo=UTC))
    async with cloud(clock) as world:
        count_tokens(world, _NOVA, OutputTokenCount=1_000_000)
        assert (await SOURCE.read(look_into(world, clock))).lines == ()
        clock.advance(timedelta(minutes=2))
        count_tokens(world, _NOVA, OutputTokenCount=500_000)
        reading = await SOURCE.read(look_into(world, clock))
        assert _amounts(reading) == {_NOVA: Decimal("1.60")}


async def test_more_models_than_one_request_takes_are_asked_for_in_several() -> None:
    """CloudWatch takes 500 queries at a time and pages its lists."""
    clock = Clock()
    async with cloud(clock) as world:
        world.metrics.page = 300
        for number in range(270):
            count_tokens(world, f"maker.model-{number}", InputTokenCount=1, OutputTokenCount=1)
        reading = await SOURCE.read(look_into(world, clock))
        assert len(reading.lines) == 270
        assert sum(line.quantity for line in reading.lines) == 540
        assert world.count()["cloudwatch:ListMetrics"] == 3
        assert len(reading.gaps) == 270  # not one of them has a price, and each is named


async def test_in_a_shared_account_only_the_agents_calls_are_this_repositorys() -> None:
    """Calls bear no tags, so where tags tell what is whose, a call needs an agent."""
    clock = Clock()
    config = config_of(tags={"team": "rocket"}, agents={"ada": AgentConfig(models=(_NOVA,))})
    async with cloud(clock) as world:
        count_tokens(world, _NOVA, OutputTokenCount=1_000_000)
        count_tokens(world, "amazon.nova-lite-v1:0", OutputTokenCount=1_000_000)
        assert _amounts(await SOURCE.read(look_into(world, clock, config))) == {"ada": Decimal("3.20")}


@pytest.mark.parametrize(
    ("action", "way", "kind"),
    [
        ("cloudwatch:ListMetrics", Way.DENY, GapKind.PERMISSION),
        ("cloudwatch:GetMetricData", Way.THROTTLE, GapKind.UNAVAILABLE),
        ("cloudwatch:*", Way.DOWN, GapKind.UNAVAILABLE),
    ],
)
async def test_a_region_that_does_not_answer_is_a_gap_and_the_others_count(
    action: str, way: Way, kind: GapKind
) -> None:
    """Unknown is never nothing."""
    clock = Clock()
    config = config_of(accounts=(AccountConfig(id=HOME, regions=(REGION, "eu-west-1")),))
    async with cloud(clock) as world:
        count_tokens(world, _NOVA, OutputTokenCount=1_000_000)
        count_tokens(world, _NOVA, region="eu-west-1", OutputTokenCount=500_000)
        world.faults.add(Fault(action=action, way=way, region=REGION))
        reading = await SOURCE.read(look_into(world, clock, config))
        assert [line.region for line in reading.lines] == ["eu-west-1"]
        (gap,) = reading.gaps
        assert (gap.kind, gap.region) == (kind, REGION)
        assert bool(gap.statement) is (kind is GapKind.PERMISSION)
        world.faults.add(Fault(action="cloudwatch:*", way=Way.DOWN))
        blind = await SOURCE.read(look_into(world, clock, config))
        assert (blind.lines, blind.data_until, len(blind.gaps)) == ((), None, 2)


async def test_a_profile_that_may_not_be_read_leaves_its_tokens_without_a_price() -> None:
    """The tokens are told, with the permission that is missing and the statement that grants it."""
    clock = Clock()
    async with cloud(clock) as world:
        _profile(world, "eve")
        count_tokens(world, "eve0profile", OutputTokenCount=1_000_000)
        world.faults.deny("bedrock:GetInferenceProfile")
        reading = await SOURCE.read(look_into(world, clock))
        (line,) = reading.lines
        assert (line.amount, line.quantity) == (None, Decimal(1_000_000))
        assert [gap.kind for gap in reading.gaps] == [GapKind.PERMISSION, GapKind.UNPRICED]
        assert "bedrock:GetInferenceProfile" in reading.gaps[0].statement


async def test_what_was_resolved_before_the_process_began_is_not_asked_for_again() -> None:
    """The day's lines remember it."""
    clock = Clock()
    async with cloud(clock) as world:
        count_tokens(world, "old0profile", OutputTokenCount=1_000_000)
        (line,) = (await SOURCE.read(look_into(world, clock))).lines
        assert line.amount is None  # it is gone, and nobody knows its model
        earlier = replace(line, detail={**line.detail, "model": _NOVA})
        again = await SOURCE.read(replace(look_into(world, clock), known=(earlier,)))
        assert _amounts(again) == {_NOVA: Decimal("3.20")}
        assert "bedrock:GetInferenceProfile" not in again.calls


async def test_what_is_not_allowed_is_said_by_the_source() -> None:
    """The gap names the setting by which the operator allows it."""
    gap = Gap(source="aws", kind=GapKind.NOT_ALLOWED, text="AWS is not read")
    look = replace(look_at(Clock()), accounts=Accounts(gap=gap))
    reading = await SOURCE.read(look)
    assert (reading.gaps, reading.data_until) == ((replace(gap, source="bedrock"),), None)
