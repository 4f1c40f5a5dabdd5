"""Says which commands there are and how each is written, from the grammars."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.markdown import code, escape, table

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.commands.grammar import Grammar
    from bot.github.models import Permission


def render_help(grammars: Sequence[Grammar], *, permission: Permission, on_pull_request: bool) -> str:
    """This function will list the commands that a person with this role may run here."""
    allowed = [
        grammar for grammar in grammars if _may_run(grammar, permission, on_pull_request=on_pull_request)
    ]
    rows = [(code(grammar.usage), grammar.summary) for grammar in allowed]
    hidden = len(grammars) - len(allowed)
    lines = ["These commands are yours to write here:", "", table(("command", "what it does"), rows), ""]
    if hidden:
        lines += [f"{hidden} more need another role than {code(permission)}, or a pull request.", ""]
    lines.append(
        f"{code('/help VERB')} tells more about one. A command begins a line, outside quotes and code."
    )
    return "\n".join(lines)


def render_verb_help(grammar: Grammar) -> str:
    """This function will explain one command: usage, arguments, flags, examples, role."""
    lines = [f"{code(grammar.usage)} — {grammar.summary}", ""]
    lines += [f"- {code(argument.name)}: {escape(argument.summary)}" for argument in grammar.arguments]
    lines += [
        f"- {code(f'--{flag.name} {flag.value}'.strip())}: {escape(flag.summary)}" for flag in grammar.flags
    ]
    if grammar.arguments or grammar.flags:
        lines.append("")
    if grammar.examples:
        lines += ["For example " + ", ".join(code(example) for example in grammar.examples) + ".", ""]
    where = " It works on pull requests only." if grammar.pull_request_only else ""
    lines.append(f"It needs the role {code(grammar.permission)}.{where}")
    return "\n".join(lines)


def _may_run(grammar: Grammar, permission: Permission, *, on_pull_request: bool) -> bool:
    return permission.covers(grammar.permission) and (on_pull_request or not grammar.pull_request_only)
