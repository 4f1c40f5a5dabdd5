"""`/cluster status|up [N]|down|keep 2h`: steer the test cluster, with its price and the day's limit in view."""

from __future__ import annotations

from bot.commands.grammar import Argument, Flag, Grammar
from bot.commands.spec import CommandSpec
from bot.github.models import Permission

COMMAND = CommandSpec(
    grammar=Grammar(
        verb="cluster",
        summary="shows the test cluster with its price, brings it up, keeps it, ends it",
        examples=(
            "/cluster status",
            "/cluster up",
            "/cluster up 5 --for 2h",
            "/cluster keep 2h",
            "/cluster down",
        ),
        permission=Permission.READ,
        arguments=(
            Argument(
                name="status",
                summary="what is done; all but `status` needs the role write",
                required=False,
                choices=("up", "down", "keep"),
            ),
            Argument(
                name="N",
                summary="after `up`: how many machines the scaling group has; after `keep`: how long it stays up",
                required=False,
            ),
        ),
        flags=(Flag(name="for", summary="when it ends by itself", value="2h"),),
    ),
    body="handlers.bodies.cluster:cluster",
    foresee="bot.costs.cluster.stories.asking:foresee",
)
