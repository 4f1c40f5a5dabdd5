"""The custom protection rules of a deployment environment."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct, field

from bot.github import trust_operations as op
from bot.github.errors import NotFound
from bot.github.shapes import Id  # noqa: TC001 - msgspec reads the annotations at run time

if TYPE_CHECKING:
    from bot.github.client import RepositoryClient


class RuleAppShape(Struct):
    """The App that provides a protection rule."""

    id: Id


class RuleShape(Struct):
    """A custom protection rule."""

    app: RuleAppShape
    enabled: bool


class RulesShape(Struct):
    """The custom protection rules of an environment."""

    custom_deployment_protection_rules: list[RuleShape] = field(default_factory=list)


async def protection_rule_apps(repo: RepositoryClient, environment: str) -> frozenset[int]:
    """This function will read the ids of the Apps whose protection rule is enabled in an environment.

    An environment that does not exist yet has none: GitHub makes it when it is first deployed to.
    """
    variables = {"environment_name": environment}
    try:
        shape = await repo.calls.get(op.LIST_PROTECTION_RULES, RulesShape, variables)
    except NotFound:
        return frozenset()
    return frozenset(rule.app.id for rule in shape.custom_deployment_protection_rules if rule.enabled)
