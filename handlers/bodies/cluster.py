"""What `/cluster` does."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.commands.model import Reason, Refused
from bot.costs.cluster.stories.asking import ask, keep
from bot.markdown import code

if TYPE_CHECKING:
    from bot.commands.model import Call, Outcome
    from bot.commands.spec import Services
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
