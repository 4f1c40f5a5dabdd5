"""Reads what starts a workflow: the push of a tag, a dispatch, or nothing that a release can do."""

from __future__ import annotations

import re
from typing import Any

from bot.config.patterns import problem_of_pattern
from bot.config.strangers_yaml import UnreadableYamlError, read_yaml
from bot.config.workflow_inputs import Undispatchable, declared_inputs
from bot.releases.judging.fact_model import WorkflowFacts

_SIZE_LIMIT = 128 * 1024
# https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-syntax#filter-pattern-cheat-sheet
_PARTS = re.compile(r"\*\*|\*|\?|\+|\[[^\]]*\]|\\.|.", re.DOTALL)


def workflow_facts(file: str, text: bytes, *, tag: str) -> WorkflowFacts:
    """This function will say how the release's workflow is started, as its file at the commit has it."""
    triggers = _triggers(text)
    if isinstance(triggers, str):
        return WorkflowFacts(file=file, problem=triggers)
    on_tag = "push" in triggers and _takes_tag(triggers["push"], tag)
    inputs = declared_inputs(text)
    if not isinstance(inputs, Undispatchable):
        names = tuple(one.name for one in inputs)
        return WorkflowFacts(file=file, on_tag=on_tag, is_dispatchable=True, inputs=names)
    if on_tag:
        return WorkflowFacts(file=file, on_tag=True)
    known = ", ".join(triggers) or "nothing"
    problem = f"is started neither by the push of {tag} nor by a dispatch, but by {known}"
    return WorkflowFacts(file=file, problem=problem)


def _triggers(text: bytes) -> dict[str, Any] | str:
    """Each trigger with what it says, or why they cannot be read."""
    if len(text) > _SIZE_LIMIT:
        return f"is larger than the {_SIZE_LIMIT} bytes that are read"
    try:
        document = read_yaml(text)
    except UnreadableYamlError:
        return "is no valid YAML"
    # YAML 1.1, which a file may ask for, reads the key `on` as true.
    found = document.get("on", document.get(True)) if isinstance(document, dict) else None
    if isinstance(found, str):
        return {found: None}
    if isinstance(found, list):
        return {str(one): None for one in found}
    return {str(name): said for name, said in found.items()} if isinstance(found, dict) else {}


def _takes_tag(said: Any, tag: str) -> bool:
    """Whether a push trigger takes this tag: without filters it takes all, with filters on branches alone none."""
    if not isinstance(said, dict):
        return True
    if "tags" in said:
        return _passes(_texts(said["tags"]), tag)
    if "tags-ignore" in said:
        return not any(_matches(pattern, tag) for pattern in _texts(said["tags-ignore"]))
    return "branches" not in said and "branches-ignore" not in said


def _passes(patterns: list[str], tag: str) -> bool:
    """The last pattern that fits decides; one after `!` leaves out."""
    passes = False
    for pattern in patterns:
        if _matches(pattern.removeprefix("!"), tag):
            passes = not pattern.startswith("!")
    return passes


def _texts(found: Any) -> list[str]:
    return [str(one) for one in found] if isinstance(found, list) else [str(found)]


def _matches(pattern: str, tag: str) -> bool:
    expression = "".join(_expression(part) for part in _PARTS.findall(pattern))
    # What cannot be told in time is taken as a match: then the run is waited for, and said to be missing.
    return bool(problem_of_pattern(expression)) or re.fullmatch(expression, tag) is not None


def _expression(part: str) -> str:
    if part in {"?", "+"} or part.startswith("["):
        return part
    if part in {"*", "**"}:
        return ".*" if part == "**" else "[^/]*"
    return re.escape(part.removeprefix("\\") or part)
