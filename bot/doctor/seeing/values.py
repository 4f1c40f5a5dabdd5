"""Reads variables and the names of secrets where a job would find them: environment, repository, organisation."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from bot.doctor.model import Eyes
from bot.doctor.seeing.sight import Seen
from bot.github import repository_settings as settings
from bot.github.errors import NotFound

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bot.doctor.judging.needing import Needs, RoleNeed
    from bot.doctor.seeing.sight import Sight
    from bot.github.operation import Operation

_EVERYWHERE = ""  # of the repository and what its organisation shares with it


async def role_values(sight: Sight, needs: Needs) -> Mapping[RoleNeed, Seen[str | None]]:
    """This function will read the variable of each role, as a job of its environment would find it.

    Raises:
        UnseenError: nobody at hand may see variables.
    """
    if not needs.roles:
        return {}
    places = sorted({_EVERYWHERE, *(need.environment for need in needs.roles)})
    read = await asyncio.gather(*(_variables(sight, place) for place in places))
    by_place = dict(zip(places, read, strict=True))
    return {need: _found(need, by_place) for need in needs.roles}


def _found(need: RoleNeed, by_place: Mapping[str, Seen[dict[str, str]]]) -> Seen[str | None]:
    for place in (need.environment, _EVERYWHERE):
        if need.variable in by_place[place].value:
            return Seen(value=by_place[place].value[need.variable], eyes=by_place[place].eyes)
    return Seen(value=None, eyes=by_place[_EVERYWHERE].eyes)


async def _variables(sight: Sight, environment: str) -> Seen[dict[str, str]]:
    if environment:
        return await _of_environment(sight, environment)
    shared, own = await asyncio.gather(
        sight.list(settings.LIST_SHARED_VARIABLES, settings.VariableShape),
        sight.list(settings.LIST_VARIABLES, settings.VariableShape),
    )
    # the repository's own wins over one that its organisation shares
    return Seen(value={one.name: one.value for one in (*shared.value, *own.value)}, eyes=own.eyes)


async def _of_environment(sight: Sight, environment: str) -> Seen[dict[str, str]]:
    where = {"environment_name": environment}
    try:
        read = await sight.list(settings.LIST_ENVIRONMENT_VARIABLES, settings.VariableShape, where)
    except NotFound:  # there is no such environment, which another check tells
        return Seen(value={}, eyes=Eyes.APP)
    return Seen(value={one.name: one.value for one in read.value}, eyes=read.eyes)


async def secret_names(
    sight: Sight, environments: tuple[str, ...]
) -> tuple[Mapping[str, frozenset[str]], Eyes]:
    """This function will read the names of secrets: those of each environment, and under "" those of all jobs.

    Raises:
        UnseenError: nobody at hand may see them.
    """
    shared, own, *others = await asyncio.gather(
        _names(sight, settings.LIST_SHARED_SECRETS, ""),
        _names(sight, settings.LIST_SECRETS, ""),
        *(_names(sight, settings.LIST_ENVIRONMENT_SECRETS, name) for name in environments),
    )
    named = {name: one.value for name, one in zip(environments, others, strict=True)}
    return {_EVERYWHERE: shared.value | own.value, **named}, own.eyes


async def _names(sight: Sight, operation: Operation, environment: str) -> Seen[frozenset[str]]:
    where = {"environment_name": environment} if environment else {}
    try:
        read = await sight.list(operation, settings.SecretShape, where)
    except NotFound:
        return Seen(value=frozenset(), eyes=Eyes.APP)
    return Seen(value=frozenset(one.name for one in read.value), eyes=read.eyes)
