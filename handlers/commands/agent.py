"""`/agent NAME status|pause|resume|restart|log [N]`: look at one agent, hold it, let it go on, start it again."""

from __future__ import annotations

from bot.commands.grammar import Argument, Grammar
from bot.commands.spec import CommandSpec
from bot.github.models import Permission

COMMAND = CommandSpec(
    grammar=Grammar(
        verb="agent",
        summary="shows one agent, pauses it, lets it go on, starts it again, or shows the end of its terminal",
        examples=(
            "/agent A1",
            "/agent A1 pause",
            "/agent A1 resume",
            "/agent A1 restart",
            "/agent A1 log 100",
        ),
        # Who may do more than look the configuration says; everybody may see how it stands.
        permission=Permission.READ,
        arguments=(
            Argument(name="NAME", summary="the agent, as the configuration calls it"),
            Argument(
                name="status",
                summary="what is done; all but `status` needs the role of `supervision: permission`",
                required=False,
                choices=("pause", "resume", "restart", "log"),
            ),
            Argument(
                name="N", summary="after `log`: how many lines, 40 without it, at most 200", required=False
            ),
        ),
    ),
    body="bot.supervision.answering.commands:agent",
    foresee="bot.supervision.answering.commands:foresee",
)
