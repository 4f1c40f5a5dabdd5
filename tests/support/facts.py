"""Changes the facts of a deployment that nothing stands against."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import msgspec

from bot.config.policy import EnvironmentConfig
from tests.support.commands import deploy_facts

if TYPE_CHECKING:
    from bot.deployments.judging.fact_model import DeployFacts

FACTS = deploy_facts()


def policy_of(**keys: object) -> EnvironmentConfig:
    """This function will make a policy as a configuration file with these keys gives it."""
    return msgspec.convert(keys, EnvironmentConfig)


def configured(facts: DeployFacts = FACTS, **keys: object) -> DeployFacts:
    """This function will put a policy with these keys into the facts."""
    return replace(facts, policy=policy_of(**keys))


def of_pull(facts: DeployFacts = FACTS, **changes: object) -> DeployFacts:
    """This function will change what the facts say of the pull request."""
    return replace(facts, pull=replace(facts.pull, **changes))  # type: ignore[arg-type] # the test names real fields


def asking(facts: DeployFacts = FACTS, **changes: object) -> DeployFacts:
    """This function will change what was asked for."""
    return replace(facts, asked=replace(facts.asked, **changes))  # type: ignore[arg-type] # as above
