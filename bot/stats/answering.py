"""Answers `/stats`: reads what is asked for, measures it, and says why there is nothing where there is nothing."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from bot.commands.model import Done, Reason, Refused
from bot.config.repository import ConfigurationErrors, read_configuration
from bot.markdown import code, link
from bot.page_links import Kind
from bot.stats.asked import Asked, asked_of
from bot.stats.render import render_stats, render_workflow
from bot.stats.rules import Span, measure
from bot.stats.store import runs_since

if TYPE_CHECKING:
    from bot.commands.model import Call, Outcome
    from bot.commands.spec import Services
    from bot.engine.model import Run
    from bot.github.client import RepositoryClient
    from bot.stats.model import PipelineRun


@dataclass(frozen=True, slots=True, kw_only=True)
class _Answer:
    """What there is to say; empty where nothing is noted."""

    text: str = ""


async def stats(run: Run, call: Call, services: Services) -> Outcome:
    """This function will say how the repository's pipeline does.

    Raises:
        GitHubError: nothing is noted, and the configuration that would say why could not be read.
    """
    asked = asked_of(call.command.arguments)
    if isinstance(asked, Refused):
        return asked
    repository, index, now = call.request.repository, call.command.index, await run.now()
    span = Span(begin=now - timedelta(days=asked.days), end=now)
    page = ""
    if services.links is not None:
        page = services.links.address(repository.id, Kind.METRICS, now=now)

    async def read() -> _Answer:
        found = await services.database.read(
            lambda connection: runs_since(connection, repository.id, span.first)
        )
        # In a thread: a busy repository has thousands.
        return _Answer(text=await asyncio.to_thread(_said, found, span, asked, page))

    answer = await run.step(f"stats {index}", read, returns=_Answer)
    if answer.text:
        return Done(text=answer.text)
    repo = services.repository(repository)
    why = await run.step(f"why none {index}", lambda: _why_none(repo, asked), returns=str)
    more = f" {link('The page of CI metrics', page)} shows every other workflow." if page else ""
    return Refused(reason=Reason.NOTHING_MEASURED, text=f"{why}{more}")


def _said(runs: tuple[PipelineRun, ...], span: Span, asked: Asked, page: str) -> str:
    stats = measure(runs, span)
    if asked.workflow is None:
        return render_stats(stats, days=asked.days, page=page) if stats.workflows else ""
    of_it = [one for one in stats.workflows if one.workflow is asked.workflow]
    return render_workflow(stats, of_it[0], days=asked.days) if of_it else ""


async def _why_none(repo: RepositoryClient, asked: Asked) -> str:
    config = await read_configuration(repo)
    if isinstance(config, ConfigurationErrors):
        return "The configuration has mistakes, so nothing is noted of its workflow runs; mend them first."
    if config.pipeline is None:
        return (
            f"The configuration has no {code('pipeline:')}, so no workflow run is measured. "
            f"{code('pilothouse init')} writes one, and the workflows with it."
        )
    if not config.pipeline.metrics:
        return f"The configuration says {code('metrics: false')}, so nothing is noted of its workflow runs."
    what = code(asked.workflow) if asked.workflow is not None else "the pipeline's workflows"
    return f"No run of {what} has ended in the last {asked.days} days. Each is noted when it ends."
