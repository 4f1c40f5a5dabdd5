"""Writes the parts of the documentation that follow from the code, between their marks; a test holds them to it."""

from __future__ import annotations

import ast
import json
import re
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from ruamel.yaml import YAML

from bot.commands.model import Reason, Status
from bot.config.repository import json_schema
from bot.config.settings import NAMES
from bot.deployments.states import diagram
from bot.gates.states import diagram as gate_diagram
from bot.github.operations import OPERATIONS
from bot.markdown import table
from handlers import ROUTES
from handlers.grammars import GRAMMARS
from scripts.config_keys import keys

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

REASONS: Mapping[Reason, str] = {
    Reason.DONE: "It was carried out.",
    Reason.IN_TURN: "Another deployment to this environment is not over yet, or this one is about to begin.",
    Reason.UNKNOWN_VERB: "There is no such command; the answer names the nearest one.",
    Reason.MISSING_ARGUMENT: "An argument that the command needs was not given, or is empty.",
    Reason.TOO_MANY_ARGUMENTS: "There is a word too many, or the line is longer than 1,000 characters.",
    Reason.UNKNOWN_FLAG: "The command has no such flag.",
    Reason.DUPLICATE_FLAG: "A flag, or a parameter, was given twice.",
    Reason.BAD_FLAG_VALUE: "A flag lacks its value, takes none, or has one of another form.",
    Reason.UNCLOSED_QUOTE: "A quotation mark was opened and not closed.",
    Reason.HIDDEN_CHARACTER: "The line contains a character that cannot be seen.",
    Reason.TOO_MANY_COMMANDS: "The comment holds more than five commands; the first five were carried out.",
    Reason.NOT_PERMITTED: "The author's role in the repository is too weak.",
    Reason.COULD_NOT_VERIFY: "GitHub could not be asked for the author's role or for the facts; so nothing was done.",
    Reason.NOT_A_PULL_REQUEST: "The command works on pull requests only; this is an issue.",
    Reason.PULL_REQUEST_CLOSED: "The pull request is closed or merged.",
    Reason.HEAD_MOVED: "Another commit became the head after the command was written; nothing was done.",
    Reason.SHA_NOT_HEAD: "The SHA that was given is not the head of the pull request.",
    Reason.FORK_REFUSED: "The head lies in a fork, and the environment or the author's role does not allow that.",
    Reason.CONFIGURATION_INVALID: "The configuration on the default branch has mistakes; they are listed with lines.",
    Reason.UNKNOWN_ENVIRONMENT: "The repository has no environment of this name.",
    Reason.UNKNOWN_PARAMETER: "The environment takes no parameter of this name.",
    Reason.WORKFLOW_MISSING: "The workflow that deploys is not on the default branch, or is disabled.",
    Reason.CHECKS_MISSING: "A check that must be green did not run for the head, or none ran at all.",
    Reason.CHECKS_RUNNING: "A check that must be green has not ended yet.",
    Reason.CHECKS_FAILED: "A check that must be green is not.",
    Reason.NOTHING_TO_RERUN: "No workflow ran for the head, or every run passed.",
    Reason.UNKNOWN_JOB: "No job of the head has this name; the answer names similar ones.",
    Reason.STILL_RUNNING: "The workflow run has not ended; GitHub starts a run again only after its end.",
    Reason.UNKNOWN_TOPIC: "There is nothing of this name to explain; the answer names what there is.",
    Reason.NO_FAILURE: "No failure is known on this pull request.",
    Reason.UNKNOWN_FAILURE: "No failure of this pull request has this ID; the answer lists those there are.",
    Reason.AMBIGUOUS_FAILURE: "The ID is too short, or begins the IDs of several failures.",
    Reason.UNKNOWN_JUDGEMENT: "A verdict is real, flaky or infra.",
    Reason.TOO_GENERAL: "The failure's message may stand for any failure, so that a word about it would excuse others.",
    Reason.PARAMETER_INVALID: "A parameter's value is not one that the environment takes.",
    Reason.PARAMETER_MISSING: "A parameter that the environment requires was not given.",
    Reason.INPUT_UNDECLARED: "The workflow does not declare an input that the deployment has to give.",
    Reason.BRANCH_REFUSED: "The pull request's base is not one of the environment's branches.",
    Reason.REVIEWS_MISSING: "The head lacks approving reviews that the environment asks for.",
    Reason.NOT_MERGEABLE: "The pull request is a draft or has conflicts, or GitHub does not know yet.",
    Reason.BEHIND_BASE: "The head lacks commits of its base.",
    Reason.ORDER_UNMET: "An environment that comes before has not had the same commit or tree as its newest success.",
    Reason.BAKING: "The environment that comes before has not run long enough.",
    Reason.FREEZE_WINDOW: "Nothing is deployed to the environment at this time.",
    Reason.PROTECTION_RULE_MISSING: "This App's protection rule is not switched on there, so nothing would wait.",
    Reason.ENVIRONMENT_FROZEN: "An automatic rollback froze the environment; a person must look first.",
    Reason.LOCKED: "A person has locked the environment.",
    Reason.LEASE_LOST: "The environment went to someone else while this was out of reach; it stopped.",
    Reason.LEASE_UNREADABLE: "It could not be read who holds the environment; so nothing was done.",
    Reason.NOT_LOCKED: "Nobody holds the environment.",
    Reason.NOT_HOLDER: "Somebody else holds it; `--force` with a reason takes it away.",
    Reason.NOT_KEEPABLE: "The environment has no workflow that takes it down, or the time is too long.",
    Reason.NOTHING_TO_CANCEL: "No deployment of this kind is under way or waits.",
    Reason.CANCELLED: "A person cancelled it.",
    Reason.PLAN_FAILED: "The plan could not be made.",
    Reason.PLAN_MISSING: "The workflow run left no readable summary of its plan, so there is nothing to approve.",
    Reason.PLAN_CHANGED: "The plan is another one than was approved.",
    Reason.PLANNED: "The plan was made, and nothing was applied, as asked.",
    Reason.WAITING_FOR_APPROVAL: "People must approve first.",
    Reason.APPROVALS_MISSING: "Approvals are missing.",
    Reason.APPROVED: "Everyone needed has approved.",
    Reason.REJECTED: "Somebody who may approve rejected it.",
    Reason.GATE_EXPIRED: "Nobody decided in time.",
    Reason.APPROVAL_VOID: "What was approved is not what is here now, or the word was changed or taken back.",
    Reason.SELF_APPROVAL: "Nobody approves their own change.",
    Reason.NOT_AN_APPROVER: "The environment does not name this person as an approver.",
    Reason.NOTHING_WAITS: "Nothing waits for an approval here.",
    Reason.UNHEALTHY: "The deployment reached the environment and was not healthy.",
    Reason.ROLLED_BACK: "It was not healthy, and the last good deployment was put back.",
    Reason.ROLLBACK_FAILED: "It was not healthy, and putting the last good deployment back failed too.",
    Reason.NO_GOOD_DEPLOYMENT: "There is no deployment known to be good to go back to.",
    Reason.UNKNOWN_DEPLOYMENT: "There is no such deployment in this environment, or it is not known to be good.",
    Reason.NOTHING_TO_PROMOTE: "No deployment of the environment waits to be promoted.",
    Reason.PROMOTION_EXPIRED: "Nobody promoted the deployment in time.",
    Reason.UNKNOWN_DECISION: "No decision with this id is recorded here.",
    Reason.DISPATCHED: "The workflow run exists and waits for a runner.",
    Reason.WORKFLOW_RUNNING: "The workflow run is running.",
    Reason.WORKFLOW_FAILED: "The workflow run failed; its red jobs are listed.",
    Reason.WORKFLOW_CANCELLED: "The workflow run was cancelled, skipped, or ended without success or failure.",
    Reason.TIME_LIMIT: "The workflow run did not end within the environment's time limit; it was asked to stop.",
    Reason.GITHUB_REFUSED: "GitHub refused a call; the text says which, and what helps.",
    Reason.GITHUB_UNAVAILABLE: "GitHub could not be reached, or its answer was lost.",
    Reason.BOT_FAILED: "Pilothouse itself failed in the middle; whoever runs it finds the cause in its log.",
}

# Whole folders that hold no code of the product.
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
    handlers.append(_row("handlers/commands/", ROOT / "handlers" / "commands"))
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
    rows: dict[str, list[str]] = {}
    for route in ROUTES:
        rows.setdefault(route.event, []).append(f"`{route.action}`")
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
    "docs/gates.md": {"gate-states": gate_states},
    "docs/configuration.md": {"settings": settings, "keys": keys},
    "docs/diagnosis.md": {"tools": tools},
    "docs/security.md": {"permissions": permissions},
}

if __name__ == "__main__":
    main()
