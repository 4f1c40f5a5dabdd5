"""Compares two policies key by key, and says where less would be asked of a deployment, a merge or a release."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

from bot.audit.canonical import canonical
from bot.config.policy import EnvironmentConfig, parse_duration
from bot.github.models import Permission
from bot.proposals.model import Change

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bot.config.repository import RepositoryConfig

# Keys by how a change of them asks less: a smaller number, a list with less or with more, a switch off or on, nothing.
_NUMBERS = {"count", "reviews", "distinct_teams", "smallest"}
_DEMANDS = {"requires", "checks", "windows", "blocking_labels", "blocking_titles", "assets"}
_EXCEPTIONS = {"users", "teams", "exceptions", "branches", "automatic"}
_DUTIES = {"mergeable", "up_to_date", "red_base", "sanity", "required", "provenance"}
_LIBERTIES = {"allow_forks", "self", "skipped", "update_forks"}
_PARTS = {"approvals", "freeze", "verify", "plan", "bake", "checks", "checksums", "environment"}
_TIMES = {"bake", "quiet"}
# What is asked where a list of checks is not given: of a merge none beside those that GitHub requires, else every one.
_NONE_NAMED = "merge.checks"
_ALL_BUT_DEFAULT = "release.branches"  # an empty list takes the default branch alone
_BY_LABEL = "merge.label"
_MISSING = object()


def changes_between(now: RepositoryConfig, proposed: RepositoryConfig) -> tuple[Change, ...]:
    """This function will return every key that would have another value, in alphabetical order."""
    return tuple(_different("", msgspec.to_builtins(now), msgspec.to_builtins(proposed)))


def _different(path: str, now: Any, proposed: Any) -> Iterator[Change]:
    if isinstance(now, dict) and isinstance(proposed, dict):
        for key in sorted({*now, *proposed}):
            inner = f"{path}.{key}" if path else str(key)
            yield from _different(inner, now.get(key, _MISSING), proposed.get(key, _MISSING))
    elif now != proposed:
        weaker = _is_weaker(path, now, proposed)
        yield Change(key=path, now=_written(now), proposed=_written(proposed), is_weaker=weaker)


def _written(value: Any) -> str:
    """The value as JSON; of an environment only what its file says beyond the default."""
    if value is _MISSING or value is None:
        return ""
    if isinstance(value, dict):
        default = msgspec.to_builtins(EnvironmentConfig())
        value = {key: said for key, said in value.items() if default.get(key, _MISSING) != said}
    return canonical(value)


def _is_weaker(path: str, now: Any, proposed: Any) -> bool:
    if now is _MISSING or proposed is _MISSING:
        return False
    special = _is_weaker_here(path, now, proposed)
    return _is_weaker_key(path.rpartition(".")[2], now, proposed) if special is None else special


def _is_weaker_key(name: str, now: Any, proposed: Any) -> bool:
    if name in _PARTS and now and not proposed:
        return True
    if name in _NUMBERS:
        return bool(proposed < now)
    if name in _DEMANDS | _EXCEPTIONS:
        return _is_weaker_list(name, now, proposed)
    if name in _DUTIES | _LIBERTIES:
        return bool(proposed) is (name in _LIBERTIES) and bool(now) is not bool(proposed)
    return _is_weaker_word(name, now, proposed)


def _is_weaker_here(path: str, now: Any, proposed: Any) -> bool | None:
    """What the key alone does not tell; None where it does."""
    if path == _BY_LABEL:
        return bool(proposed)
    if path == _ALL_BUT_DEFAULT:
        return bool({*proposed} - {*now})
    if path.rpartition(".")[2] != "checks" or (now is not None and proposed is not None):
        return None
    if path == _NONE_NAMED:
        return bool(now) if proposed is None else not proposed
    return now is None


def _is_weaker_list(name: str, now: Any, proposed: Any) -> bool:
    before, after = ({canonical(one) for one in listed or ()} for listed in (now, proposed))
    if name == "branches":  # an empty list takes every branch
        return bool(before) and (not after or bool(after - before))
    return bool(before - after) if name in _DEMANDS else bool(after - before)


def _is_weaker_word(name: str, now: Any, proposed: Any) -> bool:
    if not now or not proposed:
        return False
    if name == "permission":
        return not Permission(proposed).covers(Permission(now))
    return name in _TIMES and parse_duration(proposed) < parse_duration(now)
