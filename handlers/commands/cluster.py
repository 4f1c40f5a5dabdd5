"""`/cluster status|up [N]|down|keep 2h`: steer the test cluster, with its price and the day's limit in view."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.commands.grammar import Argument, Flag, Grammar
from bot.commands.model import Reason, Refused
from bot.commands.spec import CommandSpec, Services
from bot.costs.cluster.stories.asking import ask, foresee, keep
from bot.github.models import Permission
from bot.markdown import code

if TYPE_CHECKING:
    from bot.commands.model import Call, Outcome
    from bot.engine.model import Run

_FORMS = {"status": ask, "up": ask, "down": ask, "keep": keep}


async def cluster(run: Run, call: Call, services: Services) -> Outcome:
    """This function will do what the first word says."""
    word = call.command.argument(0)
    form = _FORMS.get(word.casefold() or "status")
    if form is None:
        known = ", ".join(code(each) for each in _FORMS)
        text = f"{code(word)} is nothing that a cluster does; it is one of {known}."
        return Refused(reason=Reason.PARAMETER_INVALID, text=text)
    return await form(run, call, services)


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
    body=cluster,
    foresee=foresee,
)
