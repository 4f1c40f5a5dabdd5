"""What `/release` does."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.commands.model import Reason, Refused
from bot.markdown import code
from bot.releases.asking.aborting import abort
from bot.releases.asking.beginning import begin, resume
from bot.releases.asking.showing import plan, status

if TYPE_CHECKING:
    from bot.commands.model import Call, Outcome
    from bot.commands.spec import Services
    from bot.engine.model import Run

_FORMS = {"plan": plan, "status": status, "resume": resume, "abort": abort}
_MOST_WORDS = {"plan": 2, "next": 2, "status": 2, "resume": 2, "abort": 3}


async def release(run: Run, call: Call, services: Services) -> Outcome:
    """This function will do what the first word says: another one than those it knows is a version."""
    command = call.command
    word = command.argument(0).casefold()
    most = _MOST_WORDS.get(word, 1)
    if len(command.arguments) > most:
        text = f"There is a word too many after {code(' '.join(command.arguments[:most]))}."
        return Refused(reason=Reason.TOO_MANY_ARGUMENTS, text=text)
    return await _FORMS.get(word, begin)(run, call, services)
