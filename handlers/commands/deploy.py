"""`/deploy ENV [SHA] [--plan] [--canary] [--for 4h]`: put the head of this pull request into an environment."""

from __future__ import annotations

from bot.commands.grammar import Argument, Flag, Grammar
from bot.commands.spec import CommandSpec
from bot.github.models import Permission

COMMAND = CommandSpec(
    grammar=Grammar(
        verb="deploy",
        summary="deploys the head of this pull request to an environment",
        examples=(
            "/deploy staging",
            "/deploy production 1a2b3c4",
            "/deploy staging --param region=eu",
            "/deploy review --for 4h",
        ),
        permission=Permission.WRITE,
        arguments=(
            Argument(name="ENV", summary="the environment, as GitHub names it"),
            Argument(name="SHA", summary="7 to 40 digits that must begin the head's SHA", required=False),
        ),
        flags=(
            Flag(name="param", summary="a parameter of the environment", value="NAME=VALUE", repeatable=True),
            Flag(name="plan", summary="only shows what would change"),
            Flag(name="canary", summary="goes out in the steps of the environment's policy"),
            Flag(name="for", summary="how long the environment is kept, then taken down", value="4h"),
        ),
        pull_request_only=True,
        needs_head=True,
    ),
    body="handlers.bodies.deploy:deploy",
    foresee="handlers.bodies.deploy:foresee",
)
