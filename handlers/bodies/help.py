"""What `/help` does."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.commands.help import render_help, render_verb_help
from bot.commands.model import Done, Reason, Refused
from bot.markdown import code

if TYPE_CHECKING:
    from bot.commands.model import Call, Outcome
    from bot.commands.spec import Services
    from bot.engine.model import Run


async def explain(run: Run, call: Call, services: Services) -> Outcome:  # noqa: ARG001 - every body has this shape
    """This function will list what this person may run here, or explain one command."""
    verb = call.command.argument(0).removeprefix("/").lower()
    if not verb:
        is_pull_request = call.request.is_pull_request
        text = render_help(services.grammars, permission=call.permission, on_pull_request=is_pull_request)
        return Done(text=text)
    for grammar in services.grammars:
        if grammar.verb == verb:
            return Done(text=render_verb_help(grammar))
    known = ", ".join(code(f"/{grammar.verb}") for grammar in services.grammars)
    return Refused(
        reason=Reason.UNKNOWN_VERB, text=f"There is no command {code('/' + verb)}; there are {known}."
    )
