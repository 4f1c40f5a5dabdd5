"""Fixtures for all tests."""

import importlib
import os
import pkgutil
import shutil
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

import bot.app
import handlers
from bot.storage.database import Database

pytest_plugins = ["tests.support.hub"]
_GO = Path(".venv/go/bin").absolute()  # as scripts/setup_go.sh installs it where there is none


def pytest_configure() -> None:
    """Keep asyncio from putting its handler in place of the usual one at each test.

    In doing so it writes out what the test's task returned, which may be a whole local GitHub: a third of a second.
    """
    signal.signal(signal.SIGINT, _interrupt)
    # Behind all else: a Go of the machine's own goes first.
    os.environ["PATH"] += f"{os.pathsep}{_GO}"


def _interrupt(_number: int, _frame: object) -> None:
    raise KeyboardInterrupt


@pytest.fixture(scope="session", autouse=True)
def _late_modules(request: pytest.FixtureRequest) -> None:
    """Read, where coverage is measured, what the worker reads late.

    A module's own lines run once in a process: first in a test that bears no_cover, they would count as never run.
    """
    if request.config.pluginmanager.hasplugin("_cov"):
        for package in (handlers, bot.app):
            for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
                importlib.import_module(module.name)


@pytest.fixture(scope="session", autouse=True)
def prepared_databases(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Let a new SQLite file begin as a copy of one whose tables stand: to make them takes longer than most tests."""
    template = tmp_path_factory.mktemp("prepared") / "pilothouse.db"
    made = Database(f"sqlite:///{template}")
    made.open()
    made.close()
    opened = Database.open

    def open_copy(self: Database) -> None:
        file = Path(self.url.database or "") if self.url.get_backend_name() == "sqlite" else None
        if file is not None and file.parent.is_dir() and not file.exists():
            shutil.copy(template, file)
        opened(self)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Database, "open", open_copy)
        yield


@pytest.fixture(autouse=True)
def _unmeasured_processes(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the processes of a test that is not measured run as they do for people.

    Measuring coverage takes half the time of what is measured. Tests that play again, under faults or in a browser,
    what others have covered, bear the mark no_cover.
    """
    if request.node.get_closest_marker("no_cover"):
        monkeypatch.delenv("COVERAGE_PROCESS_CONFIG", raising=False)


@pytest.fixture(autouse=True)
def _logs_of_others(monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep a command that is run within the tests' own process from deciding which log lines others see."""
    monkeypatch.setattr("bot.app.logs.configure_logs", lambda _level: None)


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Let the tests that may take longest begin first: short ones are what is shared out at the end."""
    items.sort(key=_longest, reverse=True)


def _longest(item: pytest.Item) -> float:
    mark = item.get_closest_marker("timeout")
    return float(mark.args[0]) if mark is not None and mark.args else 0.0
