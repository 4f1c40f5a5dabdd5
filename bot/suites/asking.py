"""Takes a `/test` as it was typed: lists what there is, or hands what is wanted to the story that does it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.commands.model import Continues, Done, Reason, Refused
from bot.commands.render import queued_receipt
from bot.config.repository import ConfigurationErrors, read_configuration
from bot.markdown import code, escape
from bot.suites.model import RunSuites, Suite
from bot.suites.render import render_list, render_wanted
from bot.suites.rules import LIST, decide_targets, suites_of, words_of

if TYPE_CHECKING:
    from bot.commands.model import Call, Outcome
    from bot.commands.spec import Services
    from bot.engine.model import Run
    from bot.github.client import RepositoryClient


@dataclass(frozen=True, slots=True, kw_only=True)
class _Read:
    """What the configuration has; a problem where it has nothing."""

    suites: tuple[Suite, ...] = ()
    problem: str = ""  # safe Markdown
    reason: Reason = Reason.DONE


async def test(run: Run, call: Call, services: Services) -> Outcome:
    """This function will list the suites, or have those that were named run.

    Raises:
        GitHubError: the configuration could not be read.
    """
    repo, index = services.repository(call.request.repository), call.command.index
    read = await run.step(f"suites {index}", lambda: _read(repo), returns=_Read)
    if read.problem:
        return Refused(reason=read.reason, text=read.problem)
    words = words_of(call.command.argument(0))
    if LIST in words:
        return Done(text=render_list(read.suites))
    targets = decide_targets(words, read.suites)
    if isinstance(targets, Refused):
        return targets
    text = render_wanted(targets, call.pinned)
    request = RunSuites(
        repository=call.request.repository,
        number=call.request.number,
        key=call.receipt,
        author=call.request.author,
        head=call.pinned,
        targets=targets,
        receipt=queued_receipt(call.request, call.command, text),
        then=call.request.after(index),
    )
    return Continues(start=request.start(), text=text)


async def _read(repo: RepositoryClient) -> _Read:
    config = await read_configuration(repo)
    if isinstance(config, ConfigurationErrors):
        mistakes = "; ".join(escape(str(mistake)) for mistake in config.mistakes)
        text = f"The configuration on the default branch has mistakes: {mistakes}"
        return _Read(problem=text, reason=Reason.CONFIGURATION_INVALID)
    if config.pipeline is None:
        text = (
            f"The configuration has no {code('pipeline:')}, so there is nothing that could be named. "
            f"{code('pilothouse init')} writes one, and the workflows with it."
        )
        return _Read(problem=text, reason=Reason.PIPELINE_MISSING)
    return _Read(suites=suites_of(config.pipeline))
