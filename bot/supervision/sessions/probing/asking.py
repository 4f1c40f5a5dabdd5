"""Asks hosts how their sessions stand: hosts side by side, with as few calls for each as its answer's limit allows."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from bot.supervision.sessions.orders import probing
from bot.supervision.sessions.probing.reading import read_probe, unclear

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from bot.supervision.hosts.model import Host
    from bot.supervision.sessions.orders import Place
    from bot.supervision.sessions.probing.model import Seen

# A host's answer holds so many lines of the longest kind, and so many commands end within the time of one call.
MOST_AT_ONCE, _MOST_COMMANDS = 80, 12


async def probe(
    hosts: Mapping[str, Host | str], places: Mapping[str, Sequence[Place]], *, marks: bool
) -> tuple[Seen, ...]:
    """This function will return how each session stands.

    Args:
        hosts: by name; or, in safe Markdown, why one is not reached.
        places: of the sessions, by the name of their host.
        marks: whether sessions that are found by their names are marked.
    """
    asked = (_host(hosts[name], each, marks=marks) for name, each in places.items())
    return tuple(seen for told in await asyncio.gather(*asked) for seen in told)


async def _host(host: Host | str, places: Sequence[Place], *, marks: bool) -> tuple[Seen, ...]:
    if isinstance(host, str):
        return tuple(unclear(place.name, f"its host is not reached: {host}") for place in places)
    told = [await _together(host, part, marks=marks) for part in _parts(places)]
    return tuple(seen for each in told for seen in each)


async def _together(host: Host, places: Sequence[Place], *, marks: bool) -> tuple[Seen, ...]:
    """One call, and one more for each further owner: each call tells at least the first that it asks after."""
    told: dict[str, Seen] = {}
    left = list(places)
    while left:
        answer = await host.run(probing(left, marks=marks))
        seen, others = read_probe(answer, [place.name for place in left])
        told |= seen
        left = [place for place in left[1:] if place.name in others]
    return tuple(told[place.name] for place in places)


def _parts(places: Sequence[Place]) -> Iterator[Sequence[Place]]:
    """Those whose work tree tells the owner come first, so that the others are asked after as the same one."""
    owned = sorted(places, key=lambda place: (place.agent.work_tree is None, place.agent.socket or ""))
    part: list[Place] = []
    commands = 0
    for place in owned:
        command = place.agent.heartbeat.command is not None
        if len(part) == MOST_AT_ONCE or (command and commands == _MOST_COMMANDS):
            yield part
            part, commands = [], 0
        part.append(place)
        commands += command
    if part:
        yield part
