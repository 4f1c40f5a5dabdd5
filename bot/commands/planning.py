"""Says what a command would do, without doing it: how it was understood, and each condition as it stands now."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.commands.model import Reason
from bot.commands.rules import refuse_permission
from bot.decisions.model import Condition, Outcome, Standing, conclude
from bot.decisions.render import render_proof
from bot.markdown import code, escape, table

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bot.commands.grammar import Grammar
    from bot.commands.model import Command, ObeyRequest
    from bot.commands.rules import Facts
    from bot.decisions.model import Decision

KIND = "plan"


def asking_conditions(grammar: Grammar, request: ObeyRequest, facts: Facts) -> Iterator[Condition]:
    """This function will yield what every command is held to: who writes it, and where."""
    verb = code(f"/{grammar.verb}")
    refusal = refuse_permission(grammar.permission, facts, what=f"/{grammar.verb}")
    if refusal is None:
        text = f"{verb} needs the role {code(grammar.permission)}; yours is {code(facts.permission or '')}."
        yield Condition(name="role", standing=Standing.MET, text=text)
    else:
        standing = Standing.UNKNOWN if refusal.reason is Reason.COULD_NOT_VERIFY else Standing.UNMET
        yield Condition(name="role", standing=standing, text=refusal.text, reason=refusal.reason)
    if grammar.pull_request_only:
        yield Condition(
            name="pull request",
            standing=Standing.MET if request.is_pull_request else Standing.UNMET,
            text=f"{verb} works on a pull request; this is {'one' if request.is_pull_request else 'an issue'}.",
            reason="" if request.is_pull_request else Reason.NOT_A_PULL_REQUEST,
        )
    if grammar.needs_head and request.is_pull_request:
        yield Condition(
            name="open",
            standing=Standing.MET if facts.is_open else Standing.UNMET,
            text=f"The pull request is {'open' if facts.is_open else 'closed; somebody can reopen it'}.",
            reason="" if facts.is_open else Reason.PULL_REQUEST_CLOSED,
        )


def plan_of(asking: tuple[Condition, ...], *others: Decision | Condition | None) -> Decision:
    """This function will put together everything that the command would be held to, each condition once."""
    found = {condition.name: condition for condition in asking}
    for other in others:
        if isinstance(other, Condition):
            found[other.name] = other
        elif other is not None:
            found |= {condition.name: condition for condition in other.conditions}
    return conclude(KIND, tuple(found.values()))


def render_plan(command: Command, grammar: Grammar, facts: Facts, decision: Decision) -> str:
    """This function will show the dry run of a command, as it was understood, for whoever asks."""
    would = {
        Outcome.PROCEED: "It would be carried out now",
        Outcome.WAIT: "It would wait, and then be carried out",
        Outcome.REFUSE: "It would not be carried out",
    }[decision.outcome]
    lines = [
        f"Dry run of {code(command.line)}: nothing was done. {would}: it {escape(grammar.summary)}.",
        "",
        table(("part", "understood as"), _parts(command, grammar, facts)),
        "",
        render_proof(decision, decision_id=""),
    ]
    return "\n".join(lines)


def _parts(command: Command, grammar: Grammar, facts: Facts) -> Iterator[tuple[str, str]]:
    yield "command", code(f"/{grammar.verb}")
    for argument, given in zip(grammar.arguments, command.arguments, strict=False):
        yield code(argument.name), code(given)
    for flag in command.flags:
        yield code(f"--{flag.name}"), code(flag.value) or "given"
    if facts.head is not None:
        yield "head", f"{code(facts.head.sha[:7])} of {code(facts.head.ref)}"
