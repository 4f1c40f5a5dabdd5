"""What was counted of a model becomes a line with whose it is, or a gap that says what is missing."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal

import pytest

from bot.config.agents import AgentConfig
from bot.costs.model import GapKind
from bot.costs.tokens.lines import Counted, line_of, unpriced
from bot.costs.tokens.metrics import Caller, Counts
from bot.costs.tokens.profiles import agent_of, is_profile, model_behind, resolved

_NOW = datetime(2026, 11, 3, 9, tzinfo=UTC)
_ACCOUNT = "1" * 12
_ARN = f"arn:aws:bedrock:us-east-1:{_ACCOUNT}:application-inference-profile/a1b2c3d4e5f6"
_NOVA = "amazon.nova-pro-v1:0"
_COUNTS = Counts(input=1_000_000, output=250_000, calls=100)


def _counted(caller: Caller, model: str = _NOVA) -> Counted:
    return Counted(account=_ACCOUNT, region="us-east-1", caller=caller, counts=_COUNTS, model=model)


def test_a_line_says_what_was_called_how_often_and_by_whom() -> None:
    """An inference profile of its own makes an agent's calls its spend."""
    agents = {"ada": AgentConfig(inference_profile="a1b2c3d4e5f6")}
    line = line_of(_counted(Caller("runtime", _ARN)), agents, day=_NOW.date(), now=_NOW)
    assert (line.agent, line.is_tagged, line.service) == ("ada", True, "Amazon Bedrock")
    assert line.amount == Decimal("1.60")  # 1,000,000 at $0.80 and 250,000 at $3.20 a million
    assert line.unit_price == Decimal("0.00000128")
    assert line.quantity == 1_250_000
    assert line.item == f"{_ACCOUNT}/us-east-1/runtime/{_ARN}"
    assert line.detail == {
        "model": _NOVA,
        "profile": _ARN,
        "input": "1000000",
        "output": "250000",
        "cache read": "0",
        "cache written": "0",
        "calls": "100",
        "priced as": _NOVA,
    }
    assert resolved([line, replace(line, detail={"model": "m"})]) == {_ARN: _NOVA}


def test_calls_that_nobody_owns_bear_no_tag() -> None:
    """The report counts them among what is untagged."""
    line = line_of(_counted(Caller("runtime", _NOVA)), {}, day=_NOW.date(), now=_NOW)
    assert (line.agent, line.is_tagged) == ("", False)


def test_a_model_without_a_price_is_named() -> None:
    """Its tokens are counted; its dollars are unknown, never 0."""
    line = line_of(_counted(Caller("mantle", "x.y", "proj_1"), "x.y"), {}, day=_NOW.date(), now=_NOW)
    assert (line.amount, line.unit_price, line.quantity) == (None, None, Decimal(1_250_000))
    gap = unpriced(line)
    assert (gap.kind, gap.item) == (GapKind.UNPRICED, line.item)
    assert gap.text == (
        "The model `x.y` is not in the list of prices, so 1,250,000 tokens of today have no price: "
        "a newer `genai-prices` may know it."
    )
    calls_unknown = replace(_counted(Caller("runtime", _NOVA)), counts=Counts(input=5))
    assert line_of(calls_unknown, {}, day=_NOW.date(), now=_NOW).amount == Decimal("0.000004")


def test_a_profile_that_cannot_be_resolved_says_which_permission_helps() -> None:
    """The gap names the profile and what the role needs."""
    line = line_of(_counted(Caller("runtime", _ARN), ""), {}, day=_NOW.date(), now=_NOW)
    assert line.amount is None
    text = unpriced(line).text
    assert "`bedrock:GetInferenceProfile`" in text
    assert _ARN in text


def test_a_name_without_end_stays_a_name() -> None:
    """Of an item that is too long a digest tells it from others."""
    one, other = (_counted(Caller("runtime", "m" * 500 + end)).item for end in ("a", "b"))
    assert one != other
    assert len(one) == len(other) < 255


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        (_ARN, True),
        ("a1b2c3d4e5f6", True),
        (_NOVA, False),
        ("us.anthropic.claude-sonnet-4-6", False),
        (f"arn:aws:bedrock:us-east-1:{_ACCOUNT}:inference-profile/us.amazon.nova-pro-v1:0", False),
        (f"arn:aws:bedrock:us-east-1::foundation-model/{_NOVA}", False),
    ],
)
def test_only_application_profiles_are_asked_for(name: str, expected: bool) -> None:  # noqa: FBT001 - a table
    """Every other name says its model."""
    assert is_profile(name) is expected


@pytest.mark.parametrize(
    ("arns", "model"),
    [
        ([f"arn:aws:bedrock:us-east-1::foundation-model/{_NOVA}"], _NOVA),
        ([f"arn:aws:bedrock:::foundation-model/{_NOVA}"], f"global.{_NOVA}"),
        ([], ""),
    ],
)
def test_a_profile_leads_to_its_model(arns: list[str], model: str) -> None:
    """A model that may run anywhere has a price of its own."""
    assert model_behind(arns) == model


@pytest.mark.parametrize(
    ("caller", "agent"),
    [
        (Caller("runtime", _ARN), "ada"),
        (Caller("mantle", "x.y", "proj_grace"), "grace"),
        (Caller("runtime", _NOVA), "edsger"),
        (Caller("runtime", "us.amazon.nova-premier-v1:0"), "edsger"),
        (Caller("runtime", "x.y"), ""),
    ],
)
def test_calls_belong_to_the_agent_with_that_profile_project_or_model(caller: Caller, agent: str) -> None:
    """A profile goes before a model that several may have listed."""
    agents = {
        "edsger": AgentConfig(models=(_NOVA, "us.amazon.nova-premier-v1:0")),
        "ada": AgentConfig(inference_profile=_ARN),
        "grace": AgentConfig(inference_profile="proj_grace"),
    }
    model = _NOVA if caller.model == _ARN else caller.model
    assert agent_of(caller, model, agents) == agent
