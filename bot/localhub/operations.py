"""The operations served: their ids, paths and permissions from GitHub's own tables, found by method and path."""

from __future__ import annotations

import re
from dataclasses import dataclass
from importlib.resources import files
from typing import TYPE_CHECKING
from urllib.parse import unquote

import orjson

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

_WIDE = frozenset({"path", "ref", "basehead", "branch"})  # these may hold slashes


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation:
    """One operation of GitHub's REST description."""

    id: str
    method: str
    template: str
    credential: str
    any_of: tuple[dict[str, str], ...]
    pattern: re.Pattern[str]
    names: tuple[str, ...]


def packaged() -> dict[str, Operation]:
    """This function will read the packaged tables of operations and their permissions."""
    raw: dict[str, dict[str, object]] = {}
    for table in ("permissions", "settings", "people"):
        raw |= orjson.loads(files("bot.localhub").joinpath(f"data/{table}.json").read_bytes())["operations"]
    return {name: _operation(name, entry) for name, entry in raw.items()}


def graphql() -> Operation:
    """This function will give the one operation of the GraphQL API; what a document needs is asked as it runs."""
    entry = {"method": "POST", "path": "/graphql", "credential": "installation token", "any_of": [{}]}
    return _operation("graphql", entry)


def _operation(name: str, entry: Mapping[str, object]) -> Operation:
    template = str(entry["path"])
    names: list[str] = []

    def group(match: re.Match[str]) -> str:
        names.append(match.group(1))
        if match.group(1) == "path":
            return "(.*)"
        return "(.+)" if match.group(1) in _WIDE else "([^/]+)"

    any_of = entry["any_of"]
    return Operation(
        id=name,
        method=str(entry["method"]),
        template=template,
        credential=str(entry["credential"]),
        any_of=tuple(any_of) if isinstance(any_of, list) else (),
        pattern=re.compile(re.sub(r"\{([^}]+)\}", group, template)),
        names=tuple(names),
    )


class Routes:
    """Operations by method and path, narrow ones before those whose parameters hold slashes."""

    def __init__(self, operations: Iterable[Operation]) -> None:
        self._exact: dict[tuple[str, int], list[Operation]] = {}
        self._wide: dict[str, list[Operation]] = {}
        for operation in operations:
            if _WIDE.isdisjoint(operation.names):
                key = operation.method, operation.template.count("/")
                self._exact.setdefault(key, []).append(operation)
            else:
                self._wide.setdefault(operation.method, []).append(operation)
        for group in (*self._exact.values(), *self._wide.values()):
            group.sort(key=lambda operation: (len(operation.names), -len(operation.template)))

    def find(self, method: str, path: str) -> tuple[Operation, dict[str, str]] | None:
        """This function will find the operation of a raw (still quoted) path."""
        if path.endswith("/contents"):
            path += "/"
        for operation in (*self._exact.get((method, path.count("/")), ()), *self._wide.get(method, ())):
            match = operation.pattern.fullmatch(path)
            if match is not None:
                values = (unquote(value) for value in match.groups())
                return operation, dict(zip(operation.names, values, strict=True))
        return None
