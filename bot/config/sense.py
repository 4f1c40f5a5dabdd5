"""Finds what a policy says that cannot be meant: values of the right form that contradict each other or the world."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import TYPE_CHECKING

from bot.config.calendar import sense_of_window
from bot.config.parameter_values import RESERVED, sense_of_parameter
from bot.config.policy import parse_duration

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from bot.config.mistakes import Path
    from bot.config.policy import ApproversConfig, EnvironmentConfig, FreezeConfig

Mistake = tuple["Path", str]

_INPUT = re.compile(r"[A-Za-z_][A-Za-z0-9_-]{0,99}")
_LOGIN = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,98})(?:_[A-Za-z0-9]+)?")
_TEAM = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9-]*)/[A-Za-z0-9._-]+")
_WEAK = {"none", "read"}
_WHOLE = 100
_MOST_LISTED = 10
_LONGEST_NAME = 255
_SHORTEST_LEASE = parse_duration("5m")


def senseless(environments: Mapping[str, EnvironmentConfig | None]) -> Iterator[Mistake]:
    """This function will find what cannot be meant; an environment of the wrong form is only known by its name."""
    yield from _names(environments)
    yield from _order(environments)
    for name, policy in environments.items():
        for path, message in _within(policy) if policy is not None else ():
            yield ("environments", name, *path), message


def _within(policy: EnvironmentConfig) -> Iterator[Mistake]:
    for check in _CHECKS:
        yield from check(policy)


def _names(environments: Mapping[str, EnvironmentConfig | None]) -> Iterator[Mistake]:
    seen: dict[str, str] = {}
    for name in environments:
        first = seen.setdefault(name.casefold(), name)
        if first != name:
            yield ("environments", name), f"GitHub takes it for the same as {first}"
        if not name.strip() or len(name) > _LONGEST_NAME:
            yield ("environments", name), f"a name has 1 to {_LONGEST_NAME} characters"


def _order(environments: Mapping[str, EnvironmentConfig | None]) -> Iterator[Mistake]:
    known = {name.casefold(): name for name in environments}
    before = {
        name: [known[one.casefold()] for one in policy.requires if one.casefold() in known]
        for name, policy in environments.items()
        if policy is not None
    }
    for name, policy in environments.items():
        for index, one in enumerate(policy.requires if policy is not None else ()):
            path: Path = ("environments", name, "requires", index)
            if one.casefold() not in known:
                listed = ", ".join(list(environments)[:_MOST_LISTED])
                yield path, f"there is no environment {one}; there are {listed}"
            elif name in _reached(before, known[one.casefold()]):
                yield path, f"{one} waits for {name}, so neither could ever be deployed"


def _reached(before: Mapping[str, list[str]], start: str) -> set[str]:
    """The environment and everything that comes before it."""
    found, waiting = {start}, [start]
    while waiting:
        for name in before.get(waiting.pop(), ()):
            if name not in found:
                found.add(name)
                waiting.append(name)
    return found


def _inputs(policy: EnvironmentConfig) -> Iterator[Mistake]:
    for key, names in (("inputs", policy.inputs), ("parameters", policy.typed_parameters)):
        for index, name in enumerate(names):
            is_list = key == "parameters" and not isinstance(policy.parameters, dict)
            path: Path = (key, index if is_list else name)
            if name in RESERVED:
                yield path, "the bot itself gives the workflow an input of this name"
            elif not _INPUT.fullmatch(name):
                yield path, "the name of an input has letters, digits, - and _, and begins with no digit or -"
    for name, said in policy.typed_parameters.items():
        for key, message in sense_of_parameter(said):
            yield ("parameters", name, key), message


def _bake(policy: EnvironmentConfig) -> Iterator[Mistake]:
    if policy.bake is not None and not policy.requires:
        yield ("bake",), "it says how long an environment of requires must have had it; requires is missing"


def _approvals(policy: EnvironmentConfig) -> Iterator[Mistake]:
    approvals = policy.approvals
    if approvals is None:
        return
    who = approvals.approvers
    for path, message in sense_of_approvers(who):
        yield ("approvals", "from", *path), message
    people = len({user.casefold() for user in who.users})
    if people and not who.teams and who.permission is None and approvals.count > people:
        yield ("approvals", "count"), f"only {people} can approve"
    if approvals.distinct_teams > len(set(who.teams)):
        yield ("approvals", "distinct_teams"), f"from.teams names {len(set(who.teams))}"
    elif approvals.distinct_teams > approvals.count:
        yield ("approvals", "distinct_teams"), f"{approvals.count} people cannot come from so many teams"


def sense_of_approvers(who: ApproversConfig) -> Iterator[Mistake]:
    """This function will find what cannot be meant by those who may do something."""
    for index, user in enumerate(who.users):
        if not _LOGIN.fullmatch(user):
            yield ("users", index), "it takes a login, without @"
    for index, team in enumerate(who.teams):
        if not _TEAM.fullmatch(team):
            yield ("teams", index), "it takes organisation/team, without @"
    if who.permission in _WEAK:
        yield ("permission",), "whoever can read the repository would do; it takes triage or more"


def sense_of_freeze(freeze: FreezeConfig | None) -> Iterator[Mistake]:
    """This function will find what cannot be meant by the times in which nothing happens, as the key `freeze`."""
    if freeze is None:
        return
    for key, windows in (("windows", freeze.windows), ("exceptions", freeze.exceptions)):
        for index, window in enumerate(windows):
            for part, message in sense_of_window(window):
                yield ("freeze", key, index, part), message
    for path, message in sense_of_approvers(freeze.allow) if freeze.allow is not None else ():
        yield ("freeze", "allow", *path), message


def _freeze(policy: EnvironmentConfig) -> Iterator[Mistake]:
    yield from sense_of_freeze(policy.freeze)


def _rolling(policy: EnvironmentConfig) -> Iterator[Mistake]:
    if policy.canary is not None:
        yield from _canary(policy.canary.steps)
        if policy.plan is not None:
            yield (
                ("canary",),
                "a plan is applied once, and a second step would apply it again; leave one of both out",
            )
    if parse_duration(policy.lease) < _SHORTEST_LEASE:
        yield ("lease",), "it takes 5m or more: a sign of life comes every two minutes"


def _canary(steps: tuple[int, ...]) -> Iterator[Mistake]:
    for index, (one, other) in enumerate(pairwise(steps)):
        if other <= one:
            yield ("canary", "steps", index + 1), f"the steps rise; {other} comes after {one}"
    if steps[-1] != _WHOLE:
        yield ("canary", "steps", len(steps) - 1), f"the last step is {_WHOLE}"


def _checks(policy: EnvironmentConfig) -> Iterator[Mistake]:
    for index, name in enumerate(policy.checks or ()):
        if name.startswith("pilothouse / "):
            yield ("checks", index), "the bot's own check runs do not count as checks"


_CHECKS: tuple[Callable[[EnvironmentConfig], Iterator[Mistake]], ...] = (
    _inputs,
    _bake,
    _approvals,
    _freeze,
    _rolling,
    _checks,
)
