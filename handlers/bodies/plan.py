"""What `/plan` does."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from bot.commands.model import Call, Done, Head, Refused
from bot.commands.parse import parse_line
from bot.commands.planning import asking_conditions, plan_of, render_plan
from bot.commands.rules import Facts
from bot.github.models import PullRequest
from bot.github.pulls import get_pull

if TYPE_CHECKING:
    from bot.commands.model import Outcome
    from bot.commands.spec import Services
    from bot.decisions.model import Decision
    from bot.engine.model import Run


async def plan(run: Run, call: Call, services: Services) -> Outcome:
    """This function will understand the command and decide about it as if it were to be carried out, and stop there."""
    command = replace(parse_line(call.command.argument(0), services.grammars), index=call.command.index)
    if command.mistake is not None:
        return Refused(reason=command.mistake.reason, text=command.mistake.text)
    spec = next(spec for spec in services.specs if spec.name == command.verb)
    grammar, request = spec.grammar, call.request
    facts = Facts(permission=call.permission)
    if grammar.needs_head and request.is_pull_request:
        facts = await _with_head(run, call, services, facts)
    asking = tuple(asking_conditions(grammar, request, facts))
    foreseen: Decision | None = None
    if facts.head is not None or not grammar.needs_head:
        wanted = Call(command=command, request=request, permission=call.permission, head=facts.head)
        foreseen = await spec.foreseen(run, wanted, services)
    decision = plan_of(asking, foreseen)
    return Done(text=render_plan(command, grammar, facts, decision))


async def _with_head(run: Run, call: Call, services: Services, facts: Facts) -> Facts:
    repo = services.repository(call.request.repository)
    pull = await run.step(
        f"head {call.command.index}", lambda: get_pull(repo, call.request.number), returns=PullRequest
    )
    return replace(facts, head=Head(sha=pull.head_sha, ref=pull.head_ref), is_open=pull.is_open)
