"""Finds where a fix changes what is depended on, or how it is built, in files that may be laid out anew."""

from __future__ import annotations

import ast
import json
import re
import tomllib
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Any

from bot.commands.reasons import Reason
from bot.supervision.fixing.guards.model import Finding, condition

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from bot.decisions.model import Condition
    from bot.supervision.fixing.guards.model import Change

_SOURCED = ("name", "version", "source", "checksum")
_SPACED = re.compile(r"\s+|,(?=\s*[)\]}])")


def manifests(changes: Iterable[Change]) -> Condition:
    """This function will see whether manifests, lock files and build programs still mean what they meant."""
    found = [
        Finding(path=change.path)
        for change in changes
        if (meaning := _meaning_of(change.path)) is not None and not _is_same(change, meaning)
    ]
    met = "It changes no dependencies, and nothing of how it is built."
    said = "It changes what is depended on, or how it is built"
    return condition("dependencies", Reason.FIX_KEEP_OUT, met, found, said)


def _is_same(change: Change, meaning: Callable[[str], Any]) -> bool:
    if change.before is None or change.after is None:
        return False
    try:
        return bool(meaning(change.before) == meaning(change.after))
    except (ValueError, SyntaxError, RecursionError, MemoryError, AttributeError, TypeError):
        return change.before == change.after


def _lines(text: str) -> list[str]:
    return [line.rstrip() for line in text.splitlines() if line.strip()]


def _cargo_lock(text: str) -> list[tuple[str, ...]]:
    """The packages that come from elsewhere; those of the workspace change their versions with its manifests."""
    packages = tomllib.loads(text).get("package", [])
    return sorted(
        tuple(str(one.get(key, "")) for key in _SOURCED) for one in packages if one.get("source") is not None
    )


def _python(text: str) -> str:
    return ast.dump(ast.parse(text))


def _spaceless(text: str) -> str:
    return _SPACED.sub("", text)


def _json(text: str) -> Any:
    return json.loads(text)


# By the last part of the path, without its letters' case; the first pattern that fits says how it is read.
_MEANINGS: tuple[tuple[str, Callable[[str], Any]], ...] = (
    ("cargo.lock", _cargo_lock),
    ("cargo.toml", tomllib.loads),
    ("pyproject.toml", tomllib.loads),
    ("uv.lock", tomllib.loads),
    ("poetry.lock", tomllib.loads),
    ("pdm.lock", tomllib.loads),
    ("pylock*.toml", tomllib.loads),
    ("pipfile", tomllib.loads),
    ("libs.versions.toml", tomllib.loads),
    ("package.json", _json),
    ("package-lock.json", _json),
    ("npm-shrinkwrap.json", _json),
    ("composer.json", _json),
    ("composer.lock", _json),
    ("pipfile.lock", _json),
    ("packages.lock.json", _json),
    ("setup.py", _python),
    ("build.rs", _spaceless),
    *(
        (pattern, _lines)
        for pattern in (
            *(
                "setup.cfg",
                "requirements*.txt",
                "requirements*.in",
                "constraints*.txt",
                "environment*.yml",
                "go.mod",
            ),
            *(
                "go.sum",
                "go.work",
                "go.work.sum",
                "vendor/modules.txt",
                "gemfile",
                "gemfile.lock",
                "*.gemspec",
            ),
            *(
                "yarn.lock",
                "pnpm-lock.yaml",
                "pnpm-workspace.yaml",
                "bun.lock",
                "deno.lock",
                "mix.exs",
                "mix.lock",
            ),
            *("pubspec.yaml", "pubspec.lock", "podfile", "podfile.lock", "package.swift", "package.resolved"),
            *(
                ".terraform.lock.hcl",
                "conanfile.*",
                "vcpkg.json",
                "rebar.config",
                "rebar.lock",
                "stack.yaml",
                "*.cabal",
            ),
            *(
                "cabal.project",
                "gradle.lockfile",
                "project.clj",
                "deps.edn",
                "dub.json",
                "build.zig",
                "build.zig.zon",
            ),
        )
    ),
)


def _meaning_of(path: str) -> Callable[[str], Any] | None:
    name = path.rpartition("/")[2].casefold()
    return next((meaning for pattern, meaning in _MEANINGS if fnmatchcase(name, pattern)), None)
