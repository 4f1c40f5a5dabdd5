from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import pytest

from bot.plugins import PluginError, load

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path


class Flag:
    """A plugin's value in these tests."""

    def __init__(self, name: str) -> None:
        self.name = name


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., str]]:
    """Makes a package of modules with the given texts."""
    monkeypatch.syspath_prepend(str(tmp_path))
    made: list[str] = []

    def make(**modules: str) -> str:
        name = f"flags_{len(made)}_{tmp_path.name.replace('-', '_')}"
        made.append(name)
        folder = tmp_path / name
        folder.mkdir()
        (folder / "__init__.py").write_text("")
        for module, text in modules.items():
            head = f"from {__name__} import Flag\n" if "Flag" in text else ""
            (folder / f"{module}.py").write_text(head + text)
        return name

    yield make
    for module in [module for module in sys.modules if module.partition(".")[0] in made]:
        del sys.modules[module]


@pytest.fixture(autouse=True)
def importable(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, __name__, sys.modules[__name__])


def test_plugins_come_in_the_order_of_their_modules(package: Callable[..., str]) -> None:
    name = package(zulu="FLAG = Flag('a')", alfa="FLAG = Flag('z')")

    assert [flag.name for flag in load(name, "FLAG", Flag)] == ["z", "a"]


def test_a_module_without_the_attribute_stops_the_start(package: Callable[..., str]) -> None:
    with pytest.raises(PluginError, match="alfa has no FLAG"):
        load(package(alfa="OTHER = 1"), "FLAG", Flag)


def test_a_value_of_another_type_stops_the_start(package: Callable[..., str]) -> None:
    with pytest.raises(PluginError, match="is a str, not a Flag"):
        load(package(alfa="FLAG = 'x'"), "FLAG", Flag)


def test_two_plugins_of_one_name_stop_the_start(package: Callable[..., str]) -> None:
    with pytest.raises(PluginError, match="bravo: a second plugin has the name 'x'"):
        load(package(alfa="FLAG = Flag('x')", bravo="FLAG = Flag('x')"), "FLAG", Flag)


def test_a_module_that_cannot_be_imported_stops_the_start(package: Callable[..., str]) -> None:
    with pytest.raises(PluginError, match="cannot be imported: no flag") as caught:
        load(package(alfa="raise RuntimeError('no flag')"), "FLAG", Flag)

    assert isinstance(caught.value.__cause__, RuntimeError)


def test_a_value_without_a_name_is_named_by_its_module(package: Callable[..., str]) -> None:
    assert load(package(alfa="FLAG = 1", bravo="FLAG = 2"), "FLAG", int) == (1, 2)
