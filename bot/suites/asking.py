"""Takes a `/test` as it was typed: lists what there is, stops what runs, or hands what is wanted to its story."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.commands.model import Continues, Done, Reason, Refused
from bot.commands.render import queued_receipt
from bot.config.repository import ConfigurationErrors, read_configuration
from bot.decisions.model import Condition, Standing, conclude
from bot.markdown import code, escape
from bot.pack.detecting import ecosystem_of
from bot.suites.looking import see_head
from bot.suites.model import RunSuites, SeenHead, Suite, Target
from bot.suites.render import render_list, render_wanted
from bot.suites.rules import LIST, STOP, decide_targets, refuse_head, suites_of, words_of
from bot.suites.stopping import stop

if TYPE_CHECKING:
    from bot.commands.model import Call, Outcome
    from bot.commands.spec import Services
    from bot.decisions.model import Decision
    from bot.engine.model import Run
    from bot.github.client import RepositoryClient

KIND = "test"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Read:
    """What the configuration has; a problem where it has nothing."""

    suites: tuple[Suite, ...] = ()
    problem: str = ""  # safe Markdown
    reason: Reason = Reason.DONE


async def test(run: Run, call: Call, services: Services) -> Outcome:
    """This function will list the suites, stop them, or have those that were named run.

    Raises:
        GitHubError: the configuration could not be read.
    """
    words = words_of(call.command.argument(0))
    if words == (STOP,):
        return await stop(run, call, services)
    read = await _known(run, call, services)
    if LIST in words and not read.problem:
        return Done(text=render_list(read.suites))
    targets = _targets(words, read)
    if isinstance(targets, Refused):
        return targets
    text = render_wanted(targets, call.pinned)
    request = RunSuites(
        repository=call.request.repository,
        number=call.request.number,
        key=call.receipt,
        author=call.request.author,
        asked_at=call.request.created_at,
        head=call.pinned,
        targets=targets,
        receipt=queued_receipt(call.request, call.command, text),
        then=call.request.after(call.command.index),
    )
    return Continues(start=request.start(), text=text)


async def foresee(run: Run, call: Call, services: Services) -> Decision:
    """This function will decide about a `/test` as it stands now, and start nothing.

    Raises:
        GitHubError: the configuration or the pull request could not be read.
    """
    words = words_of(call.command.argument(0))
    if LIST in words or words == (STOP,):
        text = "Nothing is started, so nothing is held against it."
        return conclude(KIND, (Condition(name="suites", standing=Standing.MET, text=text),))
    targets = _targets(words, await _known(run, call, services))
    repo, number = services.repository(call.request.repository), call.request.number
    seen = await run.step("foreseen", lambda: see_head(repo, number), returns=SeenHead)
    refused = refuse_head(seen, call.pinned, asked_at=call.request.created_at)
    named = render_wanted(targets, call.pinned) if isinstance(targets, tuple) else targets
    head = (
        refused or f"{code(call.pinned.sha[:7])} is the head, on {code(call.pinned.ref)} of this repository."
    )
    return conclude(KIND, (_condition("suites", named), _condition("head", head)))


def _condition(name: str, said: Refused | str) -> Condition:
    if isinstance(said, Refused):
        return Condition(name=name, standing=Standing.UNMET, text=said.text, reason=said.reason)
    return Condition(name=name, standing=Standing.MET, text=said)


def _targets(words: tuple[str, ...], read: _Read) -> tuple[Target, ...] | Refused:
    if read.problem:
        return Refused(reason=read.reason, text=read.problem)
    return decide_targets(words, read.suites)


async def _known(run: Run, call: Call, services: Services) -> _Read:
    repo = services.repository(call.request.repository)
    return await run.step(f"suites {call.command.index}", lambda: _read(repo), returns=_Read)


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
    return _Read(suites=suites_of(config.pipeline, ecosystem_of))
