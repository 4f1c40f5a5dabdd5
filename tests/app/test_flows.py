"""The stories by name: nothing is played under another name than it is loaded by, and nothing is loaded too early."""

from __future__ import annotations

import subprocess
import sys
from importlib import import_module
from pkgutil import iter_modules
from typing import TYPE_CHECKING

import bot.app.flows as package
from bot.app.flows import flows
from tests.support.bot import serving

if TYPE_CHECKING:
    from pathlib import Path

_LOADED = "import sys; import bot.app.worker; print('\\n'.join(sys.modules))"
# What only the stories need that are played for somebody.
_LATE = (
    "bot.commands.flow",
    "bot.diagnosis",
    "bot.deployments.flow",
    "bot.releases",
    "bot.costs.metering",
    "bot.supervision.fixing",
    "markdown_it",
    "ruamel",
)


async def test_every_story_is_loaded_under_the_name_that_it_has(tmp_path: Path) -> None:
    async with serving(tmp_path) as bot:
        loaded = {late.name: late.load() for late in flows(bot.wiring)}
        assert {name: flow.name for name, flow in loaded.items()} == {name: name for name in loaded}
        assert set(bot.engine.flows) == set(loaded)


async def test_every_story_of_a_module_is_named(tmp_path: Path) -> None:
    async with serving(tmp_path) as bot:
        named = [late.name for late in flows(bot.wiring)]
        made = [
            flow.name
            for unit in iter_modules(package.__path__, f"{package.__name__}.")
            if hasattr(module := import_module(unit.name), "flows")
            for flow in module.flows(bot.wiring)
        ]
        assert sorted(made) == sorted(named)


def test_a_worker_is_there_before_it_has_loaded_what_it_may_never_play() -> None:
    listed = subprocess.run([sys.executable, "-c", _LOADED], check=True, capture_output=True, text=True)
    loaded = set(listed.stdout.split())
    assert "bot.engine.durable" in loaded
    assert loaded.isdisjoint(_LATE)
