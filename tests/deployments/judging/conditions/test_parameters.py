"""Which parameters a deployment takes."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from bot.commands.model import Reason, Refused
from bot.config.workflow_inputs import DeclaredInput
from bot.decisions.model import Standing
from bot.deployments.judging.conditions.parameters import parameters, parameters_from_flags
from bot.deployments.judging.fact_model import WorkflowFacts
from bot.gates.model import Parameter
from tests.support.facts import FACTS, asking, policy_of

CHOICE = {"type": "choice", "options": ["eu", "us"], "description": "where it *runs*"}


def given(**values: str) -> tuple[Parameter, ...]:
    """This function will make parameters of these values."""
    return tuple(Parameter(name=name, value=value) for name, value in values.items())


@pytest.mark.parametrize(
    ("said", "value", "fits"),
    [
        ({}, "anything at all", True),
        ({}, "", True),
        ({}, "x" * 1001, False),
        ({"type": "number"}, "-12.5", True),
        ({"type": "number"}, "1e9", False),
        ({"type": "number"}, "٣", False),
        ({"type": "number"}, "", False),
        ({"type": "boolean"}, "true", True),
        ({"type": "boolean"}, "True", False),
        (CHOICE, "eu", True),
        (CHOICE, "EU", False),
        ({"pattern": "v[0-9]+"}, "v12", True),
        ({"pattern": "v[0-9]+"}, "v12\n", False),
        ({"pattern": "v[0-9]+"}, "xv12", False),
        ({"pattern": "[0-9]+"}, "1" * 101, False),
        ({"type": "number", "pattern": "[0-9]"}, "12", False),
    ],
)
def test_a_value_must_be_one_that_the_parameter_takes(
    said: dict[str, Any], value: str, *, fits: bool
) -> None:
    condition = parameters(asking(parameters=given(p=value)), policy_of(parameters={"p": said}))
    assert condition.reason == ("" if fits else Reason.PARAMETER_INVALID)


def test_a_refused_value_is_told_with_what_would_do() -> None:
    condition = parameters(asking(parameters=given(region="mars")), policy_of(parameters={"region": CHOICE}))
    assert condition.text == (r"`region` cannot be `mars` (where it \*runs\*); it takes one of `eu`, `us`.")
    pattern = policy_of(parameters={"tag": {"pattern": "v[0-9]+"}})
    condition = parameters(asking(parameters=given(tag="")), pattern)
    assert condition.text == "`tag` cannot be empty; it takes text that matches `v[0-9]+`."


def test_an_unknown_parameter_is_refused_with_those_there_are() -> None:
    policy = policy_of(parameters=["size", "tier"])
    condition = parameters(asking(parameters=given(region="eu")), policy)
    assert condition.reason == Reason.UNKNOWN_PARAMETER
    assert condition.text == "`staging` takes no parameter `region`; its parameters: `size`, `tier`."
    assert "its parameters: none" in parameters(asking(parameters=given(a="b")), policy_of()).text


def test_a_required_parameter_must_be_given() -> None:
    policy = policy_of(parameters={"region": CHOICE | {"required": True}})
    condition = parameters(FACTS, policy)
    assert condition.reason == Reason.PARAMETER_MISSING
    assert condition.text.startswith("`staging` needs the parameter `region`")
    assert condition.who == "Write `--param region=…` with the command."
    assert parameters(asking(parameters=given(region="eu")), policy).standing is Standing.MET


def test_the_defaults_are_told_with_what_was_given() -> None:
    policy = policy_of(parameters={"b": {"default": "2"}, "a": {"default": "1"}})
    condition = parameters(asking(parameters=given(a="3")), policy)
    assert condition.text == "The parameters are `a=3`, `b=2`."
    assert parameters(FACTS, policy_of()).text == "No parameter is set."


@pytest.mark.parametrize(
    ("declared", "value", "words"),
    [
        (DeclaredInput(name="p", type="choice", options=("eu",)), "us", "one of `eu`"),
        (DeclaredInput(name="p", type="choice", options=("eu",)), "eu", ""),
        (DeclaredInput(name="p", type="boolean"), "1", "true or false"),
        (DeclaredInput(name="p", type="boolean"), "true", ""),
        (DeclaredInput(name="p", type="number"), "x", "a number"),
        (DeclaredInput(name="p", type="number"), "1", ""),
        (DeclaredInput(name="p", type="environment"), "x", ""),
        (DeclaredInput(name="other", type="number"), "x", ""),
    ],
)
def test_a_value_must_be_one_that_the_workflow_takes(declared: DeclaredInput, value: str, words: str) -> None:
    found = WorkflowFacts(file="plan.yml", is_active=True, inputs=(declared,))
    facts = replace(asking(parameters=given(p=value)), plan_workflow=found)
    condition = parameters(facts, policy_of(parameters=["p"]))
    assert condition.standing is (Standing.UNMET if words else Standing.MET)
    assert words in condition.text


def test_parameters_are_read() -> None:
    expected = given(a="1", b="x=y", c="")
    assert parameters_from_flags(("a=1", "b=x=y", "c=")) == expected


@pytest.mark.parametrize(
    ("values", "reason"),
    [
        (("a",), Reason.BAD_FLAG_VALUE),
        (("=1",), Reason.BAD_FLAG_VALUE),
        (("a=1", "a=2"), Reason.DUPLICATE_FLAG),
    ],
)
def test_parameters_that_cannot_be_read(values: tuple[str, ...], reason: Reason) -> None:
    refused = parameters_from_flags(values)
    assert isinstance(refused, Refused)
    assert refused.reason is reason
