"""What commands name is there: a body is read only when its command is obeyed, far too late to find a slip."""

from __future__ import annotations

import inspect
import subprocess
import sys
from pkgutil import resolve_name

import pytest

from handlers.grammars import SPECS

_NAMED = sorted({name for spec in SPECS for name in (spec.body, spec.foresee) if name})


@pytest.mark.parametrize("name", _NAMED)
def test_a_body_is_a_coroutine_function_of_a_run_a_call_and_services(name: str) -> None:
    body = resolve_name(name)
    assert inspect.iscoroutinefunction(body)
    needed = [
        parameter.name
        for parameter in inspect.signature(body).parameters.values()
        if parameter.default is parameter.empty
    ]
    assert needed == ["run", "call", "services"]


def test_a_comment_is_read_without_what_its_command_would_do() -> None:
    listed = subprocess.run(
        [sys.executable, "-c", "import sys, handlers.issue_comment; print('\\n'.join(sys.modules))"],
        check=True,
        capture_output=True,
        text=True,
    )
    loaded = set(listed.stdout.split())
    assert "handlers.commands.deploy" in loaded
    assert loaded.isdisjoint({"handlers.bodies", "bot.releases", "bot.deployments.judging", "bot.picking"})
