"""`/release VERSION`, `/release plan|next|status|resume|abort`: publish a version on positive evidence."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.commands.grammar import Argument, Flag, Grammar
from bot.commands.model import Reason, Refused
from bot.commands.spec import CommandSpec, Services
from bot.github.models import Permission
from bot.markdown import code
from bot.releases.asking.aborting import abort
from bot.releases.asking.beginning import begin, resume
from bot.releases.asking.showing import foresee, plan, status

if TYPE_CHECKING:
    from bot.commands.model import Call, Outcome
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


COMMAND = CommandSpec(
    grammar=Grammar(
        verb="release",
        summary="releases a version, or shows, resumes or aborts one",
        examples=(
            "/release v1.0.0",
            "/release plan",
            "/release next minor",
            "/release status v1.0.0",
            "/release resume v1.0.0",
            "/release abort v1.0.0 the wrong branch",
            "/release v1.2.1 --branch 1.x",
            "/release 0.4.0 --component client",
        ),
        permission=Permission.WRITE,
        arguments=(
            Argument(
                name="VERSION",
                summary="the version, with or without its tag's prefix; `next` is what the commits call for",
                choices=("plan", "next", "status", "resume", "abort"),
            ),
            Argument(
                name="OF",
                summary="which version is meant; after `next`: major, minor or patch",
                required=False,
            ),
            Argument(name="REASON", summary="why it is aborted", required=False, rest=True),
        ),
        flags=(
            Flag(name="component", summary="one of several things that are released", value="NAME"),
            Flag(name="branch", summary="releases from this branch, not the default one", value="NAME"),
            Flag(name="prerelease", summary="is shown as a pre-release; after `next`: the next one (rc)"),
            Flag(name="draft", summary="stops before it is published"),
        ),
    ),
    body=release,
    foresee=foresee,
)
