"""Which workflow files of a commit a push starts, by the branches and tags that they name."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_FOLDER = ".github/workflows/"
_TOKENS = re.compile(r"\*\*|\*|\?|\+|\[[^\]]*\]|\\?.")
_MEANT = {"**": ".*", "*": "[^/]*", "?": "?", "+": "+"}


def workflow_files(files: Mapping[str, bytes]) -> tuple[str, ...]:
    """This function will give the paths of all workflow files."""
    return tuple(
        path for path in sorted(files) if path.startswith(_FOLDER) and path.endswith((".yml", ".yaml"))
    )


def started_by_push(files: Mapping[str, bytes], ref: str) -> tuple[str, ...]:
    """This function will give the paths of the workflow files that a push of `refs/…` starts."""
    return tuple(path for path in workflow_files(files) if _starts(files[path], ref))


def started_by_pull(files: Mapping[str, bytes], base: str) -> tuple[str, ...]:
    """This function will give the paths of the workflow files that a pull request into a branch starts."""
    return tuple(path for path in workflow_files(files) if _starts_with_pull(files[path], base))


def name_of(content: bytes, path: str) -> str:
    """This function will give the name of a workflow file, by default its path."""
    document = document_of(content)
    return str(document.get("name") or path)


@lru_cache(maxsize=64)  # every push asks of the same few files; nobody changes what was read
def document_of(content: bytes) -> dict[str, Any]:
    """This function will read a workflow file; what is none is empty."""
    try:
        document = YAML(typ="safe", pure=True).load(content)
    except YAMLError:
        return {}
    return document if isinstance(document, dict) else {}


def _starts(content: bytes, ref: str) -> bool:
    trigger = document_of(content).get("on")
    names = [trigger] if isinstance(trigger, str) else trigger or ()
    if "push" not in names:
        return False
    push = (trigger.get("push") if isinstance(trigger, dict) else None) or {}
    _, kind, name = ref.split("/", 2)
    own, other = ("branches", "tags") if kind == "heads" else ("tags", "branches")
    if own in push:
        return _matches(push[own], name)
    if f"{own}-ignore" in push:
        return not _matches(push[f"{own}-ignore"], name)
    return other not in push and f"{other}-ignore" not in push


def _starts_with_pull(content: bytes, base: str) -> bool:
    trigger = document_of(content).get("on")
    names = [trigger] if isinstance(trigger, str) else trigger or ()
    if "pull_request" not in names:
        return False
    pull = (trigger.get("pull_request") if isinstance(trigger, dict) else None) or {}
    return "branches" not in pull or _matches(pull["branches"], base)


def _matches(patterns: str | Sequence[str], name: str) -> bool:
    """The last pattern that matches decides; one with `!` takes the name out again.

    https://docs.github.com/actions/reference/workflows-and-actions/workflow-syntax#filter-pattern-cheat-sheet
    """
    found = False
    for pattern in [patterns] if isinstance(patterns, str) else patterns:
        if _pattern(pattern.removeprefix("!")).fullmatch(name):
            found = not pattern.startswith("!")
    return found


def _pattern(text: str) -> re.Pattern[str]:
    parts = (_MEANT.get(token) or _one(token) for token in _TOKENS.findall(text))
    return re.compile("".join(parts))


def _one(token: str) -> str:
    return token if token.startswith("[") else re.escape(token.removeprefix("\\"))
