"""Says which fixers a failure is given to, in order, and what each of them is begun with."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from functools import partial
from typing import TYPE_CHECKING

from bot.supervision.fixing.agent.errand import errand_of
from bot.supervision.fixing.agent.opencode import MOST_STEPS
from bot.supervision.fixing.agent.prices import spent_of
from bot.supervision.fixing.working.commands import fixer_of
from bot.supervision.fixing.working.fixer import AGENT

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from bot.config.supervising import FixConfig
    from bot.supervision.fixing.agent.prompt import Task
    from bot.supervision.fixing.working.fixer import Command
    from bot.supervision.fixing.working.running import Pricing

_SUMMARY = "changes what it takes for the cause"


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """One fixer as it is asked about one failure."""

    name: str
    summary: str  # what it does, in a few words that complete "it …"
    commands: tuple[Command, ...]  # run one after the other
    told: tuple[Command, ...]  # the same as people know them, without places on the host
    files: Mapping[str, bytes] = field(default_factory=dict)  # by absolute path, written before it begins
    environment: Mapping[str, str] = field(default_factory=dict)
    secrets: str = ""  # the file on the host with what only it gets in its environment
    pricing: Pricing | None = None  # None where it costs nothing
    dollars: Decimal = Decimal(0)  # that it may cost
    calls: int = 0  # of a model that it may make


def names_of(tool: str, config: FixConfig, without: frozenset[str] = frozenset()) -> tuple[str, ...]:
    """This function will name the fixers of a tool's failures: the tool itself, then the agent.

    Args:
        tool: as diagnosis names it.
        config: what may be asked.
        without: names of fixers that an earlier try asked in vain.
    """
    fixer = fixer_of(tool)
    tools = (fixer.tool,) if config.tools and fixer is not None and fixer.fix else ()
    agents = (AGENT,) if config.agent is not None else ()
    return tuple(name for name in (*tools, *agents) if name not in without)


def tool_candidate(tool: str) -> Candidate:
    """This function will make ready the fixer of a tool.

    Raises:
        ValueError: no tool of the name can fix anything.
    """
    fixer = fixer_of(tool)
    if fixer is None or not fixer.fix:
        raise ValueError(tool)
    return Candidate(name=fixer.tool, summary=fixer.summary, commands=fixer.fix, told=fixer.fix)


def agent_candidate(task: Task, config: FixConfig, *, home: str, links: Iterable[str]) -> Candidate:
    """This function will make ready the agent.

    Args:
        task: what it is to do.
        config: what it is, and what it may cost.
        home: the home of the try on its host.
        links: symbolic links of the work tree, which it must not follow.

    Raises:
        ValueError: no agent is configured.
    """
    if config.agent is None:
        raise ValueError("supervision.fix.agent is not configured")
    errand = errand_of(config.agent, task, folder=home, links=links)
    return Candidate(
        name=AGENT,
        summary=_SUMMARY,
        commands=(errand.argv,),
        told=(config.agent.command,),
        files=errand.files,
        environment=errand.environment,
        secrets=config.agent.environment or "",
        pricing=partial(spent_of, model=config.agent.model),
        dollars=Decimal(str(config.dollars)),
        calls=MOST_STEPS,
    )
