"""Documents of Systems Manager as it runs them: parameters are checked, then put into the text of the script."""

from __future__ import annotations

import json
import os
import re
from dataclasses import dataclass
from typing import Any

from bot.supervision.hosts.document import DOCUMENT, document_text
from tests.support.cloud.wire import AwsError

SHELL_DOCUMENT = "AWS-RunShellScript"
_PARAMETER = re.compile(r"{{\s*([A-Za-z0-9_.:-]+)\s*}}")
_MOST_CHARACTERS = 65_536  # of a document


@dataclass(frozen=True, kw_only=True)
class Script:
    """What is run on an instance."""

    text: str
    seconds: int


def known_documents() -> dict[str, dict[str, Any]]:
    """This function will return the documents of a fresh world: AWS's own, and ours."""
    return {SHELL_DOCUMENT: _shell_document(), DOCUMENT: _ours()}


def script_of(document: dict[str, Any], given: dict[str, list[str]]) -> Script:
    """This function will fill a document's parameters in, as the agent does: unquoted."""
    declared = document["parameters"]
    if unknown := given.keys() - declared.keys():
        raise AwsError("InvalidParameters", f"document does not support parameters {sorted(unknown)}")
    values = {name: _value(name, one, given) for name, one in declared.items()}

    def put(text: str) -> str:
        return _PARAMETER.sub(lambda match: "\n".join(values[match[1]]), text)

    (step,) = document["mainSteps"]
    lines = step["inputs"]["runCommand"]
    filled = [put(line) for line in (lines if isinstance(lines, list) else [lines])]
    return Script(text="\n".join(filled) + "\n", seconds=int(put(step["inputs"]["timeoutSeconds"])))


def _value(name: str, declared: dict[str, Any], given: dict[str, list[str]]) -> list[str]:
    if name not in given and "default" not in declared:
        raise AwsError("InvalidParameters", f"Parameter {name} is required")
    values = given.get(name, [declared["default"]] if "default" in declared else [])
    if declared["type"] == "String" and len(values) != 1:
        raise AwsError("InvalidParameters", f"Parameter {name} is not a single value")
    if not all(re.search(declared.get("allowedPattern", ""), value) for value in values):
        raise AwsError("InvalidParameters", f"Parameter {name} does not match its allowed pattern")
    return values


def _shell_document() -> dict[str, Any]:
    return {
        "schemaVersion": "2.2",
        "parameters": {
            "commands": {"type": "StringList"},
            "executionTimeout": {"type": "String", "default": "3600"},
        },
        "mainSteps": [
            {"inputs": {"runCommand": "{{ commands }}", "timeoutSeconds": "{{ executionTimeout }}"}}
        ],
    }


def _ours() -> dict[str, Any]:
    """As it is shipped; only where the tests run as root, so do their sessions, which it would refuse."""
    text = document_text()
    assert len(text) < _MOST_CHARACTERS
    document: dict[str, Any] = json.loads(text)
    if os.geteuid() == 0:
        inputs = document["mainSteps"][0]["inputs"]
        inputs["runCommand"] = [line.replace("set -- root ", "set -- any ") for line in inputs["runCommand"]]
    return document
