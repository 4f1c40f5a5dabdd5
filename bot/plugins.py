"""Makes a folder a registry: each module in it exports one value under an agreed name."""

from __future__ import annotations

import importlib
import pkgutil
from typing import TypeVar

T = TypeVar("T")


class PluginError(Exception):
    """A module of a plugin folder does not keep the agreement; the program must not start."""


def load(package: str, attribute: str, kind: type[T]) -> tuple[T, ...]:
    """This function will return the plugin of every module in the package, ordered by module name.

    Raises:
        PluginError: a module cannot be imported, lacks the attribute or has another type of it; two share a name.
    """
    folder = importlib.import_module(package)
    found: dict[str, T] = {}
    for module in sorted(item.name for item in pkgutil.iter_modules(folder.__path__)):
        plugin = _plugin(f"{package}.{module}", attribute, kind)
        name = str(getattr(plugin, "name", module))
        if name in found:
            raise PluginError(f"{package}.{module}: a second plugin has the name {name!r}")
        found[name] = plugin
    return tuple(found.values())


def _plugin(module: str, attribute: str, kind: type[T]) -> T:
    try:
        plugin = getattr(importlib.import_module(module), attribute, None)
    except Exception as error:
        raise PluginError(f"{module} cannot be imported: {error}") from error
    if plugin is None:
        raise PluginError(f"{module} has no {attribute}")
    if not isinstance(plugin, kind):
        raise PluginError(f"{module}.{attribute} is a {type(plugin).__name__}, not a {kind.__name__}")
    return plugin
