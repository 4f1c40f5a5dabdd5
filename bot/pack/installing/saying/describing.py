"""Says what each file of the pack is for, in the words with which the file itself begins."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from bot.config.mistakes import PATH
from bot.pack.model import FOLDER, RECORD

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from bot.pack.installing.model import Change

_ACTIONS = ".github/actions/"
_FILES: Mapping[str, str] = {
    PATH: "What Pilothouse does here; from its key `pipeline` all of this is made.",
    RECORD: "What `pilothouse init` wrote, so that it can tell your edits from its own text.",
}
_NAMES: Mapping[str, str] = {
    "versions.tf": "Which versions of Terraform and of its providers.",
    "variables.tf": "What can be set.",
    "outputs.tf": "What others read of it.",
}
_KINDS: Mapping[str, str] = {".json": "Read by what lies beside it."}
_SKIPPED = re.compile(r"\A(?:---|#!.*|#cloud-config)\n")
_COMMENT = re.compile(r"\A(?:#[^\n]*(?:\n|\Z))+")
_DOCSTRING = re.compile(r'\A"""(.+?)(?:"""|\n\n)', re.DOTALL)
_DESCRIPTION = re.compile(r"^description: *[\"']?(.+?)[\"']?$", re.MULTILINE)
_SENTENCE = re.compile(r".+?[.;](?= |$)")
_LONGEST = 200


def purpose(path: str, content: bytes | None) -> str:
    """This function will say in one sentence what a file is for, in plain text with code between backticks."""
    name = path.rpartition("/")[2]
    said = _FILES.get(path) or _of_itself(name, (content or b"").decode(errors="replace"))
    known = said or _NAMES.get(name) or _KINDS.get(name[name.rfind(".") :], "A part of the pipeline.")
    return known if len(known) <= _LONGEST else f"{known[: _LONGEST - 1]}…"


def users(path: str, changes: Iterable[Change]) -> tuple[str, ...]:
    """This function will name the workflows that use a file as the pack has it: a workflow, or a part of an action."""
    used = path.rpartition("/")[0] if path.startswith(_ACTIONS) else path
    call = re.compile(rf"^\s*(?:- )?uses: *\S*/?{re.escape(used)}\s*$", re.MULTILINE)
    workflows = (change for change in changes if change.path != path and change.path.startswith(f"{FOLDER}/"))
    return tuple(
        change.path
        for change in workflows
        if change.after and call.search(change.after.decode(errors="replace"))
    )


def _of_itself(name: str, text: str) -> str:
    if name == "action.yml":
        described = _DESCRIPTION.search(text)
        return described[1] if described else ""
    begun = _SKIPPED.sub("", text, count=1)
    comment = _COMMENT.match(begun)
    if comment:
        return _sentence(" ".join(line.lstrip("#").strip() for line in comment[0].splitlines()))
    docstring = _DOCSTRING.match(begun)
    return _sentence(" ".join(docstring[1].split())) if docstring else ""


def _sentence(text: str) -> str:
    first = _SENTENCE.match(text)
    return f"{(first[0] if first else text).rstrip('.;')}."
