"""Writes the parts of the documentation that follow from the code, between their marks; a test holds them to it."""

from __future__ import annotations

import ast
import json
import re
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from ruamel.yaml import YAML

from bot.commands.model import Status
from bot.commands.reasons import Reason
from bot.config.repository import json_schema
from bot.config.settings import NAMES
from bot.costs.cluster.states import diagram as cluster_diagram
from bot.deployments.states import diagram
from bot.gates.states import diagram as gate_diagram
from bot.github.operations import OPERATIONS
from bot.markdown import table
from handlers import ROUTES
from handlers.grammars import GRAMMARS
from scripts.attack_tables import (
    attacks_elsewhere,
    attacks_on_approvals,
    attacks_on_budget,
    attacks_on_commands,
    attacks_on_merging,
    attacks_on_prompts,
    attacks_on_work,
)
from scripts.config_keys import keys
from scripts.cost_doc import ladder, sources
from scripts.doctor_doc import doctor_checks
from scripts.pipeline_doc import workflow_diagrams, workflow_grants
from scripts.reason_sentences import REASONS
from scripts.supervision_doc import fix_states, fixers, run_states, session_states
from scripts.terraform_doc import account_variables, environment_variables, orchestrator_variables
from scripts.train_table import train_table

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from bot.commands.grammar import Grammar

ROOT = Path(__file__).resolve().parent.parent
SCHEMA = "docs/pilothouse.schema.json"

STATUSES: Mapping[Status, str] = {
    Status.ACCEPTED: "The command was understood and its author may give it.",
    Status.QUEUED: "It waits for its turn; one deployment at a time goes to an environment.",
    Status.WAITING: "It waits for something other than its turn. No command of this version uses it.",
    Status.RUNNING: "Its workflow was dispatched.",
    Status.SUCCEEDED: "It was carried out.",
    Status.FAILED: "It was tried and did not succeed.",
    Status.REFUSED: "It was not carried out; the text says what is missing and who can supply it.",
    Status.EXPIRED: "Its time limit passed before its workflow run ended.",
}

OTHERS: Mapping[str, str] = {
    "tests": "Mirrors the two trees; `e2e` runs the real process, `bench` measures it.",
    "docs": "What is to be read.",
    "scripts": "What the Makefile runs.",
}


def main() -> None:
    """This function will bring every generated part up to date."""
    for name, text in texts().items():
        (ROOT / name).write_text(text, encoding="utf-8")
        print(name)


def texts() -> dict[str, str]:
    """This function will return the whole text of every file with generated parts, as it should be."""
    found = {SCHEMA: json.dumps(json_schema(), indent=2) + "\n"}
    for name, parts in PARTS.items():
        text = (ROOT / name).read_text(encoding="utf-8")
        for part, make in parts.items():
            text = _replaced(text, part, make())
        found[name] = text
    return found


def _replaced(text: str, part: str, made: str) -> str:
    begin, end = f"<!-- generated: {part} -->", f"<!-- end: {part} -->"
    if text.count(begin) != 1 or text.count(end) != 1:
        raise ValueError(f"the marks of the generated part {part!r} are missing")
    before, rest = text.split(begin)
    after = rest.split(end)[1]
    return f"{before}{begin}\n{made.strip()}\n{end}{after}"


def tree() -> str:
    """This function will describe every folder by its own sentence."""
    handlers = [_row("handlers/", ROOT / "handlers")]
    handlers += [
        _row(f"handlers/{path.name}", path) for path in sorted((ROOT / "handlers").glob("[a-z]*.py"))
    ]
    handlers += [_row(f"handlers/{name}/", ROOT / "handlers" / name) for name in ("commands", "bodies")]
    found = sorted(path for path in (ROOT / "bot").iterdir() if path.name[0] != "_")
    bot = [_row("bot/", ROOT / "bot")]
    bot += [_row(f"bot/{path.name}/", path) for path in found if (path / "__init__.py").exists()]
    bot += [_row(f"bot/{path.name}", path) for path in found if path.suffix == ".py"]
    others = [(f"`{name}/`", words) for name, words in OTHERS.items()]
    return table(("folder or file", "what it is"), [*handlers, *bot, *others])


def _row(name: str, path: Path) -> tuple[str, str]:
    module = path if path.suffix == ".py" else path / "__init__.py"
    sentence = ast.get_docstring(ast.parse(module.read_text(encoding="utf-8"))) or ""
    return f"`{name}`", sentence.split("\n\n")[0]


def tools() -> str:
    """This function will say what each log parser reads."""
    folder = ROOT / "bot" / "diagnosis" / "parsers"
    rows = [_row(path.stem, path) for path in sorted(folder.glob("[a-z]*.py"))]
    return table(("parser", "what it does"), rows)


def commands() -> str:
    """This function will describe every slash command from its grammar."""
    rows = [
        (f"`{grammar.usage}`", grammar.summary, f"`{grammar.permission}`", _where(grammar))
        for grammar in GRAMMARS
    ]
    return "\n\n".join(
        [
            table(("command", "what it does", "role", "where"), rows),
            *(_command(grammar) for grammar in GRAMMARS),
        ]
    )


def _where(grammar: Grammar) -> str:
    return "pull requests" if grammar.pull_request_only else "pull requests and issues"


def _command(grammar: Grammar) -> str:
    words = [
        (f"`{argument.name}`", argument.summary, "yes" if argument.required else "no")
        for argument in grammar.arguments
    ]
    words += [
        (f"`--{flag.name} {flag.value}`", flag.summary + (", repeatable" if flag.repeatable else ""), "no")
        for flag in grammar.flags
    ]
    parts = [f"### `/{grammar.verb}`", f"It {grammar.summary}."]
    if words:
        parts.append(table(("word", "meaning", "required"), words))
    parts.append("\n".join(("```text", *grammar.examples, "```")))
    return "\n\n".join(parts)


def statuses() -> str:
    """This function will explain the states of a receipt."""
    rows = [(f"`{status}`", "yes" if status.is_final else "no", STATUSES[status]) for status in Status]
    return table(("state", "final", "meaning"), rows)


def reasons() -> str:
    """This function will explain every reason code."""
    return table(("code", "meaning"), [(f"`{reason}`", REASONS[reason]) for reason in Reason])


def states() -> str:
    """This function will draw the states of a deployment."""
    return f"```mermaid\n{diagram()}```"


def gate_states() -> str:
    """This function will draw the states of a gate."""
    return f"```mermaid\n{gate_diagram()}```"


def cluster_states() -> str:
    """This function will draw the states of a cluster."""
    return f"```mermaid\n{cluster_diagram()}```"


def settings() -> str:
    """This function will describe every setting of the process."""
    return table(
        ("environment variable", "TOML key", "meaning"),
        [(f"`{name}`", _toml_key(name), words) for name, words in NAMES.items()],
    )


def _toml_key(name: str) -> str:
    return "" if name == "PILOTHOUSE_CONFIG" else f"`{name.removeprefix('PILOTHOUSE_').lower()}`"


def permissions() -> str:
    """This function will say which operation needs which permission."""
    users: dict[str, dict[str, list[str]]] = {}
    for operation in OPERATIONS:
        for name, level in operation.permissions or {("none: the App's own JWT", "")}:
            users.setdefault(name, {}).setdefault(level, []).append(f"`{operation.id}`")
    rows = [
        (f"`{name}`" if level else name, level, ", ".join(sorted(users[name][level])))
        for name in sorted(users)
        for level in sorted(users[name])
    ]
    return table(("permission", "access", "operations"), rows)


def events() -> str:
    """This function will say which deliveries are acted on."""
    rows: dict[str, dict[str, None]] = {}
    for route in ROUTES:
        rows.setdefault(route.event, {})[f"`{route.action}`" if route.action else "all"] = None
    return table(("event", "actions"), [(f"`{event}`", ", ".join(rows[event])) for event in sorted(rows)])


def registration() -> str:
    """This function will make the address that fills in GitHub's registration form from the manifest."""
    manifest = YAML(typ="safe").load(ROOT / "app.yml")
    fields = [("name", "NAME"), ("url", manifest["url"]), ("public", "false"), ("webhook_active", "true")]
    fields.append(("webhook_url", "https://HOST/webhook"))
    fields += sorted(manifest["default_permissions"].items())
    fields += [("events[]", event) for event in manifest["default_events"]]
    lines = re.sub(r"&(?=[a-z_\[%])", "\n&", urlencode(fields, safe=":/[]")).split("\n")
    return "\n".join(("```text", "https://github.com/settings/apps/new", f"?{lines[0]}", *lines[1:], "```"))


PARTS: Mapping[str, Mapping[str, Callable[[], str]]] = {
    "README.md": {"tree": tree},
    "docs/getting-started.md": {"registration": registration, "events": events},
    "docs/commands.md": {"commands": commands, "statuses": statuses, "reasons": reasons},
    "docs/deployments.md": {"states": states},
    "docs/attacks.md": {
        "attacks-commands": attacks_on_commands,
        "attacks-approvals": attacks_on_approvals,
        "attacks-merging": attacks_on_merging,
        "attacks-budget": attacks_on_budget,
        "attacks-work": attacks_on_work,
        "attacks-prompts": attacks_on_prompts,
        "attacks-elsewhere": attacks_elsewhere,
    },
    "docs/gates.md": {"gate-states": gate_states},
    "docs/merging.md": {"train-runs": train_table},
    "docs/configuration.md": {"settings": settings, "keys": keys},
    "docs/costs.md": {"cost-sources": sources, "ladder": ladder, "cluster-states": cluster_states},
    "docs/diagnosis.md": {"tools": tools},
    "docs/pipeline.md": {
        "workflows": workflow_diagrams,
        "grants": workflow_grants,
        "doctor": doctor_checks,
    },
    "docs/supervision.md": {
        "session-states": session_states,
        "run-states": run_states,
        "fixers": fixers,
        "fix-states": fix_states,
    },
    "docs/security.md": {"permissions": permissions},
    "bot/templates/terraform/README.md": {
        "environment": environment_variables,
        "account": account_variables,
        "orchestrator": orchestrator_variables,
    },
}

if __name__ == "__main__":
    main()
