"""Conditions about the configuration and the environment that it names."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rapidfuzz.distance import OSA

from bot.commands.model import Reason
from bot.config.mistakes import PATH
from bot.decisions.model import Condition, Evidence, Standing
from bot.markdown import code, escape

if TYPE_CHECKING:
    from bot.deployments.judging.fact_model import DeployFacts

_NEAR = 3
_MOST_LISTED = 10


def configuration(facts: DeployFacts) -> Condition:
    """This function will see whether the configuration of the default branch can be used."""
    return usable_configuration(facts.configuration_mistakes, url=file_url(facts, PATH))


def usable_configuration(found: tuple[str, ...], *, url: str) -> Condition:
    """This function will see whether a configuration can be used, given its mistakes and its address."""
    evidence = (Evidence(text=code(PATH), url=url),)
    if not found:
        text = "The configuration on the default branch is valid."
        return Condition(name="configuration", standing=Standing.MET, text=text, evidence=evidence)
    mistakes = "\n".join(f"- {escape(mistake)}" for mistake in found[:_MOST_LISTED])
    return Condition(
        name="configuration",
        standing=Standing.UNMET,
        reason=Reason.CONFIGURATION_INVALID,
        text=f"The configuration on the default branch has mistakes; correct them there.\n\n{mistakes}",
        evidence=evidence,
    )


def environment(facts: DeployFacts) -> Condition:
    """This function will see whether there is an environment of the name."""
    if facts.policy is not None:
        text = f"There is an environment {code(facts.environment)}."
        return Condition(name="environment", standing=Standing.MET, text=text)
    name, known = facts.asked.environment, sorted(facts.environments)
    if facts.configuration_mistakes:
        text = "Its environments are not known."
    elif not known:
        text = "This repository has no environments. An administrator can make one in its settings."
    else:
        near = min(known, key=lambda other: OSA.distance(name.casefold(), other.casefold()))
        close = OSA.distance(name.casefold(), near.casefold()) <= _NEAR
        hint = f" Did you mean {code(near)}?" if close else ""
        listed = ", ".join(code(other) for other in known)
        text = f"There is no environment {code(name)}.{hint} There are: {listed}."
    return Condition(
        name="environment", standing=Standing.UNMET, reason=Reason.UNKNOWN_ENVIRONMENT, text=text
    )


def file_url(facts: DeployFacts, path: str) -> str:
    """This function will make the address of a file on the default branch."""
    return f"{facts.web_url}/blob/{facts.asked.default_branch}/{path}"
