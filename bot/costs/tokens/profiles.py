"""What stands behind the names under which models are called: inference profiles, models, agents."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from bot.config.agents import AgentConfig
    from bot.costs.model import MeterLine
    from bot.costs.tokens.metrics import Caller

# An application inference profile has an id that says nothing; every other name has the model's maker before a dot.
_PROFILE_ARN = re.compile(r"arn:[^:]+:bedrock:[^:]*:[^:]*:application-inference-profile/.+")
_PROFILE_ID = re.compile(r"[a-z0-9]{6,}")


def tail(name: str) -> str:
    """This function will return the last part of an ARN; any other name stays."""
    return name.rsplit("/", 1)[-1]


def is_profile(name: str) -> bool:
    """This function will say whether a name is an application inference profile's, whose model has to be asked for."""
    return _PROFILE_ARN.fullmatch(name) is not None or _PROFILE_ID.fullmatch(name) is not None


def model_behind(arns: Iterable[str]) -> str:
    """This function will return the model that an inference profile leads to; empty where it names none.

    The ARN of a model that may run anywhere in the world names no region, and such calls have another price.
    """
    first = next(iter(arns), "")
    if not first:
        return ""
    is_global = first.split(":")[3:4] == [""]
    return f"global.{tail(first)}" if is_global else tail(first)


def resolved(lines: Iterable[MeterLine]) -> dict[str, str]:
    """This function will return the models of those inference profiles that were resolved earlier in the day."""
    return {
        line.detail["profile"]: line.detail["model"]
        for line in lines
        if line.detail.get("profile") and line.detail.get("model")
    }


def agent_of(caller: Caller, model: str, agents: Mapping[str, AgentConfig]) -> str:
    """This function will return the agent whose calls these are, by its own profile or project, else by its models."""
    own = {tail(caller.model), caller.project}
    for name, agent in agents.items():
        if agent.inference_profile is not None and tail(agent.inference_profile) in own:
            return name
    called = {tail(caller.model), model}
    return next((name for name, agent in agents.items() if called.intersection(agent.models)), "")
