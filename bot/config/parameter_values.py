"""Says which values a parameter takes, and what is wrong with how one is described."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, assert_never

from bot.config.patterns import LONGEST_MATCHED, problem_of_pattern
from bot.config.policy import ParameterType

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bot.config.policy import ParameterConfig

# What the bot itself gives a workflow that declares it; nobody else may set these.
RESERVED = (
    "environment",
    "sha",
    "deployment_id",
    "lease_token",
    "plan_digest",
    "plan_run_id",
    "stage",
    "canary",
    "task",
)
LONGEST = 1000
BOOLEANS = ("true", "false")
NUMBER = re.compile(r"[+-]?[0-9]{1,15}(\.[0-9]{1,15})?")


def takes(said: ParameterConfig, value: str) -> bool:
    """This function will say whether a value is one that the parameter takes."""
    return _fits(said, value) and (not said.pattern or _matches(said.pattern, value))


def _matches(pattern: str, value: str) -> bool:
    return len(value) <= LONGEST_MATCHED and re.fullmatch(pattern, value) is not None


def _fits(said: ParameterConfig, value: str) -> bool:
    match said.type:
        case ParameterType.NUMBER:
            return NUMBER.fullmatch(value) is not None
        case ParameterType.BOOLEAN:
            return value in BOOLEANS
        case ParameterType.CHOICE:
            return value in said.options
        case ParameterType.STRING:
            return len(value) <= LONGEST
        case _:
            assert_never(said.type)


def sense_of_parameter(said: ParameterConfig) -> Iterator[tuple[str, str]]:
    """This function will find what is wrong with the description: each time the key and what it takes."""
    if said.type is ParameterType.CHOICE and not said.options:
        yield "type", "a choice needs options"
    if said.type is not ParameterType.CHOICE and said.options:
        yield "options", "only a choice has options"
    if len(set(said.options)) != len(said.options):
        yield "options", "an option is named twice"
    problem = problem_of_pattern(said.pattern) if said.pattern else ""
    if problem:
        yield "pattern", problem
    elif said.default is not None and not takes(said, said.default):
        yield "default", "it is no value that the parameter takes"
    if said.required and said.default is not None:
        yield "required", "a parameter with a default is never missing"
