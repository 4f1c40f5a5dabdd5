"""Evaluates expressions and checks workflow files by GitHub's own packages, in one Node process."""

from __future__ import annotations

import atexit
import json
import os
import re
import subprocess
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.support.actions.model import WorkflowRefused

if TYPE_CHECKING:
    from collections.abc import Mapping

_ROOT = Path(__file__).parents[3]
_PACKAGES = _ROOT / ".venv/actions"
_PROGRAM = Path(__file__).with_name("evaluate.mjs")
_EXPRESSION = re.compile(r"\$\{\{((?:[^'}]|}(?!})|'(?:[^']|'')*')*)\}\}")


class ExpressionFailed(Exception):  # noqa: N818 - what GitHub says of the expression
    """The expression cannot be evaluated."""


class _Node:
    def __init__(self) -> None:
        self._process = subprocess.Popen(
            ["node", _PROGRAM],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env={"PATH": os.environ["PATH"], "ACTIONS_PACKAGES": str(_PACKAGES)},
            text=True,
        )
        atexit.register(self.close)

    def ask(self, question: Mapping[str, object]) -> dict[str, Any]:
        stdin, stdout = self._process.stdin, self._process.stdout
        assert stdin is not None
        assert stdout is not None
        stdin.write(f"{json.dumps(question)}\n")
        stdin.flush()
        for line in stdout:
            if line.startswith("{"):  # what the packages print for debugging begins with `::`
                answer: dict[str, Any] = json.loads(line)
                return answer
        raise AssertionError("GitHub's expressions ended unexpectedly")

    def close(self) -> None:
        self._process.communicate()


@cache
def _node() -> _Node:
    return _Node()


def require_packages() -> None:
    """This function will skip the test loudly where GitHub's packages are not installed; in CI it fails."""
    if (_PACKAGES / "node_modules/@actions/expressions").exists():
        return
    message = "GitHub's expressions are not on this machine: run scripts/setup_actions.sh"
    if os.environ.get("CI") == "true":
        pytest.fail(message)
    pytest.skip(message)


def check_file(path: Path, name: str) -> None:
    """This function will refuse a workflow or a composite action that GitHub's schema does not take."""
    require_packages()
    errors = _node().ask({"ask": "check", "name": name, "content": path.read_text()})
    if found := errors.get("errors") or errors.get("problem"):
        raise WorkflowRefused(f"{name}: {found}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """What an expression may read where it stands."""

    contexts: Mapping[str, object]
    status: Mapping[str, bool]  # success, failure, cancelled
    workspace: Path  # where hashFiles looks

    def _ask(self, expression: str) -> dict[str, Any]:
        answer = _node().ask(
            {
                "ask": "evaluate",
                "expression": expression,
                "contexts": self.contexts,
                "status": {"always": True, **self.status},
                "workspace": str(self.workspace),
            }
        )
        if "problem" in answer:
            raise ExpressionFailed(f"{answer['problem']} in `{expression}`")
        return answer

    def text(self, template: object) -> str:
        """This function will fill in the expressions of a text."""
        if isinstance(template, bool):
            return str(template).lower()
        if template is None:
            return ""
        return _EXPRESSION.sub(lambda found: str(self._ask(found[1])["text"]), str(template))

    def texts(self, templates: object) -> dict[str, str]:
        """This function will fill in the values of a mapping such as `env` or `with`."""
        found = self.value(templates) if isinstance(templates, str) else templates
        assert found is None or isinstance(found, dict)
        return {str(name): self.text(value) for name, value in (found or {}).items()}

    def value(self, template: Any) -> Any:
        """This function will fill in the expressions of any value; one that stands alone keeps its type."""
        if isinstance(template, dict):
            return {key: self.value(value) for key, value in template.items()}
        if isinstance(template, list):
            return [self.value(value) for value in template]
        if isinstance(template, str) and (alone := _EXPRESSION.fullmatch(template.strip())):
            return self._ask(alone[1])["value"]
        return self.text(template) if isinstance(template, str) else template

    def holds(self, condition: object) -> bool:
        """This function will decide an `if`, which means `success() && …` where it asks for no status."""
        if condition is None:
            return self.status["success"]
        text = self.text(condition) if isinstance(condition, bool) else str(condition).strip()
        alone = _EXPRESSION.fullmatch(text)
        if alone is None and "${{" in text:  # a text around an expression is true unless it is empty
            return bool(self.text(text)) and self.status["success"]
        answer = self._ask(alone[1] if alone else text)
        return bool(answer["holds"]) and (bool(answer["asks"]) or self.status["success"])
